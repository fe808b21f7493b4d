#include "client/notify/signature.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/escaping.h"
#include "proto/sha256.h"

namespace concordat::client {
namespace {

// Test case 2 of RFC 4231.
TEST(SignatureTest, HmacIsTheStandards) {
  EXPECT_EQ(absl::BytesToHexString(
                HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c7"
            "5a003f089d2739839dec58b964ec3843");
}

// The vector that the libraries of Standard Webhooks test themselves with.
TEST(SignatureTest, IsWhatReceiversExpect) {
  const auto key = SigningKey(" whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(SignatureOf(*key, "msg_p5jXN8AQM9LWM0D4loKWxJek",
                        absl::FromUnixSeconds(1'614'265'330),
                        R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(SignatureTest, ASecretWithoutItsPrefixIsTheKey) {
  EXPECT_EQ(*SigningKey("a b\n"), "a b");
}

TEST(SignatureTest, RefusesWhatIsNoSecret) {
  for (const std::string text : {"", " \n", "whsec_", "whsec_?"}) {
    EXPECT_EQ(SigningKey(text).status().code(),
              absl::StatusCode::kInvalidArgument)
        << text;
  }
}

}  // namespace
}  // namespace concordat::client
