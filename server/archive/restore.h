#ifndef CONCORDAT_SERVER_ARCHIVE_RESTORE_H_
#define CONCORDAT_SERVER_ARCHIVE_RESTORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "graph/revision.h"
#include "graph/store.h"

namespace concordat {

struct RestoreOptions {
  // The file of a backup.
  std::string backup;
  // The file of the subjects' keys, exported at or after the last revision to
  // restore; empty: what is sealed is unreadable for ever. Needed with files of
  // the log that are sealed.
  std::string keys;
  // Files of the log that follow on the backup, in order; sealed ones where the
  // store seals its rows.
  std::vector<std::string> logs;
  // The last revision to restore; at or after the backup's. nullopt: the last
  // of the last file.
  std::optional<Revision> until;
  // Commits of before or at this time; not before the backup's.
  std::optional<absl::Time> until_time;
  // The identity of the restored store; nullopt: that of the store that was
  // backed up, whose tokens then are believed.
  std::optional<uint64_t> store_id;
};

struct Restored {
  // The newest: after the last one of the files where the keys know of erasures
  // that these do not.
  Revision revision;
  uint64_t rows = 0;
  uint64_t commits = 0;  // replayed from the files of the log
};

// Puts a backup, and what the log says came after it, into an empty store.
//
// Every file is read to its end and checked before the first row is put. A
// store with a restore that was not finished is marked: no server starts on it,
// and the same call goes on with it. `sealed` is `store` behind whatever opens
// sealed rows, or `store` itself.
//
// Whoever was erased, by what the backup, the log or the keys know, is erased
// in the restored store. Of whom there is no key the values are erased too.
//
// Errors: STORE_NOT_EMPTY (and nothing was changed), BACKUP_CORRUPT (a file is
// damaged, or does not follow on the one before), INVALID_FIELD (`until` is not
// within what the files hold, or before what was restored already; the keys are
// older than that; a file cannot be opened or is not of the kind that is
// needed), those of Replayer, the store's.
absl::StatusOr<Restored> Restore(Store& store, Store& sealed,
                                 const RestoreOptions& options);

// STORE_NOT_EMPTY where a restore was begun and not finished.
absl::Status CheckNotRestoring(Store& store);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_ARCHIVE_RESTORE_H_
