#ifndef CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_SCRATCH_H_
#define CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_SCRATCH_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/storage/scratch_stores.h"

namespace concordat {

// Scratch stores as directories below one, which is made when the first is
// opened and is theirs alone: Clear removes it with all that is in it. Its
// parent must be there, and be locked by whoever owns this.
class SqliteScratch final : public ScratchStores {
 public:
  SqliteScratch(std::string directory, std::vector<Space> spaces)
      : directory_(std::move(directory)), spaces_(std::move(spaces)) {}

  absl::StatusOr<std::unique_ptr<Store>> Open(const std::string& name) override;
  absl::Status Clear() override;
  absl::StatusOr<int64_t> UsedBytes() override;
  absl::StatusOr<int64_t> FreeBytes() override;

 private:
  const std::string directory_;
  const std::vector<Space> spaces_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_SCRATCH_H_
