#include "server/audit/audit_book.h"

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/audits/audit_rows.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "server/audit/item_keys.h"

namespace concordat {
namespace {

// Parts and ends of all audits that run.
constexpr size_t kQueuedMax = 16 * limits::kAuditsRunningMax;
constexpr absl::Duration kTidyEvery = absl::Minutes(1);

int Threads() {
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

absl::Status NoAudit(uint64_t number) {
  return errors::NotFound(absl::StrCat("audit ", number));
}

}  // namespace

AuditBook::AuditBook(const AuditContext& context)
    : context_(context), executor_(Threads(), kQueuedMax) {}

AuditBook::~AuditBook() = default;

absl::Status AuditBook::Recover() {
  CONCORDAT_RETURN_IF_ERROR(
      EnsureItemKeys(*context_.store, *context_.committer));
  std::vector<audits::AuditRecord> unfinished;
  {
    CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                               context_.store->Snapshot());
    CONCORDAT_RETURN_IF_ERROR(
        rows::VisitAudits(*reader, 0, [&](const audits::AuditRecord& record) {
          if (record.state == audits::AuditState::kRunning) {
            unfinished.push_back(record);
          }
          return true;
        }));
  }
  for (audits::AuditRecord& record : unfinished) {
    record.state = audits::AuditState::kFailed;
    record.error = "the server ended while it ran; run it again";
    record.ended_at = context_.clock->Now();
    CONCORDAT_RETURN_IF_ERROR(WriteAndWait(
        *context_.committer,
        [&](Transaction& tx) { return rows::PutAudit(tx, record); }));
    CONCORDAT_RETURN_IF_ERROR(
        AuditRowsWriter(context_.committer, record.number, record.channel)
            .Clear(/*all=*/true));
  }
  CONCORDAT_RETURN_IF_ERROR(RemoveLeftovers());
  tidying_.Start(kTidyEvery, [this] {
    MutexLock lock(&mutex_);
    Tidy();
  });
  return absl::OkStatus();
}

// Of audits that were published, or deleted, when the server was killed.
absl::Status AuditBook::RemoveLeftovers() {
  for (const bool runs_only : {true, false}) {
    std::vector<uint64_t> left;
    {
      CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                                 context_.store->Snapshot());
      CONCORDAT_ASSIGN_OR_RETURN(left,
                                 rows::AuditsWithBlocks(*reader, runs_only));
      if (!runs_only) {
        std::vector<uint64_t> deleted;
        for (const uint64_t number : left) {
          CONCORDAT_ASSIGN_OR_RETURN(
              const std::optional<audits::AuditRecord> record,
              rows::GetAudit(*reader, number));
          if (!record.has_value()) deleted.push_back(number);
        }
        left.swap(deleted);
      }
    }
    for (const uint64_t number : left) {
      CONCORDAT_RETURN_IF_ERROR(
          AuditRowsWriter(context_.committer, number, /*channel=*/"")
              .Clear(/*all=*/!runs_only));
    }
  }
  return absl::OkStatus();
}

void AuditBook::Stop() {
  tidying_.Stop();
  std::vector<std::shared_ptr<ExportFeed>> feeds;
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
    for (const auto& [number, running] : running_) {
      feeds.push_back(running.feed);
    }
  }
  for (const std::shared_ptr<ExportFeed>& feed : feeds) {
    feed->run().Cancel();
    feed->Fail(errors::ShuttingDown());
  }
}

void AuditBook::Tidy() {
  const absl::Time now = context_.clock->Now();
  for (auto it = running_.begin(); it != running_.end();) {
    Running& running = it->second;
    if (running.waits_until.has_value() && *running.waits_until <= now) {
      running.waits_until.reset();
      running.feed->Fail(absl::DeadlineExceededError(
          "its rows broke off, and nobody went on for ten minutes"));
    }
    it =
        running.feed->result().has_value() ? running_.erase(it) : std::next(it);
  }
}

absl::StatusOr<std::shared_ptr<ExportFeed>> AuditBook::Begin(AuditSpec spec) {
  {
    MutexLock lock(&mutex_);
    if (stopping_) return errors::ShuttingDown();
    Tidy();
    const auto others = static_cast<int64_t>(running_.size());
    if (others >= limits::kAuditsRunningMax) {
      return errors::Overloaded(others, limits::kAuditsRunningMax);
    }
  }
  spec.record.started_at = context_.clock->Now();
  CONCORDAT_RETURN_IF_ERROR(
      WriteAndWait(*context_.committer, [&](Transaction& tx) -> absl::Status {
        CONCORDAT_ASSIGN_OR_RETURN(spec.record.number,
                                   rows::TakeAuditNumber(tx));
        return rows::PutAudit(tx, spec.record);
      }));
  const uint64_t number = spec.record.number;
  auto feed = std::make_shared<ExportFeed>(
      std::make_shared<AuditRun>(context_, std::move(spec.record),
                                 std::move(spec.vocabulary)),
      std::move(spec.subject_type), std::move(spec.source), &executor_);
  {
    MutexLock lock(&mutex_);
    running_[number].feed = feed;
    // Whoever stops the book has not seen it.
    if (stopping_) feed->run().Cancel();
  }
  feed->Begin();
  return feed;
}

absl::StatusOr<std::shared_ptr<ExportFeed>> AuditBook::Resume(uint64_t number) {
  MutexLock lock(&mutex_);
  Tidy();
  const auto found = running_.find(number);
  if (found == running_.end() || !found->second.waits_until.has_value()) {
    return NoAudit(number);
  }
  found->second.waits_until.reset();
  found->second.feed->run().set_phase(AuditRun::Phase::kRows);
  return found->second.feed;
}

void AuditBook::Detach(const std::shared_ptr<ExportFeed>& feed) {
  feed->Detach();
  MutexLock lock(&mutex_);
  const auto found = running_.find(feed->run().number());
  if (found != running_.end()) {
    found->second.waits_until = context_.clock->Now() + kPatience;
  }
}

std::shared_ptr<ExportFeed> AuditBook::FindRunning(uint64_t number) const {
  MutexLock lock(&mutex_);
  const auto found = running_.find(number);
  return found == running_.end() ? nullptr : found->second.feed;
}

absl::StatusOr<audits::AuditRecord> AuditBook::Get(uint64_t number) const {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             context_.store->Snapshot());
  CONCORDAT_ASSIGN_OR_RETURN(std::optional<audits::AuditRecord> record,
                             rows::GetAudit(*reader, number));
  if (!record.has_value()) return NoAudit(number);
  return *std::move(record);
}

absl::StatusOr<audits::AuditRecord> AuditBook::Cancel(uint64_t number) {
  if (const std::shared_ptr<ExportFeed> feed = FindRunning(number)) {
    feed->run().Cancel();
    feed->Fail(absl::CancelledError("somebody ended it"));
    return feed->run().record();
  }
  return Get(number);
}

absl::StatusOr<audits::AuditCause> AuditBook::AssignCause(
    uint64_t number, const std::string& cause_id, const std::string& owner) {
  std::optional<audits::AuditCause> assigned;
  const auto assign = [&](Transaction& tx) -> absl::Status {
    assigned.reset();
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<audits::AuditRecord> named,
                               rows::GetAudit(tx, number));
    if (!named.has_value()) return NoAudit(number);
    if (named->state != audits::AuditState::kSucceeded) {
      return errors::PreconditionFailed(
          "the audit has not succeeded: it has no causes");
    }
    // Those that followed it know the cause from it.
    std::vector<audits::AuditRecord> changed;
    CONCORDAT_RETURN_IF_ERROR(
        rows::VisitAudits(tx, 0, [&](const audits::AuditRecord& record) {
          if (record.number < number) return false;
          if (!record.IsLike(*named)) return true;
          audits::AuditRecord assigning = record;
          for (audits::AuditCause& cause : assigning.causes) {
            if (cause.record.id != cause_id) continue;
            cause.record.owner = owner;
            if (record.number == number) assigned = cause;
            changed.push_back(std::move(assigning));
            break;
          }
          return true;
        }));
    if (!assigned.has_value()) return absl::OkStatus();
    for (const audits::AuditRecord& record : changed) {
      CONCORDAT_RETURN_IF_ERROR(rows::PutAudit(tx, record));
    }
    return absl::OkStatus();
  };
  CONCORDAT_RETURN_IF_ERROR(WriteAndWait(*context_.committer, assign));
  if (assigned.has_value()) return *std::move(assigned);
  return errors::NotFound(absl::StrCat("cause of audit ", number));
}

absl::Status AuditBook::Delete(uint64_t number) {
  CONCORDAT_ASSIGN_OR_RETURN(const audits::AuditRecord record, Get(number));
  if (record.state == audits::AuditState::kRunning) {
    return errors::PreconditionFailed("the audit is running; cancel it first");
  }
  CONCORDAT_RETURN_IF_ERROR(WriteAndWait(
      *context_.committer,
      [&](Transaction& tx) { return rows::DeleteAudit(tx, number); }));
  return AuditRowsWriter(context_.committer, number, record.channel)
      .Clear(/*all=*/true);
}

}  // namespace concordat
