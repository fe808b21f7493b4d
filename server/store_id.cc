#include "server/store_id.h"

#include <memory>
#include <random>

#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {

uint64_t NewStoreId() {
  std::random_device random;
  uint64_t id = 0;
  while (id == 0) id = static_cast<uint64_t>(random()) << 32 | random();
  return id;
}

absl::StatusOr<uint64_t> EnsureStoreId(Store& store) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             store.Snapshot());
  CONCORDAT_ASSIGN_OR_RETURN(uint64_t store_id, rows::ReadStoreId(*reader));
  if (store_id != 0) return store_id;
  store_id = NewStoreId();
  CONCORDAT_RETURN_IF_ERROR(store.Write(
      [&](Transaction& tx) { return rows::PutStoreId(tx, store_id); }));
  return store_id;
}

}  // namespace concordat
