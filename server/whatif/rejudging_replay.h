#ifndef CONCORDAT_SERVER_WHATIF_REJUDGING_REPLAY_H_
#define CONCORDAT_SERVER_WHATIF_REJUDGING_REPLAY_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "concordat/v1/archive_files.pb.h"
#include "consistency/checker.h"
#include "consistency/rows.h"
#include "consistency/vocabulary.h"
#include "graph/revision.h"
#include "graph/store.h"

namespace concordat {

// Of the claims that were replayed.
struct RejudgedClaims {
  uint64_t replayed = 0;  // all of them
  uint64_t refused = 0;   // that the vocabulary does not admit
  uint64_t erased = 0;    // whose value was erased with its person
};

// Records a store's own history again in another store, as if one vocabulary
// had been in force from the first commit on: with the revisions and times that
// were recorded, but each claim judged anew. What time brings it does itself,
// when it would have come, in the place of what the history says of it; what
// people did to findings is left out. Not thread-safe.
class RejudgingReplay {
 public:
  // `store` is empty and must outlive this. `cancelled` is asked between
  // commits: where it says so, what was asked for ends with CANCELLED.
  RejudgingReplay(Store* store, std::shared_ptr<const Vocabulary> vocabulary,
                  std::function<bool()> cancelled);

  // First of all. `store_id`: of the store whose history it is, by which tokens
  // of revisions in claims are known. Errors: the store's, as of all that
  // follow; after one the store must be abandoned.
  absl::Status Begin(uint64_t store_id);
  // Records the next commits, in one transaction. Also STORAGE_CORRUPT (they
  // are no commits).
  absl::Status Replay(const v1::ArchiveLog& commits);
  // Does what time brings up to an instant after the last commit, and judges
  // all again, as applying the vocabulary then would.
  absl::Status End(absl::Time at);

  const RejudgedClaims& claims() const { return claims_; }

 private:
  absl::Status ReplayOne(Transaction& tx, const v1::LogRecord& record);
  absl::Status ReplayKnowledge(Transaction& tx, const v1::LogRecord& record,
                               const rows::CommitRecord& commit);
  absl::Status ReplayClaims(Transaction& tx, const v1::LogRecord& record,
                            const rows::CommitRecord& commit);
  absl::Status ReplayErasures(Transaction& tx, const v1::LogRecord& record);
  // Does what is due by an instant, each at its time, at a revision.
  absl::Status Settle(Transaction& tx, Revision revision, absl::Time until);
  absl::Status CheckCancelled() const;

  Store& store_;
  const std::shared_ptr<const Vocabulary> vocabulary_;
  const std::function<bool()> cancelled_;
  Checker checker_;
  Revision head_;
  // The clock of the replay: of the last commit, or of what time brought.
  absl::Time now_ = absl::InfinitePast();
  RejudgedClaims claims_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_WHATIF_REJUDGING_REPLAY_H_
