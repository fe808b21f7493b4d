// What strangers show to be believed, and what operators write of them: tokens,
// key sets, certificates and the file of callers. Nothing made up is believed,
// and every refusal says why.
//
// Input: a letter for what it is (t, k, c, f), then that.
#include <string>

#include "concordat/v1/callers_file.pb.h"
#include "graph/errors.h"
#include "proto/yaml_reader.h"
#include "server/access/certificates.h"
#include "server/access/token_keys.h"
#include "tests/fuzz/input.h"

namespace concordat {
namespace {

// A public key of which nobody has the other half.
constexpr char kKeys[] =
    R"({"keys":[{"kty":"EC","crv":"P-256","kid":"k",)"
    R"("x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",)"
    R"("y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]})";

void CheckToken(absl::string_view token) {
  static const auto* const keys =
      new std::shared_ptr<const TokenKeys>(*TokenKeys::Parse(kKeys));
  const absl::StatusOr<TokenHeading> heading = ReadHeading(token);
  CONCORDAT_FUZZ_CHECK(heading.ok() || DetailOf(heading.status()).has_value());
  TokenRules rules;
  rules.issuer = "https://login.example";
  rules.audience = "concordat";
  rules.algorithms = {"ES256", "RS256", "ES384", "PS256"};
  const auto claims =
      VerifyToken(token, rules, **keys, absl::FromUnixSeconds(1));
  CONCORDAT_FUZZ_CHECK(!claims.ok());
  CONCORDAT_FUZZ_CHECK(DetailOf(claims.status()).has_value());
}

void CheckCertificate(absl::string_view pem) {
  ReadCertificate(pem).IgnoreError();
  const absl::Time now = absl::FromUnixSeconds(1'767'268'800);
  CheckKeyPair(pem, pem, now).IgnoreError();
  if (CheckAuthorities(pem).ok()) VerifyIssuedBy(pem, pem, now).IgnoreError();
}

}  // namespace
}  // namespace concordat

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace concordat;
  fuzz::Input input(data, size);
  const char kind = static_cast<char>(input.Byte());
  const absl::string_view rest = input.Rest();
  if (kind == 't') CheckToken(rest);
  if (kind == 'k') TokenKeys::Parse(rest).IgnoreError();
  if (kind == 'c') CheckCertificate(rest);
  if (kind == 'f') {
    v1::CallersFile file;
    ReadYaml(rest, file);
  }
  return 0;
}
