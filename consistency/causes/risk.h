// How much more often something happens here than elsewhere, and how surely.
// Pure functions; thread-safe.
#ifndef CONCORDAT_CONSISTENCY_CAUSES_RISK_H_
#define CONCORDAT_CONSISTENCY_CAUSES_RISK_H_

namespace concordat {

// How many of some observations are events; 0 <= events <= observations.
struct EventCount {
  double events = 0;
  double observations = 0;

  // 0 to 1; 0 where nothing was observed.
  double rate() const { return observations > 0 ? events / observations : 0; }
};

// A risk ratio with its 95 % confidence interval. Both ends are 0 where
// nothing was observed on one of the sides, and `ratio` then 0 as well.
struct RiskRatio {
  double ratio = 0;
  double low = 0;
  double high = 0;
};

// The rate inside over the rate outside, and the interval of its logarithm by
// the delta method (Katz, Baptista, Azen, Pike: Obtaining confidence intervals
// for the risk ratio in cohort studies, Biometrics 1978). Where one side has no
// event, half a one is added to each (Pagano, Gauvreau: Principles of
// Biostatistics). The interval does not know how many ratios were looked at.
RiskRatio RiskRatioOf(const EventCount& inside, const EventCount& outside);

// How much likelier what was seen is, in nats, if `inside` has a rate of its
// own than if all had one: the scan statistic of Kulldorff (A spatial scan
// statistic, Communications in Statistics 1997), Bernoulli model. `all`
// includes `inside`. 0 where the rate inside is not the higher one.
double RateGain(const EventCount& inside, const EventCount& all);

// The same for a count where `expected`, > 0, was expected (Poisson model).
double CountGain(double count, double expected);

// The same for the share of some events among others, in two groups: how much
// likelier it is that the groups have shares of their own. `part` of `whole`.
double ShareGain(const EventCount& inside, const EventCount& outside);

// The logarithm of a bound on the probability that at a rate of `rate` so few
// events happen (Chernoff); 0 where they are not few.
double FewEventsLog(const EventCount& seen, double rate);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_CAUSES_RISK_H_
