#ifndef CONCORDAT_CONSISTENCY_HELD_TAIL_H_
#define CONCORDAT_CONSISTENCY_HELD_TAIL_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consistency/claim_records.h"
#include "consistency/held_claims.h"
#include "consistency/held_runs.h"
#include "consistency/scorecards/claim_tally.h"
#include "graph/codec.h"
#include "graph/ids.h"
#include "graph/personal.h"
#include "graph/revision.h"
#include "graph/store.h"

namespace concordat {

// What channels say now, as far as a part of the log tells: of each channel,
// entity and attribute the newest claim. Kept as bytes, some 150 for each. Not
// thread-safe.
class HeldTail {
 public:
  HeldTail();
  HeldTail(const HeldTail&) = delete;
  HeldTail& operator=(const HeldTail&) = delete;

  // `judged` is about somebody.
  void Add(const rows::JudgedView& judged, HeldStamp stamp);
  void Add(const HeldClaim& held);
  // As new, with the memory that it has.
  void Clear();

  // Takes the place of what there is by its key; does nothing where there is
  // nothing. An Order stays as it is.
  void Replace(const HeldClaim& held);

  // How many are held.
  size_t size() const { return slots_.size(); }
  // Infinitely long ago where nothing was added.
  absl::Time newest_said_at() const { return newest_said_at_; }

  // All of it, all about an entity, or what has the key (HeldKey), in order.
  // The tail must outlive it, and nothing be added meanwhile.
  class Order;
  Order Sorted() const;
  Order SortedOf(const EntityId& entity);
  Order Only(absl::string_view key) const;

 private:
  static constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();

  // One claim; its key, its value and its rest lie one after the other in
  // `bytes_`.
  struct Slot {
    size_t begin;
    uint32_t entity_size;  // of what the key begins with
    uint32_t key_size;
    uint32_t value_size;
    uint32_t rest_size;
    HeldStamp stamp;
    bool has_value;
    bool personal;
    bool erased;
  };
  // Slots by their key, which lies in the bytes.
  struct HashKey {
    using is_transparent = void;  // NOLINT(readability-identifier-naming)
    const HeldTail* tail;
    size_t operator()(absl::string_view key) const;
    size_t operator()(uint32_t slot) const;
  };
  struct SameKey {
    using is_transparent = void;  // NOLINT(readability-identifier-naming)
    const HeldTail* tail;
    bool operator()(uint32_t a, uint32_t b) const { return a == b; }
    bool operator()(uint32_t slot, absl::string_view key) const {
      return tail->KeyOfSlot(slot) == key;
    }
    bool operator()(absl::string_view key, uint32_t slot) const {
      return tail->KeyOfSlot(slot) == key;
    }
  };

  absl::string_view KeyOfSlot(uint32_t slot) const {
    return absl::string_view(bytes_).substr(slots_[slot].begin,
                                            slots_[slot].key_size);
  }
  absl::string_view EntityOfSlot(uint32_t slot) const {
    return KeyOfSlot(slot).substr(0, slots_[slot].entity_size);
  }
  HeldEntry EntryOf(uint32_t slot) const;
  void SetSlot(const rows::JudgedView& judged, HeldStamp stamp, Slot& slot);

  std::string bytes_;
  std::vector<Slot> slots_;
  absl::flat_hash_set<uint32_t, HashKey, SameKey> by_key_;
  // The last slot of each entity, by a hash of it, and of each slot the one
  // before that has the same: of the slots that were there when an entity was
  // asked for last.
  absl::flat_hash_map<uint64_t, uint32_t> by_entity_;
  std::vector<uint32_t> before_;
  absl::Time newest_said_at_ = absl::InfinitePast();
  std::string key_;
  Encoder rest_;
};

class HeldTail::Order {
 public:
  // Those from a key on. This must outlive the source.
  std::unique_ptr<HeldSource> Open(absl::string_view from) const;
  // How many they are about.
  size_t entities() const;

 private:
  friend class HeldTail;
  class Source;

  const HeldTail* tail_ = nullptr;
  std::vector<uint32_t> slots_;
};

// Which part of a log to read.
struct LogPart {
  Revision after;
  // Latest: to its end, past the head that a transaction has not put yet.
  Revision upto = Revision::Latest();
  // About these only; empty: about all.
  std::vector<EntityId> only = {};
  // Counts the claims, where it is not nullptr.
  ClaimTally* tally = nullptr;
  // No more rows once so many claims were read.
  uint64_t claims_max = std::numeric_limits<uint64_t>::max();
};
// How far a log was read.
struct LogPlace {
  Revision through;
  uint64_t claims = 0;  // that were read, and judged anew, up to there
};

// Adds what a part of the log has brought. Errors: the reader's.
absl::StatusOr<LogPlace> AddLogTo(HeldTail& tail, const Reader& reader,
                                  const LogPart& part);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_HELD_TAIL_H_
