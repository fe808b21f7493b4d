#ifndef CONCORDAT_CONSISTENCY_RECENT_CLAIMS_H_
#define CONCORDAT_CONSISTENCY_RECENT_CLAIMS_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "absl/status/status.h"
#include "consistency/claims.h"
#include "graph/limits.h"
#include "graph/store.h"

namespace concordat {

// The keys of the newest claims, to recognise retries: of a fixed number the
// oldest go first. 24 bytes a key. Not thread-safe.
class RecentClaims {
 public:
  // `keys_max` is rounded up to a power of two, at most 2^22.
  explicit RecentClaims(size_t keys_max = limits::kRecentClaimIdsMax);

  // Reads the newest keys from the store.
  absl::Status Load(const Reader& reader);
  // Has memory fetched for an Add soon.
  void Prefetch(const ClaimKey& key) const {
    __builtin_prefetch(&table_[HomeOf(key)]);
  }
  // False where the key is known already. It must identify a claim.
  bool Add(const ClaimKey& key);
  // Takes back the Add before, which must have returned true.
  void RemoveNewest();

 private:
  // The keys in the order they came, in a ring; and a table of places in the
  // ring, by hash, with linear probing (Knuth, TAOCP 3, 6.4, algorithms L and
  // R: what is deleted leaves no mark). The table is at most half full. Both
  // are as large as they will be from the start: growing would stop everything
  // for as long as it takes; the system gives memory as it is first touched.
  //
  // An entry of the table is 1 + the place in the ring, and above that the low
  // bits of its home: so keys are compared, and entries moved, mostly without
  // a look into the ring, which no cache has. They tell the home of what lies
  // less than 2^9 past it: at half full the longest way is some 2^6, whoever
  // chose the keys, for nobody knows how they are mixed.
  static constexpr int kPlaceBits = 23;
  static constexpr size_t kKeysMax = size_t{1} << (kPlaceBits - 1);
  static constexpr size_t kHomeMask = (size_t{1} << (32 - kPlaceBits)) - 1;
  // Keys that go so many Adds later have their memory fetched.
  static constexpr size_t kAhead = 8;

  static size_t PlaceIn(uint32_t entry) {
    return (entry & ((uint32_t{1} << kPlaceBits) - 1)) - 1;
  }
  static size_t HomeIn(uint32_t entry) { return entry >> kPlaceBits; }
  size_t HomeOf(const ClaimKey& key) const;
  // The place of the key in the table, or the free one where it belongs.
  size_t Find(const ClaimKey& key) const;
  void EraseFromTable(size_t hole);
  void Clear();

  struct Free {
    void operator()(void* zeroed) const { std::free(zeroed); }
  };
  const size_t ring_mask_;
  const size_t table_mask_;
  std::unique_ptr<ClaimKey[], Free> ring_;
  std::unique_ptr<uint32_t[], Free> table_;  // 0: free
  uint64_t added_ = 0;
  uint64_t removed_ = 0;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_RECENT_CLAIMS_H_
