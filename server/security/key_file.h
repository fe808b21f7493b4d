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
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/codec.h"
#include "graph/erasure.h"
#include "graph/revision.h"
#include "graph/store.h"
#include "proto/sha256.h"

namespace concordat {

// The file, some thousand keys at a time, so that its size costs no memory. The
// caller makes it readable for its owner only, and destroys the one before.
// Ends with a SHA-256 of all that is before. Not thread-safe.
class KeyFileWriter {
 public:
  // The keys and erasures of the state, of the sealed store or of the one
  // behind it. `reader` must outlive this.
  explicit KeyFileWriter(const Reader* reader) : reader_(*reader) {}
  KeyFileWriter(const KeyFileWriter&) = delete;
  KeyFileWriter& operator=(const KeyFileWriter&) = delete;

  // The next bytes; empty at the end. Errors: the reader's.
  absl::StatusOr<std::string> Next();

 private:
  enum class Part : uint8_t { kHeader, kKeys, kErasures, kEnd, kDone };

  absl::Status AddHeader(Encoder& out);
  absl::Status AddKeys(Encoder& out);
  absl::Status AddErasures(Encoder& out);

  const Reader& reader_;
  Sha256 digest_;
  Part part_ = Part::kHeader;
  std::string start_;  // where the part goes on
};

// What a file of keys holds.
struct KeyFile {
  uint64_t store_id = 0;
  // The revision of the state that was exported.
  Revision revision;
  // By subject; empty: the subject was erased.
  std::map<std::string, std::string> keys;
  // In order of revision.
  std::vector<ErasureRecord> erasures;
};

// Errors: DATA_LOSS where the file is not whole.
absl::StatusOr<KeyFile> ReadKeyFile(std::istream& in);

// Puts the keys into a store that was restored from a backup, except of those
// who were erased by the state of the keys or of the store: first that these
// have none, so that whatever interrupts this, nobody who was erased has one.
// What the store says of a subject already stays. Gives how many keys were put.
// `store` is the one behind the sealed store, which must not have read a value
// yet. Errors: the store's.
absl::StatusOr<uint64_t> PutKeys(const KeyFile& file, Store& store);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_SECURITY_KEY_FILE_H_
