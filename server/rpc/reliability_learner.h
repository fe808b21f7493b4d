#ifndef CONCORDAT_SERVER_RPC_RELIABILITY_LEARNER_H_
#define CONCORDAT_SERVER_RPC_RELIABILITY_LEARNER_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "consistency/fusion/reliability_model.h"
#include "graph/clock.h"
#include "graph/mutex.h"
#include "graph/revision.h"
#include "graph/store.h"
#include "server/periodic_task.h"
#include "server/telemetry/logger.h"
#include "server/vocabulary_registry.h"

namespace concordat {

struct LearnedReliability {
  ReliabilityModel model;
  // InfinitePast: nothing was learned yet.
  absl::Time at = absl::InfinitePast();
};

// Learns how reliable channels are from what they hold (LearnReliability), now
// and then, in a thread of its own. Thread-safe.
class ReliabilityLearner {
 public:
  struct Options {
    // From the end of one learning to the next, if the store has changed; zero:
    // it learns only when asked to.
    absl::Duration every = absl::Minutes(15);
  };

  // All must outlive this.
  ReliabilityLearner(Store* store, const Clock* clock,
                     const VocabularyRegistry* vocabularies, Logger* logger,
                     const Options& options)
      : store_(*store),
        clock_(*clock),
        vocabularies_(*vocabularies),
        logger_(*logger),
        options_(options) {}

  // Once; the first learning is at once.
  void Start();
  // Idempotent. Ends a learning that goes on, which may take seconds.
  void Stop() { task_.Stop(); }

  // The newest; never null.
  std::shared_ptr<const LearnedReliability> Current() const
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Learns now. Errors: the store's; LIMIT_EXCEEDED (kFusion*).
  absl::Status Learn() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  absl::Status LearnIfChanged();

  Store& store_;
  const Clock& clock_;
  const VocabularyRegistry& vocabularies_;
  Logger& logger_;
  const Options options_;
  Revision learned_from_;  // the task's only

  mutable Mutex mutex_;
  std::shared_ptr<const LearnedReliability> current_ ABSL_GUARDED_BY(mutex_) =
      std::make_shared<LearnedReliability>();
  PeriodicTask task_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_RELIABILITY_LEARNER_H_
