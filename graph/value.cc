#include "graph/value.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace concordat {
namespace {

void AppendTwoDigits(int number, std::string* out) {
  out->push_back(static_cast<char>('0' + number / 10));
  out->push_back(static_cast<char>('0' + number % 10));
}

void Append(const Decimal& decimal, std::string* out) {
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

void Append(const TimeOfDay& time, std::string* out) {
  AppendTwoDigits(time.seconds / 3600, out);
  out->push_back(':');
  AppendTwoDigits(time.seconds / 60 % 60, out);
  if (!time.has_seconds) return;
  out->push_back(':');
  AppendTwoDigits(time.seconds % 60, out);
}

void Append(const absl::CivilDay& day, std::string* out) {
  const int year = static_cast<int>(day.year());
  AppendTwoDigits(year / 100 % 100, out);
  AppendTwoDigits(year % 100, out);
  out->push_back('-');
  AppendTwoDigits(day.month(), out);
  out->push_back('-');
  AppendTwoDigits(day.day(), out);
}

// RFC 3339 in UTC. By hand, because every claim's instant is written once to
// see whether it was canonical, and absl::FormatTime takes ten times as long.
void Append(const Instant& instant, std::string* out) {
  const absl::CivilSecond civil =
      absl::ToCivilSecond(instant.time, absl::UTCTimeZone());
  Append(absl::CivilDay(civil), out);
  out->push_back('T');
  AppendTwoDigits(civil.hour(), out);
  out->push_back(':');
  AppendTwoDigits(civil.minute(), out);
  out->push_back(':');
  AppendTwoDigits(civil.second(), out);
  int64_t fraction = absl::ToUnixMicros(instant.time) % 1'000'000;
  if (fraction < 0) fraction += 1'000'000;  // before 1970
  if (fraction != 0) {
    out->push_back('.');
    for (int64_t unit = 100'000; fraction != 0; unit /= 10) {
      out->push_back(static_cast<char>('0' + fraction / unit));
      fraction %= unit;
    }
  }
  out->push_back('Z');
}

// One overload an alternative, so that a new one does not compile without its
// writing.
struct CanonicalWriter {
  std::string* out;

  void operator()(const Text& text) const { out->append(text.folded); }
  void operator()(const Code& code) const { out->append(code.code); }
  void operator()(const Integer& integer) const {
    absl::StrAppend(out, integer.number);
  }
  void operator()(const Decimal& decimal) const { Append(decimal, out); }
  void operator()(const Money& money) const {
    Append(money.amount, out);
    absl::StrAppend(out, " ", money.currency);
  }
  void operator()(const Boolean& boolean) const {
    out->append(boolean.truth ? "true" : "false");
  }
  void operator()(const Date& date) const { Append(date.day, out); }
  void operator()(const TimeOfDay& time) const { Append(time, out); }
  void operator()(const Instant& instant) const { Append(instant, out); }
  void operator()(const Phone& phone) const {
    out->append(phone.number);
    if (!phone.extension.empty()) {
      absl::StrAppend(out, " ext. ", phone.extension);
    }
  }
  void operator()(const Email& email) const { out->append(email.address); }
};

std::string CanonicalOf(const Scalar& scalar) {
  std::string writing;
  std::visit(CanonicalWriter{&writing}, scalar);
  return writing;
}

Likeness Mirrored(Likeness likeness) {
  switch (likeness) {
    case Likeness::kCoarser:
      return Likeness::kFiner;
    case Likeness::kFiner:
      return Likeness::kCoarser;
    case Likeness::kSame:
    case Likeness::kDifferent:
      break;
  }
  return likeness;
}

// The digits of an E.164 number after its country code. ITU-T E.164 gives out
// one-digit codes only in zones 1 and 7, and these two-digit ones.
absl::string_view NationalPart(absl::string_view e164) {
  static constexpr absl::string_view kTwoDigitCodes =
      "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 "
      "57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 ";
  if (e164.size() < 4) return "";
  e164.remove_prefix(1);
  if (e164[0] == '1' || e164[0] == '7') return e164.substr(1);
  const bool two = absl::StrContains(kTwoDigitCodes, e164.substr(0, 2));
  return e164.substr(two ? 2 : 3);
}

Likeness CompareNumbers(const Phone& a, const Phone& b) {
  if (a.complete == b.complete) {
    return a.number == b.number ? Likeness::kSame : Likeness::kDifferent;
  }
  if (!b.complete) return Mirrored(CompareNumbers(b, a));
  return absl::EndsWith(NationalPart(b.number), a.number)
             ? Likeness::kCoarser
             : Likeness::kDifferent;
}

Likeness ComparePhones(const Phone& a, const Phone& b) {
  const Likeness numbers = CompareNumbers(a, b);
  // Where one lacks the country and the other the extension, nothing
  // contradicts: the number decides which of the two counts as the coarser.
  if (numbers == Likeness::kDifferent || a.extension == b.extension) {
    return numbers;
  }
  if (!a.extension.empty() && !b.extension.empty()) {
    return Likeness::kDifferent;
  }
  if (numbers != Likeness::kSame) return numbers;
  return a.extension.empty() ? Likeness::kCoarser : Likeness::kFiner;
}

Likeness CompareTimes(const TimeOfDay& a, const TimeOfDay& b) {
  if (a.seconds == b.seconds) return Likeness::kSame;
  if (a.seconds / 60 != b.seconds / 60 || a.has_seconds == b.has_seconds) {
    return Likeness::kDifferent;
  }
  return a.has_seconds ? Likeness::kFiner : Likeness::kCoarser;
}

Likeness CompareScalars(const Scalar& a, const Scalar& b) {
  if (a.index() != b.index()) return Likeness::kDifferent;
  if (const auto* phone = std::get_if<Phone>(&a)) {
    return ComparePhones(*phone, std::get<Phone>(b));
  }
  if (const auto* time = std::get_if<TimeOfDay>(&a)) {
    return CompareTimes(*time, std::get<TimeOfDay>(b));
  }
  return a == b ? Likeness::kSame : Likeness::kDifferent;
}

// Whether each of `members` is in `others`, perhaps in a finer writing. Both
// are short (limits::kSetMembersMax), so looking at all pairs is cheap.
bool Covers(absl::Span<const Scalar> others, absl::Span<const Scalar> members) {
  return std::all_of(members.begin(), members.end(), [&](const Scalar& member) {
    return std::any_of(others.begin(), others.end(), [&](const Scalar& other) {
      const Likeness likeness = CompareScalars(member, other);
      return likeness == Likeness::kSame || likeness == Likeness::kCoarser;
    });
  });
}

}  // namespace

const char* ValueTypeName(ValueType type) {
  switch (type) {
    case ValueType::kText:
      return "text";
    case ValueType::kCode:
      return "code";
    case ValueType::kInteger:
      return "integer";
    case ValueType::kDecimal:
      return "decimal";
    case ValueType::kMoney:
      return "money";
    case ValueType::kBoolean:
      return "boolean";
    case ValueType::kDate:
      return "date";
    case ValueType::kTimeOfDay:
      return "time_of_day";
    case ValueType::kInstant:
      return "instant";
    case ValueType::kPhone:
      return "phone";
    case ValueType::kEmail:
      return "email";
  }
  return "unknown";
}

Value Value::Set(std::vector<Scalar> members) {
  std::vector<std::pair<std::string, Scalar>> keyed;
  keyed.reserve(members.size());
  for (Scalar& member : members) {
    std::string key = CanonicalOf(member);
    keyed.emplace_back(std::move(key), std::move(member));
  }
  const auto by_key = [](const auto& a, const auto& b) {
    return a.first < b.first;
  };
  const auto same_key = [](const auto& a, const auto& b) {
    return a.first == b.first;
  };
  std::stable_sort(keyed.begin(), keyed.end(), by_key);
  keyed.erase(std::unique(keyed.begin(), keyed.end(), same_key), keyed.end());
  Value value;
  value.is_set_ = true;
  value.members_.reserve(keyed.size());
  for (auto& entry : keyed) value.members_.push_back(std::move(entry.second));
  return value;
}

std::string Value::Canonical() const {
  std::string writing;
  for (const Scalar& member : members_) {
    if (&member != &members_.front()) writing.append("; ");
    std::visit(CanonicalWriter{&writing}, member);
  }
  return writing;
}

Likeness Compare(const Value& a, const Value& b) {
  if (a.is_set() != b.is_set()) return Likeness::kDifferent;
  if (!a.is_set()) return CompareScalars(a.scalar(), b.scalar());
  const bool covered = Covers(b.members(), a.members());
  const bool covers = Covers(a.members(), b.members());
  if (covered && covers) return Likeness::kSame;
  if (covered) return Likeness::kCoarser;
  if (covers) return Likeness::kFiner;
  return Likeness::kDifferent;
}

}  // namespace concordat
