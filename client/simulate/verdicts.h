// The names of the verdicts, as truth and results files write them.
#ifndef CONCORDAT_CLIENT_SIMULATE_VERDICTS_H_
#define CONCORDAT_CLIENT_SIMULATE_VERDICTS_H_

#include <array>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace concordat::simulate {

// In descending order of precedence, numbered as on the wire.
enum class Verdict : uint8_t {
  kNone = 0,  // not judged
  kUnknownSubject,
  kNotEntitled,
  kUndecided,
  kUnverifiable,
  kAgrees,
  kPartial,
  kPropagating,
  kStale,
  kAhead,
  kMeaning,
  kMisidentified,
  kMissing,
  kExtra,
  kContradicts,
};
inline constexpr int kVerdicts = 15;

inline constexpr std::array<absl::string_view, kVerdicts> kVerdictNames = {
    "",        "UNKNOWN_SUBJECT", "NOT_ENTITLED", "UNDECIDED", "UNVERIFIABLE",
    "AGREES",  "PARTIAL",         "PROPAGATING",  "STALE",     "AHEAD",
    "MEANING", "MISIDENTIFIED",   "MISSING",      "EXTRA",     "CONTRADICTS",
};

constexpr absl::string_view VerdictName(Verdict verdict) {
  return kVerdictNames[static_cast<size_t>(verdict)];
}

}  // namespace concordat::simulate

#endif  // CONCORDAT_CLIENT_SIMULATE_VERDICTS_H_
