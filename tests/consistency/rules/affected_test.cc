// Goal: after a change exactly those rules and entities are checked again that
// it may concern, at a cost that does not know how large the store is.
#include "consistency/rules/affected.h"

#include <cstdlib>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "consistency/rules/evaluation.h"
#include "gmock/gmock.h"
#include "graph/limits.h"
#include "gtest/gtest.h"
#include "tests/consistency/rules/rule_fixture.h"

namespace concordat::rules {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const absl::Time kAt = absl::FromUnixSeconds(1'781'524'800);  // 2026-06-15

struct RuleText {
  const char* name;
  const char* on;
  const char* when;
  const char* require;
};
constexpr RuleText kRules[] = {
    {"totals", "order", "", "total == sum(has_line.amount)"},
    {"lines", "customer", "tier == \"gold\"",
     "placed.exists(o, o.has_line.exists(l, l.pieces > 1))"},
    {"friends", "customer", "has(knows)", "knows.all(k, k.tier == tier)"},
    {"counted", "customer", "", "count(placed.filter(o, has(o.status))) < 3"},
    {"own", "line", "", "pieces < 5"},
    {"owner", "line", "has(line_of)", "line_of.placed_by.points > 2"},
    {"both", "case", "",
     "concerns.ofType(customer).points > 2 || "
     "concerns.ofType(order).total > \"5 EUR\""},
    {"branches", "customer", "",
     "(active ? knows : known_by).exists(k, k.points > 3)"},
};

// The rules with their index.
struct Book {
  ByName<Rule> rules;
  RuleIndex index;
};

std::unique_ptr<Book> MakeBook() {
  auto book = std::make_unique<Book>();
  for (const RuleText& text : kRules) {
    book->rules.emplace(text.name, MakeRule(RuleSchema(), text.on, text.when,
                                            text.require, "", text.name));
  }
  book->index = RuleIndex(book->rules);
  return book;
}

std::vector<std::string> Written(const absl::StatusOr<Affected>& affected) {
  EXPECT_TRUE(affected.ok()) << affected.status();
  std::vector<std::string> written;
  for (const AffectedRoot& root : affected->roots) {
    written.push_back(
        absl::StrCat(root.rule->name, " ", root.root.type, "/", root.root.id));
  }
  return written;
}

class AffectedTest : public testing::Test {
 protected:
  AffectedTest() : book_(MakeBook()), facts_(RuleSchema()) {
    facts_.Relate("customer/c1", "placed", "order/o1")
        .Relate("customer/c1", "knows", "customer/c2")
        .Relate("order/o1", "has_line", "line/l1")
        .Relate("order/o1", "has_line", "line/l2")
        .Relate("case/k1", "concerns", "order/o1")
        // Stands beside all of it.
        .Relate("customer/c9", "placed", "order/o9")
        .Relate("order/o9", "has_line", "line/l9");
  }

  std::vector<std::string> After(const RuleChange& change) {
    return Written(AffectedRoots(book_->index, {change}, kAt, facts_));
  }

  const std::unique_ptr<Book> book_;
  FakeFacts facts_;
};

TEST_F(AffectedTest, AnAttributeOfTheRootItself) {
  EXPECT_THAT(After(AttributeChange{Id("order/o1"), "total"}),
              ElementsAre("both case/k1", "totals order/o1"));
}

TEST_F(AffectedTest, AnAttributeTwoRelationsAway) {
  EXPECT_THAT(After(AttributeChange{Id("line/l1"), "pieces"}),
              ElementsAre("lines customer/c1", "own line/l1"));
  EXPECT_THAT(After(AttributeChange{Id("line/l1"), "amount"}),
              ElementsAre("totals order/o1"));
}

TEST_F(AffectedTest, AnAttributeThatSeveralReachByInverses) {
  EXPECT_THAT(
      After(AttributeChange{Id("customer/c1"), "points"}),
      ElementsAre("branches customer/c2", "owner line/l1", "owner line/l2"));
}

TEST_F(AffectedTest, BothBranchesOfAConditionalAreFollowed) {
  EXPECT_THAT(After(AttributeChange{Id("customer/c2"), "points"}),
              ElementsAre("branches customer/c1"));
}

TEST_F(AffectedTest, AnAttributeThatNoRuleReads) {
  EXPECT_THAT(After(AttributeChange{Id("customer/c1"), "note"}), IsEmpty());
  EXPECT_EQ(facts_.calls, 0);
}

TEST_F(AffectedTest, ARelationConcernsWhoFollowsItFromEitherEnd) {
  EXPECT_THAT(
      After(RelationChange{Id("order/o1"), "has_line", Id("line/l1")}),
      ElementsAre("lines customer/c1", "owner line/l1", "totals order/o1"));
}

TEST_F(AffectedTest, ARelationThatIsNoMoreIsFollowedBackAllTheSame) {
  facts_.Unrelate("order/o1", "has_line", "line/l1");
  EXPECT_THAT(
      After(RelationChange{Id("order/o1"), "has_line", Id("line/l1")}),
      ElementsAre("lines customer/c1", "owner line/l1", "totals order/o1"));
}

TEST_F(AffectedTest, AnEntityConcernsAllThatComeToIt) {
  EXPECT_THAT(
      After(EntityChange{Id("order/o1")}),
      ElementsAre("both case/k1", "counted customer/c1", "lines customer/c1",
                  "owner line/l1", "owner line/l2", "totals order/o1"));
}

TEST_F(AffectedTest, SeveralChangesAreOneAnswer) {
  const std::vector<RuleChange> changes = {
      AttributeChange{Id("line/l1"), "amount"},
      AttributeChange{Id("line/l2"), "amount"},
      AttributeChange{Id("order/o1"), "total"}};
  const auto affected = AffectedRoots(book_->index, changes, kAt, facts_);
  EXPECT_THAT(Written(affected),
              ElementsAre("both case/k1", "totals order/o1"));
}

TEST_F(AffectedTest, TheIndexKnowsTheRulesOnAType) {
  std::vector<std::string> names;
  for (const Rule* rule : book_->index.RulesOn("customer")) {
    names.push_back(rule->name);
  }
  EXPECT_THAT(names, ElementsAre("branches", "counted", "friends", "lines"));
  EXPECT_THAT(book_->index.RulesOn("nobody"), IsEmpty());
}

TEST_F(AffectedTest, TooManyRootsAreLeftToASweep) {
  for (int i = 0; i <= limits::kRuleAffectedMax; ++i) {
    facts_.Relate(absl::StrCat("customer/x", i), "knows", "customer/hub");
  }
  const std::vector<RuleChange> changes = {
      AttributeChange{Id("customer/hub"), "tier"},
      AttributeChange{Id("line/l1"), "amount"}};
  const auto affected = AffectedRoots(book_->index, changes, kAt, facts_);
  ASSERT_TRUE(affected.ok());
  ASSERT_EQ(affected->incomplete.size(), 1);
  EXPECT_EQ(affected->incomplete[0]->name, "friends");
  EXPECT_LE(facts_.given, 2 * limits::kRuleAffectedMax);
  // The others are complete.
  EXPECT_EQ(Written(affected).back(), "totals order/o1");
}

TEST(ReadsTest, AreTheWaysAndNoMore) {
  const Rule rule =
      MakeRule(RuleSchema(), "customer", "count(placed.has_line) > 0",
               "(knows.exists(k, k.active) ? placed.filter(o, has(o.status)) : "
               "placed.map(o, o)).exists(o, o.total > \"5 EUR\" && "
               "o.placed_by.points > 3)");
  std::vector<std::string> ways;
  for (const ReadNode& node : rule.reads) {
    std::string way = absl::StrCat(
        node.parent, " ", node.relation == nullptr ? "" : node.relation->name);
    for (const auto& [type, attribute] : node.attributes) {
      absl::StrAppend(&way, " ", type, ".", attribute);
    }
    ways.push_back(way);
  }
  EXPECT_THAT(
      ways, ElementsAre("0 ", "0 placed order.status order.total", "1 has_line",
                        "0 knows customer.active", "1 placed customer.points"));
}

// Goal: one changed customer costs the same in a store a thousand times larger.
TEST(AffectedCostTest, DoesNotGrowWithTheStore) {
  const auto cost = [](int customers) {
    const std::unique_ptr<Book> book = MakeBook();
    FakeFacts facts(RuleSchema());
    for (int i = 0; i < customers; ++i) {
      const std::string c = absl::StrCat("customer/c", i);
      facts.Set(c, "tier", "gold").Set(c, "points", "3");
      // A ring of friends: all are connected with all.
      facts.Relate(c, "knows", absl::StrCat("customer/c", (i + 1) % customers));
      for (int j = 0; j < 2; ++j) {
        const std::string o = absl::StrCat("order/o", i, "-", j);
        const std::string l = absl::StrCat("line/l", i, "-", j);
        facts.Relate(c, "placed", o).Relate(o, "has_line", l);
        facts.Set(o, "total", "5 EUR").Set(l, "amount", "5 EUR");
        facts.Set(l, "pieces", "1");
      }
    }
    facts.Set("customer/c5", "points", "1", {Day("2026-06-01")});
    const auto affected =
        AffectedRoots(book->index,
                      {RuleChange(AttributeChange{Id("customer/c5"), "points"}),
                       RuleChange(AttributeChange{Id("line/l5-0"), "amount"}),
                       RuleChange(RelationChange{Id("customer/c5"), "placed",
                                                 Id("order/o5-0")})},
                      kAt, facts);
    EXPECT_TRUE(affected.ok());
    for (const AffectedRoot& root : affected->roots) {
      EXPECT_TRUE(EvaluateRule(*root.rule, root.root, kAt, facts).ok());
    }
    return std::tuple(affected->roots.size(), facts.calls, facts.given);
  };
  const auto small = cost(20);
  EXPECT_EQ(cost(20'000), small);
  EXPECT_LT(std::get<1>(small), 60);
}

// --- The model --------------------------------------------------------------

uint64_t Seed() {
  uint64_t seed = 20260615;
  if (const char* written = std::getenv("CONCORDAT_TEST_SEED")) {
    (void)absl::SimpleAtoi(written, &seed);
  }
  return seed;
}

class Model {
 public:
  explicit Model(uint64_t seed)
      : book_(MakeBook()), facts_(RuleSchema()), random_(seed) {}

  // Writes something at random, and says what.
  std::vector<RuleChange> Write() {
    std::vector<RuleChange> changes;
    for (int i = Below(3); i >= 0; --i) {
      changes.push_back(Below(2) == 0 ? WriteFact() : WriteRelation());
    }
    return changes;
  }

  // What a person would see of each rule and entity, all of them evaluated.
  std::map<std::string, std::string> All() {
    std::map<std::string, std::string> all;
    for (const auto& [name, rule] : book_->rules) {
      for (int i = 0; i < kEach; ++i) {
        const std::string root = absl::StrCat(rule.on, "/", i);
        all[absl::StrCat(name, " ", root)] = Seen(rule, root);
      }
    }
    return all;
  }

  std::string Seen(const Rule& rule, const std::string& root) {
    const auto seen = EvaluateRule(rule, Id(root), kAt, facts_, Trace::kOn);
    EXPECT_TRUE(seen.ok()) << seen.status();
    std::string written =
        absl::StrCat(RuleOutcomeName(seen->outcome), " until ",
                     absl::FormatTime(seen->stable_until, absl::UTCTimeZone()));
    for (const TraceStep& step : seen->trace) {
      absl::StrAppend(&written, "; ", step.expression, " = ", step.value);
    }
    return written;
  }

  const RuleIndex& index() const { return book_->index; }
  FakeFacts& facts() { return facts_; }

 private:
  static constexpr int kEach = 4;

  int Below(int end) {
    return static_cast<int>(random_() % static_cast<uint64_t>(end));
  }
  std::string Any(const std::string& type) {
    return absl::StrCat(type, "/", Below(kEach));
  }
  // Before, around or after the instant; often without an end.
  ValidTime AnyTime() {
    ValidTime valid;
    if (Below(2) == 0) valid.from = kAt + absl::Hours(Below(200) - 150);
    if (Below(3) == 0) {
      valid.to = std::max(valid.from, kAt) + absl::Hours(Below(100));
    }
    return valid;
  }

  RuleChange WriteFact() {
    struct Choice {
      const char* type;
      const char* attribute;
      std::vector<const char*> values;
    };
    static const auto* const kChoices = new std::vector<Choice>{
        {"customer", "tier", {"gold", "oro", "silver"}},
        {"customer", "points", {"1", "3", "5", "many"}},
        {"customer", "active", {"true", "false"}},
        {"order", "total", {"5 EUR", "10 EUR", "7 USD"}},
        {"order", "status", {"open", "done"}},
        {"line", "amount", {"5 EUR", "10 EUR", "0 EUR"}},
        {"line", "pieces", {"1", "2", "9"}},
    };
    const Choice& choice =
        (*kChoices)[static_cast<size_t>(Below(std::ssize(*kChoices)))];
    const std::string entity = Any(choice.type);
    if (Below(6) == 0) {
      facts_.Unset(entity, choice.attribute);
    } else {
      facts_.Set(entity, choice.attribute,
                 choice.values[static_cast<size_t>(
                     Below(static_cast<int>(choice.values.size())))],
                 AnyTime());
    }
    return AttributeChange{Id(entity), choice.attribute};
  }

  RuleChange WriteRelation() {
    struct Choice {
      const char* from;
      const char* relation;
      const char* to;
    };
    constexpr Choice kChoices[] = {
        {"customer", "placed", "order"},   {"order", "has_line", "line"},
        {"customer", "knows", "customer"}, {"case", "concerns", "order"},
        {"case", "concerns", "customer"},
    };
    const Choice& choice = kChoices[Below(std::ssize(kChoices))];
    const std::string from = Any(choice.from);
    const std::string to = Any(choice.to);
    if (Below(3) == 0) {
      facts_.Unrelate(from, choice.relation, to);
    } else {
      facts_.Relate(from, choice.relation, to, AnyTime());
    }
    return RelationChange{Id(from), choice.relation, Id(to)};
  }

  const std::unique_ptr<Book> book_;
  FakeFacts facts_;
  std::mt19937_64 random_;
};

// What is checked again after each change is all that changed: kept up to date
// so, everything is as if all were evaluated anew.
TEST(AffectedModelTest, CheckingTheAffectedIsCheckingAll) {
  const uint64_t seed = Seed();
  SCOPED_TRACE(absl::StrCat("CONCORDAT_TEST_SEED=", seed));
  Model model(seed);
  std::map<std::string, std::string> kept = model.All();
  size_t affected_count = 0;
  constexpr int kRounds = 1500;
  for (int round = 0; round < kRounds; ++round) {
    const std::vector<RuleChange> changes = model.Write();
    const auto affected =
        AffectedRoots(model.index(), changes, kAt, model.facts());
    ASSERT_TRUE(affected.ok());
    ASSERT_THAT(affected->incomplete, IsEmpty());
    affected_count += affected->roots.size();
    for (const AffectedRoot& root : affected->roots) {
      const std::string id = absl::StrCat(root.root.type, "/", root.root.id);
      kept[absl::StrCat(root.rule->name, " ", id)] = model.Seen(*root.rule, id);
    }
    ASSERT_EQ(kept, model.All()) << "round " << round;
  }
  // It is far from all of them that are checked.
  EXPECT_LT(affected_count, kept.size() * kRounds / 2);
}

}  // namespace
}  // namespace concordat::rules
