#include "consistency/audits/truth_items.h"

namespace concordat::audits {

TruthItems::TruthItems(const AuditPlan* plan, const ItemKey& key,
                       bool names_entities)
    : index_(plan->index()),
      key_(key),
      names_entities_(names_entities),
      channel_(index_.FindChannel(plan->channel().name)),
      revision_(plan->request().at.number()),
      as_at_minute_(MinuteOf(plan->request().as_at)),
      is_refused_(plan->request().as_at > plan->latest()) {
  for (size_t type = 0; type < index_.types(); ++type) {
    types_.push_back(SubjectSeed(
        key, index_.TypeOf(static_cast<TruthIndex::TypeNumber>(type)).name));
  }
  for (size_t i = 0; i < index_.attributes(); ++i) {
    const auto number = static_cast<TruthIndex::AttributeNumber>(i);
    attributes_.push_back(
        plan->PlanOf(number).terms == nullptr
            ? kNoPrint
            : PrintWithSeed(index_.AttributeOf(number).name, key.attributes));
  }
}

size_t TruthItems::subjects() const {
  if (is_refused_) return 0;
  return names_entities_ ? index_.entities().size() : index_.links().size();
}

TruthItems::Subject TruthItems::SubjectAt(size_t at) const {
  const auto number = static_cast<NameTable::Number>(at);
  if (names_entities_) {
    const NameTable& names = index_.entities();
    return {number,
            PrintWithSeed(names.NameAt(number), types_[names.KindAt(number)])};
  }
  const NameTable& names = index_.links();
  const TruthIndex::Link& link = index_.LinkAt(number);
  if (names.KindAt(number) != channel_ || link.revision > revision_ ||
      link.since_minute > as_at_minute_) {
    return {TruthIndex::kNoEntity, 0};
  }
  return {link.entity, PrintWithSeed(names.NameAt(number), key_.subjects)};
}

}  // namespace concordat::audits
