// Amounts of money: "€ 1.234,50", "EUR 40,-", "(12.00) USD", "12 € 5 ct",
// "₹2.5 lakh", "1500 руб. 50 коп.".
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "graph/readers/currency_words.h"
#include "graph/readers/magnitude.h"
#include "graph/readers/number_words.h"
#include "graph/readers/readers.h"
#include "graph/text.h"
#include "graph/values/decimal_math.h"

namespace concordat::readers {
namespace {

constexpr absl::string_view kExpected =
    "amount of money expected, such as 40.50 EUR";
constexpr absl::string_view kWhichCurrency =
    "currency: several are written so; write the code, such as 40 EUR, or set "
    "the channel's currency or region";
constexpr absl::string_view kNoCurrency =
    "currency: write it, such as 40 EUR, or set the channel's currency";
constexpr absl::string_view kUnknownCurrency =
    "currency: an ISO 4217 code, symbol or name expected, such as 40 EUR";
constexpr absl::string_view kTwoCurrencies =
    "currency: the symbol and the code name different ones";
constexpr absl::string_view kWholeOrPart =
    "currency: the number is of the currency before it or of the part after "
    "it; write one of them";
constexpr absl::string_view kBookSides =
    "sign: CR and DR depend on whose books they are in; write + or -";

bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}
bool IsLetter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return absl::ascii_isalpha(byte) || byte >= 0x80;
}
bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// One number of an amount, and what its words make of it.
struct Part {
  Magnitude magnitude;
  int power = 0;        // of ten, by words such as "million"
  bool minor = false;   // "cents"
  int minor_power = 0;  // 0: as the currency has it
};

constexpr size_t kPartsMax = 2;
// Words beside the digits; more is prose.
constexpr int kWordsMax = 12;
constexpr int kWordsOfNameMax = 4;

class AmountReader {
 public:
  explicit AmountReader(const Context& context) : context_(context) {}

  // Reads all of `text`; a problem, or "" and `money`.
  absl::string_view Read(absl::string_view text, Money* money);
  // The currencies that it may be in, after a problem with them.
  absl::string_view currencies() const { return currencies_; }

 private:
  absl::string_view Scan(absl::string_view text);
  absl::string_view ScanSign(absl::string_view text, size_t at);
  size_t SkipOrnament(absl::string_view text, size_t at) const;
  absl::string_view ReadWords(absl::string_view words);
  // Takes a word or name off the front of `words`; false for an unknown one.
  bool TakeWord(absl::string_view* words);
  bool Apply(absl::string_view word);
  bool ApplyKnown(const MoneyWord& known);
  bool Narrow(const MoneyWord& word);
  absl::string_view Decide(std::string* currency) const;
  absl::string_view PutTogether(absl::string_view currency,
                                Decimal* amount) const;
  absl::string_view ValueOf(const Part& part, absl::string_view currency,
                            Decimal* amount) const;
  void LogSteps(const Money& money) const;

  const Context& context_;
  std::array<Part, kPartsMax> parts_;
  size_t count_ = 0;  // of parts
  int words_ = 0;
  bool negative_ = false;
  bool signed_ = false;
  bool open_ = false;    // "(" was there
  bool closed_ = false;  // ")" too
  bool done_ = false;    // a trailing sign: no digits may follow
  bool spaced_ = false;  // something but a symbol between the two parts
  bool book_side_ = false;
  bool two_currencies_ = false;
  bool has_word_ = false;
  bool word_before_ = false;  // before the first number
  // The currencies that all words so far leave; "" where none spoke. Views a
  // table, or `common_`.
  absl::string_view currencies_;
  std::string common_;
  // The one of them that is meant where nothing says otherwise; or "".
  absl::string_view usual_;
};

// "40,-", "40.--", "500/-": no parts. Gives where it ends.
size_t AmountReader::SkipOrnament(absl::string_view text, size_t at) const {
  size_t end = at;
  if (end < text.size() &&
      (text[end] == ',' || text[end] == '.' || text[end] == '/')) {
    ++end;
    if (end < text.size() && text[end] == '-') {
      while (end < text.size() && text[end] == '-') ++end;
      return end;
    }
  }
  return at;
}

absl::string_view AmountReader::ScanSign(absl::string_view text, size_t at) {
  const char c = text[at];
  if (c == '(' || c == ')') {
    bool* const seen = c == '(' ? &open_ : &closed_;
    const bool in_place =
        c == '(' ? count_ == 0 && !signed_ : open_ && count_ > 0;
    if (*seen || !in_place) return kExpected;
    *seen = true;
    if (c == '(') negative_ = true;
    return "";
  }
  if (signed_ || open_) return kExpected;
  signed_ = true;
  negative_ = c == '-';
  done_ = count_ > 0;
  return "";
}

absl::string_view AmountReader::Scan(absl::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == ' ') {
      if (count_ == 1) spaced_ = true;
      ++at;
      continue;
    }
    const absl::string_view rest = text.substr(at);
    if (StartsNumber(rest)) {
      if (count_ == kPartsMax || done_ || closed_) return kExpected;
      Part& part = parts_[count_++];
      part.magnitude = ScanNumber(rest, context_.habits.decimal_mark);
      if (!part.magnitude.ok) {
        return part.magnitude.problem.empty() ? kExpected
                                              : part.magnitude.problem;
      }
      at = SkipOrnament(text, at + part.magnitude.length);
      continue;
    }
    if (c == '(' || c == ')' || c == '+' || c == '-') {
      const absl::string_view problem = ScanSign(text, at);
      if (!problem.empty()) return problem;
      ++at;
      continue;
    }
    // Words up to the next digit, sign or bracket; a dash inside of a word is
    // of the word.
    size_t end = at;
    while (end < text.size() && !IsDigit(text[end]) && text[end] != '(' &&
           text[end] != ')' && text[end] != '+' &&
           !(text[end] == '-' &&
             (end == at || !IsLetter(text[end - 1]) || end + 1 == text.size() ||
              !IsLetter(text[end + 1])))) {
      ++end;
    }
    // "$.50": the point is the number's.
    if (end < text.size() && end > at + 1 && IsDigit(text[end]) &&
        (text[end - 1] == '.' || text[end - 1] == ',') &&
        !IsLetter(text[end - 2])) {
      --end;
    }
    const absl::string_view words = text.substr(at, end - at);
    if (count_ == 1 && absl::EndsWith(words, " ")) spaced_ = true;
    const absl::string_view problem = ReadWords(words);
    if (!problem.empty()) return problem;
    at = end;
  }
  return count_ == 0 || open_ != closed_ ? kExpected : "";
}

absl::string_view AmountReader::ReadWords(absl::string_view words) {
  words = absl::StripAsciiWhitespace(words);
  while (!words.empty()) {
    if (++words_ > kWordsMax) return kExpected;
    if (!TakeWord(&words)) {
      if (book_side_) return kBookSides;
      return two_currencies_ ? kTwoCurrencies : kUnknownCurrency;
    }
    words = absl::StripLeadingAsciiWhitespace(words);
  }
  return "";
}

// The longest name of up to four words comes first ("pounds sterling"), then
// the longest start of the first word that is one ("万" of "万円", "USD" of
// "USD$").
bool AmountReader::TakeWord(absl::string_view* words) {
  std::array<size_t, kWordsOfNameMax> ends;
  size_t count = 0;
  for (size_t end = 0; end < words->size() && count < ends.size(); ++end) {
    end = std::min(words->find(' ', end), words->size());
    ends[count++] = end;
  }
  for (size_t i = count; i > 0; --i) {
    if (!Apply(words->substr(0, ends[i - 1]))) {
      if (two_currencies_ || book_side_) return false;
      continue;
    }
    words->remove_prefix(ends[i - 1]);
    return true;
  }
  constexpr size_t kPrefixBytesMax = 24;
  const absl::string_view first =
      words->substr(0, std::min(ends[0], kPrefixBytesMax));
  for (size_t end = first.size(); end-- > 1;) {
    if (IsContinuation(first[end])) continue;
    // Not between two letters of one Latin word, but for "kEUR".
    const bool in_word =
        absl::ascii_isalpha(static_cast<unsigned char>(first[end - 1])) &&
        absl::ascii_isalpha(static_cast<unsigned char>(first[end]));
    if (in_word && !(end == 1 && ends[0] == 4)) continue;
    if (!Apply(first.substr(0, end))) {
      if (two_currencies_ || book_side_) return false;
      continue;
    }
    words->remove_prefix(end);
    return true;
  }
  return false;
}

// Puts what `word` says into the amount; false where it says nothing.
bool AmountReader::Apply(absl::string_view word) {
  // No name that anybody knows is longer.
  constexpr size_t kWordBytesMax = 80;
  char buffer[kWordBytesMax];
  absl::string_view key = absl::StripSuffix(word, ".");
  if (key.empty() || key.size() > kWordBytesMax) return false;
  for (size_t i = 0; i < key.size(); ++i) {
    buffer[i] = absl::ascii_tolower(static_cast<unsigned char>(key[i]));
  }
  key = absl::string_view(buffer, key.size());
  // Most words are folded now: codes, symbols.
  MoneyWord known = FindMoneyWord(key);
  if (known.kind != MoneyWordKind::kNone) return ApplyKnown(known);
  std::string folded;
  if (!IsAscii(key)) {
    folded = FoldText(key);
    key = folded;
    known = FindMoneyWord(key);
  }
  Part* const part = count_ > 0 ? &parts_[count_ - 1] : nullptr;
  // "1.5m", "2M": millions in every financial page. "T€" is German for
  // thousands of euros.
  int power = PowerOfWord(key, context_.habits.language);
  if (key == "m") power = 6;
  if (word == "T") power = 3;
  if (power != 0) {
    if (part == nullptr || part->power != 0 || part->minor) return false;
    part->power = power;
    return true;
  }
  if (known.kind == MoneyWordKind::kNone) known = FindCurrencyName(key);
  return ApplyKnown(known);
}

bool AmountReader::ApplyKnown(const MoneyWord& known) {
  Part* const part = count_ > 0 ? &parts_[count_ - 1] : nullptr;
  switch (known.kind) {
    case MoneyWordKind::kNone:
      return false;
    case MoneyWordKind::kFiller:
      return part != nullptr;
    case MoneyWordKind::kBookSide:
      book_side_ = true;
      return false;
    case MoneyWordKind::kMinor:
      if (part == nullptr || part->minor || part->power != 0) return false;
      part->minor = true;
      part->minor_power = known.minor_power;
      return known.currencies.empty() || Narrow(known);
    case MoneyWordKind::kCurrency:
      has_word_ = true;
      if (part == nullptr) word_before_ = true;
      return Narrow(known);
  }
  return false;
}

// Keeps the currencies that `word` may mean too.
bool AmountReader::Narrow(const MoneyWord& word) {
  if (word.has_usual && usual_.empty()) usual_ = word.currencies.substr(0, 3);
  if (currencies_.empty()) {
    currencies_ = word.currencies;
    return true;
  }
  std::string both;
  if (currencies_ == word.currencies) return true;
  for (const absl::string_view code : absl::StrSplit(word.currencies, ' ')) {
    if (!absl::StrContains(currencies_, code)) continue;
    if (!both.empty()) both.push_back(' ');
    both.append(code.data(), code.size());
  }
  two_currencies_ = both.empty();
  common_ = std::move(both);
  currencies_ = common_;
  return !two_currencies_;
}

absl::string_view AmountReader::Decide(std::string* currency) const {
  const WritingHabits& habits = context_.habits;
  if (currencies_.empty()) {
    *currency = habits.currency;
    if (!currency->empty()) return "";
    // "99¢" is of the writer's own dollar.
    if (!parts_[0].minor) return kNoCurrency;
    *currency = std::string(ChooseCurrency(kCurrenciesWithCents, "",
                                           habits.currency, habits.region));
    return currency->empty() ? kNoCurrency : "";
  }
  *currency = std::string(
      ChooseCurrency(currencies_, usual_, habits.currency, habits.region));
  return currency->empty() ? kWhichCurrency : "";
}

absl::string_view AmountReader::ValueOf(const Part& part,
                                        absl::string_view currency,
                                        Decimal* amount) const {
  *amount = part.magnitude.decimal;
  const char mark = part.magnitude.open_mark;
  // Millions have decimals, whatever the currency.
  if (mark != 0 && (part.power != 0 || !GroupsThousands(currency, mark))) {
    return kMarkUndeclared;
  }
  int power = part.power;
  if (part.minor) {
    const int minor =
        part.minor_power != 0 ? part.minor_power : MinorPowerOf(currency);
    // A hundredth of a yen is one, though nobody uses it.
    power = minor != 0 ? -minor : -2;
  }
  if (power == 0) return "";
  const std::optional<Decimal> shifted = Shifted(*amount, power);
  if (!shifted.has_value()) return kNumberTooLong;
  *amount = *shifted;
  return "";
}

absl::string_view AmountReader::PutTogether(absl::string_view currency,
                                            Decimal* amount) const {
  absl::string_view problem = ValueOf(parts_[0], currency, amount);
  if (!problem.empty()) return problem;
  if (count_ == 1) {
    return parts_[0].minor && word_before_ ? kWholeOrPart : "";
  }
  // "12 € 5 ct", or "5€50".
  Part second = parts_[1];
  const bool short_form = !second.minor && !spaced_ && has_word_ &&
                          second.magnitude.length == 2 && second.power == 0;
  if (parts_[0].minor || (!second.minor && !short_form)) return kExpected;
  second.minor = true;
  Decimal rest;
  problem = ValueOf(second, currency, &rest);
  if (!problem.empty()) return problem;
  const std::optional<Decimal> sum = Plus(*amount, rest);
  // Less than one of the whole, and whole ones before it.
  const bool fits =
      amount->scale == 0 && rest.scale > 0 &&
      static_cast<absl::uint128>(rest.unscaled) < PowerOfTen(rest.scale);
  if (!sum.has_value() || !(fits || rest.unscaled == 0)) return kExpected;
  *amount = *sum;
  return "";
}

void AmountReader::LogSteps(const Money& money) const {
  if (!context_.log.on()) return;
  const std::string canonical = Value(Scalar(money)).Canonical();
  const auto any = [&](auto&& has) {
    return has(parts_[0]) || (count_ > 1 && has(parts_[1]));
  };
  const auto log = [&](bool happened, absl::string_view rule) {
    if (happened) context_.log.Add(rule, canonical);
  };
  log(any([](const Part& part) { return part.magnitude.grouped; }),
      "digit grouping");
  log(any([](const Part& part) { return part.power != 0; }), "power of ten");
  log(any([](const Part& part) { return part.minor; }), "minor units");
  log(open_, "accounting brackets");
  log(currencies_.empty(), "the writer's currency");
  log(has_word_, "currency symbol");
}

absl::string_view AmountReader::Read(absl::string_view text, Money* money) {
  absl::string_view problem = Scan(text);
  if (!problem.empty()) return problem;
  problem = Decide(&money->currency);
  if (!problem.empty()) return problem;
  problem = PutTogether(money->currency, &money->amount);
  if (!problem.empty()) return problem;
  if (negative_) money->amount = Negated(money->amount);
  LogSteps(*money);
  return "";
}

}  // namespace

Outcome ReadMoney(absl::string_view writing, const Context& context) {
  Money money;
  AmountReader reader(context);
  const absl::string_view problem = reader.Read(writing, &money);
  if (problem == kWhichCurrency) {
    return Outcome::Problem(problem, reader.currencies());
  }
  if (!problem.empty()) return Outcome::Problem(std::string(problem));
  return Scalar(std::move(money));
}

}  // namespace concordat::readers
