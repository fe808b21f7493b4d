#include "server/rpc/compaction_call.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "server/archive/archive_jobs.h"
#include "server/convert/status.h"
#include "server/rpc/call.h"
#include "server/rpc/read_session.h"

namespace concordat {
namespace {

constexpr absl::string_view kMethod = "Compact";

absl::StatusOr<Revision> WantedBy(const v1::CompactRequest& request,
                                  const ServiceContext& context,
                                  const ReadSession& session) {
  switch (request.before_case()) {
    case v1::CompactRequest::kRevision: {
      CONCORDAT_ASSIGN_OR_RETURN(
          const Revision wanted,
          context.tokens->ReadRevision(request.revision()));
      if (wanted > session.revision()) {
        return errors::FutureRevision(wanted, session.revision());
      }
      return wanted;
    }
    case v1::CompactRequest::kAge: {
      if (request.age().seconds() < 0 || request.age().nanos() < 0) {
        return errors::InvalidField("age", "must not be negative");
      }
      return RevisionAt(session.reader(),
                        context.clock->Now() -
                            absl::Seconds(request.age().seconds()) -
                            absl::Nanoseconds(request.age().nanos()));
    }
    default:
      return errors::InvalidField(
          "before", "say what to keep: a `revision`, or an `age`");
  }
}

// The first step is a caller's, who can try again. The others are the server's
// own, of which one at a time waits.
absl::Status Submit(const ServiceContext& context, bool begins,
                    CompactionProgress progress, CompactionJob::Done done) {
  return context.committer->Submit(
      [&](Checker* checker) {
        return std::make_unique<CompactionJob>(checker, context.clock, begins,
                                               std::move(progress),
                                               std::move(done));
      },
      begins ? Committer::Origin::kCaller : Committer::Origin::kServer);
}

// Step after step, each handed over when the one before is done. `running` is
// set until the last.
absl::Status StepOn(const ServiceContext& context, std::atomic<bool>* running,
                    bool begins, CompactionProgress progress) {
  absl::Status handed = Submit(
      context, begins, std::move(progress),
      [&context, running](absl::StatusOr<CompactionProgress> after) {
        if (after.ok() && !after->done) {
          // Where the server stops, its next start goes on.
          StepOn(context, running, false, *std::move(after)).IgnoreError();
          return;
        }
        *running = false;
        if (after.ok()) return;
        LogFailure(*context.logger, kMethod, "", after.status());
      });
  if (!handed.ok()) *running = false;
  return handed;
}

}  // namespace

CompactionCall::CompactionCall(const ServiceContext* context,
                               std::atomic<bool>* running,
                               const v1::CompactRequest& request,
                               std::string trace_id)
    : context_(*context),
      running_(running),
      request_(request),
      trace_id_(std::move(trace_id)) {
  if (!context_.executor->TrySubmit([this] { Start(); })) {
    const auto places = static_cast<int64_t>(context_.executor->queue_max());
    End(errors::Overloaded(places, places));
  }
}

absl::Status CompactionCall::Decide() {
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::OpenLatest(context_));
  CONCORDAT_ASSIGN_OR_RETURN(const Revision wanted,
                             WantedBy(request_, context_, session));
  CONCORDAT_ASSIGN_OR_RETURN(progress_,
                             RespectCursors(session.reader(), wanted));
  CONCORDAT_ASSIGN_OR_RETURN(
      const uint64_t bare,
      CountFindingsJudgedBefore(session.reader(), progress_.before));
  response_.set_findings_without_evidence(bare);
  if (request_.dry_run() || !running_->exchange(true)) {
    owns_running_ = !request_.dry_run();
    return absl::OkStatus();
  }
  return errors::PreconditionFailed("another compaction runs");
}

void CompactionCall::Start() {
  const absl::Status decided = Decide();
  if (!decided.ok()) return End(decided);
  if (request_.dry_run()) {
    Survey();
  } else {
    Step(true);
  }
}

void CompactionCall::Step(bool begins) {
  const absl::Status handed =
      Submit(context_, begins, progress_,
             [this](absl::StatusOr<CompactionProgress> after) {
               if (!after.ok()) return End(after.status());
               // One that goes on with another is held back all the same.
               if (after->held_back_by.empty()) {
                 after->held_back_by = std::move(progress_.held_back_by);
               }
               progress_ = *std::move(after);
               Answer();
             });
  if (!handed.ok()) End(handed);
}

absl::Status CompactionCall::SurveyNow() {
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::OpenLatest(context_));
  // Many steps an answer: nobody waits for them.
  constexpr int kSteps = 50;
  for (int i = 0; i < kSteps && !progress_.done; ++i) {
    CONCORDAT_RETURN_IF_ERROR(
        SurveyCompaction(session.reader(), context_.clock->Now(),
                         limits::kCompactionRowsMax, progress_));
  }
  return absl::OkStatus();
}

void CompactionCall::Survey() {
  const absl::Status surveyed = SurveyNow();
  if (!surveyed.ok()) return End(surveyed);
  Answer();
}

void CompactionCall::Answer() {
  response_.set_revision(context_.tokens->RevisionToken(progress_.before));
  response_.set_revision_number(progress_.before.number());
  response_.set_held_back_by(progress_.held_back_by);
  response_.set_rows_seen(progress_.rows_seen);
  response_.set_rows_removed(progress_.rows_removed);
  response_.set_records_removed(progress_.records_removed);
  response_.set_done(progress_.done);
  StartWrite(&response_);
}

void CompactionCall::OnWriteDone(bool ok) {
  if (!ok) return End(absl::CancelledError());
  if (progress_.done) return End(absl::OkStatus());
  if (!request_.dry_run()) return Step(false);
  if (!context_.executor->TrySubmit([this] { Survey(); })) {
    const auto places = static_cast<int64_t>(context_.executor->queue_max());
    End(errors::Overloaded(places, places));
  }
}

void CompactionCall::End(const absl::Status& status) {
  if (owns_running_) *running_ = false;
  if (!status.ok() && !absl::IsCancelled(status)) {
    LogFailure(*context_.logger, kMethod, trace_id_, status);
  }
  Finish(convert::ToGrpcStatus(status));
}

absl::Status ResumeCompaction(const ServiceContext& context,
                              std::atomic<bool>* running) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             context.store->Snapshot());
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<CompactionProgress> begun,
                             FindCompaction(*reader));
  if (!begun.has_value()) return absl::OkStatus();
  *running = true;
  // Where the server stops already, the next start goes on.
  StepOn(context, running, /*begins=*/false, *begun).IgnoreError();
  return absl::OkStatus();
}

absl::Status CompactOlder(const ServiceContext& context,
                          std::atomic<bool>* running, absl::Duration age) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             context.store->Snapshot());
  CONCORDAT_ASSIGN_OR_RETURN(const Revision wanted,
                             RevisionAt(*reader, context.clock->Now() - age));
  CONCORDAT_ASSIGN_OR_RETURN(CompactionProgress progress,
                             RespectCursors(*reader, wanted));
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Revision> start,
                             rows::ReadLogStart(*reader));
  if (progress.before <= start.value_or(Revision()) ||
      running->exchange(true)) {
    return absl::OkStatus();
  }
  return StepOn(context, running, /*begins=*/true, std::move(progress));
}

}  // namespace concordat
