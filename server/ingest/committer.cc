#include "server/ingest/committer.h"

#include <chrono>
#include <future>
#include <optional>
#include <utility>

#include "absl/strings/string_view.h"
#include "graph/errors.h"
#include "graph/failpoints.h"
#include "graph/limits.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "server/ingest/jobs.h"

namespace concordat {
namespace {

// Requests that one commit takes: enough to share an fsync, few enough that
// none waits long.
constexpr size_t kGroupMax = 64;
// How long it waits for as many as the last had, and how many these must be:
// fewer are of a few callers, who would be kept waiting for nothing.
constexpr std::chrono::microseconds kGather(500);
constexpr size_t kGatherMin = 16;

// A reader that keeps old rows in the log is a request, or ends as one.
// While there is work, scrubbing again costs a sync.
constexpr absl::Duration kScrubAgainAfter = absl::Milliseconds(100);
constexpr uint64_t kScrubAfterGroups = 64;
// While nobody asks for anything, how often the clock is looked at for what it
// brings to findings.
constexpr absl::Duration kLookAtClockAfter = absl::Milliseconds(250);

// The store failed, rather than the request being refused: the transaction
// must be abandoned.
bool IsStoreFailure(const absl::Status& status) {
  if (status.ok()) return false;
  const std::optional<ErrorDetail> detail = DetailOf(status);
  if (!detail.has_value()) return true;
  switch (detail->reason) {
    case ErrorReason::kStorageFull:
    case ErrorReason::kStorageUnavailable:
    case ErrorReason::kStorageCorrupt:
    case ErrorReason::kStorageLocked:
    case ErrorReason::kStorageVersion:
    case ErrorReason::kInternal:
      return true;
    default:
      return false;
  }
}

// Its reason; empty where the store did not fail.
std::string FailureOf(const absl::Status& status) {
  if (!IsStoreFailure(status)) return "";
  const std::optional<ErrorDetail> detail = DetailOf(status);
  return std::string(ErrorReasonName(
      detail.has_value() ? detail->reason : ErrorReason::kInternal));
}

// Jobs with claims, from the first on, that go into one commit together: of no
// more claims than one caller may report.
size_t EndOfReports(const std::vector<std::unique_ptr<Committer::Job>>& group,
                    size_t first) {
  size_t claims = group[first]->claims();
  size_t end = first + 1;
  for (; end < group.size() && group[end]->claims() > 0; ++end) {
    claims += group[end]->claims();
    if (claims > static_cast<size_t>(limits::kClaimsPerBatchMax)) break;
  }
  return end;
}

// Of a Rejudgement: entities of a step while nobody waits, some 10 ms; of a
// step beside what callers ask for, and how often that is.
constexpr size_t kRejudgedWhileIdle = 200;
constexpr size_t kRejudgedBetween = 50;
constexpr std::chrono::milliseconds kRejudgeAgainAfter(50);

}  // namespace

Committer::Committer(Store* store, const Clock* clock,
                     VocabularyRegistry* vocabularies,
                     const CheckerOptions& options)
    : store_(store),
      clock_(clock),
      vocabularies_(vocabularies),
      checker_(options) {
  if (options.held.behind_max > 0) {
    held_worker_.emplace(store_, &checker_.held(), [this] { OnPrepared(); });
  }
}

Committer::~Committer() { Stop(); }

absl::Status Committer::Start() {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             store_->Snapshot());
  CONCORDAT_RETURN_IF_ERROR(checker_.Load(*reader));
  CONCORDAT_ASSIGN_OR_RETURN(head_, rows::ReadHead(*reader));
  CONCORDAT_ASSIGN_OR_RETURN(const Revision followed,
                             rows::ReadFollowed(*reader));
  follows_ = head_ == followed && head_ != Revision();
  thread_ = std::thread([this] { Loop(); });
  if (held_worker_.has_value()) held_worker_->Start();
  return absl::OkStatus();
}

void Committer::Stop() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  if (held_worker_.has_value()) held_worker_->Stop();
  if (thread_.joinable()) thread_.join();
}

absl::Status Committer::Enqueue(std::unique_ptr<Job> job, Origin origin) {
  {
    MutexLock lock(&mutex_);
    if (stopping_) return errors::ShuttingDown();
    const auto queued = static_cast<int64_t>(queue_.size());
    if (origin == Origin::kCaller && queued >= limits::kQueuedWritesMax) {
      return errors::Overloaded(queued, limits::kQueuedWritesMax);
    }
    queue_.push_back(std::move(job));
  }
  wake_.NotifyOne();
  return absl::OkStatus();
}

void Committer::Write(WriteBatch batch,
                      std::function<void(absl::StatusOr<WriteOutcome>)> done) {
  absl::StatusOr<std::shared_ptr<const Vocabulary>> vocabulary =
      vocabularies_->Require();
  if (!vocabulary.ok()) return done(vocabulary.status());
  // Here, on the caller's thread: reading values is most of the work.
  if (absl::Status valid = ValidateWrite(**vocabulary, batch); !valid.ok()) {
    return done(valid);
  }
  auto shared_done = std::make_shared<decltype(done)>(std::move(done));
  const absl::Status queued = Enqueue(std::make_unique<WriteJob>(
      &checker_, vocabularies_, *std::move(vocabulary), std::move(batch),
      [shared_done](auto outcome) { (*shared_done)(std::move(outcome)); }));
  if (!queued.ok()) (*shared_done)(queued);
}

void Committer::Report(absl::Span<PreparedClaim> claims,
                       std::function<void(absl::StatusOr<ReportReply>)> done) {
  if (claims.empty()) {
    return done(errors::InvalidField("claims", "must hold at least one claim"));
  }
  if (const auto vocabulary = vocabularies_->Require(); !vocabulary.ok()) {
    return done(vocabulary.status());
  }
  auto shared_done = std::make_shared<decltype(done)>(std::move(done));
  const absl::Status queued = Enqueue(std::make_unique<ReportJob>(
      claims, [shared_done](auto reply) { (*shared_done)(std::move(reply)); }));
  if (!queued.ok()) (*shared_done)(queued);
}

void Committer::WriteAside(
    std::function<absl::Status(Transaction&, absl::Time)> work,
    std::function<void(const absl::Status&)> done) {
  const absl::Status queued =
      Enqueue(std::make_unique<AsideJob>(std::move(work), done));
  if (!queued.ok()) done(queued);
}

void Committer::Erase(ErasureRequest request,
                      std::function<void(absl::StatusOr<ErasureReply>)> done) {
  if (const auto vocabulary = vocabularies_->Require(); !vocabulary.ok()) {
    return done(vocabulary.status());
  }
  auto shared_done = std::make_shared<decltype(done)>(std::move(done));
  const absl::Status queued = Enqueue(std::make_unique<EraseJob>(
      &checker_, vocabularies_, store_, &scrub_is_due_, std::move(request),
      [shared_done](auto reply) { (*shared_done)(std::move(reply)); }));
  if (!queued.ok()) (*shared_done)(queued);
}

void Committer::ChangeFindings(
    std::string actor, FindingPlan plan,
    std::function<void(absl::StatusOr<Revision>)> done) {
  if (const auto vocabulary = vocabularies_->Require(); !vocabulary.ok()) {
    return done(vocabulary.status());
  }
  auto shared_done = std::make_shared<decltype(done)>(std::move(done));
  const absl::Status queued = Enqueue(std::make_unique<ChangeFindingsJob>(
      &checker_, vocabularies_, std::move(actor), std::move(plan),
      [shared_done](auto revision) { (*shared_done)(std::move(revision)); }));
  if (!queued.ok()) (*shared_done)(queued);
}

absl::StatusOr<AppliedVocabulary> Committer::Apply(
    VocabularyApplication application) {
  std::promise<absl::StatusOr<AppliedVocabulary>> promise;
  auto result = promise.get_future();
  CONCORDAT_RETURN_IF_ERROR(Enqueue(std::make_unique<ApplyVocabularyJob>(
      &checker_, vocabularies_, std::move(application),
      [&promise](auto applied) { promise.set_value(std::move(applied)); })));
  return result.get();
}

absl::Status Committer::Submit(
    absl::FunctionRef<std::unique_ptr<Job>(Checker*)> make, Origin origin) {
  return Enqueue(make(&checker_), origin);
}

void Committer::Loop() {
  uint64_t groups = 0;
  while (true) {
    std::vector<std::unique_ptr<Job>> group = TakeGroup();
    const bool idle = group.empty();
    if (idle && IsDone()) return;
    if (idle && !IsDue()) {
      WorkBehind();
    } else {
      CommitGroup(std::move(group));
    }
    if (idle || ++groups % kScrubAfterGroups == 0) ScrubIfDue();
    if (!HasWaiting()) store_->Settle();
  }
}

bool Committer::HasWaiting() {
  MutexLock lock(&mutex_);
  return !queue_.empty();
}

bool Committer::IsDone() {
  MutexLock lock(&mutex_);
  return stopping_ && queue_.empty();
}

std::vector<std::unique_ptr<Committer::Job>> Committer::TakeGroup() {
  std::vector<std::unique_ptr<Job>> group;
  MutexLock lock(&mutex_);
  while (queue_.empty() && !stopping_) {
    if (HasWorkBehind() || IsDue()) return group;
    const bool awaits_clock =
        !follows_ && checker_.next_due() != absl::InfiniteFuture();
    if (scrub_is_due_) {
      if (!wake_.WaitFor(&mutex_, kScrubAgainAfter)) return group;
    } else if (awaits_clock) {
      wake_.WaitFor(&mutex_, kLookAtClockAfter);
    } else {
      wake_.Wait(&mutex_);
    }
  }
  if (queue_.empty()) scrub_is_due_ = false;  // stopping: the next start scrubs
  Gather();
  while (!queue_.empty() && group.size() < kGroupMax) {
    const bool exclusive = queue_.front()->exclusive();
    if (exclusive && !group.empty()) break;
    group.push_back(std::move(queue_.front()));
    queue_.pop_front();
    if (exclusive) break;
  }
  last_group_ = group.size();
  return group;
}

// Callers that were answered together tend to come again together, and what a
// commit costs it costs once (PostgreSQL's commit_delay).
void Committer::Gather() {
  if (last_group_ < kGatherMin) return;
  const auto until = std::chrono::steady_clock::now() + kGather;
  while (queue_.size() < last_group_ && !stopping_ &&
         std::chrono::steady_clock::now() < until) {
    wake_.WaitUntil(&mutex_, until);
  }
}

bool Committer::HasWorkBehind() {
  return !checker_is_stale_ && !checker_.held().must_load() &&
         checker_.held().has_prepared();
}

bool Committer::IsDue() {
  const absl::Time due = checker_.next_due();
  return due != absl::InfiniteFuture() && !follows_ && !checker_is_stale_ &&
         vocabularies_->Current() != nullptr && due <= clock_->Now();
}

// Of entities to judge again: many while nobody waits; else few at a time, so
// that it goes on without being felt.
size_t Committer::RejudgedMax(bool idle) {
  if (!checker_.rejudging()) return 0;
  const auto now = std::chrono::steady_clock::now();
  if (!idle && now < rejudged_at_ + kRejudgeAgainAfter) return 0;
  rejudged_at_ = now;
  return idle ? kRejudgedWhileIdle : kRejudgedBetween;
}

// Before what is asked for, which then sees it.
absl::Status Committer::SettleDue(Transaction& tx, bool idle, Revision& head) {
  if (!IsDue()) return absl::OkStatus();
  const size_t rejudged_max = RejudgedMax(idle);
  if (checker_.rejudging() && rejudged_max == 0) return absl::OkStatus();
  bool used = false;
  CONCORDAT_RETURN_IF_ERROR(checker_.Settle(
      tx, *vocabularies_->Current(),
      {.revision = head.Next(), .at = clock_->Now()}, rejudged_max, used));
  if (used) head = head.Next();
  return absl::OkStatus();
}

void Committer::WorkBehind() {
  if (!HasWorkBehind()) return;
  const absl::Status worked = store_->Write(
      [&](Transaction& tx) { return checker_.held().KeepUp(tx); });
  checker_is_stale_ = !worked.ok();
  if (held_worker_.has_value()) held_worker_->Committed();
}

// Under the lock, so that it is not between its look and its wait.
void Committer::OnPrepared() {
  MutexLock lock(&mutex_);
  wake_.NotifyOne();
}

void Committer::ScrubIfDue() {
  if (scrub_is_due_) scrub_is_due_ = !store_->Scrub().ok();
}

// From the transaction, for there may be no reader left.
absl::Status Committer::LoadIfStale(Transaction& tx) {
  if (checker_is_stale_) return checker_.Load(tx);
  if (checker_.held().must_load()) return checker_.held().Load(tx);
  return absl::OkStatus();
}

absl::Status Committer::RunReports(Transaction& tx,
                                   std::vector<std::unique_ptr<Job>>& group,
                                   size_t begin, size_t end, Revision& head) {
  const std::shared_ptr<const Vocabulary> vocabulary = vocabularies_->Current();
  ClaimReport report = checker_.BeginReport(
      tx, *vocabulary, {.revision = head.Next(), .at = clock_->Now()});
  for (size_t i = begin; i < end; ++i) {
    CONCORDAT_RETURN_IF_ERROR(group[i]->Report(report));
  }
  CONCORDAT_RETURN_IF_ERROR(report.Finish());
  if (report.recorded() > 0) head = head.Next();
  for (size_t i = begin; i < end; ++i) {
    group[i]->Reported(head, vocabulary->version);
  }
  return absl::OkStatus();
}

absl::Status Committer::RunGroup(Transaction& tx,
                                 std::vector<std::unique_ptr<Job>>& group,
                                 std::vector<absl::Status>& statuses,
                                 Revision& head) {
  CONCORDAT_RETURN_IF_ERROR(LoadIfStale(tx));
  CONCORDAT_ASSIGN_OR_RETURN(const Revision before, rows::ReadHead(tx));
  head = before;
  CONCORDAT_RETURN_IF_ERROR(SettleDue(tx, group.empty(), head));
  for (size_t i = 0; i < group.size(); ++i) {
    if (group[i]->claims() > 0) {
      const size_t end = EndOfReports(group, i);
      CONCORDAT_RETURN_IF_ERROR(RunReports(tx, group, i, end, head));
      i = end - 1;
      continue;
    }
    bool used = false;
    statuses[i] =
        group[i]->Run(tx, {.revision = head.Next(), .at = clock_->Now()}, used);
    if (IsStoreFailure(statuses[i]) ||
        (!statuses[i].ok() && group[i]->refuses_all())) {
      return statuses[i];
    }
    if (used) head = group[i]->newest(head.Next());
  }
  if (head != before) CONCORDAT_RETURN_IF_ERROR(rows::PutHead(tx, head));
  CONCORDAT_RETURN_IF_ERROR(checker_.held().KeepUp(tx));
  return HitFailpoint(Failpoint::kCommitAfterRun);
}

std::string Committer::write_failure() const {
  const MutexLock lock(&mutex_);
  return write_failure_;
}

void Committer::CommitGroup(std::vector<std::unique_ptr<Job>> group) {
  std::vector<absl::Status> statuses(group.size());
  if (held_worker_.has_value()) held_worker_->Await();
  absl::Status committed = HitFailpoint(Failpoint::kCommitBeforeRun);
  if (committed.ok()) {
    Revision head;
    committed = store_->Write(
        [&](Transaction& tx) { return RunGroup(tx, group, statuses, head); });
    checker_is_stale_ = !committed.ok();
    const bool erased =
        committed.ok() && !group.empty() && group.front()->erases();
    scrub_is_due_ = scrub_is_due_ || erased;
    if (committed.ok() && head != head_) {
      head_ = head;
      follows_ = !group.empty() && group.front()->follows();
    }
    if (committed.ok() && on_commit_ != nullptr) on_commit_(head, erased);
    if (held_worker_.has_value()) held_worker_->Committed();
  }
  {
    const MutexLock lock(&mutex_);
    write_failure_ = FailureOf(committed);
  }
  PassFailpoint(Failpoint::kCommitBeforeAnswer);
  for (size_t i = 0; i < group.size(); ++i) {
    group[i]->Finish(committed.ok() ? statuses[i] : committed);
  }
}

}  // namespace concordat
