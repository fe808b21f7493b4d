#ifndef CONCORDAT_SERVER_VOCABULARY_REGISTRY_H_
#define CONCORDAT_SERVER_VOCABULARY_REGISTRY_H_

#include <cstdint>
#include <map>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "consistency/rows.h"
#include "consistency/vocabulary.h"
#include "graph/mutex.h"
#include "graph/store.h"

namespace concordat {

// The vocabularies of a store: the one in force, and earlier versions for
// replays. Thread-safe.
class VocabularyRegistry {
 public:
  // Loads the version in force, if any. Errors: the store's; STORAGE_VERSION
  // where this build cannot read the vocabulary that is in force.
  absl::Status Load(const Reader& reader) ABSL_LOCKS_EXCLUDED(mutex_);

  // The version in force; nullptr where none was applied.
  std::shared_ptr<const Vocabulary> Current() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Errors: NO_VOCABULARY.
  absl::StatusOr<std::shared_ptr<const Vocabulary>> Require() const;

  // A version that was applied. Errors: NOT_FOUND, the store's.
  absl::StatusOr<std::shared_ptr<const Vocabulary>> Version(
      const Reader& reader, uint64_t version) ABSL_LOCKS_EXCLUDED(mutex_);

  // Makes `vocabulary` the one in force, after it was committed.
  void Publish(std::shared_ptr<const Vocabulary> vocabulary)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const Vocabulary> current_ ABSL_GUARDED_BY(mutex_);
  std::map<uint64_t, std::shared_ptr<const Vocabulary>> versions_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_VOCABULARY_REGISTRY_H_
