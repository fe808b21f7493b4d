// Which channels are one witness: those that share false values, or that share
// what they say and what they do not say.
#ifndef CONCORDAT_CONSISTENCY_FUSION_DEPENDENCE_H_
#define CONCORDAT_CONSISTENCY_FUSION_DEPENDENCE_H_

#include <array>
#include <cstddef>
#include <vector>

#include "consistency/fusion/likelihood.h"
#include "consistency/fusion/observations.h"

namespace concordat {

// What is believed so far while reliability is learned.
struct Beliefs {
  Beliefs(const Observations& observations, const Beta& assumed, double spread);

  size_t at(size_t channel, size_t attribute) const {
    return channel * attributes + attribute;
  }

  size_t attributes;
  // What is assumed of every channel.
  Beta prior;
  // By at(channel, attribute): the prior and what known truth adds to it.
  std::vector<Beta> known;
  // By at(channel, attribute): what all items come to.
  std::vector<Beta> reliability;
  std::vector<Logs> logs;
  // By attribute: how rarely false values are shared (Votes).
  std::vector<double> spreads;
  Dependence dependence;
};

// For each two channels weighs whether they are independent, or one repeats
// the other at some rate (Dong et al., VLDB 2009), by two kinds of evidence:
//
// Gaps. A channel that copies another tends to have the same items and to lack
// the same (Dong et al., VLDB 2010). This needs no truth.
//
// Values. Two that agree on what is false are one witness; two that agree on
// what is true may both be good. What is true is taken from the other
// channels only, without those that share with either of the two, or a group
// that copies would vouch for itself. Where the gaps show that the two have
// data of their own, from all channels; and a channel that known truth confirms
// may vouch for what it says.
//
// Not thread-safe.
class DependenceLearner {
 public:
  // `observations` must outlive it. O(reports x channels of an item).
  explicit DependenceLearner(const Observations& observations);

  // Those that mirror each other: the same gaps, and the same values where
  // channels differ at all. Says nothing of what is true, so it can start the
  // learning. Without it, many copies of a bad channel would win the first
  // vote and then look good.
  Dependence Mirrors() const;

  // The dependence given what is believed. Looks at a sample of the items,
  // evenly spread, where there are more than it takes.
  Dependence Update(const Beliefs& beliefs);

 private:
  // The rates of copying that are weighed, beside 0.
  static constexpr std::array<double, 5> kRates = {0.25, 0.5, 0.75, 0.9, 0.98};
  using Evidence = std::array<double, kRates.size()>;

  struct Pair {
    Evidence gaps = {};
    // The gaps speak against copying.
    bool own_gaps = false;
    // Items with more than one value that both report, and where they agree.
    double contested = 0;
    double agreed = 0;
  };

  static size_t PairIndex(size_t low, size_t high) {
    return high * (high - 1) / 2 + low;
  }
  void CountAttribute(size_t begin, size_t end);
  void AddGaps(size_t items, const std::vector<size_t>& counts,
               const std::vector<size_t>& both);
  void WeighItem(const ItemView& item, const Beliefs& beliefs);
  // How probable it is that a channel that is independent of reports i and k,
  // which agree, would say the same.
  double Expected(const ItemView& item, size_t i, size_t k,
                  const Beliefs& beliefs);

  const Observations& observations_;
  size_t stride_ = 1;
  std::vector<Pair> pairs_;

  // Of one Update, by pair.
  std::vector<Evidence> evidence_;
  // Of one item.
  std::vector<double> weights_;
  std::vector<double> probabilities_;
  std::vector<double> masses_;
  double total_ = 0;
  Votes votes_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_FUSION_DEPENDENCE_H_
