#ifndef CONCORDAT_SERVER_WHATIF_SCRATCH_STORE_H_
#define CONCORDAT_SERVER_WHATIF_SCRATCH_STORE_H_

#include <cstdint>
#include <memory>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "graph/memory_store.h"
#include "graph/store.h"
#include "server/security/part_cipher.h"

namespace concordat {

// A store in front of another whose files only this object can read: the value
// of each row is sealed with a key that is made here and never leaves memory,
// and the index of identifiers, whose very keys are values in clear, is kept in
// memory. So what a process leaves that is killed is as good as erased, and so
// is whatever of a removed file can be found on the disk. Keys of rows name
// entities, attributes and channels, as they do in a backup.
//
// After a Write that failed it must not be used any more. Write, and Snapshot,
// from one thread at a time.
class ScratchStore final : public Store {
 public:
  // `identifier_bytes_max`: of the index of identifiers; a Write that goes
  // beyond is LIMIT_EXCEEDED. Errors: UNAVAILABLE without randomness.
  static absl::StatusOr<std::unique_ptr<ScratchStore>> Create(
      std::unique_ptr<Store> store, int64_t identifier_bytes_max);

  absl::StatusOr<std::unique_ptr<Reader>> Snapshot() override;
  absl::Status Write(
      absl::FunctionRef<absl::Status(Transaction&)> work) override;
  void Settle() override { store_->Settle(); }
  absl::string_view engine() const override { return store_->engine(); }

 private:
  ScratchStore(std::unique_ptr<Store> store, const SubjectKey& key,
               int64_t identifier_bytes_max)
      : store_(std::move(store)),
        key_(key),
        identifier_bytes_max_(identifier_bytes_max) {}

  const std::unique_ptr<Store> store_;
  const SubjectKey key_;
  const int64_t identifier_bytes_max_;
  MemoryStore identifiers_;
  int64_t identifier_bytes_ = 0;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_WHATIF_SCRATCH_STORE_H_
