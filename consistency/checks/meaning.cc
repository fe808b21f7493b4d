#include "consistency/checks/checks.h"

namespace concordat::checks {

bool CheckMeaning(const Case& c, Judgement& judgement) {
  if (c.claimed.absent) return false;
  const Channel& channel = *c.vocabulary.FindChannel(c.claim.channel);
  for (const std::string& name : c.attribute.confusable_with) {
    const auto known = c.known.find(name);
    if (known == c.known.end()) continue;
    const TimelineSpan* span = known->second.timeline().At(c.claim.said_at);
    if (span == nullptr) continue;
    // What was said, read as if it were about the other attribute.
    const AttributeTerms* terms = channel.FindTerms(c.entity_type.name, name);
    const Attribute& other = known->second.attribute();
    const WritingHabits& habits =
        terms == nullptr ? channel.habits : terms->habits;
    const WritingHabits& authority = c.vocabulary.schema.habits;
    const Reading claimed = ReadValue(other, *c.claim.value, habits);
    const Reading& truth = known->second.ReadingOf(*span, authority);
    if (!claimed.value.has_value() || !truth.value.has_value() ||
        Compare(*claimed.value, *truth.value, {other, habits, authority})
                .likeness != Likeness::kSame) {
      continue;
    }
    judgement.verdict = Verdict::kMeaning;
    judgement.confused_with = name;
    judgement.match = EvidenceOf(c, known->second, *span);
    return true;
  }
  return false;
}

}  // namespace concordat::checks
