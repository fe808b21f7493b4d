#include "consistency/customer_view.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "consistency/consistency_reader.h"
#include "consistency/finding_rows.h"
#include "consistency/held_reader.h"
#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// What might have to be put right, by what the finding alone tells.
bool MayNeedCorrection(const Finding& finding, const Mutes& mutes,
                       const std::vector<std::string>& attributes,
                       absl::Time since) {
  const Claim* const told = ToldOf(finding);
  return finding.subject.family == FindingFamily::kDisagreement &&
         finding.confirmed && !finding.erased && told != nullptr &&
         !told->erased && told->said_at >= since &&
         std::find(attributes.begin(), attributes.end(),
                   finding.subject.attribute) != attributes.end() &&
         !mutes.Concern(finding);
}

absl::StatusOr<std::vector<Finding>> FindingsToCorrect(
    const Reader& reader, const Cluster& cluster,
    const std::vector<std::string>& attributes, absl::Time since) {
  std::vector<Finding> findings;
  std::optional<Mutes> mutes;
  for (const EntityId& member : cluster.members) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                               rows::FindingsOf(reader, member));
    if (!ids.empty() && !mutes.has_value()) {
      CONCORDAT_ASSIGN_OR_RETURN(mutes, ReadMutes(reader));
    }
    for (const std::string& id : ids) {
      CONCORDAT_ASSIGN_OR_RETURN(std::optional<Finding> finding,
                                 rows::GetFinding(reader, id));
      if (finding.has_value() &&
          MayNeedCorrection(*finding, *mutes, attributes, since)) {
        findings.push_back(*std::move(finding));
      }
    }
  }
  std::sort(
      findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
        return std::tie(b.harm.order, a.id) < std::tie(a.harm.order, b.id);
      });
  return findings;
}

// To say that there is none where there is one tells nobody what it is.
bool TellsWhatIsTrue(const rows::JudgedClaim& judged) {
  const Verdict substance = judged.further.value_or(judged.verdict);
  return substance == Verdict::kAgrees ||
         (substance == Verdict::kPartial && judged.claim.value.has_value());
}

// Whether somebody has told the customer since what is true.
bool WasPutRight(const Finding& finding, const std::vector<HeldClaim>& held) {
  const absl::Time told_at = ToldOf(finding)->said_at;
  return std::any_of(held.begin(), held.end(), [&](const HeldClaim& claim) {
    return claim.attribute() == finding.subject.attribute &&
           Reached(claim.judged.claim.exposure) &&
           claim.judged.claim.said_at > told_at &&
           TellsWhatIsTrue(claim.judged);
  });
}

// nullopt where it is so by now, or nothing is known of it.
absl::StatusOr<std::optional<Correction>> CorrectionOf(
    const Finding& finding, const Vocabulary& vocabulary, Knowledge& knowledge,
    const Channel& asker, absl::Time now) {
  const Claim& told = *ToldOf(finding);
  if (vocabulary.FindChannel(told.channel) == nullptr) return std::nullopt;
  Claim claim = told;
  claim.entity = finding.subject.entity;
  claim.said_at = now;
  // How old its copy was is said of then.
  claim.as_of = absl::InfinitePast();
  claim.as_of_revision.clear();
  CONCORDAT_ASSIGN_OR_RETURN(AnswerCheck check,
                             CheckSubstance(claim, vocabulary, knowledge));
  if (check.advice != Advice::kSayInstead) return std::nullopt;
  Correction correction{.finding = finding,
                        .told = told,
                        .said = std::nullopt,
                        .verdict = VerdictFor(asker, check.judgement),
                        .truth = *std::move(check.truth)};
  if (correction.verdict == check.verdict &&
      check.verdict != Verdict::kMisidentified) {
    correction.said = std::move(check.judgement.claimed);
  }
  return correction;
}

}  // namespace

absl::Status ViewFacts(const Vocabulary& vocabulary, Knowledge& knowledge,
                       const EntityId& entity,
                       const std::vector<std::string>& attributes,
                       absl::Time now, CustomerView& view) {
  CONCORDAT_ASSIGN_OR_RETURN(const KnownEntity* known, knowledge.About(entity));
  for (const std::string& attribute : attributes) {
    std::optional<KnownValue> value;
    if (const auto found = known->find(attribute); found != known->end()) {
      value = KnownAt(found->second, now, vocabulary.schema.habits);
    }
    if (value.has_value()) {
      view.facts.push_back(*std::move(value));
    } else {
      view.unknown_attributes.push_back(attribute);
    }
  }
  return absl::OkStatus();
}

absl::Status ViewCorrections(const Reader& reader, const Vocabulary& vocabulary,
                             StoredKnowledge& knowledge, const Channel& asker,
                             const EntityId& entity,
                             const std::vector<std::string>& attributes,
                             absl::Time now, absl::Time since,
                             CustomerView& view) {
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster,
                             knowledge.ClusterOf(entity));
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::vector<Finding> findings,
      FindingsToCorrect(reader, cluster, attributes, since));
  if (findings.empty()) return absl::OkStatus();
  std::vector<HeldClaim> held;
  for (const EntityId& member : cluster.members) {
    CONCORDAT_ASSIGN_OR_RETURN(std::vector<HeldClaim> of_member,
                               HeldOf(reader, member));
    std::move(of_member.begin(), of_member.end(), std::back_inserter(held));
  }
  for (const Finding& finding : findings) {
    if (view.corrections.size() == kCorrectionsMax) break;
    if (WasPutRight(finding, held)) continue;
    CONCORDAT_ASSIGN_OR_RETURN(
        std::optional<Correction> correction,
        CorrectionOf(finding, vocabulary, knowledge, asker, now));
    if (correction.has_value()) {
      view.corrections.push_back(*std::move(correction));
    }
  }
  return absl::OkStatus();
}

}  // namespace concordat
