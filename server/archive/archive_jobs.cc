#include "server/archive/archive_jobs.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "proto/block_chain.h"
#include "server/archive/log_reader.h"

namespace concordat {
namespace {

bool IsErasure(const v1::LogRecord& record) {
  return std::any_of(
      record.rows().begin(), record.rows().end(),
      [](const v1::LogRow& row) { return row.space() == rows::kErasures.id; });
}

}  // namespace

ReplayJob::ReplayJob(Checker* checker, VocabularyRegistry* vocabularies,
                     v1::ArchiveLog commits, Done done)
    : checker_(checker),
      vocabularies_(vocabularies),
      commits_(std::move(commits)),
      done_(std::move(done)) {}

absl::Status ReplayJob::CheckSame(const Reader& reader,
                                  const v1::LogRecord& record) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string tie,
                             TieAt(reader, Revision(record.revision())));
  if (tie.empty() || tie == TieOf(record)) return absl::OkStatus();
  return errors::StoreNotEmpty(absl::StrCat(
      "this store has another commit at revision ", record.revision(),
      "; import into an empty store, or into one of the same history"));
}

absl::Status ReplayJob::Run(Transaction& tx, CommitStamp stamp, bool& used) {
  Revision head(stamp.revision.number() - 1);
  Replayer replayer(checker_, vocabularies_->Current());
  for (const v1::LogRecord& record : commits_.records()) {
    if (record.revision() <= head.number()) {
      // Of those before, the newest speaks for all.
      if (record.revision() == head.number() && replayed_.recorded == 0) {
        CONCORDAT_RETURN_IF_ERROR(CheckSame(tx, record));
      }
      continue;
    }
    if (record.revision() != head.Next().number()) {
      return errors::StoreNotEmpty(absl::StrCat(
          "revision ", record.revision(), " cannot follow on revision ",
          head.number(), ", the newest of this store; begin with revision ",
          head.number(), " or before"));
    }
    CONCORDAT_RETURN_IF_ERROR(replayer.Replay(tx, record));
    erases_ = erases_ || IsErasure(record);
    head = Revision(record.revision());
    ++replayed_.recorded;
  }
  replayed_.newest = head;
  vocabulary_ = replayer.vocabulary();
  used = replayed_.recorded > 0;
  return absl::OkStatus();
}

void ReplayJob::Finish(const absl::Status& status) {
  if (!status.ok()) return done_(status);
  if (vocabulary_ != nullptr && vocabulary_ != vocabularies_->Current()) {
    vocabularies_->Publish(vocabulary_);
  }
  done_(replayed_);
}

absl::Status CompactionJob::Run(Transaction& tx, CommitStamp, bool&) {
  if (begins_) {
    CONCORDAT_ASSIGN_OR_RETURN(progress_,
                               BeginCompaction(tx, progress_.before));
    return absl::OkStatus();
  }
  return StepCompaction(tx, clock_->Now(), limits::kCompactionRowsMax,
                        progress_);
}

void CompactionJob::Finish(const absl::Status& status) {
  if (!status.ok()) return done_(status);
  done_(std::move(progress_));
}

}  // namespace concordat
