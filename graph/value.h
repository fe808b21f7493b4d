// Values in their normal form: what a written value means once its writing is
// taken away. Equal meaning is equal normal form.
#ifndef CONCORDAT_GRAPH_VALUE_H_
#define CONCORDAT_GRAPH_VALUE_H_

#include <compare>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/numeric/int128.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace concordat {

enum class ValueType : uint8_t {
  kText,
  kCode,
  kInteger,
  kDecimal,
  kMoney,
  kBoolean,
  kDate,
  kTimeOfDay,
  kInstant,
  kPhone,
  kEmail,
};

// "text", "time_of_day" ...: the name used in vocabularies and messages.
const char* ValueTypeName(ValueType type);

// NFKC, case-folded, white space collapsed; letter case is gone, diacritics
// count.
struct Text {
  std::string folded;
  friend auto operator<=>(const Text&, const Text&) = default;
};

// The canonical code of a code list.
struct Code {
  std::string code;
  friend auto operator<=>(const Code&, const Code&) = default;
};

struct Integer {
  int64_t number = 0;
  friend auto operator<=>(const Integer&, const Integer&) = default;
};

// unscaled / 10^scale, without trailing zeros (scale is the least possible,
// 0 <= scale <= 18), |unscaled| < 10^36. So equal numbers are equal structs.
struct Decimal {
  absl::int128 unscaled = 0;
  int scale = 0;
  friend bool operator==(const Decimal&, const Decimal&) = default;
};

// `currency` is ISO 4217, upper case.
struct Money {
  Decimal amount;
  std::string currency;
  friend bool operator==(const Money&, const Money&) = default;
};

struct Boolean {
  bool truth = false;
  friend auto operator<=>(const Boolean&, const Boolean&) = default;
};

struct Date {
  absl::CivilDay day;
  friend bool operator==(const Date&, const Date&) = default;
};

// Wall-clock time without date or zone. `has_seconds` is false where the
// writing gave none: 14:30 is compatible with 14:30:05, and equals 14:30:00.
struct TimeOfDay {
  int32_t seconds = 0;  // since midnight, 0 ... 86399
  bool has_seconds = false;
  friend bool operator==(const TimeOfDay&, const TimeOfDay&) = default;
};

// A point in time, to the microsecond.
struct Instant {
  absl::Time time;
  friend bool operator==(const Instant&, const Instant&) = default;
};

// E.164 with an optional extension. `complete` is false where the country was
// neither written nor known from the context; then `number` is the national
// number alone.
struct Phone {
  std::string number;  // "+493012345" or "3012345"
  std::string extension;
  bool complete = true;
  friend bool operator==(const Phone&, const Phone&) = default;
};

struct Email {
  std::string address;  // lower case; domain in its ASCII (IDNA) form
  friend auto operator<=>(const Email&, const Email&) = default;
};

using Scalar = std::variant<Text, Code, Integer, Decimal, Money, Boolean, Date,
                            TimeOfDay, Instant, Phone, Email>;

// One scalar, or a set of them for a set-valued attribute.
class Value {
 public:
  // A single value.
  explicit Value(Scalar scalar) { members_.push_back(std::move(scalar)); }
  // A set; order and repetition of `members` do not matter. May be empty.
  static Value Set(std::vector<Scalar> members);

  bool is_set() const { return is_set_; }
  // Sorted by canonical writing and without repetition; exactly one where not
  // is_set().
  absl::Span<const Scalar> members() const { return members_; }
  const Scalar& scalar() const { return members_.front(); }

  // The canonical writing, equal for equal values: "2026-11-21", "14:30",
  // "40.5 EUR", "+493012345", "gold". Members of a set are joined by "; ".
  std::string Canonical() const;

  friend bool operator==(const Value&, const Value&) = default;

 private:
  Value() = default;

  bool is_set_ = false;
  // Inline, for almost every value is a single one.
  absl::InlinedVector<Scalar, 1> members_;
};

enum class Likeness : uint8_t {
  kSame,
  // Compatible, but one says more: the first is coarser or finer.
  kCoarser,
  kFiner,
  kDifferent,
};

// How `a` relates to `b`: kCoarser means that `a` says less than `b`.
// Values of different types are kDifferent. Pure; thread-safe.
Likeness Compare(const Value& a, const Value& b);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_VALUE_H_
