#include "consistency/access/mask.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "graph/reading.h"

namespace concordat {
namespace {

constexpr size_t kShown = 4;
// Of a shorter value four would be too much.
constexpr size_t kShownFrom = 2 * kShown;

bool IsContinuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

// A letter or digit, or a byte of a character beyond ASCII.
bool Counts(char byte) {
  return absl::ascii_isalnum(static_cast<unsigned char>(byte)) ||
         static_cast<unsigned char>(byte) >= 0x80;
}

std::optional<std::string> LastFour(absl::string_view raw) {
  std::vector<size_t> starts;  // of characters that count
  for (size_t i = 0; i < raw.size(); ++i) {
    if (Counts(raw[i]) && !IsContinuation(raw[i])) starts.push_back(i);
  }
  if (starts.size() < kShownFrom) return std::nullopt;
  std::string shown = "…";
  for (size_t i = starts[starts.size() - kShown]; i < raw.size(); ++i) {
    if (Counts(raw[i])) shown.push_back(raw[i]);
  }
  return shown;
}

bool IsDigits(absl::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// The canonical writing of dates and instants begins with the year, where they
// have one.
std::optional<std::string> YearOf(absl::string_view canonical) {
  const absl::string_view year = canonical.substr(0, canonical.find('-'));
  if (!IsDigits(year)) return std::nullopt;
  return std::string(year);
}

// From a power of ten to the next, in the unit of the value: "-40.5 EUR" lies
// in "-100..-10 EUR".
std::optional<std::string> RangeOf(absl::string_view canonical) {
  const size_t space = canonical.find(' ');
  const absl::string_view unit =
      space == canonical.npos ? "" : canonical.substr(space);
  absl::string_view number = canonical.substr(0, space);
  const bool negative = !number.empty() && number.front() == '-';
  if (negative) number.remove_prefix(1);
  number = number.substr(0, number.find('.'));
  if (!IsDigits(number)) return std::nullopt;
  const bool zero = number == "0";
  const std::string zeros(number.size() - 1, '0');
  const std::string low = zero ? "0" : absl::StrCat("1", zeros);
  const std::string high = zero ? "1" : absl::StrCat("1", zeros, "0");
  return negative ? absl::StrCat("-", high, "..-", low, unit)
                  : absl::StrCat(low, "..", high, unit);
}

}  // namespace

bool CanBeSeenAs(const Attribute& attribute, Sight sight) {
  const ValueType type = attribute.type;
  switch (sight) {
    case Sight::kYear:
      return !attribute.is_set &&
             (type == ValueType::kDate || type == ValueType::kInstant);
    case Sight::kRange:
      return !attribute.is_set &&
             (type == ValueType::kInteger || type == ValueType::kDecimal ||
              type == ValueType::kMoney || type == ValueType::kQuantity);
    case Sight::kLast4:
      return !attribute.is_set;
    case Sight::kNothing:
    case Sight::kExistence:
    case Sight::kHash:
    case Sight::kFull:
      return true;
  }
  return false;
}

std::optional<std::string> MaskValue(
    const Attribute& attribute, Sight sight, absl::string_view raw,
    const WritingHabits& habits,
    absl::FunctionRef<std::string(absl::string_view)> hash) {
  if (sight == Sight::kLast4) return LastFour(raw);
  if (sight == Sight::kExistence) return std::nullopt;
  const Reading reading = ReadValue(attribute, raw, habits);
  if (!reading.value.has_value()) return std::nullopt;
  const std::string canonical = reading.value->Canonical();
  if (sight == Sight::kHash) return hash(canonical);
  return sight == Sight::kYear ? YearOf(canonical) : RangeOf(canonical);
}

}  // namespace concordat
