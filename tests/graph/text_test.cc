#include "graph/text.h"

#include <ostream>
#include <string>

#include "gtest/gtest.h"

namespace concordat {
namespace {

struct FoldCase {
  const char* name;
  std::string text;
  std::string folded;
};
void PrintTo(const FoldCase& test, std::ostream* out) { *out << test.name; }
std::string NameOf(const testing::TestParamInfo<FoldCase>& info) {
  return info.param.name;
}

class FoldTextTest : public testing::TestWithParam<FoldCase> {};

TEST_P(FoldTextTest, Folds) {
  EXPECT_EQ(FoldText(GetParam().text), GetParam().folded);
}

TEST_P(FoldTextTest, FoldingTwiceChangesNothing) {
  EXPECT_EQ(FoldText(GetParam().folded), GetParam().folded);
}

TEST_P(FoldTextTest, FoldsToItsFolding) {
  const FoldCase& test = GetParam();
  EXPECT_TRUE(FoldsTo(test.text, test.folded));
  EXPECT_FALSE(FoldsTo(test.text, test.folded + "x"));
  EXPECT_FALSE(FoldsTo(test.text + "x", test.folded));
  EXPECT_FALSE(FoldsTo("x" + test.text, test.folded));
}

TEST_P(FoldTextTest, EqualsItsFolding) {
  EXPECT_TRUE(EqualsFolded(GetParam().text, GetParam().folded));
  EXPECT_FALSE(EqualsFolded(GetParam().text, GetParam().folded + "x"));
}

INSTANTIATE_TEST_SUITE_P(
    All, FoldTextTest,
    testing::Values(
        FoldCase{"Empty", "", ""}, FoldCase{"Blank", " \t\n", ""},
        FoldCase{"Ascii", "Gold", "gold"},
        FoldCase{"AsciiSpace", "  Main \t Street\n1 ", "main street 1"},
        FoldCase{"Punctuation", "O'Neil-SMITH", "o'neil-smith"},
        FoldCase{"Umlaut", "M\xc3\x9cLLER", "m\xc3\xbcller"},
        FoldCase{"SharpS",
                 "Stra\xc3\x9f"
                 "e",
                 "strasse"},
        FoldCase{"Decomposed", "u\xcc\x88", "\xc3\xbc"},
        FoldCase{"FullWidth", "\xef\xbc\xa1\xef\xbc\x91", "a1"},
        FoldCase{"NoBreakSpace",
                 "\xc2\xa0"
                 "a\xc2\xa0\xc2\xa0"
                 "b\xe3\x80\x80",
                 "a b"},
        FoldCase{"LineSeparator",
                 "a\xe2\x80\xa8"
                 "b",
                 "a b"},
        FoldCase{"ZeroWidthSpace",
                 "a\xe2\x80\x8b"
                 "b",
                 "ab"},
        FoldCase{"Ligature", "\xef\xac\x81sh", "fish"},
        FoldCase{"Greek", "\xce\xa3", "\xcf\x83"},
        FoldCase{"Dashes", "a‐b‑c‒d–e—f―g−h", "a-b-c-d-e-f-g-h"},
        FoldCase{"SingleQuotes", "‘a’ ‚b‛ ′ ‹c› ´ ` ʼ", "'a' 'b' ' 'c' ' ' '"},
        FoldCase{"DoubleQuotes", "“a” „b‟ « c » ″ 「d」 ״",
                 "\"a\" \"b\" \" c \" \" \"d\" \""},
        FoldCase{"Ellipsis", "a…", "a..."},
        FoldCase{"Controls",
                 "a\x01\x7f"
                 "b\xc2\x9b",
                 "ab"},
        FoldCase{"ControlBeforeAccent", "e\x01\xcc\x81", "é"},
        FoldCase{"Invisible",
                 "\xef\xbb\xbf"
                 "a\xc2\xad"
                 "b\xe2\x80\x8d"
                 "c\xe2\x80\x8f"
                 "d\xef\xb8\x8f",
                 "abcd"}),
    NameOf);

TEST(FoldTextTest, DiacriticsCount) {
  EXPECT_NE(FoldText("Andr\xc3\xa9"), FoldText("Andre"));
}

TEST(FoldTextTest, EndlessMarksAreKept) {
  std::string text = "A";
  for (int i = 0; i < 30; ++i) text += "\xcc\xa3";
  EXPECT_EQ(FoldText(text)[0], '\xe1');  // A with dot below, one character
  text += "\xcc\x81";
  EXPECT_EQ(FoldText(text), text);
}

TEST(FoldTextTest, IllFormedBytesAreNoCrash) {
  EXPECT_NE(FoldText("\xff\xfe"), "");
  EXPECT_FALSE(EqualsFolded("\xff", "a"));
}

class FoldCodeTest : public testing::TestWithParam<FoldCase> {};

TEST_P(FoldCodeTest, Folds) {
  EXPECT_EQ(FoldCode(GetParam().text), GetParam().folded);
  EXPECT_EQ(FoldCode(GetParam().folded), GetParam().folded);
}

TEST_P(FoldCodeTest, FoldsToItsFolding) {
  const FoldCase& test = GetParam();
  EXPECT_TRUE(FoldsToCode(test.text, test.folded));
  EXPECT_FALSE(FoldsToCode(test.text, test.folded + "x"));
  EXPECT_FALSE(FoldsToCode(test.text + "x", test.folded));
}

INSTANTIATE_TEST_SUITE_P(
    All, FoldCodeTest,
    testing::Values(FoldCase{"Empty", "", ""},
                    FoldCase{"Space", " Gold Plus ", "gold_plus"},
                    FoldCase{"Hyphen", "gold-plus", "gold_plus"},
                    FoldCase{"Underscore", "GOLD_PLUS", "gold_plus"},
                    FoldCase{"SpacedHyphen", "Gold - Plus", "gold_plus"},
                    FoldCase{"RatingKeepsItsMark", "A-", "a_"},
                    FoldCase{"SpacedRating", "A -", "a_"},
                    FoldCase{"LeadingMark", "-1", "_1"},
                    FoldCase{"TwoMarks", "a - - b", "a__b"},
                    FoldCase{"SpaceAfterMark", "a_ b- c", "a_b_c"},
                    FoldCase{"Dash", "gold–plus", "gold_plus"},
                    FoldCase{"Umlaut",
                             "S\xc3\x9c"
                             "D WEST",
                             "s\xc3\xbc"
                             "d_west"}),
    NameOf);

struct Utf8Case {
  const char* name;
  std::string bytes;
  bool valid;
};
void PrintTo(const Utf8Case& test, std::ostream* out) { *out << test.name; }

class Utf8Test : public testing::TestWithParam<Utf8Case> {};

TEST_P(Utf8Test, IsJudged) {
  EXPECT_EQ(IsValidUtf8(GetParam().bytes), GetParam().valid);
  // The eight-byte steps of the fast path must not hide what comes later.
  EXPECT_EQ(IsValidUtf8("12345678" + GetParam().bytes + "12345678"),
            GetParam().valid);
}

INSTANTIATE_TEST_SUITE_P(
    All, Utf8Test,
    testing::Values(Utf8Case{"Empty", "", true}, Utf8Case{"Ascii", "a", true},
                    Utf8Case{"Nul", std::string(1, '\0'), true},
                    Utf8Case{"Two", "\xc3\xa9", true},
                    Utf8Case{"Three", "\xe2\x82\xac", true},
                    Utf8Case{"Four", "\xf0\x9f\x98\x80", true},
                    Utf8Case{"Last", "\xf4\x8f\xbf\xbf", true},
                    Utf8Case{"AboveLast", "\xf4\x90\x80\x80", false},
                    Utf8Case{"Continuation", "\x80", false},
                    Utf8Case{"OverlongTwo", "\xc0\xaf", false},
                    Utf8Case{"OverlongThree", "\xe0\x80\xaf", false},
                    Utf8Case{"OverlongFour", "\xf0\x80\x80\xaf", false},
                    Utf8Case{"Surrogate", "\xed\xa0\x80", false},
                    Utf8Case{"CutTwo", "\xc3", false},
                    Utf8Case{"CutThree", "\xe2\x82", false},
                    Utf8Case{"CutFour", "\xf0\x9f\x98", false},
                    Utf8Case{"NotUtf8", "\xff", false}),
    [](const testing::TestParamInfo<Utf8Case>& each) {
      return std::string(each.param.name);
    });

TEST(TrimWhiteSpaceTest, TrimsUnicodeWhiteSpace) {
  EXPECT_EQ(TrimWhiteSpace(" \xc2\xa0 a b\xe2\x80\x83\n"), "a b");
  EXPECT_EQ(TrimWhiteSpace("\xc2\xa0"), "");
  EXPECT_EQ(TrimWhiteSpace(""), "");
}

TEST(MatchPrefixTest, IgnoresCaseAndKindOfWhiteSpace) {
  EXPECT_EQ(MatchPrefix("Not  AVAILABLE today", "not available"), 14u);
  EXPECT_EQ(MatchPrefix("notavailable", "not available"),
            absl::string_view::npos);
  EXPECT_EQ(MatchPrefix("not", "not available"), absl::string_view::npos);
  EXPECT_EQ(MatchPrefix("anything", ""), 0u);
}

}  // namespace
}  // namespace concordat
