// `concordat simulate score`: were the claims of a simulated world judged as
// planted?
#ifndef CONCORDAT_CLIENT_SIMULATE_SCORE_H_
#define CONCORDAT_CLIENT_SIMULATE_SCORE_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/simulate/verdicts.h"

namespace concordat {

struct ScoreOptions {
  // truth.csv of a simulated world: claim_id, kind, verdict, further_verdict.
  std::string truth_path;
  // What was judged: claim_id, verdict, further_verdict and any other columns,
  // in any order. Verdicts with or without the prefix "VERDICT_"; one that is
  // no verdict counts as "not judged".
  std::string results_path;
  // How many mismatches are named.
  int examples_max = 10;
};

// A claim that was judged otherwise than planted.
struct ScoreExample {
  std::string claim_id;
  std::string kind;
  // With the further verdict after a slash, where there is one.
  std::string planted;
  std::string judged;
};

struct ScoreCard {
  // Claims by planted and judged verdict, by simulate::Verdict; judged 0: not
  // judged, such as rejected ones.
  std::array<std::array<int64_t, simulate::kVerdicts>, simulate::kVerdicts>
      confusion = {};
  // In both files.
  int64_t matched = 0;
  // Of those, the verdict or the further verdict differs.
  int64_t mismatches = 0;
  // Of those, only the further verdict differs.
  int64_t further_mismatches = 0;
  // In the truth, not in the results.
  int64_t missing = 0;
  // In the results, not in the truth.
  int64_t unexpected = 0;
  // Mismatched or missing claims by planted kind.
  std::map<std::string, int64_t> wrong_by_kind;
  // The first ones, in order of the files.
  std::vector<ScoreExample> examples;

  bool perfect() const {
    return mismatches == 0 && missing == 0 && unexpected == 0;
  }
  // The confusion matrix (planted down, judged across), what is missing, and
  // the examples, as text for people.
  std::string ToText() const;
};

// Compares two files. They are read side by side: where the results are in the
// order of the truth, memory does not grow with them; rows out of order are
// held until their partner comes. A claim id that occurs twice in the results
// counts as unexpected the second time.
//
// Errors: those of the file system, INVALID_ARGUMENT (a column is missing or
// the CSV is malformed; names file and line).
absl::StatusOr<ScoreCard> Score(const ScoreOptions& options);

}  // namespace concordat

#endif  // CONCORDAT_CLIENT_SIMULATE_SCORE_H_
