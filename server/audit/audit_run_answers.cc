// What an audit makes of a channel's answers.
#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "consistency/audits/missing_finder.h"
#include "graph/status_macros.h"
#include "server/audit/audit_run.h"

namespace concordat {

using audits::AuditFinding;
using audits::SampleFrame;

absl::StatusOr<SampleFrame> AuditRun::MakeFrame() {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             context_.store->Snapshot());
  StoredKnowledge knowledge(*reader, plan_->request().at, *vocabulary_,
                            nullptr);
  const std::optional<sampling::SamplingPlan> sampling = record().sampling;
  ReaderLock lock(&truth_->mutex);
  return SampleFrame::Make(*plan_, sampling, knowledge,
                           [this] { return !is_cancelled(); });
}

std::vector<EntityId> AuditRun::IdsOf(
    absl::Span<const SampleFrame::Asked> asked) const {
  std::vector<EntityId> ids;
  ids.reserve(asked.size());
  ReaderLock lock(&truth_->mutex);
  for (const SampleFrame::Asked& one : asked) {
    ids.push_back(truth_->index.IdOf(one.number));
  }
  return ids;
}

absl::StatusOr<std::vector<bool>> AuditRun::AuditAnswers(Answers answers) {
  absl::flat_hash_map<audits::TruthIndex::EntityNumber, size_t> place;
  for (size_t i = 0; i < answers.answered.size(); ++i) {
    place[answers.answered[i]] = i;
  }
  std::vector<bool> is_wrong(answers.answered.size());
  const auto note = [&](const std::vector<AuditFinding>& findings) {
    ReaderLock lock(&truth_->mutex);
    for (const AuditFinding& finding : findings) {
      if (!finding.entity.has_value()) continue;
      const auto found = place.find(truth_->index.FindEntity(*finding.entity));
      if (found != place.end()) is_wrong[found->second] = true;
    }
  };
  std::unique_ptr<Worker> worker = TakeWorker();
  worker->rows = std::move(answers.rows);
  CONCORDAT_RETURN_IF_ERROR(AuditSome(*worker));
  rows_ += static_cast<int64_t>(worker->rows.size());
  worker->rows.clear();
  // Long readers keep old states; there are minutes between answers.
  worker->knowledge.reset();
  worker->reader.reset();
  for (audits::RefusedRow& refused : answers.refused) {
    worker->auditor.Refuse(std::move(refused));
    ++rows_;
  }
  note(worker->auditor.findings());
  CONCORDAT_RETURN_IF_ERROR(
      TakeFindings(worker->auditor.findings(), worker->auditor.breakdown()));
  CONCORDAT_RETURN_IF_ERROR(FindMissingOf(answers, *worker, note));
  GiveBack(std::move(worker));
  return is_wrong;
}

absl::Status AuditRun::FindMissingOf(
    const Answers& answers, Worker& worker,
    const std::function<void(const std::vector<AuditFinding>&)>& note) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             context_.store->Snapshot());
  StoredKnowledge knowledge(*reader, plan_->request().at, *vocabulary_,
                            nullptr);
  audits::MissingFinder finder(&*plan_, &*coverage_, &knowledge);
  {
    ReaderLock lock(&truth_->mutex);
    answered_.resize(coverage_->entities());
    for (size_t i = 0; i < answers.answered.size(); ++i) {
      const audits::TruthIndex::EntityNumber number = answers.answered[i];
      answered_[number] = true;
      // Whom it knows it has, though it says nothing.
      if (answers.known[i]) coverage_->Note(number, 0);
      CONCORDAT_RETURN_IF_ERROR(finder.Find(number, number + 1));
    }
  }
  AddTally(finder.tally());
  note(finder.findings());
  return TakeFindings(finder.findings(), worker.auditor.breakdown());
}

void AuditRun::NoteAsked(int64_t entities, int64_t entities_max,
                         std::optional<sampling::Estimate> estimate) {
  asked_ = entities;
  asked_max_ = entities_max;
  MutexLock lock(&mutex_);
  record_.estimate = std::move(estimate);
}

bool AuditRun::WasLookedAt(const AuditFinding& finding) const {
  if (source_ != audits::AuditSource::kProbe || !finding.entity.has_value()) {
    return true;
  }
  ReaderLock lock(&truth_->mutex);
  const audits::TruthIndex::EntityNumber number =
      truth_->index.FindEntity(*finding.entity);
  return number < answered_.size() && answered_[number];
}

}  // namespace concordat
