#include "config/writing_builder.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "graph/limits.h"
#include "graph/locale.h"
#include "graph/reading.h"
#include "graph/text.h"
#include "graph/value.h"
#include "proto/did_you_mean.h"
#include "proto/yaml_reader.h"

namespace concordat {
namespace {

constexpr int kPivotMin = 1950;
constexpr int kPivotMax = 2150;

// Whether it is a decimal from 0 to below 1.
bool IsShare(const std::string& text) {
  return ParseDeclaredDecimal(text).has_value() &&
         text.find_first_not_of('0') == text.find('.');
}

void CheckTokens(const google::protobuf::RepeatedPtrField<std::string>& tokens,
                 const std::string& path, VocabularyProblems& problems) {
  for (int i = 0; i < tokens.size(); ++i) {
    CheckWriting(tokens[i], limits::kValueBytesMax, YamlPath(path, i),
                 problems);
  }
}

void CheckCodeAliases(const v1::Writing& writing, const std::string& path,
                      const CodeLists& code_lists,
                      VocabularyProblems& problems) {
  // Folded alias -> code.
  std::map<std::string, std::string> seen;
  const std::map<std::string, std::string> aliases(
      writing.code_aliases().begin(), writing.code_aliases().end());
  for (const auto& [alias, code] : aliases) {
    const std::string alias_path = YamlPath(path, alias);
    CheckWriting(alias, limits::kValueBytesMax, alias_path, problems);
    const auto [other, is_new] = seen.emplace(FoldCode(alias), code);
    if (!is_new && other->second != code) {
      problems.Report(alias_path,
                      "is written like another alias here, and means another "
                      "code; letter case does not count");
    }
    if (code_lists.empty()) {
      problems.Report(alias_path, "there is no code list that it could be of");
      continue;
    }
    const std::string folded = FoldCode(code);
    const bool found =
        std::any_of(code_lists.begin(), code_lists.end(),
                    [&folded, &code = code](const auto& list) {
                      const auto written = list.second->by_writing.find(folded);
                      return written != list.second->by_writing.end() &&
                             written->second == code;
                    });
    if (found) continue;
    // Of one list it is clear which codes are meant.
    const std::string known =
        code_lists.size() == 1
            ? DidYouMean(code, code_lists.begin()->second->codes)
            : "";
    problems.Report(alias_path,
                    absl::StrCat("there is no code `", code, "`", known));
  }
}

}  // namespace

std::optional<Decimal> ParseDeclaredDecimal(const std::string& text) {
  Attribute attribute;
  attribute.type = ValueType::kDecimal;
  WritingHabits habits;
  habits.decimal_mark = '.';
  const bool plain =
      !text.empty() && absl::ascii_isdigit(text.front()) &&
      absl::ascii_isdigit(text.back()) &&
      text.find_first_not_of("0123456789.") == std::string::npos &&
      text.find('.') == text.rfind('.');
  if (!plain) return std::nullopt;
  const Reading reading = ReadValue(attribute, text, habits);
  if (!reading.value.has_value()) return std::nullopt;
  return std::get<Decimal>(reading.value->scalar());
}

const std::optional<LocaleHabits>& WritingBuilder::LocaleOf(
    const std::string& text) {
  const auto [found, is_new] = locales_.try_emplace(text);
  if (is_new) found->second = FindLocale(text);
  return found->second;
}

void WritingBuilder::Check(const v1::Writing& writing, const std::string& path,
                           const CodeLists& code_lists,
                           VocabularyProblems& problems) {
  const auto check = [&](absl::string_view field, bool valid,
                         absl::string_view expected) {
    const std::string field_path = YamlPath(path, field);
    if (!valid && problems.IsWritten(field_path)) {
      problems.Report(field_path, absl::StrCat("must be ", expected));
    }
  };
  check("locale", LocaleOf(writing.locale()).has_value(),
        "a locale with language and country, such as de-DE or en_GB");
  check("region", IsRegion(writing.region()),
        "a country's code of ISO 3166-1, two upper-case letters, such as DE");
  check("currency", IsCurrency(writing.currency()),
        "a currency's code of ISO 4217, three upper-case letters, such as EUR");
  absl::TimeZone time_zone;
  check("time_zone",
        !writing.time_zone().empty() &&
            absl::LoadTimeZone(writing.time_zone(), &time_zone),
        "a time zone's IANA name, such as Europe/Berlin or UTC");
  check("date_order", ParseDateOrder(writing.date_order()).has_value(),
        "DMY, MDY or YMD");
  check("decimal_mark",
        writing.decimal_mark() == "." || writing.decimal_mark() == ",",
        "\".\" or \",\"");
  const int pivot = writing.two_digit_year_pivot();
  check("two_digit_year_pivot",
        pivot == 0 || (pivot >= kPivotMin && pivot <= kPivotMax),
        absl::StrCat("a full year from ", kPivotMin, " to ", kPivotMax,
                     ", such as 2030, or 0 for none"));
  check("set_separator",
        !TrimWhiteSpace(writing.set_separator()).empty() &&
            writing.set_separator().size() <= limits::kNameBytesMax,
        "a short text that is not only white space, such as \";\"");
  check("unit",
        TrimWhiteSpace(writing.unit()) == writing.unit() &&
            !writing.unit().empty() &&
            writing.unit().size() <= limits::kNameBytesMax,
        absl::StrCat("the name or symbol of a unit, such as kg, of at most ",
                     limits::kNameBytesMax, " bytes"));
  check("rounding", ParseDeclaredDecimal(writing.rounding()).has_value(),
        "a decimal that is not negative, such as 1 or 0.05");
  check("tolerance_abs",
        ParseDeclaredDecimal(writing.tolerance_abs()).has_value(),
        "a decimal that is not negative, such as 0.01");
  check("tolerance_rel", IsShare(writing.tolerance_rel()),
        "a decimal from 0 to below 1, such as 0.001");
  CheckTokens(writing.absence_tokens(), YamlPath(path, "absence_tokens"),
              problems);
  CheckTokens(writing.annotations(), YamlPath(path, "annotations"), problems);
  CheckCodeAliases(writing, YamlPath(path, "code_aliases"), code_lists,
                   problems);
}

void WritingBuilder::Apply(const v1::Writing& writing, WritingHabits& habits) {
  if (const std::optional<LocaleHabits>& locale = LocaleOf(writing.locale());
      locale.has_value()) {
    locale->ApplyTo(habits);
  }
  if (!writing.region().empty()) habits.region = writing.region();
  if (!writing.currency().empty()) habits.currency = writing.currency();
  absl::TimeZone time_zone;
  if (!writing.time_zone().empty() &&
      absl::LoadTimeZone(writing.time_zone(), &time_zone)) {
    habits.time_zone = time_zone;
    habits.has_time_zone = true;
  }
  habits.date_order =
      ParseDateOrder(writing.date_order()).value_or(habits.date_order);
  if (!writing.decimal_mark().empty()) {
    habits.decimal_mark = writing.decimal_mark().front();
  }
  if (writing.two_digit_year_pivot() != 0) {
    habits.two_digit_year_pivot = writing.two_digit_year_pivot();
  }
  if (!writing.set_separator().empty()) {
    habits.set_separator = writing.set_separator();
  }
  if (!writing.unit().empty()) habits.unit = writing.unit();
  habits.rounding =
      ParseDeclaredDecimal(writing.rounding()).value_or(habits.rounding);
  habits.tolerance_abs = ParseDeclaredDecimal(writing.tolerance_abs())
                             .value_or(habits.tolerance_abs);
  habits.tolerance_rel = ParseDeclaredDecimal(writing.tolerance_rel())
                             .value_or(habits.tolerance_rel);
  if (!writing.absence_tokens().empty()) {
    habits.absence_tokens.assign(writing.absence_tokens().begin(),
                                 writing.absence_tokens().end());
  }
  if (!writing.annotations().empty()) {
    habits.annotations.assign(writing.annotations().begin(),
                              writing.annotations().end());
  }
  if (!writing.code_aliases().empty()) {
    habits.code_aliases = {writing.code_aliases().begin(),
                           writing.code_aliases().end()};
  }
}

}  // namespace concordat
