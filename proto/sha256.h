// SHA-256, at the end of what must be whole and of what must be from us.
#ifndef CONCORDAT_PROTO_SHA256_H_
#define CONCORDAT_PROTO_SHA256_H_

#include <openssl/types.h>

#include <cstddef>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace concordat {

// The digest of one run of bytes. Not thread-safe.
class Sha256 {
 public:
  static constexpr size_t kBytes = 32;

  Sha256();

  Sha256& Add(absl::string_view bytes);
  // The kBytes of the digest. Nothing may be added after it.
  std::string Finish();

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const;
  };
  const std::unique_ptr<EVP_MD_CTX, Free> context_;
};

// HMAC with SHA-256 (RFC 2104), Sha256::kBytes long.
std::string HmacSha256(absl::string_view key, absl::string_view message);

}  // namespace concordat

#endif  // CONCORDAT_PROTO_SHA256_H_
