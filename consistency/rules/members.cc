#include "consistency/rules/members.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "consistency/rules/operator_types.h"
#include "graph/limits.h"

namespace concordat::rules {
namespace {

using Names = std::vector<std::string>;

bool Has(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Names Sorted(Names names) {
  std::sort(names.begin(), names.end());
  return names;
}

absl::Status Problem(const NamePlace& at, absl::string_view message) {
  return ProblemAt(at.text, at.place, message);
}

absl::Status NotOfAll(const NamePlace& at, absl::string_view type,
                      absl::string_view what) {
  return Problem(at, absl::StrCat("`", type, "` has no ", what, " `", at.name,
                                  "`; take those of one type with "
                                  "`.ofType(...)` first"));
}

// "there is no attribute or relation `x` of order; there is ..."
absl::Status NoMember(const NamePlace& at, const Type& base,
                      const Schema& schema) {
  Names known;
  for (const std::string& one : base.entity_types) {
    const EntityType* type = schema.FindEntityType(one);
    if (type == nullptr) continue;
    if (!type->attributes.empty()) known.push_back(NamesOf(type->attributes));
    for (const auto& [name, relation] : schema.relation_types) {
      if (Has(relation.from_types, one)) known.push_back(name);
      if (!Has(relation.to_types, one)) continue;
      if (!relation.inverse.empty()) {
        known.push_back(relation.inverse);
      } else if (name == at.name) {
        return Problem(at, absl::StrCat("the relation leads to `", one,
                                        "` and has no name to be read "
                                        "backwards by; declare its "
                                        "`inverse`"));
      }
    }
  }
  return Problem(
      at, absl::StrCat("there is no attribute or relation `", at.name, "` of ",
                       absl::StrJoin(base.entity_types, ", "), "; there is ",
                       absl::StrJoin(known, ", ")));
}

absl::StatusOr<ExpressionNode> AttributeNode(const NamePlace& at,
                                             const Type& base,
                                             ExpressionNode node) {
  const Attribute& first = *node.attributes.begin()->second;
  node.kind = ExpressionKind::kAttribute;
  node.type = PlainType(first.type);
  node.type.attribute = &first;
  node.type.many = base.many;
  for (const auto& [type, attribute] : node.attributes) {
    Type other = PlainType(attribute->type);
    other.attribute = attribute;
    node.type.many = node.type.many || attribute->is_set;
    if (AreComparable(node.type, other)) continue;
    return Problem(at, absl::StrCat("`", at.name, "` of `", type,
                                    "` is another kind of value; take those of "
                                    "one type with `.ofType(...)` first"));
  }
  return node;
}

absl::StatusOr<ExpressionNode> RelatedNode(const NamePlace& at,
                                           const Type& base,
                                           const Schema& schema) {
  const absl::StatusOr<RelationReading> found =
      schema.ReadRelationName(at.name);
  if (!found.ok()) return NoMember(at, base, schema);
  const RelationType& relation = *found->type;
  const bool backwards = found->backwards;
  const Names& near = backwards ? relation.to_types : relation.from_types;
  const Names& far = backwards ? relation.from_types : relation.to_types;
  const std::string* without = nullptr;
  bool any = false;
  for (const std::string& type : base.entity_types) {
    if (Has(near, type)) {
      any = true;
    } else {
      without = &type;
    }
  }
  if (!any) return NoMember(at, base, schema);
  if (without != nullptr) return NotOfAll(at, *without, "relation");
  const int hops = base.hops + 1;
  if (hops > limits::kRuleHopsMax) {
    return Problem(at, absl::StrCat("is ", hops, " relations away; at most ",
                                    limits::kRuleHopsMax, " are followed"));
  }
  const bool to_many = backwards ? !relation.one_start() : !relation.one_end();
  ExpressionNode node{.kind = ExpressionKind::kRelated, .place = at.place};
  node.type = {.kind = Kind::kEntity,
               .many = base.many || to_many,
               .entity_types = Sorted(far),
               .hops = hops};
  node.relation = &relation;
  node.side = backwards ? EdgeSide::kIncoming : EdgeSide::kOutgoing;
  return node;
}

}  // namespace

absl::StatusOr<ExpressionNode> ResolveMember(const NamePlace& at,
                                             const Type& base,
                                             const Schema& schema) {
  if (base.kind != Kind::kEntity) {
    return Problem(at,
                   absl::StrCat("`", at.name, "` is asked of ", TypeName(base),
                                "; only entities have attributes and "
                                "relations"));
  }
  ExpressionNode node{.place = at.place};
  const std::string* without = nullptr;
  for (const std::string& one : base.entity_types) {
    const EntityType* type = schema.FindEntityType(one);
    const Attribute* attribute =
        type == nullptr ? nullptr : type->FindAttribute(at.name);
    if (attribute == nullptr) {
      without = &one;
    } else {
      node.attributes.emplace(one, attribute);
    }
  }
  if (node.attributes.empty()) return RelatedNode(at, base, schema);
  if (without != nullptr) return NotOfAll(at, *without, "attribute");
  return AttributeNode(at, base, std::move(node));
}

}  // namespace concordat::rules
