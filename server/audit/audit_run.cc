#include "server/audit/audit_run.h"

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

#include "consistency/audits/audit_rows.h"
#include "consistency/audits/missing_finder.h"
#include "graph/errors.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

using audits::AuditChange;
using audits::AuditFinding;
using audits::AuditRecord;
using audits::FindingSequence;

// Rows that one thread makes and audits at a time: they fit into its cache.
constexpr size_t kRowsAtOnce = 256;
// Findings that are in memory, about half a kilobyte each, before they are
// written as a run.
constexpr size_t kFindingsInMemoryMax = 200'000;
// Entities that are looked at under one lock.
constexpr audits::TruthIndex::EntityNumber kEntitiesAtOnce = 1 << 16;
// Audits for which a finding that is gone is remembered, to say that it is
// back.
constexpr uint64_t kGoneAuditsMax = 100;

// The newest before it that is of the same channel, scope and sampling.
absl::StatusOr<std::optional<AuditRecord>> PreviousOf(
    const Reader& reader, const AuditRecord& record) {
  std::optional<AuditRecord> previous;
  CONCORDAT_RETURN_IF_ERROR(
      rows::VisitAudits(reader, record.number, [&](const AuditRecord& other) {
        if (other.state == audits::AuditState::kSucceeded &&
            other.IsLike(record)) {
          previous = other;
        }
        return !previous.has_value();
      }));
  return previous;
}

// A cause may have been assigned since the audit before was read.
absl::Status TakeOwners(const Reader& reader, AuditRecord& record) {
  if (record.previous == 0) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<AuditRecord> previous,
                             rows::GetAudit(reader, record.previous));
  if (!previous.has_value()) return absl::OkStatus();
  for (const audits::AuditCause& earlier : previous->causes) {
    for (audits::AuditCause& cause : record.causes) {
      if (cause.record.id == earlier.record.id) {
        cause.record.owner = earlier.record.owner;
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

AuditRun::AuditRun(const AuditContext& context, AuditRecord record,
                   std::shared_ptr<const Vocabulary> vocabulary)
    : context_(context),
      number_(record.number),
      source_(record.source),
      started_at_(record.started_at),
      vocabulary_(std::move(vocabulary)),
      writer_(context.committer, record.number, record.channel),
      record_(std::move(record)) {}

AuditRun::~AuditRun() = default;

absl::Status AuditRun::Begin() {
  if (source_ == audits::AuditSource::kHeld) {
    // What is held is known as of now only.
    CONCORDAT_ASSIGN_OR_RETURN(const Revision head, OpenHeld());
    MutexLock lock(&mutex_);
    record_.at = head;
  }
  const AuditRecord record = this->record();
  CONCORDAT_ASSIGN_OR_RETURN(
      truth_, context_.truths->Get(vocabulary_, record.at,
                                   [this] { return is_cancelled(); }));
  ReaderLock lock(&truth_->mutex);
  CONCORDAT_ASSIGN_OR_RETURN(
      audits::AuditPlan plan,
      audits::AuditPlan::Make(truth_->index, {.channel = record.channel,
                                              .at = record.at,
                                              .as_at = record.as_at,
                                              .now = context_.clock->Now(),
                                              .scope = record.scope}));
  plan_.emplace(std::move(plan));
  coverage_.emplace(truth_->index.entities().size(), plan_->required_max());
  phase_ = Phase::kRows;
  return absl::OkStatus();
}

// One a core, unless there are commits between them: then fewer.
absl::StatusOr<Revision> AuditRun::OpenHeld() {
  Revision first;
  const size_t parts = std::max(1U, std::thread::hardware_concurrency());
  while (held_.size() < parts) {
    CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<Reader> reader,
                               context_.store->Snapshot());
    CONCORDAT_ASSIGN_OR_RETURN(const Revision head, rows::ReadHead(*reader));
    if (held_.empty()) first = head;
    if (head != first) break;
    held_.push_back({std::move(reader), nullptr});
  }
  return first;
}

std::unique_ptr<AuditRun::Worker> AuditRun::TakeWorker() {
  MutexLock lock(&mutex_);
  if (workers_.empty()) return std::make_unique<Worker>(&*plan_, &*coverage_);
  std::unique_ptr<Worker> worker = std::move(workers_.back());
  workers_.pop_back();
  return worker;
}

void AuditRun::GiveBack(std::unique_ptr<Worker> worker) {
  MutexLock lock(&mutex_);
  workers_.push_back(std::move(worker));
}

absl::Status AuditRun::OpenReader(Worker& worker) const {
  worker.knowledge.reset();
  CONCORDAT_ASSIGN_OR_RETURN(worker.reader, context_.store->Snapshot());
  worker.knowledge.emplace(*worker.reader, plan_->request().at, *vocabulary_,
                           nullptr);
  return absl::OkStatus();
}

absl::Status AuditRun::AuditSome(Worker& worker) {
  {
    ReaderLock lock(&truth_->mutex);
    worker.auditor.Match(worker.rows);
  }
  if (!worker.auditor.has_to_judge()) return absl::OkStatus();
  if (worker.reader == nullptr) CONCORDAT_RETURN_IF_ERROR(OpenReader(worker));
  absl::Status judged = worker.auditor.Judge(worker.rows, *worker.knowledge);
  if (absl::IsUnavailable(judged)) {
    // An engine may end a reader that is old. Whatever was written since, what
    // was known at the audit's revision is the same in a new one.
    CONCORDAT_RETURN_IF_ERROR(OpenReader(worker));
    judged = worker.auditor.Judge(worker.rows, *worker.knowledge);
  }
  CONCORDAT_RETURN_IF_ERROR(judged);
  ReaderLock lock(&truth_->mutex);
  worker.auditor.NoteJudged();
  return absl::OkStatus();
}

absl::Status AuditRun::AuditRows(const NextRows& next) {
  std::unique_ptr<Worker> worker = TakeWorker();
  worker->rows.resize(kRowsAtOnce);
  while (next(worker->rows, worker->refused)) {
    if (is_cancelled()) return absl::CancelledError();
    CONCORDAT_RETURN_IF_ERROR(AuditSome(*worker));
    rows_ += static_cast<int64_t>(worker->rows.size());
  }
  for (audits::RefusedRow& refused : worker->refused) {
    worker->auditor.Refuse(std::move(refused));
    ++rows_;
  }
  worker->refused.clear();
  CONCORDAT_RETURN_IF_ERROR(
      TakeFindings(worker->auditor.findings(), worker->auditor.breakdown()));
  GiveBack(std::move(worker));
  return absl::OkStatus();
}

absl::Status AuditRun::AuditHeld() {
  ReaderLock lock(&truth_->mutex);
  std::vector<std::string> keys =
      audits::HeldParts(truth_->index, held_.size());
  held_.resize(keys.size() + 1);
  keys.insert(keys.begin(), "");
  keys.emplace_back();
  std::vector<absl::Status> audited(held_.size());
  const auto audit = [&](size_t part) {
    audited[part] = held_[part].auditor->Audit(
        keys[part], keys[part + 1],
        [this](int64_t more) {
          rows_ += more;
          return !is_cancelled();
        },
        [&](std::vector<AuditFinding>& findings) {
          return TakeFindings(findings, *held_[part].breakdown);
        });
  };
  std::vector<std::thread> threads;
  for (size_t part = 0; part < held_.size(); ++part) {
    held_[part].auditor = std::make_unique<audits::HeldAuditor>(
        &*plan_, &*coverage_, held_[part].reader.get());
    held_[part].breakdown = std::make_unique<audits::Breakdown>(
        &truth_->index, plan_->request().as_at);
    if (part > 0) threads.emplace_back(audit, part);
  }
  audit(0);
  for (std::thread& thread : threads) thread.join();
  for (absl::Status& status : audited) {
    CONCORDAT_RETURN_IF_ERROR(std::move(status));
  }
  return absl::OkStatus();
}

void AuditRun::AddTally(const audits::Tally& tally) {
  rows_ += tally.rows;
  MutexLock lock(&mutex_);
  if (!tally_.has_value()) tally_.emplace(tally.by_attribute.size());
  tally_->Add(tally);
}

void AuditRun::BecomeExport() {
  source_ = audits::AuditSource::kExport;
  MutexLock lock(&mutex_);
  record_.source = audits::AuditSource::kExport;
}

absl::Status AuditRun::TakeFindings(std::vector<AuditFinding>& findings,
                                    audits::Breakdown& breakdown) {
  findings_ += static_cast<int64_t>(findings.size());
  for (const AuditFinding& finding : findings) {
    breakdown.CountContradiction(finding);
  }
  std::vector<AuditFinding> full;
  {
    MutexLock lock(&mutex_);
    std::move(findings.begin(), findings.end(), std::back_inserter(unsorted_));
    if (unsorted_.size() >= kFindingsInMemoryMax) full.swap(unsorted_);
  }
  findings.clear();
  return full.empty() ? absl::OkStatus() : writer_.WriteRun(std::move(full));
}

absl::Status AuditRun::FindMissing(Outcome& outcome) {
  CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<Reader> reader,
                             context_.store->Snapshot());
  StoredKnowledge knowledge(*reader, plan_->request().at, *vocabulary_,
                            nullptr);
  audits::MissingFinder finder(&*plan_, &*coverage_, &knowledge);
  const auto entities =
      static_cast<audits::TruthIndex::EntityNumber>(coverage_->entities());
  for (audits::TruthIndex::EntityNumber at = 0; at < entities;
       at += kEntitiesAtOnce) {
    if (is_cancelled()) return absl::CancelledError();
    {
      ReaderLock lock(&truth_->mutex);
      CONCORDAT_RETURN_IF_ERROR(
          finder.Find(at, std::min(entities, at + kEntitiesAtOnce)));
    }
    CONCORDAT_RETURN_IF_ERROR(
        TakeFindings(finder.findings(), outcome.breakdown));
  }
  outcome.tally.Add(finder.tally());
  return absl::OkStatus();
}

void AuditRun::GatherWorkers(Outcome& outcome) {
  std::vector<std::unique_ptr<Worker>> workers;
  std::optional<audits::Tally> agreed;
  {
    MutexLock lock(&mutex_);
    workers.swap(workers_);
    agreed = tally_;
  }
  if (agreed.has_value()) {
    outcome.tally.Add(*agreed);
    outcome.breakdown.CountAgreements(*agreed);
  }
  for (const std::unique_ptr<Worker>& worker : workers) {
    outcome.tally.Add(worker->auditor.tally());
    outcome.breakdown.Add(worker->auditor.breakdown());
    for (audits::RefusedRow& row : worker->auditor.refused()) {
      outcome.refused.push_back(std::move(row));
    }
  }
  std::sort(outcome.refused.begin(), outcome.refused.end(),
            [](const auto& a, const auto& b) { return a.line < b.line; });
  outcome.refused.resize(
      std::min(outcome.refused.size(), audits::RowAuditor::kRefusedMax));
}

void AuditRun::GatherHeld(Outcome& outcome) {
  for (const HeldPart& part : held_) {
    outcome.tally.Add(part.auditor->tally());
    part.breakdown->CountAgreements(part.auditor->tally());
    outcome.breakdown.Add(*part.breakdown);
  }
}

absl::Status AuditRun::Publish() {
  phase_ = Phase::kMissing;
  AuditRecord record = this->record();
  Outcome outcome(*plan_);
  GatherWorkers(outcome);
  GatherHeld(outcome);
  // Where the channel is asked, each answer says what is missing of it.
  if (source_ != audits::AuditSource::kProbe) {
    CONCORDAT_RETURN_IF_ERROR(FindMissing(outcome));
  }
  for (const audits::RefusedRow& row : outcome.refused) {
    const std::optional<ErrorDetail> detail = DetailOf(row.why);
    record.refused.push_back(
        {row.line,
         std::string(ErrorReasonName(
             detail.has_value() ? detail->reason : ErrorReason::kInternal)),
         std::string(row.why.message())});
  }
  audits::SetTally(outcome.tally, truth_->index, record);
  phase_ = Phase::kPublishing;
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             context_.store->Snapshot());
  std::vector<audits::AuditCause> earlier;
  CONCORDAT_ASSIGN_OR_RETURN(std::optional<AuditRecord> previous,
                             PreviousOf(*reader, record));
  if (previous.has_value()) {
    record.previous = previous->number;
    earlier = std::move(previous->causes);
  }
  CONCORDAT_ASSIGN_OR_RETURN(
      const audits::AuditCauses causes,
      audits::AuditCauses::Find(
          outcome.breakdown, earlier,
          {.number = static_cast<int64_t>(number_), .at = started_at_}));
  record.causes = causes.causes();
  record.breakdown = audits::BreakdownRowsOf(outcome.breakdown);
  record.breakdown_truncated =
      !outcome.breakdown.hours_whole() || !outcome.breakdown.labels_whole();
  CONCORDAT_RETURN_IF_ERROR(WriteFindings(*reader, causes, record));
  record.state = audits::AuditState::kSucceeded;
  record.ended_at = context_.clock->Now();
  const auto publish = [&](Transaction& tx) -> absl::Status {
    CONCORDAT_RETURN_IF_ERROR(TakeOwners(tx, record));
    return rows::PutAudit(tx, record);
  };
  CONCORDAT_RETURN_IF_ERROR(WriteAndWait(*context_.committer, publish));
  {
    MutexLock lock(&mutex_);
    record_ = record;
  }
  // It is published; what is left of its runs, the next start removes.
  writer_.Clear(/*all=*/false).IgnoreError();
  return absl::OkStatus();
}

absl::Status AuditRun::WriteFindings(const Reader& reader,
                                     const audits::AuditCauses& causes,
                                     AuditRecord& record) {
  std::vector<AuditFinding> rest;
  {
    MutexLock lock(&mutex_);
    rest.swap(unsorted_);
  }
  audits::SortAndMerge(rest);
  std::vector<std::unique_ptr<FindingSequence>> parts;
  parts.push_back(audits::SequenceOf(std::move(rest)));
  for (uint32_t run = 1; run <= writer_.runs(); ++run) {
    CONCORDAT_ASSIGN_OR_RETURN(
        parts.emplace_back(),
        audits::StoredFindings::Open(reader, number_, run));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<FindingSequence> now,
                             audits::MergeFindings(std::move(parts)));
  std::unique_ptr<FindingSequence> before =
      audits::SequenceOf(std::vector<AuditFinding>());
  if (record.previous != 0) {
    CONCORDAT_ASSIGN_OR_RETURN(
        before, audits::StoredFindings::Open(reader, record.previous, 0));
  }
  const absl::Status compared = audits::CompareFindings(
      *before, *now,
      [&](AuditChange change, AuditFinding* was,
          AuditFinding* is) -> absl::StatusOr<bool> {
        if (is_cancelled()) return absl::CancelledError();
        if (is != nullptr) {
          ++record.findings;
          is->first_audit = was == nullptr ? number_ : was->first_audit;
          is->cause = causes.MainCauseOf(*is);
          ++(is->cause == 0 ? record.unexplained
                            : record.causes[is->cause - 1].findings);
        } else if (!WasLookedAt(*was)) {
          return true;
        } else if (was->gone_audit == 0) {
          was->gone_audit = number_;
          was->cause = 0;
        } else if (was->gone_audit + kGoneAuditsMax < number_) {
          return true;  // long forgotten
        }
        const AuditFinding& of = is != nullptr ? *is : *was;
        if (is != nullptr || was->gone_audit == number_) {
          ++record.changes[static_cast<size_t>(change)]
                          [static_cast<size_t>(of.verdict)];
        }
        CONCORDAT_RETURN_IF_ERROR(
            writer_.Add(std::move(is != nullptr ? *is : *was)));
        return true;
      });
  CONCORDAT_RETURN_IF_ERROR(compared);
  return writer_.Flush();
}

void AuditRun::Abandon(const absl::Status& why) {
  AuditRecord record = this->record();
  record.state = absl::IsCancelled(why) ? audits::AuditState::kCancelled
                                        : audits::AuditState::kFailed;
  if (record.state == audits::AuditState::kFailed) {
    record.error = std::string(why.message());
  }
  record.ended_at = context_.clock->Now();
  // Where the store does not take it now, the next start finds it RUNNING.
  WriteAndWait(*context_.committer, [&](Transaction& tx) {
    return rows::PutAudit(tx, record);
  }).IgnoreError();
  writer_.Clear(/*all=*/true).IgnoreError();
  MutexLock lock(&mutex_);
  record_ = record;
  workers_.clear();
  unsorted_.clear();
}

AuditRecord AuditRun::record() const {
  MutexLock lock(&mutex_);
  return record_;
}

}  // namespace concordat
