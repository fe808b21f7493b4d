#ifndef CONCORDAT_SERVER_AUDIT_TRUTH_KEEPER_H_
#define CONCORDAT_SERVER_AUDIT_TRUTH_KEEPER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "consistency/audits/truth_index.h"
#include "consistency/audits/truth_loader.h"
#include "consistency/vocabulary.h"
#include "graph/mutex.h"
#include "graph/revision.h"
#include "graph/store.h"

namespace concordat {

// A truth index with what it is made under. `index` may be read under a
// ReaderLock of `mutex`; only a TruthKeeper changes it.
struct KeptTruth {
  KeptTruth(std::shared_ptr<const Vocabulary> vocabulary_arg, size_t bytes_max,
            uint64_t reading_seed)
      : vocabulary(std::move(vocabulary_arg)),
        index(vocabulary.get(), bytes_max, reading_seed),
        loader(&index) {}

  const std::shared_ptr<const Vocabulary> vocabulary;
  mutable SharedMutex mutex;
  audits::TruthIndex index;
  audits::TruthLoader loader;
};

// Keeps the truth index of a store, made when it is first asked for, and
// brought up to date when it is asked for again. Thread-safe.
class TruthKeeper {
 public:
  // `store` must outlive this. An index takes at most about `bytes_max`.
  TruthKeeper(Store* store, size_t bytes_max)
      : store_(*store), bytes_max_(bytes_max) {}

  // An index under the vocabulary that knows everything up to a revision that
  // the store has. Loading it takes seconds a million facts, during which
  // others who ask wait. `cancelled` is asked now and then. Errors: CANCELLED,
  // LIMIT_EXCEEDED where there is no room for the entities, the store's.
  absl::StatusOr<std::shared_ptr<const KeptTruth>> Get(
      std::shared_ptr<const Vocabulary> vocabulary, Revision upto,
      const std::function<bool()>& cancelled) ABSL_LOCKS_EXCLUDED(mutex_);

  // What the index took when it was last asked for; 0 while there is none.
  // Waits for nobody.
  size_t bytes() const { return bytes_; }

 private:
  // Of the store's keys of items, where it has them.
  absl::StatusOr<uint64_t> ReadingSeed();
  absl::Status Load(KeptTruth& truth, const std::function<bool()>& cancelled);
  absl::Status Follow(KeptTruth& truth);

  Store& store_;
  const size_t bytes_max_;
  std::atomic<size_t> bytes_ = 0;
  Mutex mutex_;
  std::shared_ptr<KeptTruth> truth_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_AUDIT_TRUTH_KEEPER_H_
