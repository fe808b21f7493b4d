// A bidirectional stream whose requests are answered one by one, in order.
#ifndef CONCORDAT_SERVER_RPC_ORDERED_STREAM_H_
#define CONCORDAT_SERVER_RPC_ORDERED_STREAM_H_

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "graph/mutex.h"
#include "grpcpp/support/server_callback.h"
#include "server/convert/status.h"
#include "server/rpc/call.h"

namespace concordat {

// Reads ahead by a few requests and no more, so that a client which sends
// faster than the store commits is held back by gRPC's flow control, not by a
// growing queue. Deletes itself when the stream is done.
template <typename Request, typename Response>
class OrderedStream : public grpc::ServerBidiReactor<Request, Response> {
 public:
  // Gets the answer to one request: a response, or a status that ends the
  // stream once everything before it has been answered.
  using Answer = std::function<void(absl::Status, Response)>;
  // Starts the work of one request. Answers must come in the order of the
  // requests; they may come before it returns and from any thread.
  using Handler = std::function<void(Request, Answer)>;

  OrderedStream(Logger* logger, absl::string_view method, std::string trace_id,
                Handler handler)
      : logger_(logger),
        method_(method),
        trace_id_(std::move(trace_id)),
        handler_(std::move(handler)) {
    this->StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    {
      MutexLock lock(&mutex_);
      if (!ok || broken_ || !status_.ok()) {
        reading_ = false;
        reads_ended_ = true;
        FinishIfDone();
        return;
      }
      ++in_flight_;
    }
    // No other read starts before this returns (reading_ is still true), so
    // requests reach the handler one at a time and in order.
    handler_(std::move(request_),
             [this](absl::Status status, Response response) {
               Answered(std::move(status), std::move(response));
             });
    MutexLock lock(&mutex_);
    reading_ = false;
    ReadAhead();
    FinishIfDone();
  }

  void OnWriteDone(bool ok) override {
    MutexLock lock(&mutex_);
    answers_.pop_front();
    writing_ = false;
    if (!ok) {
      broken_ = true;
      answers_.clear();
    }
    WriteNext();
    ReadAhead();
    FinishIfDone();
  }

  void OnDone() override { delete this; }

 private:
  // Requests read and not yet written back.
  static constexpr int kAheadMax = 8;

  void Answered(absl::Status status, Response response)
      ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    --in_flight_;
    if (!status.ok() && status_.ok()) {
      LogFailure(*logger_, method_, trace_id_, status);
      status_ = std::move(status);
    }
    // Nothing after the failure is answered: the client sends it again.
    if (status_.ok() && !broken_) {
      answers_.push_back(std::move(response));
      WriteNext();
    }
    ReadAhead();
    FinishIfDone();
  }

  void WriteNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (writing_ || broken_ || answers_.empty()) return;
    writing_ = true;
    this->StartWrite(&answers_.front());
  }

  void ReadAhead() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const auto ahead = in_flight_ + static_cast<int>(answers_.size());
    if (reading_ || reads_ended_ || broken_ || !status_.ok() ||
        ahead >= kAheadMax) {
      return;
    }
    reading_ = true;
    request_ = Request();
    this->StartRead(&request_);
  }

  void FinishIfDone() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const bool no_more = reads_ended_ || broken_ || !status_.ok();
    if (finished_ || !no_more || in_flight_ > 0 || writing_ ||
        !answers_.empty()) {
      return;
    }
    finished_ = true;
    this->Finish(convert::ToGrpcStatus(status_));
  }

  Logger* const logger_;
  const absl::string_view method_;
  const std::string trace_id_;
  const Handler handler_;
  // Owned by gRPC between StartRead and OnReadDone, by OnReadDone after it.
  Request request_;

  Mutex mutex_;
  bool reading_ ABSL_GUARDED_BY(mutex_) = true;
  bool reads_ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  int in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  // Front: being written, if writing_.
  std::deque<Response> answers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_ORDERED_STREAM_H_
