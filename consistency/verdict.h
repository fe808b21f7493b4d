#ifndef CONCORDAT_CONSISTENCY_VERDICT_H_
#define CONCORDAT_CONSISTENCY_VERDICT_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace concordat {

// The judgement of one claim against the truth as known at a revision: closed,
// and in descending order of precedence (the first that applies). The values
// are those of concordat.v1.Verdict.
enum class Verdict : uint8_t {
  kUnknownSubject = 1,  // the subject links to no entity
  kNotEntitled,         // the contract does not name the attribute
  kUndecided,           // unreadable or ambiguous: never guessed
  kUnverifiable,        // the graph is silent
  kAgrees,              // equal to the truth at said_at
  kPartial,             // compatible, but coarser or finer
  kPropagating,         // an earlier truth, within the promise
  kStale,               // an earlier truth, past the promise
  kAhead,               // a truth that only becomes valid later
  kMeaning,             // the truth of a confusable attribute
  kMisidentified,       // true of another entity
  kMissing,             // says none, though there is one and it is required
  kExtra,               // says one, though there is none
  kContradicts,         // never true
};
inline constexpr int kVerdictsMax = 15;  // values are 1 ... 14

// "CONTRADICTS": the wire name without its prefix.
absl::string_view VerdictName(Verdict verdict);

// Whether the channel says something that is not so, beyond what its promise
// allows: what opens a finding of the disagreement family.
bool IsDisagreement(Verdict verdict);

// Whether the channel says what is so: what resolves a finding.
bool IsAgreement(Verdict verdict);

// How grave a disagreement is: 1 (might heal by itself) to 6 (a stranger's
// data, or never true); 0 for every other verdict.
int GravityOf(Verdict verdict);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_VERDICT_H_
