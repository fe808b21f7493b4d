#include "consistency/audits/audit_finding.h"

#include <algorithm>
#include <cstddef>
#include <tuple>

#include "consistency/explanation.h"

namespace concordat::audits {
namespace {

// Of an entity, the channel's own id for it does not matter.
absl::string_view SubjectOf(const AuditFinding& finding) {
  return finding.entity.has_value() ? absl::string_view() : finding.subject;
}

auto AboutOf(const AuditFinding& finding) {
  return std::tuple<const std::optional<EntityId>&, absl::string_view,
                    absl::string_view, FindingFamily>(
      finding.entity, SubjectOf(finding), finding.attribute, finding.family());
}

}  // namespace

bool IsListed(Verdict verdict) {
  return IsDisagreement(verdict) || verdict == Verdict::kNotEntitled ||
         verdict == Verdict::kUndecided || verdict == Verdict::kUnknownSubject;
}

AuditFinding FindingOf(const Claim& claim, const Judgement& judgement,
                       bool personal, int64_t line) {
  AuditFinding finding;
  finding.entity = judgement.entity;
  finding.subject = claim.subject;
  finding.verdict = judgement.verdict;
  finding.further = judgement.further;
  finding.exposure = claim.exposure;
  finding.said_at = claim.said_at;
  finding.line = line;
  finding.labels = claim.labels;
  finding.personal = personal;
  if (judgement.verdict == Verdict::kUnknownSubject) {
    // Whatever is said of nobody: all of it is one finding.
    if (claim.entity.has_value()) finding.entity = claim.entity;
    return finding;
  }
  finding.attribute = judgement.attribute;
  finding.said = claim.value;
  if (judgement.truth.has_value()) {
    finding.truth = judgement.truth->fact.value;
    finding.true_since = judgement.truth->valid.from;
  }
  finding.lag = judgement.lag;
  finding.explanation = Explain(claim, judgement);
  return finding;
}

std::string FingerprintOf(const AuditFinding& finding,
                          absl::string_view channel) {
  return concordat::FingerprintOf(FindingSubject{
      .entity = finding.entity.value_or(EntityId{"", finding.subject}),
      .attribute = finding.attribute,
      .channel = std::string(channel),
      .family = finding.family()});
}

bool IsSameContradiction(const AuditFinding& a, const AuditFinding& b) {
  return AboutOf(a) == AboutOf(b);
}

bool ComesBefore(const AuditFinding& a, const AuditFinding& b) {
  return AboutOf(a) < AboutOf(b);
}

void Merge(AuditFinding&& other, AuditFinding& finding) {
  const int64_t rows = finding.rows + other.rows;
  if (other.line > finding.line) finding = std::move(other);
  finding.rows = rows;
}

void SortAndMerge(std::vector<AuditFinding>& findings) {
  if (findings.empty()) return;
  std::sort(findings.begin(), findings.end(), ComesBefore);
  size_t last = 0;
  for (size_t i = 1; i < findings.size(); ++i) {
    if (IsSameContradiction(findings[last], findings[i])) {
      Merge(std::move(findings[i]), findings[last]);
    } else if (++last != i) {
      findings[last] = std::move(findings[i]);
    }
  }
  findings.resize(last + 1);
}

}  // namespace concordat::audits
