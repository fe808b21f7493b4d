// What stands beside the digits of an amount of money: currencies by code,
// symbol or word, and their hundredths. The inside of graph/reading.h.
#ifndef CONCORDAT_GRAPH_READERS_CURRENCY_WORDS_H_
#define CONCORDAT_GRAPH_READERS_CURRENCY_WORDS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace concordat::readers {

enum class MoneyWordKind {
  kNone,
  // One or several currencies: "EUR", "$", "kroner".
  kCurrency,
  // A part of a currency: "cents", "коп".
  kMinor,
  // "and" between the two, "only" behind an amount.
  kFiller,
  // "CR", "DR": a side of the books, which is no sign without knowing whose
  // books they are.
  kBookSide,
};

struct MoneyWord {
  MoneyWordKind kind = MoneyWordKind::kNone;
  // ISO 4217 codes with spaces between; "" for any (of a part).
  absl::string_view currencies;
  // The first currency is meant where nothing says otherwise: "£".
  bool has_usual = false;
  // Of a part: as which power of ten of the currency; 0: as the currency has
  // it (hundredths, or thousandths of a dinar).
  int minor_power = 0;
};

// Words that say the same: folded, without points at their ends, separated by
// ';'.
struct MoneyWordGroup {
  MoneyWord meaning;
  absl::string_view words;
};

// Our own words. After Unicode CLDR (currency symbols), ISO 4217 and the usage
// of the countries. (currency_table.cc)
absl::Span<const MoneyWordGroup> MoneyWordTable();

// Of `word`, folded: a code or one of our own words; kNone for others.
// Thread-safe.
MoneyWord FindMoneyWord(absl::string_view word);

// Of `word`, folded: a name or symbol of Unicode CLDR in one of the languages
// that `kNameLanguages` lists; kNone for others. They are loaded when one is
// asked for first, which takes some tens of milliseconds. Thread-safe.
MoneyWord FindCurrencyName(absl::string_view word);

// ISO 4217 of a region, such as "USD" of "US"; "" where there is none.
absl::string_view CurrencyOfRegion(absl::string_view region);

// Currencies with parts that are called cents, centimes or centavos.
inline constexpr absl::string_view kCurrenciesWithCents =
    "USD CAD AUD NZD SGD HKD TWD BSD BBD BZD BMD BND JMD KYD GYD SRD LRD NAD "
    "FJD SBD TTD XCD EUR ZAR KES MUR LKR MXN ARS DOP PHP BRL CHF MAD DZD";

// Which of the currencies `candidates` is meant: the only one, the writer's
// own, that of his region, or `usual`. "" where nothing decides. Views an
// argument or a table.
absl::string_view ChooseCurrency(absl::string_view candidates,
                                 absl::string_view usual, absl::string_view own,
                                 absl::string_view region);

// Which part of a currency its smallest unit is, as a power of ten: 2, or 3
// for dinars and rials, or 0 for yen and others without parts in use.
int MinorPowerOf(absl::string_view currency);

// Whether `mark`, alone and before three digits, groups thousands in an amount
// of `currency`: where the currency has no thousandths, and its home writes
// thousands so (or nobody writes it with decimals). False where the two say
// different things, as for the euro, whose home writes both.
bool GroupsThousands(absl::string_view currency, char mark);

}  // namespace concordat::readers

#endif  // CONCORDAT_GRAPH_READERS_CURRENCY_WORDS_H_
