#include "server/vocabulary_registry.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "config/vocabulary_loader.h"
#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat {

absl::Status VocabularyRegistry::Load(const Reader& reader) {
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t version,
                             rows::NewestVocabularyVersion(reader));
  if (version == 0) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(auto vocabulary, Version(reader, version));
  MutexLock lock(&mutex_);
  current_ = std::move(vocabulary);
  return absl::OkStatus();
}

std::shared_ptr<const Vocabulary> VocabularyRegistry::Current() const {
  MutexLock lock(&mutex_);
  return current_;
}

absl::StatusOr<std::shared_ptr<const Vocabulary>> VocabularyRegistry::Require()
    const {
  std::shared_ptr<const Vocabulary> current = Current();
  if (current == nullptr) return errors::NoVocabulary();
  return current;
}

absl::StatusOr<std::shared_ptr<const Vocabulary>> VocabularyRegistry::Version(
    const Reader& reader, uint64_t version) {
  {
    MutexLock lock(&mutex_);
    if (auto it = versions_.find(version); it != versions_.end()) {
      return it->second;
    }
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<rows::VocabularyRecord> record,
                             rows::GetVocabulary(reader, version));
  if (!record.has_value()) {
    return errors::NotFound(absl::StrCat("vocabulary version ", version));
  }
  const LoadedVocabulary loaded =
      LoadVocabulary(record->yaml, record->file_name, version);
  if (loaded.vocabulary == nullptr) {
    return errors::StorageVersion(
        absl::StrCat("this version cannot read vocabulary version ", version,
                     ", which the store holds: ", ToStatus(loaded).message()));
  }
  MutexLock lock(&mutex_);
  return versions_.emplace(version, loaded.vocabulary).first->second;
}

void VocabularyRegistry::Publish(std::shared_ptr<const Vocabulary> vocabulary) {
  MutexLock lock(&mutex_);
  versions_[vocabulary->version] = vocabulary;
  current_ = std::move(vocabulary);
}

}  // namespace concordat
