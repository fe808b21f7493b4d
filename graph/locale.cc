#include "graph/locale.h"

#include <unicode/datefmt.h>
#include <unicode/dcfmtsym.h>
#include <unicode/locid.h>
#include <unicode/smpdtfmt.h>
#include <unicode/ucurr.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>

#include "absl/strings/ascii.h"

namespace concordat {
namespace {

bool IsUpperLetters(absl::string_view text, size_t size) {
  return text.size() == size &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isupper(c); });
}

// Of a short date's pattern, such as "dd.MM.yy".
DateOrder DateOrderOfPattern(const icu::UnicodeString& pattern) {
  const int day = pattern.indexOf(u'd');
  const int month = std::max(pattern.indexOf(u'M'), pattern.indexOf(u'L'));
  const int year = pattern.indexOf(u'y');
  if (day < 0 || month < 0 || year < 0) return DateOrder::kUndeclared;
  if (day < month && month < year) return DateOrder::kDayMonthYear;
  if (month < day && day < year) return DateOrder::kMonthDayYear;
  if (year < month && month < day) return DateOrder::kYearMonthDay;
  return DateOrder::kUndeclared;
}

}  // namespace

void LocaleHabits::ApplyTo(WritingHabits& habits) const {
  habits.region = region;
  habits.language = language;
  habits.date_order = date_order;
  habits.decimal_mark = decimal_mark;
}

std::optional<LocaleHabits> FindLocale(absl::string_view name) {
  // Names without a country, such as C and POSIX, have one in ICU.
  if (name.find_first_of("-_") == name.npos) return std::nullopt;
  icu::Locale locale = icu::Locale::createCanonical(std::string(name).c_str());
  if (locale.isBogus() || *locale.getISO3Language() == '\0' ||
      !IsRegion(locale.getCountry())) {
    return std::nullopt;
  }
  LocaleHabits habits;
  habits.region = locale.getCountry();
  habits.language = locale.getLanguage();
  UErrorCode error = U_ZERO_ERROR;
  // Our values are of the Gregorian calendar and in ASCII digits.
  locale.setKeywordValue("calendar", "gregorian", error);
  locale.setKeywordValue("numbers", "latn", error);
  const std::unique_ptr<icu::DateFormat> format(
      icu::DateFormat::createDateInstance(icu::DateFormat::kShort, locale));
  if (const auto* simple =
          dynamic_cast<const icu::SimpleDateFormat*>(format.get())) {
    icu::UnicodeString pattern;
    habits.date_order = DateOrderOfPattern(simple->toPattern(pattern));
  }
  const icu::DecimalFormatSymbols symbols(locale, error);
  if (U_FAILURE(error)) return habits;
  const icu::UnicodeString mark =
      symbols.getSymbol(icu::DecimalFormatSymbols::kDecimalSeparatorSymbol);
  if (mark == u"." || mark == u",") {
    habits.decimal_mark = static_cast<char>(mark.charAt(0));
  }
  return habits;
}

std::optional<DateOrder> ParseDateOrder(absl::string_view text) {
  if (text == "DMY") return DateOrder::kDayMonthYear;
  if (text == "MDY") return DateOrder::kMonthDayYear;
  if (text == "YMD") return DateOrder::kYearMonthDay;
  return std::nullopt;
}

bool IsRegion(absl::string_view code) {
  if (!IsUpperLetters(code, 2)) return false;
  for (const char* const* region = icu::Locale::getISOCountries();
       *region != nullptr; ++region) {
    if (code == *region) return true;
  }
  return false;
}

bool IsCurrency(absl::string_view code) {
  if (code == "EUR" || code == "USD" || code == "GBP") return true;
  if (!IsUpperLetters(code, 3)) return false;
  UChar wide[4] = {};
  for (size_t i = 0; i < 3; ++i) wide[i] = static_cast<UChar>(code[i]);
  UErrorCode error = U_ZERO_ERROR;
  return ucurr_isAvailable(wide, U_DATE_MIN, U_DATE_MAX, &error) &&
         U_SUCCESS(error);
}

}  // namespace concordat
