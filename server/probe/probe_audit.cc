#include "server/probe/probe_audit.h"

#include <algorithm>
#include <set>
#include <utility>

#include "graph/errors.h"
#include "graph/identity.h"
#include "graph/limits.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// How long a call may wait for its turn and its repeats.
constexpr absl::Duration kPatience = absl::Hours(1);
// Calls beside those that go on, whose answers wait for the ones before.
constexpr size_t kAhead = 2;

bool LacksTheMethod(const absl::Status& status) {
  const std::optional<ErrorDetail> detail = DetailOf(status);
  if (!detail.has_value()) return false;
  return std::any_of(
      detail->metadata.begin(), detail->metadata.end(), [](const auto& entry) {
        return entry.first == "code" && entry.second == "UNIMPLEMENTED";
      });
}

}  // namespace

void ProbeAudit::Start(std::shared_ptr<AuditRun> run, Executor* executor,
                       std::function<void(const absl::Status&)> done) {
  run_ = std::move(run);
  executor_ = executor;
  run_->set_phase(AuditRun::Phase::kAsking);
  {
    MutexLock lock(&mutex_);
    done_ = std::move(done);
  }
  Poke();
}

void ProbeAudit::Cancel() {
  {
    MutexLock lock(&mutex_);
    cancelled_ = true;
    // Not begun: Start comes to the end of it.
    if (done_ == nullptr) return;
  }
  Poke();
}

void ProbeAudit::Poke() {
  {
    MutexLock lock(&mutex_);
    if (done_ == nullptr) return;  // over
    work_again_ = true;
    if (working_) return;
    working_ = true;
  }
  if (executor_->TrySubmit([self = shared_from_this()] { self->Step(); })) {
    return;
  }
  const auto places = static_cast<int64_t>(executor_->queue_max());
  End(errors::Overloaded(places, places));
}

void ProbeAudit::Step() {
  while (true) {
    {
      MutexLock lock(&mutex_);
      if (!work_again_) {
        working_ = false;
        return;
      }
      work_again_ = false;
    }
    // It stays `working_`: nobody begins again what is over.
    if (const std::optional<absl::Status> over = Work()) return End(*over);
  }
}

void ProbeAudit::End(const absl::Status& status) {
  std::function<void(const absl::Status&)> done;
  std::deque<std::shared_ptr<Batch>> left;
  {
    MutexLock lock(&mutex_);
    done.swap(done_);
    left.swap(batches_);
  }
  for (const std::shared_ptr<Batch>& batch : left) client_.Cancel(batch->call);
  if (done != nullptr) done(status);
}

absl::StatusOr<bool> ProbeAudit::Describe() {
  std::optional<absl::Status> described;
  {
    MutexLock lock(&mutex_);
    described = described_;
  }
  if (described.has_value()) {
    if (described->ok() || LacksTheMethod(*described)) return true;
    return *described;
  }
  if (is_described_) return false;  // it is on its way
  is_described_ = true;
  client_.Describe(
      clock_.Now() + kPatience,
      [self = shared_from_this()](ProbeReply<v1::DescribeProbeResponse> reply) {
        if (reply.response.ok()) {
          self->client_.Restrict(*reply.response);
        }
        {
          MutexLock lock(&self->mutex_);
          self->described_ = reply.response.status();
        }
        self->Poke();
      });
  return false;
}

std::optional<absl::Status> ProbeAudit::Work() {
  {
    MutexLock lock(&mutex_);
    if (cancelled_) return absl::CancelledError();
  }
  if (run_->is_cancelled()) return absl::CancelledError();
  const absl::StatusOr<bool> described = Describe();
  if (!described.ok()) return described.status();
  if (!*described) return std::nullopt;
  if (!frame_.has_value()) {
    absl::StatusOr<audits::SampleFrame> frame = run_->MakeFrame();
    if (!frame.ok()) return frame.status();
    frame_.emplace(*std::move(frame));
    attributes_ = AttributesToAsk();
    run_->NoteAsked(0, frame_->size(), frame_->EstimateNow());
  }
  while (const std::shared_ptr<Batch> batch = TakeAnswered()) {
    if (const absl::Status audited = Audit(*batch); !audited.ok()) {
      return audited;
    }
    if (frame_->IsDecided()) return absl::OkStatus();
  }
  const absl::StatusOr<bool> more = Ask();
  if (!more.ok()) return more.status();
  if (*more) return std::nullopt;
  return absl::OkStatus();
}

std::shared_ptr<ProbeAudit::Batch> ProbeAudit::TakeAnswered() {
  MutexLock lock(&mutex_);
  if (batches_.empty() || !batches_.front()->reply.has_value()) return nullptr;
  std::shared_ptr<Batch> batch = std::move(batches_.front());
  batches_.pop_front();
  return batch;
}

absl::Status ProbeAudit::Audit(Batch& batch) {
  CONCORDAT_RETURN_IF_ERROR(batch.reply->status());
  const audits::AuditPlan& plan = run_->plan();
  const ReadAnswers answers = ReadRecords(plan.channel().name, batch.subjects,
                                          **batch.reply, plan.request().as_at);
  AuditRun::Answers taken;
  for (const Claim& claim : answers.claims) {
    taken.rows.push_back({ViewOf(claim), ++line_});
  }
  for (const absl::Status& refused : answers.refused) {
    taken.refused.push_back({++line_, refused});
  }
  std::vector<audits::SampleFrame::Asked> answered;
  for (size_t i = 0; i < batch.asked.size(); ++i) {
    if (answers.subjects[i] == SubjectAnswer::kNone) continue;
    answered.push_back(batch.asked[i]);
    taken.answered.push_back(batch.asked[i].number);
    taken.known.push_back(answers.subjects[i] == SubjectAnswer::kKnown);
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<bool> is_wrong,
                             run_->AuditAnswers(std::move(taken)));
  for (size_t i = 0; i < answered.size(); ++i) {
    frame_->Note(answered[i], is_wrong[i]);
  }
  asked_ += static_cast<int64_t>(batch.asked.size());
  run_->NoteAsked(asked_, frame_->size(), frame_->EstimateNow());
  return absl::OkStatus();
}

absl::StatusOr<bool> ProbeAudit::Ask() {
  while (true) {
    size_t waiting = 0;
    {
      MutexLock lock(&mutex_);
      waiting = batches_.size();
    }
    if (waiting >= static_cast<size_t>(client_.concurrent_max()) + kAhead) {
      return true;
    }
    const auto subjects_max = static_cast<size_t>(client_.subjects_max());
    auto batch = std::make_shared<Batch>();
    batch->asked = frame_->Next(subjects_max);
    if (batch->asked.empty() && waiting == 0) {
      frame_->EndPilot();
      batch->asked = frame_->Next(subjects_max);
    }
    if (batch->asked.empty()) return waiting > 0;
    CONCORDAT_RETURN_IF_ERROR(FindSubjects(*batch));
    v1::FetchRecordsRequest request;
    for (size_t i = 0; i < batch->subjects.size(); ++i) {
      v1::ProbeSubject* const subject = request.add_subjects();
      subject->set_key(KeyOfPlace(i));
      ToWire(batch->subjects[i], subject);
    }
    for (const std::string& name : attributes_) request.add_attributes(name);
    {
      MutexLock lock(&mutex_);
      batches_.push_back(batch);
    }
    batch->call =
        client_.FetchRecords(std::move(request), clock_.Now() + kPatience,
                             [self = shared_from_this(), batch](
                                 ProbeReply<v1::FetchRecordsResponse> reply) {
                               {
                                 MutexLock lock(&self->mutex_);
                                 batch->reply = std::move(reply.response);
                               }
                               self->Poke();
                             });
  }
}

absl::Status ProbeAudit::FindSubjects(Batch& batch) const {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             store_.Snapshot());
  const audits::AuditRequest& request = run_->plan().request();
  const Identity identity(*reader, request.at);
  for (EntityId& entity : run_->IdsOf(batch.asked)) {
    CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster,
                               identity.ClusterOf(entity));
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<LinkRecord> links,
                               identity.LinksAt(cluster, request.as_at));
    ProbedSubject& subject = batch.subjects.emplace_back();
    subject.entity = std::move(entity);
    for (const LinkRecord& link : links) {
      if (link.channel != request.channel) continue;
      if (subject.own_ids.size() == limits::kProbeOwnIdsMax) break;
      subject.own_ids.push_back(link.subject);
    }
  }
  return absl::OkStatus();
}

std::vector<std::string> ProbeAudit::AttributesToAsk() const {
  const audits::AuditPlan& plan = run_->plan();
  std::set<std::string> names;
  for (size_t i = 0; i < plan.index().attributes(); ++i) {
    const auto number = static_cast<audits::TruthIndex::AttributeNumber>(i);
    const audits::AuditPlan::AttributePlan& of = plan.PlanOf(number);
    if (of.in_scope && of.terms != nullptr) {
      names.insert(plan.index().AttributeOf(number).name);
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace concordat
