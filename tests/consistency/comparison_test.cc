#include "consistency/comparison.h"

#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace concordat {
namespace {

Value Number(absl::int128 unscaled, int scale) {
  return Value(Scalar(Decimal{unscaled, scale}));
}

Value Clock(int32_t seconds, bool has_seconds) {
  return Value(Scalar(TimeOfDay{
      seconds * int64_t{1'000'000},
      has_seconds ? TimePrecision::kSecond : TimePrecision::kMinute}));
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

struct CompareCase {
  const char* name;
  Value a;
  Value b;
  Likeness likeness;
};
void PrintTo(const CompareCase& test, std::ostream* out) { *out << test.name; }

Likeness LikenessOf(const Value& a, const Value& b) {
  const Attribute attribute;
  const WritingHabits habits;
  return Compare(a, b, {attribute, habits, habits}).likeness;
}

class CompareTest : public testing::TestWithParam<CompareCase> {};

TEST_P(CompareTest, BothWays) {
  const CompareCase& test = GetParam();
  EXPECT_EQ(LikenessOf(test.a, test.b), test.likeness);
  EXPECT_EQ(LikenessOf(test.b, test.a), Mirrored(test.likeness));
  EXPECT_EQ(LikenessOf(test.a, test.a), Likeness::kSame);
  EXPECT_EQ(LikenessOf(test.b, test.b), Likeness::kSame);
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
                    Likeness::kSame},
        CompareCase{"NoCountryNorArea", Call("12345", "", false),
                    Call("+493012345"), Likeness::kCoarser},
        CompareCase{"NoArea", Call("+4912345"), Call("+493012345"),
                    Likeness::kCoarser},
        CompareCase{"OtherCountry", Call("+4312345"), Call("+493012345"),
                    Likeness::kDifferent},
        CompareCase{"NoCountryOther", Call("3012346", "", false),
                    Call("+493012345"), Likeness::kDifferent},
        CompareCase{"NotIntoTheCountryCode", Call("983012345", "", false),
                    Call("+498301234"), Likeness::kDifferent},
        CompareCase{"NoPlus", Call("493012345", "", false), Call("+493012345"),
                    Likeness::kSame},
        CompareCase{"TrunkPrefix", Call("84951234567", "", false),
                    Call("+74951234567"), Likeness::kSame},
        CompareCase{"ItalianZero", Call("66982123", "", false),
                    Call("+39066982123"), Likeness::kSame},
        CompareCase{"OneDigitCountry", Call("3159827436", "", false),
                    Call("+13159827436"), Likeness::kSame},
        CompareCase{"ThreeDigitCountry", Call("21234567", "", false),
                    Call("+35121234567"), Likeness::kSame},
        CompareCase{"NoExtension", Call("+493012345"), Call("+493012345", "12"),
                    Likeness::kCoarser},
        CompareCase{"Extensions", Call("+493012345", "13"),
                    Call("+493012345", "12"), Likeness::kDifferent},
        CompareCase{"MixedGaps", Call("3012345", "12", false),
                    Call("+493012345"), Likeness::kFiner},
        CompareCase{"ExtensionForArea", Call("12345", "12", false),
                    Call("+493012345"), Likeness::kOverlapping},
        CompareCase{"Sets", Integers({1, 2}), Integers({2, 1}),
                    Likeness::kSame},
        CompareCase{"Subset", Integers({1}), Integers({2, 1}),
                    Likeness::kCoarser},
        CompareCase{"EmptySubset", Integers({}), Integers({1}),
                    Likeness::kCoarser},
        CompareCase{"Overlap", Integers({1, 3}), Integers({1, 2}),
                    Likeness::kDifferent},
        CompareCase{"CoarserMember", Value::Set({Phone{"12345", "", false}}),
                    Value::Set({Phone{"+493012345", "", true}}),
                    Likeness::kCoarser},
        CompareCase{"SetAndSingle", Integers({1}), Value(Scalar(Integer{1})),
                    Likeness::kDifferent}),
    [](const testing::TestParamInfo<CompareCase>& each) {
      return std::string(each.param.name);
    });

}  // namespace
}  // namespace concordat
