// The storage port: what Concordat asks of a storage engine.
//
// A store holds ordered rows, key to value, in a few named spaces. The graph
// and the consistency checker encode their records into rows (graph/rows.h,
// consistency/rows.h), so an engine knows nothing of facts or findings and a
// new engine is one small class. Every engine passes tests/conformance; the
// in-memory store (graph/memory_store.h) is the specification.
#ifndef CONCORDAT_GRAPH_STORE_H_
#define CONCORDAT_GRAPH_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace concordat {

// A named, ordered set of rows. Constants are declared by the layer that owns
// the rows. `id` is unique within a store and at most kSpacesMax - 1.
struct Space {
  uint8_t id;
  const char* name;  // [a-z_]+; an engine may use it as a table name.
};
inline constexpr int kSpacesMax = 48;

// Reads one consistent state of the store: that one or an error, whatever is
// written meanwhile. Not thread-safe; may be handed from thread to thread.
class Reader {
 public:
  virtual ~Reader() = default;

  // The row's value, or nullopt where there is none.
  // Errors: UNAVAILABLE (engine busy or closed, or this reader was kept for so
  // long that the engine ended it: take another), DATA_LOSS (what holds the row
  // is damaged; other rows may still be read).
  virtual absl::StatusOr<std::optional<std::string>> Get(
      Space space, absl::string_view key) const = 0;

  // Visits the rows with begin <= key < end in ascending byte order of keys
  // until `visit` returns false. An empty `end` means: to the end of the space.
  // The views passed to `visit` are valid only during the call. `visit` must
  // not use this reader. Errors as Get.
  virtual absl::Status Scan(
      Space space, absl::string_view begin, absl::string_view end,
      absl::FunctionRef<bool(absl::string_view key, absl::string_view value)>
          visit) const = 0;
};

// A reader that also writes; it sees its own writes. Lives within Store::Write.
class Transaction : public Reader {
 public:
  // Inserts or replaces. Errors: RESOURCE_EXHAUSTED (storage full),
  // UNAVAILABLE (I/O error). After an error the transaction must be abandoned:
  // return the error from the function given to Store::Write.
  virtual absl::Status Put(Space space, absl::string_view key,
                           absl::string_view value) = 0;
  // Removes the row; no error where there is none. Errors as Put.
  virtual absl::Status Delete(Space space, absl::string_view key) = 0;
};

// Thread-safe. One writer at a time; readers never wait for it.
class Store {
 public:
  virtual ~Store() = default;

  // The state after the last finished Write. Keep it for the length of one
  // request: an engine holds resources for it, and may end a reader while which
  // very much was written (for SQLite: SqliteOptions::reader_log_bytes_max).
  // Errors: UNAVAILABLE, RESOURCE_EXHAUSTED (too many readers).
  virtual absl::StatusOr<std::unique_ptr<Reader>> Snapshot() = 0;

  // Runs `work`, which must not call Write, and commits iff it returns OK. When
  // this returns OK the commit is durable: it survives the death of the process
  // and of the machine. On any error nothing of `work` is visible, now or after
  // a restart.
  virtual absl::Status Write(
      absl::FunctionRef<absl::Status(Transaction&)> work) = 0;

  // Does now what a later Write would have to, such as keeping the engine's
  // log short. Call it while nobody waits for a Write.
  virtual void Settle() {}

  // Overwrites what deleted and replaced rows have left behind, in the engine's
  // log for example: when this returns OK, no file of the engine holds a byte
  // of a row that no reader can see any more. Call it after an erasure.
  // Errors: UNAVAILABLE (a reader that is alive still needs the old rows, or
  // I/O failed: call again later).
  virtual absl::Status Scrub() { return absl::OkStatus(); }

  // The engine's name, such as "memory" or "sqlite".
  virtual absl::string_view engine() const = 0;
};

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_STORE_H_
