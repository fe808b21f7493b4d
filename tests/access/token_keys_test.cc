// Which tokens are believed.
#include "server/access/token_keys.h"

#include <cjose/cjose.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "graph/errors.h"
#include "gtest/gtest.h"
#include "server/access/key_book.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr int64_t kNow = 1'767'268'800;

struct Release {
  void operator()(cjose_jwk_t* p) const { cjose_jwk_release(p); }
  void operator()(cjose_jws_t* p) const { cjose_jws_release(p); }
  void operator()(cjose_header_t* p) const { cjose_header_release(p); }
  void operator()(char* p) const { cjose_get_dealloc()(p); }
};
using Jwk = std::unique_ptr<cjose_jwk_t, Release>;

Jwk EcKey(const char* id) {
  Jwk key(cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, nullptr));
  cjose_jwk_set_kid(key.get(), id, strlen(id), nullptr);
  return key;
}

Jwk RsaKey(const char* id) {
  const uint8_t exponent[] = {1, 0, 1};
  Jwk key(cjose_jwk_create_RSA_random(2048, exponent, 3, nullptr));
  cjose_jwk_set_kid(key.get(), id, strlen(id), nullptr);
  return key;
}

std::string PublicJson(const cjose_jwk_t* key) {
  const std::unique_ptr<char, Release> json(
      cjose_jwk_to_json(key, /*priv=*/false, nullptr));
  return json.get();
}

std::string SetOf(std::initializer_list<const cjose_jwk_t*> keys) {
  std::string set;
  for (const cjose_jwk_t* key : keys) {
    absl::StrAppend(&set, set.empty() ? "" : ",", PublicJson(key));
  }
  return absl::StrCat("{\"keys\":[", set, "]}");
}

std::string Sign(const cjose_jwk_t* key, const char* algorithm, const char* id,
                 const std::string& payload) {
  const std::unique_ptr<cjose_header_t, Release> header(
      cjose_header_new(nullptr));
  cjose_header_set(header.get(), "alg", algorithm, nullptr);
  if (*id != '\0') cjose_header_set(header.get(), "kid", id, nullptr);
  const std::unique_ptr<cjose_jws_t, Release> jws(cjose_jws_sign(
      key, header.get(), reinterpret_cast<const uint8_t*>(payload.data()),
      payload.size(), nullptr));
  EXPECT_NE(jws, nullptr);
  const char* text = nullptr;
  EXPECT_TRUE(cjose_jws_export(jws.get(), &text, nullptr));
  return text;
}

std::string Unsigned(const std::string& header, const std::string& payload) {
  return absl::StrCat(absl::WebSafeBase64Escape(header), ".",
                      absl::WebSafeBase64Escape(payload), ".");
}

std::string Claims(const std::string& more = "",
                   const std::string& audience = "\"concordat\"",
                   const std::string& issuer = "https://login.example",
                   int64_t expires = kNow + 300) {
  return absl::StrCat("{\"iss\":\"", issuer,
                      "\",\"sub\":\"anna\",\"aud\":", audience,
                      ",\"exp\":", expires, more, "}");
}

class TokenTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto keys = TokenKeys::Parse(SetOf({ec_.get(), rsa_.get()}));
    ASSERT_TRUE(keys.ok()) << keys.status();
    keys_ = *keys;
    rules_.issuer = "https://login.example";
    rules_.audience = "concordat";
    rules_.algorithms = {"ES256", "RS256"};
    rules_.roles_claim = "roles";
    rules_.channel_claim = "channel";
  }

  absl::StatusOr<TokenClaims> Verify(const std::string& token) {
    return VerifyToken(token, rules_, *keys_, absl::FromUnixSeconds(kNow));
  }
  // "problem", or "OK".
  std::string ProblemOf(const std::string& token) {
    const absl::Status status = Verify(token).status();
    if (status.ok()) return "OK";
    EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated);
    const auto detail = DetailOf(status);
    EXPECT_TRUE(detail.has_value());
    return detail->metadata.front().second;
  }

  const Jwk ec_ = EcKey("ec");
  const Jwk rsa_ = RsaKey("rsa");
  TokenRules rules_;
  std::shared_ptr<const TokenKeys> keys_;
};

TEST_F(TokenTest, OneThatIsGoodIsBelieved) {
  const auto claims = Verify(
      Sign(ec_.get(), "ES256", "ec",
           Claims(",\"roles\":[\"qa\",\"x\"],\"channel\":\"web\",\"nbf\":1")));
  ASSERT_TRUE(claims.ok()) << claims.status();
  EXPECT_EQ(claims->subject, "anna");
  EXPECT_THAT(claims->roles, ElementsAre("qa", "x"));
  EXPECT_EQ(claims->channel, "web");
  EXPECT_EQ(claims->expires_at, absl::FromUnixSeconds(kNow + 300 + 30));
  EXPECT_EQ(ProblemOf(Sign(rsa_.get(), "RS256", "rsa", Claims())), "OK");
  EXPECT_EQ(ProblemOf(Sign(ec_.get(), "ES256", "ec",
                           Claims("", "[\"other\",\"concordat\"]"))),
            "OK");
}

TEST_F(TokenTest, OneThatIsNotIsRefusedAndSaysWhy) {
  const Jwk stranger = EcKey("ec");
  const std::string good = Sign(ec_.get(), "ES256", "ec", Claims());
  const struct {
    const char* name;
    std::string token;
    const char* problem;
  } cases[] = {
      {"Expired",
       Sign(ec_.get(), "ES256", "ec",
            Claims("", "\"concordat\"", "https://login.example", kNow - 31)),
       "expired"},
      {"JustWithinLeeway",
       Sign(ec_.get(), "ES256", "ec",
            Claims("", "\"concordat\"", "https://login.example", kNow - 29)),
       "OK"},
      {"NotYet",
       Sign(ec_.get(), "ES256", "ec",
            Claims(absl::StrCat(",\"nbf\":", kNow + 31))),
       "not_yet_valid"},
      {"NotBeforeIsNoTime",
       Sign(ec_.get(), "ES256", "ec", Claims(",\"nbf\":\"soon\"")),
       "not_yet_valid"},
      {"NoExpiry",
       Sign(ec_.get(), "ES256", "ec",
            "{\"iss\":\"https://login.example\",\"aud\":\"concordat\"}"),
       "no_expiry"},
      {"OtherAudience",
       Sign(ec_.get(), "ES256", "ec", Claims("", "\"billing\"")), "audience"},
      {"NoAudience", Sign(ec_.get(), "ES256", "ec", Claims("", "null")),
       "audience"},
      {"OtherIssuer",
       Sign(ec_.get(), "ES256", "ec",
            Claims("", "\"concordat\"", "https://evil.example")),
       "issuer"},
      {"KeyOfAStranger", Sign(stranger.get(), "ES256", "ec", Claims()),
       "signature"},
      {"UnknownKey", Sign(stranger.get(), "ES256", "other", Claims()),
       "unknown_key"},
      {"WithoutKeyIdAmongSeveral", Sign(ec_.get(), "ES256", "", Claims()),
       "unknown_key"},
      {"KeyOfAnotherKind", Sign(ec_.get(), "ES256", "rsa", Claims()),
       "signature"},
      {"AlgorithmNotAllowed", Sign(rsa_.get(), "RS512", "rsa", Claims()),
       "algorithm"},
      {"None", Unsigned("{\"alg\":\"none\",\"kid\":\"ec\"}", Claims()),
       "algorithm"},
      {"CutOff", good.substr(0, good.rfind('.')), "unreadable"},
      {"Changed", good.substr(0, good.size() - 4) + "AAAA", "signature"},
      {"Empty", "", "unreadable"},
      {"TooLong", std::string(kTokenBytesMax + 1, 'a'), "unreadable"},
      {"DuplicateClaims",
       Sign(ec_.get(), "ES256", "ec", Claims(",\"aud\":\"concordat\"")),
       "unreadable"},
      {"NotAnObject", Sign(ec_.get(), "ES256", "ec", "[1]"), "unreadable"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(ProblemOf(test.token), test.problem) << test.name;
    // Nothing of it is repeated.
    EXPECT_THAT(std::string(Verify(test.token).status().message()),
                Not(HasSubstr("anna")));
  }
}

// CVE-2015-9235 and its kind: the public key, which everybody has, taken for a
// shared secret.
TEST_F(TokenTest, APublicKeyIsNoSharedSecret) {
  const std::string secret = PublicJson(rsa_.get());
  const Jwk shared(cjose_jwk_create_oct_spec(
      reinterpret_cast<const uint8_t*>(secret.data()), secret.size(), nullptr));
  EXPECT_EQ(ProblemOf(Sign(shared.get(), "HS256", "rsa", Claims())),
            "algorithm");
  rules_.algorithms.insert("HS256");
  EXPECT_EQ(ProblemOf(Sign(shared.get(), "HS256", "rsa", Claims())),
            "signature");
}

TEST_F(TokenTest, WhatIsCalledCriticalIsNotPassedOver) {
  const std::unique_ptr<cjose_header_t, Release> header(
      cjose_header_new(nullptr));
  cjose_header_set(header.get(), "alg", "ES256", nullptr);
  cjose_header_set(header.get(), "kid", "ec", nullptr);
  cjose_header_set_raw(header.get(), "crit", "[\"b64\"]", nullptr);
  const std::string payload = Claims();
  const std::unique_ptr<cjose_jws_t, Release> jws(cjose_jws_sign(
      ec_.get(), header.get(), reinterpret_cast<const uint8_t*>(payload.data()),
      payload.size(), nullptr));
  const char* text = nullptr;
  ASSERT_TRUE(cjose_jws_export(jws.get(), &text, nullptr));
  EXPECT_EQ(ProblemOf(text), "unreadable");
}

TEST(TokenKeysTest, OnlyPublicKeysOfSignaturesAreTaken) {
  for (const char* text :
       {"", "{}", "[]", "{\"keys\":{}}", "{\"keys\":[]}",
        "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AyM1SysPpbyDfgZld3umj1qzKObwVMk\"}"
        "]}",
        "{\"keys\":[1,null,\"a\"]}", "not json"}) {
    EXPECT_EQ(TokenKeys::Parse(text).status().code(),
              absl::StatusCode::kInvalidArgument)
        << text;
  }
  EXPECT_FALSE(TokenKeys::Parse(std::string(kKeySetBytesMax + 1, ' ')).ok());
}

TEST(KeyBookTest, KeysAreFetchedBesideTheCallsAndUsedForAnHourAtMost) {
  TestClock clock;
  const Jwk first = EcKey("first");
  const Jwk second = EcKey("second");
  int fetched = 0;
  absl::StatusOr<std::string> shown = SetOf({first.get()});
  KeyBook book(&clock, [&](const std::string& from) {
    EXPECT_EQ(from, "https://login.example/keys");
    ++fetched;
    return shown;
  });
  Callers callers;
  TokenIssuer& issuer = callers.issuers["i"];
  issuer.rules.issuer = "i";
  issuer.jwks_url = "https://login.example/keys";
  const auto has = [&](const char* id) {
    const auto keys = book.KeysOf("i", id);
    return keys != nullptr && keys->Find(id) != nullptr;
  };
  const auto refresh = [&](absl::Duration later) {
    clock.Advance(later);
    const int before = fetched;
    const KeyBook::Refreshed refreshed = book.Refresh(callers);
    return absl::StrCat(fetched - before, refreshed.changed ? " changed" : "",
                        refreshed.problems.empty() ? "" : " problem");
  };
  EXPECT_FALSE(has("first"));
  EXPECT_EQ(refresh(absl::ZeroDuration()), "1 changed");
  EXPECT_TRUE(has("first"));
  EXPECT_EQ(refresh(absl::Seconds(60)), "0");
  // Whoever makes up ids makes us ask every ten seconds and no more.
  EXPECT_FALSE(has("made-up"));
  EXPECT_EQ(refresh(absl::ZeroDuration()), "1");
  EXPECT_FALSE(has("made-up"));
  EXPECT_EQ(refresh(absl::Seconds(9)), "0");
  EXPECT_EQ(refresh(absl::Seconds(1)), "1");
  // A new key is there soon after the first token that it signed.
  shown = SetOf({second.get()});
  EXPECT_FALSE(has("second"));
  EXPECT_EQ(refresh(absl::Seconds(10)), "1 changed");
  EXPECT_TRUE(has("second"));
  EXPECT_FALSE(has("first"));
  EXPECT_EQ(refresh(absl::Seconds(10)), "1");
  // The issuer's server is down.
  shown = absl::UnavailableError("down");
  EXPECT_EQ(refresh(absl::Minutes(5)), "1 problem");
  EXPECT_TRUE(has("second"));
  EXPECT_EQ(refresh(absl::Minutes(54)), "1 problem");
  EXPECT_TRUE(has("second"));
  EXPECT_EQ(refresh(absl::Minutes(5)), "1 changed problem");
  EXPECT_FALSE(has("second"));
}

}  // namespace
}  // namespace concordat
