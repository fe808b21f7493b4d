// How pairs of type time_of_day are judged.
#include "tests/values/pair_table.h"

namespace concordat::values {
namespace {

constexpr auto kSame = PairVerdict::kSame;
constexpr auto kPartial = PairVerdict::kPartial;
constexpr auto kDifferent = PairVerdict::kDifferent;
constexpr auto kUndecided = PairVerdict::kUndecided;

class TimeOfDayPairTest : public testing::TestWithParam<WrittenPair> {};

TEST_P(TimeOfDayPairTest, BothWays) {
  ExpectVerdict("time_of_day", GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    All, TimeOfDayPairTest,
    testing::Values(
        WrittenPair{"Of1430IsOpen", "", "14:30", "14:30Z", kUndecided},
        WrittenPair{"Of2330", "timezone=Asia/Tokyo", "23:30", "14:30Z", kSame},
        WrittenPair{"Of1630IsPartial", "timezone=Europe/Berlin", "16:30",
                    "14:30Z", kPartial},
        WrittenPair{"Of2400", "", "24:00", "00:00", kSame},
        WrittenPair{"IdeogrIdeogr915", "", "晚上9:15", "21:15", kSame},
        WrittenPair{"Of9UhrAbends", "", "9 Uhr abends", "21:00", kSame},
        WrittenPair{"HalbDreiIsOpen", "", "halb drei", "14:30", kUndecided},
        WrittenPair{"Of2IdeogrIdeogr", "", "2時半", "02:30", kSame},
        WrittenPair{"Of1430OClock", "", "14:30 o'clock", "14:30", kSame},
        WrittenPair{"Of2OClock", "", "2 o'clock", "02:00", kSame},
        WrittenPair{"PeOElOVeIEnATeErIeTeSignIsOpen", "", "половина третьего",
                    "14:30", kUndecided},
        WrittenPair{"Of9001700IsOpen", "", "9:00-17:00", "09:00", kUndecided},
        WrittenPair{"Of9001000IsOpen", "", "9:00 - 10:00", "09:00", kUndecided},
        WrittenPair{"Of1430CEST", "", "14:30 CEST", "12:30Z", kSame},
        WrittenPair{"Of1430CSTIsOpen", "", "14:30 CST", "12:30Z", kUndecided},
        WrittenPair{"Of14u30", "", "14u30", "14:30", kSame},
        WrittenPair{"Klo1430", "", "klo 14.30", "14:30", kSame},
        WrittenPair{"Of230DeLaTarde", "", "2:30 de la tarde", "14:30", kSame},
        WrittenPair{"Of9HDuSoir", "", "9 h du soir", "21:00", kSame},
        WrittenPair{"Of9CheAEsOVeVeIeCheIeErA", "", "9 часов вечера", "21:00",
                    kSame},
        WrittenPair{"Of230155PMIsPartial", "", "2:30:15.5 PM", "14:30:15",
                    kPartial},
        WrittenPair{"Of230PM", "", "2:30 p. m.", "14:30", kSame},
        WrittenPair{"Saat1430", "", "saat 14:30", "14:30", kSame},
        WrittenPair{"Of1430UhrMEZ", "", "14:30 Uhr MEZ", "13:30Z", kSame},
        WrittenPair{"Of130DeLaMadrugada", "", "1:30 de la madrugada", "01:30",
                    kSame},
        WrittenPair{"Of1230DuMatin", "", "12:30 du matin", "00:30", kSame},
        WrittenPair{"Of015PM", "", "0:15 PM", "12:15", kSame},
        WrittenPair{"Of15001600IsOpen", "", "15:00-16:00", "15:00", kUndecided},
        WrittenPair{"Of09h05min", "", "09h05min", "09:05", kSame},
        WrittenPair{"Of2h30DeLApresMidi", "", "2h30 de l'après-midi", "14:30",
                    kSame},
        WrittenPair{"Of1430IsPartial", "", "14:30", "14:30:05", kPartial},
        WrittenPair{"Of1430", "", "14:30", "14:30:00", kSame},
        WrittenPair{"Of143000Differs", "", "14:30:00", "14:30:01", kDifferent},
        WrittenPair{"Of1430Differs", "", "14:30", "14:37Z", kDifferent},
        WrittenPair{"Of1730Differs", "timezone=Europe/Berlin", "17:30",
                    "14:30Z", kDifferent},
        WrittenPair{"Of150PM800", "", "1:50 p.m. (+8:00)", "13:50", kSame}),
    NameOfPair);

TEST(TimeOfDayValueTest, CanonicalWritingsReadAsThemselves) {
  for (const char* writing : {"14:30", "14:30:00", "14:30:05.25",
                              "14:30:05.000", "12:30Z", "00:00:00.000001"}) {
    EXPECT_EQ(CanonicalOf("time_of_day", writing), writing);
  }
}

TEST(TimeOfDayValueTest, NormalisingTwiceChangesNothing) {
  ExpectStable("time_of_day", {{"", "14:30"},
                               {"timezone=Asia/Tokyo", "23:30"},
                               {"timezone=Europe/Berlin", "16:30"},
                               {"", "24:00"},
                               {"", "晚上9:15"},
                               {"", "9 Uhr abends"},
                               {"", "halb drei"},
                               {"", "2時半"},
                               {"", "14:30 o'clock"},
                               {"", "2 o'clock"},
                               {"", "половина третьего"},
                               {"", "9:00-17:00"},
                               {"", "9:00 - 10:00"},
                               {"", "14:30 CEST"},
                               {"", "14:30 CST"},
                               {"", "14u30"},
                               {"", "klo 14.30"},
                               {"", "2:30 de la tarde"},
                               {"", "9 h du soir"},
                               {"", "9 часов вечера"},
                               {"", "2:30:15.5 PM"},
                               {"", "2:30 p. m."},
                               {"", "saat 14:30"},
                               {"", "14:30 Uhr MEZ"},
                               {"", "1:30 de la madrugada"},
                               {"", "12:30 du matin"},
                               {"", "0:15 PM"},
                               {"", "15:00-16:00"},
                               {"", "09h05min"},
                               {"", "2h30 de l'après-midi"}});
}

}  // namespace
}  // namespace concordat::values
