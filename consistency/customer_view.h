// What a channel may know and say of a customer, and what the customer was told
// wrongly: for the next contact to put it right.
#ifndef CONCORDAT_CONSISTENCY_CUSTOMER_VIEW_H_
#define CONCORDAT_CONSISTENCY_CUSTOMER_VIEW_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "consistency/answers.h"
#include "consistency/findings.h"
#include "consistency/knowledge.h"
#include "consistency/mutes.h"
#include "consistency/vocabulary.h"
#include "graph/ids.h"
#include "graph/store.h"

namespace concordat {

// What was shown or told, and what is true now.
struct Correction {
  Finding finding;
  Claim told;
  // As its channel writes. nullopt: that is not for whoever asks to know, since
  // it is true of another entity, or of an attribute outside its contract.
  std::optional<Reading> said;
  // Of what was said, as if it were said now, as whoever asks may know it.
  Verdict verdict = Verdict::kContradicts;
  KnownValue truth;
};

struct CustomerView {
  std::vector<KnownValue> facts;  // in order of attribute
  // Of which the graph is silent.
  std::vector<std::string> unknown_attributes;
  // The most harmful first.
  std::vector<Correction> corrections;
};

// How many corrections a view has at most.
inline constexpr size_t kCorrectionsMax = 100;

// Of which attributes, by canonical name, all within the channel's contract.
// Errors: those of `knowledge`, which is that of the newest revision.
absl::Status ViewFacts(const Vocabulary& vocabulary, Knowledge& knowledge,
                       const EntityId& entity,
                       const std::vector<std::string>& attributes,
                       absl::Time now, CustomerView& view);

// For a channel: of findings that were confirmed and that no mute concerns,
// what was shown or told since `since`, is not so now, and was not told rightly
// since, as far as what channels hold now tells. `reader` is of the newest
// revision.
absl::Status ViewCorrections(const Reader& reader, const Vocabulary& vocabulary,
                             StoredKnowledge& knowledge, const Channel& asker,
                             const EntityId& entity,
                             const std::vector<std::string>& attributes,
                             absl::Time now, absl::Time since,
                             CustomerView& view);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_CUSTOMER_VIEW_H_
