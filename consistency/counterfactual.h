// What would become of findings if somebody had been right.
#ifndef CONCORDAT_CONSISTENCY_COUNTERFACTUAL_H_
#define CONCORDAT_CONSISTENCY_COUNTERFACTUAL_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consistency/assumed_knowledge.h"
#include "consistency/consistency_reader.h"
#include "consistency/finding_difference.h"
#include "consistency/findings.h"
#include "consistency/mutes.h"
#include "consistency/vocabulary.h"
#include "graph/store.h"

namespace concordat {

// Values are those of concordat.v1.CounterfactualOutcome.
enum class SupposedOutcome : uint8_t {
  kCloses = 1,
  kStays,
  // It cannot be told.
  kUntold,
  // There is no finding, and there would be one.
  kOpens,
};

// What becomes of one finding.
struct Supposed {
  SupposedOutcome outcome = SupposedOutcome::kUntold;
  FindingSubject subject;
  std::string finding_id;
  Verdict verdict = Verdict::kContradicts;  // of today
  std::optional<Verdict> assumed;
  // One sentence, if it were so; personal.
  std::string explanation;
};

struct SupposedPage {
  // By what it comes to; the verdict of kOpens is the one there would be, else
  // that of today.
  std::map<std::pair<SupposedOutcome, FindingGroup>, int64_t> counts;
  // Of each outcome the first that the page came upon.
  std::vector<Supposed> examples;
  int64_t findings = 0;  // looked at
  int64_t claims = 0;    // held, looked at
  // Where the next page starts; empty at the end.
  std::string next;
};

// One state of a store, and what is assumed of it. Not thread-safe.
class Counterfactual {
 public:
  // All must outlive this, and be of the reader's state.
  Counterfactual(const Reader& reader, const Vocabulary& vocabulary,
                 const Mutes& mutes, const HeldReader& held,
                 StoredKnowledge& known, const Assumption& assumption)
      : reader_(reader),
        vocabulary_(vocabulary),
        mutes_(mutes),
        held_(held),
        known_(known),
        assumption_(assumption),
        assumed_(assumption, vocabulary, held, known) {}

  // The findings of the filter that a page begins with, `findings_max` of them;
  // after the last of them what channels hold, as the filter's scope says,
  // `claims_max` a page. `start`: where, empty: at the beginning. Errors: the
  // reader's; MALFORMED_TOKEN where `start` is no place.
  absl::StatusOr<SupposedPage> Look(const FindingFilter& filter,
                                    absl::string_view start,
                                    size_t findings_max, size_t claims_max,
                                    size_t examples);

 private:
  absl::Status LookAtFindings(const FindingFilter& filter,
                              absl::string_view start, size_t limit,
                              SupposedPage& page);
  absl::Status LookAtHeld(const FindingScope& scope, absl::string_view start,
                          size_t limit, SupposedPage& page);
  absl::StatusOr<Supposed> Suppose(const Finding& finding);
  // Of one about several channels.
  absl::StatusOr<Supposed> SupposeSides(const Finding& finding);
  // nullopt where what is held opens nothing.
  absl::StatusOr<std::optional<Supposed>> SupposeHeld(const HeldClaim& held);
  void Add(Supposed supposed, SupposedPage& page) const;

  const Reader& reader_;
  const Vocabulary& vocabulary_;
  const Mutes& mutes_;
  const HeldReader& held_;
  StoredKnowledge& known_;
  const Assumption assumption_;
  AssumedKnowledge assumed_;
  size_t examples_ = 0;  // of each outcome
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_COUNTERFACTUAL_H_
