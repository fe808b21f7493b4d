#include "client/report/verdict_rules.h"

#include <cstddef>

namespace concordat::client::report {

const std::vector<VerdictRule>& VerdictRules() {
  static const auto* const kRules = new std::vector<VerdictRule>{
      {v1::VERDICT_MISIDENTIFIED, "MISIDENTIFIED",
       "The channel says what is true of somebody else.",
       "The channel may have mixed two customers up: look at how it matches "
       "its records with people.",
       "error"},
      {v1::VERDICT_NOT_ENTITLED, "NOT_ENTITLED",
       "The channel has an attribute that its contract does not name.",
       "Take it out of the channel, or into its contract.", "error"},
      {v1::VERDICT_CONTRADICTS, "CONTRADICTS",
       "The channel says what never was true.",
       "Look at where the channel has the value from.", "error"},
      {v1::VERDICT_MEANING, "MEANING",
       "The channel says what is true of another attribute, with which this "
       "one is easily confused.",
       "Look at the mapping of the channel's fields.", "error"},
      {v1::VERDICT_EXTRA, "EXTRA",
       "The channel has a value where there is none.",
       "Look at whether the channel hears of what ends.", "error"},
      {v1::VERDICT_STALE, "STALE",
       "The channel says what was true, and for longer than it may.",
       "Look at how changes reach the channel, and at its caches.", "warning"},
      {v1::VERDICT_MISSING, "MISSING",
       "The channel has nothing where its contract requires it to.",
       "Look at what the channel's export or synchronisation leaves out.",
       "warning"},
      {v1::VERDICT_AHEAD, "AHEAD",
       "The channel says what only becomes true later.",
       "Look at whether the channel heeds from when on changes hold.",
       "warning"},
      {v1::VERDICT_UNKNOWN_SUBJECT, "UNKNOWN_SUBJECT",
       "The channel speaks of somebody whom nobody knows.",
       "A link may be missing, or the record should have been deleted.",
       "note"},
      {v1::VERDICT_UNDECIDED, "UNDECIDED",
       "The value cannot be read, or could mean several things.",
       "Look at how the channel writes such values.", "note"}};
  return *kRules;
}

const VerdictRule* FindVerdictRule(v1::Verdict verdict) {
  for (const VerdictRule& rule : VerdictRules()) {
    if (rule.verdict == verdict) return &rule;
  }
  return nullptr;
}

Bearing BearingOf(v1::Verdict verdict) {
  switch (verdict) {
    case v1::VERDICT_AGREES:
    case v1::VERDICT_PARTIAL:
    case v1::VERDICT_PROPAGATING:
      return Bearing::kAgrees;
    case v1::VERDICT_STALE:
    case v1::VERDICT_AHEAD:
    case v1::VERDICT_MEANING:
    case v1::VERDICT_MISIDENTIFIED:
    case v1::VERDICT_MISSING:
    case v1::VERDICT_EXTRA:
    case v1::VERDICT_CONTRADICTS:
    case v1::VERDICT_NOT_ENTITLED:
      return Bearing::kContradicts;
    default:
      return Bearing::kSaysNothing;
  }
}

absl::string_view VerdictName(v1::Verdict verdict) {
  constexpr size_t kPrefix = sizeof("VERDICT_") - 1;
  if (!v1::Verdict_IsValid(verdict) || verdict == v1::VERDICT_UNSPECIFIED)
    return "";
  return absl::string_view(v1::Verdict_Name(verdict)).substr(kPrefix);
}

}  // namespace concordat::client::report
