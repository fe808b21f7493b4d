// What the tests of both kinds of names share.
#ifndef CONCORDAT_TESTS_VALUES_NAME_PAIRS_H_
#define CONCORDAT_TESTS_VALUES_NAME_PAIRS_H_

#include <ostream>
#include <string>

#include "client/values/pair.h"
#include "gtest/gtest.h"

namespace concordat::values {

struct NamePair {
  const char* name;
  const char* context;
  const char* a;
  const char* b;
  PairVerdict verdict;
};

inline void PrintTo(const NamePair& pair, std::ostream* out) {
  *out << pair.name;
}

inline std::string NameOfPair(const testing::TestParamInfo<NamePair>& info) {
  return info.param.name;
}

// Expects the pair's verdict, in both orders.
void ExpectVerdict(const char* type, const NamePair& pair);

// Expects of thousands of hostile writings that a canonical writing reads as
// the same value, and that comparing is mirrored. Repeatable.
void ExpectStableReadings(const char* type);

}  // namespace concordat::values

#endif  // CONCORDAT_TESTS_VALUES_NAME_PAIRS_H_
