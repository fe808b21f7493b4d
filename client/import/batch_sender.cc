#include "client/import/batch_sender.h"

#include <algorithm>
#include <deque>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/error.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

// Tries without any progress before the import gives up.
constexpr int kTriesMax = 6;
constexpr absl::Duration kFirstWait = absl::Milliseconds(200);
// A batch that was refused so often is halved besides, so that many bad items
// are found in few rounds.
constexpr int kRefusalsBeforeSplit = 2;

bool IsRetryable(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsResourceExhausted(status) ||
         absl::IsAborted(status);
}

// Whether the server refuses some of the batch for what it is, so that the rest
// can go on: a malformed field, or a change that the state of the store does
// not allow, such as one of a person who was erased.
bool IsRefusal(const absl::Status& failure) {
  if (absl::IsInvalidArgument(failure)) return true;
  if (!absl::IsFailedPrecondition(failure) && !absl::IsNotFound(failure))
    return false;
  for (const auto& [field, description] : DetailsOf(failure).fields)
    if (absl::StartsWith(field, "changes[")) return true;
  return false;
}

// What all kinds of batch share; Derived knows its messages.
template <typename Request, typename Response>
class StreamSender : public BatchSender {
 public:
  using Stream = DuplexStream<Request, Response>;
  using Open = std::function<std::unique_ptr<Stream>()>;

  StreamSender(Open open, Wait wait, BatchObserver* observer)
      : observer_(*observer), open_(std::move(open)), wait_(std::move(wait)) {}

  absl::Status Send(std::unique_ptr<Batch> batch) override {
    queue_.push_back(std::move(batch));
    return Drain(kBatchesInFlightMax - 1);
  }

  absl::Status Finish() override {
    CLIENT_RETURN_IF_ERROR(Drain(0));
    if (stream_ == nullptr) return absl::OkStatus();
    stream_->WritesDone();
    // Every batch is answered: how the stream ends no longer matters.
    stream_->Finish().IgnoreError();
    stream_.reset();
    return absl::OkStatus();
  }

  const Batch* oldest() const override {
    const Batch* oldest = nullptr;
    for (const auto* batches : {&sent_, &queue_})
      for (const auto& batch : *batches)
        if (oldest == nullptr || batch->begin.offset < oldest->begin.offset)
          oldest = batch.get();
    return oldest;
  }

 protected:
  virtual const Request& RequestOf(const Batch& batch) const = 0;
  // Takes in the answer. Leaves the batch where it is not recorded yet: it is
  // sent again, or the checkpoint stays before it.
  virtual absl::Status Answered(std::unique_ptr<Batch>& batch,
                                const Response& response) = 0;

  // Counts a try without progress, and waits; the error once there were
  // too many.
  absl::Status TryAgain(const absl::Status& status) {
    if (!IsRetryable(status) || ++tries_ >= kTriesMax) return status;
    wait_(std::max(kFirstWait * (1 << tries_), DetailsOf(status).retry_after));
    return absl::OkStatus();
  }

  void NoteProgress() { tries_ = 0; }

  BatchObserver& observer_;
  std::deque<std::unique_ptr<Batch>> queue_;  // To be sent.

 private:
  // Sends the queue, and reads until at most `allowed` wait for an answer.
  absl::Status Drain(size_t allowed) {
    Response response;
    while (!queue_.empty() || sent_.size() > allowed) {
      if (stream_ == nullptr) stream_ = open_();
      if (!queue_.empty() && sent_.size() < kBatchesInFlightMax) {
        if (!stream_->Write(RequestOf(*queue_.front()))) {
          CLIENT_RETURN_IF_ERROR(Reopen());
          continue;
        }
        sent_.push_back(std::move(queue_.front()));
        queue_.pop_front();
      } else if (stream_->Read(&response)) {
        CLIENT_RETURN_IF_ERROR(TakeIn(response));
      } else {
        CLIENT_RETURN_IF_ERROR(Reopen());
      }
    }
    while (stream_ != nullptr && stream_->TryRead(&response))
      CLIENT_RETURN_IF_ERROR(TakeIn(response));
    return absl::OkStatus();
  }

  absl::Status TakeIn(const Response& response) {
    if (sent_.empty())
      return absl::InternalError("the server answered more than was asked");
    std::unique_ptr<Batch> batch = std::move(sent_.front());
    sent_.pop_front();
    absl::Status status = Answered(batch, response);
    if (batch != nullptr) queue_.push_front(std::move(batch));
    return status;
  }

  // The stream broke: what was not answered goes back into the queue.
  absl::Status Reopen() {
    Response response;
    while (stream_->Read(&response)) CLIENT_RETURN_IF_ERROR(TakeIn(response));
    absl::Status status = stream_->Finish();
    stream_.reset();
    if (status.ok())
      status = absl::UnavailableError("the server ended the stream early");
    while (!sent_.empty()) {
      queue_.push_front(std::move(sent_.back()));
      sent_.pop_back();
    }
    return TryAgain(status);
  }

  const Open open_;
  const Wait wait_;
  std::unique_ptr<Stream> stream_;
  std::deque<std::unique_ptr<Batch>> sent_;  // Not answered; in order.
  int tries_ = 0;
};

class ClaimSender final
    : public StreamSender<v1::StreamClaimsRequest, v1::StreamClaimsResponse> {
 public:
  using StreamSender::StreamSender;

 private:
  const v1::StreamClaimsRequest& RequestOf(const Batch& batch) const override {
    return batch.claims();
  }

  absl::Status Answered(std::unique_ptr<Batch>& batch,
                        const v1::StreamClaimsResponse& response) override {
    if (static_cast<size_t>(response.results_size()) != batch->size())
      return absl::InternalError(
          absl::StrCat("the server gave ", response.results_size(),
                       " results for ", batch->size(), " claims"));
    NoteProgress();
    observer_.OnClaims(*batch, response);
    batch.reset();
    return absl::OkStatus();
  }
};

class KnowledgeSender final : public StreamSender<v1::StreamKnowledgeRequest,
                                                  v1::StreamKnowledgeResponse> {
 public:
  using StreamSender::StreamSender;

 private:
  const v1::StreamKnowledgeRequest& RequestOf(
      const Batch& batch) const override {
    return batch.knowledge();
  }

  absl::Status Answered(std::unique_ptr<Batch>& batch,
                        const v1::StreamKnowledgeResponse& response) override {
    if (response.has_written()) {
      NoteProgress();
      observer_.OnWritten(*batch, response.written());
      batch.reset();
      return absl::OkStatus();
    }
    const absl::Status failure = ToStatus(response.failure());
    if (!IsRefusal(failure)) return TryAgain(failure);
    Reduce(batch, failure);
    return absl::OkStatus();
  }

  // A write is all or nothing: takes out what was refused, and leaves or queues
  // the rest.
  void Reduce(std::unique_ptr<Batch>& batch, const absl::Status& failure) {
    const ErrorDetails details = DetailsOf(failure);
    std::set<size_t> bad;
    for (const auto& [field, description] : details.fields) {
      const int index = IndexOfField(field);
      if (index < 0 || static_cast<size_t>(index) >= batch->size()) continue;
      if (bad.insert(static_cast<size_t>(index)).second)
        observer_.OnRefused(batch->line(static_cast<size_t>(index)), failure);
    }
    if (bad.empty() && batch->size() == 1) {
      observer_.OnRefused(batch->line(0), failure);
      bad.insert(0);
    }
    const bool none_named = bad.empty();
    if (!none_named) batch->Remove(std::vector<size_t>(bad.begin(), bad.end()));
    NoteProgress();
    if (batch->size() == 0) return batch.reset();
    ++batch->refusals;
    batch->AssignRequestId();
    if (batch->size() > 1 &&
        (none_named || batch->refusals > kRefusalsBeforeSplit)) {
      queue_.push_front(batch->SplitHalf());
    }
  }
};

}  // namespace

int IndexOfField(absl::string_view field) {
  const size_t open = field.find('[');
  const size_t close = field.find(']');
  int index = -1;
  if (open == field.npos || close == field.npos || close < open ||
      !absl::SimpleAtoi(field.substr(open + 1, close - open - 1), &index))
    return -1;
  return index;
}

absl::string_view NameOfField(absl::string_view field) {
  const size_t dot = field.rfind('.');
  return dot == field.npos ? field : field.substr(dot + 1);
}

std::unique_ptr<BatchSender> NewClaimSender(
    std::function<std::unique_ptr<ClaimStream>()> open, BatchSender::Wait wait,
    BatchObserver* observer) {
  return std::make_unique<ClaimSender>(std::move(open), std::move(wait),
                                       observer);
}

std::unique_ptr<BatchSender> NewKnowledgeSender(
    std::function<std::unique_ptr<KnowledgeStream>()> open,
    BatchSender::Wait wait, BatchObserver* observer) {
  return std::make_unique<KnowledgeSender>(std::move(open), std::move(wait),
                                           observer);
}

}  // namespace concordat::client
