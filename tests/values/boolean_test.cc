#include "gtest/gtest.h"
#include "tests/values/pair_case.h"

namespace concordat::values {
namespace {

class BooleanPairTest : public testing::TestWithParam<PairCase> {};

TEST_P(BooleanPairTest, IsJudged) { CheckPair("boolean", GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    All, BooleanPairTest,
    testing::Values(
        PairCase{"Words", "Yes", "true", kSame},
        PairCase{"Digits", "1", "0", kDifferent},
        PairCase{"Letters", "T", "f", kDifferent},
        PairCase{"German", "Ja", "Nein", kDifferent},
        PairCase{"French", "oui", "VRAI", kSame},
        PairCase{"Spanish", "Sí", "1", kSame},
        PairCase{"Portuguese", "sim", "não", kDifferent},
        PairCase{"Russian", "да", "нет", kDifferent},
        PairCase{"Polish", "tak", "nie", kDifferent},
        PairCase{"Czech", "ano", "ne", kDifferent},
        PairCase{"Greek", "ναι", "ΟΧΙ", kDifferent},
        PairCase{"GreekLatin", "ne", "true", kSame, "locale=el_GR"},
        PairCase{"TurkishCapitals", "EVET", "HAYIR", kDifferent},
        PairCase{"Japanese", "はい", "いいえ", kDifferent},
        PairCase{"Chinese", "是", "否", kDifferent},
        PairCase{"Korean", "예", "아니오", kDifferent},
        PairCase{"Arabic", "نعم", "لا", kDifferent},
        PairCase{"Check", "✓", "✗", kDifferent},
        PairCase{"Box", "☑", "true", kSame},
        PairCase{"TextBox", "[x]", "[ ]", kDifferent},
        PairCase{"Enabled", "enabled", "active", kSame},
        PairCase{"Checked", "checked", "Unchecked", kDifferent},
        PairCase{"OptedIn", "opted in", "Opted-Out", kDifferent},
        PairCase{"Granted", "granted", "denied", kDifferent},
        PairCase{"FullStop", "Yes.", "true", kSame},
        PairCase{"Quoted", "\"TRUE\"", "true", kSame},
        PairCase{"SharedWord", "jo", "true", kUndecided},
        PairCase{"SharedWordSwedish", "jo", "true", kSame, "locale=sv_SE"},
        PairCase{"SharedWordAlbanian", "jo", "false", kSame, "locale=sq_AL"},
        PairCase{"Cross", "x", "true", kUndecided},
        PairCase{"Unknown", "unknown", "no", kUndecided},
        PairCase{"Maybe", "maybe", "yes", kUndecided},
        PairCase{"NotApplicable", "n/a", "false", kUndecided},
        PairCase{"Null", "NULL", "false", kUndecided},
        PairCase{"Question", "?", "true", kUndecided},
        PairCase{"Template", "Y/N", "Y", kUndecided},
        PairCase{"Number", "2", "true", kUndecided}),
    NameOf);

TEST(PlaceholderTest, IsNamed) {
  constexpr char kProblem[] =
      "(a placeholder, not a value: declare it as an absence token if it means "
      "that there is none)";
  for (const char* word :
       {"n/a", "N/A", "unknown", "None", "NULL", "--", "tbd", "???",
        "keine Angabe", "k.A.", "sin datos", "#N/A", "not provided",
        "не указано", "<unknown>", "xxx", "なし", "(none)", "—"}) {
    EXPECT_EQ(CanonicalOf("phone", word), kProblem) << word;
    EXPECT_EQ(CanonicalOf("email", word), kProblem) << word;
    EXPECT_EQ(CanonicalOf("person_name", word), kProblem) << word;
    EXPECT_EQ(CanonicalOf("organisation_name", word), kProblem) << word;
    EXPECT_EQ(CanonicalOf("postal_address", word), kProblem) << word;
  }
  EXPECT_EQ(CanonicalOf("text", "n/a"), "n/a");
  // Without a list "none" is a code; "n/a" is hardly one.
  EXPECT_EQ(CanonicalOf("code", "none"), "none");
  EXPECT_EQ(CanonicalOf("code", "n/a").front(), '(');
}

TEST(PlaceholderTest, NamesAreNone) {
  for (const char* name : {"Na", "Blank", "Leer", "None Such", "Unknown Ltd"}) {
    EXPECT_NE(CanonicalOf("person_name", name).front(), '(') << name;
    EXPECT_NE(CanonicalOf("organisation_name", name).front(), '(') << name;
  }
}

}  // namespace
}  // namespace concordat::values
