#include "consistency/scorecards/agreement.h"

#include <cstddef>

#include "consistency/sampling/intervals.h"

namespace concordat {

Share ShareOf(int64_t part, int64_t whole) {
  if (whole <= 0) return {};
  constexpr double kConfidence = 0.95;
  const auto n = static_cast<double>(whole);
  const double rate = static_cast<double>(part) / n;
  const sampling::Interval interval = sampling::WilsonOf(rate, n, kConfidence);
  return {rate, interval.low, interval.high};
}

Agreement AgreementOf(const ClaimCounts& counts) {
  Agreement agreement;
  for (size_t i = 0; i < counts.size(); ++i) {
    const auto verdict = static_cast<Verdict>(i);
    if (IsAgreement(verdict) || verdict == Verdict::kPropagating) {
      agreement.agree += counts[i];
    } else if (IsDisagreement(verdict) || verdict == Verdict::kNotEntitled) {
      agreement.contradict += counts[i];
    } else {
      agreement.undecided += counts[i];
    }
  }
  return agreement;
}

}  // namespace concordat
