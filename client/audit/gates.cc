#include "client/audit/gates.h"

#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/status_macros.h"
#include "proto/did_you_mean.h"

namespace concordat::client {
namespace {

constexpr absl::string_view kAny = "any";
constexpr absl::string_view kRefused = "refused";
constexpr absl::string_view kMissingEntities = "missing_entities";
constexpr double kHundred = 100;

// Rows of these are findings.
bool IsListed(v1::Verdict verdict) {
  switch (verdict) {
    case v1::VERDICT_UNKNOWN_SUBJECT:
    case v1::VERDICT_NOT_ENTITLED:
    case v1::VERDICT_UNDECIDED:
    case v1::VERDICT_STALE:
    case v1::VERDICT_AHEAD:
    case v1::VERDICT_MEANING:
    case v1::VERDICT_MISIDENTIFIED:
    case v1::VERDICT_MISSING:
    case v1::VERDICT_EXTRA:
    case v1::VERDICT_CONTRADICTS:
      return true;
    default:
      return false;
  }
}

absl::Status Malformed(absl::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("`", text, "`: ", why,
                   "; a condition is [CHANGE:]WHAT OP NUMBER[%], such as "
                   "`new:contradicts>0` or `stale>0.5%`"));
}

absl::StatusOr<v1::AuditChange> ChangeOf(absl::string_view text,
                                         absl::string_view name) {
  v1::AuditChange change = v1::AUDIT_CHANGE_UNSPECIFIED;
  if (v1::AuditChange_Parse(
          absl::StrCat("AUDIT_CHANGE_", absl::AsciiStrToUpper(name)),
          &change) &&
      change != v1::AUDIT_CHANGE_UNSPECIFIED) {
    return change;
  }
  return Malformed(text, absl::StrCat("`", name,
                                      "` is none of new, unchanged, updated, "
                                      "gone, reopened"));
}

}  // namespace

absl::StatusOr<Gate> Gate::Parse(absl::string_view text) {
  Gate gate;
  gate.text_ = std::string(text);
  absl::string_view rest = absl::StripAsciiWhitespace(text);
  const size_t op = rest.find_first_of("<>=");
  if (op == absl::string_view::npos) {
    return Malformed(text, "it has none of > >= < <= =");
  }
  absl::string_view what = absl::StripAsciiWhitespace(rest.substr(0, op));
  rest.remove_prefix(op);
  static constexpr std::pair<absl::string_view, Op> kOps[] = {
      {">=", Op::kAtLeast}, {"<=", Op::kAtMost}, {"==", Op::kEqual},
      {">", Op::kGreater},  {"<", Op::kLess},    {"=", Op::kEqual}};
  for (const auto& [name, meaning] : kOps) {
    if (!absl::ConsumePrefix(&rest, name)) continue;
    gate.op_ = meaning;
    break;
  }
  rest = absl::StripAsciiWhitespace(rest);
  gate.is_percentage_ = absl::ConsumeSuffix(&rest, "%");
  if (!absl::SimpleAtod(absl::StripAsciiWhitespace(rest), &gate.limit_) ||
      !(gate.limit_ >= 0)) {
    return Malformed(text, "what is compared with is no number");
  }
  if (const size_t colon = what.find(':'); colon != absl::string_view::npos) {
    CLIENT_ASSIGN_OR_RETURN(gate.change_,
                            ChangeOf(text, what.substr(0, colon)));
    what.remove_prefix(colon + 1);
  }
  gate.what_ = absl::AsciiStrToLower(what);
  if (gate.what_ == kAny) return gate;
  if (!gate.change_.has_value() &&
      (gate.what_ == kRefused || gate.what_ == kMissingEntities)) {
    return gate;
  }
  v1::Verdict verdict = v1::VERDICT_UNSPECIFIED;
  if (!v1::Verdict_Parse(absl::StrCat("VERDICT_", absl::AsciiStrToUpper(what)),
                         &verdict) ||
      verdict == v1::VERDICT_UNSPECIFIED) {
    std::vector<std::string> known = {"any"};
    if (!gate.change_.has_value()) {
      known.insert(known.end(), {"refused", "missing_entities"});
    }
    for (int i = v1::Verdict_MIN + 1; i <= v1::Verdict_MAX; ++i) {
      known.push_back(absl::AsciiStrToLower(std::string(absl::StripPrefix(
          v1::Verdict_Name(static_cast<v1::Verdict>(i)), "VERDICT_"))));
    }
    return Malformed(text, absl::StrCat("there is no `", what, "`",
                                        DidYouMean(gate.what_, known)));
  }
  gate.verdict_ = verdict;
  return gate;
}

bool Gate::Wants(v1::Verdict verdict) const {
  return verdict_.has_value() ? *verdict_ == verdict : IsListed(verdict);
}

Gate::Measured Gate::Measure(
    const v1::AuditResult& result,
    const std::vector<v1::AuditChangeCount>& changes) const {
  Measured measured;
  if (change_.has_value()) {
    for (const v1::AuditChangeCount& count : changes) {
      const auto findings = static_cast<double>(count.findings());
      if (count.change() == *change_ && Wants(count.verdict())) {
        measured.count += findings;
      }
      const bool was_there = count.change() != v1::AUDIT_CHANGE_NEW &&
                             count.change() != v1::AUDIT_CHANGE_REOPENED;
      if (was_there) measured.whole += findings;
    }
    return measured;
  }
  if (what_ == kRefused) {
    return {static_cast<double>(result.refused_rows()),
            static_cast<double>(result.rows())};
  }
  if (what_ == kMissingEntities) {
    return {static_cast<double>(result.entities_missing()),
            static_cast<double>(result.entities_missing() +
                                result.entities_covered())};
  }
  for (const v1::AuditCount& count : result.counts()) {
    const auto rows = static_cast<double>(count.rows());
    measured.whole += rows;
    if (Wants(count.verdict())) measured.count += rows;
  }
  return measured;
}

bool Gate::Holds(const v1::AuditResult& result,
                 const std::vector<v1::AuditChangeCount>& changes) const {
  const Measured measured = Measure(result, changes);
  double value = measured.count;
  if (is_percentage_) {
    value = measured.count == 0   ? 0
            : measured.whole == 0 ? std::numeric_limits<double>::infinity()
                                  : kHundred * measured.count / measured.whole;
  }
  switch (op_) {
    case Op::kGreater:
      return value > limit_;
    case Op::kAtLeast:
      return value >= limit_;
    case Op::kLess:
      return value < limit_;
    case Op::kAtMost:
      return value <= limit_;
    case Op::kEqual:
      return value == limit_;
  }
  return false;
}

std::string Gate::Explain(
    const v1::AuditResult& result,
    const std::vector<v1::AuditChangeCount>& changes) const {
  const Measured measured = Measure(result, changes);
  std::string text =
      absl::StrCat(text_, ": there are ", static_cast<int64_t>(measured.count));
  if (is_percentage_) {
    absl::StrAppend(&text, " of ", static_cast<int64_t>(measured.whole));
  }
  return text;
}

}  // namespace concordat::client
