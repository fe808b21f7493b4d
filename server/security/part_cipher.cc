#include "server/security/part_cipher.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

constexpr char kVersion = 1;
constexpr size_t kTagBytes = 16;

absl::Status NoRandomness() {
  return errors::StorageUnavailable(
      "the system gives no randomness, so values cannot be sealed");
}

const uint8_t* Bytes(absl::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}
uint8_t* Bytes(std::string& text, size_t at) {
  return reinterpret_cast<uint8_t*>(text.data()) + at;
}

}  // namespace

absl::StatusOr<SubjectKey> SubjectKey::Random() {
  SubjectKey key;
  if (RAND_priv_bytes(key.bytes_.data(), kBytes) != 1) return NoRandomness();
  return key;
}

std::optional<SubjectKey> SubjectKey::From(absl::string_view bytes) {
  if (bytes.size() != kBytes) return std::nullopt;
  SubjectKey key;
  std::copy(bytes.begin(), bytes.end(), key.bytes_.begin());
  return key;
}

SubjectKey::~SubjectKey() { OPENSSL_cleanse(bytes_.data(), kBytes); }

// An OpenSSL context that knows the cipher, so that each use sets only key and
// nonce.
struct PartCipher::Context {
  explicit Context(bool seals) : context(EVP_CIPHER_CTX_new()) {
    EVP_CipherInit_ex(context, EVP_aes_256_gcm(), nullptr, nullptr, nullptr,
                      seals ? 1 : 0);
  }
  ~Context() { EVP_CIPHER_CTX_free(context); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  EVP_CIPHER_CTX* context;
};

PartCipher::PartCipher() = default;
PartCipher::~PartCipher() = default;

absl::Status PartCipher::Nonce(uint8_t* nonce) {
  if (random_left_ == 0) {
    if (RAND_bytes(random_.data(), static_cast<int>(random_.size())) != 1) {
      return NoRandomness();
    }
    random_left_ = random_.size();
  }
  random_left_ -= kNonceBytes;
  std::memcpy(nonce, random_.data() + random_left_, kNonceBytes);
  return absl::OkStatus();
}

absl::StatusOr<std::string> PartCipher::Seal(const SubjectKey& key,
                                             absl::string_view context,
                                             absl::string_view plain) {
  if (seal_ == nullptr) seal_ = std::make_unique<Context>(/*seals=*/true);
  EVP_CIPHER_CTX* const evp = seal_->context;
  std::string sealed(1 + kNonceBytes + plain.size() + kTagBytes, kVersion);
  CONCORDAT_RETURN_IF_ERROR(Nonce(Bytes(sealed, 1)));
  int size = 0;
  int rest = 0;
  const size_t body = 1 + kNonceBytes;
  const bool ok =
      EVP_EncryptInit_ex(evp, nullptr, nullptr, Bytes(key.bytes()),
                         Bytes(sealed, 1)) == 1 &&
      EVP_EncryptUpdate(evp, nullptr, &size, Bytes(context),
                        static_cast<int>(context.size())) == 1 &&
      EVP_EncryptUpdate(evp, Bytes(sealed, body), &size, Bytes(plain),
                        static_cast<int>(plain.size())) == 1 &&
      EVP_EncryptFinal_ex(evp, Bytes(sealed, body + size), &rest) == 1 &&
      EVP_CIPHER_CTX_ctrl(evp, EVP_CTRL_GCM_GET_TAG, kTagBytes,
                          Bytes(sealed, body + plain.size())) == 1;
  if (!ok) return errors::Internal("OpenSSL could not seal a value");
  return sealed;
}

absl::StatusOr<std::string> PartCipher::Open(const SubjectKey& key,
                                             absl::string_view context,
                                             absl::string_view sealed) {
  const auto broken = [] {
    return errors::StorageCorrupt("a sealed value is not what was written");
  };
  const size_t body = 1 + kNonceBytes;
  if (sealed.size() < body + kTagBytes || sealed.front() != kVersion) {
    return broken();
  }
  if (open_ == nullptr) open_ = std::make_unique<Context>(/*seals=*/false);
  EVP_CIPHER_CTX* const evp = open_->context;
  std::string plain(sealed.size() - body - kTagBytes, '\0');
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  int size = 0;
  int rest = 0;
  const bool ok =
      EVP_DecryptInit_ex(evp, nullptr, nullptr, Bytes(key.bytes()),
                         Bytes(sealed) + 1) == 1 &&
      EVP_DecryptUpdate(evp, nullptr, &size, Bytes(context),
                        static_cast<int>(context.size())) == 1 &&
      EVP_DecryptUpdate(evp, Bytes(plain, 0), &size, Bytes(sealed) + body,
                        static_cast<int>(plain.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(evp, EVP_CTRL_GCM_SET_TAG, kTagBytes,
                          Bytes(tag, 0)) == 1 &&
      EVP_DecryptFinal_ex(evp, Bytes(plain, size), &rest) == 1;
  if (!ok) return broken();
  return plain;
}

}  // namespace concordat
