// How pairs of type duration are judged.
#include "tests/values/pair_table.h"

namespace concordat::values {
namespace {

constexpr auto kSame = PairVerdict::kSame;
constexpr auto kPartial = PairVerdict::kPartial;
constexpr auto kDifferent = PairVerdict::kDifferent;
constexpr auto kUndecided = PairVerdict::kUndecided;

class DurationPairTest : public testing::TestWithParam<PairCase> {};

TEST_P(DurationPairTest, BothWays) { ExpectVerdict("duration", GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    All, DurationPairTest,
    testing::Values(
        PairCase{"ADay", "", "a day", "PT24H", kSame},
        PairCase{"Of2Days030000", "", "2 days 03:00:00", "P2DT3H", kSame},
        PairCase{"Of1Day23000", "", "1 day, 2:30:00", "PT26H30M", kSame},
        PairCase{"Of1mIsOpen", "", "1m", "PT1M", kUndecided},
        PairCase{"Of1y6m", "", "1y 6m", "P18M", kSame},
        PairCase{"AnderthalbStunden", "", "anderthalb Stunden", "PT90M", kSame},
        PairCase{"HalfAnHour", "", "half an hour", "PT30M", kSame},
        PairCase{"UneDemiHeure", "", "une demi-heure", "PT30M", kSame},
        PairCase{"MediaHora", "", "media hora", "30 min", kSame},
        PairCase{"Of15Std", "", "1,5 Std.", "PT1H30M", kSame},
        PairCase{"Of1500SIsOpen", "", "1.500 s", "PT1.5S", kUndecided},
        PairCase{"P1MIsOpen", "", "P1M", "P30D", kUndecided},
        PairCase{"P1YIsOpen", "", "P1Y", "P365D", kUndecided},
        PairCase{"Of90", "", "90'", "PT90M", kSame},
        PairCase{"Of130", "", "1'30\"", "PT90S", kSame},
        PairCase{"Of2Wks", "", "2 wks", "P14D", kSame},
        PairCase{"PeOElCheAEsA", "", "полчаса", "30 мин", kSame},
        PairCase{"Of2SeenAlefAinMarbut", "", "2 ساعة", "PT2H", kSame},
        PairCase{"SeenAlefAinTehAlefNoon", "", "ساعتان", "PT2H", kSame},
        PairCase{"Of3DeEnI", "", "3 дні", "P3D", kSame},
        PairCase{"Of2Hodiny15Minut", "", "2 hodiny 15 minut", "PT2H15M", kSame},
        PairCase{"Of3Tuntia", "", "3 tuntia", "PT3H", kSame},
        PairCase{"Of2Uur30Minuten", "", "2 uur 30 minuten", "PT150M", kSame},
        PairCase{"Of1JahrUnd6Monate", "", "1 Jahr und 6 Monate", "P18M", kSame},
        PairCase{"HalfAYear", "", "half a year", "P6M", kSame},
        PairCase{"About5MinIsOpen", "", "about 5 min", "5 min", kUndecided},
        PairCase{"Of5BusinessDaysIsOpen", "", "5 business days", "P5D",
                 kUndecided},
        PairCase{"Minus5MinDiffers", "", "-5 min", "PT5M", kDifferent},
        PairCase{"Of130H", "", "1:30 h", "PT90M", kSame},
        PairCase{"IdeogrIdeogrIdeogr", "", "半小时", "PT30M", kSame},
        PairCase{"Of30Day", "", "30-day", "P30D", kSame},
        PairCase{"Of6mo", "", "6mo", "P6M", kSame},
        PairCase{"Of12Month", "", "12-month", "P1Y", kSame},
        PairCase{"Of2Gio15Phut", "", "2 giờ 15 phút", "PT2H15M", kSame},
        PairCase{"OneHourAndAHalf", "", "one hour and a half", "PT90M", kSame},
        PairCase{"PT1H30M", "", "PT1H30M", "1h 30m 0s", kSame},
        PairCase{"Of3Timmar", "", "3 timmar", "PT3H", kSame},
        PairCase{"Of3Maneder", "", "3 måneder", "P3M", kSame},
        PairCase{"Of11H", "", "1½ h", "PT90M", kSame},
        PairCase{"P1YDiffers", "", "P1Y", "P364D", kDifferent},
        PairCase{"PT90S", "unit=s;tolerance_abs=5", "PT90S", "PT93S", kSame},
        PairCase{"Of902", "unit=min", "90", "PT1H30M", kSame},
        PairCase{"Of130IsOpen", "", "1:30", "90 min", kUndecided},
        PairCase{"Of5MinutesDiffers", "", "5 minutes", "5 months", kDifferent},
        PairCase{"PIsOpen", "", "P", "PT0S", kUndecided}),
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
