// Who may call the server: the file of callers (concordat.v1.CallersFile),
// checked.
#ifndef CONCORDAT_SERVER_ACCESS_CALLERS_H_
#define CONCORDAT_SERVER_ACCESS_CALLERS_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/access/caller.h"
#include "server/access/token_keys.h"

namespace concordat {

// An issuer of tokens, and where its keys are.
struct TokenIssuer {
  TokenRules rules;
  // One of the two.
  std::string jwks_file;
  std::string jwks_url;
  // What stands in the roles claim -> what it means.
  std::map<std::string, Role, std::less<>> roles;
  // `sub` -> whom it means.
  std::map<std::string, std::shared_ptr<const Caller>, std::less<>> callers;
};

// A map that is searched by absl::string_view.
template <typename T>
using ByText = std::map<std::string, T, std::less<>>;

// Immutable; thread-safe.
struct Callers {
  // By a name in the certificate.
  ByText<std::shared_ptr<const Caller>> by_certificate;
  // By the SHA-256 of a key, 64 lower-case hexadecimal digits.
  ByText<std::shared_ptr<const Caller>> by_key;
  // Those who come from this machine without credentials; nullptr: nobody may.
  std::shared_ptr<const Caller> local;
  // Trust domain -> PEM of its certificate authorities.
  ByText<std::string> authorities;
  // The files that all this was read from.
  std::vector<std::string> files;
  // By `iss`.
  ByText<TokenIssuer> issuers;

  // Whoever reaches the server has every role: for development.
  static std::shared_ptr<const Callers> Anybody();
};

// Reads the file at `path` and what it names. Errors: INVALID_FIELD, whose
// message is all problems, a line each, with file, line and field.
absl::StatusOr<std::shared_ptr<const Callers>> LoadCallers(
    const std::string& path);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_ACCESS_CALLERS_H_
