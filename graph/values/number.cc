#include "graph/values/number.h"

#include <cstddef>

#include "absl/strings/str_cat.h"

namespace concordat {

void AppendCanonical(const Integer& integer, std::string* out) {
  absl::StrAppend(out, integer.number);
}

void AppendCanonical(const Decimal& decimal, std::string* out) {
  const bool negative = decimal.unscaled < 0;
  absl::uint128 rest = negative ? -static_cast<absl::uint128>(decimal.unscaled)
                                : static_cast<absl::uint128>(decimal.unscaled);
  // From the right; 39 digits hold any 128 bits, and "0." may come before.
  char buffer[48];
  size_t at = sizeof(buffer);
  int digits = 0;
  while (rest > 0 || digits <= decimal.scale) {
    if (digits == decimal.scale && digits > 0) buffer[--at] = '.';
    buffer[--at] = static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
    ++digits;
  }
  if (negative) out->push_back('-');
  out->append(buffer + at, sizeof(buffer) - at);
}

void AppendCanonical(const Money& money, std::string* out) {
  AppendCanonical(money.amount, out);
  absl::StrAppend(out, " ", money.currency);
}

void AppendCanonical(const Quantity& quantity, std::string* out) {
  AppendCanonical(quantity.amount, out);
  absl::StrAppend(out, " ", quantity.unit);
}

}  // namespace concordat
