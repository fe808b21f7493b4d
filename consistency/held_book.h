#ifndef CONCORDAT_CONSISTENCY_HELD_BOOK_H_
#define CONCORDAT_CONSISTENCY_HELD_BOOK_H_

#include <cstddef>
#include <cstdint>
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
#include "graph/ids.h"
#include "graph/revision.h"
#include "graph/store.h"

namespace concordat {

// Keeps what channels hold, for the one who writes: takes what each commit
// brings, and brings it into runs in steps, whenever there is time. Not
// thread-safe.
class HeldBook {
 public:
  // Held claims that make a run; each takes some 250 bytes of memory until it
  // is in one, and as many again may come meanwhile.
  static constexpr size_t kRunClaimsDefault = 1 << 14;
  explicit HeldBook(size_t run_claims = kRunClaimsDefault)
      : run_claims_(run_claims) {}

  // Reads what the runs do not have yet. Call it first, and again after a
  // transaction failed.
  absl::Status Load(const Reader& reader);

  // A claim that the commit of the revision puts into the log.
  void Add(const rows::JudgedView& judged, Revision revision) {
    tail_->Add(judged, revision);
    newest_ = revision;
    ++unpaid_;
  }
  // Held claims that the commit of the revision judged anew.
  absl::Status Change(Transaction& tx, Revision revision,
                      const std::vector<HeldClaim>& changed);
  // The same of those that are there already, whose values were erased.
  absl::Status TakeErased(const Reader& reader, Revision revision);

  // What is held now by one key, if it was said at an instant or later. Errors:
  // the reader's.
  absl::StatusOr<std::optional<HeldClaim>> SaidSince(
      const Reader& reader, absl::Time said_at, const EntityId& entity,
      const std::string& channel, const std::string& attribute);
  // What is held now of an entity, in order. Errors: the reader's.
  absl::StatusOr<std::vector<HeldClaim>> Of(const Reader& reader,
                                            const EntityId& entity);
  // Whether nothing was ever held.
  bool empty() const {
    return tail_->size() == 0 && frozen_ == nullptr && manifest_.runs.empty();
  }

  // How many claims are not in runs yet.
  size_t behind() const {
    return tail_->size() + (frozen_ == nullptr ? 0 : frozen_->size());
  }
  // Does the share of the work that keeps what is not in runs bounded, if it is
  // called with each commit. Errors: the transaction's.
  absl::Status KeepUp(Transaction& tx);
  // Whether there is something to do when there is time, and a step of it.
  // Errors: the transaction's.
  bool HasWork() const;
  absl::Status Work(Transaction& tx);
  // Brings all that was added into runs. Errors: the transaction's.
  absl::Status ApplyAll(Transaction& tx);

 private:
  // Those that are on the way into a run, and how far that is.
  struct Flush {
    HeldTail::Order order;
    HeldRunWriter writer;
    Revision through;
    std::string next;
  };
  // Runs that are on the way into one.
  struct Merge {
    std::vector<HeldRun> inputs;
    HeldRunWriter writer;
    std::string next;
  };

  // So much was added that it goes into a run, whatever else there is.
  bool is_full() const;
  // So many that merging goes before writing another.
  bool TooManyRuns() const;
  bool HasStarted() const;
  // Visits in order what is held of the entity from one key to before another;
  // runs in which nothing was said at `said_at` or later are left out.
  absl::Status Visit(
      const Reader& reader, const EntityId& entity, absl::string_view begin,
      absl::string_view end, absl::Time said_at,
      absl::FunctionRef<void(const HeldClaim& held)> visit) const;
  absl::Status Step(Transaction& tx, size_t claims_max);
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
  std::optional<Flush> flush_;
  std::optional<Merge> merge_;
  Revision newest_;
  // Claims that were added and whose share of the work was not done.
  size_t unpaid_ = 0;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_HELD_BOOK_H_
