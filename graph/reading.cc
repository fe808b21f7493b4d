#include "graph/reading.h"

#include <cstddef>
#include <utility>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "graph/limits.h"
#include "graph/readers/magnitude.h"
#include "graph/readers/number_text.h"
#include "graph/readers/readers.h"
#include "graph/readers/words.h"
#include "graph/text.h"

namespace concordat {
namespace {

using readers::Context;
using readers::Outcome;
using readers::StepLog;

constexpr auto kNone = absl::string_view::npos;
constexpr absl::string_view kPlaceholder =
    "a placeholder, not a value: declare it as an absence token if it means "
    "that there is none";

bool IsTemporal(ValueType type) {
  return type == ValueType::kDate || type == ValueType::kTimeOfDay ||
         type == ValueType::kInstant;
}

// Whether the reader of the type folds what is not ASCII as it needs it.
bool FoldsItself(ValueType type) {
  return type == ValueType::kText || type == ValueType::kCode ||
         type == ValueType::kEmail || type == ValueType::kReference;
}

// Whether nearly anything reads as the type, even "unknown".
bool TakesAnything(ValueType type) {
  return type == ValueType::kPersonName ||
         type == ValueType::kOrganisationName ||
         type == ValueType::kPostalAddress;
}

// Whether a word in the place of a value can be told from a value.
bool HasPlaceholders(ValueType type) {
  return type != ValueType::kText && type != ValueType::kCode &&
         type != ValueType::kReference;
}

bool IsWordByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return absl::ascii_isalnum(byte) || byte >= 0x80;
}

char LowerAscii(char c) {
  return absl::ascii_tolower(static_cast<unsigned char>(c));
}

// Whether `text` may be cut at `at`: not between two bytes of one word.
bool IsWordBoundary(absl::string_view text, size_t at) {
  return at == 0 || at >= text.size() || !IsWordByte(text[at - 1]) ||
         !IsWordByte(text[at]);
}

// Types whose digits, units and symbols have a plain form of their own, which
// keeps letter case: mW is not MW.
bool IsNumeric(ValueType type) {
  return type == ValueType::kInteger || type == ValueType::kDecimal ||
         type == ValueType::kMoney || type == ValueType::kQuantity;
}

// A writing on its way to the reader. Views either the caller's bytes or its
// own buffer.
class Writing {
 public:
  Writing(absl::string_view raw, const Context& context)
      : view_(TrimWhiteSpace(raw)), context_(context) {
    if (view_.size() != raw.size()) context_.log.Add("white space", view_);
  }
  Writing(const Writing&) = delete;
  Writing& operator=(const Writing&) = delete;

  absl::string_view view() const { return view_; }

  // Brings what is not ASCII into its plain form, and "&nbsp;" to a space.
  void MakePlain();
  // Removes the declared annotations.
  void RemoveAnnotations();
  // Whether it is one of the declared absence tokens, alone or (for dates and
  // times) with a date beside it.
  bool IsAbsence() const;

 private:
  void Replace(std::string text, absl::string_view rule);
  // Removes `annotation` from both ends, and from the inside where `inside`.
  void RemoveAnnotation(absl::string_view annotation, bool inside);
  bool IsAbsenceBesideDate(absl::string_view token) const;

  absl::string_view view_;
  std::string buffer_;
  const Context& context_;
};

void Writing::Replace(std::string text, absl::string_view rule) {
  buffer_ = std::move(text);
  view_ = TrimWhiteSpace(buffer_);
  context_.log.Add(rule, view_);
}

void Writing::MakePlain() {
  const ValueType type = context_.attribute.type;
  // Where the reader folds, only the comparison with annotations needs it
  // before.
  if (FoldsItself(type) && context_.habits.annotations.empty()) return;
  if (!IsAscii(view_) &&
      !(IsNumeric(type) && readers::IsPlainNumberText(view_))) {
    std::string folded;
    if (IsNumeric(type)) {
      folded = readers::PlainNumberText(view_);
    } else if (type == ValueType::kDuration) {
      // NFKC would run the fraction into the number before it: 1 1/2 is not
      // 11/2.
      folded =
          FoldText(absl::StrReplaceAll(view_, {{"\xc2\xbd", " \xc2\xbd"},
                                               {"\xc2\xbc", " \xc2\xbc"},
                                               {"\xc2\xbe", " \xc2\xbe"}}));
    } else {
      folded = FoldText(view_);
    }
    if (folded != view_) Replace(std::move(folded), "character forms");
  }
  if (!FoldsItself(type) && absl::StrContains(view_, "&nbsp")) {
    Replace(absl::StrReplaceAll(view_, {{"&nbsp;", " "}, {"&nbsp", " "}}),
            "white space");
  }
}

void Writing::RemoveAnnotation(absl::string_view annotation, bool inside) {
  if (annotation.empty()) return;
  const char first = LowerAscii(annotation[0]);
  std::string kept;
  size_t copied = 0;  // what is before is in `kept`, or was removed
  for (size_t at = 0; at < view_.size();) {
    // The first byte rules out nearly every place; that of another letter than
    // ASCII's only between letters, for letter case may change it.
    const bool may_start = LowerAscii(view_[at]) == first ||
                           (first < 0 && (view_[at] & 0xC0) == 0xC0);
    const size_t length =
        may_start ? MatchPrefix(view_.substr(at), annotation) : kNone;
    if (length == kNone || !IsWordBoundary(view_, at) ||
        !IsWordBoundary(view_, at + length) ||
        !(inside || at == 0 || at + length == view_.size())) {
      ++at;
      continue;
    }
    absl::StrAppend(&kept, view_.substr(copied, at - copied), " ");
    at += length;
    copied = at;
  }
  if (copied == 0) return;
  absl::StrAppend(&kept, view_.substr(copied));
  // An annotation stands beside a value: alone, it is the value.
  if (!TrimWhiteSpace(kept).empty()) Replace(std::move(kept), "annotation");
}

void Writing::RemoveAnnotations() {
  const bool inside = context_.attribute.type != ValueType::kText;
  for (const std::string& annotation : context_.habits.annotations) {
    if (IsAscii(annotation)) {
      RemoveAnnotation(absl::StripAsciiWhitespace(annotation), inside);
    } else {
      RemoveAnnotation(FoldText(annotation), inside);
    }
  }
}

bool Writing::IsAbsenceBesideDate(absl::string_view token) const {
  const size_t length = MatchPrefix(view_, token);
  if (length != kNone && IsWordBoundary(view_, length)) {
    return readers::IsDateOnly(TrimWhiteSpace(view_.substr(length)));
  }
  if (view_.size() <= token.size()) return false;
  const size_t at = view_.size() - token.size();
  return MatchPrefix(view_.substr(at), token) == token.size() &&
         IsWordBoundary(view_, at) &&
         readers::IsDateOnly(TrimWhiteSpace(view_.substr(0, at)));
}

bool Writing::IsAbsence() const {
  const bool temporal = IsTemporal(context_.attribute.type);
  for (const std::string& token : context_.habits.absence_tokens) {
    if (token.empty()) continue;
    if (EqualsFolded(view_, token)) return true;
    if (!temporal) continue;
    if (IsAscii(token) ? IsAbsenceBesideDate(token)
                       : IsAbsenceBesideDate(FoldText(token))) {
      return true;
    }
  }
  return false;
}

Outcome Dispatch(absl::string_view writing, const Context& context) {
  switch (context.attribute.type) {
    case ValueType::kText:
      return readers::ReadText(writing, context);
    case ValueType::kCode:
      return readers::ReadCode(writing, context);
    case ValueType::kInteger:
      return readers::ReadInteger(writing, context);
    case ValueType::kDecimal:
      return readers::ReadDecimal(writing, context);
    case ValueType::kMoney:
      return readers::ReadMoney(writing, context);
    case ValueType::kBoolean:
      return readers::ReadBoolean(writing, context);
    case ValueType::kDate:
      return readers::ReadDate(writing, context);
    case ValueType::kTimeOfDay:
      return readers::ReadTimeOfDay(writing, context);
    case ValueType::kInstant:
      return readers::ReadInstant(writing, context);
    case ValueType::kPhone:
      return readers::ReadPhone(writing, context);
    case ValueType::kEmail:
      return readers::ReadEmail(writing, context);
    case ValueType::kPersonName:
      return readers::ReadPersonName(writing, context);
    case ValueType::kOrganisationName:
      return readers::ReadOrganisationName(writing, context);
    case ValueType::kPostalAddress:
      return readers::ReadPostalAddress(writing, context);
    case ValueType::kQuantity:
      return readers::ReadQuantity(writing, context);
    case ValueType::kDuration:
      return readers::ReadDuration(writing, context);
    case ValueType::kReference:
      return readers::ReadReference(writing, context);
  }
  return Outcome::Problem("the attribute's type is unknown");
}

// Reads what is neither empty nor a declared absence.
Outcome ReadPlain(absl::string_view writing, const Context& context) {
  const auto is_placeholder = [&] {
    return readers::IsPlaceholder(writing,
                                  TakesAnything(context.attribute.type));
  };
  const ValueType type = context.attribute.type;
  bool placeholder = TakesAnything(type) && is_placeholder();
  if (!placeholder) {
    Outcome outcome = Dispatch(writing, context);
    placeholder = !outcome.ok() && HasPlaceholders(type) && is_placeholder();
    if (!placeholder) return outcome;
  }
  return Outcome::Problem(std::string(kPlaceholder));
}

// One scalar, an absence, or a problem.
struct Single {
  std::optional<Scalar> scalar;
  bool absent = false;
  std::string problem;
  std::string kinds;
};

Single ReadSingle(absl::string_view raw, const Context& context) {
  Single single;
  Writing writing(raw, context);
  single.absent = writing.view().empty() || writing.IsAbsence();
  if (!single.absent) {
    // Only what either step changed can have become an absence.
    const absl::string_view before = writing.view();
    writing.MakePlain();
    writing.RemoveAnnotations();
    single.absent = writing.view().empty() ||
                    (writing.view() != before && writing.IsAbsence());
  }
  if (single.absent) {
    if (!raw.empty()) context.log.Add("absence", "");
    return single;
  }
  Outcome outcome = ReadPlain(writing.view(), context);
  const Text* const text =
      outcome.ok() ? std::get_if<Text>(&outcome.scalar()) : nullptr;
  if (text != nullptr && text->folded.empty()) {
    // Characters that nobody can see say nothing.
    single.absent = true;
    context.log.Add("absence", "");
  } else if (outcome.ok()) {
    single.scalar = std::move(outcome.scalar());
  } else {
    single.problem = std::move(outcome.problem());
    single.kinds = std::move(outcome.kinds());
  }
  return single;
}

// Reads the members of a set. Absent where no member is left.
void ReadSet(absl::string_view raw, const Context& context, Reading* reading) {
  constexpr size_t kMax = static_cast<size_t>(limits::kSetMembersMax);
  const std::vector<absl::string_view> parts =
      readers::SplitMembers(raw, context, kMax);
  if (parts.size() > kMax) {
    reading->problem =
        absl::StrCat("too many members: at most ", kMax, " in a set");
    return;
  }
  // "n/a" is no set of one member.
  if (parts.size() == 1 && context.attribute.type == ValueType::kText &&
      readers::IsPlaceholderCode(FoldCode(parts.front()))) {
    reading->problem = std::string(kPlaceholder);
    return;
  }
  std::vector<Scalar> members;
  for (size_t i = 0; i < parts.size(); ++i) {
    Single member = ReadSingle(parts[i], context);
    if (!member.problem.empty()) {
      reading->problem = absl::StrCat("member ", i + 1, ": ", member.problem);
      return;
    }
    if (member.scalar.has_value()) {
      members.push_back(*std::move(member.scalar));
    }
  }
  if (members.empty()) {
    reading->absent = true;
    return;
  }
  reading->value = context.attribute.ordered ? Value::List(std::move(members))
                                             : Value::Set(std::move(members));
}

// Whether `raw` is the canonical writing of `value` already.
bool IsCanonical(const Value& value, absl::string_view raw) {
  if (!value.is_many()) {
    const Scalar& scalar = value.scalar();
    if (const auto* text = std::get_if<Text>(&scalar)) {
      return raw == absl::string_view(text->folded);
    }
    if (const auto* code = std::get_if<Code>(&scalar)) {
      return raw == absl::string_view(code->code);
    }
    if (const auto* email = std::get_if<Email>(&scalar)) {
      return raw == absl::string_view(email->address);
    }
    if (const auto* instant = std::get_if<Instant>(&scalar)) {
      return IsCanonical(*instant, raw);
    }
    if (const auto* decimal = std::get_if<Decimal>(&scalar)) {
      return IsCanonical(*decimal, raw);
    }
    if (const auto* money = std::get_if<Money>(&scalar)) {
      return IsCanonical(*money, raw);
    }
    if (const auto* quantity = std::get_if<Quantity>(&scalar)) {
      return IsCanonical(*quantity, raw);
    }
  }
  return raw == absl::string_view(value.Canonical());
}

// Reads an ordinary amount without the steps that others need; false where it
// is none, or somebody wants to see steps or declared words of his own.
bool ReadAtOnce(absl::string_view raw, const Context& context,
                Reading* reading) {
  if (context.attribute.type != ValueType::kMoney || context.attribute.is_set ||
      context.log.on() || !context.habits.annotations.empty() ||
      !context.habits.absence_tokens.empty()) {
    return false;
  }
  Money money;
  if (!readers::ReadOrdinaryMoney(raw, context.habits, &money)) return false;
  reading->rewritten = !IsCanonical(money, raw);
  reading->value.emplace(Scalar(std::move(money)));
  return true;
}

// Why `raw` cannot be any value at all; "" where it may be one.
std::string ProblemOfBytes(absl::string_view raw) {
  if (raw.size() > static_cast<size_t>(limits::kValueBytesMax)) {
    return absl::StrCat("value too long: ", raw.size(), " bytes, at most ",
                        limits::kValueBytesMax);
  }
  if (absl::StrContains(raw, '\0')) return "the value has a NUL character";
  if (!IsValidUtf8(raw)) return "the value is not UTF-8 text";
  return "";
}

}  // namespace

namespace {

// Whether it is a point before three digits that keeps a number from being
// read. A comma is decided by nothing but the writer's habits; a point is how
// machines write, so that most of such numbers mean what they say.
bool IsOpenPoint(const Attribute& attribute, absl::string_view raw,
                 const Reading& reading) {
  return !attribute.is_set && IsNumeric(attribute.type) &&
         reading.problem == readers::kMarkUndeclared &&
         absl::StrContains(raw, '.') && !absl::StrContains(raw, ',');
}

// Both readings, the machines' first.
Reading ReadOpenPoint(const Attribute& attribute, absl::string_view raw,
                      const WritingHabits& habits, Trace trace) {
  WritingHabits declared = habits;
  declared.decimal_mark = '.';
  Reading reading = ReadValue(attribute, raw, declared, trace);
  declared.decimal_mark = ',';
  reading.otherwise = ReadValue(attribute, raw, declared).value;
  reading.open_question = std::string(readers::kMarkUndeclared);
  if (trace == Trace::kOn && reading.value.has_value()) {
    reading.steps.push_back(
        {"a point, taken for the decimal mark", reading.value->Canonical()});
  }
  return reading;
}

}  // namespace

Reading ReadValue(const Attribute& attribute, absl::string_view raw,
                  const WritingHabits& habits, Trace trace) {
  Reading reading;
  reading.problem = ProblemOfBytes(raw);
  if (!reading.problem.empty()) return reading;

  const StepLog log(trace == Trace::kOn ? &reading.steps : nullptr);
  const Context context{attribute, habits, log};
  if (ReadAtOnce(raw, context, &reading)) return reading;
  const StepLog silent(nullptr);
  // A token for "no members at all" may contain the separator, so the whole
  // is looked at first.
  if (attribute.is_set &&
      !Writing(raw, {attribute, habits, silent}).IsAbsence()) {
    ReadSet(raw, context, &reading);
  } else {
    Single single = ReadSingle(raw, context);
    reading.absent = single.absent;
    reading.problem = std::move(single.problem);
    reading.kinds = std::move(single.kinds);
    if (single.scalar.has_value()) {
      reading.value.emplace(*std::move(single.scalar));
    }
  }
  if (IsOpenPoint(attribute, raw, reading)) {
    // Assigned, so that `reading` is made where the caller wants it.
    reading = ReadOpenPoint(attribute, raw, habits, trace);
    return reading;
  }
  if (!reading.readable()) return reading;
  reading.rewritten =
      reading.absent ? !raw.empty() : !IsCanonical(*reading.value, raw);
  if (log.on() && reading.rewritten && reading.value.has_value()) {
    std::string canonical = reading.value->Canonical();
    if (reading.steps.empty() || reading.steps.back().result != canonical) {
      log.Add("normal form", canonical);
    }
  }
  return reading;
}

}  // namespace concordat
