// AES-256-GCM (NIST SP 800-38D), as OpenSSL does it.
#ifndef CONCORDAT_SERVER_SECURITY_PART_CIPHER_H_
#define CONCORDAT_SERVER_SECURITY_PART_CIPHER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct evp_cipher_ctx_st;

namespace concordat {

// The key of one subject. Overwritten when it is destroyed; never logged.
class SubjectKey {
 public:
  static constexpr size_t kBytes = 32;

  // A new one. UNAVAILABLE where the system has no randomness to give.
  static absl::StatusOr<SubjectKey> Random();
  // nullopt where `bytes` is not kBytes long.
  static std::optional<SubjectKey> From(absl::string_view bytes);

  SubjectKey(const SubjectKey&) = default;
  SubjectKey& operator=(const SubjectKey&) = default;
  ~SubjectKey();

  absl::string_view bytes() const {
    return {reinterpret_cast<const char*>(bytes_.data()), kBytes};
  }

 private:
  SubjectKey() = default;

  std::array<uint8_t, kBytes> bytes_{};
};

// Seals and opens. `context` is what the sealed bytes belong to: they open only
// under the same one, so they cannot be moved elsewhere. Not thread-safe.
class PartCipher {
 public:
  PartCipher();
  ~PartCipher();
  PartCipher(const PartCipher&) = delete;
  PartCipher& operator=(const PartCipher&) = delete;

  // The number 1, a random nonce (12 bytes), the ciphertext, the tag (16).
  // UNAVAILABLE without randomness, INTERNAL where OpenSSL fails.
  absl::StatusOr<std::string> Seal(const SubjectKey& key,
                                   absl::string_view context,
                                   absl::string_view plain);
  // DATA_LOSS where these are not the bytes that were sealed with this key and
  // context.
  absl::StatusOr<std::string> Open(const SubjectKey& key,
                                   absl::string_view context,
                                   absl::string_view sealed);

 private:
  struct Context;  // made when first needed: most readers open nothing

  static constexpr size_t kNonceBytes = 12;
  absl::Status Nonce(uint8_t* nonce);

  std::unique_ptr<Context> seal_;
  std::unique_ptr<Context> open_;
  // Randomness is asked for in bulk: one call costs as much as the sealing.
  std::array<uint8_t, 256 * kNonceBytes> random_{};
  size_t random_left_ = 0;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_SECURITY_PART_CIPHER_H_
