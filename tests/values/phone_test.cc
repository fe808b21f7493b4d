#include "gtest/gtest.h"
#include "tests/values/pair_case.h"

namespace concordat::values {
namespace {

class PhonePairTest : public testing::TestWithParam<PairCase> {};

TEST_P(PhonePairTest, IsJudged) { CheckPair("phone", GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    All, PhonePairTest,
    testing::Values(
        PairCase{"Trunk", "030 901820", "+49 30 901820", kSame, "region=DE"},
        PairCase{"TrunkInBrackets", "+49 (0)30 9018200", "(030) 90 18 20-0",
                 kSame, "region=DE"},
        PairCase{"TrunkInBracketsElsewhere", "+48 (0)22 695 29 00",
                 "+48 22 695 29 00", kSame},
        PairCase{"ItalianZeroInBrackets", "+39 (0)6 6982 1234",
                 "+39 06 69821234", kSame},
        PairCase{"ItalianZero", "06 6982", "+39 06 6982", kSame, "region=IT"},
        PairCase{"ItalianZeroNoCountry", "06 6982 1234", "+39 06 6982 1234",
                 kSame},
        PairCase{"DoubleZero", "0049 89 23300", "+498923300", kSame},
        PairCase{"DoubleZeroInUs", "011 44 20 7946 0018", "+44 20 7946 0018",
                 kSame, "region=US"},
        PairCase{"Eight", "8 (495) 123-45-67", "+7 495 123-45-67", kSame,
                 "region=RU"},
        PairCase{"EightNoCountry", "8 (495) 123-45-67", "+7 495 123-45-67",
                 kSame},
        PairCase{"OneNoCountry", "1-212-555-2368", "+1 212 555 2368", kSame},
        PairCase{"NoPlus", "49 30 901820", "+49 30 901820", kSame},
        PairCase{"NoCountry", "030 901820", "+49 30 901820", kSame},
        PairCase{"NoCountryOther", "0331 901820", "+49 30 901820", kDifferent},
        PairCase{"NoArea", "9374 4000", "(02) 9374 4000", kPartial,
                 "region=AU"},
        PairCase{"NoAreaNorRegion", "7946 0018", "+44 20 7946 0018", kPartial},
        PairCase{"NoAreaOther", "9374 4001", "(02) 9374 4000", kDifferent,
                 "region=AU"},
        PairCase{"TwoRegions", "0612345678", "0612345678", kDifferent,
                 "a.region=DE;b.region=FR"},
        PairCase{"LastDigit", "+49 30 901820", "+49 30 901821", kDifferent},
        PairCase{"Swapped", "+49 30 901820", "+49 30 901802", kDifferent},
        PairCase{"CountryCode", "+420 224 171 111", "+421 224 171 111",
                 kDifferent},
        PairCase{"Extension", "212-555-2368, ext 7", "2125552368", kPartial,
                 "region=US"},
        PairCase{"Extensions", "212-555-2368 x45", "212-555-2368 #45", kSame,
                 "region=US"},
        PairCase{"OtherExtension", "212-555-2368 x45", "212-555-2368 x46",
                 kDifferent, "region=US"},
        PairCase{"RussianExtension", "8 (495) 123-45-67 доб. 105",
                 "+7 495 1234567;ext=105", kSame, "region=RU"},
        PairCase{"GermanExtension", "030 901820 Durchwahl 12",
                 "+49 30 901820 DW 12", kSame, "region=DE"},
        PairCase{"FrenchExtension", "01 42 68 53 00 poste 12",
                 "+33 1 42 68 53 00 x12", kSame, "region=FR"},
        PairCase{"JapaneseExtension", "03-3224-9999 内線105",
                 "+81 3-3224-9999 ext. 105", kSame, "region=JP"},
        PairCase{"Uri", "tel:+49-30-901820", "+49 30 901820", kSame},
        PairCase{"UriContext", "tel:901820;phone-context=+4930",
                 "+49 30 901820", kSame},
        PairCase{"UriExtension", "tel:+1-212-555-2368;ext=45",
                 "+12125552368 x45", kSame},
        PairCase{"Vanity", "1-800-FLOWERS", "1-800-356-9377", kSame,
                 "region=US"},
        PairCase{"VanityOther", "1-800-FLOWERS", "1-800-356-9378", kDifferent,
                 "region=US"},
        PairCase{"WordIsNoVanity", "030 12345 mobile", "+49 30 12345",
                 kUndecided, "region=DE"},
        PairCase{"NameIsNoVanity", "0800 1234567 anna", "0800 1234567",
                 kUndecided, "region=DE"},
        PairCase{"Label", "Tel.: 030 901820", "+49 30 901820", kSame,
                 "region=DE"},
        PairCase{"LabelBehind", "030 901820 (Büro)", "+49 30 901820", kSame,
                 "region=DE"},
        PairCase{"RussianLabel", "тел. +7 495 123-45-67", "+74951234567",
                 kSame},
        PairCase{"Apostrophe", "'+4930901820", "+49 30 901820", kSame},
        PairCase{"TwoNumbers", "030 901820 / 030 901821", "030 901820",
                 kUndecided, "region=DE"},
        PairCase{"TwoInternational", "+49 30 901820; +49 30 901821",
                 "+49 30 901820", kUndecided},
        PairCase{"AreaSlash", "030/901820", "+49 30 901820", kSame,
                 "region=DE"},
        PairCase{"Spreadsheet", "4.91701E+11", "+49 170 1234567", kUndecided},
        PairCase{"Masked", "+49 170 XXXX567", "+49 170 1234567", kUndecided},
        PairCase{"MaskedStars", "+49 170 ****567", "+49 170 1234567",
                 kUndecided},
        PairCase{"ArabicDigits", "٠٥٠ ١٢٣ ٤٥٦٧", "+971 50 123 4567", kSame,
                 "region=AE"},
        PairCase{"FullWidth", "０３ー３２２４ー９９９９", "+81 3-3224-9999",
                 kSame, "region=JP"},
        PairCase{"Words", "call reception", "212-555-2368", kUndecided,
                 "region=US"},
        PairCase{"Plus", "+", "+49 30 901820", kUndecided},
        PairCase{"NoValue", "", "+49 30 901820", kUndecided},
        PairCase{"UsTollFree", "1 (800) 356-9377", "+18003569377", kSame,
                 "region=US"},
        PairCase{"TrunkAfterCountry", "+490301234567", "+49301234567", kSame},
        PairCase{"LocalWithoutTrunk", "901820", "030 901820", kPartial,
                 "region=DE"},
        PairCase{"FloatExport", "2125552368.0", "+12125552368", kSame,
                 "region=US"}),
    NameOf);

TEST(PhoneProblemTest, SaysWhatIsWrong) {
  EXPECT_EQ(CanonicalOf("phone", "030 901820 / 030 901821"),
            "(phone number: more than one number; report each alone)");
  EXPECT_EQ(CanonicalOf("phone", "4,91701E+11"),
            "(phone number: a spreadsheet has rounded it; export the column as "
            "text)");
  EXPECT_EQ(CanonicalOf("phone", "030 90XX20"),
            "(phone number: digits are masked)");
  EXPECT_EQ(CanonicalOf("phone", "+999 123456"),
            "(phone number: the country code is none that exists)");
}

}  // namespace
}  // namespace concordat::values
