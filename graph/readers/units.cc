#include "graph/readers/units.h"

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "graph/text.h"
#include "graph/values/decimal_math.h"

namespace concordat::readers {
namespace {

// In the order of the enumeration.
constexpr absl::string_view kBaseUnits[kDimensions] = {
    "kg",        "m",   "m2", "L",   "s",   "month",  "km/h",  "°F",
    "Pa/306451", "J",   "W",  "VA",  "var", "VAh",    "bit",   "bit/s",
    "Hz",        "rpm", "V",  "A",   "Ah",  "ohm",    "farad", "henry",
    "mol",       "N",   "Nm", "deg", "%",   "pcs",    "dpi",   "px",
    "dB",        "lm",  "lx", "IU",  "Bq",  "L/100km"};

constexpr absl::string_view kMixedCase =
    "unit: letter case decides between units here, such as mW and MW; write "
    "it exactly";

constexpr absl::string_view kDayOrDecagram =
    "unit: a day in some languages and ten grams in others; write d or g, or "
    "set the channel's locale";

// The power of ten of an SI prefix.
int PowerOfPrefix(absl::string_view prefix) {
  constexpr std::pair<absl::string_view, int> kPowers[] = {
      {"p", -12}, {"n", -9}, {"μ", -6}, {"u", -6}, {"m", -3},
      {"c", -2},  {"d", -1}, {"h", 2},  {"k", 3},  {"M", 6},
      {"G", 9},   {"T", 12}, {"P", 15}};
  for (const auto& [name, power] : kPowers) {
    if (name == prefix) return power;
  }
  return 0;
}

using Units = absl::flat_hash_map<std::string, Unit>;

// Every writing of a single unit.
struct Catalogue {
  Units exact;
  // Folded; `clashing` where two of `exact` fold to one.
  Units folded;
  absl::flat_hash_map<std::string, bool> clashing;
  absl::flat_hash_map<absl::string_view, AmbiguousUnit> ambiguous;
};

Unit MakeUnit(Dimension dimension, const Decimal& size) {
  return {dimension, BaseUnitOf(dimension), size, {}};
}

void AddSymbols(Units* units) {
  constexpr absl::string_view kBinary[] = {"Ki", "Mi", "Gi", "Ti", "Pi"};
  for (const UnitSymbol& symbol : UnitSymbols()) {
    const Decimal size =
        MakeDecimal(symbol.unscaled, symbol.scale).value_or(Decimal{});
    units->emplace(symbol.symbol, MakeUnit(symbol.dimension, size));
    for (size_t at = 0; at < symbol.prefixes.size();) {
      const size_t length = symbol.prefixes[at] < 0 ? 2 : 1;
      const absl::string_view prefix = symbol.prefixes.substr(at, length);
      at += length;
      units->emplace(
          absl::StrCat(prefix, symbol.symbol),
          MakeUnit(symbol.dimension,
                   Shifted(size, PowerOfPrefix(prefix)).value_or(Decimal{})));
    }
    if (symbol.symbol != "B" && symbol.symbol != "bit") continue;
    Decimal binary = size;
    for (const absl::string_view prefix : kBinary) {
      binary = Times(binary, {1024, 0}).value_or(Decimal{});
      units->emplace(absl::StrCat(prefix, symbol.symbol),
                     MakeUnit(symbol.dimension, binary));
    }
  }
  // With a prefix F and H are electrical; alone they are Fahrenheit, and hours.
  for (const absl::string_view prefix : {"p", "n", "μ", "m"}) {
    const Decimal size =
        Shifted({1, 0}, PowerOfPrefix(prefix)).value_or(Decimal{});
    units->emplace(absl::StrCat(prefix, "F"),
                   MakeUnit(Dimension::kCapacitance, size));
    units->emplace(absl::StrCat(prefix, "H"),
                   MakeUnit(Dimension::kInductance, size));
  }
  (*units)["°C"].offset = {32, 0};
  (*units)["K"].offset = {-45967, 2};
}

// The squares and cubes of lengths: "m2", "m^2", "sqm".
void AddPowers(Units* units) {
  Units powers;
  for (const auto& [symbol, unit] : *units) {
    if (unit.dimension != Dimension::kLength) continue;
    const std::optional<Decimal> square = Times(unit.size, unit.size);
    if (!square.has_value()) continue;
    for (const absl::string_view form : {"$02", "$0^2", "sq$0", "$0sq"}) {
      powers.emplace(absl::StrReplaceAll(form, {{"$0", symbol}}),
                     MakeUnit(Dimension::kArea, *square));
    }
    const std::optional<Decimal> cube = Times(*square, unit.size);
    if (!cube.has_value()) continue;
    const std::optional<Decimal> litres = Shifted(*cube, 3);
    if (!litres.has_value()) continue;
    for (const absl::string_view form : {"$03", "$0^3", "cu$0"}) {
      powers.emplace(absl::StrReplaceAll(form, {{"$0", symbol}}),
                     MakeUnit(Dimension::kVolume, *litres));
    }
  }
  units->insert(powers.begin(), powers.end());
}

// Of `symbol` or, for "mmol/L", of the two around its stroke.
std::optional<Unit> FindExact(const Units& units, absl::string_view symbol);

void AddAliases(absl::Span<const UnitAlias> aliases, const Units& symbols,
                Units* units) {
  for (const UnitAlias& alias : aliases) {
    const std::optional<Unit> unit = FindExact(symbols, alias.symbol);
    if (!unit.has_value()) continue;
    for (const absl::string_view written : absl::StrSplit(alias.written, ';')) {
      units->emplace(written, *unit);
    }
  }
}

void AddPrefixedNames(const Units& symbols, Units* units) {
  for (const UnitAlias& base : PrefixableNames()) {
    for (const absl::string_view name : absl::StrSplit(base.written, ';')) {
      if (const auto found = symbols.find(base.symbol);
          found != symbols.end() && base.symbol != "F" && base.symbol != "H" &&
          base.symbol != "cal") {
        units->emplace(name, found->second);
      }
      for (const UnitAlias& prefix : PrefixNames()) {
        const auto found =
            symbols.find(absl::StrCat(prefix.symbol, base.symbol));
        if (found == symbols.end()) continue;
        for (const absl::string_view start :
             absl::StrSplit(prefix.written, ';')) {
          units->emplace(absl::StrCat(start, name), found->second);
        }
      }
    }
  }
  // "square kilometres", "Kubikzentimeter": of every name of a length.
  Units powers;
  for (const auto& [name, unit] : *units) {
    if (unit.dimension != Dimension::kLength) continue;
    const std::optional<Decimal> square = Times(unit.size, unit.size);
    const std::optional<Decimal> cube =
        square.has_value() ? Times(*square, unit.size) : std::nullopt;
    if (!cube.has_value()) continue;
    for (const absl::string_view start : {"square", "quadrat", "sq"}) {
      powers.emplace(absl::StrCat(start, name),
                     MakeUnit(Dimension::kArea, *square));
    }
    for (const absl::string_view start : {"cubic", "kubik", "cu"}) {
      powers.emplace(
          absl::StrCat(start, name),
          MakeUnit(Dimension::kVolume, Shifted(*cube, 3).value_or(Decimal{})));
    }
  }
  units->insert(powers.begin(), powers.end());
}

bool IsSame(const Unit& a, const Unit& b) {
  return a.base == b.base && a.size == b.size && a.offset == b.offset;
}

const Catalogue& TheCatalogue() {
  static const Catalogue* const kCatalogue = [] {
    auto* const catalogue = new Catalogue;
    AddSymbols(&catalogue->exact);
    AddPowers(&catalogue->exact);
    const Units symbols = catalogue->exact;
    AddAliases(UnitAliases(), symbols, &catalogue->exact);
    AddAliases(UnitNames(), symbols, &catalogue->folded);
    AddPrefixedNames(symbols, &catalogue->folded);
    for (const auto& [written, unit] : catalogue->exact) {
      const std::string folded = FoldText(written);
      const auto [other, is_new] = catalogue->folded.emplace(folded, unit);
      if (!is_new && !IsSame(other->second, unit)) {
        catalogue->clashing.emplace(folded, true);
      }
    }
    for (const AmbiguousUnit& unit : AmbiguousUnits()) {
      catalogue->ambiguous.emplace(unit.written, unit);
    }
    return catalogue;
  }();
  return *kCatalogue;
}

// The names of the base units of quotients live for ever, as those of single
// units do. Quotients by time are by the day, of which every unit of time is a
// finite part.
absl::string_view BaseOfQuotient(Dimension above, Dimension below) {
  static const auto* const kNames = [] {
    auto* const names = new std::array<std::string, kDimensions * kDimensions>;
    for (size_t i = 0; i < kDimensions * kDimensions; ++i) {
      const auto under = static_cast<Dimension>(i % kDimensions);
      (*names)[i] = absl::StrCat(
          kBaseUnits[i / kDimensions], "/",
          under == Dimension::kTime ? "d" : kBaseUnits[i % kDimensions]);
    }
    return names;
  }();
  return (*kNames)[static_cast<size_t>(above) * kDimensions +
                   static_cast<size_t>(below)];
}

std::optional<Unit> Quotient(const Unit& above, const Unit& below) {
  // A quotient has to be readable again, and degrees have no quotients.
  const auto is_plain = [](const Unit& part) {
    return part.dimension != Dimension::kTemperature &&
           !absl::StrContains(part.base, '/');
  };
  if (!is_plain(above) || !is_plain(below)) return std::nullopt;
  Unit unit;
  unit.base = BaseOfQuotient(above.dimension, below.dimension);
  Decimal factor = {1, 0};
  if (below.dimension == Dimension::kTime) {
    if (above.dimension == Dimension::kLength) {
      unit.base = BaseUnitOf(Dimension::kSpeed);
      factor = {36, 1};
    } else if (above.dimension == Dimension::kData) {
      unit.base = BaseUnitOf(Dimension::kDataRate);
    } else {
      factor = {86400, 0};
    }
  }
  const std::optional<Decimal> scaled = Times(above.size, factor);
  if (!scaled.has_value()) return std::nullopt;
  const std::optional<Decimal> size = DividedBy(*scaled, below.size);
  if (!size.has_value()) return std::nullopt;
  unit.size = *size;
  return unit;
}

std::optional<Unit> FindExact(const Units& units, absl::string_view symbol) {
  if (const auto found = units.find(symbol); found != units.end()) {
    return found->second;
  }
  const size_t stroke = symbol.find('/');
  if (stroke == absl::string_view::npos) return std::nullopt;
  const auto above = units.find(symbol.substr(0, stroke));
  const auto below = units.find(symbol.substr(stroke + 1));
  if (above == units.end() || below == units.end()) return std::nullopt;
  return Quotient(above->second, below->second);
}

UnitMatch Found(const Unit& unit) { return {true, "", unit, unit.base}; }

UnitMatch Resolve(const AmbiguousUnit& ambiguous, absl::string_view region,
                  absl::string_view language) {
  constexpr absl::string_view kMetricLanguages = "sv nb nn no da nl fi fr it";
  absl::string_view symbol;
  if (region == "US") {
    symbol = ambiguous.american;
  } else if (region == "GB" || region == "IE") {
    symbol = ambiguous.imperial;
  } else if (language.size() == 2 &&
             absl::StrContains(kMetricLanguages, language)) {
    symbol = ambiguous.metric;
  }
  const Units& exact = TheCatalogue().exact;
  const auto found = exact.find(symbol);
  if (found != exact.end()) return Found(found->second);
  const auto base_of = [&](absl::string_view one) {
    const auto at = exact.find(one);
    return at == exact.end() ? absl::string_view() : at->second.base;
  };
  // Whichever it is, it may measure the same.
  const absl::string_view base = base_of(ambiguous.american);
  const bool agree =
      base == base_of(ambiguous.imperial) &&
      (ambiguous.metric.empty() || base == base_of(ambiguous.metric));
  return {false, ambiguous.problem, {}, agree ? base : ""};
}

// Of a single unit, without spaces and points.
UnitMatch FindSingle(absl::string_view key, absl::string_view region,
                     absl::string_view language) {
  const Catalogue& catalogue = TheCatalogue();
  // Swedish counts pieces in "st", English weighs people in it.
  if (key == "st" && language == "sv") key = "pcs";
  // A day in the north, ten grams elsewhere.
  if (absl::EqualsIgnoreCase(key, "dag")) {
    constexpr absl::string_view kDayLanguages = "nl sv da nb nn no af";
    if (language.size() != 2) return {false, kDayOrDecagram, {}, ""};
    if (absl::StrContains(kDayLanguages, language)) key = "d";
  }
  if (const auto found = catalogue.exact.find(key);
      found != catalogue.exact.end()) {
    return Found(found->second);
  }
  // A megalitre that is meant for a millilitre, as labels in capitals write.
  if (key == "ML") return {false, kMixedCase, {}, ""};
  const std::string folded = FoldText(key);
  if (const auto found = catalogue.ambiguous.find(folded);
      found != catalogue.ambiguous.end()) {
    return Resolve(found->second, region, language);
  }
  if (catalogue.clashing.contains(folded)) {
    return {false, kMixedCase, {}, ""};
  }
  const auto found = catalogue.folded.find(folded);
  if (found == catalogue.folded.end()) return {};
  return Found(found->second);
}

}  // namespace

absl::string_view BaseUnitOf(Dimension dimension) {
  return kBaseUnits[static_cast<size_t>(dimension)];
}

UnitMatch FindUnit(absl::string_view written, absl::string_view region,
                   absl::string_view language) {
  constexpr size_t kUnitBytesMax = 64;  // "градусов Фаренгейта" has 37
  if (written.size() > kUnitBytesMax) return {};
  std::string key;
  key.reserve(written.size());
  for (const char c : written) {
    if (c != ' ' && c != '.') key.push_back(c);
  }
  UnitMatch match = FindSingle(key, region, language);
  if (match.found || !match.problem.empty()) return match;
  // "mg/dL"; "kilometres per hour".
  const size_t stroke = key.find('/');
  if (stroke == std::string::npos) {
    for (const absl::string_view per : {" per ", " pro ", " par ", " por "}) {
      const size_t at = written.find(per);
      if (at == absl::string_view::npos) continue;
      return FindUnit(absl::StrCat(written.substr(0, at), "/",
                                   written.substr(at + per.size())),
                      region, language);
    }
    return {};
  }
  const UnitMatch above = FindSingle(key.substr(0, stroke), region, language);
  if (!above.found) return above;
  const UnitMatch below = FindSingle(key.substr(stroke + 1), region, language);
  if (!below.found) return below;
  const std::optional<Unit> quotient = Quotient(above.unit, below.unit);
  return quotient.has_value() ? Found(*quotient) : UnitMatch{};
}

}  // namespace concordat::readers
