#ifndef CONCORDAT_SERVER_STORAGE_SCRATCH_STORES_H_
#define CONCORDAT_SERVER_STORAGE_SCRATCH_STORES_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/store.h"

namespace concordat {

// A place for stores that live for one piece of work and are of no use after
// it. Not thread-safe.
class ScratchStores {
 public:
  virtual ~ScratchStores() = default;

  // A new, empty store; `name` is [a-z_]+ and not in use. What it holds need
  // not survive the process. Errors: the engine's.
  virtual absl::StatusOr<std::unique_ptr<Store>> Open(
      const std::string& name) = 0;
  // Removes all that there is: of this process, whose stores are closed, and of
  // one that was killed. Errors: UNAVAILABLE.
  virtual absl::Status Clear() = 0;

  // Bytes that its stores take, and that are free for more. Errors:
  // UNAVAILABLE.
  virtual absl::StatusOr<int64_t> UsedBytes() = 0;
  virtual absl::StatusOr<int64_t> FreeBytes() = 0;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_STORAGE_SCRATCH_STORES_H_
