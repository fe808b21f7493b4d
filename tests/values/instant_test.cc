// How pairs of type instant are judged.
#include "tests/values/pair_table.h"

namespace concordat::values {
namespace {

constexpr auto kSame = PairVerdict::kSame;
constexpr auto kPartial = PairVerdict::kPartial;
constexpr auto kDifferent = PairVerdict::kDifferent;
constexpr auto kUndecided = PairVerdict::kUndecided;

class InstantPairTest : public testing::TestWithParam<WrittenPair> {};

TEST_P(InstantPairTest, BothWays) { ExpectVerdict("instant", GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    All, InstantPairTest,
    testing::Values(
        WrittenPair{"SatNov211430002026IsOpen", "", "Sat Nov 21 14:30:00 2026",
                    "2026-11-21T14:30:00Z", kUndecided},
        WrittenPair{"SatNov211430002026", "timezone=UTC",
                    "Sat Nov 21 14:30:00 2026", "2026-11-21T14:30:00Z", kSame},
        WrittenPair{"SatNov21143000UTC2026", "", "Sat Nov 21 14:30:00 UTC 2026",
                    "2026-11-21T14:30:00Z", kSame},
        WrittenPair{
            "AtFriApr032026163000GMT0200Central", "",
            "Fri Apr 03 2026 16:30:00 GMT+0200 (Central European Summer Time)",
            "2026-04-03T14:30:00Z", kSame},
        WrittenPair{"Of20260403T1630000200AmericaNewYorkIsOpen", "",
                    "2026-04-03T16:30:00+02:00[America/New_York]",
                    "2026-04-03T14:30:00Z", kUndecided},
        WrittenPair{"Of20260403163000UTC0200", "",
                    "2026-04-03 16:30:00 (UTC+02:00)", "2026-04-03T14:30:00Z",
                    kSame},
        WrittenPair{"Of20260403T1630000200", "", "20260403T163000+0200",
                    "2026-04-03T14:30:00Z", kSame},
        WrittenPair{"Of20260403163000", "timezone=Europe/Berlin",
                    "20260403163000", "2026-04-03T14:30:00Z", kSame},
        WrittenPair{"Of3420261630Uhr", "timezone=Europe/Berlin",
                    "3.4.2026 16.30 Uhr", "2026-04-03T14:30:00Z", kSame},
        WrittenPair{"Of3420261630", "timezone=Europe/Berlin", "3.4.2026 16.30",
                    "2026-04-03T14:30:00Z", kSame},
        WrittenPair{"Of3APeErIeElYa2026Ghe1630", "timezone=Europe/Berlin",
                    "3 апреля 2026 г. в 16:30", "2026-04-03T14:30:00Z", kSame},
        WrittenPair{"Of20260403T143000ZIsOpen", "", "2026-04-03T14:30:00Z",
                    "2026-04-03", kUndecided},
        WrittenPair{"Of17752266005", "", "1775226600.5",
                    "2026-04-03T14:30:00.5Z", kSame},
        WrittenPair{"Of20260403T143000123ZIsPartial", "",
                    "2026-04-03T14:30:00.123Z", "2026-04-03T14:30:00.123456Z",
                    kPartial},
        WrittenPair{"Of20260403T143000ZIsPartial", "", "2026-04-03T14:30:00Z",
                    "2026-04-03T14:30:00.5Z", kPartial},
        WrittenPair{"Of2026W14IsPartial", "timezone=Europe/Berlin", "2026-W14",
                    "2026-04-03T14:30:00Z", kPartial},
        WrittenPair{"Of2026093T143000Z", "", "2026-093T14:30:00Z",
                    "2026-04-03T14:30:00Z", kSame},
        WrittenPair{"Of03Apr20261630000200", "", "03/Apr/2026:16:30:00 +0200",
                    "2026-04-03T14:30:00Z", kSame},
        WrittenPair{"Of20260403T163000EuropeBerlin", "",
                    "2026-04-03T16:30:00 Europe/Berlin", "2026-04-03T14:30:00Z",
                    kSame},
        WrittenPair{"Of2026040314300000000000", "",
                    "2026-04-03 14:30:00.000000+00", "2026-04-03T14:30:00Z",
                    kSame},
        WrittenPair{"Of20260403T1430000000", "", "2026-04-03T14:30:00+0000",
                    "2026-04-03T14:30:00Z", kSame},
        WrittenPair{"Of2026Ideogr4Ideogr3Ideogr1430UTC", "",
                    "２０２６年４月３日 １４時３０分 UTC",
                    "2026-04-03T14:30:00Z", kSame},
        WrittenPair{
            "AtFridayApril32026At23000PMCoordina", "",
            "Friday, April 3, 2026 at 2:30:00 PM Coordinated Universal Time",
            "2026-04-03T14:30:00Z", kSame},
        WrittenPair{"Of3Avril2026A163000UTC2", "",
                    "3 avril 2026 à 16:30:00 UTC+2", "2026-04-03T14:30:00Z",
                    kSame},
        WrittenPair{"Of20260403230PM", "timezone=UTC", "2026-04-03 2:30 PM",
                    "2026-04-03T14:30:00Z", kSame},
        WrittenPair{"Of202610250230IsOpen", "timezone=Europe/Berlin",
                    "2026-10-25 02:30", "2026-10-25T00:30Z", kUndecided},
        WrittenPair{"Of20260403IsPartial", "timezone=Europe/Berlin",
                    "2026-04-03", "2026-04-02T22:30:00Z", kPartial},
        WrittenPair{"Of20260403Differs", "timezone=Europe/Berlin", "2026-04-03",
                    "2026-04-03T22:30:00Z", kDifferent},
        WrittenPair{"Of1775226600", "", "1775226600", "1775226600000", kSame},
        WrittenPair{"Of20161231T235960Z", "", "2016-12-31T23:59:60Z",
                    "2017-01-01T00:00:00Z", kSame},
        WrittenPair{"Of20260403T240000Z", "", "2026-04-03T24:00:00Z",
                    "2026-04-04T00:00:00Z", kSame}),
    NameOfPair);

TEST(InstantValueTest, CanonicalWritingsReadAsThemselves) {
  for (const char* writing :
       {"2026-11-21T14:30Z", "2026-11-21T14:30:00Z", "2026-11-21T14:30:00.000Z",
        "1969-12-31T23:59:59.999999Z",
        "2026-11-20T23:00:00Z/2026-11-21T23:00:00Z"}) {
    EXPECT_EQ(CanonicalOf("instant", writing), writing);
  }
}

TEST(InstantValueTest, NormalisingTwiceChangesNothing) {
  ExpectStable(
      "instant",
      {{"", "Sat Nov 21 14:30:00 2026"},
       {"timezone=UTC", "Sat Nov 21 14:30:00 2026"},
       {"", "Sat Nov 21 14:30:00 UTC 2026"},
       {"", "Fri Apr 03 2026 16:30:00 GMT+0200 (Central European Summer Time)"},
       {"", "2026-04-03T16:30:00+02:00[America/New_York]"},
       {"", "2026-04-03 16:30:00 (UTC+02:00)"},
       {"", "20260403T163000+0200"},
       {"timezone=Europe/Berlin", "20260403163000"},
       {"timezone=Europe/Berlin", "3.4.2026 16.30 Uhr"},
       {"timezone=Europe/Berlin", "3.4.2026 16.30"},
       {"timezone=Europe/Berlin", "3 апреля 2026 г. в 16:30"},
       {"", "2026-04-03T14:30:00Z"},
       {"", "1775226600.5"},
       {"", "2026-04-03T14:30:00.123Z"},
       {"", "2026-04-03T14:30:00Z"},
       {"timezone=Europe/Berlin", "2026-W14"},
       {"", "2026-093T14:30:00Z"},
       {"", "03/Apr/2026:16:30:00 +0200"},
       {"", "2026-04-03T16:30:00 Europe/Berlin"},
       {"", "2026-04-03 14:30:00.000000+00"},
       {"", "2026-04-03T14:30:00+0000"},
       {"", "２０２６年４月３日 １４時３０分 UTC"},
       {"", "Friday, April 3, 2026 at 2:30:00 PM Coordinated Universal Time"},
       {"", "3 avril 2026 à 16:30:00 UTC+2"},
       {"timezone=UTC", "2026-04-03 2:30 PM"}});
}

}  // namespace
}  // namespace concordat::values
