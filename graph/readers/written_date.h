// What a written date means for a writer with these habits.
#ifndef CONCORDAT_GRAPH_READERS_WRITTEN_DATE_H_
#define CONCORDAT_GRAPH_READERS_WRITTEN_DATE_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "graph/readers/moment.h"
#include "graph/schema.h"
#include "graph/values/temporal.h"

namespace concordat::readers {

// What the writing left open, and what was used to decide it.
struct DateChoices {
  bool order = false;       // of day and month
  bool pivot = false;       // of a two-digit year
  bool calendar = false;    // another one than the Gregorian
  bool by_weekday = false;  // the weekday decided the order
};

// The date that `written` means: a problem, which is of static storage and says
// what would decide it, or "" and `date`. Pure; thread-safe.
absl::string_view ResolveDate(const WrittenDate& written,
                              const WritingHabits& habits, Date* date,
                              DateChoices* choices);

// The point in time of `moment` on `day`, in microseconds since 1970, by its
// own offset or zone, else by the writer's time zone: a problem or "".
absl::string_view ResolvePoint(absl::CivilDay day, const WrittenMoment& moment,
                               const WritingHabits& habits, int64_t* micros);

// How finely the time of `moment` is written.
TimePrecision PrecisionOf(const WrittenMoment& moment);

}  // namespace concordat::readers

#endif  // CONCORDAT_GRAPH_READERS_WRITTEN_DATE_H_
