// Units of measurement, and how many of its dimension's base unit each is: the
// inside of graph/reading.h for quantities.
#ifndef CONCORDAT_GRAPH_READERS_UNITS_H_
#define CONCORDAT_GRAPH_READERS_UNITS_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "graph/values/number.h"

namespace concordat::readers {

enum class Dimension : uint8_t {
  kMass,
  kLength,
  kArea,
  kVolume,
  kTime,
  kMonths,
  kSpeed,
  kTemperature,
  kPressure,
  kEnergy,
  kPower,
  kApparentPower,
  kReactivePower,
  kApparentEnergy,
  kData,
  kDataRate,
  kFrequency,
  kRotation,
  kVoltage,
  kCurrent,
  kCharge,
  kResistance,
  kCapacitance,
  kInductance,
  kAmount,
  kForce,
  kTorque,
  kAngle,
  kShare,
  kCount,
  kResolution,
  kPixels,
  kLevel,
  kLuminousFlux,
  kIlluminance,
  kActivity,
  kRadioactivity,
  kConsumption,
};
inline constexpr size_t kDimensions = 38;

// The unit that quantities of a dimension are kept in: one in which every unit
// of the dimension is a finite decimal. Temperatures are kept in degrees
// Fahrenheit, for a ninth is none; pressures in such a part of a pascal that
// psi and torr are whole parts of it.
absl::string_view BaseUnitOf(Dimension dimension);

struct Unit {
  Dimension dimension = Dimension::kCount;
  absl::string_view base;  // of static storage
  Decimal size;            // in base units
  Decimal offset;          // what zero of it is, in base units
};

// What became of looking for a unit: found, or why not. An empty problem is
// "unknown".
struct UnitMatch {
  bool found = false;
  absl::string_view problem;
  Unit unit;
  // The base unit where that is known, found or not; or "".
  absl::string_view base;
};

// Of a unit as written in plain number text (graph/readers/number_text.h):
// "kg", "km/h", "sq. ft.", "Kilogramm", "кВт*ч". Letter case counts where it
// distinguishes units, and does not where nobody means another unit.
// `region` decides between American and imperial ones, `language` words that
// languages share. Thread-safe.
UnitMatch FindUnit(absl::string_view written, absl::string_view region,
                   absl::string_view language);

// ---- The tables (unit_table.cc, unit_words.cc) -----------------------------

// A unit by its symbol, and the prefixes that are in use with it.
struct UnitSymbol {
  absl::string_view symbol;
  Dimension dimension;
  // unscaled / 10^scale base units.
  int64_t unscaled;
  int scale;
  // Each one character of UTF-8 or ASCII; "" for none.
  absl::string_view prefixes;
};
// After the BIPM SI Brochure, NIST SP 811 and Handbook 44, IEC 80000-13.
absl::Span<const UnitSymbol> UnitSymbols();

// Other writings of a symbol, without spaces and points, separated by ';'.
struct UnitAlias {
  absl::string_view symbol;
  absl::string_view written;
};
// In which letter case counts.
absl::Span<const UnitAlias> UnitAliases();
// Folded: names in many languages.
absl::Span<const UnitAlias> UnitNames();
// Folded parts of names: "kilo" and "gram".
absl::Span<const UnitAlias> PrefixNames();
absl::Span<const UnitAlias> PrefixableNames();

// A name, folded, of units that differ by country or by trade.
struct AmbiguousUnit {
  absl::string_view written;
  absl::string_view american;  // "" for undecided there too
  absl::string_view imperial;
  absl::string_view metric;  // in languages where it is a metric one; or ""
  absl::string_view problem;
};
absl::Span<const AmbiguousUnit> AmbiguousUnits();

}  // namespace concordat::readers

#endif  // CONCORDAT_GRAPH_READERS_UNITS_H_
