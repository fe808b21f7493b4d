#include "gtest/gtest.h"
#include "tests/values/pair_case.h"

namespace concordat::values {
namespace {

class EmailPairTest : public testing::TestWithParam<PairCase> {};

TEST_P(EmailPairTest, IsJudged) { CheckPair("email", GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    All, EmailPairTest,
    testing::Values(
        PairCase{"Case", "Anna.Schmidt@Example.com", "anna.schmidt@EXAMPLE.COM",
                 kSame},
        PairCase{"Idn", "kontakt@MÜLLER.de", "kontakt@xn--mller-kva.de", kSame},
        PairCase{"SharpSDomain", "info@straße.de", "info@xn--strae-oqa.de",
                 kSame},
        PairCase{"SharpSIsNotSs", "info@straße.de", "info@strasse.de",
                 kDifferent},
        PairCase{"FullWidth", "ｉｎｆｏ＠ｅｘａｍｐｌｅ．ｃｏｍ",
                 "info@example.com", kSame},
        PairCase{"Mailto", "mailto:anna%2Bx@example.com?subject=hi",
                 "anna+x@example.com", kSame},
        PairCase{"DisplayName", "\"Smith, John\" <john@example.com>",
                 "John@example.com", kSame},
        PairCase{"NameBehind", "john@example.com (John Smith)",
                 "john@example.com", kSame},
        PairCase{"Comment", "john(work)@example.com", "john@example.com",
                 kSame},
        PairCase{"Quoted", "\"john\"@example.com", "john@example.com", kSame},
        PairCase{"QuotedSpace", "\"john doe\"@example.com",
                 "\"John Doe\"@example.com", kSame},
        PairCase{"QuotedIsNot", "\"john doe\"@example.com",
                 "johndoe@example.com", kDifferent},
        PairCase{"Directions", "‫anna@example.com‬", "anna@example.com",
                 kSame},
        PairCase{"ListEnd", "Anna <anna@example.com>;", "anna@example.com",
                 kSame},
        PairCase{"RootDot", "john@example.com.", "john@example.com", kSame},
        PairCase{"Label", "E-Mail: john@example.com", "john@example.com",
                 kSame},
        PairCase{"Directory", "SMTP:john@example.com", "john@example.com",
                 kSame},
        PairCase{"Dots", "john.smith@gmail.com", "johnsmith@gmail.com",
                 kDifferent},
        PairCase{"Gmail", "J.o.h.n.Smith+news@googlemail.com",
                 "johnsmith@gmail.com", kSame, "provider_rules=on"},
        PairCase{"GmailUnderscore", "john.smith@gmail.com",
                 "john_smith@gmail.com", kDifferent, "provider_rules=on"},
        PairCase{"Outlook", "anna.k+a@outlook.com", "anna.k@outlook.com", kSame,
                 "provider_rules=on"},
        PairCase{"OutlookDots", "anna.k@outlook.com", "annak@outlook.com",
                 kDifferent, "provider_rules=on"},
        PairCase{"OutlookHotmail", "anna.k@outlook.com", "anna.k@hotmail.com",
                 kDifferent, "provider_rules=on"},
        PairCase{"Icloud", "anna+x@me.com", "anna@icloud.com", kSame,
                 "provider_rules=on"},
        PairCase{"Proton", "a.n-n_a@pm.me", "anna+x@protonmail.com", kSame,
                 "provider_rules=on"},
        PairCase{"Yahoo", "anna-shop@yahoo.de", "anna@yahoo.de", kSame,
                 "provider_rules=on"},
        PairCase{"Yandex", "anna.k@ya.ru", "anna-k@yandex.ru", kSame,
                 "provider_rules=on"},
        PairCase{"OtherProvider", "a.b+c@example.com", "ab@example.com",
                 kDifferent, "provider_rules=on"},
        PairCase{"OnlyTag", "+a@gmail.com", "+b@gmail.com", kDifferent,
                 "provider_rules=on"},
        PairCase{"Apostrophe", "o’neill@example.ie", "o'neill@example.ie",
                 kSame},
        PairCase{"LocalDiacritics", "renée@example.fr", "renee@example.fr",
                 kDifferent},
        PairCase{"Domain", "a@example.com", "a@example.co", kDifferent},
        PairCase{"Space", "anna @example.com", "anna@example.com", kUndecided},
        PairCase{"TwoAts", "a@b@example.com", "a@example.com", kUndecided},
        PairCase{"TwoAddresses", "a@example.com, b@example.com",
                 "a@example.com", kUndecided},
        PairCase{"NoAt", "anna.schmidt", "anna.schmidt@example.com",
                 kUndecided},
        PairCase{"Url", "https://example.com", "info@example.com", kUndecided}),
    NameOf);

}  // namespace
}  // namespace concordat::values
