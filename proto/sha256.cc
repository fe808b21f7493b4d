#include "proto/sha256.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace concordat {

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
}

Sha256& Sha256::Add(absl::string_view bytes) {
  EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
  return *this;
}

std::string Sha256::Finish() {
  std::string digest(kBytes, '\0');
  EVP_DigestFinal_ex(context_.get(),
                     reinterpret_cast<unsigned char*>(digest.data()), nullptr);
  return digest;
}

void Sha256::Free::operator()(EVP_MD_CTX* context) const {
  EVP_MD_CTX_free(context);
}

std::string HmacSha256(absl::string_view key, absl::string_view message) {
  std::string code(Sha256::kBytes, '\0');
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(),
       reinterpret_cast<unsigned char*>(code.data()), nullptr);
  return code;
}

}  // namespace concordat
