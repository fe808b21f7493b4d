#ifndef CONCORDAT_CONSISTENCY_HELD_BOOK_H_
#define CONCORDAT_CONSISTENCY_HELD_BOOK_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consistency/claim_records.h"
#include "consistency/held_claims.h"
#include "consistency/held_runs.h"
#include "consistency/held_tail.h"
#include "consistency/scorecards/claim_tally.h"
#include "graph/ids.h"
#include "graph/revision.h"
#include "graph/store.h"

namespace concordat {

// Keeps what channels hold: follows the log into memory, and brings that into
// runs, both in steps. Not thread-safe.
class HeldBook {
 public:
  // Held claims that make a run; each takes some 150 bytes of memory until it
  // is in one, and as many again may come meanwhile.
  static constexpr size_t kRunClaimsDefault = 1 << 15;
  explicit HeldBook(size_t run_claims = kRunClaimsDefault)
      : run_claims_(run_claims) {}

  // Reads what there is of runs. Call it first, and again after a transaction
  // failed. What the log has brought since, Follow reads.
  absl::Status Load(const Reader& reader);

  // Reads on in the log, up to a revision, and no further once so many claims
  // were read. Returns how many there were. Errors: the reader's.
  absl::StatusOr<uint64_t> Follow(
      const Reader& reader, Revision upto = Revision::Latest(),
      uint64_t claims_max = std::numeric_limits<uint64_t>::max());
  // Up to where it has followed.
  Revision followed() const { return followed_; }

  // What is held by one key where the log was followed to, if it was said at an
  // instant or later. Errors: the reader's.
  absl::StatusOr<std::optional<HeldClaim>> SaidSince(
      const Reader& reader, absl::Time said_at, const EntityId& entity,
      const std::string& channel, const std::string& attribute) const;
  // What is held of an entity, in order. Errors: the reader's.
  absl::StatusOr<std::vector<HeldClaim>> Of(const Reader& reader,
                                            const EntityId& entity) const;

  // Takes what the commit of the revision has judged anew of an erased person,
  // without the values. Follow must have read all before.
  absl::Status TakeErased(const Reader& reader, Revision revision);

  // Whether nothing was ever held.
  bool empty() const {
    return tail_->size() == 0 && frozen_ == nullptr && manifest_.runs.empty();
  }
  // The newest that was said of what is held; infinitely long ago where there
  // is nothing.
  absl::Time newest_said_at() const;

  // Claims that were followed and are not in runs yet.
  uint64_t unapplied() const { return followed_claims_ - applied_claims_; }

  // What there is to do: a run to write or more that was begun; also less when
  // there is time.
  bool HasWork() const { return is_full() || HasStarted(); }
  bool HasWorkWhenIdle() const;
  // No more may be followed before some of it is done.
  // After an error: something would be counted twice if it went on.
  bool must_load() const { return must_load_; }
  bool IsBehind() const {
    return is_full() && (flush_.has_value() || TooManyRuns());
  }
  // Does a step of it, of about so many claims. Errors: the transaction's.
  absl::Status Step(Transaction& tx, size_t claims_max);
  // Whether all that the next step reads is there, where `written` is what is:
  // the steps before may not be written yet.
  bool CanStep(const HeldManifest& written) const;
  // Brings all that was followed into runs. Errors: the transaction's.
  absl::Status ApplyAll(Transaction& tx);

 private:
  // Those that are on the way into a run, and how far that is.
  struct Flush {
    HeldTail::Order order;
    HeldRunWriter writer;
    Revision through;
    uint64_t followed_claims;
    std::string next;
  };
  // Runs that are on the way into one.
  struct Merge {
    std::vector<HeldRun> inputs;
    HeldRunWriter writer;
    std::string next;
  };

  // Claims that no run has nor will have yet.
  uint64_t unflushed() const { return followed_claims_ - flushed_claims_; }
  // So much was added that it goes into a run, whatever else there is.
  bool is_full() const;
  // So many that merging goes before writing another.
  bool TooManyRuns() const;
  bool HasStarted() const;
  // What is not in runs yet of what is asked for.
  struct InMemory {
    HeldTail::Order tail;
    HeldTail::Order frozen;
  };
  // Visits in order what is held of the entity from one key to before another;
  // runs in which nothing was said at `said_at` or later are left out.
  absl::Status Visit(
      const Reader& reader, const InMemory& in_memory, const EntityId& entity,
      absl::string_view begin, absl::string_view end, absl::Time said_at,
      absl::FunctionRef<void(const HeldClaim& held)> visit) const;
  absl::StatusOr<uint64_t> BeginRun(Transaction& tx);
  absl::Status EndRun(Transaction& tx, HeldRunWriter& writer);
  absl::Status BeginFlush(Transaction& tx);
  absl::Status StepFlush(Transaction& tx, size_t claims_max);
  absl::Status EndFlush(Transaction& tx);
  absl::Status BeginMerge(Transaction& tx, std::vector<HeldRun> inputs);
  absl::Status StepMerge(Transaction& tx, size_t claims_max);
  absl::Status RemoveDiscarded(Transaction& tx, size_t claims_max);
  // Runs of about one size, so many that they should be one; empty: none are.
  std::vector<HeldRun> Mergeable() const;

  const size_t run_claims_;
  HeldManifest manifest_;
  absl::flat_hash_map<uint64_t, HeldFilter> filters_;  // by run
  // Those of the log after `manifest_.applied`: since the flush began, and
  // those that it writes.
  std::unique_ptr<HeldTail> tail_ = std::make_unique<HeldTail>();
  std::unique_ptr<HeldTail> frozen_;
  // The next tail, which has its memory already.
  std::unique_ptr<HeldTail> spare_;
  // What was counted with them.
  ClaimTally tally_;
  ClaimTally flushed_tally_;
  bool must_load_ = false;
  std::optional<Flush> flush_;
  std::optional<Merge> merge_;
  Revision followed_;
  uint64_t followed_claims_ = 0;  // since it was loaded
  uint64_t flushed_claims_ = 0;   // also on their way into a run
  uint64_t applied_claims_ = 0;
  // Where the run that is being removed was left.
  std::string remove_from_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_HELD_BOOK_H_
