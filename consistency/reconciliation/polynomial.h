// Polynomials of small degree over the field of field.h, and their roots.
#ifndef CONCORDAT_CONSISTENCY_RECONCILIATION_POLYNOMIAL_H_
#define CONCORDAT_CONSISTENCY_RECONCILIATION_POLYNOMIAL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "consistency/reconciliation/field.h"

namespace concordat::reconciliation {

// Coefficients, the constant one first and the last not 0; 0 has none.
using Polynomial = std::vector<uint64_t>;

// What the functions below take: a sum of so many products is reduced once.
inline constexpr size_t kDegreeMax = 32;
static_assert(kDegreeMax <= kUnreducedProductsMax);

// The roots of a polynomial of degree 0 to kDegreeMax whose leading coefficient
// is 1, in no order. nullopt: they are not all distinct numbers of the field.
// (Also where no split was found in a bounded number of trials: of roots that
// nobody chose, with odds far below 2^-64.)
//
// Equal-degree factorisation by gcds with (x + shift)^((p - 1) / 2) - 1, for
// shift = 1, 2, ... (Rabin, "Probabilistic algorithms in finite fields", SIAM
// J. Comput. 1980). About a millisecond for degree 32.
std::optional<std::vector<uint64_t>> DistinctRoots(const Polynomial& monic);

}  // namespace concordat::reconciliation

#endif  // CONCORDAT_CONSISTENCY_RECONCILIATION_POLYNOMIAL_H_
