// What the Unicode CLDR (through ICU) and ISO know of how a country writes.
#ifndef CONCORDAT_GRAPH_LOCALE_H_
#define CONCORDAT_GRAPH_LOCALE_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "graph/schema.h"

namespace concordat {

// What a locale says of writing.
struct LocaleHabits {
  std::string region;    // ISO 3166-1 alpha-2, "DE"
  std::string language;  // ISO 639, "de"
  DateOrder date_order = DateOrder::kUndeclared;
  char decimal_mark = 0;

  // Puts what the locale says over `habits`.
  void ApplyTo(WritingHabits& habits) const;
};

// Of a BCP 47 or POSIX name with language and country, such as "de-DE" or
// "en_GB"; nullopt where there is no such locale, or it names no country: a
// country is not guessed from a language. Dear: takes milliseconds.
// Thread-safe.
std::optional<LocaleHabits> FindLocale(absl::string_view name);

// Of "DMY", "MDY" or "YMD"; nullopt for anything else. Thread-safe.
std::optional<DateOrder> ParseDateOrder(absl::string_view text);

// Whether it is a country's code of ISO 3166-1, two upper-case letters.
// Thread-safe.
bool IsRegion(absl::string_view code);

// Whether it is or was a currency's code of ISO 4217, three upper-case
// letters. Thread-safe.
bool IsCurrency(absl::string_view code);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_LOCALE_H_
