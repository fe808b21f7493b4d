#include "consistency/sampling/confidence_sequence.h"

#include <algorithm>
#include <cmath>

namespace concordat::sampling {
namespace {

// log x!; std::lgamma writes a global sign, which is a race.
double LogFactorial(int64_t x) {
  int sign = 0;
  return lgamma_r(static_cast<double>(x) + 1, &sign);
}

// log of x (x - 1) ... (x - count + 1), count <= x.
double LogFalling(int64_t x, int64_t count) {
  return LogFactorial(x) - LogFactorial(x - count);
}

}  // namespace

ConfidenceSequence::ConfidenceSequence(int64_t population, double confidence)
    : population_(population), log_alpha_(std::log1p(-confidence)) {}

void ConfidenceSequence::Add(int64_t drawn, int64_t hits) {
  drawn_ += drawn;
  hits_ += hits;
}

bool ConfidenceSequence::IsLeft(int64_t hits_in_all) const {
  const int64_t misses = drawn_ - hits_;
  const int64_t misses_in_all = population_ - hits_in_all;
  if (hits_in_all < hits_ || misses_in_all < misses) return false;
  const double likelihood = LogFalling(hits_in_all, hits_) +
                            LogFalling(misses_in_all, misses) -
                            LogFalling(population_, drawn_);
  // B(1 + s, 1 + t - s) = s! (t - s)! / (t + 1)!
  const double mixture =
      LogFactorial(hits_) + LogFactorial(misses) - LogFactorial(drawn_ + 1);
  return likelihood > log_alpha_ + mixture;
}

Interval ConfidenceSequence::interval() const {
  if (drawn_ == 0) return {};
  // The likelihood rises up to its maximum at s (N + 1) / t - 1, rounded up,
  // and falls beyond: what is left is one stretch around it.
  const int64_t least = hits_;
  const int64_t most = population_ - (drawn_ - hits_);
  const double peak = static_cast<double>(hits_) *
                      (static_cast<double>(population_) + 1) /
                      static_cast<double>(drawn_);
  const int64_t top =
      std::clamp(static_cast<int64_t>(std::floor(peak)), least, most);
  int64_t low = least;
  for (int64_t known = top; low < known;) {
    const int64_t middle = low + (known - low) / 2;
    if (IsLeft(middle)) {
      known = middle;
    } else {
      low = middle + 1;
    }
  }
  int64_t high = most;
  for (int64_t known = top; known < high;) {
    const int64_t middle = high - (high - known) / 2;
    if (IsLeft(middle)) {
      known = middle;
    } else {
      high = middle - 1;
    }
  }
  const auto all = static_cast<double>(population_);
  return {static_cast<double>(low) / all, static_cast<double>(high) / all};
}

}  // namespace concordat::sampling
