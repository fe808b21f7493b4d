// Sums of powers of items, which say what one of two sets has and the other
// lacks in as many numbers as there are such items.
#ifndef CONCORDAT_CONSISTENCY_RECONCILIATION_POWER_SUMS_H_
#define CONCORDAT_CONSISTENCY_RECONCILIATION_POWER_SUMS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/numeric/int128.h"
#include "absl/types/span.h"
#include "consistency/reconciliation/field.h"
#include "consistency/reconciliation/item.h"

namespace concordat::reconciliation {

inline constexpr size_t kPowerSums = 32;

// At k - 1 the sum of the k-th powers of items modulo kModulus, of those that
// were inserted less those that were removed. Not thread-safe.
class PowerSums {
 public:
  using Values = std::array<uint64_t, kPowerSums>;

  PowerSums() = default;
  // `values` are below kModulus.
  explicit PowerSums(const Values& values);

  // 40 ns, and 300. Nothing keeps an item from being inserted or removed twice.
  void Insert(Item item);
  void Remove(Item item);
  void Add(const PowerSums& other);
  void Subtract(const PowerSums& other);

  Values values() const;

 private:
  void AddPowers(Item item);
  void Reduce();

  // Not reduced: as large as `products_` products and one number.
  std::array<absl::uint128, kPowerSums> sums_ = {};
  size_t products_ = 0;
};

// The items of two sets that have none in common, from the first power sums of
// the one less those of the other, each below kModulus. `surplus` is how many
// more items the first has. Up to sums.size() items, of both sets together, are
// found: no other two sets so small have these sums. nullopt: there are no such
// sets. Of sums of more items it says that, but for odds of 2^-61 (or, where
// as many items would be found as there are sums, of 1 to a! b! that random
// polynomials of degrees a and b split).
//
// The syndromes of a BCH code over GF(2^64), as in PinSketch (Dodis et al.,
// "Fuzzy extractors", SIAM J. Comput. 2008), take as many numbers. But these
// have signs, which tell whose an item is without looking it up; and need no
// carry-less multiplication, for which each processor would have its own code.
//
// This is reconciliation by the characteristic polynomial (Minsky,
// Trachtenberg, Zippel, "Set reconciliation with nearly optimal communication
// complexity", IEEE Trans. Inf. Theory 2003), of which the power sums give the
// power series (Newton's identities), so that it is rateless. The quotient of
// the two sets' polynomials is the only one of its degrees with this series
// (Pade); the recurrence that its coefficients keep is the divisor (Massey,
// "Shift-register synthesis and BCH decoding", 1969). About 10 microseconds to
// say no, a millisecond or two to find 32 items.
std::optional<Difference> DecodePowerSums(absl::Span<const uint64_t> sums,
                                          int64_t surplus);

}  // namespace concordat::reconciliation

#endif  // CONCORDAT_CONSISTENCY_RECONCILIATION_POWER_SUMS_H_
