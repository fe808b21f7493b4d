// How much agrees, and how surely.
#ifndef CONCORDAT_CONSISTENCY_SCORECARDS_AGREEMENT_H_
#define CONCORDAT_CONSISTENCY_SCORECARDS_AGREEMENT_H_

#include <array>
#include <cstdint>

#include "consistency/verdict.h"

namespace concordat {

// How many claims of each verdict.
using ClaimCounts = std::array<int64_t, kVerdictsMax>;

// A share, with its 95% interval; all 0 where there is nothing.
struct Share {
  double rate = 0;
  double low = 0;
  double high = 0;
};

// Of `part` of `whole`, by Wilson's interval (sampling/intervals.h), which is
// right for shares near 0 and 1 and for few, too. 0 <= part <= whole.
Share ShareOf(int64_t part, int64_t whole);

struct Agreement {
  int64_t agree = 0;       // AGREES, PARTIAL, PROPAGATING
  int64_t contradict = 0;  // disagreements, and NOT_ENTITLED
  int64_t undecided = 0;   // all else: it says nothing of it

  int64_t judged() const { return agree + contradict; }
  Share share() const { return ShareOf(agree, judged()); }
};
Agreement AgreementOf(const ClaimCounts& counts);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_SCORECARDS_AGREEMENT_H_
