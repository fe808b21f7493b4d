#include "consistency/reconciliation/polynomial.h"

#include <algorithm>
#include <utility>

#include "absl/numeric/int128.h"

namespace concordat::reconciliation {
namespace {

// Thirty-two roots take about 46 trials: the inner nodes of a random trie.
constexpr int kTrialsMax = 512;

size_t Degree(const Polynomial& polynomial) { return polynomial.size() - 1; }

void Trim(Polynomial& polynomial) {
  while (!polynomial.empty() && polynomial.back() == 0) polynomial.pop_back();
}

void MakeMonic(Polynomial& polynomial) {
  const uint64_t inverse = Inverse(polynomial.back());
  for (uint64_t& coefficient : polynomial) {
    coefficient = Multiply(coefficient, inverse);
  }
}

// Leaves the remainder in `dividend` and gives the quotient. `divisor` is
// monic.
Polynomial Divide(Polynomial& dividend, const Polynomial& divisor) {
  if (dividend.size() < divisor.size()) return {};
  const size_t degree = Degree(divisor);
  Polynomial quotient(dividend.size() - degree);
  for (size_t i = quotient.size(); i-- > 0;) {
    const uint64_t factor = quotient[i] = dividend[i + degree];
    for (size_t j = 0; j < degree; ++j) {
      dividend[i + j] = Subtract(dividend[i + j], Multiply(factor, divisor[j]));
    }
  }
  dividend.resize(degree);
  Trim(dividend);
  return quotient;
}

// Monic; of two that are not both 0.
Polynomial CommonDivisor(Polynomial a, Polynomial b) {
  while (!b.empty()) {
    MakeMonic(b);
    Divide(a, b);
    std::swap(a, b);
  }
  MakeMonic(a);
  return a;
}

// Computes powers of x + shift modulo a monic polynomial of degree 1 or more.
class PowersModulo {
 public:
  PowersModulo(const Polynomial& modulus, uint64_t shift)
      : modulus_(modulus), shift_(shift), degree_(Degree(modulus)) {}

  Polynomial Power(uint64_t exponent) {
    Polynomial power(degree_);
    power[0] = 1;
    for (int bit = 63; bit >= 0; --bit) {
      Square(power);
      if ((exponent >> bit & 1) != 0) MultiplyByBase(power);
    }
    Trim(power);
    return power;
  }

 private:
  // The remainder of a product is found a coefficient at a time, from the
  // highest, so that each takes one reduction.
  void Square(Polynomial& power) {
    const size_t n = degree_;
    product_.assign(2 * n - 1, 0);
    for (size_t i = 0; i < product_.size(); ++i) {
      absl::uint128 sum = 0;
      const size_t first = i < n ? 0 : i - n + 1;
      for (size_t j = first; j <= i - first; ++j) {
        sum += Product(power[j], power[i - j]);
      }
      product_[i] = Reduce(sum);
    }
    // From n on `product_` becomes the quotient.
    for (size_t i = product_.size(); i-- > 0;) {
      absl::uint128 sum = 0;
      const size_t last = std::min(product_.size() - 1, i + n);
      for (size_t j = std::max(i + 1, n); j <= last; ++j) {
        sum += Product(product_[j], modulus_[i + n - j]);
      }
      product_[i] = Subtract(product_[i], Reduce(sum));
    }
    std::copy_n(product_.begin(), n, power.begin());
  }

  void MultiplyByBase(Polynomial& power) const {
    const uint64_t top = power.back();
    for (size_t i = degree_; i-- > 0;) {
      const uint64_t below = i == 0 ? 0 : power[i - 1];
      const uint64_t moved = Add(below, Multiply(power[i], shift_));
      power[i] = Subtract(moved, Multiply(top, modulus_[i]));
    }
  }

  const Polynomial& modulus_;
  const uint64_t shift_;
  const size_t degree_;
  std::vector<uint64_t> product_;
};

// Whether it is a product of different x - root: then, and only then, it
// divides x^p - x.
bool Splits(const Polynomial& monic) {
  const Polynomial power = PowersModulo(monic, 0).Power(kModulus);
  return power == Polynomial{0, 1};
}

}  // namespace

std::optional<std::vector<uint64_t>> DistinctRoots(const Polynomial& monic) {
  if (Degree(monic) > 1 && !Splits(monic)) return std::nullopt;
  std::vector<uint64_t> roots;
  std::vector<Polynomial> factors = {monic};
  for (uint64_t shift = 1; !factors.empty();) {
    Polynomial factor = std::move(factors.back());
    factors.pop_back();
    if (Degree(factor) == 0) continue;
    if (Degree(factor) == 1) {
      roots.push_back(Subtract(0, factor[0]));
      continue;
    }
    if (shift > kTrialsMax) return std::nullopt;
    // The root's shifted value is a square, for about half of them.
    Polynomial squares =
        PowersModulo(factor, shift++).Power((kModulus - 1) / 2);
    squares.resize(std::max<size_t>(squares.size(), 1));
    squares[0] = Subtract(squares[0], 1);
    Trim(squares);
    Polynomial divisor = CommonDivisor(factor, std::move(squares));
    if (Degree(divisor) > 0 && Degree(divisor) < Degree(factor)) {
      factors.push_back(Divide(factor, divisor));
      factors.push_back(std::move(divisor));
    } else {
      factors.push_back(std::move(factor));
    }
  }
  return roots;
}

}  // namespace concordat::reconciliation
