#include "server/archive/archive_jobs.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/held_runs.h"
#include "graph/errors.h"
#include "graph/facts.h"
#include "graph/key.h"
#include "graph/limits.h"
#include "graph/rows.h"
#include "graph/staged_transaction.h"
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

// As a row, without the values that one of the two cannot read any more.
absl::StatusOr<std::optional<std::string>> RowOf(
    Transaction& tx, Revision revision, const std::vector<Change>& changes) {
  if (changes.empty()) return std::nullopt;
  StagedTransaction staged(tx);  // and never applied
  CONCORDAT_RETURN_IF_ERROR(rows::PutChanges(staged, changes));
  return staged.Get(rows::kChanges, KeyWriter().At(revision).bytes());
}

// The rows that tie commits say nothing of what was written, because that may
// be erased; as long as it can be read it is compared.
absl::StatusOr<bool> SaysTheSame(Transaction& tx, const v1::LogRecord& record) {
  const Revision revision(record.revision());
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<Change> ours,
                             rows::GetChanges(tx, revision));
  std::vector<Change> theirs;
  for (const v1::LogRow& row : record.rows()) {
    if (row.space() != rows::kChanges.id) continue;
    CONCORDAT_ASSIGN_OR_RETURN(theirs,
                               rows::ParseChanges(row.key(), row.value()));
  }
  if (ours.size() != theirs.size()) return false;
  for (size_t i = 0; i < ours.size(); ++i) {
    FactRecord* const one = std::get_if<FactRecord>(&ours[i]);
    FactRecord* const other = std::get_if<FactRecord>(&theirs[i]);
    if (one == nullptr || other == nullptr) continue;
    const bool readable = !one->erased && !other->erased;
    for (FactRecord* const fact : {one, other}) {
      fact->personal = fact->erased = false;
      if (!readable) fact->value.reset();
    }
  }
  CONCORDAT_ASSIGN_OR_RETURN(const auto our_row, RowOf(tx, revision, ours));
  CONCORDAT_ASSIGN_OR_RETURN(const auto their_row, RowOf(tx, revision, theirs));
  return our_row == their_row;
}

}  // namespace

ReplayJob::ReplayJob(Checker* checker, VocabularyRegistry* vocabularies,
                     v1::ArchiveLog commits, Done done)
    : checker_(checker),
      vocabularies_(vocabularies),
      commits_(std::move(commits)),
      done_(std::move(done)) {}

absl::Status ReplayJob::CheckSame(Transaction& tx,
                                  const v1::LogRecord& record) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string tie,
                             TieAt(tx, Revision(record.revision())));
  if (tie.empty()) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(const bool same, SaysTheSame(tx, record));
  if (same && tie == TieOf(record)) return absl::OkStatus();
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
  return used ? rows::PutFollowed(tx, head) : absl::OkStatus();
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
    CONCORDAT_ASSIGN_OR_RETURN(const HeldManifest held, ReadHeldManifest(tx));
    if (held.applied < progress_.before) {
      CONCORDAT_RETURN_IF_ERROR(checker_->held().ApplyAll(tx));
    }
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
