#include "server/audit/truth_keeper.h"

#include <utility>

#include "absl/status/status.h"
#include "graph/status_macros.h"
#include "server/audit/item_keys.h"

namespace concordat {

absl::StatusOr<std::shared_ptr<const KeptTruth>> TruthKeeper::Get(
    std::shared_ptr<const Vocabulary> vocabulary, Revision upto,
    const std::function<bool()>& cancelled) {
  MutexLock lock(&mutex_);
  if (truth_ != nullptr && truth_->vocabulary == vocabulary) {
    if (truth_->loader.revision() >= upto || Follow(*truth_).ok()) {
      bytes_ = truth_->index.bytes();
      return std::shared_ptr<const KeptTruth>(truth_);
    }
  }
  // The memory of the old one is free first, unless an audit still uses it.
  truth_.reset();
  bytes_ = 0;
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t reading_seed, ReadingSeed());
  auto truth = std::make_shared<KeptTruth>(std::move(vocabulary), bytes_max_,
                                           reading_seed);
  CONCORDAT_RETURN_IF_ERROR(Load(*truth, cancelled));
  truth_ = std::move(truth);
  bytes_ = truth_->index.bytes();
  return std::shared_ptr<const KeptTruth>(truth_);
}

absl::StatusOr<uint64_t> TruthKeeper::ReadingSeed() {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             store_.Snapshot());
  CONCORDAT_ASSIGN_OR_RETURN(const ItemKeys keys, ItemKeys::Read(*reader));
  return keys.reading_seed();
}

absl::Status TruthKeeper::Load(KeptTruth& truth,
                               const std::function<bool()>& cancelled) {
  while (true) {
    if (cancelled()) return absl::CancelledError();
    CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                               store_.Snapshot());
    WriterLock lock(&truth.mutex);
    CONCORDAT_ASSIGN_OR_RETURN(const bool more, truth.loader.Step(*reader));
    if (!more) return absl::OkStatus();
  }
}

absl::Status TruthKeeper::Follow(KeptTruth& truth) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             store_.Snapshot());
  WriterLock lock(&truth.mutex);
  return truth.loader.Follow(*reader);
}

}  // namespace concordat
