// Exact arithmetic with decimals. What does not fit (graph/values/number.h) is
// not rounded but refused.
#ifndef CONCORDAT_GRAPH_VALUES_DECIMAL_MATH_H_
#define CONCORDAT_GRAPH_VALUES_DECIMAL_MATH_H_

#include <optional>

#include "absl/numeric/int128.h"
#include "graph/values/number.h"

namespace concordat {

// The limits of a Decimal.
inline constexpr int kDecimalDigitsMax = 36;
inline constexpr int kDecimalScaleMax = 30;

// 10^power, 0 <= power <= 38.
absl::uint128 PowerOfTen(int power);

// unscaled / 10^scale for any scale, as a Decimal; nullopt where it does not
// fit.
std::optional<Decimal> MakeDecimal(absl::int128 unscaled, int scale);

// Each is nullopt where the result does not fit.
std::optional<Decimal> Plus(const Decimal& a, const Decimal& b);
std::optional<Decimal> Times(const Decimal& a, const Decimal& b);
// Also nullopt where the quotient is not a finite decimal, or b is zero.
std::optional<Decimal> DividedBy(const Decimal& a, const Decimal& b);
// a * 10^power.
std::optional<Decimal> Shifted(const Decimal& a, int power);

Decimal Negated(const Decimal& a);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_VALUES_DECIMAL_MATH_H_
