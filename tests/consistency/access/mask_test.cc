// What is left of values that are not shown whole.
#include "consistency/access/mask.h"

#include <optional>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace concordat {
namespace {

struct MaskCase {
  const char* name;
  ValueType type;
  Sight sight;
  const char* raw;
  std::optional<std::string> shown;
};
void PrintTo(const MaskCase& test, std::ostream* out) { *out << test.name; }

class MaskTest : public testing::TestWithParam<MaskCase> {};

TEST_P(MaskTest, LeavesThisMuch) {
  Attribute attribute;
  attribute.name = "a";
  attribute.type = GetParam().type;
  WritingHabits habits;
  habits.date_order = DateOrder::kYearMonthDay;
  habits.decimal_mark = '.';
  habits.currency = "EUR";
  EXPECT_EQ(MaskValue(attribute, GetParam().sight, GetParam().raw, habits,
                      [](absl::string_view canonical) {
                        return absl::StrCat("#", canonical);
                      }),
            GetParam().shown);
}

INSTANTIATE_TEST_SUITE_P(
    Values, MaskTest,
    testing::Values(MaskCase{"LastFourOfAnAccount", ValueType::kText,
                             Sight::kLast4, "DE89 3704 0044 0532 0130 00",
                             "…3000"},
                    MaskCase{"ShortValueIsNotGivenAway", ValueType::kText,
                             Sight::kLast4, "1234567", std::nullopt},
                    MaskCase{"EightAreEnough", ValueType::kText, Sight::kLast4,
                             "12345678", "…5678"},
                    MaskCase{"SignsDoNotCount", ValueType::kText, Sight::kLast4,
                             "1-2-3-4-5-6-7", std::nullopt},
                    MaskCase{"LettersBeyondAsciiCountOnce", ValueType::kText,
                             Sight::kLast4, "Żółć-Łąka", "…Łąka"},
                    MaskCase{"YearOfADate", ValueType::kDate, Sight::kYear,
                             "1971-03-04", "1971"},
                    MaskCase{"YearOfWhatIsNoDate", ValueType::kDate,
                             Sight::kYear, "spring", std::nullopt},
                    MaskCase{"RangeOfMoney", ValueType::kMoney, Sight::kRange,
                             "123.40 EUR", "100..1000 EUR"},
                    MaskCase{"RangeOfADebt", ValueType::kMoney, Sight::kRange,
                             "-40.50 EUR", "-100..-10 EUR"},
                    MaskCase{"RangeBelowOne", ValueType::kDecimal,
                             Sight::kRange, "0.25", "0..1"},
                    MaskCase{"RangeOfAnInteger", ValueType::kInteger,
                             Sight::kRange, "7", "1..10"},
                    MaskCase{"Hash", ValueType::kEmail, Sight::kHash,
                             "Jo@Example.com", "#jo@example.com"},
                    MaskCase{"Existence", ValueType::kText, Sight::kExistence,
                             "secret", std::nullopt}),
    [](const auto& test) { return test.param.name; });

TEST(CanBeSeenAsTest, PartsAreOfSingleValuesOfTheirTypes) {
  Attribute date;
  date.type = ValueType::kDate;
  Attribute text;
  text.type = ValueType::kText;
  EXPECT_TRUE(CanBeSeenAs(date, Sight::kYear));
  EXPECT_FALSE(CanBeSeenAs(date, Sight::kRange));
  EXPECT_FALSE(CanBeSeenAs(text, Sight::kYear));
  EXPECT_TRUE(CanBeSeenAs(text, Sight::kLast4));
  text.is_set = true;
  EXPECT_FALSE(CanBeSeenAs(text, Sight::kLast4));
  EXPECT_TRUE(CanBeSeenAs(text, Sight::kHash));
}

}  // namespace
}  // namespace concordat
