#ifndef CONCORDAT_CONSISTENCY_EXPLANATION_H_
#define CONCORDAT_CONSISTENCY_EXPLANATION_H_

#include <string>

#include "absl/time/time.h"
#include "consistency/answers.h"
#include "consistency/claims.h"
#include "consistency/customer_view.h"
#include "consistency/judge.h"
#include "consistency/sides.h"

namespace concordat {

// The judgement in one plain sentence, for the people who may see both values:
//
//   call_centre told "silver" on 2026-03-03 14:02 UTC; it has been "gold" since
//   2026-03-01 00:00 UTC, and call_centre has 1 day to learn of a change: stale
//   by 2 days 14 hours.
//
// Personal; never for logs.
std::string Explain(const Claim& claim, const Judgement& judgement);

// Why not to say it, in one plain sentence; empty for Advice::kSay. Tells the
// channel nothing that it may not know: neither a truth that it is not entitled
// to, nor whose value it has got hold of.
//
//   It has been "gold" since 2026-03-01 00:00 UTC; "silver" was true before.
std::string ExplainAnswer(const Claim& claim, const AnswerCheck& check);

// What a customer was told that is not so. For whom the correction is for.
//
//   chat told "Tuesday" on 2026-03-02 10:00 UTC; it has been "Thursday" since
//   2026-03-01 00:00 UTC.
std::string ExplainCorrection(const Correction& correction);

// What channels say, held against one another, in one plain sentence:
//
//   What is true is not known: app and web say "A", the last on 2026-03-02
//   10:00 UTC; shop says "B", on 2026-03-01 09:00 UTC.
std::string ExplainSides(const Sides& sides);

// "2 days 14 hours": the two largest units, rounded down.
std::string InWords(absl::Duration duration);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_EXPLANATION_H_
