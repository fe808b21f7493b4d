// Where SQLite's errors become ours. SQLiteCpp throws; no exception of it
// leaves Guard, and no text of SQLite leaves this file.
#ifndef CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_STATUS_H_
#define CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_STATUS_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace concordat {

// The error that stands for an extended result code of SQLite; OK for
// SQLITE_OK. Codes that mean a bug of ours become INTERNAL.
absl::Status StatusOfSqliteCode(int extended_code);

// Runs `work` and turns a SQLite::Exception into StatusOfSqliteCode. Stores
// the extended code, or SQLITE_OK, in `code` if that is not null.
absl::Status Guard(absl::FunctionRef<void()> work, int* code = nullptr);

// Whether the operating system failed to write or to sync. What the disk then
// holds is unknown, and syncing again proves nothing: Linux reports a lost page
// once. A full disk is not such a fault: SQLite knows what was not written.
bool IsWriteFault(int extended_code);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_STATUS_H_
