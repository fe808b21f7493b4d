#include "tests/values/number_cases.h"

namespace concordat::values {
namespace {

class DecimalPairTest : public testing::TestWithParam<NumberCase> {};
TEST_P(DecimalPairTest, Verdict) { CheckNumbers("decimal", GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    Writing, DecimalPairTest,
    testing::Values(
        NumberCase{"Exponent", "", "1.5e3", "1500"},
        NumberCase{"ExponentComma", "", "1,5E3", "1500"},
        NumberCase{"ExponentOfThree", "", "1.234e2", "123.4"},
        NumberCase{"PowerOfTen", "", "1.5×10³", "1500"},
        NumberCase{"NegativePower", "", "2.5 x 10^-4", "0.00025"},
        NumberCase{"HugeExponent", "", "1e999999999999", "1", kUndecided},
        NumberCase{"Percent", "", "5 %", "0.05"},
        NumberCase{"PerMille", "", "5 ‰", "0.005"},
        NumberCase{"PercentWord", "", "12,5 Prozent", "0.125"},
        NumberCase{"Half", "", "½", "0.5"},
        NumberCase{"Mixed", "", "1¼", "1.25"},
        NumberCase{"MixedSpaced", "", "-1 3/4", "-1.75"},
        NumberCase{"Third", "", "1/3", "0.33", kUndecided, "fraction"},
        NumberCase{"Improper", "", "120/80", "1.5", kUndecided},
        NumberCase{"Million", "", "1.5 million", "1500000"},
        NumberCase{"Mio", "", "2 Mio.", "2,000,000"},
        NumberCase{"OpenMillion", "", "1.234 million", "1234000"},
        NumberCase{"OpenPointGroups", "", "1.234", "1234", kUndecided,
                   "decimal mark"},
        NumberCase{"OpenPointDecides", "", "1.234", "1.5", kDifferent},
        NumberCase{"OpenPointIsMachines", "", "+7.250", "7.25"},
        NumberCase{"LongScale", "locale=de_DE", "1 Billion", "1000000000000"},
        NumberCase{"Billion", "locale=en_US", "1 billion", "1000000000"},
        NumberCase{"Ideograph", "", "1.5万", "15000"},
        NumberCase{"TrailingMinus", "", "12,50-", "-12.5"},
        NumberCase{"Brackets", "", "(12.50)", "-12.5"},
        NumberCase{"BracketsAndSign", "", "(-12.50)", "-12.5", kUndecided},
        NumberCase{"TwoSigns", "", "-5-", "-5", kUndecided},
        NumberCase{"Arabic", "", "١٬٢٣٤٫٥", "1234.5"},
        NumberCase{"ArabicMarkIsDecimal", "", "١٫٢٣٤", "1.2340"},
        NumberCase{"Devanagari", "", "१२,३४,५६७", "1234567"},
        NumberCase{"FullWidth", "", "１，２３４．５", "1234.5"},
        NumberCase{"Invisible", "", "\u200e1\u200b2", "12"},
        NumberCase{"SpacedFraction", "", "3.141 592 653", "3.141592653"},
        NumberCase{"Underscores", "", "1_000_000", "1e6"},
        NumberCase{"OpenComma", "", "1,234", "1234", kUndecided,
                   "decimal mark"},
        NumberCase{"OpenPoint", "", "1.234", "1234", kUndecided,
                   "decimal mark"},
        NumberCase{"ZeroFirstIsDecimal", "", "0,125", "0.125"},
        NumberCase{"ByLocale", "a.locale=de_DE;b.locale=en_US", "1.234",
                   "1,234"},
        NumberCase{"Range", "", "5-7", "6", kUndecided},
        NumberCase{"Letter", "", "1O0", "100", kUndecided},
        NumberCase{"Halves", "", "1.2.3", "1.23", kUndecided}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Precision, DecimalPairTest,
    testing::Values(
        NumberCase{"RoundedDown", "rounding=1", "40", "40.49", kSame,
                   "rounding"},
        NumberCase{"HalfRoundsBothWays", "rounding=1", "40", "40.50", kSame,
                   "rounding"},
        NumberCase{"HalfUp", "rounding=1", "41", "40.50", kSame},
        NumberCase{"HalfOfBelow", "rounding=1", "-41", "-40.5", kSame},
        NumberCase{"Beyond", "rounding=1", "40", "40.51", kDifferent},
        NumberCase{"AcrossZero", "rounding=1", "-0.4", "0.5", kSame},
        NumberCase{"AcrossZeroBeyond", "rounding=1", "-0.51", "0.1",
                   kDifferent},
        NumberCase{"LargerStep", "a.rounding=1;b.rounding=10", "42", "44",
                   kSame},
        NumberCase{"OddStep", "rounding=0.05", "12.35", "12.3250", kSame},
        NumberCase{"HugeAndTiny", "rounding=0.000000000000000001",
                   "123456789012345678901234567890123456",
                   "123456789012345678901234567890123457", kDifferent},
        NumberCase{"Limit", "tolerance_abs=0.01", "19.99", "20.00", kSame,
                   "tolerance"},
        NumberCase{"BeyondLimit", "tolerance_abs=0.01", "19.99", "20.0001",
                   kDifferent},
        NumberCase{"Relative", "tolerance_rel=0.01", "99", "100", kSame},
        NumberCase{"RelativeBeyond", "tolerance_rel=0.01", "98.99", "100",
                   kDifferent},
        NumberCase{"RelativeHuge", "tolerance_rel=0.000000000000000001",
                   "999999999999999999999999999999999999",
                   "999999999999999999000000000000000000", kSame},
        NumberCase{"AnyIsEnough", "rounding=1;tolerance_abs=5", "40", "44.9",
                   kSame, "tolerance"},
        NumberCase{"NotNeeded", "rounding=1", "40.0", "40", kSame}),
    NameOf);

class IntegerPairTest : public testing::TestWithParam<NumberCase> {};
TEST_P(IntegerPairTest, Verdict) { CheckNumbers("integer", GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    All, IntegerPairTest,
    testing::Values(NumberCase{"Grouped", "", "1,234", "1 234"},
                    NumberCase{"PointCanOnlyGroup", "", "1.234", "1234"},
                    NumberCase{"PointBeforeZeros", "", "1.000", "1000",
                               kUndecided, "decimal mark"},
                    NumberCase{"Thousands", "", "12k", "12000"},
                    NumberCase{"Exponent", "", "1e3", "1000"},
                    NumberCase{"Thai", "", "๔๕๖", "456"},
                    NumberCase{"Tolerance", "tolerance_abs=2", "10", "12",
                               kSame, "tolerance"},
                    NumberCase{"Rounding", "rounding=100", "1200", "1249",
                               kSame, "rounding"},
                    NumberCase{"Extremes", "tolerance_rel=0.5",
                               "-9223372036854775808", "9223372036854775807",
                               kDifferent},
                    NumberCase{"Transposed", "", "1243", "1234", kDifferent}),
    NameOf);

TEST(NumberTraceTest, SaysHow) {
  Attribute attribute;
  attribute.type = ValueType::kDecimal;
  const Reading reading =
      ReadValue(attribute, "１２,5 %", WritingHabits(), Trace::kOn);
  ASSERT_EQ(reading.steps.size(), 2u);
  EXPECT_EQ(reading.steps[0].rule, "character forms");
  EXPECT_EQ(reading.steps[0].result, "12,5 %");
  EXPECT_EQ(reading.steps[1].rule, "percent");
  EXPECT_EQ(reading.steps[1].result, "0.125");
}

TEST(NumberAnnotationTest, IsRemovedInAnyLetterCase) {
  Attribute attribute;
  attribute.type = ValueType::kDecimal;
  WritingHabits habits;
  habits.annotations = {"estimé", "оценка"};
  for (const char* const raw : {"12,5 ESTIMÉ", "Estimé 12,5", "12,5 Оценка"}) {
    const Reading reading = ReadValue(attribute, raw, habits);
    ASSERT_TRUE(reading.value.has_value()) << raw << ": " << reading.problem;
    EXPECT_EQ(reading.value->Canonical(), "12.5");
  }
}

}  // namespace
}  // namespace concordat::values
