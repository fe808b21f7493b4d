// From a written value to its normal form.
#ifndef CONCORDAT_GRAPH_READING_H_
#define CONCORDAT_GRAPH_READING_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "graph/schema.h"
#include "graph/value.h"

namespace concordat {

// Raised whenever some writing gets another normal form than before, so that
// what was derived from normal forms is derived anew (IndexIdentifiers).
// tests/values holds the forms of many writings against it.
inline constexpr uint64_t kNormalFormsVersion = 2;

// One step from raw to normal that a person can follow.
struct ReadingStep {
  std::string rule;    // "white space", "12-hour clock", "code alias"
  std::string result;  // the writing after it; personal, never for logs
};

// What reading a raw value came to: a value, the statement that there is none,
// or neither with the reason.
struct Reading {
  // Set iff the value was understood and is not an absence.
  std::optional<Value> value;
  // What the same writing may mean as well, for all that its writer declares:
  // "1.234" is read as machines write it and may be 1234. Another value that is
  // different from `value` but not from this is undecided, never different;
  // `open_question` says what would decide it.
  std::optional<Value> otherwise;
  std::string open_question;
  // Where it has a problem only because it may be of several kinds: their ISO
  // 4217 codes or base units, separated by spaces ("USD CAD AUD" of "$5"). A
  // value of none of them is another one. Else empty.
  std::string kinds;
  // The writing says that there is none (empty, or a declared absence token).
  bool absent = false;
  // Where neither: why, and what would decide it ("day and month order: set
  // the locale"). Never quotes the value.
  std::string problem;
  // The writing differed from the canonical one. False where unreadable.
  bool rewritten = false;
  // Filled only if asked for.
  std::vector<ReadingStep> steps;

  bool readable() const { return value.has_value() || absent; }
};

enum class Trace : bool { kOff, kOn };

// Reads `raw` as `attribute` for somebody with these habits. Total: every
// input gives a Reading, in linear time. Pure; thread-safe.
Reading ReadValue(const Attribute& attribute, absl::string_view raw,
                  const WritingHabits& habits, Trace trace = Trace::kOff);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_READING_H_
