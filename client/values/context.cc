#include "client/values/context.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "client/values/words.h"
#include "graph/locale.h"
#include "graph/reading.h"
#include "graph/status_macros.h"
#include "graph/text.h"

namespace concordat::values {
namespace {

absl::Status Invalid(absl::string_view key, absl::string_view expected) {
  return absl::InvalidArgumentError(
      absl::StrCat("context key `", key, "`: ", expected, " expected"));
}

// "on" and "off", for what an attribute's rules switch.
absl::Status SetSwitch(absl::string_view key, absl::string_view value,
                       bool& flag) {
  if (value != "on" && value != "off") return Invalid(key, "on or off");
  flag = value == "on";
  return absl::OkStatus();
}

absl::Status SetDecimal(absl::string_view key, absl::string_view value,
                        Decimal& decimal) {
  Attribute attribute;
  attribute.type = ValueType::kDecimal;
  WritingHabits habits;
  habits.decimal_mark = '.';
  const Reading reading = ReadValue(attribute, value, habits);
  if (!reading.value.has_value()) {
    return Invalid(key, "a decimal such as 0.01");
  }
  decimal = std::get<Decimal>(reading.value->scalar());
  if (decimal.unscaled < 0) return Invalid(key, "a number not below zero");
  return absl::OkStatus();
}

// The codes of a pair; from now on, the attribute has these.
CodeList& CodesOf(PairContext& pair) {
  if (pair.code_list == nullptr) {
    pair.code_list = std::make_unique<CodeList>();
    pair.code_list->name = "aliases";
    pair.attribute.code_list = pair.code_list.get();
    if (pair.attribute.is_set) pair.attribute.type = ValueType::kCode;
    // A set may have other members than those that need another word.
    pair.code_list->open = pair.attribute.is_set;
  }
  return *pair.code_list;
}

// Adds what a folded writing stands for; "" where that is not one code only.
template <typename Map>
void AddMeaning(Map& meanings, std::string folded, const std::string& code) {
  const auto [other, is_new] = meanings.emplace(std::move(folded), code);
  if (!is_new && other->second != code) other->second.clear();
}

// gold:GOLD|золотой,silver:серебро: what both sides write, or only `writer`
// where there is one. The codes are codes for both.
absl::Status SetAliases(absl::string_view text, PairContext& pair,
                        WritingHabits* writer) {
  CodeList& list = CodesOf(pair);
  for (const absl::string_view entry : absl::StrSplit(text, ',')) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(entry, absl::MaxSplits(':', 1));
    const std::string code(TrimWhiteSpace(parts.first));
    if (code.empty()) {
      return Invalid("aliases", "codes such as gold:GOLD|Or,silver:Argent");
    }
    if (std::find(list.codes.begin(), list.codes.end(), code) ==
        list.codes.end()) {
      list.codes.push_back(code);
    }
    if (writer == nullptr) {
      AddMeaning(list.by_writing, FoldCode(code), code);
    } else {
      list.by_writing.emplace(FoldCode(code), code);
      AddMeaning(writer->code_aliases, FoldCode(code), code);
    }
    for (const absl::string_view alias :
         absl::StrSplit(parts.second, '|', absl::SkipWhitespace())) {
      if (writer == nullptr) {
        AddMeaning(list.by_writing, FoldCode(alias), code);
      } else {
        AddMeaning(writer->code_aliases, FoldCode(alias), code);
      }
    }
  }
  return absl::OkStatus();
}

// Keys that say how one side writes.
absl::Status SetHabit(absl::string_view key, absl::string_view value,
                      WritingHabits& habits) {
  if (key == "region") {
    if (!IsRegion(value)) return Invalid(key, "a country's code such as DE");
    habits.region = std::string(value);
  } else if (key == "locale") {
    const std::optional<LocaleHabits> locale = FindLocale(value);
    if (!locale.has_value()) {
      return Invalid(key, "a language and country such as de_DE");
    }
    locale->ApplyTo(habits);
  } else if (key == "currency") {
    if (!IsCurrency(value)) return Invalid(key, "an ISO 4217 code such as EUR");
    habits.currency = std::string(value);
  } else if (key == "timezone") {
    if (!absl::LoadTimeZone(std::string(value), &habits.time_zone)) {
      return Invalid(key, "an IANA name such as Europe/Berlin");
    }
    habits.has_time_zone = true;
  } else if (key == "rounding") {
    return SetDecimal(key, value, habits.rounding);
  } else if (key == "tolerance_abs") {
    return SetDecimal(key, value, habits.tolerance_abs);
  } else if (key == "tolerance_rel") {
    return SetDecimal(key, value, habits.tolerance_rel);
  } else if (key == "unit") {
    habits.unit = std::string(value);
  } else if (key == "two_digit_year_pivot") {
    if (!absl::SimpleAtoi(value, &habits.two_digit_year_pivot)) {
      return Invalid(key, "a full year such as 2030");
    }
  } else if (key == "date_order") {
    const std::optional<DateOrder> order = ParseDateOrder(value);
    if (!order.has_value()) return Invalid(key, "DMY, MDY or YMD");
    habits.date_order = *order;
  } else if (key == "decimal_mark") {
    if (value != "." && value != ",") return Invalid(key, ". or ,");
    habits.decimal_mark = value[0];
  } else if (key == "set_separator") {
    if (value.empty()) return Invalid(key, "a separator such as |");
    habits.set_separator = std::string(value);
  } else {
    return absl::NotFoundError("");
  }
  return absl::OkStatus();
}

// Keys that say how values of the attribute are compared.
absl::Status SetRule(absl::string_view key, absl::string_view value,
                     PairContext& pair) {
  Attribute& attribute = pair.attribute;
  if (key == "nicknames") return SetSwitch(key, value, attribute.nicknames);
  if (key == "provider_rules") {
    return SetSwitch(key, value, attribute.provider_rules);
  }
  if (key == "confusables") return SetSwitch(key, value, attribute.confusables);
  if (key == "ordered") return SetSwitch(key, value, attribute.ordered);
  return absl::InvalidArgumentError(
      absl::StrCat("there is no context key `", key, "`; there are ",
                   absl::StrJoin(ContextKeys(), ", ",
                                 [](std::string* out, const Word& word) {
                                   absl::StrAppend(out, word.name);
                                 })));
}

absl::Status SetKey(absl::string_view key, absl::string_view value,
                    PairContext& pair) {
  const bool only_a = absl::ConsumePrefix(&key, "a.");
  const bool only_b = !only_a && absl::ConsumePrefix(&key, "b.");
  if (key == "aliases") {
    return SetAliases(value, pair,
                      only_a   ? &pair.a
                      : only_b ? &pair.b
                               : nullptr);
  }
  if (!only_b) {
    const absl::Status status = SetHabit(key, value, pair.a);
    if (absl::IsNotFound(status)) return SetRule(key, value, pair);
    CONCORDAT_RETURN_IF_ERROR(status);
  }
  if (only_a) return absl::OkStatus();
  const absl::Status status = SetHabit(key, value, pair.b);
  return absl::IsNotFound(status) ? SetRule(key, value, pair) : status;
}

// Types that need a graph or have a vocabulary's own number type only.
bool CanBePaired(ValueType type) { return type != ValueType::kReference; }

}  // namespace

std::string PairTypeNames() {
  std::string names;
  for (const ValueType type : kValueTypes) {
    if (CanBePaired(type)) absl::StrAppend(&names, ValueTypeName(type), ", ");
  }
  return names + "set";
}

absl::StatusOr<PairContext> ParseContext(absl::string_view type,
                                         absl::string_view context) {
  PairContext pair;
  pair.attribute.name = std::string(type);
  pair.attribute.is_set = type == "set";
  bool known = pair.attribute.is_set;
  for (const ValueType each : kValueTypes) {
    if (!CanBePaired(each) || type != ValueTypeName(each)) continue;
    pair.attribute.type = each;
    known = true;
  }
  if (!known) {
    return absl::InvalidArgumentError(absl::StrCat(
        "there is no type `", type, "`; there are ", PairTypeNames()));
  }
  std::vector<std::pair<absl::string_view, absl::string_view>> entries;
  for (const absl::string_view entry :
       absl::StrSplit(context, ';', absl::SkipWhitespace())) {
    const size_t equals = entry.find('=');
    if (equals == absl::string_view::npos) {
      return absl::InvalidArgumentError(
          "context: KEY=VALUE expected, entries separated by `;`");
    }
    entries.emplace_back(TrimWhiteSpace(entry.substr(0, equals)),
                         TrimWhiteSpace(entry.substr(equals + 1)));
  }
  // A locale is what everything else is said over, wherever it stands.
  for (const bool locales : {true, false}) {
    for (const auto& [key, value] : entries) {
      if (absl::EndsWith(key, "locale") != locales) continue;
      CONCORDAT_RETURN_IF_ERROR(SetKey(key, value, pair));
    }
  }
  return pair;
}

}  // namespace concordat::values
