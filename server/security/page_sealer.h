#ifndef CONCORDAT_SERVER_SECURITY_PAGE_SEALER_H_
#define CONCORDAT_SERVER_SECURITY_PAGE_SEALER_H_

#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "graph/mutex.h"
#include "graph/revision_token.h"
#include "server/security/part_cipher.h"

namespace concordat {

// Seals page tokens with a key of the store's (AES-256-GCM), so that they
// outlive a restart. Thread-safe.
class PageSealer final : public TokenSealer {
 public:
  // Before the first token; `key` has SubjectKey::kBytes.
  void Start(absl::string_view key) ABSL_LOCKS_EXCLUDED(mutex_);

  std::string Seal(absl::string_view plain) const override
      ABSL_LOCKS_EXCLUDED(mutex_);
  std::optional<std::string> Open(absl::string_view sealed) const override
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable Mutex mutex_;
  mutable PartCipher cipher_ ABSL_GUARDED_BY(mutex_);
  std::optional<SubjectKey> key_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_SECURITY_PAGE_SEALER_H_
