// Tables of pairs of written values and the verdicts on them.
#ifndef CONCORDAT_TESTS_VALUES_WRITTEN_PAIRS_H_
#define CONCORDAT_TESTS_VALUES_WRITTEN_PAIRS_H_

#include <ostream>
#include <string>

#include "client/values/pair.h"
#include "gtest/gtest.h"

namespace concordat::values {

struct WrittenPair {
  const char* name;
  const char* context;
  const char* a;
  const char* b;
  PairVerdict verdict;
};

inline void PrintTo(const WrittenPair& pair, std::ostream* out) {
  *out << pair.name;
}

inline std::string NameOfPair(const testing::TestParamInfo<WrittenPair>& info) {
  return info.param.name;
}

// Expects the pair's verdict, and the same one on the pair turned around with
// its writers.
void ExpectVerdict(const char* type, const WrittenPair& pair);

// Expects of thousands of hostile writings that a canonical writing reads as
// the same value, and that comparing is mirrored. Repeatable.
void ExpectStableReadings(const char* type);

}  // namespace concordat::values

#endif  // CONCORDAT_TESTS_VALUES_WRITTEN_PAIRS_H_
