#include "consistency/reconciliation/field.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "absl/numeric/int128.h"
#include "consistency/reconciliation/polynomial.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace concordat::reconciliation {
namespace {

using ::testing::Optional;
using ::testing::UnorderedElementsAreArray;

// The edges of the field, and others.
std::vector<uint64_t> Numbers() {
  std::vector<uint64_t> numbers = {0,
                                   1,
                                   2,
                                   3,
                                   (uint64_t{1} << 32) - 1,
                                   uint64_t{1} << 32,
                                   uint64_t{1} << 60,
                                   (uint64_t{1} << 60) - 1,
                                   kModulus / 2,
                                   kModulus / 2 + 1,
                                   kModulus - 2,
                                   kModulus - 1};
  std::mt19937_64 random(1);
  for (int i = 0; i < 20; ++i) numbers.push_back(random() % kModulus);
  return numbers;
}

TEST(FieldTest, ReducesAsDivisionDoes) {
  std::mt19937_64 random(1);
  std::vector<absl::uint128> numbers = {
      0, 1, std::numeric_limits<absl::uint128>::max()};
  for (const int shift : {60, 61, 62, 63, 64, 121, 122, 123, 127}) {
    for (const int less : {0, 1, 2}) {
      numbers.push_back((absl::uint128(1) << shift) - less);
    }
  }
  for (const uint64_t multiple : {1, 2, 3, 1 << 30}) {
    numbers.push_back(absl::uint128(multiple) * kModulus);
    numbers.push_back(absl::uint128(multiple) * kModulus - 1);
  }
  for (int i = 0; i < 10'000; ++i) {
    numbers.push_back(absl::MakeUint128(random(), random()));
  }
  for (const absl::uint128 number : numbers) {
    ASSERT_EQ(Reduce(number), absl::Uint128Low64(number % kModulus)) << number;
  }
}

TEST(FieldTest, AsManyUnreducedProductsFitAsItSays) {
  absl::uint128 sum = kModulus;
  for (size_t i = 0; i < kUnreducedProductsMax; ++i) {
    const absl::uint128 product = Product(kModulus - 1, kModulus - 1);
    ASSERT_LE(sum, std::numeric_limits<absl::uint128>::max() - product);
    sum += product;
  }
  EXPECT_EQ(Reduce(sum), kUnreducedProductsMax);  // (-1)^2 each
}

TEST(FieldTest, KeepsTheAxioms) {
  for (const uint64_t a : Numbers()) {
    EXPECT_EQ(Add(a, 0), a);
    EXPECT_EQ(Multiply(a, 1), a);
    EXPECT_EQ(Multiply(a, 0), 0u);
    EXPECT_EQ(Add(a, Subtract(0, a)), 0u);
    if (a != 0) {
      EXPECT_EQ(Multiply(a, Inverse(a)), 1u);
    }
    EXPECT_EQ(Power(a, kModulus), a);
    for (const uint64_t b : Numbers()) {
      EXPECT_LT(Add(a, b), kModulus);
      EXPECT_EQ(Add(a, b), Add(b, a));
      EXPECT_EQ(Multiply(a, b), Multiply(b, a));
      EXPECT_EQ(Add(Subtract(a, b), b), a);
      for (const uint64_t c : Numbers()) {
        EXPECT_EQ(Add(Add(a, b), c), Add(a, Add(b, c)));
        EXPECT_EQ(Multiply(Multiply(a, b), c), Multiply(a, Multiply(b, c)));
        EXPECT_EQ(Multiply(a, Add(b, c)), Add(Multiply(a, b), Multiply(a, c)));
      }
    }
  }
}

// Of (x - root) over the roots.
Polynomial ProductOf(const std::vector<uint64_t>& roots) {
  Polynomial product = {1};
  for (const uint64_t root : roots) {
    Polynomial next(product.size() + 1);
    for (size_t i = 0; i < product.size(); ++i) {
      next[i + 1] = Add(next[i + 1], product[i]);
      next[i] = Subtract(next[i], Multiply(product[i], root));
    }
    product = next;
  }
  return product;
}

TEST(PolynomialTest, FindsTheRootsThatItWasMadeOf) {
  std::mt19937_64 random(1);
  for (size_t degree = 0; degree <= kDegreeMax; ++degree) {
    std::vector<uint64_t> roots;
    for (size_t i = 0; i < degree; ++i) roots.push_back(random() % kModulus);
    EXPECT_THAT(DistinctRoots(ProductOf(roots)),
                Optional(UnorderedElementsAreArray(roots)));
  }
  const std::vector<uint64_t> edges = {0, 1, 2, kModulus - 2, kModulus - 1};
  EXPECT_THAT(DistinctRoots(ProductOf(edges)),
              Optional(UnorderedElementsAreArray(edges)));
}

TEST(PolynomialTest, HasNoDistinctRoots) {
  const struct {
    const char* name;
    Polynomial polynomial;
  } cases[] = {
      {"a root twice", ProductOf({7, 7})},
      {"a root twice among others", ProductOf({1, 7, 9, 7, 5})},
      {"zero twice", ProductOf({0, 0})},
      // -1 is no square where the modulus is 3 modulo 4.
      {"irreducible", {1, 0, 1}},
      {"roots and an irreducible factor", {7, kModulus - 1, 7, kModulus - 1}},
  };
  for (const auto& test : cases) {
    Polynomial monic = test.polynomial;
    const uint64_t inverse = Inverse(monic.back());
    for (uint64_t& number : monic) number = Multiply(number, inverse);
    EXPECT_EQ(DistinctRoots(monic), std::nullopt) << test.name;
  }
}

}  // namespace
}  // namespace concordat::reconciliation
