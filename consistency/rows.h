// The spaces of claims and vocabularies, and the layout of their rows; those of
// findings are in consistency/finding_rows.h.
//
//   claims         revision -> the claims of one batch with their verdicts
//   claim_keys     revision -> 16 bytes a claim that can be recognised, as a
//                  personal value of the store, for a value can be guessed
//                  by them
//   held_runs      run, key -> held claims (consistency/held_runs.h)
//   held_filters   run -> which entities it may be about
//   held_changes   revision -> held claims that the commit judged anew
//   held           entity channel -> held claims of builds before
//   vocabularies   version -> VocabularyRecord
//   audits         (consistency/audits/audit_rows.h)
//   scores         (consistency/scorecards/score_rows.h)
//
// claims is the log; held_runs follow from it.
#ifndef CONCORDAT_CONSISTENCY_ROWS_H_
#define CONCORDAT_CONSISTENCY_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "consistency/claim_records.h"
#include "consistency/claims.h"
#include "consistency/finding_rows.h"
#include "consistency/held_runs.h"
#include "consistency/scorecards/score_rows.h"
#include "consistency/verdict.h"
#include "graph/revision.h"
#include "graph/rows.h"
#include "graph/store.h"

namespace concordat::rows {

inline constexpr Space kClaims{16, "claims"};
inline constexpr Space kClaimKeys{17, "claim_keys"};
inline constexpr Space kHeld{18, "held"};
inline constexpr Space kVocabularies{22, "vocabularies"};
inline constexpr Space kAudits{32, "audits"};

// Every space of a Concordat store.
std::vector<Space> AllSpaces();
// Those whose rows hold personal values (graph/personal.h).
inline constexpr Space kPersonalSpaces[] = {
    kFacts,       kChanges,       kClaims,         kHeld,
    kHeldRuns,    kFindings,      kRequests,       kClaimKeys,
    kHeldChanges, kFindingEvents, kFindingChanges, kAudits};

// What was applied as a version of the vocabulary.
struct VocabularyRecord {
  uint64_t version = 0;
  std::string yaml;
  std::string file_name;
  absl::Time applied_at;
  std::string actor;
  std::string reason;
  Revision revision;
};

absl::Status PutClaims(Transaction& tx, Revision revision,
                       absl::Span<const JudgedClaim> claims);
// The same, of a row that is encoded.
absl::Status PutClaims(Transaction& tx, Revision revision,
                       absl::string_view row);
absl::StatusOr<std::vector<JudgedClaim>> ParseClaims(absl::string_view value);

// Whether the row holds but what the store's own key seals (SubjectOfStore).
bool IsOfStore(absl::string_view row);

absl::Status PutClaimKeys(Transaction& tx, Revision revision,
                          absl::Span<const ClaimKey> keys);
absl::StatusOr<std::vector<ClaimKey>> ParseClaimKeys(absl::string_view value);

absl::Status PutVocabulary(Transaction& tx, const VocabularyRecord& record);
absl::StatusOr<std::optional<VocabularyRecord>> GetVocabulary(
    const Reader& reader, uint64_t version);
// 0 where none was applied.
absl::StatusOr<uint64_t> NewestVocabularyVersion(const Reader& reader);

}  // namespace concordat::rows

#endif  // CONCORDAT_CONSISTENCY_ROWS_H_
