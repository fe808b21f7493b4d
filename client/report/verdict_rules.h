// What reports say of verdicts: words, and how bad they are.
#ifndef CONCORDAT_CLIENT_REPORT_VERDICT_RULES_H_
#define CONCORDAT_CLIENT_REPORT_VERDICT_RULES_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "concordat/v1/claims.pb.h"

namespace concordat::client::report {

// A verdict that audits list as a finding.
struct VerdictRule {
  v1::Verdict verdict;
  absl::string_view name;      // CONTRADICTS
  absl::string_view sentence;  // without a value: "The channel says what ..."
  absl::string_view advice;    // what to look at
  absl::string_view level;     // of SARIF: error, warning or note
};

// All of them, the worst first.
const std::vector<VerdictRule>& VerdictRules();

// That of a verdict; null where it is not listed.
const VerdictRule* FindVerdictRule(v1::Verdict verdict);

// How much a verdict says of agreement.
enum class Bearing { kAgrees, kContradicts, kSaysNothing };
Bearing BearingOf(v1::Verdict verdict);

// `CONTRADICTS`; empty for the unspecified one.
absl::string_view VerdictName(v1::Verdict verdict);

}  // namespace concordat::client::report

#endif  // CONCORDAT_CLIENT_REPORT_VERDICT_RULES_H_
