#ifndef CONCORDAT_CONSISTENCY_HELD_BOOK_H_
#define CONCORDAT_CONSISTENCY_HELD_BOOK_H_

#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consistency/rows.h"
#include "graph/ids.h"
#include "graph/store.h"

namespace concordat {

// What channels say now, as one commit changes it: a row is read when it is
// first asked for and written once, in order of key, however many claims of
// the commit are about it. Not thread-safe.
class HeldBook {
 public:
  // `tx` must outlive this.
  explicit HeldBook(Transaction& tx) : tx_(tx) {}

  // What the channel says about the attribute, to read or to change; a claim
  // without a channel of its own (`judged.claim.channel` is empty) is new.
  // Valid until the next call for the same entity and channel.
  absl::StatusOr<rows::HeldClaim*> Open(const EntityId& entity,
                                        const std::string& channel,
                                        absl::string_view attribute);

  // Writes what was opened. Call it once, at the end of the commit.
  absl::Status Flush();

 private:
  Transaction& tx_;
  std::map<std::pair<EntityId, std::string>, rows::HeldClaims> opened_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_HELD_BOOK_H_
