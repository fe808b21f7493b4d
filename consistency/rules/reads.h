// What a rule reads, and the way from there back to the entity that it is on.
#ifndef CONCORDAT_CONSISTENCY_RULES_READS_H_
#define CONCORDAT_CONSISTENCY_RULES_READS_H_

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "consistency/rules/expression.h"
#include "graph/edges.h"
#include "graph/schema.h"

namespace concordat::rules {

// Entities that a rule comes to by one way: the root, or what a relation leads
// to from those of another way.
struct ReadNode {
  // Index of the other way; of the root its own.
  size_t parent = 0;
  // nullptr for the root.
  const RelationType* relation = nullptr;
  // Which end of the relation the parent's entities are.
  EdgeSide side = EdgeSide::kOutgoing;
  // The types that they may have, in order.
  std::vector<std::string> types;
  // What is read of them: entity type and attribute, by canonical name.
  std::set<std::pair<std::string, std::string>> attributes;
};

// The first is the root; a parent stands before its children.
using Reads = std::vector<ReadNode>;

// What the expressions on an entity of the type read together.
Reads ReadsOf(const EntityType& on,
              const std::vector<const Expression*>& expressions);

}  // namespace concordat::rules

#endif  // CONCORDAT_CONSISTENCY_RULES_READS_H_
