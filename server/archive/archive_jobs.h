// The committer's jobs for histories and compaction.
#ifndef CONCORDAT_SERVER_ARCHIVE_ARCHIVE_JOBS_H_
#define CONCORDAT_SERVER_ARCHIVE_ARCHIVE_JOBS_H_

#include <functional>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "concordat/v1/archive_files.pb.h"
#include "consistency/compaction.h"
#include "server/archive/replay.h"
#include "server/ingest/committer.h"
#include "server/vocabulary_registry.h"

namespace concordat {

// What became of commits that were to be recorded again.
struct Replayed {
  Revision newest;  // of the store, after it
  uint64_t recorded = 0;
};

// Records commits of a history again, all or none; those that the store has are
// passed over. Errors: STORE_NOT_EMPTY where the store has another history, or
// none that the first of them could follow on; those of Replayer.
class ReplayJob final : public Committer::Job {
 public:
  using Done = std::function<void(absl::StatusOr<Replayed>)>;

  ReplayJob(Checker* checker, VocabularyRegistry* vocabularies,
            v1::ArchiveLog commits, Done done);

  absl::Status Run(Transaction& tx, CommitStamp stamp, bool& used) override;
  void Finish(const absl::Status& status) override;
  bool exclusive() const override { return true; }
  bool refuses_all() const override { return true; }
  bool erases() const override { return erases_; }
  bool follows() const override { return true; }
  Revision newest(Revision) const override { return replayed_.newest; }

 private:
  // Of a commit that the store should have.
  absl::Status CheckSame(Transaction& tx, const v1::LogRecord& record);

  Checker* const checker_;
  VocabularyRegistry* const vocabularies_;
  const v1::ArchiveLog commits_;
  Replayed replayed_;
  bool erases_ = false;
  std::shared_ptr<const Vocabulary> vocabulary_;
  const Done done_;
};

// One step of a compaction; the first begins it.
class CompactionJob final : public Committer::Job {
 public:
  using Done = std::function<void(absl::StatusOr<CompactionProgress>)>;

  // `begins`: `progress` has no more than `before`.
  CompactionJob(Checker* checker, const Clock* clock, bool begins,
                CompactionProgress progress, Done done)
      : checker_(checker),
        clock_(clock),
        begins_(begins),
        progress_(std::move(progress)),
        done_(std::move(done)) {}

  absl::Status Run(Transaction& tx, CommitStamp stamp, bool& used) override;
  void Finish(const absl::Status& status) override;
  // Alone, so that no writer waits for more than one step.
  bool exclusive() const override { return true; }
  bool refuses_all() const override { return true; }

 private:
  Checker* const checker_;
  const Clock* const clock_;
  const bool begins_;
  CompactionProgress progress_;
  const Done done_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_ARCHIVE_ARCHIVE_JOBS_H_
