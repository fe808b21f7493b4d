#include "consistency/verdict.h"

namespace concordat {

absl::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kUnknownSubject:
      return "UNKNOWN_SUBJECT";
    case Verdict::kNotEntitled:
      return "NOT_ENTITLED";
    case Verdict::kUndecided:
      return "UNDECIDED";
    case Verdict::kUnverifiable:
      return "UNVERIFIABLE";
    case Verdict::kAgrees:
      return "AGREES";
    case Verdict::kPartial:
      return "PARTIAL";
    case Verdict::kPropagating:
      return "PROPAGATING";
    case Verdict::kStale:
      return "STALE";
    case Verdict::kAhead:
      return "AHEAD";
    case Verdict::kMeaning:
      return "MEANING";
    case Verdict::kMisidentified:
      return "MISIDENTIFIED";
    case Verdict::kMissing:
      return "MISSING";
    case Verdict::kExtra:
      return "EXTRA";
    case Verdict::kContradicts:
      return "CONTRADICTS";
  }
  return "UNSPECIFIED";
}

bool IsDisagreement(Verdict verdict) { return verdict >= Verdict::kStale; }

bool IsAgreement(Verdict verdict) {
  return verdict == Verdict::kAgrees || verdict == Verdict::kPartial;
}

int GravityOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kMisidentified:
      return 6;
    case Verdict::kContradicts:
      return 5;
    case Verdict::kMeaning:
      return 4;
    case Verdict::kStale:
    case Verdict::kExtra:
      return 3;
    case Verdict::kMissing:
      return 2;
    case Verdict::kAhead:
      return 1;
    default:
      return 0;
  }
}

}  // namespace concordat
