#include "consistency/audits/audit_finding.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <tuple>

#include "absl/container/btree_map.h"
#include "absl/strings/string_view.h"
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

// The first bytes, as a number of the same order.
uint64_t PrefixOf(absl::string_view text) {
  uint64_t prefix = 0;
  for (size_t i = 0; i < sizeof(prefix); ++i) {
    prefix =
        prefix << 8 | (i < text.size() ? static_cast<uint8_t>(text[i]) : 0);
  }
  return prefix;
}

// A finding, and what decides mostly where it goes: reading a finding itself is
// a miss of the cache or several.
struct Placed {
  size_t type;      // its place among the types that there are
  uint64_t prefix;  // of the entity's id, or the subject
  AuditFinding* finding;
};

bool operator<(const Placed& a, const Placed& b) {
  if (a.type != b.type) return a.type < b.type;
  if (a.prefix != b.prefix) return a.prefix < b.prefix;
  return ComesBefore(*a.finding, *b.finding);
}

// Where they go: they are large, and each is moved but once.
std::vector<Placed> InOrder(std::vector<AuditFinding>& findings) {
  absl::btree_map<absl::string_view, size_t> types;
  for (const AuditFinding& finding : findings) {
    if (finding.entity.has_value()) types[finding.entity->type];
  }
  size_t known = 0;  // without an entity they come first
  for (auto& [type, place] : types) place = ++known;
  std::vector<Placed> order;
  order.reserve(findings.size());
  for (AuditFinding& finding : findings) {
    order.push_back(finding.entity.has_value()
                        ? Placed{types[finding.entity->type],
                                 PrefixOf(finding.entity->id), &finding}
                        : Placed{0, PrefixOf(finding.subject), &finding});
  }
  std::sort(order.begin(), order.end());
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
  for (const Placed& placed : InOrder(findings)) {
    AuditFinding& finding = *placed.finding;
    if (!sorted.empty() && IsSameContradiction(sorted.back(), finding)) {
      Merge(std::move(finding), sorted.back());
    } else {
      sorted.push_back(std::move(finding));
    }
  }
  findings = std::move(sorted);
}

}  // namespace concordat::audits
