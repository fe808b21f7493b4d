#include "consistency/reconciliation/power_sums.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "consistency/reconciliation/polynomial.h"

namespace concordat::reconciliation {
namespace {

static_assert(kPowerSums <= kDegreeMax);

// Each power is one of the first kSmall times a multiple of kSmall: the
// products need no reduction before they are added up.
constexpr size_t kSmall = 4;
static_assert(kPowerSums % kSmall == 0);

// What Massey's algorithm finds: sequence[n] = - sum of connection[i] *
// sequence[n - i] for i from 1 to `length`, from n = `length` on, and none
// shorter does it. connection[0] is 1.
struct Recurrence {
  Polynomial connection;
  size_t length;
};

// a -= factor * x^shift * b
void SubtractShifted(uint64_t factor, size_t shift, const Polynomial& b,
                     Polynomial& a) {
  if (a.size() < b.size() + shift) a.resize(b.size() + shift);
  for (size_t i = 0; i < b.size(); ++i) {
    a[i + shift] = Subtract(a[i + shift], Multiply(factor, b[i]));
  }
}

Recurrence ShortestRecurrence(absl::Span<const uint64_t> sequence) {
  Recurrence now = {{1}, 0};
  // Before its length last changed, so many steps ago, and where it failed.
  Polynomial before = {1};
  uint64_t failed_by = 1;
  size_t steps = 1;
  for (size_t n = 0; n < sequence.size(); ++n, ++steps) {
    absl::uint128 sum = sequence[n];
    for (size_t i = 1; i < std::min(now.connection.size(), n + 1); ++i) {
      sum += Product(now.connection[i], sequence[n - i]);
    }
    const uint64_t fails_by = Reduce(sum);
    if (fails_by == 0) continue;
    const uint64_t factor = Multiply(fails_by, Inverse(failed_by));
    if (2 * now.length > n) {
      SubtractShifted(factor, steps, before, now.connection);
      continue;
    }
    Polynomial replaced = now.connection;
    SubtractShifted(factor, steps, before, now.connection);
    now.length = n + 1 - now.length;
    before = std::move(replaced);
    failed_by = fails_by;
    steps = 0;
  }
  while (now.connection.back() == 0) now.connection.pop_back();
  return now;
}

// The coefficients of the product of 1 - a x over the items a of one set,
// divided by that over the other, from the constant one on: its logarithmic
// derivative is minus the series of power sums.
std::vector<uint64_t> SeriesOf(absl::Span<const uint64_t> sums) {
  std::vector<uint64_t> series(sums.size() + 1);
  series[0] = 1;
  for (size_t n = 1; n < series.size(); ++n) {
    absl::uint128 sum = 0;
    for (size_t i = 1; i <= n; ++i) sum += Product(sums[i - 1], series[n - i]);
    series[n] = Subtract(0, Multiply(Reduce(sum), Inverse(n)));
  }
  return series;
}

// The coefficients 0 to `degree` of `series` times `polynomial`.
Polynomial ProductUpTo(size_t degree, absl::Span<const uint64_t> series,
                       const Polynomial& polynomial) {
  Polynomial product(degree + 1);
  for (size_t n = 0; n <= degree; ++n) {
    absl::uint128 sum = 0;
    for (size_t i = 0; i < std::min(polynomial.size(), n + 1); ++i) {
      sum += Product(polynomial[i], series[n - i]);
    }
    product[n] = Reduce(sum);
  }
  return product;
}

// In ascending order, of the product of 1 - a x over the items a. nullopt where
// the polynomial is none.
std::optional<std::vector<Item>> ItemsOf(Polynomial product) {
  if (product.back() == 0) return std::nullopt;
  std::reverse(product.begin(), product.end());
  const auto roots = DistinctRoots(product);
  if (!roots.has_value()) return std::nullopt;
  std::vector<Item> items;
  for (const uint64_t root : *roots) {
    const std::optional<Item> item = Item::FromNumber(root);
    if (!item.has_value()) return std::nullopt;
    items.push_back(*item);
  }
  std::sort(items.begin(), items.end());
  return items;
}

}  // namespace

PowerSums::PowerSums(const Values& values) {
  std::copy(values.begin(), values.end(), sums_.begin());
}

void PowerSums::AddPowers(Item item) {
  uint64_t small[kSmall];
  small[0] = item.number();
  for (size_t i = 1; i < kSmall; ++i) {
    small[i] = Multiply(small[i - 1], item.number());
  }
  for (size_t i = 0; i < kSmall; ++i) sums_[i] += small[i];
  uint64_t large = small[kSmall - 1];
  for (size_t at = kSmall; at < kPowerSums; at += kSmall) {
    for (size_t i = 0; i < kSmall; ++i)
      sums_[at + i] += Product(large, small[i]);
    large = Multiply(large, small[kSmall - 1]);
  }
}

void PowerSums::Reduce() {
  for (absl::uint128& sum : sums_) sum = reconciliation::Reduce(sum);
  products_ = 0;
}

void PowerSums::Insert(Item item) {
  if (products_ == kUnreducedProductsMax) Reduce();
  AddPowers(item);
  ++products_;
}

void PowerSums::Remove(Item item) {
  PowerSums one;
  one.Insert(item);
  Subtract(one);
}

void PowerSums::Add(const PowerSums& other) {
  Reduce();
  const Values values = other.values();
  for (size_t i = 0; i < kPowerSums; ++i) sums_[i] += values[i];
  Reduce();
}

void PowerSums::Subtract(const PowerSums& other) {
  Reduce();
  const Values values = other.values();
  for (size_t i = 0; i < kPowerSums; ++i) sums_[i] += kModulus - values[i];
  Reduce();
}

PowerSums::Values PowerSums::values() const {
  Values values;
  std::transform(sums_.begin(), sums_.end(), values.begin(),
                 reconciliation::Reduce);
  return values;
}

// Of a items of one set and b of the other, the recurrence of length b holds
// for the series' coefficients beyond a; the first that it takes is the
// (a - b + 1)th, where a - b is the surplus. Those before the constant are 0.
std::optional<Difference> DecodePowerSums(absl::Span<const uint64_t> sums,
                                          int64_t surplus) {
  const auto known = static_cast<int64_t>(std::min(sums.size(), kPowerSums));
  if (surplus > known || surplus < -known) return std::nullopt;
  const std::vector<uint64_t> series = SeriesOf(sums.first(known));
  std::vector<uint64_t> sequence;
  for (int64_t n = surplus + 1; n <= known; ++n) {
    sequence.push_back(n < 0 ? 0 : series[static_cast<size_t>(n)]);
  }
  const Recurrence recurrence = ShortestRecurrence(sequence);
  const auto ours = static_cast<int64_t>(recurrence.length);
  const int64_t theirs = ours + surplus;
  if (theirs < 0 || theirs + ours > known ||
      recurrence.connection.size() != recurrence.length + 1) {
    return std::nullopt;
  }
  const Polynomial product =
      ProductUpTo(static_cast<size_t>(theirs), series, recurrence.connection);
  auto only_ours = ItemsOf(recurrence.connection);
  if (!only_ours.has_value()) return std::nullopt;
  auto only_theirs = ItemsOf(product);
  if (!only_theirs.has_value()) return std::nullopt;
  return Difference{*std::move(only_theirs), *std::move(only_ours)};
}

}  // namespace concordat::reconciliation
