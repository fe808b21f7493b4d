#include "graph/value.h"

#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace concordat {
namespace {

TEST(ValueTypeNameTest, NamesAreDistinct) {
  EXPECT_STREQ(ValueTypeName(ValueType::kText), "text");
  EXPECT_STREQ(ValueTypeName(ValueType::kTimeOfDay), "time_of_day");
  EXPECT_STREQ(ValueTypeName(ValueType::kEmail), "email");
  for (int a = 0; a <= static_cast<int>(ValueType::kEmail); ++a) {
    for (int b = 0; b < a; ++b) {
      EXPECT_STRNE(ValueTypeName(static_cast<ValueType>(a)),
                   ValueTypeName(static_cast<ValueType>(b)));
    }
  }
}

struct CanonicalCase {
  const char* name;
  Value value;
  std::string writing;
};
void PrintTo(const CanonicalCase& test, std::ostream* out) {
  *out << test.name;
}

class CanonicalTest : public testing::TestWithParam<CanonicalCase> {};

TEST_P(CanonicalTest, Writes) {
  EXPECT_EQ(GetParam().value.Canonical(), GetParam().writing);
}

Value Number(absl::int128 unscaled, int scale) {
  return Value(Scalar(Decimal{unscaled, scale}));
}

Value Day(int year, int month, int day) {
  return Value(Scalar(Date{absl::CivilDay(year, month, day)}));
}

Value Clock(int32_t seconds, bool has_seconds) {
  return Value(Scalar(TimeOfDay{seconds, has_seconds}));
}

Value Microsecond(int64_t microseconds) {
  return Value(Scalar(Instant{absl::FromUnixMicros(microseconds)}));
}

Value Call(const std::string& number, const std::string& extension = "",
           bool complete = true) {
  return Value(Scalar(Phone{number, extension, complete}));
}

Value Integers(const std::vector<int64_t>& numbers) {
  std::vector<Scalar> members;
  for (const int64_t number : numbers) members.push_back(Integer{number});
  return Value::Set(std::move(members));
}

// 10^36 - 1, the largest unscaled number.
absl::int128 Largest() {
  absl::int128 number = 1;
  for (int i = 0; i < 36; ++i) number *= 10;
  return number - 1;
}

INSTANTIATE_TEST_SUITE_P(
    All, CanonicalTest,
    testing::Values(
        CanonicalCase{"Text", Value(Scalar(Text{"main street"})),
                      "main street"},
        CanonicalCase{"Code", Value(Scalar(Code{"GOLD"})), "GOLD"},
        CanonicalCase{"Integer", Value(Scalar(Integer{-12})), "-12"},
        CanonicalCase{"Zero", Number(0, 0), "0"},
        CanonicalCase{"Decimal", Number(405, 1), "40.5"},
        CanonicalCase{"Hundreds", Number(4000, 0), "4000"},
        CanonicalCase{"Small", Number(-5, 2), "-0.05"},
        CanonicalCase{"Long", Number(Largest(), 18),
                      "999999999999999999.999999999999999999"},
        CanonicalCase{"LongNegative", Number(-Largest(), 0),
                      "-" + std::string(36, '9')},
        CanonicalCase{"Money", Value(Scalar(Money{Decimal{405, 1}, "EUR"})),
                      "40.5 EUR"},
        CanonicalCase{"True", Value(Scalar(Boolean{true})), "true"},
        CanonicalCase{"False", Value(Scalar(Boolean{false})), "false"},
        CanonicalCase{"Date", Day(2026, 1, 9), "2026-01-09"},
        CanonicalCase{"EarlyDate", Day(33, 4, 3), "0033-04-03"},
        CanonicalCase{"Time", Clock(52200, false), "14:30"},
        CanonicalCase{"TimeWithSeconds", Clock(52205, true), "14:30:05"},
        CanonicalCase{"Instant", Microsecond(1795271400000000),
                      "2026-11-21T14:30:00Z"},
        CanonicalCase{"InstantWithFraction", Microsecond(1795271400250000),
                      "2026-11-21T14:30:00.25Z"},
        CanonicalCase{"InstantBefore1970", Microsecond(-1),
                      "1969-12-31T23:59:59.999999Z"},
        CanonicalCase{"Phone", Call("+493012345"), "+493012345"},
        CanonicalCase{"Extension", Call("+493012345", "12"),
                      "+493012345 ext. 12"},
        CanonicalCase{"Email", Value(Scalar(Email{"a@b.example"})),
                      "a@b.example"},
        CanonicalCase{"Set", Integers({2, 1, 2}), "1; 2"},
        CanonicalCase{"EmptySet", Integers({}), ""}),
    [](const testing::TestParamInfo<CanonicalCase>& each) {
      return std::string(each.param.name);
    });

TEST(ValueTest, SetsIgnoreOrderAndRepetition) {
  const Value set = Integers({3, 1, 3, 2});
  EXPECT_TRUE(set.is_set());
  EXPECT_EQ(set.members().size(), 3u);
  EXPECT_EQ(set, Integers({1, 2, 3}));
  EXPECT_NE(set, Integers({1, 2}));
  EXPECT_NE(Integers({1}), Value(Scalar(Integer{1})));
}

struct CompareCase {
  const char* name;
  Value a;
  Value b;
  Likeness likeness;
};
void PrintTo(const CompareCase& test, std::ostream* out) { *out << test.name; }

Likeness Mirror(Likeness likeness) {
  if (likeness == Likeness::kCoarser) return Likeness::kFiner;
  if (likeness == Likeness::kFiner) return Likeness::kCoarser;
  return likeness;
}

class CompareTest : public testing::TestWithParam<CompareCase> {};

TEST_P(CompareTest, BothWays) {
  const CompareCase& test = GetParam();
  EXPECT_EQ(Compare(test.a, test.b), test.likeness);
  EXPECT_EQ(Compare(test.b, test.a), Mirror(test.likeness));
  EXPECT_EQ(Compare(test.a, test.a), Likeness::kSame);
  EXPECT_EQ(Compare(test.b, test.b), Likeness::kSame);
}

INSTANTIATE_TEST_SUITE_P(
    All, CompareTest,
    testing::Values(
        CompareCase{"Same", Number(405, 1), Number(405, 1), Likeness::kSame},
        CompareCase{"Different", Number(405, 1), Number(405, 2),
                    Likeness::kDifferent},
        CompareCase{"Currency", Value(Scalar(Money{Decimal{40, 0}, "EUR"})),
                    Value(Scalar(Money{Decimal{40, 0}, "USD"})),
                    Likeness::kDifferent},
        CompareCase{"Types", Value(Scalar(Integer{1})), Number(1, 0),
                    Likeness::kDifferent},
        CompareCase{"MinuteAndSecond", Clock(52200, false), Clock(52205, true),
                    Likeness::kCoarser},
        CompareCase{"MinuteAndZero", Clock(52200, false), Clock(52200, true),
                    Likeness::kSame},
        CompareCase{"Seconds", Clock(52200, true), Clock(52205, true),
                    Likeness::kDifferent},
        CompareCase{"Minutes", Clock(52200, false), Clock(52260, false),
                    Likeness::kDifferent},
        CompareCase{"OtherMinute", Clock(52200, false), Clock(52265, true),
                    Likeness::kDifferent},
        CompareCase{"NoCountry", Call("3012345", "", false), Call("+493012345"),
                    Likeness::kCoarser},
        CompareCase{"NoCountryOther", Call("3012346", "", false),
                    Call("+493012345"), Likeness::kDifferent},
        CompareCase{"NotIntoTheCountryCode", Call("93012345", "", false),
                    Call("+493012345"), Likeness::kDifferent},
        CompareCase{"OneDigitCountry", Call("3159827436", "", false),
                    Call("+13159827436"), Likeness::kCoarser},
        CompareCase{"ThreeDigitCountry", Call("21234567", "", false),
                    Call("+35121234567"), Likeness::kCoarser},
        CompareCase{"NoExtension", Call("+493012345"), Call("+493012345", "12"),
                    Likeness::kCoarser},
        CompareCase{"Extensions", Call("+493012345", "13"),
                    Call("+493012345", "12"), Likeness::kDifferent},
        CompareCase{"MixedGaps", Call("3012345", "12", false),
                    Call("+493012345"), Likeness::kCoarser},
        CompareCase{"Sets", Integers({1, 2}), Integers({2, 1}),
                    Likeness::kSame},
        CompareCase{"Subset", Integers({1}), Integers({2, 1}),
                    Likeness::kCoarser},
        CompareCase{"EmptySubset", Integers({}), Integers({1}),
                    Likeness::kCoarser},
        CompareCase{"Overlap", Integers({1, 3}), Integers({1, 2}),
                    Likeness::kDifferent},
        CompareCase{"CoarserMember", Value::Set({Phone{"3012345", "", false}}),
                    Value::Set({Phone{"+493012345", "", true}}),
                    Likeness::kCoarser},
        CompareCase{"SetAndSingle", Integers({1}), Value(Scalar(Integer{1})),
                    Likeness::kDifferent}),
    [](const testing::TestParamInfo<CompareCase>& each) {
      return std::string(each.param.name);
    });

}  // namespace
}  // namespace concordat
