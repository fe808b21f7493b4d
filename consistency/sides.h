// What channels say of one attribute of one entity, held against one another.
#ifndef CONCORDAT_CONSISTENCY_SIDES_H_
#define CONCORDAT_CONSISTENCY_SIDES_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "consistency/claims.h"
#include "consistency/findings.h"
#include "consistency/held_claims.h"
#include "consistency/judge.h"
#include "consistency/verdict.h"
#include "consistency/vocabulary.h"
#include "graph/reading.h"
#include "graph/schema.h"

namespace concordat {

// One channel's.
struct Side {
  Claim claim;
  // Of what was said.
  Verdict verdict = Verdict::kUnverifiable;
  Reading reading;
  // The number of its value among those of all sides; nullopt where it is
  // compatible with several.
  std::optional<size_t> value;
};

struct Sides {
  // Points into the vocabulary.
  const Attribute* attribute = nullptr;
  // In the order of the claims, at most one a channel: those that say a value
  // that can be read.
  std::vector<Side> sides;
  // By value: the side that stands for it.
  std::vector<size_t> leaders;

  // When the newest spoke; InfinitePast: none did.
  absl::Time NewestSaidAt() const;
  // Those that spoke within `window` of the newest: what is said further apart
  // may differ because the value has changed.
  std::vector<const Side*> Within(absl::Duration window) const;
};

// What each channel says now, by its name.
using NewestClaims = std::map<std::string, Claim>;

// Adds what of `held` is about the attribute and newer than what is there, each
// claim by the id that it was addressed to.
void AddNewest(absl::Span<const HeldClaim> held, absl::string_view attribute,
               NewestClaims& newest);
std::vector<Claim> ClaimsOf(NewestClaims newest);

// Judges and reads the claims, each about an entity by one of its ids, all of
// one attribute. What nobody can judge (a channel that is gone, a value that
// was erased or cannot be read) takes no side. Errors: those of `knowledge`.
absl::StatusOr<Sides> CompareSides(absl::Span<const Claim> claims,
                                   const Vocabulary& vocabulary,
                                   Knowledge& knowledge);

enum class SidesOutcome {
  kShown,
  kGone,
  kOpen,  // neither can be said
};

// The claims that a finding of kCrossFamilies rests on, by channel.
std::vector<Claim> SidesOfFinding(const Finding& finding);

// Whether channels contradict one another about what the graph does not know.
// Only what was said within `window` of the newest is compared, for values
// change.
SidesOutcome FindConflict(const Sides& sides, absl::Duration window);

// Whether all channels that spoke within `window`, two at least, say one value
// that was never true: then it may be the authority that is wrong.
SidesOutcome FindSuspicion(const Sides& sides, absl::Duration window);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_SIDES_H_
