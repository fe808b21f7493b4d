// Durations: ISO 8601, clocks that count hours, and numbers with units.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/numeric/int128.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "graph/duration_units.h"
#include "graph/readers/duration_parts.h"
#include "graph/readers/moment.h"
#include "graph/readers/readers.h"
#include "graph/text.h"

namespace concordat::readers {
namespace {

constexpr absl::string_view kDurationExpected =
    "duration expected, such as PT1H30M or 1 h 30 min";

char LowerOf(char c) {
  return absl::ascii_tolower(static_cast<unsigned char>(c));
}

// What follows the P of ISO 8601: 1Y6M, 1DT2H, 2W, T1.5H.
absl::string_view ReadIso(absl::string_view rest, DurationSum* sum) {
  bool in_time = false;
  bool any = false;
  bool last = false;  // only the last part may have a fraction
  int least = 9;      // parts come in order
  while (!rest.empty()) {
    if (LowerOf(rest[0]) == 't' && !in_time) {
      in_time = true;
      any = false;
      rest.remove_prefix(1);
      continue;
    }
    DurationNumber number;
    if (last || !TakeIsoNumber(&rest, &number) || rest.empty()) {
      return kDurationExpected;
    }
    constexpr absl::string_view kDates = "dwmy";
    constexpr absl::string_view kTimes = "smh";
    const size_t at = (in_time ? kTimes : kDates).find(LowerOf(rest[0]));
    if (at == absl::string_view::npos) return kDurationExpected;
    const int unit =
        static_cast<int>(at) +
        static_cast<int>(in_time ? DurationUnit::kSecond : DurationUnit::kDay);
    if (unit >= least) return kDurationExpected;
    least = unit;
    last = number.denominator != 1;
    rest.remove_prefix(1);
    any = true;
    const absl::string_view problem =
        sum->Add(number, static_cast<DurationUnit>(unit));
    if (!problem.empty()) return problem;
  }
  return any ? "" : kDurationExpected;
}

struct Part {
  DurationNumber number;
  absl::Span<const DurationWord> units;  // what the unit may be
  bool worded = false;  // the number is a word, and not one half
};
using Parts = absl::InlinedVector<Part, 6>;

// The unit of a part whose word means several: the one that fits between its
// neighbours, as units go from long to short. "1m" alone stays open.
const DurationWord* ChooseUnit(const Parts& parts, size_t at,
                               absl::string_view language) {
  const absl::Span<const DurationWord> units = parts[at].units;
  if (units.size() == 1) return &units[0];
  for (const DurationWord& unit : units) {
    if (!language.empty() && unit.language == language) return &unit;
  }
  const auto only = [&parts](size_t i) -> int {
    const bool known = i < parts.size() && parts[i].units.size() == 1;
    return known ? static_cast<int>(parts[i].units[0].unit) : -1;
  };
  const int before = at > 0 ? only(at - 1) : -1;
  const int after = only(at + 1);
  if (before < 0 && after < 0) return nullptr;
  const DurationWord* best = nullptr;
  int best_distance = 0;
  for (const DurationWord& each : units) {
    const int unit = static_cast<int>(each.unit);
    if ((before >= 0 && unit >= before) || (after >= 0 && unit <= after)) {
      continue;
    }
    const int distance = before >= 0 ? before - unit : unit - after;
    if (best == nullptr || distance < best_distance) {
      best = &each;
      best_distance = distance;
    }
  }
  return best;
}

// Takes apart numbers and units from left to right, once.
class PartScanner {
 public:
  PartScanner(absl::string_view writing, const WritingHabits& habits)
      : rest_(writing), habits_(habits) {}

  // A problem, or "" and `sum`.
  absl::string_view Scan(DurationSum* sum);

 private:
  absl::string_view TakePart();
  absl::string_view TakeClock(const DurationNumber& hours);
  bool TakeUnit(Part* part);
  bool TakeWordAsNumber(DurationNumber* number);
  absl::string_view AddUp(DurationSum* sum);

  absl::string_view rest_;
  const WritingHabits& habits_;
  Parts parts_;
  DurationSum clock_;
  bool has_clock_ = false;
};

// A unit: "min.", "小时", "'".
bool PartScanner::TakeUnit(Part* part) {
  static constexpr DurationWord kMinute = {DurationUnit::kMinute, 0, ""};
  static constexpr DurationWord kSecond = {DurationUnit::kSecond, 0, ""};
  for (const absl::string_view mark : {"\"", "''", "\xe2\x80\xb2\xe2\x80\xb2",
                                       "\xe2\x80\xb3", "'", "\xe2\x80\xb2"}) {
    if (absl::ConsumePrefix(&rest_, mark)) {
      const bool minutes = mark == "'" || mark == "\xe2\x80\xb2";
      part->units = absl::MakeConstSpan(minutes ? &kMinute : &kSecond, 1);
      return true;
    }
  }
  size_t bytes = 0;
  part->units = FindUnitAt(rest_, &bytes);
  rest_.remove_prefix(bytes);
  return !part->units.empty();
}

absl::string_view PartScanner::TakeClock(const DurationNumber& hours) {
  // h:mm:ss alone, or after days.
  if (std::exchange(has_clock_, true) || hours.denominator != 1) {
    return kDurationExpected;
  }
  int64_t parts[2] = {};
  int count = 0;
  while (count < 2 && rest_.size() >= 3 && rest_[0] == ':' &&
         absl::ascii_isdigit(static_cast<unsigned char>(rest_[1])) &&
         absl::ascii_isdigit(static_cast<unsigned char>(rest_[2]))) {
    parts[count++] = (rest_[1] - '0') * 10 + (rest_[2] - '0');
    rest_.remove_prefix(3);
    if (parts[count - 1] > 59) return kDurationExpected;
  }
  DurationNumber fraction;
  const bool has_fraction = count == 2 && !rest_.empty() && rest_[0] == '.';
  if (has_fraction) {
    std::string zero = "0";
    zero.append(rest_.data(), rest_.size());
    absl::string_view view = zero;
    if (!TakeIsoNumber(&view, &fraction)) return kDurationExpected;
    rest_.remove_prefix(rest_.size() - view.size());
  }
  DurationUnit unit = DurationUnit::kHour;
  if (count == 1) {
    // "1:30 h", "1:30 min"
    Part part;
    while (!rest_.empty() && rest_[0] == ' ') rest_.remove_prefix(1);
    if (!TakeUnit(&part) || part.units.size() != 1) {
      return "hours and minutes or minutes and seconds: write h:mm:ss, or the "
             "units";
    }
    unit = part.units[0].unit;
    if (unit != DurationUnit::kHour && unit != DurationUnit::kMinute) {
      return kDurationExpected;
    }
  } else if (count == 0) {
    return kDurationExpected;
  }
  absl::string_view problem = clock_.Add(hours, unit);
  for (int i = 0; i < count && problem.empty(); ++i) {
    unit = static_cast<DurationUnit>(static_cast<int>(unit) - 1);
    problem = clock_.Add({parts[i], 1}, unit);
  }
  if (problem.empty() && has_fraction) {
    problem = clock_.Add(fraction, DurationUnit::kSecond);
  }
  return problem;
}

// "one", "half a", "anderthalb". False, and nothing happens, where it is none.
bool PartScanner::TakeWordAsNumber(DurationNumber* number) {
  size_t bytes = 0;
  if (!FindNumberWord(rest_, number, &bytes)) return false;
  rest_.remove_prefix(bytes);
  return true;
}

absl::string_view PartScanner::TakePart() {
  if (parts_.size() == 9) return kDurationExpected;
  Part part;
  if (absl::ascii_isdigit(static_cast<unsigned char>(rest_[0]))) {
    const absl::string_view problem =
        TakeWrittenNumber(habits_.decimal_mark, &rest_, &part.number);
    if (!problem.empty()) return problem;
    if (!rest_.empty() && rest_[0] == ':') return TakeClock(part.number);
  } else {
    size_t bytes = 0;
    part.units = FindUnitAt(rest_, &bytes);
    if (part.units.size() == 1 && part.units[0].implied_halves != 0) {
      rest_.remove_prefix(bytes);
      part.number = {part.units[0].implied_halves, 2};
      parts_.push_back(part);
      return "";
    }
    if (!TakeWordAsNumber(&part.number)) return kDurationExpected;
    // Whole ones need a unit: only "and a half" goes without.
    part.worded = part.number.numerator != 1;
  }
  while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '-')) {
    rest_.remove_prefix(1);
  }
  part.units = {};
  if (!rest_.empty() &&
      !absl::ascii_isdigit(static_cast<unsigned char>(rest_[0])) &&
      !TakeUnit(&part)) {
    return kDurationExpected;
  }
  if (part.units.size() == 1 && part.units[0].implied_halves > 2) {
    // "2 fortnights", but also "a fortnight".
    part.number.numerator *= part.units[0].implied_halves;
    part.number.denominator *= 2;
  }
  parts_.push_back(part);
  return "";
}

absl::string_view PartScanner::AddUp(DurationSum* sum) {
  unsigned seen = 0;
  const DurationWord* unit = nullptr;
  for (size_t i = 0; i < parts_.size(); ++i) {
    DurationUnit of = DurationUnit::kSecond;
    if (!parts_[i].units.empty()) {
      unit = ChooseUnit(parts_, i, habits_.language);
      if (unit == nullptr) {
        return "minutes or months: write `min` or `months`";
      }
      of = unit->unit;
    } else if (i + 1 == parts_.size() && unit != nullptr &&
               parts_[i].number.denominator == 2 && !parts_[i].worded) {
      // "one hour and a half"
      const absl::string_view problem = sum->Add(parts_[i].number, unit->unit);
      if (!problem.empty()) return problem;
      continue;
    } else if (i + 1 == parts_.size() && unit != nullptr && !parts_[i].worded &&
               (unit->unit == DurationUnit::kHour ||
                unit->unit == DurationUnit::kMinute)) {
      // 1h30
      of = static_cast<DurationUnit>(static_cast<int>(unit->unit) - 1);
    } else {
      return kDurationExpected;
    }
    const unsigned bit = 1u << static_cast<int>(of);
    if ((seen & bit) != 0) return kDurationExpected;
    seen |= bit;
    const absl::string_view problem = sum->Add(parts_[i].number, of);
    if (!problem.empty()) return problem;
  }
  return "";
}

absl::string_view PartScanner::Scan(DurationSum* sum) {
  for (;;) {
    SkipFillers(&rest_, parts_.empty() && !has_clock_);
    if (rest_.empty()) break;
    const absl::string_view problem = TakePart();
    if (!problem.empty()) return problem;
  }
  if (parts_.empty() && !has_clock_) return kDurationExpected;
  // A number alone.
  if (parts_.size() == 1 && parts_[0].units.empty()) {
    if (habits_.unit.empty()) {
      return "unit of time: write it, or set the channel's unit";
    }
    parts_[0].units = FindDurationUnit(FoldText(habits_.unit));
    if (parts_[0].units.empty()) return "the channel's unit is none of time";
  }
  *sum = clock_;
  return AddUp(sum);
}

}  // namespace

Outcome ReadDuration(absl::string_view writing, const Context& context) {
  std::string plain = IsAscii(writing) ? absl::AsciiStrToLower(writing)
                                       : WithAsciiDigits(writing);
  absl::string_view rest = plain;
  bool negative = false;
  if (absl::ConsumePrefix(&rest, "minus ") || absl::ConsumePrefix(&rest, "-")) {
    negative = true;
  } else {
    absl::ConsumePrefix(&rest, "+");
  }
  rest = TrimWhiteSpace(rest);
  DurationSum sum;
  const bool iso = rest.size() >= 2 && rest[0] == 'p' &&
                   (rest[1] == 't' ||
                    absl::ascii_isdigit(static_cast<unsigned char>(rest[1])));
  const absl::string_view problem =
      iso ? ReadIso(rest.substr(1), &sum)
          : PartScanner(rest, context.habits).Scan(&sum);
  if (!problem.empty()) return Outcome::Problem(std::string(problem));
  Duration duration = sum.duration();
  if (negative) {
    duration.months = -duration.months;
    duration.microseconds = -duration.microseconds;
  }
  if (context.log.on()) {
    context.log.Add(iso ? "ISO 8601 duration" : "units of time",
                    Value(Scalar(duration)).Canonical());
  }
  return Scalar(duration);
}

}  // namespace concordat::readers
