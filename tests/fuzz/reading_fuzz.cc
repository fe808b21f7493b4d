// Reading and comparing values. Whatever is written, by whomever:
//   reading is total, and asking for its steps changes nothing else;
//   a reading is a value, an absence or a problem, and one of these only;
//   the canonical writing of a value, read as it is meant, is that value;
//   a value is the same as itself, and two values compare the same both ways.
//
// Input: a type, two bytes of habits, then one or two writings with a line
// feed between them.
#include <iterator>
#include <optional>
#include <string>

#include "consistency/comparison.h"
#include "graph/reading.h"
#include "graph/schema.h"
#include "graph/text.h"
#include "graph/value.h"
#include "tests/fuzz/input.h"

namespace concordat {
namespace {

constexpr int kTypes = static_cast<int>(std::size(kValueTypes));

const CodeList& Tiers() {
  static const auto* const kTiers =
      new CodeList{.name = "tier",
                   .codes = {"silver", "gold", "G-2"},
                   .by_writing = {{"silver", "silver"},
                                  {"gold", "gold"},
                                  {FoldCode("G-2"), "G-2"},
                                  {FoldCode("Tier 3"), "gold"},
                                  {FoldCode("Altın"), "gold"}}};
  return *kTiers;
}

Attribute AttributeOf(uint8_t choice) {
  Attribute attribute;
  attribute.name = "attribute";
  attribute.type = static_cast<ValueType>(choice % kTypes);
  attribute.is_set = choice >= 128;
  attribute.target = "customer";
  if (attribute.type == ValueType::kCode) attribute.code_list = &Tiers();
  return attribute;
}

WritingHabits HabitsOf(uint8_t first, uint8_t second) {
  static const auto* const kBerlin = [] {
    auto* const zone = new absl::TimeZone;
    absl::LoadTimeZone("Europe/Berlin", zone);
    return zone;
  }();
  constexpr const char* kRegions[] = {"", "DE", "US", "GB"};
  constexpr char kMarks[] = {0, '.', ',', 0};
  constexpr const char* kSeparators[] = {";", ",", "|", " / "};
  WritingHabits habits;
  habits.date_order = static_cast<DateOrder>(first & 3);
  habits.region = kRegions[first >> 2 & 3];
  habits.currency = (first & 16) != 0 ? "EUR" : "";
  habits.has_time_zone = (first & 32) != 0;
  if (habits.has_time_zone) habits.time_zone = *kBerlin;
  habits.two_digit_year_pivot = (first & 64) != 0 ? 2030 : 0;
  habits.decimal_mark = kMarks[second & 3];
  habits.set_separator = kSeparators[second >> 2 & 3];
  if ((second & 16) != 0) habits.absence_tokens = {"n/a", "Not Available"};
  if ((second & 32) != 0) habits.annotations = {"(Estimated)", "Delayed"};
  if ((second & 64) != 0) habits.code_aliases = {{"Au", "gold"}};
  return habits;
}

// How canonical writings are to be read.
const WritingHabits& CanonicalHabits() {
  static const auto* const kHabits = [] {
    auto* const habits = new WritingHabits;
    habits->date_order = DateOrder::kYearMonthDay;
    habits->decimal_mark = '.';
    return habits;
  }();
  return *kHabits;
}

Likeness LikenessOf(const Attribute& attribute, const Value& a,
                    const Value& b) {
  return Compare(a, b, {attribute, CanonicalHabits(), CanonicalHabits()})
      .likeness;
}

// A member of a set may hold what separates the members of a canonical writing,
// or what stands around all of them; that writing names the value but cannot be
// taken apart again.
bool CanBeReadAgain(const Value& value) {
  if (!value.is_many()) return true;
  if (value.members().empty()) return false;
  for (const Scalar& member : value.members()) {
    const Value alone{Scalar(member)};
    if (alone.Canonical().find_first_of(";[]{}()\"'") != std::string::npos) {
      return false;
    }
  }
  return true;
}

void CheckReading(const Attribute& attribute, const Reading& reading) {
  const int outcomes = (reading.value.has_value() ? 1 : 0) +
                       (reading.absent ? 1 : 0) +
                       (reading.problem.empty() ? 0 : 1);
  CONCORDAT_FUZZ_CHECK(outcomes == 1);
  if (!reading.value.has_value()) return;
  const Value& value = *reading.value;
  CONCORDAT_FUZZ_CHECK(value.is_many() == attribute.is_set);
  CONCORDAT_FUZZ_CHECK(LikenessOf(attribute, value, value) == Likeness::kSame);
  const std::string canonical = value.Canonical();
  CONCORDAT_FUZZ_CHECK(IsValidUtf8(canonical));
  if (!CanBeReadAgain(value)) return;
  const Reading again = ReadValue(attribute, canonical, CanonicalHabits());
  CONCORDAT_FUZZ_CHECK(again.value.has_value());
  CONCORDAT_FUZZ_CHECK(LikenessOf(attribute, *again.value, value) ==
                       Likeness::kSame);
  CONCORDAT_FUZZ_CHECK(again.value->Canonical() == canonical);
}

std::optional<Value> Read(const Attribute& attribute, absl::string_view raw,
                          const WritingHabits& habits) {
  const Reading reading = ReadValue(attribute, raw, habits);
  const Reading traced = ReadValue(attribute, raw, habits, Trace::kOn);
  CONCORDAT_FUZZ_CHECK(reading.value == traced.value);
  CONCORDAT_FUZZ_CHECK(reading.absent == traced.absent);
  CONCORDAT_FUZZ_CHECK(reading.problem == traced.problem);
  CONCORDAT_FUZZ_CHECK(reading.rewritten == traced.rewritten);
  CheckReading(attribute, reading);
  return reading.value;
}

}  // namespace
}  // namespace concordat

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace concordat;
  fuzz::Input input(data, size);
  Attribute attribute = AttributeOf(input.Byte());
  const uint8_t habits_first = input.Byte();
  attribute.nicknames = (habits_first & 128) != 0;
  attribute.provider_rules = attribute.nicknames;
  attribute.confusables = attribute.nicknames;
  attribute.ordered = attribute.nicknames;
  const WritingHabits habits = HabitsOf(habits_first, input.Byte());
  const std::optional<Value> a = Read(attribute, input.Before("\n"), habits);
  const std::optional<Value> b = Read(attribute, input.Rest(), habits);
  if (a.has_value() && b.has_value()) {
    const Likeness likeness = LikenessOf(attribute, *a, *b);
    CONCORDAT_FUZZ_CHECK(LikenessOf(attribute, *b, *a) == Mirrored(likeness));
    if (a->Canonical() == b->Canonical()) {
      CONCORDAT_FUZZ_CHECK(likeness == Likeness::kSame);
    }
  }
  return 0;
}
