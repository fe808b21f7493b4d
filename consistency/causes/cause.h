// A cause: the smallest conditions that explain why findings are where they
// are, with the figures that show it.
#ifndef CONCORDAT_CONSISTENCY_CAUSES_CAUSE_H_
#define CONCORDAT_CONSISTENCY_CAUSES_CAUSE_H_

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "consistency/causes/dimensions.h"
#include "consistency/causes/risk.h"

namespace concordat {

// That an observation has this value of the dimension, or a part of it.
struct CauseCondition {
  std::string dimension;
  std::string value;

  friend auto operator<=>(const CauseCondition&,
                          const CauseCondition&) = default;
};

// All of them hold; sorted, at most one a dimension.
using CauseConditions = std::vector<CauseCondition>;

// What is seen where conditions hold. Exact counts.
//
// The *event* is a finding that satisfies the conditions on findings
// (kDetail, kOrigin); without such conditions, any finding. The rate inside is
// the share of events among the observations, agreeing or contradicting, that
// satisfy the other conditions: of kind STALE in channel chat, how much of what
// chat says is STALE. The rate outside is that of the same event among the
// observations where no cause of the run holds: the background.
//
// Where all conditions are on findings there is no base rate. The count is then
// held against what is usual (UsualCount) for a value of the same dimension;
// both rates are by all observations.
struct CauseFigures {
  int64_t findings = 0;      // that satisfy all conditions
  int64_t observations = 0;  // that satisfy those on shared dimensions
  double share = 0;          // of all findings, 0 to 1
  double rate_inside = 0;    // 0 to 1
  double rate_outside = 0;
  RiskRatio risk_ratio;
  // Whether there is no base rate.
  bool against_usual = false;
};

// "cause-" and 16 hexadecimal digits that hang on the conditions' names only
// (FNV-1a, 64 bits: draft-eastlake-fnv). `attempt` > 0 gives other ids, for
// where the first is taken.
std::string CauseId(const CauseConditions& conditions, int attempt = 0);

// One sentence: "app_version 4.2 and channel chat: 12.3% contradict, 31 times
// as many as elsewhere (2410 findings)". Conditions on findings are what
// happens: "channel chat: 4.0% are of kind STALE, ..."; `dimensions` says which
// they are, and those that it lacks are shared.
std::string CauseTitle(const CauseConditions& conditions,
                       const CauseFigures& figures,
                       const Dimensions& dimensions);

// Whether `narrow` holds only where `wide` does, given what is part of what.
// Values that `dimensions` lacks are parts of nothing.
bool Implies(const CauseConditions& narrow, const CauseConditions& wide,
             const Dimensions& dimensions);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_CAUSES_CAUSE_H_
