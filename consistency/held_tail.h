#ifndef CONCORDAT_CONSISTENCY_HELD_TAIL_H_
#define CONCORDAT_CONSISTENCY_HELD_TAIL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consistency/claim_records.h"
#include "consistency/held_claims.h"
#include "consistency/held_runs.h"
#include "graph/codec.h"
#include "graph/ids.h"
#include "graph/personal.h"
#include "graph/revision.h"
#include "graph/store.h"

namespace concordat {

// What channels say now, as far as a part of the log tells: of each channel,
// entity and attribute the newest claim. Kept as bytes, some 250 for each. Not
// thread-safe.
class HeldTail {
 public:
  // Claims that are about nobody are held by nobody.
  void Add(const rows::JudgedView& judged, Revision revision);
  void Add(const HeldClaim& held);

  // Takes the place of what there is by its key; does nothing where there is
  // nothing. An Order stays as it is.
  void Replace(const HeldClaim& held);

  // How many are held, and how many were added.
  size_t size() const { return size_; }
  size_t entities() const { return slots_.size(); }
  size_t added() const { return added_; }

  // All of it, or all about an entity, in order. The tail must outlive it, and
  // nothing be added meanwhile.
  class Order;
  Order Sorted() const;
  Order SortedOf(const EntityId& entity) const;

 private:
  struct Slot {
    std::string bytes;  // key and rest
    size_t key_size = 0;
    HeldStamp stamp;
    StoredValue value;

    absl::string_view key() const {
      return absl::string_view(bytes).substr(0, key_size);
    }
    HeldEntry entry() const {
      return {key(), stamp, value, absl::string_view(bytes).substr(key_size)};
    }
  };

  // `may_add`: also where there is nothing by its key.
  void Put(const EntityId& entity, const rows::JudgedView& judged,
           HeldStamp stamp, bool may_add);

  absl::flat_hash_map<EntityId, std::vector<Slot>> slots_;
  size_t size_ = 0;
  size_t added_ = 0;
  Encoder encoder_;
};

class HeldTail::Order {
 public:
  // Those from a key on. This must outlive the source.
  std::unique_ptr<HeldSource> Open(absl::string_view from) const;

 private:
  friend class HeldTail;
  class Source;

  void Append(const std::vector<Slot>& of_entity);

  std::vector<const Slot*> slots_;
};

// Adds what the log has brought from `after` on. Where `only` is not empty,
// only what is about these. Errors: the reader's.
absl::Status AddLogTo(HeldTail& tail, const Reader& reader, Revision after,
                      const std::vector<EntityId>& only = {});

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_HELD_TAIL_H_
