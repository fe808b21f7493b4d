#include "consistency/checks/checks.h"
#include "graph/status_macros.h"

namespace concordat::checks {

absl::StatusOr<bool> CheckIdentity(const Case& c, Judgement& judgement) {
  if (c.claimed.absent || !c.attribute.identifying) return false;
  const Value& value = *c.claimed.value;
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::vector<EntityId> others,
      c.knowledge.IdentifiedBy(c.entity, c.attribute, value));
  for (const EntityId& other : others) {
    CONCORDAT_ASSIGN_OR_RETURN(const KnownEntity* known,
                               c.knowledge.About(other));
    const auto history = known->find(c.attribute.name);
    if (history == known->end()) continue;
    const TimelineSpan* span = history->second.timeline().At(c.claim.said_at);
    if (span == nullptr) continue;
    const Reading& truth =
        history->second.ReadingOf(*span, c.vocabulary.schema.habits);
    if (!truth.value.has_value() ||
        Compare(value, *truth.value,
                {c.attribute, c.terms.habits, c.vocabulary.schema.habits})
                .likeness != Likeness::kSame) {
      continue;
    }
    judgement.verdict = Verdict::kMisidentified;
    judgement.other_entity = other;
    judgement.match = EvidenceOf(c, history->second, *span);
    judgement.match->entity = other;
    return true;
  }
  return false;
}

}  // namespace concordat::checks
