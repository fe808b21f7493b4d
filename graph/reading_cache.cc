#include "graph/reading_cache.h"

#include <utility>

namespace concordat {
namespace {

// Whether reading one takes longer than looking it up.
bool IsDear(const Attribute& attribute) {
  switch (attribute.type) {
    case ValueType::kPhone:
    case ValueType::kEmail:
    case ValueType::kPersonName:
    case ValueType::kOrganisationName:
    case ValueType::kPostalAddress:
    case ValueType::kQuantity:
    case ValueType::kDuration:
    case ValueType::kInstant:
      return true;
    case ValueType::kText:
    case ValueType::kCode:
    case ValueType::kInteger:
    case ValueType::kDecimal:
    case ValueType::kMoney:
    case ValueType::kBoolean:
    case ValueType::kDate:
    case ValueType::kTimeOfDay:
    case ValueType::kReference:
      break;
  }
  return attribute.is_set;
}

// The structures around the bytes: the entry, the reading, a normal form's
// parts.
constexpr size_t kOverheadBytes = 512;

}  // namespace

ReadingCache::ReadingCache(size_t bytes_max) : readings_(bytes_max / 2) {}

const Reading& ReadingCache::Read(const Attribute& attribute,
                                  absl::string_view raw,
                                  const WritingHabits& habits) {
  if (!IsDear(attribute)) {
    last_ = ReadValue(attribute, raw, habits);
    return last_;
  }
  if (const Reading* reading =
          readings_.Find(Asked{&attribute, &habits, raw})) {
    hits_.fetch_add(1, std::memory_order_relaxed);
    return *reading;
  }
  misses_.fetch_add(1, std::memory_order_relaxed);
  return readings_.Insert(Key{&attribute, &habits, std::string(raw)},
                          ReadValue(attribute, raw, habits),
                          kOverheadBytes + 3 * raw.size());
}

}  // namespace concordat
