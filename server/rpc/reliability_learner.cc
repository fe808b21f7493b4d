#include "server/rpc/reliability_learner.h"

#include <chrono>
#include <utility>

#include "consistency/fusion/learning.h"
#include "consistency/held_observations.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "server/rpc/call.h"

namespace concordat {

void ReliabilityLearner::Start() {
  if (options_.every == absl::ZeroDuration()) return;
  thread_ = std::thread([this] { Loop(); });
}

void ReliabilityLearner::Stop() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
  }
  stopped_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<const LearnedReliability> ReliabilityLearner::Current() const {
  MutexLock lock(&mutex_);
  return current_;
}

bool ReliabilityLearner::IsStopping() const {
  MutexLock lock(&mutex_);
  return stopping_;
}

absl::Status ReliabilityLearner::Learn() {
  const std::shared_ptr<const Vocabulary> vocabulary = vocabularies_.Current();
  if (vocabulary == nullptr) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(
      const Observations observations,
      ObserveHeld(store_, *vocabulary, [this] { return !IsStopping(); }));
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

void ReliabilityLearner::Loop() {
  while (true) {
    if (const absl::Status learned = LearnIfChanged();
        !learned.ok() && !absl::IsCancelled(learned)) {
      LogFailure(logger_, "learning of reliability", "", learned);
    }
    const auto until = std::chrono::steady_clock::now() +
                       absl::ToChronoMilliseconds(options_.every);
    MutexLock lock(&mutex_);
    while (!stopping_ && std::chrono::steady_clock::now() < until) {
      stopped_.WaitUntil(&mutex_, until);
    }
    if (stopping_) return;
  }
}

}  // namespace concordat
