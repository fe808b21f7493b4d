#include "graph/readers/written_date.h"

#include <unicode/calendar.h>
#include <unicode/locid.h>

#include <cstdint>
#include <memory>
#include <utility>

#include "absl/time/civil_time.h"
#include "graph/limits.h"

namespace concordat::readers {
namespace {

constexpr absl::string_view kDateExpected = "date expected, such as 2026-11-21";
constexpr absl::string_view kNoSuchDay =
    "not a day of the calendar; a date such as 2026-11-21 expected";
constexpr absl::string_view kOrderOpen =
    "day and month order: set the channel's date_order or locale";
constexpr absl::string_view kPivotOpen =
    "two-digit year: set the channel's two_digit_year_pivot";
constexpr absl::string_view kWrongWeekday =
    "the weekday is not that of the date: one of the two is wrong";

// A year, month and day in `calendar`, some of which may be missing (0).
struct Parts {
  WrittenNumber year;
  int64_t month = 0;
  int64_t day = 0;
};

bool MayBeMonth(int64_t number) { return number >= 1 && number <= 12; }
bool MayBeDay(int64_t number) { return number >= 1 && number <= 31; }

// Gives the numbers of one date their parts.
class Resolver {
 public:
  Resolver(const WrittenDate& written, const WritingHabits& habits,
           DateChoices* choices)
      : written_(written), habits_(habits), choices_(*choices) {}

  absl::string_view Resolve(Date* date);

 private:
  // Each a problem or "".
  absl::string_view FindParts();
  absl::string_view FromMarks();
  absl::string_view FromName();
  absl::string_view FromOne();
  absl::string_view FromTwo();
  absl::string_view FromThree();
  absl::string_view PutInOrder();
  absl::string_view OrderOfShortYear();
  bool DecideByWeekday(int64_t first, int64_t second);
  absl::string_view FindYear();
  absl::string_view ToDate(Date* date);
  absl::string_view ToWeek(Date* date);
  bool ToGregorian();

  const WrittenNumber& Number(int i) const { return written_.numbers[i]; }

  const WrittenDate& written_;
  const WritingHabits& habits_;
  DateChoices& choices_;
  CalendarKind calendar_ = CalendarKind::kGregorian;
  Parts parts_;
  int64_t year_ = 0;
  int ordinal_ = 0;  // day of the year
};

// 2026 U+5E74 3 U+6708 3 U+65E5
absl::string_view Resolver::FromMarks() {
  parts_.year = written_.year;
  parts_.month = written_.month.value;
  parts_.day = written_.day.value;
  for (int i = 0; i < written_.count; ++i) {
    const WrittenNumber& number = Number(i);
    if (parts_.year.digits == 0 && number.digits >= 3) {
      parts_.year = number;
    } else if (written_.day.digits == 0 && parts_.day == 0) {
      parts_.day = number.value;
    } else {
      return kDateExpected;
    }
  }
  return "";
}

// A month's name with a day, a year or both.
absl::string_view Resolver::FromName() {
  parts_.month = written_.month_name;
  parts_.year = written_.year;
  parts_.day = written_.day.value;
  const bool has_day = written_.day.digits != 0;
  const bool has_year = written_.year.digits != 0;
  const int missing = (has_day ? 0 : 1) + (has_year ? 0 : 1);
  if (written_.count > missing) return kDateExpected;
  if (written_.count == 2) {
    const bool year_leads = Number(0).digits >= 3 || Number(0).value > 31 ||
                            (habits_.date_order == DateOrder::kYearMonthDay &&
                             Number(0).digits == 2 && Number(1).digits <= 2);
    parts_.year = Number(year_leads ? 0 : 1);
    parts_.day = Number(year_leads ? 1 : 0).value;
    if (parts_.day == 0) return kNoSuchDay;
    return "";
  }
  if (written_.count == 1) {
    const WrittenNumber& number = Number(0);
    if (has_day || number.digits >= 3 || (written_.has_era && !has_year)) {
      parts_.year = number;
      return "";
    }
    // Mar-26 is a day or a year.
    if (written_.before_name == 0 && number.digits == 2 && !has_year &&
        written_.mark_after_name != 0) {
      return "day or year after the month: write the year in full";
    }
    parts_.day = number.value;
    if (parts_.day == 0) return kNoSuchDay;
  }
  if (parts_.day == 0 && parts_.year.digits == 0) {
    return "the year is missing; a date such as 2026-11-21 expected";
  }
  return "";
}

// 20261121, 2026, 2026325
absl::string_view Resolver::FromOne() {
  const WrittenNumber& number = Number(0);
  if (written_.has_era && number.digits <= 3) {
    parts_.year = number;
    return "";
  }
  switch (number.digits) {
    case 4:
      parts_.year = number;
      return number.value >= 1000 && number.value <= 2999 ? "" : kDateExpected;
    case 7:
      parts_.year = {number.value / 1000, 4, 0};
      ordinal_ = static_cast<int>(number.value % 1000);
      return ordinal_ == 0 ? kNoSuchDay : "";
    case 8:
      if (MayBeMonth(number.value / 100 % 100) &&
          MayBeDay(number.value % 100)) {
        parts_.year = {number.value / 10000, 4, 0};
        parts_.month = number.value / 100 % 100;
        parts_.day = number.value % 100;
        return "";
      }
      if (number.value % 10000 < 1000 || number.value % 10000 > 2999) {
        return kNoSuchDay;
      }
      return "order of day, month and year: write them with marks between";
    default:
      return kDateExpected;
  }
}

// 2026-11, 11/2026, 2026-325; "21.11.", --11-21
absl::string_view Resolver::FromTwo() {
  const WrittenNumber& first = Number(0);
  const WrittenNumber& second = Number(1);
  if (written_.without_year) {
    parts_.month = first.value;
    parts_.day = second.value;
    return MayBeDay(parts_.day) ? "" : kNoSuchDay;
  }
  if (second.mark == 0) return kDateExpected;
  if (first.digits == 4 && second.digits == 3) {
    parts_.year = first;
    ordinal_ = static_cast<int>(second.value);
    return ordinal_ == 0 ? kNoSuchDay : "";
  }
  if ((first.digits == 4) != (second.digits == 4)) {
    const bool year_leads = first.digits == 4;
    if ((year_leads ? second : first).digits > 2) return kDateExpected;
    parts_.year = year_leads ? first : second;
    parts_.month = year_leads ? second.value : first.value;
    return MayBeMonth(parts_.month) ? "" : kNoSuchDay;
  }
  if (second.mark == '.' && written_.ends_with_point && first.digits <= 2 &&
      second.digits <= 2) {
    parts_.day = first.value;
    parts_.month = second.value;
    return MayBeDay(parts_.day) ? "" : kNoSuchDay;
  }
  return "the year is missing; a date such as 2026-11-21 expected";
}

absl::string_view Resolver::FromThree() {
  const WrittenNumber& first = Number(0);
  const WrittenNumber& third = Number(2);
  // Spaces alone, or one mark everywhere.
  if (Number(1).mark != third.mark || Number(1).digits > 2) {
    return kDateExpected;
  }
  if (first.digits == 4 || (written_.has_era && first.digits <= 3)) {
    if (third.digits > 2) return kDateExpected;
    parts_.year = first;
    parts_.month = Number(1).value;
    parts_.day = third.value;
    return MayBeDay(parts_.day) ? "" : kNoSuchDay;
  }
  if (first.digits > 2 || third.digits == 3 || third.digits > 4) {
    return kDateExpected;
  }
  return PutInOrder();
}

// 26/11/21 and 4/2/15 where the year leads.
absl::string_view Resolver::OrderOfShortYear() {
  parts_.year = Number(0);
  parts_.year.digits = 2;
  parts_.month = Number(1).value;
  parts_.day = Number(2).value;
  choices_.order = true;
  return MayBeMonth(parts_.month) && MayBeDay(parts_.day) ? "" : kNoSuchDay;
}

// Decides which number is the month and which the day of 02/12/2011. The
// writer's habit decides only where the numbers leave both orders open.
absl::string_view Resolver::PutInOrder() {
  const int64_t first = Number(0).value;
  const int64_t second = Number(1).value;
  const WrittenNumber& third = Number(2);
  DateOrder order = habits_.date_order;
  if (order == DateOrder::kYearMonthDay && third.digits <= 2) {
    if (OrderOfShortYear().empty()) return "";
    // 7/15/03: what the writer declares cannot be meant here.
    choices_.order = false;
    order = DateOrder::kUndeclared;
  }
  if (third.digits == 1) return kDateExpected;
  // Whoever writes points puts the day first, but for those who say otherwise.
  const bool points = third.mark == '.';
  if (points && order != DateOrder::kMonthDayYear) {
    order = DateOrder::kDayMonthYear;
  }
  parts_.year = third;
  const bool month_may_lead = MayBeMonth(first) && MayBeDay(second);
  const bool day_may_lead = MayBeDay(first) && MayBeMonth(second);
  if (!month_may_lead && !day_may_lead) return kNoSuchDay;
  const bool undeclared = order == DateOrder::kUndeclared;
  const bool open = month_may_lead && day_may_lead && first != second;
  const bool year_may_lead = undeclared && third.digits == 2 &&
                             MayBeMonth(second) && MayBeDay(third.value);
  if (open && (undeclared || order == DateOrder::kYearMonthDay)) {
    if (third.digits == 4 && DecideByWeekday(first, second)) return "";
    return kOrderOpen;
  }
  if (year_may_lead) return kOrderOpen;
  const bool day_leads =
      open ? order == DateOrder::kDayMonthYear : day_may_lead;
  choices_.order = !points;
  parts_.day = day_leads ? first : second;
  parts_.month = day_leads ? second : first;
  return "";
}

int WeekdayOf(const absl::CivilDay& day) {
  return static_cast<int>(absl::GetWeekday(day)) + 1;
}

// Whether the weekday fits one of the orders only.
bool Resolver::DecideByWeekday(int64_t first, int64_t second) {
  if (written_.weekday == 0 || written_.has_era) return false;
  const int64_t year = parts_.year.value;
  const bool day_leads =
      WeekdayOf(absl::CivilDay(year, second, first)) == written_.weekday;
  const bool month_leads =
      WeekdayOf(absl::CivilDay(year, first, second)) == written_.weekday;
  if (day_leads == month_leads) return false;
  parts_.day = day_leads ? first : second;
  parts_.month = day_leads ? second : first;
  choices_.by_weekday = true;
  return true;
}

absl::string_view Resolver::FindParts() {
  if (written_.month_name_open) {
    return "the month's name means different months in different languages: "
           "set the channel's locale";
  }
  if (written_.month_name != 0) {
    if (written_.month.digits != 0) return kDateExpected;
    return FromName();
  }
  if (written_.quarter != 0 || written_.week != 0) {
    if (written_.count + (written_.year.digits != 0 ? 1 : 0) != 1) {
      return kDateExpected;
    }
    parts_.year = written_.count == 1 ? Number(0) : written_.year;
    return parts_.year.digits == 4 ? "" : kDateExpected;
  }
  if (written_.year.digits != 0 || written_.month.digits != 0) {
    return FromMarks();
  }
  switch (written_.count) {
    case 1:
      return FromOne();
    case 2:
      return FromTwo();
    case 3:
      return FromThree();
    default:
      return kDateExpected;
  }
}

// The full year, in `calendar_`.
absl::string_view Resolver::FindYear() {
  year_ = parts_.year.value;
  if (written_.has_era) {
    // Emperors count from one; nobody reaches a thousand.
    const bool too_many = written_.era_added > 0 && year_ > 999;
    if (year_ == 0 || too_many || year_ > limits::kYearMax) return kNoSuchDay;
    year_ += written_.era_added;
    return "";
  }
  if (parts_.year.digits == 2) {
    const int pivot = habits_.two_digit_year_pivot;
    if (pivot == 0) return kPivotOpen;
    // The last year up to the pivot that ends in these digits.
    year_ = pivot - ((pivot - year_) % 100 + 100) % 100;
    choices_.pivot = true;
    return "";
  }
  if (parts_.year.digits != 4) return kDateExpected;
  if (written_.month_of_several && year_ >= 3000) {
    return "a month of several calendars: write the date in digits";
  }
  // Years that only the calendar of the writer's country has by now.
  const absl::string_view language = habits_.language;
  if (calendar_ != CalendarKind::kGregorian) return "";
  if ((language == "th" || written_.buddhist_name) && year_ >= 2400) {
    year_ -= 543;
    choices_.calendar = true;
  } else if (language == "fa" && year_ >= 1200 && year_ <= 1500) {
    calendar_ = CalendarKind::kPersian;
  } else if (habits_.region == "SA" && year_ >= 1300 && year_ <= 1500) {
    calendar_ = CalendarKind::kIslamic;
  }
  return "";
}

// Brings a day of another calendar into ours.
bool Resolver::ToGregorian() {
  if (parts_.day == 0 || parts_.month == 0 || ordinal_ != 0) return false;
  constexpr const char* kNames[] = {"@calendar=gregorian", "@calendar=persian",
                                    "@calendar=islamic-umalqura",
                                    "@calendar=hebrew"};
  UErrorCode error = U_ZERO_ERROR;
  const std::unique_ptr<icu::Calendar> calendar(icu::Calendar::createInstance(
      *icu::TimeZone::getGMT(),
      icu::Locale(kNames[static_cast<int>(calendar_)]), error));
  if (U_FAILURE(error)) return false;
  calendar->clear();
  calendar->setLenient(false);
  calendar->set(UCAL_EXTENDED_YEAR, static_cast<int32_t>(year_));
  calendar->set(UCAL_MONTH, static_cast<int32_t>(parts_.month - 1));
  calendar->set(UCAL_DATE, static_cast<int32_t>(parts_.day));
  const double milliseconds = calendar->getTime(error);
  if (U_FAILURE(error)) return false;
  constexpr double kMillisecondsPerDay = 86'400'000;
  const absl::CivilDay day =
      absl::CivilDay(1970, 1, 1) +
      static_cast<int64_t>(milliseconds / kMillisecondsPerDay);
  year_ = day.year();
  parts_.month = day.month();
  parts_.day = day.day();
  choices_.calendar = true;
  return true;
}

absl::string_view Resolver::ToWeek(Date* date) {
  // The week that has the fourth of January is the first.
  const absl::CivilDay fourth(year_, 1, 4);
  const absl::CivilDay monday =
      fourth - (WeekdayOf(fourth) - 1) + 7 * (written_.week - 1);
  if ((monday + 3).year() != year_ || written_.week_day > 7) return kNoSuchDay;
  date->precision =
      written_.week_day == 0 ? DatePrecision::kWeek : DatePrecision::kDay;
  date->day = written_.week_day == 0 ? monday : monday + written_.week_day - 1;
  return "";
}

absl::string_view Resolver::ToDate(Date* date) {
  const int64_t last = limits::kYearMax;
  if (year_ < limits::kYearMin || year_ > last) return kNoSuchDay;
  if (written_.week != 0) return ToWeek(date);
  if (written_.quarter != 0) {
    date->day = absl::CivilDay(year_, 3 * written_.quarter - 2, 1);
    date->precision = DatePrecision::kQuarter;
    return "";
  }
  if (ordinal_ != 0) {
    date->day = absl::CivilDay(year_, 1, 1) + (ordinal_ - 1);
    return date->day.year() == year_ ? "" : kNoSuchDay;
  }
  if (parts_.month == 0) {
    // Other numbers are rather no years.
    if (parts_.day != 0 || year_ < 1000 || year_ > 2999) return kDateExpected;
    date->day = absl::CivilDay(year_, 1, 1);
    date->precision = DatePrecision::kYear;
    return "";
  }
  const bool whole_month = parts_.day == 0;
  if (whole_month) date->precision = DatePrecision::kMonth;
  const int64_t number = whole_month ? 1 : parts_.day;
  date->day = absl::CivilDay(year_, parts_.month, number);
  // Construction carries 31 April over into May.
  const bool exists = date->day.month() == parts_.month &&
                      date->day.day() == number && date->day.year() == year_;
  return exists ? "" : kNoSuchDay;
}

absl::string_view Resolver::Resolve(Date* date) {
  calendar_ = written_.calendar;
  absl::string_view problem = FindParts();
  if (!problem.empty()) return problem;
  const bool any_year = parts_.year.digits == 0;
  if (any_year) {
    if (parts_.day == 0) return kDateExpected;
    year_ = Date::kAnyYear;
  } else {
    problem = FindYear();
    if (!problem.empty()) return problem;
  }
  if (calendar_ != CalendarKind::kGregorian && (any_year || !ToGregorian())) {
    return kNoSuchDay;
  }
  problem = ToDate(date);
  if (!problem.empty()) return problem;
  // The last week may end in the year after the last.
  if (LastDay(*date).year() > limits::kYearMax) return kNoSuchDay;
  if (any_year) date->precision = DatePrecision::kDayOfAnyYear;
  if (date->precision == DatePrecision::kDay && written_.weekday != 0 &&
      written_.weekday != WeekdayOf(date->day)) {
    return kWrongWeekday;
  }
  return "";
}

}  // namespace

absl::string_view ResolveDate(const WrittenDate& written,
                              const WritingHabits& habits, Date* date,
                              DateChoices* choices) {
  Date resolved;
  const absl::string_view problem =
      Resolver(written, habits, choices).Resolve(&resolved);
  if (problem.empty()) *date = resolved;
  return problem;
}

}  // namespace concordat::readers
