#include <utility>
#include <vector>

#include "consistency/comparison.h"
#include "graph/reading.h"
#include "gtest/gtest.h"
#include "tests/values/pair_case.h"

namespace concordat::values {
namespace {

class SetPairTest : public testing::TestWithParam<PairCase> {};

TEST_P(SetPairTest, IsJudged) { CheckPair("set", GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    All, SetPairTest,
    testing::Values(
        PairCase{"Order", "red;green;blue", "blue; red ;green;green", kSame},
        PairCase{"Subset", "red;green", "red", kPartial},
        PairCase{"Overlap", "red;green", "green;blue", kDifferent},
        PairCase{"Comma", "email, sms", "sms;email", kSame},
        PairCase{"Bar", "email|sms", "sms;email", kSame},
        PairCase{"Lines", "- email\n- sms", "sms;email", kSame},
        PairCase{"IdeographicComma", "赤、青、緑", "緑;赤;青", kSame},
        PairCase{"FullWidthComma", "红，绿", "绿;红", kSame},
        PairCase{"ArabicComma", "موسيقى، رياضة", "رياضة;موسيقى", kSame},
        PairCase{"Json", "[\"red\", \"green\"]", "green;red", kSame},
        PairCase{"JsonComma", "[\"Smith, J\", \"x\"]", "x;Smith, J", kSame},
        PairCase{"Braces", "{red,green}", "green;red", kSame},
        PairCase{"Slashes", "red / green", "green;red", kSame},
        PairCase{"MiddleDots", "赤・青", "青;赤", kSame},
        PairCase{"SlashInside", "24/7;phone", "24/7", kPartial},
        PairCase{"OneInBrackets", "[red]", "red", kSame},
        PairCase{"EmptyBrackets", "[]", "red", kUndecided},
        PairCase{"Codes", "золотой;silver", "GOLD;серебро", kSame,
                 "aliases=gold:GOLD|золотой,silver:серебро"},
        PairCase{"CodesCommas", "золотой, silver", "GOLD", kPartial,
                 "aliases=gold:GOLD|золотой,silver:серебро"},
        PairCase{"Placeholder", "N/A", "red;green", kUndecided},
        PairCase{"OtherMember", "G;bronze", "gold", kPartial,
                 "aliases=gold:G,silver:S"},
        PairCase{"Declared", "red,green", "green/red", kSame,
                 "set_separator=,;b.set_separator=/"},
        PairCase{"DeclaredOnly", "red|green", "red,green", kDifferent,
                 "set_separator=,"},
        PairCase{"OnlyMemberWithComma", "Smith, J;", "\"Smith, J\";", kSame},
        PairCase{"LineOfText", "red: 5\" wide, green", "green;red: 5\" wide",
                 kSame},
        PairCase{"List", "red;green;blue", "red;blue;green", kDifferent,
                 "ordered=on"},
        PairCase{"ListSame", "red;green", "Red ; Green", kSame, "ordered=on"},
        PairCase{"ListPart", "red;green;blue", "red;blue", kPartial,
                 "ordered=on"},
        PairCase{"ListRepeats", "red;red", "red", kPartial, "ordered=on"}),
    NameOf);

Comparison CompareMembers(ValueType type, std::vector<const char*> a,
                          std::vector<const char*> b, bool ordered = false) {
  Attribute attribute;
  attribute.type = type;
  const WritingHabits habits;
  const auto read = [&](const std::vector<const char*>& raws) {
    std::vector<Scalar> members;
    for (const char* raw : raws) {
      members.push_back(ReadValue(attribute, raw, habits).value->scalar());
    }
    return ordered ? Value::List(std::move(members))
                   : Value::Set(std::move(members));
  };
  return Compare(read(a), read(b), {attribute, habits, habits});
}

TEST(MemberTest, PartialMembersMakeThePartialWhole) {
  constexpr auto kPhones = ValueType::kPhone;
  const char* const kLong = "+49 30 901820";
  const char* const kShort = "901820";
  const char* const kOther = "+49 40 123456";
  EXPECT_EQ(CompareMembers(kPhones, {kShort, kOther}, {kOther, kLong}).likeness,
            Likeness::kCoarser);
  EXPECT_EQ(CompareMembers(kPhones, {kShort, kOther}, {kLong}).likeness,
            Likeness::kOverlapping);
  EXPECT_EQ(CompareMembers(kPhones, {kLong}, {kOther}).likeness,
            Likeness::kDifferent);
  EXPECT_EQ(CompareMembers(kPhones, {kShort, kOther}, {kLong, kOther},
                           /*ordered=*/true)
                .likeness,
            Likeness::kCoarser);
  EXPECT_EQ(CompareMembers(kPhones, {kOther, kShort}, {kLong, kOther},
                           /*ordered=*/true)
                .likeness,
            Likeness::kDifferent);
}

}  // namespace
}  // namespace concordat::values
