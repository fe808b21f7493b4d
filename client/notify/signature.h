// Signatures of webhooks, so that a receiver knows whom a request is from, as
// the Standard Webhooks specification has them
// (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md):
// libraries of most languages check them. As with Stripe's, the time is signed
// too, so that an old request cannot be sent again later.
#ifndef CONCORDAT_CLIENT_NOTIFY_SIGNATURE_H_
#define CONCORDAT_CLIENT_NOTIFY_SIGNATURE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace concordat::client {

// The key in a secret file's text: Base64 after `whsec_`, else the text as it
// is; space around it does not count. INVALID_ARGUMENT where there is none, or
// it is no Base64.
absl::StatusOr<std::string> SigningKey(absl::string_view secret);

// The value of the header `webhook-signature`: `v1,` and the Base64 of the
// HMAC-SHA256 over id, time in seconds since 1970, and body, with full stops
// between them.
std::string SignatureOf(absl::string_view key, absl::string_view id,
                        absl::Time at, absl::string_view body);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_NOTIFY_SIGNATURE_H_
