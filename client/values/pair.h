// The verdict on a pair of written values, without a graph and without a
// server.
#ifndef CONCORDAT_CLIENT_VALUES_PAIR_H_
#define CONCORDAT_CLIENT_VALUES_PAIR_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "client/values/context.h"
#include "consistency/comparison.h"
#include "graph/reading.h"

namespace concordat::values {

enum class PairVerdict : uint8_t { kSame, kDifferent, kPartial, kUndecided };

// "SAME" ...
const char* PairVerdictName(PairVerdict verdict);

struct PairJudgement {
  PairVerdict verdict = PairVerdict::kUndecided;
  // The same, more finely: which of the two says less.
  Likeness likeness = Likeness::kUndecided;
  // What the verdict rests on; where undecided, what would decide it. May be
  // empty; never quotes a value.
  std::string reason;
  Reading a;
  Reading b;
};

// Reads both values as their writers write and compares them. Pure;
// thread-safe.
PairJudgement JudgePair(const PairContext& context, absl::string_view a,
                        absl::string_view b, Trace trace = Trace::kOff);

}  // namespace concordat::values

#endif  // CONCORDAT_CLIENT_VALUES_PAIR_H_
