// The keys that seal personal values, kept apart from backups.
//
// A backup holds the rows as they are sealed, and never a key. The keys are in
// a file of their own, of which only the newest is to be kept: it has every key
// that there is and says whom there is none of any more, so it serves every
// older backup, and restoring one with it leaves whoever was erased since
// erased. An older file of keys has to be destroyed when it is replaced, for it
// may hold the keys of people who were erased after it.
#ifndef CONCORDAT_SERVER_SECURITY_KEY_FILE_H_
#define CONCORDAT_SERVER_SECURITY_KEY_FILE_H_

#include <cstdint>
#include <istream>
#include <ostream>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/revision.h"
#include "graph/store.h"

namespace concordat {

struct ExportedKeys {
  uint64_t keys = 0;
  uint64_t erasures = 0;
};

// Writes the keys and erasures of the state to `out`; the caller makes the file
// readable for its owner only, and puts it in the place of the one before. Ends
// with a SHA-256 of all that is before. `reader` may be of the sealed store or
// of the one behind it. Errors: the reader's; UNAVAILABLE where `out` fails.
absl::StatusOr<ExportedKeys> ExportKeys(const Reader& reader,
                                        std::ostream& out);

struct ImportedKeys {
  uint64_t store_id = 0;
  // The revision of the state that was exported.
  Revision revision;
  uint64_t keys = 0;
  // Erasures that the restored store did not know: they were made after its
  // backup, and are recorded again, each at a new revision.
  uint64_t erasures_applied = 0;
};

// Puts the keys into a store that was restored from a backup, except of those
// who were erased by the state of the keys or of the store. `store` is the one
// behind the sealed store, which must not be in use. A restored store must not
// have the index of identifiers (rows::kIdentifiers) of its backup: it holds
// values in clear, and is made anew from what can be read after this. Errors:
// DATA_LOSS where the file is not whole, in which case nothing was written; the
// store's.
absl::StatusOr<ImportedKeys> ImportKeys(std::istream& in, Store& store);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_SECURITY_KEY_FILE_H_
