// How probable each value of one item is, given how reliable the channels are
// that say them and which of them copy each other.
#ifndef CONCORDAT_CONSISTENCY_FUSION_LIKELIHOOD_H_
#define CONCORDAT_CONSISTENCY_FUSION_LIKELIHOOD_H_

#include <cstddef>
#include <vector>

#include "absl/types/span.h"
#include "consistency/fusion/observations.h"

namespace concordat {

// The logarithm of the gamma function of x > 0. std::lgamma writes a global
// variable, so that threads would race.
double LogGamma(double x);

// A probability that is itself uncertain, as the Beta distribution that counts
// of `right` and `wrong` give; both > 0.
struct Beta {
  double right = 1;
  double wrong = 1;

  double mean() const { return right / (right + wrong); }

  friend bool operator==(const Beta&, const Beta&) = default;
};

// The logs of its mean and of one minus its mean: what one report that is
// right, or wrong, is worth.
struct Logs {
  double right = 0;
  double wrong = 0;
};
Logs LogsOf(const Beta& beta);

// Which channels are one witness: for each two, how probable it is that they
// share what they say for another reason than its being true. Symmetric.
class Dependence {
 public:
  explicit Dependence(size_t channels)
      : channels_(channels), shared_(channels * channels) {}

  size_t channels() const { return channels_; }
  double at(size_t a, size_t b) const { return shared_[a * channels_ + b]; }
  void Set(size_t a, size_t b, double probability) {
    shared_[a * channels_ + b] = shared_[b * channels_ + a] = probability;
  }

 private:
  size_t channels_;
  std::vector<double> shared_;
};

// How much each report counts, in (0, 1]: one over the number of witnesses of
// the same value that it is expected to be the same as. Of m copies each counts
// 1 / m, so that together they are one. O(m^2).
void WeighReports(absl::Span<const Report> reports,
                  const Dependence& dependence, std::vector<double>* weights);

// The votes on one item. The model: one value is true, or none of those said
// is. A report is right with its channel's probability; else it falls on a
// false value as in a Chinese restaurant process of concentration `spread`:
// false values that many say are common where spread is small, so that sharing
// one proves little; rare where it is large. Reused to avoid allocation.
class Votes {
 public:
  void Reset(size_t values);
  void Add(size_t value, double weight, const Logs& logs) {
    Tally& tally = tallies_[value];
    tally.right += weight * logs.right;
    tally.wrong += weight * logs.wrong;
    tally.mass += weight;
  }
  // Witnesses of a value, and of all.
  double mass(size_t value) const { return tallies_[value].mass; }
  double total() const;

  // The log likelihood of each value, up to a common constant; last, that none
  // of them is true. -infinity for a value without votes. O(values).
  const std::vector<double>& LogLikelihoods(double spread);
  // The same as probabilities.
  const std::vector<double>& Probabilities(double spread);

 private:
  struct Tally {
    double right = 0;
    double wrong = 0;
    double mass = 0;
  };

  std::vector<Tally> tallies_;
  std::vector<double> logs_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_FUSION_LIKELIHOOD_H_
