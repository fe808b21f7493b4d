// Goal: rules see the graph in a store as its readers do: valid time, merges,
// retractions; and one changed customer costs the same in a store a thousand
// times larger, counted in the rows that are read.
#include "consistency/stored_rule_facts.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/rules/affected.h"
#include "consistency/rules/evaluation.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/consistency/rules/rule_fixture.h"
#include "tests/graph/graph_fixture.h"

namespace concordat {
namespace {

using rules::Id;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const absl::Time kAt = Day(6, 15);

// Counts looks and rows.
class CountingReader : public Reader {
 public:
  explicit CountingReader(const Reader& base) : base_(base) {}

  absl::StatusOr<std::optional<std::string>> Get(
      Space space, absl::string_view key) const override {
    ++count;
    return base_.Get(space, key);
  }
  absl::Status Scan(
      Space space, absl::string_view begin, absl::string_view end,
      absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit)
      const override {
    ++count;
    return base_.Scan(space, begin, end,
                      [&](absl::string_view key, absl::string_view value) {
                        ++count;
                        return visit(key, value);
                      });
  }

  mutable int64_t count = 0;

 private:
  const Reader& base_;
};

// One state of a graph, as rules see it.
class State {
 public:
  explicit State(TestGraph& graph)
      : snapshot_(*graph.store().Snapshot()),
        reader_(*snapshot_),
        knowledge_(reader_, graph.head(), vocabulary(), nullptr),
        facts_(reader_, vocabulary(), knowledge_) {}

  static const Vocabulary& vocabulary() {
    static const Vocabulary* const kVocabulary = [] {
      auto* const filled = new Vocabulary;
      FillTestSchema(filled->schema);
      const auto add = [filled](const std::string& name,
                                const std::string& require) {
        filled->rules.emplace(name, rules::MakeRule(filled->schema, "customer",
                                                    "", require, "", name));
      };
      add("friends", "knows.all(k, k.visits > 2)");
      add("orders", "count(placed) < 2");
      filled->rule_index = rules::RuleIndex(filled->rules);
      return filled;
    }();
    return *kVocabulary;
  }

  rules::RuleFacts& facts() { return facts_; }
  int64_t rows_read() const { return reader_.count; }

  rules::AttributeAt Visits(const std::string& entity, absl::Time at = kAt) {
    const EntityId id = Id(entity);
    auto found = facts_.ValueAt(
        id,
        *vocabulary().schema.FindEntityType(id.type)->FindAttribute("visits"),
        at);
    EXPECT_TRUE(found.ok()) << found.status();
    return *std::move(found);
  }

  rules::Related Related(const std::string& entity, const std::string& relation,
                         EdgeSide side = EdgeSide::kOutgoing,
                         size_t limit = 10) {
    auto found = facts_.RelatedAt(
        Id(entity), vocabulary().schema.relation_types.at(relation), side, kAt,
        limit);
    EXPECT_TRUE(found.ok()) << found.status();
    return *std::move(found);
  }

 private:
  const std::unique_ptr<Reader> snapshot_;
  CountingReader reader_;
  StoredKnowledge knowledge_;
  StoredRuleFacts facts_;
};

Change Visits(const std::string& entity, const std::string& number,
              ValidTime valid = {}) {
  return MakeFact(Id(entity), "visits", number, valid);
}

Change Knows(const std::string& from, const std::string& to,
             ValidTime valid = {}) {
  return MakeRelation(Id(from), "knows", Id(to), valid);
}

TEST(StoredRuleFactsTest, AValueIsOfItsStretch) {
  TestGraph graph;
  graph.Write({Visits("customer/a", "3", {Day(1, 1), Day(5, 1)}),
               Visits("customer/a", "4", {Day(6, 1), Day(8, 1)})});
  State state(graph);
  const rules::AttributeAt now = state.Visits("customer/a");
  EXPECT_EQ(now.reading.value->Canonical(), "4");
  EXPECT_EQ(now.valid.to, Day(8, 1));
  EXPECT_EQ(now.revision, graph.head());
  const rules::AttributeAt gap = state.Visits("customer/a", Day(5, 10));
  EXPECT_EQ(gap.state, Timeline::State::kNone);
  EXPECT_EQ(gap.valid.to, Day(6, 1));
  EXPECT_EQ(state.Visits("customer/b").state, Timeline::State::kSilent);
}

TEST(StoredRuleFactsTest, RelationsHoldAtTheInstant) {
  TestGraph graph;
  graph.Write({Knows("customer/a", "customer/b"),
               Knows("customer/a", "customer/c", {Day(1, 1), Day(2, 1)}),
               Knows("customer/a", "customer/d", {Day(7, 1)}),
               Knows("customer/e", "customer/a")});
  RelationRecord gone =
      MakeRelation(Id("customer/a"), "knows", Id("customer/f"));
  graph.Write({gone});
  gone.retraction = true;
  graph.Write({gone});
  State state(graph);
  const rules::Related known = state.Related("customer/a", "knows");
  EXPECT_THAT(known.entities, ElementsAre(Id("customer/b")));
  EXPECT_EQ(known.stable_until, Day(7, 1));
  EXPECT_FALSE(known.more);
  EXPECT_THAT(
      state.Related("customer/a", "knows", EdgeSide::kIncoming).entities,
      ElementsAre(Id("customer/e")));
}

TEST(StoredRuleFactsTest, IdsThatAreOneEntityCountAsOne) {
  TestGraph graph;
  graph.Write({Knows("customer/a", "customer/x"),
               Knows("customer/b", "customer/y"),
               Knows("customer/z", "customer/b"), Visits("customer/b", "7"),
               Visits("customer/x", "1")});
  graph.Write({MakeMerge(Id("customer/b"), Id("customer/a"))});
  graph.Write({MakeMerge(Id("customer/y"), Id("customer/x"))});
  State state(graph);
  EXPECT_EQ(state.Visits("customer/a").reading.value->Canonical(), "7");
  EXPECT_THAT(state.Related("customer/a", "knows").entities,
              ElementsAre(Id("customer/x")));
  EXPECT_THAT(state.Related("customer/z", "knows").entities,
              ElementsAre(Id("customer/a")));
  // What is written under an old id leads back by the new one.
  const auto affected = rules::AffectedRoots(
      State::vocabulary().rule_index,
      {rules::RuleChange(rules::AttributeChange{Id("customer/a"), "visits"})},
      kAt, state.facts());
  ASSERT_TRUE(affected.ok());
  ASSERT_THAT(affected->roots, SizeIs(1));
  EXPECT_EQ(affected->roots[0].root, Id("customer/z"));
}

TEST(StoredRuleFactsTest, NoMoreAreGivenThanAskedFor) {
  TestGraph graph;
  std::vector<Change> changes;
  for (int i = 0; i < 600; ++i) {
    changes.push_back(Knows("customer/a", absl::StrCat("customer/b", i)));
  }
  graph.Write(changes);
  State state(graph);
  const auto related = [&state](size_t limit) {
    return state.Related("customer/a", "knows", EdgeSide::kOutgoing, limit);
  };
  EXPECT_THAT(related(599).entities, SizeIs(599));
  EXPECT_TRUE(related(599).more);
  EXPECT_THAT(related(600).entities, SizeIs(600));
  EXPECT_FALSE(related(600).more);
  EXPECT_THAT(related(0).entities, IsEmpty());
  EXPECT_TRUE(related(0).more);
}

TEST(StoredRuleFactsTest, OneChangeCostsTheSameInALargerStore) {
  const auto cost = [](int customers) {
    TestGraph graph;
    for (int i = 0; i < customers; ++i) {
      const std::string c = absl::StrCat("customer/c", 100'000 + i);
      const std::string next =
          absl::StrCat("customer/c", 100'000 + (i + 1) % customers);
      graph.Write({Visits(c, "3"), Knows(c, next),
                   MakeRelation(Id(c), "placed",
                                Id(absl::StrCat("order/o", 100'000 + i)))});
    }
    State state(graph);
    const auto affected = rules::AffectedRoots(
        State::vocabulary().rule_index,
        {rules::RuleChange(
             rules::AttributeChange{Id("customer/c100005"), "visits"}),
         rules::RuleChange(rules::RelationChange{
             Id("customer/c100005"), "placed", Id("order/o100005")})},
        kAt, state.facts());
    EXPECT_TRUE(affected.ok());
    EXPECT_THAT(affected->roots, SizeIs(2));
    for (const rules::AffectedRoot& root : affected->roots) {
      const auto evaluation =
          rules::EvaluateRule(*root.rule, root.root, kAt, state.facts());
      EXPECT_TRUE(evaluation.ok());
      EXPECT_EQ(evaluation->outcome, rules::RuleOutcome::kHolds);
    }
    return state.rows_read();
  };
  EXPECT_EQ(cost(10'000), cost(10));
}

}  // namespace
}  // namespace concordat
