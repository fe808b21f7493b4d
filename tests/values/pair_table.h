// Canonical writings of dates, times and durations.
#ifndef CONCORDAT_TESTS_VALUES_PAIR_TABLE_H_
#define CONCORDAT_TESTS_VALUES_PAIR_TABLE_H_

#include <string>
#include <utility>
#include <vector>

#include "client/values/pair.h"
#include "gtest/gtest.h"
#include "tests/values/written_pairs.h"

namespace concordat::values {

// The canonical writing of `writing`, "" where it cannot be read.
inline std::string CanonicalOf(const char* type, const char* writing,
                               const char* context = "") {
  const absl::StatusOr<PairContext> parsed = ParseContext(type, context);
  if (!parsed.ok()) return std::string(parsed.status().message());
  const Reading reading = ReadValue(parsed->attribute, writing, parsed->a);
  return reading.value.has_value() ? reading.value->Canonical() : "";
}

// Expects that what can be read of `cases` (context, writing) has a canonical
// writing that reads as the same value without a context.
inline void ExpectStable(
    const char* type,
    const std::vector<std::pair<const char*, const char*>>& cases) {
  for (const auto& [context, writing] : cases) {
    const std::string canonical = CanonicalOf(type, writing, context);
    if (canonical.empty()) continue;
    EXPECT_EQ(CanonicalOf(type, canonical.c_str()), canonical) << writing;
  }
}

}  // namespace concordat::values

#endif  // CONCORDAT_TESTS_VALUES_PAIR_TABLE_H_
