#include <algorithm>
#include <vector>

#include "consistency/checks/checks.h"
#include "graph/status_macros.h"

namespace concordat::checks {
namespace {

// Whether the whole of what was said is true of somebody of whom `truth` is
// true: the same value, or a set that is within theirs.
bool IsTrueOf(const Case& c, const Reading& truth) {
  if (!truth.value.has_value()) return false;
  const Likeness likeness =
      Compare(*c.claimed.value, *truth.value,
              {c.attribute, c.terms.habits, c.vocabulary.schema.habits})
          .likeness;
  return likeness == Likeness::kSame ||
         (c.attribute.is_set && likeness == Likeness::kCoarser);
}

}  // namespace

absl::StatusOr<bool> CheckIdentity(const Case& c, Judgement& judgement) {
  if (c.claimed.absent || !c.attribute.identifying) return false;
  // Whoever it is true of has each of its members: one that identifies will do.
  const auto members = c.claimed.value->members();
  const auto identifies = [&](const Scalar& member) {
    return !c.attribute.identity.blocked.contains(Value(member).Canonical());
  };
  const auto chosen = std::find_if(members.begin(), members.end(), identifies);
  if (chosen == members.end()) return false;
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::vector<EntityId> others,
      c.knowledge.IdentifiedBy(c.entity, c.attribute, *chosen));
  for (const EntityId& other : others) {
    CONCORDAT_ASSIGN_OR_RETURN(const KnownEntity* known,
                               c.knowledge.About(other));
    const auto history = known->find(c.attribute.name);
    if (history == known->end()) continue;
    const TimelineSpan* span = history->second.timeline().At(c.claim.said_at);
    if (span == nullptr) continue;
    const Reading& truth =
        history->second.ReadingOf(*span, c.vocabulary.schema.habits);
    if (!IsTrueOf(c, truth)) continue;
    judgement.verdict = Verdict::kMisidentified;
    judgement.other_entity = other;
    judgement.match = EvidenceOf(c, history->second, *span);
    judgement.match->entity = other;
    return true;
  }
  return false;
}

}  // namespace concordat::checks
