#include "consistency/rules/lookups.h"

#include <iterator>
#include <utility>

#include "graph/status_macros.h"

namespace concordat::rules {

absl::StatusOr<const AttributeAt*> Lookups::ValueAt(
    const EntityId& entity, const Attribute& attribute) {
  const auto [place, is_new] = fact_places_.try_emplace(
      FactKey(entity, attribute.name), used_facts_.size());
  if (!is_new) return &used_facts_[place->second].found;
  CONCORDAT_ASSIGN_OR_RETURN(AttributeAt found,
                             facts_.ValueAt(entity, attribute, horizon_.at()));
  horizon_.NoteEnd(found.valid.to);
  used_facts_.push_back({entity, attribute.name, std::move(found)});
  return &used_facts_.back().found;
}

absl::StatusOr<const Related*> Lookups::RelatedAt(const EntityId& entity,
                                                  const RelationType& relation,
                                                  EdgeSide side) {
  const auto [place, is_new] = relation_places_.try_emplace(
      RelationKey(entity, relation.name, side), used_relations_.size());
  if (!is_new) return &used_relations_[place->second].found;
  const auto left = static_cast<size_t>(limits::kRuleRelatedMax - related_);
  CONCORDAT_ASSIGN_OR_RETURN(
      Related found,
      facts_.RelatedAt(entity, relation, side, horizon_.at(), left));
  related_ += static_cast<int64_t>(found.entities.size());
  horizon_.NoteEnd(found.stable_until);
  used_relations_.push_back({entity, relation.name, side, std::move(found)});
  return &used_relations_.back().found;
}

std::vector<UsedFact> Lookups::TakeFacts() {
  fact_places_.clear();
  std::vector<UsedFact> taken(std::make_move_iterator(used_facts_.begin()),
                              std::make_move_iterator(used_facts_.end()));
  used_facts_.clear();
  return taken;
}

std::vector<UsedRelation> Lookups::TakeRelations() {
  relation_places_.clear();
  std::vector<UsedRelation> taken(
      std::make_move_iterator(used_relations_.begin()),
      std::make_move_iterator(used_relations_.end()));
  used_relations_.clear();
  return taken;
}

}  // namespace concordat::rules
