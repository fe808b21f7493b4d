#include "consistency/audits/missing_finder.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "graph/status_macros.h"

namespace concordat::audits {

MissingFinder::MissingFinder(const AuditPlan* plan, const Coverage* coverage,
                             StoredKnowledge* knowledge)
    : plan_(*plan),
      index_(plan->index()),
      coverage_(*coverage),
      knowledge_(*knowledge),
      as_at_minute_(MinuteOf(plan->request().as_at)),
      tally_(plan->index().attributes()) {}

absl::Status MissingFinder::Find(EntityNumber begin, EntityNumber end) {
  for (EntityNumber number = begin; number < end; ++number) {
    CONCORDAT_RETURN_IF_ERROR(FindOf(number));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<TruthIndex::EntityNumber>> MissingFinder::MembersOf(
    EntityNumber number) {
  if (!index_.IsMerged(number)) return std::vector{number};
  const EntityId id = index_.IdOf(number);
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster, knowledge_.ClusterOf(id));
  std::vector<EntityNumber> members;
  if (cluster.canonical != id) return members;
  for (const EntityId& member : cluster.members) {
    const EntityNumber one = index_.FindEntity(member);
    if (one < coverage_.entities()) members.push_back(one);
  }
  return members;
}

absl::StatusOr<bool> MissingFinder::HasTruth(EntityNumber number,
                                             AttributeNumber attribute) {
  if (!index_.IsMerged(number)) {
    const TruthIndex::Truth* const truth = index_.FindTruth(number, attribute);
    // What was never recorded is not there, unless the index had no room.
    if (truth == nullptr && index_.left_out() == 0) return false;
    if (truth != nullptr && truth->reading != kNoPrint &&
        truth->revision <= plan_.request().at.number() &&
        truth->since_minute <= as_at_minute_) {
      return true;
    }
  }
  CONCORDAT_ASSIGN_OR_RETURN(const KnownEntity* known,
                             knowledge_.About(index_.IdOf(number)));
  const auto found = known->find(index_.AttributeOf(attribute).name);
  return found != known->end() &&
         found->second.timeline().StateAt(plan_.request().as_at) ==
             Timeline::State::kValue;
}

absl::Status MissingFinder::FindOf(EntityNumber number) {
  const TruthIndex::TypeNumber type = index_.entities().KindAt(number);
  if (!plan_.InScope(type)) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<EntityNumber> members,
                             MembersOf(number));
  if (members.empty()) return absl::OkStatus();
  const auto is_noted = [&](uint32_t required) {
    return std::any_of(members.begin(), members.end(), [&](EntityNumber one) {
      return coverage_.IsNoted(one, required);
    });
  };
  const bool is_covered = is_noted(0);
  if (is_covered) ++tally_.entities_covered;
  for (const AttributeNumber attribute : plan_.RequiredOf(type)) {
    if (is_covered && is_noted(plan_.PlanOf(attribute).required)) continue;
    CONCORDAT_ASSIGN_OR_RETURN(const bool has_truth,
                               HasTruth(number, attribute));
    if (!has_truth) continue;
    if (!is_covered) {
      ++tally_.entities_missing;
      Add(number, nullptr);
      break;
    }
    ++tally_.missing_values[attribute];
    Add(number, &index_.AttributeOf(attribute));
  }
  return absl::OkStatus();
}

void MissingFinder::Add(EntityNumber number, const Attribute* attribute) {
  AuditFinding finding;
  finding.entity = index_.IdOf(number);
  finding.verdict = Verdict::kMissing;
  finding.said_at = plan_.request().as_at;
  finding.rows = 0;
  finding.personal = false;
  const std::string& channel = plan_.channel().name;
  if (attribute == nullptr) {
    finding.explanation =
        absl::StrCat(channel,
                     " has nothing of it, though its contract "
                     "requires what is known of it.");
  } else {
    finding.attribute = attribute->name;
    finding.explanation =
        absl::StrCat(channel,
                     " does not say, though there is one and its "
                     "contract requires it.");
  }
  findings_.push_back(std::move(finding));
}

}  // namespace concordat::audits
