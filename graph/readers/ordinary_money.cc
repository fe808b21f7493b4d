// The amounts of money that machines and most people write, read in one pass:
// what makes comparing them cheap. Everything else is left to money.cc, which
// reads these to the same values.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/numeric/int128.h"
#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "graph/readers/currency_words.h"
#include "graph/readers/readers.h"

namespace concordat::readers {
namespace {

bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}

// Takes digits off the front of `text`: one to three and groups of three, or
// any number without groups; then perhaps a decimal mark that can be nothing
// else, for one or two digits follow it.
bool TakeDigits(absl::string_view* text, Decimal* decimal) {
  constexpr size_t kBytesMax = 18;  // so that a word holds the digits
  uint64_t number = 0;
  size_t at = 0;
  const auto take_run = [&] {
    const size_t start = at;
    while (at < text->size() && IsDigit((*text)[at])) {
      number = number * 10 + static_cast<uint64_t>((*text)[at++] - '0');
    }
    return at - start;
  };
  const auto mark_at = [&] {
    const char c = at < text->size() ? (*text)[at] : ' ';
    return c == '.' || c == ',' ? c : '\0';
  };
  const size_t first = take_run();
  if (first == 0) return false;
  char group = 0;
  size_t scale = 0;
  while (const char mark = mark_at()) {
    if (at >= kBytesMax) return false;
    ++at;
    const size_t run = take_run();
    if (run == 3 && first <= 3 && (group == 0 || group == mark)) {
      group = mark;
      continue;
    }
    if ((run != 1 && run != 2) || group == mark) return false;
    scale = run;
    break;
  }
  // One mark with three digits after it is open.
  const bool open = group != 0 && scale == 0 && at == first + 4;
  if (at > kBytesMax || open || mark_at() != 0) return false;
  for (; scale > 0 && number % 10 == 0; --scale) number /= 10;
  *decimal = {absl::int128(number), static_cast<int>(scale)};
  text->remove_prefix(at);
  return true;
}

void SkipSpace(absl::string_view* text) {
  if (!absl::ConsumePrefix(text, " ")) absl::ConsumePrefix(text, "\xc2\xa0");
}

// Takes one of the best known symbols or a code off the front of `text`.
bool TakeCurrency(absl::string_view* text, MoneyWord* currency) {
  constexpr absl::string_view kSymbols[] = {"$", "€", "£", "¥", "₹"};
  for (const absl::string_view symbol : kSymbols) {
    if (!absl::ConsumePrefix(text, symbol)) continue;
    if (symbol == "€") {
      *currency = {MoneyWordKind::kCurrency, "EUR"};
    } else {
      *currency = FindMoneyWord(symbol);
    }
    return true;
  }
  constexpr size_t kCodeLength = 3;
  if (text->size() < kCodeLength) return false;
  char code[kCodeLength];
  for (size_t i = 0; i < kCodeLength; ++i) {
    const auto c = static_cast<unsigned char>((*text)[i]);
    if (!absl::ascii_isupper(c)) return false;
    code[i] = absl::ascii_tolower(c);
  }
  *currency = FindMoneyWord({code, kCodeLength});
  text->remove_prefix(kCodeLength);
  return true;
}

}  // namespace

bool ReadOrdinaryMoney(absl::string_view raw, const WritingHabits& habits,
                       Money* money) {
  const bool negative = absl::ConsumePrefix(&raw, "-");
  if (raw.empty()) return false;
  MoneyWord currency;
  const bool before = !IsDigit(raw[0]);
  if (before) {
    if (!TakeCurrency(&raw, &currency)) return false;
    SkipSpace(&raw);
  }
  if (!TakeDigits(&raw, &money->amount)) return false;
  if (!before) {
    SkipSpace(&raw);
    if (!TakeCurrency(&raw, &currency)) return false;
  }
  if (!raw.empty() || currency.kind != MoneyWordKind::kCurrency) return false;
  const absl::string_view code =
      ChooseCurrency(currency.currencies,
                     currency.has_usual ? currency.currencies.substr(0, 3) : "",
                     habits.currency, habits.region);
  if (code.empty()) return false;
  money->currency.assign(code.data(), code.size());
  if (negative) money->amount.unscaled = -money->amount.unscaled;
  return true;
}

}  // namespace concordat::readers
