// The file of callers, and who is recognised by what.
#include "server/access/callers.h"

#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "graph/errors.h"
#include "gtest/gtest.h"
#include "proto/sha256.h"
#include "server/access/authenticator.h"
#include "server/access/certificate_stage.h"
#include "server/access/quotas.h"
#include "tests/access/test_certificates.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using testing::HasSubstr;

std::string HashOfKey(const std::string& key) {
  return absl::BytesToHexString(Sha256().Add(key).Finish());
}

class CallersTest : public testing::Test {
 protected:
  void SetUp() override {
    Put("shop.pem", shop_.certificate);
    Put("partner.pem", partner_.certificate);
  }

  void Put(const std::string& name, const std::string& text) {
    std::ofstream(PathOf(name)) << text;
  }
  std::string PathOf(const std::string& name) const {
    return absl::StrCat(directory_.path(), "/", name);
  }

  absl::StatusOr<std::shared_ptr<const Callers>> Load(const std::string& yaml) {
    Put("callers.yaml",
        absl::StrReplaceAll(yaml, {{"HASH", HashOfKey("concordat_k")}}));
    return LoadCallers(PathOf("callers.yaml"));
  }

  std::string ProblemOf(const std::string& yaml) {
    const auto callers = Load(yaml);
    if (callers.ok()) return "";
    return absl::StrReplaceAll(callers.status().message(),
                               {{directory_.path(), ""}});
  }

  const TestCertificate shop_ = MakeAuthority("shop");
  const TestCertificate partner_ = MakeAuthority("partner");
  TemporaryDirectory directory_;
  TestClock clock_;
};

constexpr char kFile[] = R"(
trust_domains:
  shop.example: {ca_file: shop.pem}
  partner.example: {ca_file: partner.pem}
callers:
  web:
    roles: [channel]
    channel: web
    certificates: ["spiffe://shop.example/web", web.shop.example]
  partner:
    roles: [channel]
    channel: partner
    certificates: ["spiffe://partner.example/desk"]
  anna:
    roles: [qa, steward]
    key_sha256: [HASH]
  operator: {roles: [admin], local: true}
)";

TEST_F(CallersTest, EachIsRecognisedByWhatTheFileSays) {
  const auto callers = Load(kFile);
  ASSERT_TRUE(callers.ok()) << callers.status();
  const Authenticator authenticator(
      *callers, &clock_,
      [](const TokenIssuer&, absl::string_view) { return nullptr; });
  const auto name_of = [&](const Credentials& shown) -> std::string {
    const auto caller = authenticator.Recognise(shown);
    if (caller.ok()) return (*caller)->name;
    return DetailOf(caller.status())->metadata.front().second;
  };
  EXPECT_EQ(name_of({.authorization = "Bearer concordat_k"}), "anna");
  EXPECT_EQ(name_of({.authorization = "bearer  concordat_k "}), "anna");
  EXPECT_EQ(name_of({.authorization = "Bearer concordat_K"}), "unknown_key");
  EXPECT_EQ(name_of({.from_this_machine = true}), "operator");
  EXPECT_EQ(name_of({}), "no_credentials");
  // What is shown counts, also where it is wrong.
  EXPECT_EQ(name_of({.authorization = "Bearer concordat_x",
                     .from_this_machine = true}),
            "unknown_key");
}

TEST_F(CallersTest, ATrustDomainIsVouchedForByItsOwnAuthority) {
  const auto callers = Load(kFile);
  ASSERT_TRUE(callers.ok()) << callers.status();
  // Certificates are made now, so it must be now.
  class WallClock final : public Clock {
   public:
    absl::Time Now() const override { return absl::Now(); }
  } now;
  const Authenticator authenticator(
      *callers, &now,
      [](const TokenIssuer&, absl::string_view) { return nullptr; });
  const auto shows = [&](const TestCertificate& authority,
                         const std::vector<std::string>& names,
                         absl::Time not_after) -> std::string {
    const TestCertificate leaf =
        Issue(authority, {.names = names, .not_after = not_after});
    const auto caller =
        authenticator.Recognise({.certificate = leaf.certificate});
    if (caller.ok()) return (*caller)->name;
    return DetailOf(caller.status())->metadata.front().second;
  };
  const absl::Time later = absl::Now() + absl::Hours(1);
  EXPECT_EQ(shows(shop_, {"URI:spiffe://shop.example/web"}, later), "web");
  EXPECT_EQ(shows(shop_, {"DNS:web.shop.example"}, later), "web");
  EXPECT_EQ(shows(partner_, {"URI:spiffe://partner.example/desk"}, later),
            "partner");
  // The partner's authority says that its certificate is the shop's backend.
  EXPECT_EQ(shows(partner_, {"URI:spiffe://shop.example/web"}, later),
            "trust_domain");
  EXPECT_EQ(shows(partner_, {"DNS:web.shop.example"}, later), "trust_domain");
  EXPECT_EQ(
      shows(MakeAuthority("shop"), {"URI:spiffe://shop.example/web"}, later),
      "trust_domain");
  EXPECT_EQ(shows(shop_, {"URI:spiffe://shop.example/other"}, later),
            "certificate");
  EXPECT_EQ(shows(shop_, {}, later), "certificate");
  EXPECT_EQ(shows(shop_, {"URI:spiffe://shop.example/web"},
                  absl::Now() - absl::Minutes(1)),
            "trust_domain");
}

TEST_F(CallersTest, WhoIsStruckOffIsNotRemembered) {
  const auto callers = Load(kFile);
  ASSERT_TRUE(callers.ok());
  Authenticator authenticator(
      *callers, &clock_,
      [](const TokenIssuer&, absl::string_view) { return nullptr; });
  const Credentials shown{.authorization = "Bearer concordat_k"};
  ASSERT_TRUE(authenticator.Recognise(shown).ok());
  const auto others =
      Load("callers: {operator: {roles: [admin], local: true}}");
  ASSERT_TRUE(others.ok()) << others.status();
  authenticator.Replace(*others);
  EXPECT_FALSE(authenticator.Recognise(shown).ok());
}

struct ProblemCase {
  const char* name;
  const char* yaml;
  const char* problem;
};

TEST_F(CallersTest, WhatIsWrongIsSaidByLineAndField) {
  const ProblemCase cases[] = {
      {"Empty", "callers: {}", "callers: is empty"},
      {"Syntax", "callers: [", "/callers.yaml:1"},
      {"UnknownField", "callers:\n  a: {rolls: [qa]}", "/callers.yaml:2"},
      {"NoRole", "callers:\n  a: {local: true}", "callers.a.roles: is missing"},
      {"UnknownRole", "callers:\n  a: {roles: [boss], local: true}",
       "/callers.yaml:2: callers.a.roles[0]: must be channel, qa"},
      {"NoChannel", "callers:\n  a: {roles: [channel], local: true}",
       "callers.a.channel: is missing"},
      {"ChannelOfNone",
       "callers:\n  a: {roles: [qa], channel: web, local: "
       "true}",
       "is only for the role `channel`"},
      {"NoWay", "callers:\n  a: {roles: [qa]}", "cannot be recognised"},
      {"ShortHash", "callers:\n  a: {roles: [qa], key_sha256: [abc]}",
       "must be 64 hexadecimal digits"},
      {"SameKey",
       "callers:\n  a: {roles: [qa], key_sha256: [HASH]}\n"
       "  b: {roles: [qa], key_sha256: [HASH]}",
       "is also that of `a`"},
      {"TwoLocal",
       "callers:\n  a: {roles: [qa], local: true}\n"
       "  b: {roles: [qa], local: true}",
       "is said of `a` too"},
      {"NobodyVouches",
       "callers:\n  a: {roles: [qa], certificates: [\"spiffe://x/y\"]}",
       "is in none of `trust_domains`"},
      {"NoAuthority",
       "trust_domains: {x: {ca_file: none.pem}}\n"
       "callers: {a: {roles: [qa], local: true}}",
       "cannot open"},
      {"UnknownIssuer",
       "callers:\n  a: {roles: [qa], tokens: [{issuer: x, "
       "subject: y}]}",
       "is not one of `issuers`"},
      {"NoAudience",
       "issuers: {x: {jwks_url: \"https://x/keys\"}}\n"
       "callers: {a: {roles: [qa], local: true}}",
       "audience: is missing"},
      {"NoKeys",
       "issuers: {x: {audience: y}}\n"
       "callers: {a: {roles: [qa], local: true}}",
       "either `jwks_file` or `jwks_url`"},
      {"PlainUrl",
       "issuers: {x: {audience: y, jwks_url: \"http://x/keys\"}}\n"
       "callers: {a: {roles: [qa], local: true}}",
       "must begin with https://"},
      {"SharedSecret",
       "issuers: {x: {audience: y, jwks_url: \"https://x/k\", "
       "algorithms: [HS256]}}\ncallers: {a: {roles: [qa], local: true}}",
       "must be ES256"},
      {"NoAlgorithm",
       "issuers: {x: {audience: y, jwks_url: \"https://x/k\", "
       "algorithms: [none]}}\ncallers: {a: {roles: [qa], local: true}}",
       "must be ES256"},
  };
  for (const ProblemCase& test : cases) {
    EXPECT_THAT(ProblemOf(test.yaml), HasSubstr(test.problem)) << test.name;
  }
}

TEST_F(CallersTest, AHalfReplacedPairStaysOffTheStage) {
  const absl::Time now = absl::Now();
  const TestCertificate first = Issue(shop_, {.names = {"DNS:localhost"}});
  const TestCertificate second = Issue(shop_, {.names = {"DNS:localhost"}});
  const TestCertificate ended =
      Issue(shop_, {.names = {}, .not_after = now - absl::Hours(1)});
  CertificateStage stage(PathOf("stage"));
  const auto refresh = [&](const std::string& certificate,
                           const std::string& key,
                           const std::string& authorities) {
    Put("cert.pem", certificate);
    Put("key.pem", key);
    return stage.Refresh(PathOf("cert.pem"), PathOf("key.pem"), authorities,
                         now);
  };
  const auto on_stage = [&] {
    std::ifstream file(stage.certificate_path());
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  ASSERT_TRUE(refresh(first.certificate, first.key, shop_.certificate).ok());
  EXPECT_EQ(on_stage(), first.certificate);
  const struct {
    const char* name;
    std::string certificate, key, authorities;
    const char* problem;
  } cases[] = {
      {"OnlyTheCertificate", second.certificate, first.key, shop_.certificate,
       "was only one replaced?"},
      {"OnlyTheKey", first.certificate, second.key, shop_.certificate,
       "was only one replaced?"},
      {"CutOff", second.certificate.substr(0, 100), second.key,
       shop_.certificate, "no certificate in PEM"},
      {"NoKey", second.certificate, "rubbish", shop_.certificate,
       "no private key"},
      {"Ended", ended.certificate, ended.key, shop_.certificate, "has expired"},
      {"GarbageAuthorities", second.certificate, second.key,
       shop_.certificate + "-----BEGIN CERTIFICATE-----\nrubbish\n",
       "every one of them"},
      {"Empty", "", second.key, shop_.certificate, "empty"},
  };
  for (const auto& test : cases) {
    const absl::Status refused =
        refresh(test.certificate, test.key, test.authorities);
    EXPECT_THAT(std::string(refused.message()), HasSubstr(test.problem))
        << test.name;
    EXPECT_EQ(on_stage(), first.certificate) << test.name;
  }
  ASSERT_TRUE(refresh(second.certificate, second.key, shop_.certificate).ok());
  EXPECT_EQ(on_stage(), second.certificate);
  // Keys are for the owner only.
  EXPECT_EQ(
      std::filesystem::status(stage.key_path()).permissions(),
      std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(CallersTest, QuotasAreKeptAtNAndExceededAtNPlusOne) {
  Quotas quotas(
      {.calls_per_second = 2, .items_per_second = 100, .open_calls_max = 3},
      &clock_);
  Caller caller;
  caller.name = "a";
  Caller other;
  other.name = "b";
  other.open_calls_max = 1;
  const auto limit_of = [](const absl::Status& status) -> std::string {
    return status.ok() ? "" : DetailOf(status)->metadata.front().second;
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limit_of(quotas.Begin(caller)), "");
  EXPECT_EQ(limit_of(quotas.Begin(caller)), "open_calls_max");
  EXPECT_EQ(limit_of(quotas.Begin(other)), "");
  EXPECT_EQ(limit_of(quotas.Begin(other)), "open_calls_max");
  // Ten seconds' worth may come at once: 20 calls, of which 3 were.
  for (int i = 0; i < 17; ++i) {
    quotas.End(caller);
    EXPECT_EQ(limit_of(quotas.Begin(caller)), "") << i;
  }
  quotas.End(caller);
  EXPECT_EQ(limit_of(quotas.Begin(caller)), "calls_per_second");
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(limit_of(quotas.Begin(caller)), "");
  EXPECT_EQ(limit_of(quotas.Spend(caller, 1000)), "");
  EXPECT_EQ(limit_of(quotas.Spend(caller, 1)), "items_per_second");
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(limit_of(quotas.Spend(caller, 100)), "");
  EXPECT_EQ(limit_of(quotas.Spend(caller, 1)), "items_per_second");
  // A batch larger than the bucket is taken when that is full.
  clock_.Advance(absl::Seconds(10));
  EXPECT_EQ(limit_of(quotas.Spend(caller, 5000)), "");
}

}  // namespace
}  // namespace concordat
