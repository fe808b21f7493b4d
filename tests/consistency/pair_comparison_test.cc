#include "consistency/pair_comparison.h"

#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>

namespace concordat {
namespace {

using Written = std::optional<absl::string_view>;

struct PairCase {
  const char* name;
  ValueType type;
  Written a;
  Written b;
  Likeness likeness;
  const char* reason;
};
void PrintTo(const PairCase& test, std::ostream* out) { *out << test.name; }

class PairComparisonTest : public testing::TestWithParam<PairCase> {};

TEST_P(PairComparisonTest, Judges) {
  Attribute attribute;
  attribute.type = GetParam().type;
  attribute.target = "customer";
  WritingHabits channel;
  channel.own_ids = true;
  channel.absence_tokens = {"n/a"};
  const WritingHabits authority;
  const PairComparison pair =
      ComparePair({attribute, channel, authority}, GetParam().a, GetParam().b);
  EXPECT_EQ(pair.likeness, GetParam().likeness);
  EXPECT_EQ(pair.reason.substr(0, std::string(GetParam().reason).size()),
            GetParam().reason);
  EXPECT_TRUE(pair.a.steps.empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, PairComparisonTest,
    testing::Values(PairCase{"Same", ValueType::kDate, "2026-01-02",
                             "2026-01-02", Likeness::kSame, ""},
                    PairCase{"Different", ValueType::kDate, "2026-01-02",
                             "2026-01-03", Likeness::kDifferent, ""},
                    PairCase{"FirstUnreadable", ValueType::kDate, "soon",
                             "2026-01-02", Likeness::kUndecided, "a: "},
                    PairCase{"SecondUnreadable", ValueType::kDate, "2026-01-02",
                             "soon", Likeness::kUndecided, "b: "},
                    PairCase{"BothAbsent", ValueType::kDate, "n/a",
                             std::nullopt, Likeness::kSame, "both say"},
                    PairCase{"OneAbsent", ValueType::kDate, std::nullopt,
                             "2026-01-02", Likeness::kUndecided, "a: no"},
                    PairCase{"AbsentBesideUnreadable", ValueType::kDate,
                             std::nullopt, "soon", Likeness::kUndecided, "b: "},
                    PairCase{"SameReference", ValueType::kReference,
                             "customer/c1", "customer/c1", Likeness::kSame, ""},
                    PairCase{"OwnId", ValueType::kReference, "4711",
                             "customer/c1", Likeness::kUndecided,
                             "a reference by a channel's own id"}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace concordat
