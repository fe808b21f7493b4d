// Integers and decimals, with the signs, grouping and decimal marks that people
// write.
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "absl/numeric/int128.h"
#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "graph/readers/magnitude.h"
#include "graph/readers/number_words.h"
#include "graph/readers/readers.h"
#include "graph/text.h"
#include "graph/values/decimal_math.h"

namespace concordat::readers {
namespace {

constexpr absl::string_view kIntegerExpected =
    "64-bit integer expected, such as 1234";
constexpr absl::string_view kDecimalExpected =
    "decimal expected, such as 1234.5";

Outcome NumberProblem(absl::string_view problem, absl::string_view fallback) {
  return Outcome::Problem(std::string(problem.empty() ? fallback : problem));
}

// Takes a magnitude off the front of `rest`, and words of powers of ten and
// shares behind it ("1.5 million", "5 %"). What is left is not understood.
Magnitude TakeMagnitude(absl::string_view* rest, const WritingHabits& habits,
                        const StepLog& log) {
  Magnitude magnitude = ScanNumber(*rest, habits.decimal_mark);
  if (!magnitude.ok) return magnitude;
  rest->remove_prefix(magnitude.length);
  absl::string_view word = absl::StripAsciiWhitespace(*rest);
  if (word.empty()) {
    *rest = word;
    return magnitude;
  }
  const std::string folded = FoldText(absl::StripSuffix(word, "."));
  const int share = PowerOfShare(folded);
  const int power = share != 0 ? share : PowerOfWord(folded, habits.language);
  if (power == 0) return magnitude;
  const std::optional<Decimal> shifted = Shifted(magnitude.decimal, power);
  magnitude.ok = shifted.has_value();
  if (!magnitude.ok) {
    magnitude.problem = kNumberTooLong;
    return magnitude;
  }
  magnitude.decimal = *shifted;
  *rest = "";
  if (log.on()) {
    log.Add(share != 0 ? "percent" : "power of ten",
            Value(Scalar(magnitude.decimal)).Canonical());
  }
  return magnitude;
}

// Which step turned the digits into the value, for a person.
absl::string_view StepOf(const Magnitude& magnitude) {
  if (magnitude.scientific) return "scientific notation";
  if (magnitude.fraction) return "fraction";
  return magnitude.grouped ? "digit grouping" : "";
}

void LogSteps(const Magnitude& magnitude, const Sign& sign,
              const Scalar& result, const StepLog& log) {
  if (!log.on()) return;
  const std::string canonical = Value(result).Canonical();
  const absl::string_view step = StepOf(magnitude);
  if (!step.empty()) log.Add(step, canonical);
  if (sign.bracketed) log.Add("accounting brackets", canonical);
}

// Of a whole number with one mark before three digits: as a thousands mark it
// is an integer, as a decimal mark only where the digits are zeros. A comma
// before zeros is not how machines write whole numbers; a point is.
bool IsOpenInteger(const Magnitude& magnitude) {
  return magnitude.open_mark == '.' && magnitude.decimal.unscaled % 1000 == 0;
}

}  // namespace

Outcome ReadInteger(absl::string_view writing, const Context& context) {
  Integer integer;
  const char* const end = writing.data() + writing.size();
  const auto plain = std::from_chars(writing.data(), end, integer.number);
  if (plain.ptr == end && plain.ec == std::errc()) return Scalar(integer);

  Sign sign;
  if (!TakeSign(&writing, &sign)) return NumberProblem("", kIntegerExpected);
  const Magnitude magnitude =
      TakeMagnitude(&writing, context.habits, context.log);
  if (!magnitude.ok || !writing.empty()) {
    return NumberProblem(magnitude.problem, kIntegerExpected);
  }
  if (IsOpenInteger(magnitude)) {
    return NumberProblem(kMarkUndeclared, "");
  }
  if (magnitude.decimal.scale != 0) {
    return Outcome::Problem("integer expected, such as 1234, not a fraction");
  }
  const absl::int128 number =
      sign.negative ? -magnitude.decimal.unscaled : magnitude.decimal.unscaled;
  if (number > std::numeric_limits<int64_t>::max() ||
      number < std::numeric_limits<int64_t>::min()) {
    return Outcome::Problem(
        "integer out of range: 64 bits hold -2^63 to 2^63 - 1");
  }
  integer.number = static_cast<int64_t>(number);
  LogSteps(magnitude, sign, Scalar(integer), context.log);
  return Scalar(integer);
}

Outcome ReadDecimal(absl::string_view writing, const Context& context) {
  Sign sign;
  if (!TakeSign(&writing, &sign)) return NumberProblem("", kDecimalExpected);
  Magnitude magnitude = TakeMagnitude(&writing, context.habits, context.log);
  if (!magnitude.ok || !writing.empty()) {
    return NumberProblem(magnitude.problem, kDecimalExpected);
  }
  if (magnitude.open_mark != 0) return NumberProblem(kMarkUndeclared, "");
  if (sign.negative) magnitude.decimal = Negated(magnitude.decimal);
  LogSteps(magnitude, sign, Scalar(magnitude.decimal), context.log);
  return Scalar(magnitude.decimal);
}

}  // namespace concordat::readers
