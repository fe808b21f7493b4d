#ifndef CONCORDAT_SERVER_STORAGE_SQLITE_WAL_DAMAGE_H_
#define CONCORDAT_SERVER_STORAGE_SQLITE_WAL_DAMAGE_H_

#include <string>

#include "absl/status/status.h"

namespace concordat {

// Tells a damaged write-ahead log from one whose last commit was not finished.
// SQLite takes both for the same: its recovery ends at the first frame whose
// checksum is wrong and drops the rest, acknowledged or not. But a commit is
// begun only when the one before is synced. So where a wrong frame is followed
// by frames of a later commit, it was right once, and what follows must not be
// dropped.
//
// OK for a log that recovery reads rightly, for none, and for one whose wrong
// frame is in its last commit, where nothing tells the two apart.
// Errors: DATA_LOSS StorageCorrupt, UNAVAILABLE (it cannot be read).
absl::Status CheckLogForDamage(const std::string& path);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_STORAGE_SQLITE_WAL_DAMAGE_H_
