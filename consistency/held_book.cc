#include "consistency/held_book.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "graph/status_macros.h"

namespace concordat {

absl::StatusOr<rows::HeldClaim*> HeldBook::Open(const EntityId& entity,
                                                const std::string& channel,
                                                absl::string_view attribute) {
  auto [row, is_new] = opened_.try_emplace({entity, channel});
  rows::HeldClaims& held = row->second;
  if (is_new) {
    const std::string key = rows::HeldKey(entity, channel);
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> stored,
                               tx_.Get(rows::kHeld, key));
    if (stored.has_value()) {
      CONCORDAT_ASSIGN_OR_RETURN(held, rows::ParseHeld(key, *stored));
    } else {
      held.entity = entity;
      held.channel = channel;
    }
  }
  auto claim = std::lower_bound(
      held.claims.begin(), held.claims.end(), attribute,
      [](const rows::HeldClaim& held_claim, absl::string_view name) {
        return held_claim.attribute < name;
      });
  if (claim == held.claims.end() || claim->attribute != attribute) {
    claim = held.claims.insert(claim, rows::HeldClaim());
    claim->attribute = std::string(attribute);
  }
  return &*claim;
}

absl::Status HeldBook::Flush() {
  for (const auto& entry : opened_) {
    CONCORDAT_RETURN_IF_ERROR(rows::PutHeld(tx_, entry.second));
  }
  opened_.clear();
  return absl::OkStatus();
}

}  // namespace concordat
