#include "consistency/audits/prints.h"

#include <random>
#include <string>

#include "absl/strings/ascii.h"
#include "graph/limits.h"
#include "xxhash.h"

namespace concordat::audits {
namespace {

uint64_t NotNone(uint64_t print) { return print == kNoPrint ? 1 : print; }

// Whether writings that differ in letter case only are read as the same
// (tests/values/prints_test.cc). Units are told apart by case (Mg and mg), as
// are names of time zones, and names of people that are all in lower case.
bool IgnoresCase(ValueType type) {
  switch (type) {
    case ValueType::kText:
    case ValueType::kCode:
    case ValueType::kInteger:
    case ValueType::kDecimal:
    case ValueType::kMoney:
    case ValueType::kBoolean:
    case ValueType::kDate:
    case ValueType::kTimeOfDay:
    case ValueType::kPhone:
    case ValueType::kEmail:
      return true;
    default:
      return false;
  }
}

// Longer ones are rare, and printed with their case.
constexpr size_t kFoldedBytesMax = 64;

constexpr uint64_t kHighBits = 0x8080808080808080U;

// Lower case of eight bytes of ASCII at once: where a byte is within 'A' to 'Z'
// the two sums differ in its highest bit, which becomes the bit of case.
uint64_t ToLower(uint64_t word) {
  constexpr uint64_t kOnes = 0x0101010101010101U;
  const uint64_t at_least_a = word + kOnes * (0x80 - 'A');
  const uint64_t beyond_z = word + kOnes * (0x80 - 'Z' - 1);
  return word | (((at_least_a ^ beyond_z) & kHighBits) >> 2);
}

// Puts the lower case of `raw` into `folded`; false where it is not ASCII.
bool FoldAscii(absl::string_view raw, char* folded) {
  uint64_t any = 0;
  size_t at = 0;
  for (; at + 8 <= raw.size(); at += 8) {
    uint64_t word;
    __builtin_memcpy(&word, raw.data() + at, 8);
    any |= word;
    word = ToLower(word);
    __builtin_memcpy(folded + at, &word, 8);
  }
  if (at < raw.size()) {
    uint64_t word = 0;
    __builtin_memcpy(&word, raw.data() + at, raw.size() - at);
    any |= word;
    word = ToLower(word);
    __builtin_memcpy(folded + at, &word, 8);
  }
  return (any & kHighBits) == 0;
}

}  // namespace

uint64_t ProcessSeed() {
  static const uint64_t kSeed = [] {
    std::random_device device;
    return (uint64_t{device()} << 32) | device();
  }();
  return kSeed;
}

uint64_t PrintWithSeed(absl::string_view bytes, uint64_t seed) {
  return NotNone(XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed));
}

uint64_t PrintOfBytes(absl::string_view bytes, uint64_t salt) {
  return PrintWithSeed(bytes, ProcessSeed() ^ salt);
}

uint64_t PrintOfWriting(ValueType type, absl::string_view raw) {
  if (type == ValueType::kReference) return kNoPrint;
  const absl::string_view text = absl::StripAsciiWhitespace(raw);
  if (text.size() <= kFoldedBytesMax && IgnoresCase(type)) {
    char folded[kFoldedBytesMax + 8];
    if (FoldAscii(text, folded)) {
      return PrintOfBytes({folded, text.size()}, 0);
    }
  }
  return PrintOfBytes(text, 0);
}

uint64_t PrintOfReading(const Attribute& attribute, const Reading& reading,
                        uint64_t seed) {
  if (!reading.value.has_value() || reading.otherwise.has_value() ||
      attribute.type == ValueType::kReference) {
    return kNoPrint;
  }
  return PrintWithSeed(reading.value->Canonical(), seed);
}

bool ReadAlike(const Attribute& attribute, const WritingHabits& a,
               const WritingHabits& b) {
  if (a.annotations != b.annotations || a.code_aliases != b.code_aliases ||
      (attribute.is_set && a.set_separator != b.set_separator)) {
    return false;
  }
  if (attribute.type == ValueType::kText ||
      attribute.type == ValueType::kCode ||
      attribute.type == ValueType::kEmail) {
    return true;
  }
  return a.date_order == b.date_order && a.region == b.region &&
         a.currency == b.currency && a.has_time_zone == b.has_time_zone &&
         a.time_zone == b.time_zone && a.decimal_mark == b.decimal_mark &&
         a.two_digit_year_pivot == b.two_digit_year_pivot &&
         a.language == b.language && a.unit == b.unit;
}

ReadingPrinter::ReadingPrinter(uint64_t seed) : seed_(seed), places_(kPlaces) {}

uint64_t ReadingPrinter::Print(const Attribute& attribute,
                               const WritingHabits& habits, uint64_t salt,
                               absl::string_view raw) {
  if (raw.size() > static_cast<size_t>(limits::kValueBytesMax)) return kNoPrint;
  const uint64_t writing = PrintOfBytes(raw, salt);
  Place& place = places_[writing % kPlaces];
  if (place.writing != writing) {
    place = {writing, PrintOfReading(attribute,
                                     ReadValue(attribute, raw, habits), seed_)};
  }
  return place.reading;
}

}  // namespace concordat::audits
