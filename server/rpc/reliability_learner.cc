#include "server/rpc/reliability_learner.h"

#include <utility>

#include "consistency/fusion/learning.h"
#include "consistency/held_observations.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "server/rpc/call.h"

namespace concordat {

void ReliabilityLearner::Start() {
  if (options_.every == absl::ZeroDuration()) return;
  task_.Start(options_.every, [this] {
    const absl::Status learned = LearnIfChanged();
    if (!learned.ok() && !absl::IsCancelled(learned)) {
      LogFailure(logger_, "learning of reliability", "", learned);
    }
  });
}

std::shared_ptr<const LearnedReliability> ReliabilityLearner::Current() const {
  MutexLock lock(&mutex_);
  return current_;
}

absl::Status ReliabilityLearner::Learn() {
  const std::shared_ptr<const Vocabulary> vocabulary = vocabularies_.Current();
  if (vocabulary == nullptr) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(
      const Observations observations,
      ObserveHeld(store_, *vocabulary, [this] { return !task_.IsStopping(); }));
  auto learned = std::make_shared<LearnedReliability>();
  learned->model = LearnReliability(observations);
  learned->at = clock_.Now();
  MutexLock lock(&mutex_);
  current_ = std::move(learned);
  return absl::OkStatus();
}

absl::Status ReliabilityLearner::LearnIfChanged() {
  Revision head;
  {
    CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                               store_.Snapshot());
    CONCORDAT_ASSIGN_OR_RETURN(head, rows::ReadHead(*reader));
  }
  if (head == learned_from_) return absl::OkStatus();
  CONCORDAT_RETURN_IF_ERROR(Learn());
  learned_from_ = head;
  return absl::OkStatus();
}

}  // namespace concordat
