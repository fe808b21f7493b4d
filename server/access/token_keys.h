// JSON Web Tokens (RFC 7519) that are signed (RFC 7515), and the keys that
// verify them (RFC 7517).
#ifndef CONCORDAT_SERVER_ACCESS_TOKEN_KEYS_H_
#define CONCORDAT_SERVER_ACCESS_TOKEN_KEYS_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

struct _cjose_jwk_int;

namespace concordat {

// Bytes of a token, and of a set of keys.
inline constexpr size_t kTokenBytesMax = 8 << 10;
inline constexpr size_t kKeySetBytesMax = 256 << 10;

// The public keys of one issuer. Immutable; thread-safe.
class TokenKeys {
 public:
  // Of the text of a JWK set. Keys that cannot verify signatures (of other
  // kinds, for encryption) are left out. Errors: INVALID_ARGUMENT where it is
  // not a set of keys, or none is left.
  static absl::StatusOr<std::shared_ptr<const TokenKeys>> Parse(
      absl::string_view jwks);

  // The one of the id; where the token names none, the only one there is.
  // nullptr: there is no such key.
  const _cjose_jwk_int* Find(absl::string_view key_id) const;

 private:
  struct Release {
    void operator()(_cjose_jwk_int* key) const;
  };
  using Key = std::unique_ptr<_cjose_jwk_int, Release>;

  std::map<std::string, Key, std::less<>> by_id_;
};

// What a token must be to be believed.
struct TokenRules {
  std::string issuer;
  std::string audience;
  // Names of RFC 7518: ES256, RS256 ... Never `none`, never one with a shared
  // secret.
  std::set<std::string, std::less<>> algorithms;
  absl::Duration leeway = absl::Seconds(30);
  std::string roles_claim;
  std::string channel_claim;
};

// What a token said that was believed.
struct TokenClaims {
  std::string subject;
  absl::Time expires_at;
  std::vector<std::string> roles;
  std::string channel;
};

// Whose token it says it is and which key signed it; believed of nobody yet.
struct TokenHeading {
  std::string issuer;
  std::string algorithm;
  std::string key_id;
};

// Whether the algorithm is one that may be allowed.
bool IsSignatureAlgorithm(absl::string_view algorithm);

// Errors of these two: UNAUTHENTICATED, which says why without a part of the
// token.
absl::StatusOr<TokenHeading> ReadHeading(absl::string_view token);
absl::StatusOr<TokenClaims> VerifyToken(absl::string_view token,
                                        const TokenRules& rules,
                                        const TokenKeys& keys, absl::Time now);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_ACCESS_TOKEN_KEYS_H_
