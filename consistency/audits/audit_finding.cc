#include "consistency/audits/audit_finding.h"

#include <algorithm>
#include <cstddef>
#include <tuple>

#include "absl/types/span.h"
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

// Where they go: they are large, and each is moved but once.
std::vector<AuditFinding*> InOrder(std::vector<AuditFinding>& findings) {
  const auto comes_before = [](const AuditFinding* a, const AuditFinding* b) {
    return ComesBefore(*a, *b);
  };
  // Exports are mostly in order, and threads audit parts of them: then it is
  // enough to put the parts in order.
  std::vector<absl::Span<AuditFinding>> parts;
  size_t begin = 0;
  for (size_t i = 1; i <= findings.size(); ++i) {
    if (i < findings.size() && !ComesBefore(findings[i], findings[i - 1])) {
      continue;
    }
    parts.push_back(absl::MakeSpan(findings).subspan(begin, i - begin));
    begin = i;
  }
  std::sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
    return ComesBefore(a.front(), b.front());
  });
  std::vector<AuditFinding*> order;
  order.reserve(findings.size());
  for (const absl::Span<AuditFinding> part : parts) {
    for (AuditFinding& finding : part) order.push_back(&finding);
  }
  if (!std::is_sorted(order.begin(), order.end(), comes_before)) {
    std::sort(order.begin(), order.end(), comes_before);
  }
  return order;
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
  std::vector<AuditFinding> sorted;
  sorted.reserve(findings.size());
  for (AuditFinding* finding : InOrder(findings)) {
    if (!sorted.empty() && IsSameContradiction(sorted.back(), *finding)) {
      Merge(std::move(*finding), sorted.back());
    } else {
      sorted.push_back(std::move(*finding));
    }
  }
  findings = std::move(sorted);
}

}  // namespace concordat::audits
