#include "server/audit/item_keys.h"

#include <cstring>
#include <memory>
#include <random>

#include "absl/strings/str_cat.h"
#include "consistency/audits/audit_rows.h"
#include "graph/status_macros.h"
#include "proto/sha256.h"
#include "server/audit/audit_rows_writer.h"

namespace concordat {
namespace {

constexpr size_t kSecretBytes = 32;

// Little-endian, as ItemKey has it.
uint64_t NumberOf(absl::string_view bytes) {
  uint64_t number = 0;
  for (size_t i = 0; i < sizeof(number); ++i) {
    number |= uint64_t{static_cast<uint8_t>(bytes[i])} << (8 * i);
  }
  return number;
}

std::string DrawSecret() {
  std::random_device device;
  std::string secret;
  while (secret.size() < kSecretBytes) {
    secret.push_back(static_cast<char>(device()));
  }
  return secret;
}

}  // namespace

absl::StatusOr<ItemKeys> ItemKeys::Read(const Reader& reader) {
  CONCORDAT_ASSIGN_OR_RETURN(std::string secret, rows::GetAuditSecret(reader));
  return ItemKeys(std::move(secret));
}

std::string ItemKeys::Derive(absl::string_view what) const {
  return HmacSha256(secret_, what);
}

uint64_t ItemKeys::reading_seed() const {
  return secret_.empty() ? audits::ProcessSeed() : NumberOf(Derive("readings"));
}

audits::ItemKey ItemKeys::Of(absl::string_view channel) const {
  const std::string own = Derive(absl::StrCat("channel/", channel));
  return {.subjects = NumberOf(own),
          .attributes = NumberOf(absl::string_view(own).substr(8)),
          .readings = reading_seed()};
}

absl::Status EnsureItemKeys(Store& store, Committer& committer) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             store.Snapshot());
  CONCORDAT_ASSIGN_OR_RETURN(const std::string known,
                             rows::GetAuditSecret(*reader));
  if (!known.empty()) return absl::OkStatus();
  return WriteAndWait(committer, [secret = DrawSecret()](Transaction& tx) {
    return rows::PutAuditSecret(tx, secret);
  });
}

}  // namespace concordat
