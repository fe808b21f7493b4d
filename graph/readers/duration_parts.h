// The parts of a written duration: numbers, words for numbers, units. The
// inside of duration.cc.
#ifndef CONCORDAT_GRAPH_READERS_DURATION_PARTS_H_
#define CONCORDAT_GRAPH_READERS_DURATION_PARTS_H_

#include <cstddef>
#include <cstdint>

#include "absl/numeric/int128.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "graph/duration_units.h"
#include "graph/values/temporal.h"

namespace concordat::readers {

// A number that is not negative. |numerator| < 10^18, denominator <= 10^10.
struct DurationNumber {
  int64_t numerator = 0;
  int64_t denominator = 1;
};

// Adds parts up.
class DurationSum {
 public:
  // A problem, of static storage, or "": the sum is too long, or the part is
  // half a month.
  absl::string_view Add(const DurationNumber& number, DurationUnit unit);
  Duration duration() const { return duration_; }

 private:
  Duration duration_;
};

// Each takes what it understands from the start of `rest`.

// 12, 1.5, 1,5; both marks are decimal. False where there is none.
bool TakeIsoNumber(absl::string_view* rest, DurationNumber* number);

// The same as people write it: 1,500 and 1.500 by `decimal_mark`, 1 1/2. A
// problem, of static storage, or "".
absl::string_view TakeWrittenNumber(char decimal_mark, absl::string_view* rest,
                                    DurationNumber* number);

// Spaces, commas, and "and" in several languages; at the `start` spaces only.
void SkipFillers(absl::string_view* rest, bool start);

// The unit at the start of `text` and its bytes; empty where there is none.
absl::Span<const DurationWord> FindUnitAt(absl::string_view text,
                                          size_t* bytes);

// "one", "half a", "anderthalb" at the start of `text`.
bool FindNumberWord(absl::string_view text, DurationNumber* number,
                    size_t* bytes);

}  // namespace concordat::readers

#endif  // CONCORDAT_GRAPH_READERS_DURATION_PARTS_H_
