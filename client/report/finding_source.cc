#include "client/report/finding_source.h"

#include <string>

#include "client/report/verdict_rules.h"

namespace concordat::client::report {
namespace {

// Ends a walk that has seen enough; never leaves this file.
absl::Status Enough() { return absl::CancelledError("enough"); }

}  // namespace

bool IsFresh(const v1::AuditFinding& finding) {
  switch (finding.change()) {
    case v1::AUDIT_CHANGE_UNCHANGED:
    case v1::AUDIT_CHANGE_GONE:
      return false;
    default:
      return true;
  }
}

absl::Status ForEachAtMost(FindingSource& source, int64_t total, int64_t max,
                           const FindingVisitor& visit) {
  if (max == 0 || total <= max) return source.ForEach(visit);
  int64_t left = max;
  for (const bool fresh : {true, false}) {
    bool had_enough = false;
    const absl::Status walked =
        source.ForEach([&](const v1::AuditFinding& finding) {
          if (left == 0) {
            had_enough = true;
            return Enough();
          }
          if (IsFresh(finding) != fresh) return absl::OkStatus();
          --left;
          return visit(finding);
        });
    if (!walked.ok() && !had_enough) return walked;
  }
  return absl::OkStatus();
}

void Mask(v1::AuditFinding* finding) {
  if (finding->has_entity()) finding->mutable_entity()->set_id(kMasked);
  if (!finding->subject().empty()) finding->set_subject(kMasked);
  if (finding->has_said()) finding->set_said(kMasked);
  if (finding->has_truth()) finding->set_truth(kMasked);
  if (!finding->explanation().empty()) {
    const VerdictRule* const rule = FindVerdictRule(finding->verdict());
    finding->set_explanation(rule == nullptr ? std::string(kMasked)
                                             : std::string(rule->sentence));
  }
}

absl::Status MaskedFindings::ForEach(const FindingVisitor& visit) {
  v1::AuditFinding masked;
  return source_.ForEach([&](const v1::AuditFinding& finding) {
    masked = finding;
    Mask(&masked);
    return visit(masked);
  });
}

}  // namespace concordat::client::report
