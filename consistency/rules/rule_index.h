// The rules of a vocabulary by what they read.
#ifndef CONCORDAT_CONSISTENCY_RULES_RULE_INDEX_H_
#define CONCORDAT_CONSISTENCY_RULES_RULE_INDEX_H_

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/types/span.h"
#include "consistency/rules/rule.h"
#include "graph/edges.h"
#include "graph/ids.h"
#include "graph/schema.h"

namespace concordat::rules {

// What was written, with canonical ids and names. Its valid time does not
// matter.
//
// A fact of the attribute was recorded, replaced or taken back.
struct AttributeChange {
  EntityId entity;
  std::string attribute;
};
// The same of an edge of the relation.
struct RelationChange {
  EntityId from;
  std::string relation;
  EntityId to;
};
// Anything may be another: something was recorded of it for the first time, it
// was merged, split or erased. Of a merge or split both ids change.
struct EntityChange {
  EntityId entity;
};
using RuleChange = std::variant<AttributeChange, RelationChange, EntityChange>;

// The ways of all rules, by what they read. Immutable; thread-safe.
class RuleIndex {
 public:
  // A way of a rule: an index into its `reads`.
  struct Way {
    const Rule* rule = nullptr;
    size_t node = 0;
  };

  RuleIndex() = default;
  // `rules` must outlive this.
  explicit RuleIndex(const ByName<Rule>& rules);

  // Ways that come to entities of the type and read the attribute of them.
  absl::Span<const Way> Reading(const std::string& type,
                                const std::string& attribute) const;
  // Ways from which rules follow the relation, from that end of it.
  absl::Span<const Way> Following(const std::string& relation,
                                  EdgeSide side) const;
  // Ways that come to entities of the type.
  absl::Span<const Way> ComingTo(const std::string& type) const;
  // Rules on entities of the type, in order of name.
  absl::Span<const Rule* const> RulesOn(const std::string& type) const;

 private:
  std::map<std::pair<std::string, std::string>, std::vector<Way>> reading_;
  std::map<std::pair<std::string, EdgeSide>, std::vector<Way>> following_;
  std::map<std::string, std::vector<Way>> coming_to_;
  std::map<std::string, std::vector<const Rule*>> rules_on_;
};

}  // namespace concordat::rules

#endif  // CONCORDAT_CONSISTENCY_RULES_RULE_INDEX_H_
