// Integers, decimals and amounts of money, with the signs, grouping and
// decimal marks that people write.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "graph/locale.h"
#include "graph/readers/readers.h"
#include "graph/text.h"

namespace concordat::readers {
namespace {

constexpr int kDigitsMax = 36;
constexpr int kScaleMax = 18;

constexpr absl::string_view kMarkUndeclared =
    "decimal mark: 1,234 can be read as 1234 or as 1.234; set the channel's "
    "decimal_mark or locale";
constexpr absl::string_view kTooLong =
    "number too long: at most 36 digits, 18 of them after the decimal mark";

bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}
bool IsLetter(char c) {
  return absl::ascii_isalpha(static_cast<unsigned char>(c));
}

// Where the whole part ends and which mark groups its digits.
struct Layout {
  // The index of the decimal mark; npos where there is none.
  size_t decimal_mark = absl::string_view::npos;
  char group_mark = 0;  // 0: not grouped
};

// A number without its sign, or why it is none; an empty problem is "not a
// number at all".
struct Magnitude {
  bool ok = false;
  absl::string_view problem;
  Decimal decimal;
  bool grouped = false;
};

// Whether `whole` is digits in groups: 1,234,567, or 12,34,567 as in India.
bool IsGrouped(absl::string_view whole, char mark) {
  size_t group = 0;     // digits of the current group
  size_t expected = 0;  // digits of the inner groups; 0: none seen yet
  bool first = true;
  for (const char c : whole) {
    if (IsDigit(c)) {
      if (++group > 3) return false;
      continue;
    }
    if (c != mark || group == 0) return false;
    if (!first) {
      if (group < 2 || (expected != 0 && group != expected)) return false;
      expected = group;
    } else {
      first = false;
    }
    group = 0;
  }
  if (first || group != 3) return false;
  // Inner groups of two want a first group of one or two.
  return expected != 2 || whole.find(mark) <= 2;
}

// Whether a single mark at `at` could group thousands: one to three digits
// before it, not starting with zero, and exactly three after it.
bool CouldGroup(absl::string_view body, size_t at) {
  return at >= 1 && at <= 3 && body[0] != '0' && body.size() - at == 4;
}

// Which of the two readings a number whose only mark is one ',' or one '.'
// has; false where the writer's habits would have to decide.
bool DecideSingleMark(absl::string_view body, size_t at, char declared,
                      bool whole_only, Layout* layout) {
  const char mark = body[at];
  bool groups = false;
  if (CouldGroup(body, at)) {
    if (declared == 0) {
      // 1,234 as an integer has one reading only; 1.000 has two. A point in a
      // decimal is how machines write.
      if (mark == ',' && !whole_only) return false;
      if (mark == '.' && whole_only) return false;
      groups = mark == ',';
    } else {
      groups = mark != declared;
    }
  }
  if (groups) {
    layout->group_mark = mark;
  } else {
    layout->decimal_mark = at;
  }
  return true;
}

// Finds the marks of `body`; a problem, or "" and `layout`.
absl::string_view FindLayout(absl::string_view body, char declared,
                             bool whole_only, Layout* layout) {
  const auto commas = std::count(body.begin(), body.end(), ',');
  const auto points = std::count(body.begin(), body.end(), '.');
  for (const char c : body) {
    if (c == ' ' || c == '\'' || c == '_') layout->group_mark = c;
  }
  const size_t last = body.find_last_of(".,");
  if (layout->group_mark != 0) {
    // Grouped by something else, so that a comma or point is the decimal one.
    layout->decimal_mark = last;
  } else if (commas > 0 && points > 0) {
    layout->decimal_mark = last;
    layout->group_mark = body[last] == ',' ? '.' : ',';
  } else if (commas + points > 1) {
    layout->group_mark = body[last];
  } else if (commas + points == 1) {
    if (!DecideSingleMark(body, last, declared, whole_only, layout)) {
      return kMarkUndeclared;
    }
  }
  return "";
}

// Reads digits with marks. `whole_only`: an integer is wanted.
Magnitude ReadMagnitude(absl::string_view body, char declared,
                        bool whole_only) {
  Magnitude magnitude;
  Layout layout;
  magnitude.problem = FindLayout(body, declared, whole_only, &layout);
  if (!magnitude.problem.empty()) return magnitude;
  const absl::string_view whole =
      body.substr(0, std::min(layout.decimal_mark, body.size()));
  absl::string_view fraction;
  if (layout.decimal_mark != absl::string_view::npos) {
    fraction = body.substr(layout.decimal_mark + 1);
    if (fraction.empty()) return magnitude;
  }
  if (layout.group_mark != 0 && !IsGrouped(whole, layout.group_mark)) {
    return magnitude;
  }
  if (whole.empty() && fraction.empty()) return magnitude;
  while (!fraction.empty() && fraction.back() == '0') {
    fraction.remove_suffix(1);
  }
  absl::uint128 unscaled = 0;
  int digits = 0;
  bool too_long = fraction.size() > kScaleMax;
  for (const absl::string_view part : {whole, fraction}) {
    for (const char c : part) {
      if (c == layout.group_mark && part.data() == whole.data()) continue;
      if (!IsDigit(c)) return magnitude;
      if (digits > 0 || c != '0') ++digits;
      if (digits > kDigitsMax) too_long = true;
      if (!too_long) unscaled = unscaled * 10 + static_cast<unsigned>(c - '0');
    }
  }
  if (too_long) {
    magnitude.problem = kTooLong;
    return magnitude;
  }
  magnitude.ok = true;
  magnitude.grouped = layout.group_mark != 0;
  magnitude.decimal.unscaled = static_cast<absl::int128>(unscaled);
  magnitude.decimal.scale = static_cast<int>(fraction.size());
  return magnitude;
}

// Takes one '+' or '-' off the front; whether it was '-'.
bool TakeSign(absl::string_view* writing) {
  if (writing->empty()) return false;
  const char sign = writing->front();
  if (sign != '+' && sign != '-') return false;
  writing->remove_prefix(1);
  return sign == '-';
}

Outcome NumberProblem(absl::string_view problem, absl::string_view fallback) {
  return Outcome::Problem(std::string(problem.empty() ? fallback : problem));
}

// ---- Money -----------------------------------------------------------------

// The parts around the digits of an amount.
struct AmountParts {
  absl::string_view body;
  bool negative = false;
  bool bracketed = false;
  // At most one of each: "US$ 40" has a word and a symbol, "40 EUR" a word.
  absl::string_view word;
  absl::string_view symbol;
};

struct Symbol {
  absl::string_view writing;
  // Empty: several currencies use it, listed in `candidates`.
  absl::string_view currency;
  absl::string_view candidates;
};

constexpr absl::string_view kDollars =
    "USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP BSD BBD BZD BMD BND JMD NAD "
    "FJD TTD XCD";
constexpr Symbol kSymbols[] = {
    {"$", "", kDollars},         {"\xe2\x82\xac", "EUR", ""},
    {"\xc2\xa3", "GBP", ""},     {"\xc2\xa5", "", "JPY CNY"},
    {"\xe2\x82\xb9", "INR", ""}, {"\xe2\x82\xa9", "KRW", ""},
    {"\xe2\x82\xaa", "ILS", ""}, {"\xe2\x82\xab", "VND", ""},
    {"\xe2\x82\xb4", "UAH", ""}, {"\xe2\x82\xba", "TRY", ""},
    {"\xe2\x82\xbd", "RUB", ""}, {"\xe0\xb8\xbf", "THB", ""},
};

struct Pairing {
  absl::string_view from;
  absl::string_view currency;
};

// Letters before a dollar sign.
constexpr Pairing kDollarPrefixes[] = {
    {"us", "USD"}, {"c", "CAD"},  {"ca", "CAD"}, {"a", "AUD"},
    {"au", "AUD"}, {"nz", "NZD"}, {"s", "SGD"},  {"hk", "HKD"},
    {"nt", "TWD"}, {"mx", "MXN"}, {"r", "BRL"},
};
// The currency of a region, where its symbol is used for several.
constexpr Pairing kRegionCurrencies[] = {
    {"US", "USD"}, {"CA", "CAD"}, {"AU", "AUD"}, {"NZ", "NZD"}, {"SG", "SGD"},
    {"HK", "HKD"}, {"TW", "TWD"}, {"MX", "MXN"}, {"JP", "JPY"}, {"CN", "CNY"},
};

bool Contains(absl::string_view codes, absl::string_view code) {
  return code.size() == 3 && absl::StrContains(codes, code);
}

// The length of the currency symbol at the start of `text`; 0 for none.
size_t SymbolAtStart(absl::string_view text) {
  for (const Symbol& symbol : kSymbols) {
    if (absl::StartsWith(text, symbol.writing)) return symbol.writing.size();
  }
  return 0;
}

size_t SymbolAtEnd(absl::string_view text) {
  for (const Symbol& symbol : kSymbols) {
    if (absl::EndsWith(text, symbol.writing)) return symbol.writing.size();
  }
  return 0;
}

// Takes `length` bytes for `slot`; false where it is filled already.
bool Fill(absl::string_view taken, absl::string_view* slot) {
  if (!slot->empty()) return false;
  *slot = taken;
  return true;
}

// Peels signs, brackets and currencies off both ends of `writing`; false
// where something is there twice or half.
bool SplitAmount(absl::string_view writing, AmountParts* parts) {
  bool sign = false;
  bool open = false;
  bool closed = false;
  const auto once = [](bool* flag) { return !std::exchange(*flag, true); };
  absl::string_view& rest = parts->body;
  rest = writing;
  while (!rest.empty() && !IsDigit(rest.front()) && rest.front() != '.' &&
         rest.front() != ',') {
    size_t length = 1;
    if (rest[0] == '+' || rest[0] == '-') {
      if (!once(&sign)) return false;
      parts->negative = rest[0] == '-';
    } else if (rest[0] == '(') {
      if (!once(&open)) return false;
    } else if (IsLetter(rest[0])) {
      while (length < rest.size() && IsLetter(rest[length])) ++length;
      if (!Fill(rest.substr(0, length), &parts->word)) return false;
    } else if (rest[0] != ' ') {
      length = SymbolAtStart(rest);
      if (length == 0 || !Fill(rest.substr(0, length), &parts->symbol)) {
        return false;
      }
    }
    rest.remove_prefix(length);
  }
  while (!rest.empty() && !IsDigit(rest.back())) {
    size_t length = 1;
    const char last = rest.back();
    if (last == '-') {
      if (!once(&sign)) return false;
      parts->negative = true;
    } else if (last == ')') {
      if (!once(&closed)) return false;
    } else if (IsLetter(last)) {
      while (length < rest.size() && IsLetter(rest[rest.size() - length - 1])) {
        ++length;
      }
      if (!Fill(rest.substr(rest.size() - length), &parts->word)) return false;
    } else if (last != ' ') {
      length = SymbolAtEnd(rest);
      if (length == 0 ||
          !Fill(rest.substr(rest.size() - length), &parts->symbol)) {
        return false;
      }
    }
    rest.remove_suffix(length);
  }
  parts->bracketed = open;
  return !rest.empty() && open == closed && !(open && sign);
}

// The currency that a symbol stands for with this writer; "" for undecided.
absl::string_view CurrencyOfSymbol(absl::string_view writing,
                                   const WritingHabits& habits) {
  for (const Symbol& symbol : kSymbols) {
    if (symbol.writing != writing) continue;
    if (!symbol.currency.empty()) return symbol.currency;
    if (Contains(symbol.candidates, habits.currency)) return habits.currency;
    for (const Pairing& pairing : kRegionCurrencies) {
      if (pairing.from == absl::string_view(habits.region) &&
          Contains(symbol.candidates, pairing.currency)) {
        return pairing.currency;
      }
    }
  }
  return "";
}

// Whether `currency` may be written with `symbol`.
bool MayWrite(absl::string_view symbol, absl::string_view currency) {
  for (const Symbol& known : kSymbols) {
    if (known.writing != symbol) continue;
    return known.currency.empty() ? Contains(known.candidates, currency)
                                  : known.currency == currency;
  }
  return false;
}

// Finds the currency of an amount; a problem, or "" and `currency`.
absl::string_view DecideCurrency(const AmountParts& parts,
                                 const WritingHabits& habits,
                                 std::string* currency) {
  if (parts.word.empty() && parts.symbol.empty()) {
    *currency = habits.currency;
    return currency->empty() ? "currency: write it, such as 40 EUR, or set the "
                               "channel's currency"
                             : "";
  }
  if (parts.word.empty()) {
    *currency = std::string(CurrencyOfSymbol(parts.symbol, habits));
    return currency->empty() ? "currency: several are written with this "
                               "symbol; set the channel's currency or region"
                             : "";
  }
  if (parts.symbol == "$") {
    for (const Pairing& pairing : kDollarPrefixes) {
      if (absl::EqualsIgnoreCase(parts.word, pairing.from)) {
        *currency = std::string(pairing.currency);
        return "";
      }
    }
  }
  *currency = absl::AsciiStrToUpper(parts.word);
  if (!IsCurrency(*currency)) {
    return "currency: an ISO 4217 code expected, such as 40 EUR";
  }
  if (!parts.symbol.empty() && !MayWrite(parts.symbol, *currency)) {
    return "currency: the symbol and the code name different ones";
  }
  return "";
}

constexpr absl::string_view kIntegerExpected =
    "64-bit integer expected, such as 1234";

}  // namespace

Outcome ReadInteger(absl::string_view writing, const Context& context) {
  Integer integer;
  const char* const end = writing.data() + writing.size();
  const auto plain = std::from_chars(writing.data(), end, integer.number);
  if (plain.ptr == end && plain.ec == std::errc()) return Scalar(integer);

  const bool negative = TakeSign(&writing);
  const Magnitude magnitude =
      ReadMagnitude(writing, context.habits.decimal_mark, true);
  if (!magnitude.ok) return NumberProblem(magnitude.problem, kIntegerExpected);
  if (magnitude.decimal.scale != 0) {
    return Outcome::Problem("integer expected, such as 1234, not a fraction");
  }
  const absl::int128 number =
      negative ? -magnitude.decimal.unscaled : magnitude.decimal.unscaled;
  if (number > std::numeric_limits<int64_t>::max() ||
      number < std::numeric_limits<int64_t>::min()) {
    return Outcome::Problem(
        "integer out of range: 64 bits hold -2^63 to 2^63 - 1");
  }
  integer.number = static_cast<int64_t>(number);
  if (magnitude.grouped) {
    context.log.Add("digit grouping", Value(Scalar(integer)).Canonical());
  }
  return Scalar(integer);
}

Outcome ReadDecimal(absl::string_view writing, const Context& context) {
  const bool negative = TakeSign(&writing);
  Magnitude magnitude =
      ReadMagnitude(writing, context.habits.decimal_mark, false);
  if (!magnitude.ok) {
    return NumberProblem(magnitude.problem, "decimal expected, such as 1234.5");
  }
  if (negative) magnitude.decimal.unscaled = -magnitude.decimal.unscaled;
  if (context.log.on() && magnitude.grouped) {
    context.log.Add("digit grouping",
                    Value(Scalar(magnitude.decimal)).Canonical());
  }
  return Scalar(magnitude.decimal);
}

Outcome ReadMoney(absl::string_view writing, const Context& context) {
  AmountParts parts;
  constexpr absl::string_view kExpected =
      "amount of money expected, such as 40.50 EUR";
  if (!SplitAmount(writing, &parts)) return NumberProblem("", kExpected);
  const Magnitude magnitude =
      ReadMagnitude(parts.body, context.habits.decimal_mark, false);
  if (!magnitude.ok) return NumberProblem(magnitude.problem, kExpected);
  Money money;
  money.amount = magnitude.decimal;
  if (parts.negative || parts.bracketed) {
    money.amount.unscaled = -money.amount.unscaled;
  }
  const absl::string_view problem =
      DecideCurrency(parts, context.habits, &money.currency);
  if (!problem.empty()) return NumberProblem(problem, kExpected);
  if (context.log.on()) {
    const std::string canonical = Value(Scalar(money)).Canonical();
    if (parts.bracketed) context.log.Add("accounting brackets", canonical);
    if (parts.word.empty()) {
      context.log.Add(
          parts.symbol.empty() ? "the writer's currency" : "currency symbol",
          canonical);
    }
  }
  return Scalar(std::move(money));
}

}  // namespace concordat::readers
