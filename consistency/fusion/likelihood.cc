#include "consistency/fusion/likelihood.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace concordat {
namespace {

// What a false value that `mass` witnesses share adds. Less than one witness
// is a part of one.
double LogOfTable(double mass, double log_spread) {
  if (mass < 1) return mass * log_spread;
  return log_spread + LogGamma(mass);
}

}  // namespace

double LogGamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}

Logs LogsOf(const Beta& beta) {
  return {std::log(beta.mean()), std::log1p(-beta.mean())};
}

void WeighReports(absl::Span<const Report> reports,
                  const Dependence& dependence, std::vector<double>* weights) {
  weights->assign(reports.size(), 1);
  for (size_t i = 0; i < reports.size(); ++i) {
    for (size_t k = i + 1; k < reports.size(); ++k) {
      if (reports[i].value != reports[k].value) continue;
      const double same = dependence.at(reports[i].channel, reports[k].channel);
      (*weights)[i] += same;
      (*weights)[k] += same;
    }
  }
  for (double& weight : *weights) weight = 1 / weight;
}

void Votes::Reset(size_t values) { tallies_.assign(values, Tally()); }

double Votes::total() const {
  double total = 0;
  for (const Tally& tally : tallies_) total += tally.mass;
  return total;
}

const std::vector<double>& Votes::LogLikelihoods(double spread) {
  const double log_spread = std::log(spread);
  double wrong = 0;
  double tables = 0;
  double mass = 0;
  for (const Tally& tally : tallies_) {
    wrong += tally.wrong;
    tables += LogOfTable(tally.mass, log_spread);
    mass += tally.mass;
  }
  const double seat = LogGamma(spread);
  logs_.clear();
  for (const Tally& tally : tallies_) {
    if (tally.mass <= 0) {
      logs_.push_back(-std::numeric_limits<double>::infinity());
      continue;
    }
    logs_.push_back(wrong - tally.wrong + tally.right + tables -
                    LogOfTable(tally.mass, log_spread) -
                    (LogGamma(spread + mass - tally.mass) - seat) +
                    std::log(std::min(1.0, tally.mass)));
  }
  logs_.push_back(wrong + tables - (LogGamma(spread + mass) - seat));
  return logs_;
}

const std::vector<double>& Votes::Probabilities(double spread) {
  LogLikelihoods(spread);
  const double largest = *std::max_element(logs_.begin(), logs_.end());
  double sum = 0;
  for (double& log : logs_) {
    log = std::exp(log - largest);
    sum += log;
  }
  for (double& log : logs_) log /= sum;
  return logs_;
}

}  // namespace concordat
