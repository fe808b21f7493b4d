#include "graph/reading.h"

#include <cstddef>
#include <utility>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "graph/limits.h"
#include "graph/readers/readers.h"
#include "graph/text.h"

namespace concordat {
namespace {

using readers::Context;
using readers::Outcome;
using readers::StepLog;

constexpr auto kNone = absl::string_view::npos;

bool IsTemporal(ValueType type) {
  return type == ValueType::kDate || type == ValueType::kTimeOfDay ||
         type == ValueType::kInstant;
}

// Whether typographic marks stand for ASCII ones: not in free text, where a
// writer's aliases and words may have them.
bool HasPlainMarks(ValueType type) {
  return type != ValueType::kText && type != ValueType::kCode &&
         type != ValueType::kEmail;
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
  // Text and codes are folded by their readers anyway; only the comparison
  // with annotations needs it before.
  const bool folds_itself =
      type == ValueType::kText || type == ValueType::kCode;
  if (folds_itself && context_.habits.annotations.empty()) return;
  if (!IsAscii(view_)) {
    std::string folded = FoldText(view_);
    if (HasPlainMarks(type)) {
      // Minus sign, hyphen and en dash; apostrophe. NFKC leaves them.
      folded = absl::StrReplaceAll(folded, {{"\xe2\x88\x92", "-"},
                                            {"\xe2\x80\x90", "-"},
                                            {"\xe2\x80\x93", "-"},
                                            {"\xe2\x80\x99", "'"}});
    }
    if (folded != view_) Replace(std::move(folded), "character forms");
  }
  if (HasPlainMarks(type) && absl::StrContains(view_, "&nbsp")) {
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
    // The first byte rules out nearly every place.
    const size_t length = LowerAscii(view_[at]) == first
                              ? MatchPrefix(view_.substr(at), annotation)
                              : kNone;
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

// One scalar, an absence, or a problem.
struct Single {
  std::optional<Scalar> scalar;
  bool absent = false;
  std::string problem;
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
  Outcome outcome = Dispatch(writing.view(), context);
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
  }
  return single;
}

// Reads the members of a set. Absent where no member is left.
void ReadSet(absl::string_view raw, const Context& context, Reading* reading) {
  absl::string_view separator = context.habits.set_separator;
  if (separator.empty()) separator = ";";
  std::vector<Scalar> members;
  size_t position = 0;  // of the member, from 1, counting those not empty
  while (true) {
    const size_t end = raw.find(separator);
    const absl::string_view part = raw.substr(0, end);
    if (!TrimWhiteSpace(part).empty()) {
      ++position;
      if (position > static_cast<size_t>(limits::kSetMembersMax)) {
        reading->problem = absl::StrCat("too many members: at most ",
                                        limits::kSetMembersMax, " in a set");
        return;
      }
      Single member = ReadSingle(part, context);
      if (!member.problem.empty()) {
        reading->problem =
            absl::StrCat("member ", position, ": ", member.problem);
        return;
      }
      if (member.scalar.has_value()) {
        members.push_back(*std::move(member.scalar));
      }
    }
    if (end == kNone) break;
    raw.remove_prefix(end + separator.size());
  }
  if (members.empty()) {
    reading->absent = true;
    return;
  }
  reading->value = context.attribute.ordered
                       ? Value::List(std::move(members))
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
  }
  return raw == absl::string_view(value.Canonical());
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

Reading ReadValue(const Attribute& attribute, absl::string_view raw,
                  const WritingHabits& habits, Trace trace) {
  Reading reading;
  reading.problem = ProblemOfBytes(raw);
  if (!reading.problem.empty()) return reading;

  const StepLog log(trace == Trace::kOn ? &reading.steps : nullptr);
  const Context context{attribute, habits, log};
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
    if (single.scalar.has_value()) {
      reading.value.emplace(*std::move(single.scalar));
    }
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
