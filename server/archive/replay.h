#ifndef CONCORDAT_SERVER_ARCHIVE_REPLAY_H_
#define CONCORDAT_SERVER_ARCHIVE_REPLAY_H_

#include <memory>

#include "absl/status/status.h"
#include "concordat/v1/archive_files.pb.h"
#include "consistency/checker.h"
#include "consistency/rows.h"
#include "consistency/vocabulary.h"
#include "graph/store.h"

namespace concordat {

// Records commits of a history as they were recorded first: with their
// revisions, times and actors, each judged under the vocabulary that was in
// force. The same history gives the same rows. What the log itself says (which
// claims got which verdict) is kept as it was, should a newer judge differ.
//
// Not thread-safe: belongs to whoever owns the checker.
class Replayer {
 public:
  // `checker` must outlive this and have loaded the store's state; `vocabulary`
  // is the one in force there, or nullptr.
  Replayer(Checker* checker, std::shared_ptr<const Vocabulary> vocabulary)
      : checker_(*checker), vocabulary_(std::move(vocabulary)) {}

  // Records the commit, whose revision must be the one after the newest, except
  // for the newest revision itself (rows::PutHead), which is the caller's to
  // move. What was admitted then is not held against anything again. Errors:
  // BACKUP_CORRUPT (it is no commit, or not only one), STORAGE_VERSION (of a
  // newer version, or a vocabulary that this one cannot read), NO_VOCABULARY,
  // INTERNAL (it does not go as it went), the transaction's. After an error the
  // transaction must be abandoned.
  absl::Status Replay(Transaction& tx, const v1::LogRecord& record);

  // The vocabulary in force after what was replayed.
  const std::shared_ptr<const Vocabulary>& vocabulary() const {
    return vocabulary_;
  }

 private:
  absl::Status ReplayKnowledge(Transaction& tx, const v1::LogRecord& record,
                               const rows::CommitRecord& commit);
  absl::Status ReplayClaims(Transaction& tx, const v1::LogRecord& record,
                            const rows::CommitRecord& commit);
  // What is held of claims that the log does not say whom they are about.
  absl::Status HoldAsJudged(Transaction& tx, Revision revision);
  absl::Status ReplayFindings(Transaction& tx, const v1::LogRecord& record,
                              const rows::CommitRecord& commit);
  absl::Status ReplayErasure(Transaction& tx, const v1::LogRecord& record);
  absl::Status ReplayVocabulary(Transaction& tx, const v1::LogRecord& record);

  Checker& checker_;
  std::shared_ptr<const Vocabulary> vocabulary_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_ARCHIVE_REPLAY_H_
