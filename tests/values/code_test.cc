#include "gtest/gtest.h"
#include "tests/values/pair_case.h"

namespace concordat::values {
namespace {

class CodePairTest : public testing::TestWithParam<PairCase> {};

TEST_P(CodePairTest, IsJudged) { CheckPair("code", GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    All, CodePairTest,
    testing::Values(
        PairCase{"Aliases", "GOLD", "золотой", kSame,
                 "aliases=gold:GOLD|золотой,silver:серебро"},
        PairCase{"OtherCode", "GOLD", "серебро", kDifferent,
                 "aliases=gold:GOLD|золотой,silver:серебро"},
        PairCase{"Unknown", "bronze", "gold", kUndecided,
                 "aliases=gold:GOLD,silver:S"},
        PairCase{"SameUnknown", "bronze", "bronze", kUndecided,
                 "aliases=gold:GOLD,silver:S"},
        PairCase{"OwnAliases", "1", "G", kSame,
                 "a.aliases=gold:1,silver:2;b.aliases=gold:G,silver:S"},
        PairCase{"OwnAliasesDiffer", "1", "1", kDifferent,
                 "a.aliases=gold:1,silver:2;b.aliases=gold:2,silver:1"},
        PairCase{"OwnAliasUnknownToTheOther", "G", "1", kUndecided,
                 "a.aliases=gold:1,silver:2;b.aliases=gold:G,silver:S"},
        PairCase{"OneSideOnly", "gold", "1", kSame,
                 "b.aliases=gold:1,silver:2"},
        PairCase{"AliasOfTwo", "G", "gold", kUndecided,
                 "aliases=gold:G,green:G"},
        PairCase{"AliasOfTwoOnOneSide", "G", "gold", kUndecided,
                 "a.aliases=gold:G,green:G;b.aliases=gold:1"},
        PairCase{"AliasOfTwoInOtherCase", "g", "gold", kUndecided,
                 "a.aliases=gold:G,green:g"},
        PairCase{"CodesOfAnAmbiguousAlias", "gold", "green", kDifferent,
                 "aliases=gold:G,green:G"},
        PairCase{"NoList", "A-100", "a 100", kSame},
        PairCase{"NoListDigit", "A-100", "A-101", kDifferent},
        PairCase{"NoListZeros", "010", "10", kDifferent},
        PairCase{"NoListTrailingZero", "A10.1", "A10.10", kDifferent},
        PairCase{"NoListMark", "A-", "A", kDifferent},
        PairCase{"NoListPlaceholder", "n/a", "A1", kUndecided},
        PairCase{"NoListLostLetters", "???", "A1", kUndecided},
        PairCase{"NoListUnknown", "Not available", "A1", kUndecided},
        PairCase{"NoListNone", "none", "gold", kDifferent},
        PairCase{"NoListNamibia", "NA", "ZA", kDifferent},
        PairCase{"NoListFullWidth", "ＡＢ－１２", "AB-12", kSame}),
    NameOf);

TEST(CodeProblemTest, SaysWhatWouldDecide) {
  EXPECT_EQ(CanonicalOf("code", "x", "aliases=gold:G,silver:S"),
            "(a code of aliases expected, one of: gold, silver; add the "
            "writing to the aliases of the code that it means)");
  EXPECT_EQ(CanonicalOf("code", "G", "aliases=gold:G,green:G"),
            "(the writing is an alias of several codes of aliases: leave it to "
            "one of them)");
}

}  // namespace
}  // namespace concordat::values
