// Quantities: "72,5 kg", "5'11\"", "11 st 4 lb", "1½ in", "20 °C", "80 km/h".
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "graph/readers/magnitude.h"
#include "graph/readers/number_words.h"
#include "graph/readers/readers.h"
#include "graph/readers/units.h"
#include "graph/text.h"
#include "graph/values/decimal_math.h"

namespace concordat::readers {
namespace {

constexpr absl::string_view kExpected = "quantity expected, such as 72.5 kg";
constexpr absl::string_view kNoUnit =
    "unit: write it, or set the channel's unit";
constexpr absl::string_view kUnknownUnit =
    "unit: unknown; write a usual one, such as kg, km/h or pieces";

bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}

// "5 ft 11 in" has two; "1 h 30 min 15 s" three.
constexpr size_t kPartsMax = 4;

struct Part {
  Decimal number;
  bool whole = false;
  size_t digits = 0;  // as written, with marks
  Unit unit;
};

class QuantityReader {
 public:
  explicit QuantityReader(const Context& context) : context_(context) {}

  // Reads all of `text`; a problem, or "" and `quantity`.
  absl::string_view Read(absl::string_view text, Quantity* quantity);
  // The base unit after a problem with the unit, where there is but one.
  absl::string_view base() const { return base_; }

 private:
  absl::string_view ReadPart(absl::string_view* rest);
  absl::string_view ReadUnit(absl::string_view written, Part* part);
  absl::string_view ReadMissingUnit(Part* part);
  absl::string_view PutTogether(Quantity* quantity) const;
  void SetStep(Quantity* quantity) const;
  UnitMatch Find(absl::string_view written) const {
    return FindUnit(written, context_.habits.region, context_.habits.language);
  }

  const Context& context_;
  std::array<Part, kPartsMax> parts_;
  size_t count_ = 0;
  // A unit before the number, as in "kg 5".
  absl::string_view unit_before_;
  bool negative_ = false;
  bool unit_missing_ = false;
  absl::string_view base_;
};

// The unit of a number that has none: what the one before it leaves ("5 ft 11",
// "1h30", "1m80"), or the channel's.
absl::string_view QuantityReader::ReadMissingUnit(Part* part) {
  if (count_ > 1) {
    const Unit& before = parts_[count_ - 2].unit;
    absl::string_view next;
    if (before.dimension == Dimension::kLength &&
        before.size == Decimal{3048, 4}) {
      next = "in";
    } else if (before.dimension == Dimension::kTime &&
               before.size == Decimal{3600, 0}) {
      next = "min";
    } else if (before.dimension == Dimension::kLength &&
               before.size == Decimal{1, 0} && part->digits == 2) {
      next = "cm";
    }
    const UnitMatch match = Find(next);
    if (next.empty() || !match.found) return kExpected;
    part->unit = match.unit;
    return "";
  }
  if (context_.habits.unit.empty()) return kNoUnit;
  const UnitMatch match = Find(context_.habits.unit);
  if (!match.found) return match.problem.empty() ? kNoUnit : match.problem;
  part->unit = match.unit;
  unit_missing_ = true;
  return "";
}

absl::string_view QuantityReader::ReadUnit(absl::string_view written,
                                           Part* part) {
  if (written.empty()) return ReadMissingUnit(part);
  // In "1 h 30 m" nobody measures metres.
  if (written == "m" && count_ > 1 &&
      parts_[count_ - 2].unit.dimension == Dimension::kTime) {
    written = "min";
  }
  const UnitMatch match = Find(written);
  if (match.found) {
    part->unit = match.unit;
    return "";
  }
  if (!match.problem.empty()) {
    if (count_ == 1) base_ = match.base;
    return match.problem;
  }
  // "1.5 million km".
  const size_t space = written.find(' ');
  const absl::string_view word = written.substr(0, space);
  const int power = PowerOfWord(FoldText(absl::StripSuffix(word, ".")),
                                context_.habits.language);
  if (power == 0) return kUnknownUnit;
  const std::optional<Decimal> shifted = Shifted(part->number, power);
  if (!shifted.has_value()) return kNumberTooLong;
  part->number = *shifted;
  const UnitMatch of_rest =
      Find(space == absl::string_view::npos ? "" : written.substr(space + 1));
  if (space == absl::string_view::npos) return ReadMissingUnit(part);
  if (!of_rest.found) {
    return of_rest.problem.empty() ? kUnknownUnit : of_rest.problem;
  }
  part->unit = of_rest.unit;
  return "";
}

absl::string_view QuantityReader::ReadPart(absl::string_view* rest) {
  if (count_ == kPartsMax) return kExpected;
  const Magnitude magnitude = ScanNumber(*rest, context_.habits.decimal_mark);
  if (!magnitude.ok) {
    return magnitude.problem.empty() ? kExpected : magnitude.problem;
  }
  if (magnitude.open_mark != 0) return kMarkUndeclared;
  rest->remove_prefix(magnitude.length);
  Part& part = parts_[count_++];
  part.number = magnitude.decimal;
  part.whole = magnitude.decimal.scale == 0;
  part.digits = magnitude.length;
  // The unit ends where the next number starts: behind a space, or at once
  // where it is a mark or a word ("5'11", "1h30"), but not in "m2" or "cm^2" or
  // "L/100km".
  size_t end = 0;
  bool has_power = false;
  while (end < rest->size()) {
    const char c = (*rest)[end];
    if (IsDigit(c)) {
      const char before = end > 0 ? (*rest)[end - 1] : ' ';
      const size_t next = end + 1;
      const bool is_power = !has_power && (c == '2' || c == '3') &&
                            before != ' ' && before != '\'' && before != '"' &&
                            (next == rest->size() || !IsDigit((*rest)[next]));
      const bool in_unit = before == '/' || before == '^' ||
                           (end > 1 && (*rest)[end - 2] == '/') ||
                           absl::EndsWith(rest->substr(0, end), "/10") ||
                           absl::EndsWith(rest->substr(0, end), "^-");
      if (!is_power && !in_unit) break;
      has_power = has_power || is_power;
    }
    ++end;
  }
  const absl::string_view written =
      absl::StripAsciiWhitespace(rest->substr(0, end));
  rest->remove_prefix(end);
  // "5 ft, 11 in", "5 ft and 11 in".
  absl::string_view unit = written;
  if (!rest->empty()) {
    absl::ConsumeSuffix(&unit, ",");
    absl::ConsumeSuffix(&unit, " and");
    absl::ConsumeSuffix(&unit, " und");
    unit = absl::StripTrailingAsciiWhitespace(unit);
  }
  if (unit.empty() && !rest->empty()) return kExpected;
  if (!unit_before_.empty()) {
    // "approx. 5 kg" is not 5 kg.
    if (!unit.empty()) return kExpected;
    unit = unit_before_;
  }
  return ReadUnit(unit, &part);
}

absl::string_view QuantityReader::PutTogether(Quantity* quantity) const {
  Decimal sum;
  for (size_t i = 0; i < count_; ++i) {
    const Part& part = parts_[i];
    if (i > 0) {
      // Whole ones of the larger unit, then less than one of it.
      const Part& before = parts_[i - 1];
      const bool fits = before.whole && before.unit.base == part.unit.base &&
                        part.unit.offset.unscaled == 0 &&
                        before.unit.dimension != Dimension::kTemperature;
      const std::optional<Decimal> in_base = Times(part.number, part.unit.size);
      const std::optional<Decimal> rest =
          in_base.has_value() ? Plus(before.unit.size, Negated(*in_base))
                              : std::nullopt;
      if (!fits || !rest.has_value() || rest->unscaled <= 0) return kExpected;
    }
    const std::optional<Decimal> amount = Times(part.number, part.unit.size);
    const std::optional<Decimal> total =
        amount.has_value() ? Plus(sum, *amount) : std::nullopt;
    if (!total.has_value()) return kNumberTooLong;
    sum = *total;
  }
  if (negative_) sum = Negated(sum);
  const std::optional<Decimal> amount = Plus(sum, parts_[0].unit.offset);
  if (!amount.has_value()) return kNumberTooLong;
  quantity->amount = *amount;
  quantity->unit = parts_[0].unit.base;
  return "";
}

void QuantityReader::SetStep(Quantity* quantity) const {
  Decimal step = parts_[count_ - 1].unit.size;
  if (!context_.habits.unit.empty() && !unit_missing_) {
    const UnitMatch match = Find(context_.habits.unit);
    if (match.found && match.unit.base == quantity->unit) {
      step = match.unit.size;
    }
  }
  // Units' sizes fit by their table; products of two might not, and declare
  // nothing then.
  if (step.unscaled > std::numeric_limits<int64_t>::max()) return;
  quantity->step_unscaled = static_cast<int64_t>(step.unscaled);
  quantity->step_scale = step.scale;
}

absl::string_view QuantityReader::Read(absl::string_view text,
                                       Quantity* quantity) {
  absl::string_view rest = absl::StripAsciiWhitespace(text);
  const auto take_sign = [&] {
    if (rest.empty() || (rest[0] != '-' && rest[0] != '+')) return;
    negative_ = rest[0] == '-';
    rest = absl::StripLeadingAsciiWhitespace(rest.substr(1));
  };
  take_sign();
  if (!StartsNumber(rest) && !rest.empty() && rest[0] != '-') {
    size_t start = 0;
    while (start < rest.size() && !IsDigit(rest[start]) && rest[start] != '-') {
      ++start;
    }
    if (start == rest.size() || negative_) return kExpected;
    unit_before_ = absl::StripAsciiWhitespace(rest.substr(0, start));
    rest.remove_prefix(start);
    take_sign();
  }
  if (!StartsNumber(rest)) return kExpected;
  while (!rest.empty()) {
    const absl::string_view problem = ReadPart(&rest);
    if (!problem.empty()) return problem;
    if (!unit_before_.empty() && !rest.empty()) return kExpected;
  }
  const absl::string_view problem = PutTogether(quantity);
  if (!problem.empty()) return problem;
  SetStep(quantity);
  if (context_.log.on()) {
    const std::string canonical = Value(Scalar(*quantity)).Canonical();
    if (unit_missing_) context_.log.Add("the writer's unit", canonical);
    context_.log.Add("unit conversion", canonical);
  }
  return "";
}

}  // namespace

Outcome ReadQuantity(absl::string_view writing, const Context& context) {
  Quantity quantity;
  QuantityReader reader(context);
  const absl::string_view problem = reader.Read(writing, &quantity);
  if (!problem.empty()) return Outcome::Problem(problem, reader.base());
  return Scalar(quantity);
}

}  // namespace concordat::readers
