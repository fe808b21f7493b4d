#include "graph/readers/duration_parts.h"

#include <limits>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace concordat::readers {
namespace {

constexpr int kDigitsMax = 15;
constexpr int kFractionMax = 9;
constexpr size_t kWordBytesMax = 48;

bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}

bool IsLetter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return absl::ascii_isalpha(byte) || byte >= 0x80;
}

struct NumberWord {
  absl::string_view word;
  int halves;
};

// Longer ones before those that they start with.
constexpr NumberWord kNumberWords[] = {
    {"half an", 1},     {"half a", 1},
    {"half", 1},        {"one and a half", 3},
    {"halbe", 1},       {"halber", 1},
    {"halbes", 1},      {"einen halben", 1},
    {"eine halbe", 1},  {"ein halbes", 1},
    {"eineinhalb", 3},  {"anderthalb", 3},
    {"zweieinhalb", 5}, {"une demi", 1},
    {"demi", 1},        {"media", 1},
    {"medio", 1},       {"meia", 1},
    {"meio", 1},        {"mezza", 1},
    {"mezzo", 1},       {"полтора", 3},
    {"полторы", 3},     {"півтори", 3},
    {"півтора", 3},     {"półtora", 3},
    {"półtorej", 3},    {"pół", 1},
    {"an", 2},          {"a", 2},
    {"one", 2},         {"two", 4},
    {"three", 6},       {"four", 8},
    {"five", 10},       {"six", 12},
    {"seven", 14},      {"eight", 16},
    {"nine", 18},       {"ten", 20},
    {"eleven", 22},     {"twelve", 24},
    {"fifteen", 30},    {"twenty", 40},
    {"thirty", 60},     {"forty-five", 90},
    {"sixty", 120},     {"ninety", 180},
    {"ein", 2},         {"eine", 2},
    {"einen", 2},       {"zwei", 4},
    {"drei", 6},        {"vier", 8},
    {"fünf", 10},       {"sechs", 12},
    {"sieben", 14},     {"acht", 16},
    {"neun", 18},       {"zehn", 20},
    {"un", 2},          {"une", 2},
    {"deux", 4},        {"trois", 6},
    {"quatre", 8},      {"cinq", 10},
    {"uno", 2},         {"una", 2},
    {"dos", 4},         {"tres", 6},
    {"cuatro", 8},      {"cinco", 10},
    {"due", 4},         {"tre", 6},
    {"um", 2},          {"uma", 2},
    {"dois", 4},        {"duas", 4},
    {"een", 2},         {"twee", 4},
    {"один", 2},        {"одна", 2},
    {"два", 4},         {"две", 4},
    {"три", 6},         {"半", 1},
    {"一", 2},          {"二", 4},
    {"两", 4},          {"兩", 4},
    {"三", 6},          {"四", 8},
    {"五", 10},         {"六", 12},
    {"七", 14},         {"八", 16},
    {"九", 18},         {"十", 20},
    {"한", 2},          {"두", 4},
    {"세", 6},
};

constexpr absl::string_view kFillers[] = {"and", "und", "et",  "y",  "e",  "i",
                                          "и",   "en",  "och", "og", "ja", "ve",
                                          "și",  "si",  "a",   "та", "і"};

// Bytes of the run of letters at the start.
size_t WordBytes(absl::string_view text) {
  size_t end = 0;
  while (end < text.size() && IsLetter(text[end])) ++end;
  return end;
}

}  // namespace

absl::string_view DurationSum::Add(const DurationNumber& number,
                                   DurationUnit unit) {
  const Duration one = OneOf(unit);
  const bool is_months = one.months != 0;
  const absl::int128 product = absl::int128(number.numerator) *
                               (is_months ? one.months : one.microseconds);
  if (is_months && product % number.denominator != 0) {
    return "part of a month: write the days";
  }
  int64_t& part = is_months ? duration_.months : duration_.microseconds;
  const absl::int128 sum = product / number.denominator + part;
  if (sum >= std::numeric_limits<int64_t>::max()) {
    return "the duration is too long";
  }
  part = static_cast<int64_t>(sum);
  return "";
}

bool TakeIsoNumber(absl::string_view* rest, DurationNumber* number) {
  size_t at = 0;
  int digits = 0;
  for (; at < rest->size() && IsDigit((*rest)[at]); ++at, ++digits) {
    if (digits == kDigitsMax) return false;
    number->numerator = number->numerator * 10 + ((*rest)[at] - '0');
  }
  if (digits == 0) return false;
  const bool has_fraction = at + 1 < rest->size() &&
                            ((*rest)[at] == '.' || (*rest)[at] == ',') &&
                            IsDigit((*rest)[at + 1]);
  if (has_fraction) {
    // Beyond the nanoseconds, and where the number would be too long, digits
    // are dropped.
    ++at;
    for (int i = 0; at < rest->size() && IsDigit((*rest)[at]); ++at, ++i) {
      if (i >= kFractionMax || digits + i >= kDigitsMax + 2) continue;
      number->numerator = number->numerator * 10 + ((*rest)[at] - '0');
      number->denominator *= 10;
    }
  }
  rest->remove_prefix(at);
  return true;
}

namespace {

// 1/2 after the number, or instead of it.
bool TakeFraction(absl::string_view* rest, DurationNumber* number) {
  // U+2044 is what NFKC makes of one half.
  constexpr absl::string_view kSlash = "\xe2\x81\x84";
  absl::string_view view = *rest;
  if (view.empty() || !IsDigit(view[0])) return false;
  const int over = view[0] - '0';
  view.remove_prefix(1);
  if (absl::StartsWith(view, "/")) {
    view.remove_prefix(1);
  } else if (absl::StartsWith(view, kSlash)) {
    view.remove_prefix(kSlash.size());
  } else {
    return false;
  }
  if (view.empty() || view[0] < '2' || view[0] > '9') return false;
  const int under = view[0] - '0';
  view.remove_prefix(1);
  if (!view.empty() && IsDigit(view[0])) return false;
  *number = {number->numerator * under + over, under};
  *rest = view;
  return true;
}

// Whether `text` starts with `mark` and exactly three digits.
bool IsGroup(absl::string_view text, char mark) {
  return text.size() >= 4 && text[0] == mark && IsDigit(text[1]) &&
         IsDigit(text[2]) && IsDigit(text[3]) &&
         (text.size() == 4 || !IsDigit(text[4]));
}

}  // namespace

absl::string_view TakeWrittenNumber(char decimal_mark, absl::string_view* rest,
                                    DurationNumber* number) {
  if (TakeFraction(rest, number)) return "";
  size_t digits = 0;
  while (digits < rest->size() && IsDigit((*rest)[digits])) ++digits;
  const char mark = digits < rest->size() ? (*rest)[digits] : '\0';
  const bool may_group = (mark == '.' || mark == ',') && digits <= 3 &&
                         (*rest)[0] != '0' &&
                         IsGroup(rest->substr(digits), mark);
  const bool repeated = may_group && IsGroup(rest->substr(digits + 4), mark);
  if (may_group && mark != decimal_mark && !repeated && decimal_mark == 0) {
    return "decimal or grouping mark: set the channel's decimal_mark or locale";
  }
  if (may_group && (mark != decimal_mark || repeated)) {
    std::string plain(rest->substr(0, digits));
    absl::string_view groups = rest->substr(digits);
    while (IsGroup(groups, mark) && plain.size() < kDigitsMax - 3) {
      plain.append(groups.data() + 1, 3);
      groups.remove_prefix(4);
    }
    absl::string_view view = plain;
    if (!TakeIsoNumber(&view, number)) return "the duration is too long";
    *rest = groups;
    return "";
  }
  if (!TakeIsoNumber(rest, number)) return "the duration is too long";
  if (number->denominator == 1 && rest->size() > 1 && (*rest)[0] == ' ') {
    absl::string_view after = rest->substr(1);
    if (TakeFraction(&after, number)) *rest = after;
  }
  return "";
}

void SkipFillers(absl::string_view* rest, bool start) {
  for (;;) {
    const size_t spaces = rest->find_first_not_of(start ? " " : " ,.+&");
    rest->remove_prefix(spaces == absl::string_view::npos ? rest->size()
                                                          : spaces);
    if (start || rest->empty()) return;
    const absl::string_view word = rest->substr(0, WordBytes(*rest));
    bool found = false;
    for (const absl::string_view filler : kFillers) found |= word == filler;
    if (!found) return;
    rest->remove_prefix(word.size());
  }
}

absl::Span<const DurationWord> FindUnitAt(absl::string_view text,
                                          size_t* bytes) {
  const size_t first = WordBytes(text);
  if (first == 0 || first > kWordBytesMax) return {};
  // Two words before one: "media hora".
  const bool joined =
      first + 1 < text.size() &&
      (text[first] == ' ' || text[first] == '-' || text[first] == '\'') &&
      IsLetter(text[first + 1]);
  if (joined) {
    size_t end = first + 1 + WordBytes(text.substr(first + 1));
    if (end < text.size() && text[end] == ' ' &&
        absl::StartsWith(text, "half an ")) {
      end += 1 + WordBytes(text.substr(end + 1));
    }
    *bytes = end;
    const absl::Span<const DurationWord> units =
        end <= kWordBytesMax ? FindDurationUnit(text.substr(0, end))
                             : absl::Span<const DurationWord>();
    if (!units.empty()) return units;
  }
  *bytes = first;
  absl::Span<const DurationWord> units =
      FindDurationUnit(text.substr(0, first));
  if (!units.empty() && first < text.size() && text[first] == '.') ++*bytes;
  return units;
}

bool FindNumberWord(absl::string_view text, DurationNumber* number,
                    size_t* bytes) {
  const NumberWord* best = nullptr;
  for (const NumberWord& each : kNumberWords) {
    if (!absl::StartsWith(text, each.word)) continue;
    const absl::string_view after = text.substr(each.word.size());
    // A Chinese or Korean numeral needs no space after it.
    const bool east_asian = static_cast<unsigned char>(each.word[0]) >= 0xE3;
    if (!east_asian && !after.empty() && IsLetter(after[0])) continue;
    if (best == nullptr || best->word.size() < each.word.size()) best = &each;
  }
  if (best == nullptr) return false;
  *number = {best->halves, 2};
  *bytes = best->word.size();
  return true;
}

}  // namespace concordat::readers
