// Why an attribute has the value that it has: whose word was heard, and what
// decided.
#ifndef CONCORDAT_GRAPH_VALUE_EXPLANATION_H_
#define CONCORDAT_GRAPH_VALUE_EXPLANATION_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "graph/facts.h"
#include "graph/survivorship.h"

namespace concordat {

// One question that was asked of a candidate and of the winner.
struct ContestStep {
  DecidedBy by = DecidedBy::kRevision;
  // It decided for the winner; else both were equal.
  bool decided = false;
  // Both sides, in words: "erp is 1st, crm 2nd of erp, crm". No values.
  std::string words;
};

// What one source says of an instant.
struct ValueCandidate {
  // The one of its facts that holds; for kNotThen one that does at another
  // time: the last before the instant, else the first after it.
  FactRecord fact;
  // The stretch over which the fact holds among those of its source.
  ValidTime valid;
  enum class Outcome {
    kWon = 1,
    kLost,
    // The source has facts, but says nothing of this instant.
    kNotThen,
  } outcome = Outcome::kLost;
  // For kLost: the questions up to the one that decided.
  std::vector<ContestStep> steps;
  // In one sentence, without values.
  std::string words;
};

// The winner first, then those that lost in the order in which they would come
// next, then sources that say nothing of the instant. `records`: every record
// of the attribute up to a revision, in any order.
std::vector<ValueCandidate> ExplainValue(std::vector<FactRecord> records,
                                         const Survivorship& rule,
                                         absl::Time valid_at);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_VALUE_EXPLANATION_H_
