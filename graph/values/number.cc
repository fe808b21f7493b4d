#include "graph/values/number.h"

#include <cstddef>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "graph/values/decimal_math.h"

namespace concordat {

void AppendCanonical(const Integer& integer, std::string* out) {
  absl::StrAppend(out, integer.number);
}

namespace {

// 39 digits hold any 128 bits, and "-0." may come before.
constexpr size_t kDecimalBytesMax = 48;

// Writes `decimal` at the end of `buffer`.
absl::string_view Write(const Decimal& decimal,
                        char (&buffer)[kDecimalBytesMax]) {
  const bool negative = decimal.unscaled < 0;
  absl::uint128 rest = negative ? -static_cast<absl::uint128>(decimal.unscaled)
                                : static_cast<absl::uint128>(decimal.unscaled);
  size_t at = sizeof(buffer);
  int digits = 0;
  const auto add = [&](int digit) {
    if (digits == decimal.scale && digits > 0) buffer[--at] = '.';
    buffer[--at] = static_cast<char>('0' + digit);
    ++digits;
  };
  for (; absl::Uint128High64(rest) != 0; rest /= 10) {
    add(static_cast<int>(rest % 10));
  }
  // A word's division is much cheaper, and enough for nearly every number.
  for (uint64_t low = absl::Uint128Low64(rest);
       low > 0 || digits <= decimal.scale; low /= 10) {
    add(static_cast<int>(low % 10));
  }
  if (negative) buffer[--at] = '-';
  return {buffer + at, sizeof(buffer) - at};
}

// Whether `raw` is `decimal`, a space and `unit`.
bool IsWritten(const Decimal& decimal, absl::string_view unit,
               absl::string_view raw) {
  return absl::ConsumeSuffix(&raw, unit) && absl::ConsumeSuffix(&raw, " ") &&
         IsCanonical(decimal, raw);
}

}  // namespace

void AppendCanonical(const Decimal& decimal, std::string* out) {
  char buffer[kDecimalBytesMax];
  const absl::string_view written = Write(decimal, buffer);
  out->append(written.data(), written.size());
}

bool IsCanonical(const Decimal& decimal, absl::string_view raw) {
  char buffer[kDecimalBytesMax];
  return raw == Write(decimal, buffer);
}

bool IsCanonical(const Money& money, absl::string_view raw) {
  return IsWritten(money.amount, money.currency, raw);
}

void AppendCanonical(const Money& money, std::string* out) {
  AppendCanonical(money.amount, out);
  absl::StrAppend(out, " ", money.currency);
}

namespace {

// A unit to write an amount in, which is kept in another.
struct WritingUnit {
  absl::string_view kept;
  absl::string_view unit;
  Decimal size;
  Decimal offset;  // what zero of it is, in the kept unit
};

// Sorted by preference.
constexpr WritingUnit kWritingUnits[] = {
    {"\xc2\xb0"
     "F",
     "\xc2\xb0"
     "C",
     {18, 1},
     {32, 0}},
    {"Pa/306451", "Pa", {306451, 0}, {}},
    {"Pa/306451", "psi", {21129052672487375, 7}, {}},
    {"Pa/306451", "Torr", {40856773125, 3}, {}},
};

// The unit that `quantity` is written in, and how many of it they are.
absl::string_view WritingUnitOf(const Quantity& quantity, Decimal* amount) {
  *amount = quantity.amount;
  const char last = quantity.unit.empty() ? 0 : quantity.unit.back();
  // Nearly every unit is kept as it is written.
  if (last != 'F' && last != '1') return quantity.unit;
  for (const WritingUnit& writing : kWritingUnits) {
    if (writing.kept != quantity.unit) continue;
    const std::optional<Decimal> above =
        Plus(quantity.amount, Negated(writing.offset));
    if (!above.has_value()) continue;
    const std::optional<Decimal> of_unit = DividedBy(*above, writing.size);
    if (!of_unit.has_value()) continue;
    *amount = *of_unit;
    return writing.unit;
  }
  return quantity.unit;
}

}  // namespace

void AppendCanonical(const Quantity& quantity, std::string* out) {
  Decimal amount;
  const absl::string_view unit = WritingUnitOf(quantity, &amount);
  AppendCanonical(amount, out);
  absl::StrAppend(out, " ", unit);
}

bool IsCanonical(const Quantity& quantity, absl::string_view raw) {
  Decimal amount;
  const absl::string_view unit = WritingUnitOf(quantity, &amount);
  return IsWritten(amount, unit, raw);
}

}  // namespace concordat
