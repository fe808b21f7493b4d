#include "graph/values/decimal_math.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace concordat {
namespace {

constexpr size_t kPowersOfTen = 39;

using Powers = std::array<absl::uint128, kPowersOfTen>;

Powers MakePowers() {
  Powers powers;
  absl::uint128 power = 1;
  for (absl::uint128& slot : powers) {
    slot = power;
    power *= 10;
  }
  return powers;
}

absl::uint128 MagnitudeOf(absl::int128 number) {
  return number < 0 ? -static_cast<absl::uint128>(number)
                    : static_cast<absl::uint128>(number);
}

// a * b, where it is below the end of unscaled numbers.
std::optional<absl::int128> Product(absl::int128 a, absl::int128 b) {
  if (a == 0 || b == 0) return absl::int128{0};
  const absl::uint128 of_a = MagnitudeOf(a);
  const absl::uint128 of_b = MagnitudeOf(b);
  const absl::uint128 end = PowerOfTen(kDecimalDigitsMax);
  // Two words' product fits and needs no division.
  const bool are_words =
      absl::Uint128High64(of_a) == 0 && absl::Uint128High64(of_b) == 0;
  if (are_words ? of_a * of_b >= end : of_a >= end || of_b > (end - 1) / of_a) {
    return std::nullopt;
  }
  const auto product = static_cast<absl::int128>(of_a * of_b);
  return (a < 0) == (b < 0) ? product : -product;
}

}  // namespace

absl::uint128 PowerOfTen(int power) {
  static const Powers kPowers = MakePowers();
  return kPowers[static_cast<size_t>(power)];
}

std::optional<Decimal> MakeDecimal(absl::int128 unscaled, int scale) {
  if (unscaled == 0) return Decimal{};
  // A word's division is much cheaper, and enough for nearly every number.
  const auto word = static_cast<int64_t>(absl::Int128Low64(unscaled));
  if (unscaled == word) {
    int64_t rest = word;
    while (scale > 0 && rest % 10 == 0) {
      rest /= 10;
      --scale;
    }
    unscaled = rest;
  }
  while (scale > 0 && unscaled % 10 == 0) {
    unscaled /= 10;
    --scale;
  }
  if (scale < 0) {
    if (scale < -kDecimalDigitsMax) return std::nullopt;
    const std::optional<absl::int128> whole =
        Product(unscaled, static_cast<absl::int128>(PowerOfTen(-scale)));
    if (!whole.has_value()) return std::nullopt;
    return Decimal{*whole, 0};
  }
  if (scale > kDecimalScaleMax ||
      MagnitudeOf(unscaled) >= PowerOfTen(kDecimalDigitsMax)) {
    return std::nullopt;
  }
  return Decimal{unscaled, scale};
}

std::optional<Decimal> Plus(const Decimal& a, const Decimal& b) {
  const int scale = std::max(a.scale, b.scale);
  const std::optional<absl::int128> of_a = Product(
      a.unscaled, static_cast<absl::int128>(PowerOfTen(scale - a.scale)));
  const std::optional<absl::int128> of_b = Product(
      b.unscaled, static_cast<absl::int128>(PowerOfTen(scale - b.scale)));
  if (!of_a.has_value() || !of_b.has_value()) return std::nullopt;
  return MakeDecimal(*of_a + *of_b, scale);
}

std::optional<Decimal> Times(const Decimal& a, const Decimal& b) {
  const std::optional<absl::int128> product = Product(a.unscaled, b.unscaled);
  if (!product.has_value()) return std::nullopt;
  return MakeDecimal(*product, a.scale + b.scale);
}

std::optional<Decimal> DividedBy(const Decimal& a, const Decimal& b) {
  if (b.unscaled == 0) return std::nullopt;
  // a/b = (A / B) * 10^(sb - sa): A is widened until B divides it, which it
  // does at once or never where B has other factors than 2 and 5.
  absl::int128 dividend = a.unscaled;
  int scale = a.scale - b.scale;
  while (dividend % b.unscaled != 0) {
    const std::optional<absl::int128> wider = Product(dividend, 10);
    if (!wider.has_value()) return std::nullopt;
    dividend = *wider;
    ++scale;
  }
  return MakeDecimal(dividend / b.unscaled, scale);
}

std::optional<Decimal> Shifted(const Decimal& a, int power) {
  return MakeDecimal(a.unscaled, a.scale - power);
}

Decimal Negated(const Decimal& a) { return {-a.unscaled, a.scale}; }

}  // namespace concordat
