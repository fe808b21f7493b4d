#include "consistency/causes/risk.h"

#include <algorithm>
#include <cmath>

namespace concordat {
namespace {

// Of the standard normal distribution: 0.975.
constexpr double kQuantile = 1.959964;

// x ln(x / y), 0 for 0.
double Term(double x, double y) { return x > 0 ? x * std::log(x / y) : 0; }

// The log likelihood of a Bernoulli rate at its best.
double Fit(const EventCount& counts) {
  return Term(counts.events, counts.observations) +
         Term(counts.observations - counts.events, counts.observations);
}

}  // namespace

RiskRatio RiskRatioOf(const EventCount& inside, const EventCount& outside) {
  if (inside.observations <= 0 || outside.observations <= 0) return {};
  EventCount in = inside;
  EventCount out = outside;
  if (in.events <= 0 || out.events <= 0) {
    for (EventCount* counts : {&in, &out}) {
      counts->events += 0.5;
      counts->observations += 0.5;
    }
  }
  const double ratio = in.rate() / out.rate();
  const double variance = 1 / in.events - 1 / in.observations + 1 / out.events -
                          1 / out.observations;
  const double spread =
      std::exp(kQuantile * std::sqrt(std::max(0.0, variance)));
  return {ratio, ratio / spread, ratio * spread};
}

double RateGain(const EventCount& inside, const EventCount& all) {
  const EventCount outside = {all.events - inside.events,
                              all.observations - inside.observations};
  if (inside.rate() <= outside.rate()) return 0;
  return std::max(0.0, Fit(inside) + Fit(outside) - Fit(all));
}

double CountGain(double count, double expected) {
  if (count <= expected) return 0;
  return Term(count, expected) - (count - expected);
}

double ShareGain(const EventCount& inside, const EventCount& outside) {
  return std::max(0.0, Fit(inside) + Fit(outside) -
                           Fit({inside.events + outside.events,
                                inside.observations + outside.observations}));
}

double FewEventsLog(const EventCount& seen, double rate) {
  const double expected = std::min(1.0, rate) * seen.observations;
  if (seen.events >= expected) return 0;
  return -(Term(seen.events, expected) +
           Term(seen.observations - seen.events, seen.observations - expected));
}

}  // namespace concordat
