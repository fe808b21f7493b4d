// Pairs of written values and what they are to each other.
#ifndef CONCORDAT_TESTS_VALUES_PAIR_CASE_H_
#define CONCORDAT_TESTS_VALUES_PAIR_CASE_H_

#include <ostream>
#include <string>

#include "absl/strings/string_view.h"
#include "client/values/pair.h"
#include "gtest/gtest.h"

namespace concordat::values {

struct PairCase {
  const char* name;
  const char* a;
  const char* b;
  PairVerdict verdict;
  const char* context = "";
};
inline void PrintTo(const PairCase& test, std::ostream* out) {
  *out << test.name;
}
inline std::string NameOf(const testing::TestParamInfo<PairCase>& info) {
  return info.param.name;
}

inline constexpr auto kSame = PairVerdict::kSame;
inline constexpr auto kDifferent = PairVerdict::kDifferent;
inline constexpr auto kPartial = PairVerdict::kPartial;
inline constexpr auto kUndecided = PairVerdict::kUndecided;

// Expects the verdict both ways round, and that each value that can be read is
// the same as itself and as its canonical writing.
void CheckPair(absl::string_view type, const PairCase& test);

// The canonical writing of `raw`; "absent" where it says that there is none;
// the problem in brackets where it cannot be read.
std::string CanonicalOf(absl::string_view type, absl::string_view raw,
                        absl::string_view context = "");

}  // namespace concordat::values

#endif  // CONCORDAT_TESTS_VALUES_PAIR_CASE_H_
