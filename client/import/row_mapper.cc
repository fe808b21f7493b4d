#include "client/import/row_mapper.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/import/byte_source.h"

namespace concordat::client {

bool ParseExposure(absl::string_view text, v1::Exposure* exposure) {
  std::string name = absl::AsciiStrToUpper(text);
  if (!absl::StartsWith(name, "EXPOSURE_"))
    name = absl::StrCat("EXPOSURE_", name);
  return v1::Exposure_Parse(name, exposure) &&
         *exposure != v1::EXPOSURE_UNSPECIFIED;
}

void IdentifyClaim(absl::string_view fingerprint, int64_t line,
                   v1::Claim& claim) {
  if (claim.has_said_at() || !claim.claim_id().empty()) return;
  // Lengths keep apart what would read the same when joined.
  const std::string text = absl::StrCat(
      fingerprint, ":", line, ":", claim.channel(), ":", claim.subject().size(),
      ":", claim.subject(), claim.entity().type(), "/",
      claim.entity().id().size(), ":", claim.entity().id(), ":",
      claim.attribute(), claim.has_value() ? "=" : "-", claim.value());
  claim.set_claim_id(StableHash(text));
}

}  // namespace concordat::client
