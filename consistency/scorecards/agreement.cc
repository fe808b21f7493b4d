#include "consistency/scorecards/agreement.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace concordat {

Share ShareOf(int64_t part, int64_t whole) {
  if (whole <= 0) return {};
  constexpr double kZ = 1.959963984540054;  // 97.5% of the normal distribution
  const auto n = static_cast<double>(whole);
  const double p = static_cast<double>(part) / n;
  const double scale = 1 + kZ * kZ / n;
  const double middle = (p + kZ * kZ / (2 * n)) / scale;
  const double half =
      kZ / scale * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
  // Rounding must not push an end past where it is exactly.
  return {p, part == 0 ? 0 : std::max(0.0, middle - half),
          part == whole ? 1 : std::min(1.0, middle + half)};
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
