#include "consistency/held_view.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "consistency/held_runs.h"
#include "graph/errors.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// A claim is written into a run, and again with each merge it takes part in.
constexpr uint64_t kWorkPerClaim = 4;
// Claims of a step that is made ready: who waits for it, and who puts it, waits
// some two milliseconds. Each step of a merge reads a block of every run anew.
constexpr size_t kStepClaims = 2048;
constexpr size_t kStepClaimsMin = 256;
constexpr uint64_t kFollowClaims = kStepClaims / kWorkPerClaim;
// What may be ready: a commit that puts so much there takes some 20 ms for it.
constexpr size_t kPreparedBytesMax = 4 << 20;
// What a commit puts there for each claim that it records, so that those of a
// few do not take long: more than is written of a claim in all.
constexpr size_t kBytesPerClaim = 512;
// And one that records none: of those nobody waits for, so some milliseconds.
constexpr size_t kBytesWhenIdle = 1 << 20;

absl::Status MustLoad() {
  return errors::StorageUnavailable(
      "what channels hold must be read again; try again");
}

}  // namespace

class ABSL_SCOPED_LOCKABLE HeldView::Turn {
 public:
  explicit Turn(HeldView& view) ABSL_EXCLUSIVE_LOCK_FUNCTION(view.mutex_)
      : mutex_(view.mutex_) {
    MutexLock turn(&view.turn_);
    mutex_.Lock();
  }
  ~Turn() ABSL_UNLOCK_FUNCTION() { mutex_.Unlock(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  Mutex& mutex_;
};

// Reads what was committed, at each read anew, and remembers what is written,
// which it does not see. What a step reads is not changed while it runs; and a
// snapshot that was kept for long would keep the store's log from being folded
// in.
class HeldView::Preparation final : public Transaction {
 public:
  explicit Preparation(Store& store) : store_(store) {}

  absl::StatusOr<std::optional<std::string>> Get(
      Space space, absl::string_view key) const override {
    CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> snapshot,
                               store_.Snapshot());
    return snapshot->Get(space, key);
  }
  absl::Status Scan(
      Space space, absl::string_view begin, absl::string_view end,
      absl::FunctionRef<bool(absl::string_view key, absl::string_view value)>
          visit) const override {
    CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> snapshot,
                               store_.Snapshot());
    return snapshot->Scan(space, begin, end, visit);
  }
  absl::Status Put(Space space, absl::string_view key,
                   absl::string_view value) override {
    step_.writes.push_back({space, std::string(key), std::string(value)});
    step_.bytes += key.size() + value.size();
    return absl::OkStatus();
  }
  absl::Status Delete(Space space, absl::string_view key) override {
    step_.writes.push_back({space, std::string(key), std::nullopt});
    step_.bytes += key.size();
    return absl::OkStatus();
  }

  PreparedStep TakeStep() { return std::move(step_); }

 private:
  Store& store_;
  PreparedStep step_;
};

absl::Status HeldView::Load(const Reader& reader) {
  Turn turn(*this);
  {
    MutexLock lock(&prepared_mutex_);
    prepared_.clear();
    prepared_bytes_ = 0;
  }
  not_before_ = Revision();
  unpaid_ = 0;
  CONCORDAT_RETURN_IF_ERROR(book_.Load(reader));
  CONCORDAT_ASSIGN_OR_RETURN(followed_, book_.Follow(reader));
  recorded_ = followed_;
  applied_ = 0;
  is_broken_ = false;
  is_empty_ = book_.empty();
  newest_said_at_ = book_.newest_said_at();
  return absl::OkStatus();
}

void HeldView::Recorded(uint64_t claims, absl::Time newest_said_at) {
  recorded_ += claims;
  unpaid_ += claims;
  is_empty_ = false;
  newest_said_at_ = std::max(newest_said_at_, newest_said_at);
}

absl::Status HeldView::Change(Transaction& tx, Revision revision,
                              const std::vector<HeldClaim>& changed) {
  recorded_ += changed.size();
  unpaid_ += changed.size();
  return AddHeldChanges(tx, revision, changed);
}

absl::Status HeldView::BeginErasure(Transaction& tx, Revision revision) {
  Turn turn(*this);
  not_before_ = revision;
  return PutPrepared(tx);
}

absl::Status HeldView::TakeErased(Transaction& tx, Revision revision) {
  Turn turn(*this);
  CONCORDAT_RETURN_IF_ERROR(Follow(tx));
  return book_.TakeErased(tx, revision);
}

void HeldView::RefuseErasure() {
  Turn turn(*this);
  not_before_ = Revision();
}

absl::StatusOr<std::optional<HeldClaim>> HeldView::SaidSince(
    Transaction& tx, absl::Time said_at, const EntityId& entity,
    const std::string& channel, const std::string& attribute) {
  if (newest_said_at_ < said_at) return std::nullopt;
  Turn turn(*this);
  CONCORDAT_RETURN_IF_ERROR(Follow(tx));
  return book_.SaidSince(tx, said_at, entity, channel, attribute);
}

absl::StatusOr<std::vector<HeldClaim>> HeldView::Of(Transaction& tx,
                                                    const EntityId& entity) {
  Turn turn(*this);
  CONCORDAT_RETURN_IF_ERROR(Follow(tx));
  return book_.Of(tx, entity);
}

absl::Status HeldView::KeepUp(Transaction& tx) {
  const uint64_t recorded = std::exchange(unpaid_, 0);
  if (behind() <= 2 * options_.behind_max && options_.behind_max > 0) {
    return PutPrepared(
        tx, recorded == 0 ? kBytesWhenIdle : kBytesPerClaim * recorded);
  }
  Turn turn(*this);
  CONCORDAT_RETURN_IF_ERROR(PutPrepared(tx));
  uint64_t due = kWorkPerClaim * recorded;
  if (!book_.IsBehind()) {
    const uint64_t claims =
        options_.behind_max == 0 ? recorded_.load() : kWorkPerClaim * recorded;
    CONCORDAT_RETURN_IF_ERROR(
        FollowSome(tx, Revision::Latest(), claims).status());
  }
  while (book_.IsBehind() || (due > 0 && book_.HasWork())) {
    const uint64_t share =
        std::clamp<uint64_t>(due, kStepClaimsMin, kStepClaims);
    CONCORDAT_RETURN_IF_ERROR(Step(tx, share));
    due -= std::min(due, share);
  }
  return absl::OkStatus();
}

absl::Status HeldView::ApplyAll(Transaction& tx) {
  Turn turn(*this);
  CONCORDAT_RETURN_IF_ERROR(Follow(tx));
  if (is_broken_) return MustLoad();
  CONCORDAT_RETURN_IF_ERROR(book_.ApplyAll(tx));
  applied_ = followed_;
  return absl::OkStatus();
}

bool HeldView::has_prepared() const {
  MutexLock lock(&prepared_mutex_);
  return !prepared_.empty();
}

absl::StatusOr<bool> HeldView::Prepare(Store& store, bool idle) {
  Turn turn(*this);
  {
    MutexLock lock(&prepared_mutex_);
    if (is_broken_ || prepared_bytes_ >= kPreparedBytesMax) return false;
  }
  Preparation tx(store);
  CONCORDAT_ASSIGN_OR_RETURN(const Revision head, rows::ReadHead(tx));
  // A commit is on its way.
  if (head < not_before_ || head < book_.followed()) return false;
  CONCORDAT_ASSIGN_OR_RETURN(const bool did_something,
                             PrepareSome(tx, head, idle));
  PreparedStep step = tx.TakeStep();
  if (step.writes.empty()) return did_something;
  MutexLock lock(&prepared_mutex_);
  prepared_bytes_ += step.bytes;
  prepared_.push_back(std::move(step));
  return did_something;
}

absl::StatusOr<bool> HeldView::PrepareSome(Preparation& tx, Revision head,
                                           bool idle) {
  uint64_t claims = 0;
  while (!book_.IsBehind() && book_.followed() < head &&
         claims < kFollowClaims) {
    // One row of the log.
    CONCORDAT_ASSIGN_OR_RETURN(const uint64_t of_row, FollowSome(tx, head, 1));
    claims += of_row;
  }
  const bool is_idle = idle && claims == 0;
  if (!book_.HasWork() && !(is_idle && book_.HasWorkWhenIdle())) {
    return claims > 0;
  }
  CONCORDAT_ASSIGN_OR_RETURN(const HeldManifest written, ReadHeldManifest(tx));
  if (!book_.CanStep(written)) return claims > 0;
  const absl::Status stepped = Step(tx, kStepClaims);
  // Of a step that failed nothing is written, and none may follow it.
  is_broken_ = !stepped.ok();
  CONCORDAT_RETURN_IF_ERROR(stepped);
  return true;
}

absl::Status HeldView::PutPrepared(Transaction& tx, size_t bytes_max) {
  for (size_t bytes = 0; bytes < bytes_max;) {
    PreparedStep step;
    {
      MutexLock lock(&prepared_mutex_);
      if (prepared_.empty()) break;
      step = std::move(prepared_.front());
      prepared_.pop_front();
      prepared_bytes_ -= step.bytes;
    }
    bytes += step.bytes;
    for (const PreparedWrite& write : step.writes) {
      CONCORDAT_RETURN_IF_ERROR(
          write.value.has_value() ? tx.Put(write.space, write.key, *write.value)
                                  : tx.Delete(write.space, write.key));
    }
  }
  return absl::OkStatus();
}

absl::Status HeldView::Follow(Transaction& tx) {
  CONCORDAT_RETURN_IF_ERROR(PutPrepared(tx));
  return FollowSome(tx, Revision::Latest(),
                    std::numeric_limits<uint64_t>::max())
      .status();
}

absl::StatusOr<uint64_t> HeldView::FollowSome(const Reader& reader,
                                              Revision upto,
                                              uint64_t claims_max) {
  const absl::StatusOr<uint64_t> claims =
      book_.Follow(reader, upto, claims_max);
  if (book_.must_load()) is_broken_ = true;
  CONCORDAT_RETURN_IF_ERROR(claims.status());
  // What an erasure judges anew is not counted before.
  followed_ = std::min<uint64_t>(followed_ + *claims, recorded_);
  return *claims;
}

absl::Status HeldView::Step(Transaction& tx, size_t claims_max) {
  if (is_broken_) return MustLoad();
  absl::Status stepped = book_.Step(tx, claims_max);
  applied_ = followed_ - std::min(book_.unapplied(), followed_);
  return stepped;
}

}  // namespace concordat
