// A small schema and a world of facts in memory for the tests of rules.
#ifndef CONCORDAT_TESTS_CONSISTENCY_RULES_RULE_FIXTURE_H_
#define CONCORDAT_TESTS_CONSISTENCY_RULES_RULE_FIXTURE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "consistency/rules/facts.h"
#include "consistency/rules/rule.h"
#include "graph/schema.h"

namespace concordat::rules {

// "order/o1"
EntityId Id(const std::string& path);
// "2026-03-01" or "2026-03-01T12:00:00Z", in UTC.
absl::Time Day(const std::string& writing);

// customer: tier (code bronze, silver, gold, with oro for gold), balance
// (money), points (integer), born (date), last_login (instant), consent (code
// granted, withdrawn), interests (set of text), name (person name with
// nicknames), active (boolean), waits (duration), call_at (time of day), height
// (quantity), note (text), nothing.
// order: total (money), placed_on (date), status (code open, done).
// line: amount (money), pieces (integer), price (money).
// case: status (as an order's), due_on (date), note (text).
//
// placed: customer to order, one to many, backwards placed_by. has_line: order
// to line, one to many, backwards line_of. knows: customer to customer,
// backwards known_by. concerns: case to order or customer, many to one.
// Backwards it has no name.
const Schema& RuleSchema();

// A rule on entities of the type; fails the test where it is not valid.
Rule MakeRule(const Schema& schema, const std::string& on,
              const std::string& when, const std::string& require,
              const std::string& message = "", const std::string& name = "r");

// Facts and relations in memory. Counts what it is asked.
class FakeFacts : public RuleFacts {
 public:
  explicit FakeFacts(const Schema& schema) : schema_(schema) {}

  // nullopt: known to have none.
  FakeFacts& Set(const std::string& entity, const std::string& attribute,
                 std::optional<std::string> value, ValidTime valid = {});
  FakeFacts& Erase(const std::string& entity, const std::string& attribute);
  FakeFacts& Relate(const std::string& from, const std::string& relation,
                    const std::string& to, ValidTime valid = {});
  // Takes back all of the edge.
  void Unrelate(const std::string& from, const std::string& relation,
                const std::string& to);
  // Forgets the attribute.
  void Unset(const std::string& entity, const std::string& attribute);

  absl::StatusOr<AttributeAt> ValueAt(const EntityId& entity,
                                      const Attribute& attribute,
                                      absl::Time at) override;
  absl::StatusOr<Related> RelatedAt(const EntityId& entity,
                                    const RelationType& relation, EdgeSide side,
                                    absl::Time at, size_t limit) override;

  // Calls, and entities that were given by RelatedAt.
  int64_t calls = 0;
  int64_t given = 0;

 private:
  struct Edge {
    EntityId far;
    ValidTime valid;
  };
  using FactKey = std::pair<EntityId, std::string>;
  using EdgeKey = std::tuple<EntityId, std::string, EdgeSide>;

  FactRecord& Record(const std::string& entity, const std::string& attribute);

  const Schema& schema_;
  std::map<FactKey, std::vector<FactRecord>> facts_;
  std::map<EdgeKey, std::vector<Edge>> edges_;
  uint64_t revision_ = 0;
};

}  // namespace concordat::rules

#endif  // CONCORDAT_TESTS_CONSISTENCY_RULES_RULE_FIXTURE_H_
