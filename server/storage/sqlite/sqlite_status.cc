#include "server/storage/sqlite/sqlite_status.h"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"

namespace concordat {

absl::Status StatusOfSqliteCode(int extended_code) {
  // The primary code is the low byte of the extended one.
  switch (extended_code & 0xff) {
    case SQLITE_OK:
      return absl::OkStatus();
    case SQLITE_FULL:
      return errors::StorageFull();
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      return errors::StorageCorrupt("the database file");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return errors::StorageUnavailable("the database is busy");
    case SQLITE_IOERR:
      if (extended_code == SQLITE_IOERR_DATA) {
        return errors::StorageCorrupt(
            "a page is not what was written to it; the rest can be read. "
            "Restore a backup");
      }
      return errors::StorageUnavailable(
          absl::StrCat("I/O error, SQLite code ", extended_code));
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return errors::StorageUnavailable("cannot open the database file");
    case SQLITE_READONLY:
      return errors::StorageUnavailable("the database file is read-only");
    case SQLITE_INTERRUPT:
      return errors::StorageUnavailable("the read was interrupted");
    case SQLITE_NOMEM:
      return errors::StorageUnavailable("out of memory");
    case SQLITE_TOOBIG:
      return errors::Internal("a row is larger than SQLite allows");
    default:
      return errors::Internal(absl::StrCat("SQLite code ", extended_code));
  }
}

absl::Status Guard(absl::FunctionRef<void()> work, int* code) {
  int failure = SQLITE_OK;
  try {
    work();
  } catch (const SQLite::Exception& error) {
    failure = error.getExtendedErrorCode();
    // SQLiteCpp's own complaints, such as a wrong column, carry no code.
    if (failure <= 0) failure = error.getErrorCode();
    if (failure <= 0) failure = SQLITE_MISUSE;
  }
  if (code != nullptr) *code = failure;
  return StatusOfSqliteCode(failure);
}

bool IsWriteFault(int extended_code) {
  if ((extended_code & 0xff) != SQLITE_IOERR) return false;
  switch (extended_code) {
    case SQLITE_IOERR_DATA:
    case SQLITE_IOERR_READ:
    case SQLITE_IOERR_SHORT_READ:
    case SQLITE_IOERR_FSTAT:
    case SQLITE_IOERR_ACCESS:
    case SQLITE_IOERR_NOMEM:
      return false;
    default:
      return true;
  }
}

}  // namespace concordat
