#include "consistency/rules/rule_index.h"

namespace concordat::rules {
namespace {

using Way = RuleIndex::Way;

template <typename Map, typename Key>
auto Find(const Map& map, const Key& key)
    -> absl::Span<const typename Map::mapped_type::value_type> {
  const auto found = map.find(key);
  if (found == map.end()) return {};
  return found->second;
}

}  // namespace

RuleIndex::RuleIndex(const ByName<Rule>& rules) {
  for (const auto& [name, rule] : rules) {
    rules_on_[rule.on].push_back(&rule);
    for (size_t i = 0; i < rule.reads.size(); ++i) {
      const ReadNode& node = rule.reads[i];
      for (const auto& attribute : node.attributes) {
        reading_[attribute].push_back({&rule, i});
      }
      for (const std::string& type : node.types) {
        coming_to_[type].push_back({&rule, i});
      }
      if (node.relation == nullptr) continue;
      following_[{node.relation->name, node.side}].push_back(
          {&rule, node.parent});
    }
  }
}

absl::Span<const Way> RuleIndex::Reading(const std::string& type,
                                         const std::string& attribute) const {
  return Find(reading_, std::pair(type, attribute));
}

absl::Span<const Way> RuleIndex::Following(const std::string& relation,
                                           EdgeSide side) const {
  return Find(following_, std::pair(relation, side));
}

absl::Span<const Way> RuleIndex::ComingTo(const std::string& type) const {
  return Find(coming_to_, type);
}

absl::Span<const Rule* const> RuleIndex::RulesOn(
    const std::string& type) const {
  return Find(rules_on_, type);
}

}  // namespace concordat::rules
