#include "consistency/sampling/intervals.h"

#include <algorithm>
#include <cmath>

namespace concordat::sampling {
namespace {

// (numerator / denominator) of AS 241, by Horner's rule from the last on.
double Ratio(absl::Span<const double> numerator,
             absl::Span<const double> denominator, double x) {
  double top = 0;
  double bottom = 0;
  for (size_t i = numerator.size(); i-- > 0;) {
    top = top * x + numerator[i];
    bottom = bottom * x + denominator[i];
  }
  return top / bottom;
}

// The quantile of the standard normal distribution (PPND16 of AS 241: about 16
// digits), 0 < p < 1.
double NormalQuantile(double p) {
  constexpr double kA[] = {3.3871328727963666080,    1.3314166789178437745e+2,
                           1.9715909503065514427e+3, 1.3731693765509461125e+4,
                           4.5921953931549871457e+4, 6.7265770927008700853e+4,
                           3.3430575583588128105e+4, 2.5090809287301226727e+3};
  constexpr double kB[] = {1.0,
                           4.2313330701600911252e+1,
                           6.8718700749205790830e+2,
                           5.3941960214247511077e+3,
                           2.1213794301586595867e+4,
                           3.9307895800092710610e+4,
                           2.8729085735721942674e+4,
                           5.2264952788528545610e+3};
  constexpr double kC[] = {
      1.42343711074968357734,    4.63033784615654529590,
      5.76949722146069140550,    3.64784832476320460504,
      1.27045825245236838258,    2.41780725177450611770e-1,
      2.27238449892691845833e-2, 7.74545014278341407640e-4};
  constexpr double kD[] = {1.0,
                           2.05319162663775882187,
                           1.67638483018380384940,
                           6.89767334985100004550e-1,
                           1.48103976427480074590e-1,
                           1.51986665636164571966e-2,
                           5.47593808499534494600e-4,
                           1.05075007164441684324e-9};
  constexpr double kE[] = {
      6.65790464350110377720,    5.46378491116411436990,
      1.78482653991729133580,    2.96560571828504891230e-1,
      2.65321895265761230930e-2, 1.24266094738807843860e-3,
      2.71155556874348757815e-5, 2.01033439929228813265e-7};
  constexpr double kF[] = {1.0,
                           5.99832206555887937690e-1,
                           1.36929880922735805310e-1,
                           1.48753612908506148525e-2,
                           7.86869131145613259100e-4,
                           1.84631831751005468180e-5,
                           1.42151175831644588870e-7,
                           2.04426310338993978564e-15};
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) return q * Ratio(kA, kB, 0.180625 - q * q);
  const double r = std::sqrt(-std::log(q < 0 ? p : 1 - p));
  const double tail = r <= 5 ? Ratio(kC, kD, r - 1.6) : Ratio(kE, kF, r - 5);
  return q < 0 ? -tail : tail;
}

}  // namespace

double NormalQuantileOf(double confidence) {
  return NormalQuantile(0.5 + confidence / 2);
}

int64_t SampleSizeFor(int64_t population, double precision, double confidence) {
  const double z = NormalQuantileOf(confidence);
  const double infinite = z * z / (4 * precision * precision);
  const auto all = static_cast<double>(population);
  if (population <= 1) return population;
  const double finite = infinite / (1 + (infinite - 1) / all);
  return std::min(population, static_cast<int64_t>(std::ceil(finite)));
}

Interval WilsonOf(double rate, double size, double confidence) {
  if (size <= 0) return {};
  const double z = NormalQuantileOf(confidence);
  const double scale = 1 / (1 + z * z / size);
  const double centre = scale * (rate + z * z / (2 * size));
  const double half =
      scale * z *
      std::sqrt(rate * (1 - rate) / size + z * z / (4 * size * size));
  // It contains the rate; only rounding could say otherwise.
  return {std::max(0.0, std::min(rate, centre - half)),
          std::min(1.0, std::max(rate, centre + half))};
}

Interval WilsonOf(int64_t hits, int64_t sampled, int64_t population,
                  double confidence) {
  if (sampled == 0) return {};
  const auto n = static_cast<double>(sampled);
  const double rate = static_cast<double>(hits) / n;
  if (sampled >= population) return {rate, rate};
  const auto left = static_cast<double>(population - sampled);
  return WilsonOf(rate, n * static_cast<double>(population - 1) / left,
                  confidence);
}

StratifiedRate EstimateStratified(absl::Span<const StratumCount> strata,
                                  double confidence) {
  double population = 0;
  double unseen = 0;
  for (const StratumCount& stratum : strata) {
    const auto size = static_cast<double>(stratum.population);
    population += size;
    if (stratum.sampled == 0) unseen += size;
  }
  StratifiedRate result;
  const double seen = population - unseen;
  if (seen <= 0) return result;
  bool is_census = true;
  // For the effective size: where few or none were found, p (1 - p) says too
  // little of how much they vary.
  double cautious_rate = 0;
  double cautious_variance = 0;
  for (const StratumCount& stratum : strata) {
    if (stratum.sampled == 0) continue;
    const auto size = static_cast<double>(stratum.population);
    const auto n = static_cast<double>(stratum.sampled);
    const double weight = size / seen;
    const double p = stratum.rate();
    result.rate += weight * p;
    is_census = is_census && n >= size;
    // Of one alone the variance is not known: it is taken as of two.
    result.variance +=
        weight * weight * (1 - n / size) * p * (1 - p) / std::max(1.0, n - 1);
    const double cautious = (static_cast<double>(stratum.hits) + 0.5) / (n + 1);
    cautious_rate += weight * cautious;
    cautious_variance +=
        weight * weight * (1 - n / size) * cautious * (1 - cautious) / n;
  }
  if (is_census) {
    result.interval = {result.rate, result.rate};
  } else {
    // The finite populations are in the variance.
    result.interval = WilsonOf(
        result.rate, cautious_rate * (1 - cautious_rate) / cautious_variance,
        confidence);
  }
  const double part = seen / population;
  result.interval.low *= part;
  result.interval.high = result.interval.high * part + (1 - part);
  return result;
}

}  // namespace concordat::sampling
