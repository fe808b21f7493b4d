#ifndef CONCORDAT_TESTS_HISTORIES_SCORE_H_
#define CONCORDAT_TESTS_HISTORIES_SCORE_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "consistency/verdict.h"
#include "tests/histories/history.h"
#include "tests/histories/runner.h"

namespace concordat::histories {

// What people were shown, beside what they should have been.
//
// What is counted are kinds of findings: a finding that was planted as STALE
// and is shown as STALE counts there; one that is shown as MEANING as well
// counts a second time, as a MEANING that nobody planted.
struct Score {
  // By planted and shown kind (Verdict); 0: nothing. Of nothing and nothing the
  // findings that might have been shown.
  std::array<std::array<int64_t, kVerdictsMax>, kVerdictsMax> confusion = {};
  // Shown of what only channels without a fault spoke about.
  int64_t false_findings = 0;

  // How often something was played; and of what it was played about, how often
  // what was planted for it was not shown, or more than was planted.
  struct Behaved {
    int64_t played = 0;
    int64_t missed = 0;
    int64_t unplanted = 0;
  };
  std::map<std::string, Behaved> by_behaviour;
  // The first that differ: what was played, planted and shown, and why.
  std::vector<std::string> examples;

  // Planted at least once. Below: 1 where there is nothing to count.
  std::vector<Verdict> Kinds() const;
  int64_t Planted(Verdict kind) const;
  int64_t Shown(Verdict kind) const;
  // Of what was shown as this, the share that was planted as this.
  double Precision(Verdict kind) const;
  // Of what was planted as this, the share that was shown as this.
  double Recall(Verdict kind) const;

  // All of it as text for people: planted down, shown across.
  std::string ToText() const;
};

Score ScoreFindings(const std::vector<Played>& played,
                    const std::vector<SeenFinding>& seen);

}  // namespace concordat::histories

#endif  // CONCORDAT_TESTS_HISTORIES_SCORE_H_
