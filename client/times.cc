#include "client/times.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace concordat::client {
namespace {

// The first instant of year 1 and the first of year 10000: what a Timestamp
// may hold.
constexpr int64_t kSecondsMin = -62135596800;
constexpr int64_t kSecondsEnd = 253402300800;

// Whether `text` is written by `pattern`, in which 0 stands for any digit.
bool Matches(absl::string_view text, absl::string_view pattern) {
  return text.size() == pattern.size() &&
         std::equal(text.begin(), text.end(), pattern.begin(),
                    [](char c, char p) {
                      return p == '0' ? absl::ascii_isdigit(c) : c == p;
                    });
}

bool ToTime(absl::string_view text, absl::Time* time) {
  if (Matches(text, "0000-00-00")) {
    absl::CivilDay day;
    if (!absl::ParseCivilTime(text, &day)) return false;
    *time = absl::FromCivil(day, absl::UTCTimeZone());
    return true;
  }
  if (text.size() < 20 || !Matches(text.substr(0, 10), "0000-00-00") ||
      !Matches(text.substr(11, 8), "00:00:00"))
    return false;
  std::string upper = absl::AsciiStrToUpper(text);
  if (upper[10] == ' ') upper[10] = 'T';
  return absl::ParseTime(absl::RFC3339_full, upper, time, nullptr);
}

}  // namespace

bool ParseTime(absl::string_view text, google::protobuf::Timestamp* time) {
  absl::Time instant;
  if (!ToTime(text, &instant)) return false;
  const int64_t seconds = absl::ToUnixSeconds(instant);
  if (seconds < kSecondsMin || seconds >= kSecondsEnd) return false;
  const absl::Duration rest = instant - absl::FromUnixSeconds(seconds);
  time->set_seconds(seconds);
  time->set_nanos(static_cast<int>(absl::ToInt64Nanoseconds(rest)));
  return true;
}

std::string FormatTime(const google::protobuf::Timestamp& time) {
  return google::protobuf::util::TimeUtil::ToString(time);
}

}  // namespace concordat::client
