#include "client/notify/signature.h"

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "proto/sha256.h"

namespace concordat::client {

absl::StatusOr<std::string> SigningKey(absl::string_view secret) {
  secret = absl::StripAsciiWhitespace(secret);
  std::string key(secret);
  if (absl::ConsumePrefix(&secret, "whsec_") &&
      !absl::Base64Unescape(secret, &key)) {
    return absl::InvalidArgumentError("after `whsec_` there is no Base64");
  }
  if (key.empty()) return absl::InvalidArgumentError("there is no secret");
  return key;
}

std::string SignatureOf(absl::string_view key, absl::string_view id,
                        absl::Time at, absl::string_view body) {
  const std::string code = HmacSha256(
      key, absl::StrCat(id, ".", absl::ToUnixSeconds(at), ".", body));
  return absl::StrCat("v1,", absl::Base64Escape(code));
}

}  // namespace concordat::client
