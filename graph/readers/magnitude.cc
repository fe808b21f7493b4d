#include "graph/readers/magnitude.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "absl/numeric/int128.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "graph/readers/number_text.h"
#include "graph/values/decimal_math.h"

namespace concordat::readers {

const absl::string_view kMarkUndeclared =
    "decimal mark: one mark with three digits after it can group thousands or "
    "separate decimals; set the channel's decimal_mark or locale";
const absl::string_view kNumberTooLong =
    "number too long: at most 36 digits, 30 of them after the decimal mark";

namespace {

constexpr auto kNone = absl::string_view::npos;

bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}

// How many digits there are in `text` from `at` on.
size_t DigitsAt(absl::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && IsDigit(text[end])) ++end;
  return end - at;
}

// Whether the mark at `at`, which can only group, stands before a group: three
// digits, or two where another group follows.
bool IsBeforeGroup(absl::string_view text, size_t at) {
  const size_t digits = DigitsAt(text, at + 1);
  const size_t next = at + 1 + digits;
  if (digits == 2) {
    return next + 1 < text.size() && text[next] == text[at] &&
           IsDigit(text[next + 1]);
  }
  // 1 234/500 is one and a fraction.
  return digits == 3 && !(next + 1 < text.size() && text[next] == '/' &&
                          IsDigit(text[next + 1]));
}

// The marks that a scan comes across.
struct Marks {
  size_t commas = 0;
  size_t points = 0;
  size_t last = kNone;    // of either
  size_t arabic = kNone;  // the Arabic decimal mark
  char group = 0;         // a mark that can only group
};

// How many bytes of `text` are digits and marks between them.
size_t ScanBody(absl::string_view text, Marks* marks) {
  size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (IsDigit(c)) {
      ++at;
      continue;
    }
    if (c == ',' || c == '.') {
      if (DigitsAt(text.substr(0, at + 2), at + 1) == 0) break;
      (c == ',' ? marks->commas : marks->points) += 1;
      marks->last = at;
    } else if (c == ' ' || c == '\'' || c == '_') {
      if (at == 0 || !IsBeforeGroup(text, at)) break;
      // Behind the decimal mark a space only helps the eye.
      const bool in_fraction =
          c == ' ' && marks->last != kNone && marks->group == 0;
      if (!in_fraction) marks->group = c;
    } else if (absl::StartsWith(text.substr(at), kArabicDecimalMark) &&
               marks->arabic == kNone && DigitsAt(text, at + 2) > 0) {
      marks->arabic = at++;
    } else {
      break;
    }
    ++at;
  }
  return at;
}

// Where the whole part ends and which mark groups its digits.
struct Layout {
  size_t decimal_mark = kNone;
  size_t mark_length = 1;
  char group_mark = 0;
  char open_mark = 0;
};

// Whether a single mark at `at` could group thousands: one to three digits
// before it, not starting with zero, and exactly three after it.
bool CouldGroup(absl::string_view body, size_t at) {
  return at >= 1 && at <= 3 && body[0] != '0' && body.size() - at == 4;
}

Layout LayoutOf(absl::string_view body, const Marks& marks, char declared) {
  Layout layout;
  layout.group_mark = marks.group;
  if (marks.arabic != kNone) {
    layout.decimal_mark = marks.arabic;
    layout.mark_length = kArabicDecimalMark.size();
    if (layout.group_mark == 0 && marks.last != kNone) {
      layout.group_mark = body[marks.last];
    }
  } else if (marks.group != 0) {
    // Grouped by something else, so that a comma or point is the decimal one.
    layout.decimal_mark = marks.last;
  } else if (marks.commas > 0 && marks.points > 0) {
    layout.decimal_mark = marks.last;
    layout.group_mark = body[marks.last] == ',' ? '.' : ',';
  } else if (marks.commas + marks.points > 1) {
    layout.group_mark = body[marks.last];
  } else if (marks.last != kNone) {
    const char mark = body[marks.last];
    if (CouldGroup(body, marks.last) && mark != declared) {
      layout.group_mark = mark;
      if (declared == 0) layout.open_mark = mark;
    } else {
      layout.decimal_mark = marks.last;
    }
  }
  return layout;
}

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

// Puts the digits of `whole` and `fraction` together.
void ReadDigits(absl::string_view whole, absl::string_view fraction,
                char group_mark, Magnitude* magnitude) {
  while (!fraction.empty() &&
         (fraction.back() == '0' || fraction.back() == ' ')) {
    fraction.remove_suffix(1);
  }
  uint64_t low = 0;  // the first eighteen digits, where a word is enough
  absl::uint128 unscaled = 0;
  int digits = 0;
  int scale = 0;
  bool too_long = false;
  const auto add = [&](char c) {
    if (digits > 0 || c != '0') ++digits;
    if (digits <= 18) {
      low = low * 10 + static_cast<uint64_t>(c - '0');
    } else if (digits <= kDecimalDigitsMax) {
      if (digits == 19) unscaled = low;
      unscaled = unscaled * 10 + static_cast<unsigned>(c - '0');
    } else {
      too_long = true;
    }
  };
  for (const char c : whole) {
    if (c == group_mark && group_mark != 0) continue;
    if (!IsDigit(c)) return;
    add(c);
  }
  for (const char c : fraction) {
    if (c == ' ') continue;
    if (!IsDigit(c)) return;
    add(c);
    ++scale;
  }
  if (digits <= 18) unscaled = low;
  if (too_long || scale > kDecimalScaleMax) {
    magnitude->problem = kNumberTooLong;
    return;
  }
  magnitude->ok = true;
  magnitude->decimal = {static_cast<absl::int128>(unscaled), scale};
}

// Reads up to five digits at `at`; -1 where there are none or more.
int SmallNumberAt(absl::string_view text, size_t at, size_t* length) {
  *length = DigitsAt(text, at);
  if (*length == 0 || *length > 5) return -1;
  int number = 0;
  for (size_t i = at; i < at + *length; ++i)
    number = number * 10 + text[i] - '0';
  return number;
}

// Reads "e3", "E-3" or "*10^3" (also with an x) behind a number; false where
// there is none. An exponent of many digits is one that does not fit.
bool ScanExponent(absl::string_view text, size_t* at, int* power) {
  size_t i = *at;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
  } else {
    const auto skip_spaces = [&] {
      while (i < text.size() && text[i] == ' ') ++i;
    };
    skip_spaces();
    if (i >= text.size() || (text[i] != '*' && text[i] != 'x')) return false;
    ++i;
    skip_spaces();
    if (text.substr(i, 3) != "10^") return false;
    i += 3;
  }
  const bool negative = i < text.size() && text[i] == '-';
  if (negative || (i < text.size() && text[i] == '+')) ++i;
  if (DigitsAt(text, i) == 0) return false;
  size_t length = 0;
  const int number = SmallNumberAt(text, i, &length);
  *power = number < 0 ? 99999 : number;
  if (negative) *power = -*power;
  *at = i + length;
  return true;
}

// Reads "N/D" at `at`, a proper fraction; nullopt where there is none.
std::optional<Decimal> ScanFraction(absl::string_view text, size_t at,
                                    size_t* end, bool* finite) {
  size_t above = 0;
  const int numerator = SmallNumberAt(text, at, &above);
  const size_t slash = at + above;
  if (numerator < 0 || slash >= text.size() || text[slash] != '/') {
    return std::nullopt;
  }
  size_t below = 0;
  const int denominator = SmallNumberAt(text, slash + 1, &below);
  // 120/80 is no part of anything.
  if (denominator <= numerator) return std::nullopt;
  *end = slash + 1 + below;
  const std::optional<Decimal> quotient =
      DividedBy(Decimal{numerator, 0}, Decimal{denominator, 0});
  *finite = quotient.has_value();
  return quotient.value_or(Decimal{});
}

// "1 1/2" and "1/2": adds the fraction to `magnitude`.
void AddFraction(absl::string_view text, Magnitude* magnitude) {
  const size_t length = magnitude->length;
  if (length >= text.size() || magnitude->decimal.scale != 0 ||
      magnitude->grouped) {
    return;
  }
  const bool alone = text[length] == '/';
  if (!alone && text[length] != ' ') return;
  size_t end = 0;
  bool finite = true;
  const std::optional<Decimal> part =
      ScanFraction(text, alone ? 0 : length + 1, &end, &finite);
  if (!part.has_value()) return;
  const std::optional<Decimal> sum =
      alone ? part : Plus(magnitude->decimal, *part);
  if (!finite || !sum.has_value()) {
    magnitude->ok = false;
    magnitude->problem =
        "fraction: it has no end as a decimal number; write the decimal number";
    return;
  }
  magnitude->decimal = *sum;
  magnitude->length = end;
  magnitude->fraction = true;
}

// Whether what follows a number at `at` can only be something else: a word or
// a symbol, perhaps behind one space.
bool EndsNumber(absl::string_view text, size_t at) {
  if (at < text.size() && text[at] == ' ') ++at;
  if (at >= text.size()) return true;
  const char c = text[at];
  if (absl::ascii_isalpha(static_cast<unsigned char>(c))) {
    // "1e3", but "1 EUR".
    const bool may_be_power =
        (c == 'e' || c == 'E') &&
        !(at + 1 < text.size() &&
          absl::ascii_isalpha(static_cast<unsigned char>(text[at + 1])));
    return !may_be_power && c != 'x';
  }
  return c == '$' || c == '%' || (c < 0 && c != kArabicDecimalMark[0]);
}

// The most usual writing: digits, perhaps with one mark that cannot group. Says
// nothing of any other.
bool ScanPlain(absl::string_view text, Magnitude* magnitude) {
  constexpr size_t kBytesMax = 18;  // so that a word holds the digits
  uint64_t number = 0;
  size_t at = 0;
  size_t mark = kNone;
  size_t zeros = 0;  // at the end
  for (; at < text.size() && at < kBytesMax; ++at) {
    const char c = text[at];
    if (IsDigit(c)) {
      number = number * 10 + static_cast<uint64_t>(c - '0');
      zeros = c == '0' ? zeros + 1 : 0;
    } else if ((c == '.' || c == ',') && mark == kNone && at > 0) {
      mark = at;
    } else {
      break;
    }
  }
  if (at == 0 || !EndsNumber(text, at)) return false;
  size_t scale = 0;
  if (mark != kNone) {
    scale = at - mark - 1;
    if (scale == 0 || scale == 3) return false;
    for (zeros = std::min(zeros, scale); zeros > 0; --zeros, --scale) {
      number /= 10;
    }
  }
  magnitude->ok = true;
  magnitude->length = at;
  magnitude->decimal = {absl::int128(number), static_cast<int>(scale)};
  return true;
}

void ApplyExponent(int power, Magnitude* magnitude) {
  // A mark in a mantissa separates decimals.
  if (magnitude->open_mark != 0) {
    magnitude->decimal = WithMarkAsDecimal(*magnitude);
    magnitude->open_mark = 0;
    magnitude->grouped = false;
  }
  const std::optional<Decimal> shifted = Shifted(magnitude->decimal, power);
  if (!shifted.has_value()) {
    magnitude->ok = false;
    magnitude->problem = kNumberTooLong;
    return;
  }
  magnitude->decimal = *shifted;
  magnitude->scientific = true;
}

}  // namespace

bool StartsNumber(absl::string_view text) {
  if (text.empty()) return false;
  if (IsDigit(text[0])) return true;
  if (text[0] == '.' || text[0] == ',') {
    return text.size() > 1 && IsDigit(text[1]);
  }
  return absl::StartsWith(text, kArabicDecimalMark) && DigitsAt(text, 2) > 0;
}

Magnitude ScanNumber(absl::string_view text, char declared) {
  Magnitude magnitude;
  if (ScanPlain(text, &magnitude)) return magnitude;
  Marks marks;
  magnitude.length = ScanBody(text, &marks);
  const absl::string_view body = text.substr(0, magnitude.length);
  if (body.empty()) return magnitude;
  const Layout layout = LayoutOf(body, marks, declared);
  const absl::string_view whole =
      body.substr(0, std::min(layout.decimal_mark, body.size()));
  absl::string_view fraction;
  if (layout.decimal_mark != kNone) {
    fraction = body.substr(layout.decimal_mark + layout.mark_length);
  }
  if (layout.group_mark != 0 && !IsGrouped(whole, layout.group_mark)) {
    return magnitude;
  }
  ReadDigits(whole, fraction, layout.group_mark, &magnitude);
  if (!magnitude.ok) return magnitude;
  magnitude.grouped = layout.group_mark != 0;
  magnitude.open_mark = layout.open_mark;
  if (magnitude.length == text.size()) return magnitude;
  int power = 0;
  if (ScanExponent(text, &magnitude.length, &power)) {
    ApplyExponent(power, &magnitude);
  } else {
    AddFraction(text, &magnitude);
  }
  return magnitude;
}

bool TakeSign(absl::string_view* writing, Sign* sign) {
  absl::string_view rest = *writing;
  const auto trim = [&] { rest = absl::StripAsciiWhitespace(rest); };
  trim();
  if (absl::StartsWith(rest, "(") != absl::EndsWith(rest, ")")) return false;
  if (rest.size() >= 2 && rest.front() == '(') {
    rest = rest.substr(1, rest.size() - 2);
    sign->bracketed = true;
    sign->negative = true;
    trim();
  }
  int signs = sign->bracketed ? 1 : 0;
  if (!rest.empty() && (rest.front() == '+' || rest.front() == '-')) {
    if (rest.front() == '-') sign->negative = true;
    rest.remove_prefix(1);
    ++signs;
  }
  if (!rest.empty() && (rest.back() == '+' || rest.back() == '-')) {
    if (rest.back() == '-') sign->negative = true;
    rest.remove_suffix(1);
    ++signs;
  }
  trim();
  *writing = rest;
  return signs <= 1;
}

Decimal WithMarkAsDecimal(const Magnitude& magnitude) {
  if (magnitude.open_mark == 0) return magnitude.decimal;
  return Shifted(magnitude.decimal, -3).value_or(magnitude.decimal);
}

}  // namespace concordat::readers
