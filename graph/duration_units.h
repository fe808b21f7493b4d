// Units of time and their names in many languages.
#ifndef CONCORDAT_GRAPH_DURATION_UNITS_H_
#define CONCORDAT_GRAPH_DURATION_UNITS_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "graph/values/temporal.h"

namespace concordat {

// The shortest first.
enum class DurationUnit : uint8_t {
  kMicrosecond,
  kMillisecond,
  kSecond,
  kMinute,
  kHour,
  kDay,
  kWeek,
  kMonth,
  kYear,
};

// One of it: of months a number of months, of others of microseconds.
Duration OneOf(DurationUnit unit);

struct DurationWord {
  DurationUnit unit = DurationUnit::kSecond;
  // Twice the number that the word says where none is written beside it, as
  // Arabic's dual and "fortnight" do; 0: it needs a number.
  int8_t implied_halves = 0;
  // ISO 639; "" where it is not of one language.
  absl::string_view language;
};

// What `word`, folded (graph/text.h) and without points, may mean as a unit of
// time: "min", "hours"; more than one where it is open, as "m" is. Empty where
// it is none. Of static storage. Thread-safe; the first call may take
// milliseconds.
absl::Span<const DurationWord> FindDurationUnit(absl::string_view word);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_DURATION_UNITS_H_
