#include "server/access/token_keys.h"

#include <cjose/cjose.h>
#include <jansson.h>

#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

struct JsonRelease {
  void operator()(json_t* json) const { json_decref(json); }
};
using Json = std::unique_ptr<json_t, JsonRelease>;

struct JwsRelease {
  void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
};
using Jws = std::unique_ptr<cjose_jws_t, JwsRelease>;

absl::Status Unreadable() {
  return errors::Unauthenticated(
      "unreadable", "the token is not a signed JSON Web Token (JWS, compact)");
}

Json ParseObject(absl::string_view text) {
  Json json(
      json_loadb(text.data(), text.size(), JSON_REJECT_DUPLICATES, nullptr));
  return json_is_object(json.get()) ? std::move(json) : nullptr;
}

std::string TextOf(const json_t* object, const char* name) {
  const json_t* const value = json_object_get(object, name);
  return json_is_string(value)
             ? std::string(json_string_value(value), json_string_length(value))
             : "";
}

std::optional<absl::Time> TimeOf(const json_t* object, const char* name) {
  const json_t* const value = json_object_get(object, name);
  if (!json_is_number(value)) return std::nullopt;
  return absl::UnixEpoch() + absl::Seconds(json_number_value(value));
}

// A string, or a list of strings.
std::vector<std::string> TextsOf(const json_t* object, const char* name) {
  constexpr size_t kTextsMax = 100;
  const json_t* const value = json_object_get(object, name);
  std::vector<std::string> texts;
  if (json_is_string(value)) texts.emplace_back(json_string_value(value));
  for (size_t i = 0; i < json_array_size(value) && i < kTextsMax; ++i) {
    const json_t* const item = json_array_get(value, i);
    if (json_is_string(item)) texts.emplace_back(json_string_value(item));
  }
  return texts;
}

bool IsRsa(absl::string_view algorithm) {
  return absl::StartsWith(algorithm, "RS") || absl::StartsWith(algorithm, "PS");
}

// A public key for signatures, as far as its description says.
bool MayVerify(const json_t* key) {
  const std::string use = TextOf(key, "use");
  const std::string kind = TextOf(key, "kty");
  return (use.empty() || use == "sig") && (kind == "RSA" || kind == "EC");
}

// An algorithm that is not of the key's kind would verify with something else
// than the key.
bool FitsKey(absl::string_view algorithm, const cjose_jwk_t* key) {
  const cjose_jwk_kty_t kind = cjose_jwk_get_kty(key, nullptr);
  return kind == (IsRsa(algorithm) ? CJOSE_JWK_KTY_RSA : CJOSE_JWK_KTY_EC);
}

absl::StatusOr<Jws> Import(absl::string_view token) {
  if (token.size() > kTokenBytesMax) return Unreadable();
  Jws jws(cjose_jws_import(token.data(), token.size(), nullptr));
  if (jws == nullptr) return Unreadable();
  return jws;
}

absl::StatusOr<Json> PayloadOf(const cjose_jws_t* jws) {
  uint8_t* bytes = nullptr;
  size_t size = 0;
  if (!cjose_jws_get_plaintext(jws, &bytes, &size, nullptr)) {
    return Unreadable();
  }
  Json payload = ParseObject(
      absl::string_view(reinterpret_cast<const char*>(bytes), size));
  if (payload == nullptr) return Unreadable();
  return payload;
}

absl::StatusOr<TokenHeading> HeadingOf(cjose_jws_t* jws) {
  const cjose_header_t* const header = cjose_jws_get_protected(jws);
  // What a header calls critical must be understood (RFC 7515, 4.1.11), and
  // nothing that may stand there is.
  if (header == nullptr || json_object_get(header, "crit") != nullptr) {
    return Unreadable();
  }
  CONCORDAT_ASSIGN_OR_RETURN(const Json payload, PayloadOf(jws));
  return TokenHeading{.issuer = TextOf(payload.get(), "iss"),
                      .algorithm = TextOf(header, "alg"),
                      .key_id = TextOf(header, "kid")};
}

absl::Status CheckTimes(const json_t* payload, const TokenRules& rules,
                        absl::Time now) {
  const std::optional<absl::Time> expires = TimeOf(payload, "exp");
  if (!expires.has_value()) {
    return errors::Unauthenticated("no_expiry",
                                   "the token does not say when it expires");
  }
  if (*expires + rules.leeway <= now) {
    return errors::Unauthenticated("expired",
                                   "the token has expired; get a new one");
  }
  const json_t* const not_before = json_object_get(payload, "nbf");
  if (not_before == nullptr) return absl::OkStatus();
  const std::optional<absl::Time> begins = TimeOf(payload, "nbf");
  if (!begins.has_value() || *begins - rules.leeway > now) {
    return errors::Unauthenticated("not_yet_valid",
                                   "the token is not valid yet; do the clocks "
                                   "agree?");
  }
  return absl::OkStatus();
}

}  // namespace

void TokenKeys::Release::operator()(_cjose_jwk_int* key) const {
  cjose_jwk_release(key);
}

absl::StatusOr<std::shared_ptr<const TokenKeys>> TokenKeys::Parse(
    absl::string_view jwks) {
  const Json set = jwks.size() > kKeySetBytesMax ? nullptr : ParseObject(jwks);
  const json_t* const keys = json_object_get(set.get(), "keys");
  if (!json_is_array(keys)) {
    return errors::InvalidField("jwks", "is not a JSON Web Key Set");
  }
  auto parsed = std::make_shared<TokenKeys>();
  for (size_t i = 0; i < json_array_size(keys); ++i) {
    json_t* const item = json_array_get(keys, i);
    if (!MayVerify(item)) continue;
    Key key(cjose_jwk_import_json(item, nullptr));
    if (key == nullptr) continue;
    parsed->by_id_.insert_or_assign(TextOf(item, "kid"), std::move(key));
  }
  if (parsed->by_id_.empty()) {
    return errors::InvalidField("jwks",
                                "holds no key that can verify signatures");
  }
  return std::shared_ptr<const TokenKeys>(std::move(parsed));
}

const _cjose_jwk_int* TokenKeys::Find(absl::string_view key_id) const {
  if (key_id.empty() && by_id_.size() == 1) {
    return by_id_.begin()->second.get();
  }
  const auto found = by_id_.find(key_id);
  return found == by_id_.end() ? nullptr : found->second.get();
}

bool IsSignatureAlgorithm(absl::string_view algorithm) {
  for (const char* known : {"ES256", "ES384", "ES512", "RS256", "RS384",
                            "RS512", "PS256", "PS384", "PS512"}) {
    if (algorithm == known) return true;
  }
  return false;
}

absl::StatusOr<TokenHeading> ReadHeading(absl::string_view token) {
  CONCORDAT_ASSIGN_OR_RETURN(const Jws jws, Import(token));
  return HeadingOf(jws.get());
}

absl::StatusOr<TokenClaims> VerifyToken(absl::string_view token,
                                        const TokenRules& rules,
                                        const TokenKeys& keys, absl::Time now) {
  CONCORDAT_ASSIGN_OR_RETURN(const Jws jws, Import(token));
  CONCORDAT_ASSIGN_OR_RETURN(const TokenHeading heading, HeadingOf(jws.get()));
  if (!rules.algorithms.contains(heading.algorithm)) {
    return errors::Unauthenticated(
        "algorithm", "the token is not signed in a way that is accepted");
  }
  const cjose_jwk_t* const key = keys.Find(heading.key_id);
  if (key == nullptr) {
    return errors::Unauthenticated("unknown_key",
                                   "the token is signed with a key that its "
                                   "issuer does not show");
  }
  if (!FitsKey(heading.algorithm, key) ||
      !cjose_jws_verify(jws.get(), key, nullptr)) {
    return errors::Unauthenticated("signature",
                                   "the token's signature is not right");
  }
  CONCORDAT_ASSIGN_OR_RETURN(const Json payload, PayloadOf(jws.get()));
  if (TextOf(payload.get(), "iss") != rules.issuer) {
    return errors::Unauthenticated("issuer",
                                   "the token is of an issuer that is not "
                                   "believed");
  }
  bool for_us = false;
  for (const std::string& audience : TextsOf(payload.get(), "aud")) {
    for_us = for_us || audience == rules.audience;
  }
  if (!for_us) {
    return errors::Unauthenticated("audience",
                                   "the token is meant for another service");
  }
  CONCORDAT_RETURN_IF_ERROR(CheckTimes(payload.get(), rules, now));
  TokenClaims claims{.subject = TextOf(payload.get(), "sub"),
                     .expires_at = *TimeOf(payload.get(), "exp") + rules.leeway,
                     .roles = {},
                     .channel = ""};
  if (!rules.roles_claim.empty()) {
    claims.roles = TextsOf(payload.get(), rules.roles_claim.c_str());
  }
  if (!rules.channel_claim.empty()) {
    claims.channel = TextOf(payload.get(), rules.channel_claim.c_str());
  }
  return claims;
}

}  // namespace concordat
