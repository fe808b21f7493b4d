// Dates, times of day, instants and durations.
#ifndef CONCORDAT_GRAPH_VALUES_TEMPORAL_H_
#define CONCORDAT_GRAPH_VALUES_TEMPORAL_H_

#include <compare>
#include <cstdint>
#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace concordat {

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

struct Duration {
  int64_t seconds = 0;
  friend bool operator==(const Duration&, const Duration&) = default;
};

// The canonical writing, equal for equal values: "2026-11-21", "14:30",
// "2026-11-21T14:30:00Z", "PT90M".
void AppendCanonical(const Date& date, std::string* out);
void AppendCanonical(const TimeOfDay& time, std::string* out);
void AppendCanonical(const Instant& instant, std::string* out);
void AppendCanonical(const Duration& duration, std::string* out);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_VALUES_TEMPORAL_H_
