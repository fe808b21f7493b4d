#include "graph/reading.h"

#include <ostream>
#include <string>

#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace concordat {
namespace {

// What a case is read with. Only what it names is declared.
struct Habits {
  DateOrder date_order = DateOrder::kUndeclared;
  const char* region = "";
  const char* currency = "";
  const char* time_zone = nullptr;
  char decimal_mark = 0;
  int pivot = 0;
};

struct ReadCase {
  const char* name;
  std::string raw;
  // The canonical writing; empty where the value cannot be read.
  std::string canonical;
  Habits habits = {};
  // A part of the problem, where it cannot be read.
  std::string problem = "expected";
};
void PrintTo(const ReadCase& test, std::ostream* out) { *out << test.name; }
std::string NameOf(const testing::TestParamInfo<ReadCase>& info) {
  return info.param.name;
}

WritingHabits Declare(const Habits& habits) {
  WritingHabits declared;
  declared.date_order = habits.date_order;
  declared.region = habits.region;
  declared.currency = habits.currency;
  declared.decimal_mark = habits.decimal_mark;
  declared.two_digit_year_pivot = habits.pivot;
  if (habits.time_zone != nullptr) {
    declared.has_time_zone =
        absl::LoadTimeZone(habits.time_zone, &declared.time_zone);
    EXPECT_TRUE(declared.has_time_zone) << habits.time_zone;
  }
  return declared;
}

Attribute Of(ValueType type) {
  Attribute attribute;
  attribute.name = "attribute";
  attribute.type = type;
  return attribute;
}

void Check(const ReadCase& test, ValueType type) {
  const Attribute attribute = Of(type);
  const WritingHabits habits = Declare(test.habits);
  const Reading reading = ReadValue(attribute, test.raw, habits);
  EXPECT_FALSE(reading.absent);
  EXPECT_TRUE(reading.steps.empty());
  if (test.canonical.empty()) {
    ASSERT_FALSE(reading.value.has_value()) << reading.value->Canonical();
    EXPECT_TRUE(absl::StrContains(reading.problem, test.problem))
        << reading.problem;
    EXPECT_FALSE(reading.rewritten);
    return;
  }
  ASSERT_TRUE(reading.value.has_value()) << reading.problem;
  EXPECT_EQ(reading.value->Canonical(), test.canonical);
  EXPECT_EQ(reading.rewritten, test.canonical != test.raw);
  EXPECT_EQ(reading.problem, "");
  // Asking for the steps changes nothing but the steps, and these end in the
  // canonical writing.
  const Reading traced = ReadValue(attribute, test.raw, habits, Trace::kOn);
  ASSERT_TRUE(traced.value.has_value());
  EXPECT_EQ(*traced.value, *reading.value);
  if (reading.rewritten) {
    ASSERT_FALSE(traced.steps.empty());
    EXPECT_EQ(traced.steps.back().result, test.canonical);
  }
  // The canonical writing is read as what it stands for by those who write as
  // machines do, whatever the habits of the writer were.
  WritingHabits machine;
  machine.decimal_mark = '.';
  const Reading again = ReadValue(attribute, test.canonical, machine);
  ASSERT_TRUE(again.value.has_value()) << again.problem;
  EXPECT_EQ(*again.value, *reading.value);
}

#define CONCORDAT_READ_TEST(Suite, type)                    \
  class Suite : public testing::TestWithParam<ReadCase> {}; \
  TEST_P(Suite, Reads) { Check(GetParam(), type); }

CONCORDAT_READ_TEST(ReadTextTest, ValueType::kText)
INSTANTIATE_TEST_SUITE_P(
    All, ReadTextTest,
    testing::Values(ReadCase{"Plain", "jamie", "jamie"},
                    ReadCase{"Case", " Jamie  DOE ", "jamie doe"},
                    ReadCase{"Diacritics", "Andr\xc3\x89", "andr\xc3\xa9"},
                    ReadCase{"Nbsp",
                             "Jamie\xc2\xa0"
                             "Doe",
                             "jamie doe"}),
    NameOf);

CONCORDAT_READ_TEST(ReadIntegerTest, ValueType::kInteger)
INSTANTIATE_TEST_SUITE_P(
    All, ReadIntegerTest,
    testing::Values(
        ReadCase{"Plain", "1234", "1234"}, ReadCase{"Negative", "-7", "-7"},
        ReadCase{"Plus", "+7", "7"}, ReadCase{"LeadingZeros", "007", "7"},
        ReadCase{"MinusSign",
                 "\xe2\x88\x92"
                 "7",
                 "-7"},
        ReadCase{"Comma", "1,234", "1234"},
        ReadCase{"Commas", "-1,234,567", "-1234567"},
        ReadCase{"Indian", "12,34,567", "1234567"},
        ReadCase{"Space", "1 234", "1234"},
        ReadCase{"NoBreakSpace",
                 "1\xe2\x80\xaf"
                 "234",
                 "1234"},
        ReadCase{"Apostrophe", "1'234", "1234"},
        ReadCase{"RightQuote",
                 "1\xe2\x80\x99"
                 "234",
                 "1234"},
        ReadCase{"Points", "1.234.567", "1234567"},
        ReadCase{"FullWidth", "\xef\xbc\x94\xef\xbc\x92", "42"},
        ReadCase{"PointDeclared", "1.234", "1234", {.decimal_mark = ','}},
        ReadCase{"ZeroFraction", "5.0", "5"},
        ReadCase{"Max", "9223372036854775807", "9223372036854775807"},
        ReadCase{"Min", "-9223372036854775808", "-9223372036854775808"},
        ReadCase{"PointOpen", "1.000", "1"},
        ReadCase{
            "CommaIsDecimal", "1,234", "", {.decimal_mark = ','}, "fraction"},
        ReadCase{"Fraction", "1.5", "", {}, "fraction"},
        ReadCase{"Overflow", "9223372036854775808", "", {}, "range"},
        ReadCase{"Underflow", "-9223372036854775809", "", {}, "range"},
        ReadCase{"FarTooLong", std::string(4000, '9'), "", {}, "long"},
        ReadCase{"Word", "seven", ""},
        ReadCase{"Sign", "-", "", {}, "placeholder"},
        ReadCase{"TwoSigns", "--7", ""}, ReadCase{"Hex", "0x10", ""},
        ReadCase{"BadGroups", "1,23,4", ""},
        ReadCase{"ShortGroup", "12 34", ""},
        ReadCase{"EmptyGroup", "1,,234", ""}),
    NameOf);

CONCORDAT_READ_TEST(ReadDecimalTest, ValueType::kDecimal)
INSTANTIATE_TEST_SUITE_P(
    All, ReadDecimalTest,
    testing::Values(
        ReadCase{"Plain", "1234.5", "1234.5"},
        ReadCase{"TrailingZeros", "40.00", "40"},
        ReadCase{"Zero", "-0.00", "0"}, ReadCase{"Hundred", "100", "100"},
        ReadCase{"NoWhole", ".5", "0.5"}, ReadCase{"Comma", "1,23", "1.23"},
        ReadCase{"English", "1,234.50", "1234.5"},
        ReadCase{"German", "1.234,50", "1234.5"},
        ReadCase{
            "EnglishDespiteHabit", "1,234.50", "1234.5", {.decimal_mark = ','}},
        ReadCase{"Swiss", "1'234.50", "1234.5"},
        ReadCase{"French", "1 234,567", "1234.567"},
        ReadCase{"MachineThree", "1.234", "1.234", {.decimal_mark = '.'}},
        ReadCase{"PointOpen", "1.234", "1.234"},
        ReadCase{"PointDeclaredGroup", "1.234", "1234", {.decimal_mark = ','}},
        ReadCase{
            "CommaDeclaredDecimal", "1,234", "1.234", {.decimal_mark = ','}},
        ReadCase{"CommaDeclaredGroup", "1,234", "1234", {.decimal_mark = '.'}},
        ReadCase{"CommaAfterZero", "0,123", "0.123"},
        ReadCase{"CommaAfterFour", "1234,567", "1234.567"},
        ReadCase{"CommaGroups", "1,234,567", "1234567"},
        ReadCase{"Scale18", "0.000000000000000001", "0.000000000000000001"},
        ReadCase{"ZerosBeyond18", "1.5000000000000000000000", "1.5"},
        ReadCase{"Digits36", std::string(36, '9'), std::string(36, '9')},
        ReadCase{"CommaOpen", "1,234", "", {}, "decimal_mark"},
        ReadCase{"Scale30", "0.0000000000000000000000000000010",
                 "0.000000000000000000000000000001"},
        ReadCase{
            "Scale31", "0.0000000000000000000000000000001", "", {}, "long"},
        ReadCase{"Digits37", std::string(37, '9'), "", {}, "long"},
        ReadCase{"NoFraction", "1.", ""},
        ReadCase{"OnlyPoint", ".", "", {}, "placeholder"},
        ReadCase{"Nan", "NaN", "", {}, "placeholder"},
        ReadCase{"Infinity", "-inf", ""},
        ReadCase{"Exponent", "1e400", "", {}, "long"},
        ReadCase{"TwoDecimalMarks", "1,234.5.6", ""},
        ReadCase{"Percent", "5%", "0.05"}),
    NameOf);

CONCORDAT_READ_TEST(ReadMoneyTest, ValueType::kMoney)
INSTANTIATE_TEST_SUITE_P(
    All, ReadMoneyTest,
    testing::Values(
        ReadCase{"After", "40 EUR", "40 EUR"},
        ReadCase{"Cents", "40.00 EUR", "40 EUR"},
        ReadCase{"Before", "EUR 40.5", "40.5 EUR"},
        ReadCase{"Tight", "40.5eur", "40.5 EUR"},
        ReadCase{"EuroSign",
                 "\xe2\x82\xac"
                 "40",
                 "40 EUR"},
        ReadCase{"EuroSignAfter", "1.234,50 \xe2\x82\xac", "1234.5 EUR"},
        ReadCase{"Pound",
                 "\xc2\xa3"
                 "1,234.50",
                 "1234.5 GBP"},
        ReadCase{"Rupee", "\xe2\x82\xb9 12,34,567", "1234567 INR"},
        ReadCase{"DollarByCurrency", "$40", "40 CAD", {.currency = "CAD"}},
        ReadCase{"DollarByRegion", "$40", "40 USD", {.region = "US"}},
        ReadCase{"DollarAndCode", "$40 USD", "40 USD"},
        ReadCase{"DollarPrefix", "US$ 40", "40 USD"},
        ReadCase{"Yen",
                 "\xc2\xa5"
                 "500",
                 "500 JPY",
                 {.currency = "JPY"}},
        ReadCase{"Default", "12.5", "12.5 EUR", {.currency = "EUR"}},
        ReadCase{"Minus", "-12.5 EUR", "-12.5 EUR"},
        ReadCase{"MinusSymbol", "-$12", "-12 USD", {.currency = "USD"}},
        ReadCase{"SymbolMinus", "$-12", "-12 USD", {.currency = "USD"}},
        ReadCase{"TrailingMinus", "12.50- EUR", "-12.5 EUR"},
        ReadCase{"Brackets", "(12.00) EUR", "-12 EUR"},
        ReadCase{"BracketsAround", "(EUR 12.00)", "-12 EUR"},
        ReadCase{"Swiss", "CHF 1'234.05", "1234.05 CHF"},
        ReadCase{"Nothing", "40", "", {}, "currency"},
        ReadCase{"DollarOpen", "$40", "", {}, "currency"},
        ReadCase{"DollarNotEuro", "$40", "", {.currency = "EUR"}, "currency"},
        ReadCase{"YenOpen",
                 "\xc2\xa5"
                 "500",
                 "",
                 {.currency = "USD"},
                 "currency"},
        ReadCase{"NoSuchCode", "40 QQQ", "", {}, "ISO 4217"},
        ReadCase{"Word", "40 euros", "40 EUR"},
        ReadCase{"Contradiction", "$40 EUR", "", {}, "different"},
        ReadCase{"CommaOpen", "1,234 EUR", "", {}, "decimal_mark"},
        ReadCase{"HalfBracket", "(12.00 EUR", ""},
        ReadCase{"SignInBrackets", "(-12.00) EUR", ""},
        ReadCase{"CodeTwice", "EUR 40 EUR", "40 EUR"},
        ReadCase{"NoAmount", "EUR", ""}, ReadCase{"Comment", "40 EUR!", ""}),
    NameOf);

CONCORDAT_READ_TEST(ReadBooleanTest, ValueType::kBoolean)
INSTANTIATE_TEST_SUITE_P(
    All, ReadBooleanTest,
    testing::Values(
        ReadCase{"True", "true", "true"}, ReadCase{"Yes", " YES ", "true"},
        ReadCase{"One", "1", "true"}, ReadCase{"On", "on", "true"},
        ReadCase{"Ja", "Ja", "true"}, ReadCase{"Si", "S\xc3\x8d", "true"},
        ReadCase{"N", "N", "false"}, ReadCase{"Zero", "0", "false"},
        ReadCase{"Non", "non", "false"}, ReadCase{"Off", "Off", "false"},
        ReadCase{"Unknown", "unknown", "", {}, "placeholder"},
        ReadCase{"Two", "2", ""}),
    NameOf);

constexpr auto kDmy = DateOrder::kDayMonthYear;
constexpr auto kMdy = DateOrder::kMonthDayYear;
constexpr auto kYmd = DateOrder::kYearMonthDay;

CONCORDAT_READ_TEST(ReadDateTest, ValueType::kDate)
INSTANTIATE_TEST_SUITE_P(
    All, ReadDateTest,
    testing::Values(
        ReadCase{"Iso", "2026-11-21", "2026-11-21"},
        ReadCase{"IsoShort", "2026-1-9", "2026-01-09"},
        ReadCase{"Slashes", "2026/11/21", "2026-11-21"},
        ReadCase{"Compact", "20261121", "2026-11-21"},
        ReadCase{"Points", "21.11.2026", "2026-11-21"},
        ReadCase{"DayMonthName", "21 Nov 2026", "2026-11-21"},
        ReadCase{"MonthNameDay", "Nov 21, 2026", "2026-11-21"},
        ReadCase{"Full", "Saturday, November 21st, 2026", "2026-11-21"},
        ReadCase{"Hyphens", "Fri 02-Dec-2011", "2011-12-02"},
        ReadCase{"German", "21. November 2026", "2026-11-21"},
        ReadCase{"GermanUmlaut", "Sa, 1. M\xc3\x84RZ 2025", "2025-03-01"},
        ReadCase{"Timestamp", "2026-11-21T23:30:00-05:00", "2026-11-21"},
        ReadCase{"LeapDay", "2024-02-29", "2024-02-29"},
        ReadCase{"DayFirst", "02/12/2011", "2011-12-02", {.date_order = kDmy}},
        ReadCase{
            "MonthFirst", "02/12/2011", "2011-02-12", {.date_order = kMdy}},
        ReadCase{"OnlyDayFirst", "13/04/2026", "2026-04-13"},
        ReadCase{"OnlyMonthFirst", "04/13/2026", "2026-04-13"},
        ReadCase{"Equal", "04/04/2026", "2026-04-04"},
        ReadCase{"TwoDigits",
                 "12/2/11",
                 "2011-12-02",
                 {.date_order = kMdy, .pivot = 2030}},
        ReadCase{"TwoDigitsBefore",
                 "12/2/31",
                 "1931-12-02",
                 {.date_order = kMdy, .pivot = 2030}},
        ReadCase{"TwoDigitsPivot", "2 Dec 30", "2030-12-02", {.pivot = 2030}},
        ReadCase{"TwoDigitsPoints", "02.12.11", "2011-12-02", {.pivot = 2030}},
        ReadCase{"YearFirst",
                 "26/11/21",
                 "2026-11-21",
                 {.date_order = kYmd, .pivot = 2030}},
        ReadCase{"OrderOpen", "03/04/2026", "", {}, "date_order"},
        ReadCase{
            "TwoDigitOrderOpen", "13/04/26", "", {.pivot = 2030}, "date_order"},
        ReadCase{"PivotOpen", "2 Dec 11", "", {}, "two_digit_year_pivot"},
        ReadCase{"NoYear", "Dec 2", "--12-02"},
        ReadCase{"NoYearInDigits", "12/02", "", {}, "year is missing"},
        ReadCase{"NoSuchDay", "2026-02-30", "", {}, "calendar"},
        ReadCase{"NoLeapDay", "29.02.2023", "", {}, "calendar"},
        ReadCase{"NoSuchMonth", "2026-13-01", "", {}, "calendar"},
        ReadCase{"NoSuchEither", "31/31/2026", "", {}, "calendar"},
        ReadCase{"YearZero", "0000-01-01", "", {}, "calendar"},
        ReadCase{"Weekday", "Friday", ""}, ReadCase{"Time", "14:30", ""},
        ReadCase{"MonthOnly", "Nov 2026", "2026-11"},
        ReadCase{"Word", "soon", ""},
        ReadCase{"Trailing", "2026-11-21 (Estimated)", ""},
        ReadCase{"TwoDates", "2026-11-21 2026-11-22", ""},
        ReadCase{"Number", "123456789012", ""}),
    NameOf);

CONCORDAT_READ_TEST(ReadTimeOfDayTest, ValueType::kTimeOfDay)
INSTANTIATE_TEST_SUITE_P(
    All, ReadTimeOfDayTest,
    testing::Values(
        ReadCase{"Minutes", "14:30", "14:30"},
        ReadCase{"Seconds", "14:30:05", "14:30:05"},
        ReadCase{"ZeroSeconds", "14:30:00", "14:30:00"},
        ReadCase{"Fraction", "14:30:05.250", "14:30:05.25"},
        ReadCase{"Morning", "7:10 a.m.", "07:10"},
        ReadCase{"MorningLetter", "7:10a", "07:10"},
        ReadCase{"Afternoon", "2:45P", "14:45"},
        ReadCase{"AfternoonCapitals", "2:45 PM", "14:45"},
        ReadCase{"HourOnly", "7 pm", "19:00"},
        ReadCase{"Noon", "12:00noon", "12:00"},
        ReadCase{"NoonWord", "noon", "12:00"},
        ReadCase{"MidnightWord", "Midnight", "00:00"},
        ReadCase{"AfterMidnight", "12:21 a.m.", "00:21"},
        ReadCase{"AfterNoon", "12:57 p.m.", "12:57"},
        ReadCase{"Twice", "14:30 p.m.", "14:30"},
        ReadCase{"German", "14:30 Uhr", "14:30"},
        ReadCase{"DateAfter", "7:10 a.m. 2 Dec 2011", "07:10"},
        ReadCase{"April", "7:10 Apr 1", "07:10"},
        ReadCase{"IsoStamp", "2026-11-21T14:30:05Z", "14:30:05Z"},
        ReadCase{"HourAfterDate", "Dec 2 7 pm", "19:00"},
        ReadCase{"PlainOffset", "14:30+02:00", "12:30Z"},
        ReadCase{"Hour24", "24:00", "00:00"}, ReadCase{"Hour25", "25:10", ""},
        ReadCase{"Minute60", "7:60", ""}, ReadCase{"Second60", "7:10:60", ""},
        ReadCase{"LeapSecond", "23:59:60", ""},
        ReadCase{"MinuteShort", "7:1", ""},
        ReadCase{"Contradiction", "14:30 a.m.", ""},
        ReadCase{"Junk", "7:10 a.m. (Estimated)", ""},
        ReadCase{"JunkWord", "7:10 about", ""},
        ReadCase{"TwoTimes", "7:10 8:10", ""},
        ReadCase{"DateOnly", "Dec 02", ""}, ReadCase{"Number", "7", ""},
        ReadCase{"BadBracket", "7:10 (+8:00", ""},
        ReadCase{"BadOffset", "7:10 (+99:00)", ""}),
    NameOf);

CONCORDAT_READ_TEST(ReadInstantTest, ValueType::kInstant)
INSTANTIATE_TEST_SUITE_P(
    All, ReadInstantTest,
    testing::Values(
        ReadCase{"Rfc3339", "2026-11-21T14:30:00Z", "2026-11-21T14:30:00Z"},
        ReadCase{"Offset", "2026-11-21T14:30:00+01:00", "2026-11-21T13:30:00Z"},
        ReadCase{"NegativeOffset", "2026-11-21T23:30:00-05:30",
                 "2026-11-22T05:00:00Z"},
        ReadCase{"SmallLetters", "2026-11-21t14:30:00z",
                 "2026-11-21T14:30:00Z"},
        ReadCase{"Space", "2026-11-21 14:30Z", "2026-11-21T14:30Z"},
        ReadCase{"Fraction", "2026-11-21T14:30:00.2500009Z",
                 "2026-11-21T14:30:00.25Z"},
        ReadCase{"LeapSecond", "2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
        ReadCase{"Zone",
                 "2026-07-01 12:00",
                 "2026-07-01T10:00Z",
                 {.time_zone = "Europe/Berlin"}},
        ReadCase{"OffsetOverZone",
                 "2026-07-01T12:00Z",
                 "2026-07-01T12:00Z",
                 {.time_zone = "Europe/Berlin"}},
        ReadCase{"People", "Nov 21, 2026 2:30 p.m. UTC", "2026-11-21T14:30Z"},
        ReadCase{"ZoneOpen", "2026-07-01 12:00", "", {}, "time_zone"},
        ReadCase{"Repeated",
                 "2026-10-25 02:30",
                 "",
                 {.time_zone = "Europe/Berlin"},
                 "offset"},
        ReadCase{"Skipped",
                 "2026-03-29 02:30",
                 "",
                 {.time_zone = "Europe/Berlin"},
                 "offset"},
        ReadCase{"DateOnly", "2026-11-21", "", {}, "time_zone"},
        ReadCase{"TimeOnly", "14:30Z", ""},
        ReadCase{"NoSuchDay", "2026-02-30T00:00Z", "", {}, "calendar"},
        ReadCase{
            "BeforeYearOne", "0001-01-01T00:00:00+01:00", "", {}, "calendar"},
        ReadCase{
            "AfterLastYear", "9999-12-31T23:59:59-01:00", "", {}, "calendar"},
        ReadCase{"Word", "yesterday", ""}),
    NameOf);

CONCORDAT_READ_TEST(ReadPhoneTest, ValueType::kPhone)
INSTANTIATE_TEST_SUITE_P(
    All, ReadPhoneTest,
    testing::Values(
        ReadCase{"International", "+49 30 123456", "+4930123456"},
        ReadCase{"National", "030 123456", "+4930123456", {.region = "DE"}},
        ReadCase{"Brackets", "(030) 12-34-56", "+4930123456", {.region = "DE"}},
        ReadCase{
            "DoubleZero", "0049 30 123456", "+4930123456", {.region = "DE"}},
        ReadCase{
            "TestNumber", "315-982-7436", "+13159827436", {.region = "US"}},
        ReadCase{
            "CountryOne", "1-315-982-7436", "+13159827436", {.region = "US"}},
        ReadCase{"Uri", "tel:+49-30-123456", "+4930123456"},
        ReadCase{"UriExtension", "tel:+49-30-123456;ext=12",
                 "+4930123456 ext. 12"},
        ReadCase{"Extension", "+1 315 982 7436 x12", "+13159827436 ext. 12"},
        ReadCase{"FullWidth",
                 "\xef\xbc\x8b"
                 "49 30 123456",
                 "+4930123456"},
        ReadCase{"NoCountry", "030 123456", "30123456"},
        ReadCase{"NoCountryExtension", "030 123456 ext. 12",
                 "30123456 ext. 12"},
        ReadCase{"NoArea", "982-7436", "+19827436", {.region = "US"}},
        ReadCase{"ShortNoCountry", "12345", ""},
        ReadCase{"Short", "12", "", {.region = "US"}},
        ReadCase{"NoSuchCountry", "+999 123456", "", {}, "country code"},
        ReadCase{"Long", std::string(65, '1'), "", {.region = "US"}},
        ReadCase{"Comment", "030 123456 mobile", "", {.region = "DE"}},
        ReadCase{"Word", "none", "", {}, "placeholder"},
        ReadCase{"Zeros", "0000000", "", {}, "country code"}),
    NameOf);

CONCORDAT_READ_TEST(ReadEmailTest, ValueType::kEmail)
INSTANTIATE_TEST_SUITE_P(
    All, ReadEmailTest,
    testing::Values(
        ReadCase{"Plain", "jamie@example.com", "jamie@example.com"},
        ReadCase{"Case", "Jamie.Doe+x@Example.COM", "jamie.doe+x@example.com"},
        ReadCase{"Mailto", "MAILTO:jamie@example.com", "jamie@example.com"},
        ReadCase{"DisplayName", "Jamie Doe <jamie@example.com>",
                 "jamie@example.com"},
        ReadCase{"Idna",
                 "jamie@B\xc3\xbc"
                 "cher.example",
                 "jamie@xn--bcher-kva.example"},
        ReadCase{"RootDot", "jamie@example.com.", "jamie@example.com"},
        ReadCase{"NoAt", "jamie.example.com", ""},
        ReadCase{"TwoAts", "a@b@example.com", ""},
        ReadCase{"NoDot", "jamie@localhost", ""},
        ReadCase{"NoLocal", "@example.com", ""},
        ReadCase{"NoDomain", "jamie@", ""},
        ReadCase{"Space", "jamie doe@example.com", ""},
        ReadCase{"Dots", "jamie..doe@example.com", ""},
        ReadCase{"EmptyLabel", "jamie@example..com", ""},
        ReadCase{"Hyphen", "jamie@-example.com", ""},
        ReadCase{
            "Two", "a@example.com, b@example.com", "", {}, "more than one"},
        ReadCase{"LongLocal", std::string(65, 'a') + "@example.com", ""}),
    NameOf);

}  // namespace
}  // namespace concordat
