#ifndef CONCORDAT_CONSISTENCY_EXPLANATION_H_
#define CONCORDAT_CONSISTENCY_EXPLANATION_H_

#include <string>

#include "absl/time/time.h"
#include "consistency/claims.h"
#include "consistency/judge.h"

namespace concordat {

// The judgement in one plain sentence, for the people who may see both values:
//
//   call_centre told "silver" on 2026-03-03 14:02 UTC; it has been "gold" since
//   2026-03-01 00:00 UTC, and call_centre has 1 day to learn of a change: stale
//   by 2 days 14 hours.
//
// Personal; never for logs.
std::string Explain(const Claim& claim, const Judgement& judgement);

// "2 days 14 hours": the two largest units, rounded down.
std::string InWords(absl::Duration duration);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_EXPLANATION_H_
