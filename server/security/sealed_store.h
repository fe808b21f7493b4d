// Personal values, sealed at rest.
#ifndef CONCORDAT_SERVER_SECURITY_SEALED_STORE_H_
#define CONCORDAT_SERVER_SECURITY_SEALED_STORE_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "graph/generation_cache.h"
#include "graph/mutex.h"
#include "graph/store.h"
#include "server/security/part_cipher.h"

namespace concordat {

// What is known of a subject's key: none where the subject was erased.
using KnownKey = std::optional<SubjectKey>;

// The keys used lately, and the subjects erased since the process began, of
// which no reader may learn the key again, however old its snapshot. Bounded,
// but for those. Thread-safe.
class KeyRing {
 public:
  KeyRing();

  // nullopt where it has to be looked up.
  std::optional<KnownKey> Find(absl::string_view subject)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // After a look into the store: what holds, which is not the key found in an
  // old snapshot if the subject was erased since.
  KnownKey Remember(absl::string_view subject, const KnownKey& found)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // After a commit that made, or with nullopt erased, the key.
  void Publish(const std::string& subject, const KnownKey& key)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  Mutex mutex_;
  GenerationCache<std::string, KnownKey> keys_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_set<std::string> erased_ ABSL_GUARDED_BY(mutex_);
};

// A store in front of another that seals the personal parts of rows
// (graph/personal.h) when they are written and opens them when they are read.
// Each subject has a key of its own, made with its first value, in the space
// subject_keys of the same store and in the same transaction. Putting an empty
// key there (rows::PutSubjectKey) erases the subject: from the commit on its
// parts read as erased, through every reader, and what is still written of it
// is dropped.
//
// A part is bound to its space, row and subject: one that was moved is
// DATA_LOSS. A part whose subject has no key at all reads as erased; so it is
// after a restore without keys.
//
// Everything else is the inner store's. A malformed row passes as it is; its
// reader will say so. Thread-safe, as the inner store is.
class SealedStore final : public Store {
 public:
  // `store` must outlive this. `spaces` are those whose rows may have parts;
  // the inner store has rows::kSubjectKeys as well.
  SealedStore(Store* store, absl::Span<const Space> spaces);

  absl::StatusOr<std::unique_ptr<Reader>> Snapshot() override;
  absl::Status Write(
      absl::FunctionRef<absl::Status(Transaction&)> work) override;
  absl::Status Scrub() override { return store_->Scrub(); }
  void Settle() override { store_->Settle(); }
  absl::string_view engine() const override { return store_->engine(); }

 private:
  Store* const store_;
  const uint32_t spaces_;  // a bit each
  const std::shared_ptr<KeyRing> ring_;
  // The writer's; used within the inner store's Write only.
  PartCipher cipher_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_SECURITY_SEALED_STORE_H_
