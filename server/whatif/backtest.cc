#include "server/whatif/backtest.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/identity.h"
#include "graph/key.h"
#include "graph/memory_store.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "server/archive/log_reader.h"
#include "server/ingest/jobs.h"
#include "server/whatif/scratch_store.h"

namespace concordat {
namespace {

// Findings of each side that one step compares.
constexpr size_t kComparedPerStep = 1000;

// Rounded up, so that what is said to suffice does.
int64_t ToMebibytes(int64_t bytes) { return (bytes >> 20) + 1; }

}  // namespace

Backtest::Backtest(Store* store, ScratchStores* scratch, const Clock* clock,
                   BacktestPlan plan, std::function<bool()> cancelled,
                   const BacktestLimits& limits)
    : store_(*store),
      scratch_(scratch),
      clock_(*clock),
      plan_(std::move(plan)),
      cancelled_(std::move(cancelled)),
      limits_(limits),
      difference_(plan_.counted) {}

Backtest::~Backtest() {
  in_force_ = {};
  candidate_ = {};
  // What is left then goes with the next back-test, or the next start.
  if (uses_scratch_) scratch_->Clear().IgnoreError();
}

absl::StatusOr<bool> Backtest::Step() {
  if (cancelled_()) return absl::CancelledError();
  switch (phase_) {
    case Phase::kBegin:
      CONCORDAT_RETURN_IF_ERROR(Begin());
      phase_ = Phase::kReplay;
      return true;
    case Phase::kReplay:
      if (replayed_ < upto_) {
        CONCORDAT_RETURN_IF_ERROR(ReplaySome());
      } else {
        phase_ = Phase::kSettle;
      }
      return true;
    case Phase::kSettle:
      CONCORDAT_RETURN_IF_ERROR(EndReplays());
      phase_ = Phase::kCompare;
      return true;
    case Phase::kCompare: {
      CONCORDAT_ASSIGN_OR_RETURN(
          const bool more,
          difference_.Compare(*in_force_.reader, *candidate_.reader,
                              kComparedPerStep));
      if (!more) phase_ = Phase::kDone;
      return more;
    }
    case Phase::kDone:
      return false;
  }
  return false;
}

// Without the whole history it is not what would have been found.
absl::Status Backtest::Begin() {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             store_.Snapshot());
  CONCORDAT_RETURN_IF_ERROR(CheckLogReaches(*reader, Revision()));
  CONCORDAT_RETURN_IF_ERROR(CheckNothingOrphaned(
      *reader, plan_.in_force->schema, plan_.candidate->schema));
  CONCORDAT_ASSIGN_OR_RETURN(upto_, rows::ReadHead(*reader));
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t store_id,
                             rows::ReadStoreId(*reader));
  CONCORDAT_ASSIGN_OR_RETURN(const bool large, IsLarge(*reader));
  if (large) {
    uses_scratch_ = true;
    CONCORDAT_RETURN_IF_ERROR(scratch_->Clear());
    CONCORDAT_RETURN_IF_ERROR(CheckRoom());
  }
  CONCORDAT_RETURN_IF_ERROR(
      Open(large, "in_force", plan_.in_force, store_id, in_force_));
  return Open(large, "candidate", plan_.candidate, store_id, candidate_);
}

absl::StatusOr<bool> Backtest::IsLarge(const Reader& reader) const {
  const uint64_t allowed = scratch_ != nullptr ? limits_.items_in_memory
                                               : limits_.items_without_scratch;
  uint64_t items = 0;
  absl::Status problem;
  CONCORDAT_RETURN_IF_ERROR(
      reader.Scan(rows::kCommits, "", "",
                  [&](absl::string_view key, absl::string_view row) {
                    const absl::StatusOr<rows::CommitRecord> commit =
                        rows::ParseCommit(key, row);
                    problem = commit.status();
                    if (!problem.ok()) return false;
                    items += commit->items;
                    return items <= allowed;
                  }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  if (items <= allowed) return false;
  if (scratch_ != nullptr) return true;
  return errors::LimitExceeded("backtest_items_in_memory_max",
                               static_cast<int64_t>(items),
                               static_cast<int64_t>(allowed));
}

absl::Status Backtest::Open(bool large, const char* name,
                            const std::shared_ptr<const Vocabulary>& vocabulary,
                            uint64_t store_id, Side& side) {
  if (large) {
    CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<Store> store,
                               scratch_->Open(name));
    CONCORDAT_ASSIGN_OR_RETURN(
        side.store,
        ScratchStore::Create(std::move(store), limits_.identifier_bytes_max));
  } else {
    side.store = std::make_unique<MemoryStore>();
  }
  side.replay = std::make_unique<RejudgingReplay>(side.store.get(), vocabulary,
                                                  cancelled_);
  return side.replay->Begin(store_id);
}

absl::Status Backtest::CheckRoom() {
  CONCORDAT_ASSIGN_OR_RETURN(const int64_t free, scratch_->FreeBytes());
  if (free >= limits_.disk_reserve_bytes) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(const int64_t used, scratch_->UsedBytes());
  int64_t missing = limits_.disk_reserve_bytes - free;
  // As much for each commit to come as for those before.
  if (replayed_.number() > 0) {
    const double to_come = static_cast<double>(upto_.number()) /
                               static_cast<double>(replayed_.number()) -
                           1;
    missing += static_cast<int64_t>(static_cast<double>(used) * to_come);
  }
  return errors::PreconditionFailed(absl::StrCat(
      "the disk of the data directory has too little room for a back-test: "
      "after ",
      replayed_.number(), " of ", upto_.number(), " commits it takes ",
      ToMebibytes(used), " MiB, ", ToMebibytes(free), " MiB are free, and ",
      ToMebibytes(limits_.disk_reserve_bytes),
      " MiB are left to the store; free about ", ToMebibytes(missing),
      " MiB more"));
}

// A state of the store is held for one part only: while it is read, its engine
// keeps all that is written.
absl::Status Backtest::ReplaySome() {
  v1::ArchiveLog commits;
  {
    CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                               store_.Snapshot());
    // What is to come may have been compacted meanwhile.
    CONCORDAT_RETURN_IF_ERROR(CheckLogReaches(*reader, replayed_));
    CONCORDAT_ASSIGN_OR_RETURN(commits,
                               LogReader(*reader, replayed_, upto_).Next());
  }
  if (uses_scratch_) CONCORDAT_RETURN_IF_ERROR(CheckRoom());
  CONCORDAT_RETURN_IF_ERROR(in_force_.replay->Replay(commits));
  CONCORDAT_RETURN_IF_ERROR(candidate_.replay->Replay(commits));
  replayed_ = Revision(commits.records().rbegin()->revision());
  return absl::OkStatus();
}

absl::Status Backtest::EndReplays() {
  const absl::Time now = clock_.Now();
  for (Side* side : {&in_force_, &candidate_}) {
    CONCORDAT_RETURN_IF_ERROR(side->replay->End(now));
    CONCORDAT_ASSIGN_OR_RETURN(side->reader, side->store->Snapshot());
  }
  return absl::OkStatus();
}

absl::StatusOr<EntityId> Backtest::CanonicalOf(const EntityId& entity) const {
  return Identity(*candidate_.reader, upto_).CanonicalOf(entity);
}

}  // namespace concordat
