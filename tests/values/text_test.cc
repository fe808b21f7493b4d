#include "gtest/gtest.h"
#include "tests/values/pair_case.h"

namespace concordat::values {
namespace {

class TextPairTest : public testing::TestWithParam<PairCase> {};

TEST_P(TextPairTest, IsJudged) { CheckPair("text", GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    All, TextPairTest,
    testing::Values(
        PairCase{"Case", "Hello World", "HELLO world", kSame},
        PairCase{"SharpS", "Straße", "STRASSE", kSame},
        PairCase{"Diacritics", "café", "cafe", kDifferent},
        PairCase{"Io", "все", "всё", kDifferent},
        PairCase{"Composed", "café", "café", kSame},
        PairCase{"Ligature", "ﬁnance", "finance", kSame},
        PairCase{"FullWidth", "Ｆｕｌｌ　Ｗｉｄｔｈ！", "full width!", kSame},
        PairCase{"Quotes", "„Zitat“", "«zitat»", kSame},
        PairCase{"PrimeAsInch", "5″ pipe", "5\" pipe", kSame},
        PairCase{"AccentAsApostrophe", "don´t", "don’t", kSame},
        PairCase{"Backtick", "don`t", "don't", kSame},
        PairCase{"Geresh", "צה״ל", "צה\"ל", kSame},
        PairCase{"Dashes", "Berlin — Paris", "Berlin - Paris", kSame},
        PairCase{"DashIsNoSpace", "non-stop", "non stop", kDifferent},
        PairCase{"Ellipsis", "Wait…", "wait...", kSame},
        PairCase{"Comma", "Привет, мир", "Привет мир", kDifferent},
        PairCase{"FullStop", "Paid.", "Paid", kDifferent},
        PairCase{"IdeographicStop", "终于。", "终于.", kSame},
        PairCase{"ArabicComma", "مرحبا، كيف", "مرحبا, كيف", kSame},
        PairCase{"MiddleDot", "トム・クルーズ", "ﾄﾑ･ｸﾙｰｽﾞ", kSame},
        PairCase{"Invisible", "﻿Donau­dampf​schiff‏", "Donaudampfschiff",
                 kSame},
        PairCase{"EmojiVariation", "❤️", "❤", kSame},
        PairCase{"Control", "ab", "ab", kSame},
        PairCase{"Fraction", "½ day", "1/2 day", kSame},
        PairCase{"MixedFraction", "1½", "11/2", kDifferent},
        PairCase{"MixedFractionApart", "1½", "1 1/2", kSame},
        PairCase{"Lookalikes", "paypal", "pаypal", kDifferent},
        PairCase{"LookalikesOnRequest", "paypal", "pаypаl", kSame,
                 "confusables=on"},
        PairCase{"DigitLookalikeOnRequest", "l0gin", "login", kSame,
                 "confusables=on"},
        PairCase{"CapitalLookalikeOnRequest", "PayPaI", "paypal", kSame,
                 "confusables=on"},
        PairCase{"ModernOnRequest", "rnodern", "modern", kSame,
                 "confusables=on"},
        PairCase{"OtherWordOnRequest", "login", "logon", kDifferent,
                 "confusables=on"},
        PairCase{"AccentOnRequest", "résumé", "resume", kDifferent,
                 "confusables=on"},
        PairCase{"TurkishCase", "IŞIK", "ışık", kSame, "locale=tr_TR"},
        PairCase{"TurkishDot", "İstanbul", "istanbul", kSame, "locale=tr_TR"},
        PairCase{"TurkishWithoutItsLetters", "INFO", "info", kSame,
                 "locale=tr_TR"},
        PairCase{"Sign", "Grade A+", "Grade A−", kDifferent},
        PairCase{"Digits", "Order 10045", "Order 10054", kDifferent},
        PairCase{"NoValue", "", "text", kUndecided},
        PairCase{"BothAbsent", "", "​", kSame}),
    NameOf);

}  // namespace
}  // namespace concordat::values
