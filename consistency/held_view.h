#ifndef CONCORDAT_CONSISTENCY_HELD_VIEW_H_
#define CONCORDAT_CONSISTENCY_HELD_VIEW_H_

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "consistency/held_book.h"
#include "consistency/held_claims.h"
#include "graph/ids.h"
#include "graph/mutex.h"
#include "graph/revision.h"
#include "graph/store.h"

namespace concordat {

// What channels hold, kept behind the log for the one who writes. What goes
// into the store for it is either written with commits, by KeepUp, or made
// ready beside them, by Prepare in a thread of its own, so that commits only
// have to put it there.
//
// Prepare, behind and has_prepared: from any thread. All others: of the one
// that writes, within its transactions.
class HeldView {
 public:
  struct Options {
    size_t run_claims = HeldBook::kRunClaimsDefault;
    // Claims of the log that may wait for Prepare; past twice as many, commits
    // do the work themselves. 0: nobody calls Prepare.
    uint64_t behind_max = 0;
  };
  explicit HeldView(const Options& options)
      : options_(options), book_(options.run_claims) {}

  // Reads what there is, and what the log has brought since. Call it first, and
  // again after a transaction failed or Prepare did. Errors: the reader's.
  absl::Status Load(const Reader& reader);

  // So many claims went into the log.
  void Recorded(uint64_t claims, absl::Time newest_said_at);
  // Held claims that the commit of the revision judged anew. Errors: the
  // transaction's.
  absl::Status Change(Transaction& tx, Revision revision,
                      const std::vector<HeldClaim>& changed);

  // An erasure goes into the transaction: what is ready is put there before,
  // and nothing is made ready of what was before. Errors: the transaction's.
  absl::Status BeginErasure(Transaction& tx, Revision revision);
  // It has judged anew, and is done; or it was refused.
  absl::Status TakeErased(Transaction& tx, Revision revision);
  void RefuseErasure();

  // What is held now by one key, if it was said at an instant or later. Errors:
  // the transaction's.
  absl::StatusOr<std::optional<HeldClaim>> SaidSince(
      Transaction& tx, absl::Time said_at, const EntityId& entity,
      const std::string& channel, const std::string& attribute);
  // What is held now of an entity, in order. Errors: the transaction's.
  absl::StatusOr<std::vector<HeldClaim>> Of(Transaction& tx,
                                            const EntityId& entity);
  // Whether nothing was ever held.
  bool empty() const { return is_empty_; }

  // With each commit: writes what is ready, and does what keeps the claims that
  // wait bounded. Errors: the transaction's.
  absl::Status KeepUp(Transaction& tx);
  // Brings all that the log has into the store. Errors: the transaction's.
  absl::Status ApplyAll(Transaction& tx);

  // How many claims of the log wait.
  uint64_t behind() const {
    const uint64_t applied = applied_;
    return recorded_ - std::min<uint64_t>(applied, recorded_);
  }
  // More than should.
  bool is_far_behind() const { return behind() > options_.behind_max; }
  // Prepare has failed: Load must come first in the next transaction.
  bool must_load() const { return is_broken_; }
  // Whether there is something to write; the next KeepUp does.
  bool has_prepared() const ABSL_LOCKS_EXCLUDED(prepared_mutex_);
  // Makes something ready; false where there is nothing to do before the next
  // commit. `idle`: also what would better wait for more. Errors: the store's.
  absl::StatusOr<bool> Prepare(Store& store, bool idle)
      ABSL_LOCKS_EXCLUDED(turn_, mutex_, prepared_mutex_);

 private:
  struct PreparedWrite {
    Space space;
    std::string key;
    std::optional<std::string> value;  // none: it is deleted
  };
  // What one step writes, which goes into one commit.
  struct PreparedStep {
    std::vector<PreparedWrite> writes;
    size_t bytes = 0;
  };
  class Preparation;
  class Turn;

  // The oldest step, and more until so many bytes are put.
  absl::Status PutPrepared(
      Transaction& tx, size_t bytes_max = std::numeric_limits<size_t>::max())
      ABSL_LOCKS_EXCLUDED(prepared_mutex_);
  // All that the transaction has.
  absl::Status Follow(Transaction& tx) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<uint64_t> FollowSome(const Reader& reader, Revision upto,
                                      uint64_t claims_max)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<bool> PrepareSome(Preparation& tx, Revision head, bool idle)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Step(Transaction& tx, size_t claims_max)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Options options_;
  // Of the log since it was loaded: how many there are, are in memory, are in
  // runs.
  std::atomic<uint64_t> recorded_ = 0;
  uint64_t followed_ ABSL_GUARDED_BY(mutex_) = 0;
  std::atomic<uint64_t> applied_ = 0;
  std::atomic<bool> is_broken_ = false;
  // The one that writes only.
  bool is_empty_ = true;
  absl::Time newest_said_at_ = absl::InfinitePast();
  uint64_t unpaid_ = 0;  // claims whose share of the work was not done

  // Whoever waits for `mutex_` holds it, so is the next.
  Mutex turn_ ABSL_ACQUIRED_BEFORE(mutex_);
  Mutex mutex_ ABSL_ACQUIRED_BEFORE(prepared_mutex_);
  HeldBook book_ ABSL_GUARDED_BY(mutex_);
  // Nothing is made ready of a state before this revision.
  Revision not_before_ ABSL_GUARDED_BY(mutex_);

  mutable Mutex prepared_mutex_;
  std::deque<PreparedStep> prepared_ ABSL_GUARDED_BY(prepared_mutex_);
  size_t prepared_bytes_ ABSL_GUARDED_BY(prepared_mutex_) = 0;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_HELD_VIEW_H_
