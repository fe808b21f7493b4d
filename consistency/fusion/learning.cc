#include "consistency/fusion/learning.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "consistency/fusion/dependence.h"
#include "consistency/fusion/likelihood.h"

namespace concordat {
namespace {

// Rounds with one reliability a channel, and with one a channel and attribute.
// Each ends early when nothing changes any more.
constexpr int kChannelRounds = 10;
constexpr int kAttributeRounds = 12;
constexpr double kSettled = 1e-3;

// The concentrations of false values that are weighed, around a prior median of
// 2 that one and a half e-folds of evidence move.
constexpr std::array<double, 8> kSpreads = {0.25, 0.5, 1, 2, 4, 8, 16, 32};
constexpr double kSpreadPrior = 2;
constexpr double kSpreadDeviation = 1.5;
// Probabilities below it do not matter to the spread.
constexpr double kNegligible = 1e-3;

// Before any truth is known: on one item in 25 all channels are misled
// together. An assumption, worth 25 items, that known truth soon outweighs;
// without it a model that never saw the truth would claim to be certain.
constexpr Beta kCommonErrorPrior = {1, 24};
constexpr int kCommonErrorRounds = 20;

// Pairs of channels that share less are not worth a line.
constexpr double kSharedMin = 0.005;

class Learner {
 public:
  explicit Learner(const Observations& observations)
      : observations_(observations),
        channels_(observations.channels().size()),
        attributes_(observations.attributes().size()),
        dependence_(observations),
        beliefs_(observations, kReliabilityPrior, kSpreadPrior) {
    for (const Beta& known : beliefs_.known) own_.push_back(LogsOf(known));
  }

  ReliabilityModel Learn() {
    // Copies are told by the errors that they share, so first somebody must be
    // trusted: until that has settled, only mirrors are one witness.
    beliefs_.dependence = dependence_.Mirrors();
    for (int round = 0; round < kChannelRounds; ++round) {
      Judge();
      if (Believe(/*by_attribute=*/false) < kSettled) break;
    }
    for (int round = 0; round < kAttributeRounds; ++round) {
      Judge();
      const double change = Believe(/*by_attribute=*/true);
      beliefs_.dependence = dependence_.Update(beliefs_);
      if (change < kSettled) break;
    }
    return Model();
  }

 private:
  // What all reports of a channel and attribute come to.
  struct Credit {
    double right = 0;
    double reports = 0;
  };

  // The votes of an item's reports as they are weighed now.
  const std::vector<double>& Probabilities(const ItemView& item) {
    WeighReports(item.reports, beliefs_.dependence, &weights_);
    votes_.Reset(item.values);
    for (size_t i = 0; i < item.reports.size(); ++i) {
      const Report& report = item.reports[i];
      votes_.Add(report.value, weights_[i],
                 beliefs_.logs[beliefs_.at(report.channel, item.attribute)]);
    }
    return votes_.Probabilities(beliefs_.spreads[item.attribute]);
  }

  void Judge() {
    credits_.assign(channels_ * attributes_, {});
    spread_logs_.assign(attributes_, {});
    for (size_t i = 0; i < observations_.items(); ++i) {
      const ItemView item = observations_.item(i);
      if (item.reports.empty()) continue;
      judged_ = Probabilities(item);
      if (item.truth != kTruthUnknown) {
        std::fill(judged_.begin(), judged_.end(), 0);
        judged_[item.truth >= 0 ? item.truth : item.values] = 1;
      }
      WeighSpreads(item);
      for (size_t k = 0; k < item.reports.size(); ++k) CreditReport(item, k);
    }
  }

  // Credits report k with the probability that it is right, judged as if
  // nothing were known of its channel but what known truth says, and by the
  // others as far as they are not the same witness: nobody vouches for himself.
  void CreditReport(const ItemView& item, size_t k) {
    const Report& report = item.reports[k];
    Credit& credit = credits_[beliefs_.at(report.channel, item.attribute)];
    if (item.truth != kTruthUnknown) {
      credit.right += judged_[report.value];
      credit.reports += 1;
      return;
    }
    if (item.reports.size() == 1) return;
    votes_.Reset(item.values);
    double others = 0;
    for (size_t j = 0; j < item.reports.size(); ++j) {
      const Report& other = item.reports[j];
      if (j == k) {
        votes_.Add(report.value, 1,
                   own_[beliefs_.at(report.channel, item.attribute)]);
        continue;
      }
      const double apart =
          1 - beliefs_.dependence.at(report.channel, other.channel);
      others += apart;
      votes_.Add(other.value, apart * weights_[j],
                 beliefs_.logs[beliefs_.at(other.channel, item.attribute)]);
    }
    const double informed = std::min(1.0, others);
    credit.right +=
        informed *
        votes_.Probabilities(beliefs_.spreads[item.attribute])[report.value];
    credit.reports += informed;
  }

  void WeighSpreads(const ItemView& item) {
    masses_.clear();
    for (size_t v = 0; v < item.values; ++v) masses_.push_back(votes_.mass(v));
    masses_.push_back(0);  // none of them is true
    const double total = votes_.total();
    for (size_t v = 0; v <= item.values; ++v) {
      if (judged_[v] < kNegligible) continue;
      const auto tables =
          static_cast<double>(v < item.values ? item.values - 1 : item.values);
      for (size_t g = 0; g < kSpreads.size(); ++g) {
        spread_logs_[item.attribute][g] +=
            judged_[v] * (tables * std::log(kSpreads[g]) -
                          LogGamma(kSpreads[g] + total - masses_[v]) +
                          LogGamma(kSpreads[g]));
      }
    }
  }

  // Takes over what was judged; gives the largest change of a reliability.
  double Believe(bool by_attribute) {
    double change = 0;
    for (size_t channel = 0; channel < channels_; ++channel) {
      const Beta overall = Overall(channel);
      for (size_t attribute = 0; attribute < attributes_; ++attribute) {
        const size_t at = beliefs_.at(channel, attribute);
        Beta beta = overall;
        if (by_attribute) {
          const double mean = overall.mean();
          const Credit& credit = credits_[at];
          beta = {
              kChannelStrength * mean + credit.right,
              kChannelStrength * (1 - mean) + credit.reports - credit.right};
        }
        change = std::max(
            change, std::abs(beta.mean() - beliefs_.reliability[at].mean()));
        beliefs_.reliability[at] = beta;
        beliefs_.logs[at] = LogsOf(beta);
      }
    }
    for (size_t attribute = 0; attribute < attributes_; ++attribute) {
      size_t best = 0;
      double most = 0;
      for (size_t g = 0; g < kSpreads.size(); ++g) {
        const double off =
            std::log(kSpreads[g] / kSpreadPrior) / kSpreadDeviation;
        const double log = spread_logs_[attribute][g] - off * off / 2;
        if (g > 0 && log <= most) continue;
        best = g;
        most = log;
      }
      beliefs_.spreads[attribute] = kSpreads[best];
    }
    return change;
  }

  Beta Overall(size_t channel) const {
    Beta beta = kReliabilityPrior;
    for (size_t attribute = 0; attribute < attributes_; ++attribute) {
      const Credit& credit = credits_[beliefs_.at(channel, attribute)];
      beta.right += credit.right;
      beta.wrong += credit.reports - credit.right;
    }
    return beta;
  }

  // How often the value that channels make likeliest is wrong beyond what their
  // reliability explains: the mode of a mixture of the two explanations, by
  // expectation and maximisation.
  Beta CommonError(size_t* known) {
    // Of the known items whose likeliest value is wrong: how probable that was.
    std::vector<double> wrong;
    *known = 0;
    for (size_t i = 0; i < observations_.items(); ++i) {
      const ItemView item = observations_.item(i);
      if (item.truth == kTruthUnknown || item.reports.empty()) continue;
      ++*known;
      const std::vector<double>& blind = Probabilities(item);
      const auto likeliest = std::max_element(blind.begin(), blind.end() - 1);
      if (likeliest - blind.begin() == item.truth) continue;
      wrong.push_back(1 - *likeliest);
    }
    Beta error = kCommonErrorPrior;
    for (int round = 0; round < kCommonErrorRounds; ++round) {
      const double misled = error.mean();
      double together = 0;
      for (const double expected : wrong) {
        together += misled / (misled + (1 - misled) * expected);
      }
      error = {
          kCommonErrorPrior.right + together,
          kCommonErrorPrior.wrong + static_cast<double>(*known) - together};
    }
    return error;
  }

  ReliabilityModel Model() {
    ReliabilityModel model;
    std::vector<uint64_t> items(attributes_);
    for (size_t i = 0; i < observations_.items(); ++i) {
      ++items[observations_.item(i).attribute];
    }
    for (size_t i = 0; i < attributes_; ++i) {
      model.attributes.push_back(
          {observations_.attributes()[i], beliefs_.spreads[i], items[i]});
    }
    for (size_t channel = 0; channel < channels_; ++channel) {
      ReliabilityModel::Channel of;
      of.name = observations_.channels()[channel];
      of.overall.beta = Overall(channel);
      for (size_t attribute = 0; attribute < attributes_; ++attribute) {
        const size_t at = beliefs_.at(channel, attribute);
        if (credits_[at].reports <= 0) continue;
        of.attributes.push_back(
            {static_cast<uint32_t>(attribute),
             {beliefs_.reliability[at], credits_[at].reports}});
        of.overall.samples += credits_[at].reports;
      }
      model.channels.push_back(std::move(of));
    }
    for (size_t a = 0; a < channels_; ++a) {
      for (size_t b = a + 1; b < channels_; ++b) {
        const double probability = beliefs_.dependence.at(a, b);
        if (probability < kSharedMin) continue;
        model.shared.push_back(
            {static_cast<uint32_t>(a), static_cast<uint32_t>(b), probability});
      }
    }
    size_t known = 0;
    model.common_error = CommonError(&known);
    model.items = observations_.items();
    model.known_items = known;
    return model;
  }

  const Observations& observations_;
  const size_t channels_;
  const size_t attributes_;
  DependenceLearner dependence_;
  Beliefs beliefs_;
  // By channel and attribute: what a report is worth by known truth alone.
  std::vector<Logs> own_;

  // Of one round.
  std::vector<Credit> credits_;
  std::vector<std::array<double, kSpreads.size()>> spread_logs_;
  // Of one item.
  std::vector<double> weights_;
  std::vector<double> judged_;
  std::vector<double> masses_;
  Votes votes_;
};

}  // namespace

ReliabilityModel LearnReliability(const Observations& observations) {
  return Learner(observations).Learn();
}

}  // namespace concordat
