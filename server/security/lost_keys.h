// Values of which the key is gone, though nobody was erased: after a restore
// without the file of the keys, or with one that lacks some.
#ifndef CONCORDAT_SERVER_SECURITY_LOST_KEYS_H_
#define CONCORDAT_SERVER_SECURITY_LOST_KEYS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "graph/store.h"

namespace concordat {

// Makes erased parts of the sealed parts of subjects that have no key: as such
// they read already, but once something new is written of the subject it gets a
// key, and that would not open them. `store` is the one behind the sealed
// store. May be interrupted and called again. Gives how many rows were changed.
// Errors: the store's.
absl::StatusOr<uint64_t> EraseLostParts(Store& store,
                                        absl::Span<const Space> spaces);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_SECURITY_LOST_KEYS_H_
