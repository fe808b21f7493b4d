// Two written values of one attribute held against each other, without a graph
// and without times.
#ifndef CONCORDAT_CONSISTENCY_PAIR_COMPARISON_H_
#define CONCORDAT_CONSISTENCY_PAIR_COMPARISON_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "consistency/comparison.h"
#include "graph/reading.h"

namespace concordat {

struct PairComparison {
  // kUndecided also where a value cannot be read.
  Likeness likeness = Likeness::kUndecided;
  // What it rests on; where undecided, what would decide it. May be empty;
  // never quotes a value.
  std::string reason;
  Reading a;
  Reading b;
};

// Reads both values as their writers write, and compares them. nullopt, like a
// writing that says so: there is none. Two that both say so are kSame; one
// alone is kUndecided, for what it means depends on the contract (MISSING,
// EXTRA). References by a channel's own id are kUndecided, for
// there is no link to look at. Pure; thread-safe.
PairComparison ComparePair(const Sides& sides,
                           std::optional<absl::string_view> a,
                           std::optional<absl::string_view> b,
                           Trace trace = Trace::kOff);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_PAIR_COMPARISON_H_
