#include "graph/value.h"

#include <iterator>
#include <ostream>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "gtest/gtest.h"

namespace concordat {
namespace {

TEST(ValueTypeNameTest, NamesAreDistinct) {
  EXPECT_STREQ(ValueTypeName(ValueType::kText), "text");
  EXPECT_STREQ(ValueTypeName(ValueType::kTimeOfDay), "time_of_day");
  EXPECT_STREQ(ValueTypeName(ValueType::kEmail), "email");
  std::set<std::string> names;
  for (const ValueType type : kValueTypes) names.insert(ValueTypeName(type));
  EXPECT_EQ(names.size(), std::size(kValueTypes));
  EXPECT_EQ(names.size(), std::variant_size_v<Scalar>);
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
  return Value(Scalar(TimeOfDay{
      seconds * int64_t{1'000'000},
      has_seconds ? TimePrecision::kSecond : TimePrecision::kMinute}));
}

Value Point(int64_t microseconds, TimePrecision precision) {
  return Value(Scalar(Instant{microseconds, precision}));
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
        CanonicalCase{"Instant",
                      Point(1795271400000000, TimePrecision::kSecond),
                      "2026-11-21T14:30:00Z"},
        CanonicalCase{"InstantWithFraction",
                      Point(1795271400250000, TimePrecision::kMillisecond),
                      "2026-11-21T14:30:00.25Z"},
        CanonicalCase{"InstantBefore1970",
                      Point(-1, TimePrecision::kMicrosecond),
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
  EXPECT_TRUE(set.is_many());
  EXPECT_EQ(set.members().size(), 3u);
  EXPECT_EQ(set, Integers({1, 2, 3}));
  EXPECT_NE(set, Integers({1, 2}));
  EXPECT_NE(Integers({1}), Value(Scalar(Integer{1})));
}

}  // namespace
}  // namespace concordat
