// How a sample is divided among strata. Pure; thread-safe.
#ifndef CONCORDAT_CONSISTENCY_SAMPLING_ALLOCATION_H_
#define CONCORDAT_CONSISTENCY_SAMPLING_ALLOCATION_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "consistency/sampling/intervals.h"

namespace concordat::sampling {

// How many of each stratum to look at, `size` in all, or all there are.
using Allocated = std::vector<int64_t>;

// Divides as the strata's weights, of which some is positive; no stratum gets
// fewer than `floors` says (as far as it has so many) nor more than it has.
// What one more is given to is the stratum with the largest weight / (2 n + 1)
// (Webster and Sainte-Lague): so no stratum ever gets fewer because `size` is
// larger, and a larger sample contains the smaller one.
Allocated Divide(absl::Span<const double> weights,
                 absl::Span<const int64_t> populations,
                 absl::Span<const int64_t> floors, int64_t size);

// As the populations, with two of each stratum at least, so that each shows a
// variance. `size` may be exceeded for those.
Allocated DivideProportionally(absl::Span<const StratumCount> strata,
                               int64_t size);

// As population x standard deviation (Neyman, JRSS 97, 1934; Cochran, 5.25),
// which what was sampled up to now shows; that is contained. A deviation is
// that of (hits + 1) of (sampled + 2), so that a stratum that showed nothing
// wrong is not left alone.
Allocated DivideAsNeyman(absl::Span<const StratumCount> strata, int64_t size);

}  // namespace concordat::sampling

#endif  // CONCORDAT_CONSISTENCY_SAMPLING_ALLOCATION_H_
