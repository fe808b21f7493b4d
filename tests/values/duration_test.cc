// How pairs of type duration are judged.
#include "tests/values/pair_table.h"

namespace concordat::values {
namespace {

constexpr auto kSame = PairVerdict::kSame;
constexpr auto kPartial = PairVerdict::kPartial;
constexpr auto kDifferent = PairVerdict::kDifferent;
constexpr auto kUndecided = PairVerdict::kUndecided;

class DurationPairTest : public testing::TestWithParam<WrittenPair> {};

TEST_P(DurationPairTest, BothWays) { ExpectVerdict("duration", GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    All, DurationPairTest,
    testing::Values(
        WrittenPair{"ADay", "", "a day", "PT24H", kSame},
        WrittenPair{"Of2Days030000", "", "2 days 03:00:00", "P2DT3H", kSame},
        WrittenPair{"Of1Day23000", "", "1 day, 2:30:00", "PT26H30M", kSame},
        WrittenPair{"Of1mIsOpen", "", "1m", "PT1M", kUndecided},
        WrittenPair{"Of1y6m", "", "1y 6m", "P18M", kSame},
        WrittenPair{"AnderthalbStunden", "", "anderthalb Stunden", "PT90M",
                    kSame},
        WrittenPair{"HalfAnHour", "", "half an hour", "PT30M", kSame},
        WrittenPair{"UneDemiHeure", "", "une demi-heure", "PT30M", kSame},
        WrittenPair{"MediaHora", "", "media hora", "30 min", kSame},
        WrittenPair{"Of15Std", "", "1,5 Std.", "PT1H30M", kSame},
        WrittenPair{"Of1500SIsOpen", "", "1.500 s", "PT1.5S", kUndecided},
        WrittenPair{"P1MIsOpen", "", "P1M", "P30D", kUndecided},
        WrittenPair{"P1YIsOpen", "", "P1Y", "P365D", kUndecided},
        WrittenPair{"Of90", "", "90'", "PT90M", kSame},
        WrittenPair{"Of130", "", "1'30\"", "PT90S", kSame},
        WrittenPair{"Of2Wks", "", "2 wks", "P14D", kSame},
        WrittenPair{"PeOElCheAEsA", "", "полчаса", "30 мин", kSame},
        WrittenPair{"Of2SeenAlefAinMarbut", "", "2 ساعة", "PT2H", kSame},
        WrittenPair{"SeenAlefAinTehAlefNoon", "", "ساعتان", "PT2H", kSame},
        WrittenPair{"Of3DeEnI", "", "3 дні", "P3D", kSame},
        WrittenPair{"Of2Hodiny15Minut", "", "2 hodiny 15 minut", "PT2H15M",
                    kSame},
        WrittenPair{"Of3Tuntia", "", "3 tuntia", "PT3H", kSame},
        WrittenPair{"Of2Uur30Minuten", "", "2 uur 30 minuten", "PT150M", kSame},
        WrittenPair{"Of1JahrUnd6Monate", "", "1 Jahr und 6 Monate", "P18M",
                    kSame},
        WrittenPair{"HalfAYear", "", "half a year", "P6M", kSame},
        WrittenPair{"About5MinIsOpen", "", "about 5 min", "5 min", kUndecided},
        WrittenPair{"Of5BusinessDaysIsOpen", "", "5 business days", "P5D",
                    kUndecided},
        WrittenPair{"Minus5MinDiffers", "", "-5 min", "PT5M", kDifferent},
        WrittenPair{"Of130H", "", "1:30 h", "PT90M", kSame},
        WrittenPair{"IdeogrIdeogrIdeogr", "", "半小时", "PT30M", kSame},
        WrittenPair{"Of30Day", "", "30-day", "P30D", kSame},
        WrittenPair{"Of6mo", "", "6mo", "P6M", kSame},
        WrittenPair{"Of12Month", "", "12-month", "P1Y", kSame},
        WrittenPair{"Of2Gio15Phut", "", "2 giờ 15 phút", "PT2H15M", kSame},
        WrittenPair{"OneHourAndAHalf", "", "one hour and a half", "PT90M",
                    kSame},
        WrittenPair{"PT1H30M", "", "PT1H30M", "1h 30m 0s", kSame},
        WrittenPair{"Of3Timmar", "", "3 timmar", "PT3H", kSame},
        WrittenPair{"Of3Maneder", "", "3 måneder", "P3M", kSame},
        WrittenPair{"Of11H", "", "1½ h", "PT90M", kSame},
        WrittenPair{"P1YDiffers", "", "P1Y", "P364D", kDifferent},
        WrittenPair{"PT90S", "unit=s;tolerance_abs=5", "PT90S", "PT93S", kSame},
        WrittenPair{"Of902", "unit=min", "90", "PT1H30M", kSame},
        WrittenPair{"Of130IsOpen", "", "1:30", "90 min", kUndecided},
        WrittenPair{"Of5MinutesDiffers", "", "5 minutes", "5 months",
                    kDifferent},
        WrittenPair{"PIsOpen", "", "P", "PT0S", kUndecided}),
    NameOfPair);

TEST(DurationValueTest, CanonicalWritingsReadAsThemselves) {
  for (const char* writing :
       {"PT0S", "P1Y6M", "-PT1H30M", "P1DT12H", "PT0.25S", "P2YT1S", "-P1M"}) {
    EXPECT_EQ(CanonicalOf("duration", writing), writing);
  }
}

TEST(DurationValueTest, NormalisingTwiceChangesNothing) {
  ExpectStable("duration", {{"", "a day"},
                            {"", "2 days 03:00:00"},
                            {"", "1 day, 2:30:00"},
                            {"", "1m"},
                            {"", "1y 6m"},
                            {"", "anderthalb Stunden"},
                            {"", "half an hour"},
                            {"", "une demi-heure"},
                            {"", "media hora"},
                            {"", "1,5 Std."},
                            {"", "1.500 s"},
                            {"", "P1M"},
                            {"", "P1Y"},
                            {"", "90'"},
                            {"", "1'30\""},
                            {"", "2 wks"},
                            {"", "полчаса"},
                            {"", "2 ساعة"},
                            {"", "ساعتان"},
                            {"", "3 дні"},
                            {"", "2 hodiny 15 minut"},
                            {"", "3 tuntia"},
                            {"", "2 uur 30 minuten"},
                            {"", "1 Jahr und 6 Monate"},
                            {"", "half a year"},
                            {"", "about 5 min"},
                            {"", "5 business days"},
                            {"", "-5 min"},
                            {"", "1:30 h"},
                            {"", "半小时"},
                            {"", "30-day"},
                            {"", "6mo"},
                            {"", "12-month"},
                            {"", "2 giờ 15 phút"},
                            {"", "one hour and a half"},
                            {"", "PT1H30M"},
                            {"", "3 timmar"},
                            {"", "3 måneder"},
                            {"", "1½ h"}});
}

}  // namespace
}  // namespace concordat::values
