#include "server/rpc/compaction_call.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/cursors.h"
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

absl::Status Submit(const ServiceContext& context, bool begins,
                    CompactionProgress progress, CompactionJob::Done done) {
  return context.committer->Submit([&](Checker*) {
    return std::make_unique<CompactionJob>(
        context.clock, begins, std::move(progress), std::move(done));
  });
}

// Step after step, each handed over when the one before is done.
void StepOn(const ServiceContext& context, CompactionProgress progress) {
  Submit(context, false, std::move(progress),
         [&context](absl::StatusOr<CompactionProgress> after) {
           if (!after.ok()) {
             LogFailure(*context.logger, kMethod, "", after.status());
           } else if (!after->done) {
             StepOn(context, *std::move(after));
           }
         })
      .IgnoreError();  // the server is stopping: it goes on at the next start
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
  CONCORDAT_ASSIGN_OR_RETURN(progress_.before,
                             WantedBy(request_, context_, session));
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<Cursor> cursors,
                             ListCursors(session.reader()));
  for (const Cursor& cursor : cursors) {
    if (cursor.revision >= progress_.before) continue;
    progress_.before = cursor.revision;
    held_back_by_ = cursor.name;
  }
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
  response_.set_held_back_by(held_back_by_);
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

absl::Status ResumeCompaction(const ServiceContext& context) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             context.store->Snapshot());
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<CompactionProgress> begun,
                             FindCompaction(*reader));
  if (begun.has_value()) StepOn(context, *begun);
  return absl::OkStatus();
}

}  // namespace concordat
