#ifndef CONCORDAT_SERVER_AUDIT_ITEM_KEYS_H_
#define CONCORDAT_SERVER_AUDIT_ITEM_KEYS_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consistency/audits/record_items.h"
#include "graph/store.h"
#include "server/ingest/committer.h"

namespace concordat {

// The keys of the items of a store's channels, all made from one secret that
// the store keeps. A value.
class ItemKeys {
 public:
  // Errors: the store's.
  static absl::StatusOr<ItemKeys> Read(const Reader& reader);

  // Without a secret, as no server leaves a store, that of the process.
  uint64_t reading_seed() const;
  // For hashes that stand for values in answers.
  std::string hash_key() const { return Derive("hashes"); }
  // For page tokens; 32 bytes.
  std::string page_key() const { return Derive("pages"); }
  audits::ItemKey Of(absl::string_view channel) const;

 private:
  explicit ItemKeys(std::string secret) : secret_(std::move(secret)) {}
  std::string Derive(absl::string_view what) const;

  const std::string secret_;
};

// Draws the secret where the store has none. Errors: WriteAndWait's.
absl::Status EnsureItemKeys(Store& store, Committer& committer);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_AUDIT_ITEM_KEYS_H_
