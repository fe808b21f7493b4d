#include "server/access/authenticator.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "graph/errors.h"
#include "graph/status_macros.h"
#include "proto/sha256.h"
#include "server/access/certificates.h"

namespace concordat {
namespace {

// How long what was found out is believed: so soon a caller that was struck off
// elsewhere (a certificate that has ended, a key withdrawn) is noticed.
constexpr absl::Duration kBelievedFor = absl::Minutes(1);
// Credentials that are remembered; more, and all are forgotten.
constexpr size_t kKnownMax = 10'000;
constexpr absl::string_view kBearer = "bearer ";
// API keys begin so; tokens cannot, for theirs is Base64 of `{"`.
constexpr absl::string_view kKeyPrefix = "concordat_";
constexpr absl::string_view kSpiffe = "spiffe://";

absl::Status Nobody() {
  return errors::Unauthenticated(
      "no_credentials",
      "say who calls: a client certificate, or the header `authorization: "
      "Bearer ` with a token or an API key");
}

// The trust domain of a name in a certificate: of those that there are the most
// precise.
const std::string* AuthoritiesOf(const Callers& callers,
                                 absl::string_view name) {
  if (absl::ConsumePrefix(&name, kSpiffe)) {
    const auto found = callers.authorities.find(name.substr(0, name.find('/')));
    return found == callers.authorities.end() ? nullptr : &found->second;
  }
  while (true) {
    const auto found = callers.authorities.find(name);
    if (found != callers.authorities.end()) return &found->second;
    const size_t dot = name.find('.');
    if (dot == name.npos) return nullptr;
    name.remove_prefix(dot + 1);
  }
}

// Of a caller that the file does not name: its token says what it may.
std::shared_ptr<const Caller> Described(const TokenIssuer& issuer,
                                        const TokenClaims& claims) {
  auto caller = std::make_shared<Caller>();
  caller->name = absl::StrCat(issuer.rules.issuer, "#", claims.subject);
  caller->channel = claims.channel;
  caller->by = RecognisedBy::kToken;
  for (const std::string& word : claims.roles) {
    const auto role = issuer.roles.find(word);
    if (role != issuer.roles.end()) caller->roles.Add(role->second);
  }
  const bool speaks = caller->roles.Has(Role::kChannel);
  if (caller->roles.empty() || speaks == caller->channel.empty()) {
    return nullptr;
  }
  return caller;
}

}  // namespace

Authenticator::Authenticator(std::shared_ptr<const Callers> callers,
                             const Clock* clock, KeysOf keys_of)
    : clock_(clock),
      keys_of_(std::move(keys_of)),
      callers_(std::move(callers)) {}

void Authenticator::Replace(std::shared_ptr<const Callers> callers) {
  const MutexLock lock(&mutex_);
  callers_ = std::move(callers);
  known_.clear();
}

void Authenticator::Forget() {
  const MutexLock lock(&mutex_);
  known_.clear();
}

std::shared_ptr<const Callers> Authenticator::callers() const {
  const MutexLock lock(&mutex_);
  return callers_;
}

absl::StatusOr<std::shared_ptr<const Caller>> Authenticator::Recognise(
    const Credentials& shown) const {
  if (shown.authorization.empty() && shown.certificate.empty()) {
    const std::shared_ptr<const Callers> now_known = callers();
    if (!shown.from_this_machine || now_known->local == nullptr) {
      return Nobody();
    }
    return now_known->local;
  }
  const absl::string_view by =
      shown.authorization.empty() ? shown.certificate : shown.authorization;
  const absl::Time now = clock_->Now();
  std::shared_ptr<const Callers> callers;
  {
    const MutexLock lock(&mutex_);
    const auto known = known_.find(by);
    if (known != known_.end() && now < known->second.until) {
      return known->second.caller;
    }
    callers = callers_;
  }
  CONCORDAT_ASSIGN_OR_RETURN(
      Known found, shown.authorization.empty()
                       ? FromCertificate(*callers, shown, now)
                       : FromBearer(*callers, shown.authorization, now));
  found.until = std::min(found.until, now + kBelievedFor);
  const MutexLock lock(&mutex_);
  // What was found under callers that were replaced meanwhile is not kept.
  if (callers == callers_) {
    if (known_.size() >= kKnownMax) known_.clear();
    known_.insert_or_assign(std::string(by), found);
  }
  return found.caller;
}

absl::StatusOr<Authenticator::Known> Authenticator::FromBearer(
    const Callers& callers, absl::string_view header, absl::Time now) const {
  if (!absl::StartsWithIgnoreCase(header, kBearer)) {
    return errors::Unauthenticated(
        "scheme",
        "the header `authorization` must be `Bearer ` and a token or "
        "an API key");
  }
  const absl::string_view bearer =
      absl::StripAsciiWhitespace(header.substr(kBearer.size()));
  if (!absl::StartsWith(bearer, kKeyPrefix)) {
    return FromToken(callers, bearer, now);
  }
  // Keys are random and long, so their hashes are found without a secret, and
  // how long the search takes tells nothing of a key.
  const auto caller = callers.by_key.find(
      absl::BytesToHexString(Sha256().Add(bearer).Finish()));
  if (caller == callers.by_key.end()) {
    return errors::Unauthenticated("unknown_key", "this API key is not known");
  }
  return Known{caller->second, absl::InfiniteFuture()};
}

absl::StatusOr<Authenticator::Known> Authenticator::FromToken(
    const Callers& callers, absl::string_view token, absl::Time now) const {
  CONCORDAT_ASSIGN_OR_RETURN(const TokenHeading heading, ReadHeading(token));
  const auto issuer = callers.issuers.find(heading.issuer);
  if (issuer == callers.issuers.end()) {
    return errors::Unauthenticated(
        "issuer", "the token is of an issuer that is not believed");
  }
  const std::shared_ptr<const TokenKeys> keys =
      keys_of_(issuer->second, heading.key_id);
  if (keys == nullptr) {
    return errors::Unauthenticated(
        "no_keys", "the keys of the token's issuer cannot be had at present");
  }
  CONCORDAT_ASSIGN_OR_RETURN(
      const TokenClaims claims,
      VerifyToken(token, issuer->second.rules, *keys, now));
  const auto named = issuer->second.callers.find(claims.subject);
  std::shared_ptr<const Caller> caller =
      named != issuer->second.callers.end() ? named->second
                                            : Described(issuer->second, claims);
  if (caller == nullptr) {
    return errors::Unauthenticated(
        "subject", "the token is good, but whom it is of may not call here");
  }
  return Known{std::move(caller), claims.expires_at};
}

absl::StatusOr<Authenticator::Known> Authenticator::FromCertificate(
    const Callers& callers, const Credentials& shown, absl::Time now) {
  CONCORDAT_ASSIGN_OR_RETURN(const CertificateNames certificate,
                             ReadCertificate(shown.certificate));
  for (const std::string& name : certificate.names) {
    const auto caller = callers.by_certificate.find(name);
    if (caller == callers.by_certificate.end()) continue;
    const std::string* const authorities = AuthoritiesOf(callers, name);
    if (authorities == nullptr) continue;
    // The leaf first: what is verified must be what names were read from.
    CONCORDAT_RETURN_IF_ERROR(VerifyIssuedBy(
        absl::StrCat(shown.certificate, "\n", shown.chain), *authorities, now));
    return Known{caller->second, certificate.not_after};
  }
  return errors::Unauthenticated(
      "certificate", "the client certificate has no name that is known here");
}

}  // namespace concordat
