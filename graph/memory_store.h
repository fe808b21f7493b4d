// The in-memory store: the specification of the storage port.
//
// It keeps everything until the process ends and nothing after, so "durable"
// is the one promise of Store that it cannot keep. In all else a storage
// engine is right when it answers as this one does; tests/conformance runs
// both through the same cases.
#ifndef CONCORDAT_GRAPH_MEMORY_STORE_H_
#define CONCORDAT_GRAPH_MEMORY_STORE_H_

#include <array>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "graph/mutex.h"
#include "graph/store.h"

namespace concordat {

namespace internal {
struct RowNode;
}  // namespace internal

// The rows of a space are an immutable balanced tree. A write makes new nodes
// on the path to its row and shares the rest, so a state of the whole store is
// one root a space: taking a snapshot copies kSpacesMax pointers, a failed
// write is forgotten with its roots, and readers need no lock at all.
//
// Thread-safe. Readers may outlive the store.
class MemoryStore final : public Store {
 public:
  MemoryStore() = default;
  MemoryStore(const MemoryStore&) = delete;
  MemoryStore& operator=(const MemoryStore&) = delete;

  // Never fails.
  absl::StatusOr<std::unique_ptr<Reader>> Snapshot() override;
  // Fails only as `work` does.
  absl::Status Write(
      absl::FunctionRef<absl::Status(Transaction&)> work) override;
  absl::string_view engine() const override { return "memory"; }

  // One consistent state: the root of each space's tree, null when empty.
  using State =
      std::array<std::shared_ptr<const internal::RowNode>, kSpacesMax>;

 private:
  // Serialises writers. Taken before state_mutex_, which is held only to copy
  // a state, so that a snapshot never waits for the work of a writer.
  Mutex writer_mutex_ ABSL_ACQUIRED_BEFORE(state_mutex_);
  Mutex state_mutex_;
  State state_ ABSL_GUARDED_BY(state_mutex_);
};

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_MEMORY_STORE_H_
