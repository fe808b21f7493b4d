#include "consistency/fusion/dependence.h"

#include <algorithm>
#include <cmath>

namespace concordat {
namespace {

// Before any evidence two channels are dependent with probability 0.2, as in
// Dong et al. (VLDB 2009), here shared evenly by the rates.
constexpr double kDependentPrior = 0.2;
// A channel that copies may have its own gaps as probably as its source's.
constexpr double kSameGapsPrior = 0.5;
// The rate at which gaps are asked whether they speak against copying, and the
// log of how much they must: e^3 is some twenty to one.
constexpr size_t kGapRate = 3;
constexpr double kOwnGapsLog = 3;
// Only rates from here on make mirrors.
constexpr size_t kMirrorRate = 3;
// How often two independent channels agree where channels differ is not known:
// Beta(2, 1), of mean 2/3. A broad prior, so that mirrors need many items.
constexpr double kChanceAgree = 2;
constexpr double kChanceDiffer = 1;
// Pairs of reports that one Update looks at.
constexpr size_t kPairsPerUpdate = 1 << 19;
// Beyond it exp() would overflow; nothing changes there any more.
constexpr double kLogMax = 600;

double LogBeta(double a, double b) {
  return LogGamma(a) + LogGamma(b) - LogGamma(a + b);
}

// The mean rate of copying, where `logs` are the log Bayes factors of the
// rates against independence.
template <typename Logs, typename Rates>
double MeanRate(const Logs& logs, const Rates& rates) {
  const double prior = kDependentPrior / static_cast<double>(rates.size());
  const double largest =
      std::max(0.0, *std::max_element(logs.begin(), logs.end()));
  double sum = (1 - kDependentPrior) * std::exp(-largest);
  double mean = 0;
  for (size_t g = 0; g < rates.size(); ++g) {
    const double weight = prior * std::exp(logs[g] - largest);
    sum += weight;
    mean += weight * rates[g];
  }
  return mean / sum;
}

}  // namespace

Beliefs::Beliefs(const Observations& observations, const Beta& assumed,
                 double spread)
    : attributes(observations.attributes().size()),
      prior(assumed),
      known(observations.channels().size() * attributes, assumed),
      reliability(known),
      logs(known.size(), LogsOf(assumed)),
      spreads(attributes, spread),
      dependence(observations.channels().size()) {
  for (size_t i = 0; i < observations.items(); ++i) {
    const ItemView item = observations.item(i);
    if (item.truth == kTruthUnknown) continue;
    for (const Report& report : item.reports) {
      Beta& counts = known[at(report.channel, item.attribute)];
      (report.value == item.truth ? counts.right : counts.wrong) += 1;
    }
  }
}

DependenceLearner::DependenceLearner(const Observations& observations)
    : observations_(observations) {
  const size_t channels = observations.channels().size();
  pairs_.resize(channels * (channels - std::min<size_t>(channels, 1)) / 2);
  size_t pairs = 0;
  size_t begin = 0;
  for (size_t i = 0; i < observations.items(); ++i) {
    const ItemView item = observations.item(i);
    pairs += item.reports.size() * item.reports.size() / 2;
    const bool last = i + 1 == observations.items();
    if (last || observations.item(i + 1).attribute != item.attribute) {
      CountAttribute(begin, i + 1);
      begin = i + 1;
    }
  }
  stride_ = pairs / kPairsPerUpdate + 1;
  for (Pair& pair : pairs_) {
    pair.own_gaps = pair.gaps[kGapRate] < -kOwnGapsLog;
    for (double& log : pair.gaps) {
      log = std::log((1 - kSameGapsPrior) +
                     kSameGapsPrior * std::exp(std::min(log, kLogMax)));
    }
  }
}

void DependenceLearner::CountAttribute(size_t begin, size_t end) {
  const size_t channels = observations_.channels().size();
  std::vector<size_t> counts(channels);
  std::vector<size_t> both(pairs_.size());
  for (size_t i = begin; i < end; ++i) {
    const ItemView item = observations_.item(i);
    for (size_t k = 0; k < item.reports.size(); ++k) {
      const Report& high = item.reports[k];
      ++counts[high.channel];
      for (size_t j = 0; j < k; ++j) {
        const Report& low = item.reports[j];
        const size_t index = PairIndex(low.channel, high.channel);
        ++both[index];
        if (item.values < 2) continue;
        ++pairs_[index].contested;
        if (low.value == high.value) ++pairs_[index].agreed;
      }
    }
  }
  AddGaps(end - begin, counts, both);
}

// Where one channel has an item, the other has it too by chance at the rate at
// which it has any, or because it copies.
void DependenceLearner::AddGaps(size_t items, const std::vector<size_t>& counts,
                                const std::vector<size_t>& both) {
  for (size_t b = 1; b < counts.size(); ++b) {
    for (size_t a = 0; a < b; ++a) {
      // Never to report an attribute is a contract, not a gap.
      if (counts[a] == 0 || counts[b] == 0) continue;
      const size_t index = PairIndex(a, b);
      const auto shared = static_cast<double>(both[index]);
      const double one =
          static_cast<double>(counts[a] + counts[b]) - 2 * shared;
      const double none = static_cast<double>(items) - shared - one;
      const double chance = std::sqrt((static_cast<double>(counts[a]) + 1) *
                                      (static_cast<double>(counts[b]) + 1)) /
                            (static_cast<double>(items) + 2);
      for (size_t g = 0; g < kRates.size(); ++g) {
        const double rate = kRates[g];
        pairs_[index].gaps[g] +=
            shared * std::log(rate / chance + 1 - rate) +
            one * std::log(1 - rate) +
            none * std::log(rate / (1 - chance) + 1 - rate);
      }
    }
  }
}

Dependence DependenceLearner::Mirrors() const {
  Dependence mirrors(observations_.channels().size());
  for (size_t b = 1; b < mirrors.channels(); ++b) {
    for (size_t a = 0; a < b; ++a) {
      const Pair& pair = pairs_[PairIndex(a, b)];
      const double differed = pair.contested - pair.agreed;
      const double independent =
          LogBeta(kChanceAgree + pair.agreed, kChanceDiffer + differed) -
          LogBeta(kChanceAgree, kChanceDiffer);
      Evidence logs;
      logs.fill(-kLogMax);
      for (size_t g = kMirrorRate; g < kRates.size(); ++g) {
        if (pair.gaps[g] <= 0) continue;
        const double agree = kRates[g] + (1 - kRates[g]) * kChanceAgree /
                                             (kChanceAgree + kChanceDiffer);
        logs[g] = pair.agreed * std::log(agree) +
                  differed * std::log(1 - agree) - independent + pair.gaps[g];
      }
      mirrors.Set(a, b, MeanRate(logs, kRates));
    }
  }
  return mirrors;
}

Dependence DependenceLearner::Update(const Beliefs& beliefs) {
  evidence_.resize(pairs_.size());
  for (size_t i = 0; i < pairs_.size(); ++i) evidence_[i] = pairs_[i].gaps;
  for (size_t i = 0; i < observations_.items(); i += stride_) {
    const ItemView item = observations_.item(i);
    if (item.reports.size() > 1) WeighItem(item, beliefs);
  }
  Dependence updated(observations_.channels().size());
  for (size_t b = 1; b < updated.channels(); ++b) {
    for (size_t a = 0; a < b; ++a) {
      updated.Set(a, b, MeanRate(evidence_[PairIndex(a, b)], kRates));
    }
  }
  return updated;
}

void DependenceLearner::WeighItem(const ItemView& item,
                                  const Beliefs& beliefs) {
  WeighReports(item.reports, beliefs.dependence, &weights_);
  votes_.Reset(item.values);
  for (size_t i = 0; i < item.reports.size(); ++i) {
    const Report& report = item.reports[i];
    votes_.Add(report.value, weights_[i],
               beliefs.logs[beliefs.at(report.channel, item.attribute)]);
  }
  masses_.clear();
  for (size_t v = 0; v < item.values; ++v) masses_.push_back(votes_.mass(v));
  total_ = votes_.total();
  if (item.truth == kTruthUnknown) {
    probabilities_ = votes_.Probabilities(beliefs.spreads[item.attribute]);
  } else {
    probabilities_.assign(item.values + 1, 0);
    probabilities_[item.truth >= 0 ? item.truth : item.values] = 1;
  }
  for (size_t k = 1; k < item.reports.size(); ++k) {
    for (size_t i = 0; i < k; ++i) {
      Evidence& evidence = evidence_[PairIndex(item.reports[i].channel,
                                               item.reports[k].channel)];
      if (item.reports[i].value != item.reports[k].value) {
        for (size_t g = 0; g < kRates.size(); ++g) {
          evidence[g] += std::log(1 - kRates[g]);
        }
        continue;
      }
      const double expected = Expected(item, i, k, beliefs);
      for (size_t g = 0; g < kRates.size(); ++g) {
        evidence[g] += std::log(kRates[g] / expected + 1 - kRates[g]);
      }
    }
  }
}

double DependenceLearner::Expected(const ItemView& item, size_t i, size_t k,
                                   const Beliefs& beliefs) {
  const Report& a = item.reports[i];
  const Report& b = item.reports[k];
  const double spread = beliefs.spreads[item.attribute];
  double truth = probabilities_[a.value];
  double popularity = masses_[a.value] / (total_ + spread);
  const bool own_gaps = pairs_[PairIndex(a.channel, b.channel)].own_gaps;
  if (item.truth == kTruthUnknown && !own_gaps) {
    votes_.Reset(item.values);
    for (size_t j = 0; j < item.reports.size(); ++j) {
      if (j == i || j == k) continue;
      const Report& other = item.reports[j];
      const double apart =
          1 - std::max(beliefs.dependence.at(a.channel, other.channel),
                       beliefs.dependence.at(b.channel, other.channel));
      votes_.Add(other.value, apart * weights_[j],
                 beliefs.logs[beliefs.at(other.channel, item.attribute)]);
    }
    // A value that no other says is true only if none of theirs is.
    const double mass = votes_.mass(a.value);
    popularity = (mass + 1) / (votes_.total() + 1 + spread);
    const std::vector<double>& others = votes_.Probabilities(spread);
    truth = others[a.value] + std::max(0.0, 1 - mass) * others.back();
    // But a channel that known truth confirms may vouch for what it says.
    const size_t at_a = beliefs.at(a.channel, item.attribute);
    const size_t at_b = beliefs.at(b.channel, item.attribute);
    const bool better_b =
        beliefs.known[at_a].mean() < beliefs.known[at_b].mean();
    const Beta& known = beliefs.known[better_b ? at_b : at_a];
    if (known.right > beliefs.prior.right) {
      votes_.Add(a.value, 1, LogsOf(known));
      truth = std::max(truth, votes_.Probabilities(spread)[a.value]);
    }
  }
  const double right_a =
      beliefs.reliability[beliefs.at(a.channel, item.attribute)].mean();
  const double right_b =
      beliefs.reliability[beliefs.at(b.channel, item.attribute)].mean();
  // Symmetric: which of the two copied does not matter here.
  return truth * std::sqrt(right_a * right_b) +
         (1 - truth) * std::sqrt((1 - right_a) * (1 - right_b)) * popularity;
}

}  // namespace concordat
