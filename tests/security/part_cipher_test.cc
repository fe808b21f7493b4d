// Goal: what is sealed opens with its key and in its place, and nowhere else;
// two sealings of one value have nothing in common.
#include "server/security/part_cipher.h"

#include <openssl/evp.h>

#include <set>
#include <string>

#include "absl/strings/escaping.h"
#include "graph/errors.h"
#include "gtest/gtest.h"

namespace concordat {
namespace {

SubjectKey NewKey() {
  const absl::StatusOr<SubjectKey> key = SubjectKey::Random();
  EXPECT_TRUE(key.ok()) << key.status();
  return *key;
}

ErrorReason ReasonOf(const absl::Status& status) {
  const auto detail = DetailOf(status);
  return detail.has_value() ? detail->reason : ErrorReason::kInternal;
}

TEST(PartCipherTest, OpensWhatItSealed) {
  PartCipher cipher;
  const SubjectKey key = NewKey();
  for (const size_t size : {0, 1, 15, 16, 17, 4096, 100000}) {
    const std::string plain(size, 'x');
    const auto sealed = cipher.Seal(key, "place", plain);
    ASSERT_TRUE(sealed.ok()) << sealed.status();
    EXPECT_EQ(sealed->size(), size + 29);
    if (size > 15) {
      EXPECT_EQ(sealed->find(plain), std::string::npos);
    }
    const auto opened = cipher.Open(key, "place", *sealed);
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_EQ(*opened, plain);
  }
}

TEST(PartCipherTest, AnyOtherKeyPlaceOrByteIsRefused) {
  PartCipher cipher;
  const SubjectKey key = NewKey();
  const std::string sealed = *cipher.Seal(key, "place", "value");
  EXPECT_EQ(ReasonOf(cipher.Open(NewKey(), "place", sealed).status()),
            ErrorReason::kStorageCorrupt);
  EXPECT_EQ(ReasonOf(cipher.Open(key, "elsewhere", sealed).status()),
            ErrorReason::kStorageCorrupt);
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string flipped = sealed;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    EXPECT_FALSE(cipher.Open(key, "place", flipped).ok()) << i;
    EXPECT_FALSE(cipher.Open(key, "place", sealed.substr(0, i)).ok()) << i;
  }
  EXPECT_TRUE(cipher.Open(key, "place", sealed).ok());
}

TEST(PartCipherTest, NoNonceComesTwice) {
  PartCipher cipher;
  const SubjectKey key = NewKey();
  std::set<std::string> nonces;
  for (int i = 0; i < 2000; ++i) {
    nonces.insert(cipher.Seal(key, "", "same")->substr(1, 12));
  }
  EXPECT_EQ(nonces.size(), 2000u);
}

// The layout and the algorithm are what part_cipher.h says: OpenSSL alone, used
// from scratch, opens it.
TEST(PartCipherTest, IsAes256GcmAsDocumented) {
  PartCipher cipher;
  const SubjectKey key = NewKey();
  const std::string sealed = *cipher.Seal(key, "place", "hello");
  const auto* bytes = reinterpret_cast<const unsigned char*>(sealed.data());
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  int size = 0;
  unsigned char plain[5];
  std::string tag = sealed.substr(18);
  EXPECT_EQ(EVP_DecryptInit_ex(
                context, EVP_aes_256_gcm(), nullptr,
                reinterpret_cast<const unsigned char*>(key.bytes().data()),
                bytes + 1),
            1);
  EVP_DecryptUpdate(context, nullptr, &size,
                    reinterpret_cast<const unsigned char*>("place"), 5);
  EVP_DecryptUpdate(context, plain, &size, bytes + 13, 5);
  EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, 16, tag.data());
  EXPECT_EQ(EVP_DecryptFinal_ex(context, plain + size, &size), 1);
  EXPECT_EQ(std::string(reinterpret_cast<char*>(plain), 5), "hello");
  EVP_CIPHER_CTX_free(context);
}

}  // namespace
}  // namespace concordat
