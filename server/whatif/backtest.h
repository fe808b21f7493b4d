#ifndef CONCORDAT_SERVER_WHATIF_BACKTEST_H_
#define CONCORDAT_SERVER_WHATIF_BACKTEST_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "consistency/finding_difference.h"
#include "consistency/vocabulary.h"
#include "graph/clock.h"
#include "graph/revision.h"
#include "graph/store.h"
#include "server/storage/scratch_stores.h"
#include "server/whatif/rejudging_replay.h"

namespace concordat {

struct BacktestPlan {
  std::shared_ptr<const Vocabulary> in_force;
  std::shared_ptr<const Vocabulary> candidate;
  FindingDifferenceOptions counted;
};

// What a back-test may take.
struct BacktestLimits {
  // Facts, claims and other things recorded, of a history that is replayed in
  // memory: a shorter one always is; a longer one where there are scratch
  // stores goes there, else it is refused.
  uint64_t items_in_memory = 50'000;
  uint64_t items_without_scratch = 500'000;
  // Left free of the disk, for the store itself.
  int64_t disk_reserve_bytes = int64_t{1} << 30;
  // Of the index of identifiers, of each of the two.
  int64_t identifier_bytes_max = int64_t{512} << 20;
};

// Replays the history of a store under two vocabularies, and compares. Its
// scratch stores are gone with it. Not thread-safe.
class Backtest {
 public:
  // `store`, `scratch` (nullptr: there are none) and `clock` must outlive this.
  // `cancelled` is asked now and then: what is going on then ends CANCELLED.
  Backtest(Store* store, ScratchStores* scratch, const Clock* clock,
           BacktestPlan plan, std::function<bool()> cancelled,
           const BacktestLimits& limits = {});
  ~Backtest();
  Backtest(const Backtest&) = delete;
  Backtest& operator=(const Backtest&) = delete;

  // Does some more; false once all is done. After an error it must not be
  // called again. Errors: VOCABULARY_IN_USE, REVISION_COMPACTED (without a
  // token), LIMIT_EXCEEDED, PRECONDITION_FAILED (the disk has not enough room;
  // says how much is missing), CANCELLED, the stores'.
  absl::StatusOr<bool> Step();

  // The newest revision that is, or will be, replayed; known after one step.
  Revision upto() const { return upto_; }
  uint64_t commits() const { return replayed_.number(); }
  const FindingDifference& difference() const { return difference_; }
  const RejudgedClaims& claims_in_force() const {
    return in_force_.replay->claims();
  }
  const RejudgedClaims& claims_candidate() const {
    return candidate_.replay->claims();
  }
  // The canonical id, in the end, of an entity under the candidate or under the
  // vocabulary in force, which do not differ in it. After the last step.
  absl::StatusOr<EntityId> CanonicalOf(const EntityId& entity) const;

 private:
  // One of the two histories.
  struct Side {
    std::unique_ptr<Store> store;
    std::unique_ptr<RejudgingReplay> replay;
    std::unique_ptr<Reader> reader;  // in the end
  };
  enum class Phase { kBegin, kReplay, kSettle, kCompare, kDone };

  absl::Status Begin();
  absl::Status ReplaySome();
  absl::Status EndReplays();
  // Whether the history has so much in it that it is too much for memory.
  absl::StatusOr<bool> IsLarge(const Reader& reader) const;
  absl::Status Open(bool large, const char* name,
                    const std::shared_ptr<const Vocabulary>& vocabulary,
                    uint64_t store_id, Side& side);
  absl::Status CheckRoom();

  Store& store_;
  ScratchStores* const scratch_;
  const Clock& clock_;
  const BacktestPlan plan_;
  const std::function<bool()> cancelled_;
  const BacktestLimits limits_;
  Phase phase_ = Phase::kBegin;
  bool uses_scratch_ = false;
  Revision upto_;
  Revision replayed_;
  Side in_force_;
  Side candidate_;
  FindingDifference difference_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_WHATIF_BACKTEST_H_
