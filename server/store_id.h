// The identity of a store, which its tokens name.
#ifndef CONCORDAT_SERVER_STORE_ID_H_
#define CONCORDAT_SERVER_STORE_ID_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "graph/store.h"

namespace concordat {

// A random one; never 0.
uint64_t NewStoreId();

// That of the store, which is made at its first start. Errors: the store's.
absl::StatusOr<uint64_t> EnsureStoreId(Store& store);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_STORE_ID_H_
