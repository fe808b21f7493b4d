#ifndef CONCORDAT_CLIENT_GRPC_STREAM_H_
#define CONCORDAT_CLIENT_GRPC_STREAM_H_

#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/support/async_stream.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "client/client.h"
#include "client/error.h"

namespace concordat::client {

// A stream over a completion queue of its own: whoever waits drives it, so that
// no thread is needed.
template <typename Request, typename Response>
class GrpcStream final : public DuplexStream<Request, Response> {
 public:
  using Stream = grpc::ClientAsyncReaderWriter<Request, Response>;

  template <typename Prepare>
  GrpcStream(std::string address, const Prepare& prepare)
      : address_(std::move(address)), stream_(prepare(&context_, &queue_)) {
    Begin(kStart);
    stream_->StartCall(TagOf(kStart));
  }

  ~GrpcStream() override {
    if (!finished_) {
      context_.TryCancel();
      Finish().IgnoreError();
    }
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
  }

  bool Write(const Request& request) override {
    while (!broken_ && (Pending(kStart) || Pending(kWrite))) Pump();
    if (broken_) return false;
    Begin(kWrite);
    stream_->Write(request, TagOf(kWrite));
    return true;
  }

  bool Read(Response* response) override {
    while (ready_.empty() && (Pending(kStart) || Pending(kRead))) Pump();
    return Take(response);
  }

  bool TryRead(Response* response) override {
    while (ready_.empty() && PumpReady()) {
    }
    return Take(response);
  }

  void WritesDone() override {
    while (!broken_ && (Pending(kStart) || Pending(kWrite))) Pump();
    if (broken_) return;
    Begin(kWrite);
    stream_->WritesDone(TagOf(kWrite));
  }

  absl::Status Finish() override {
    finished_ = true;
    while (Pending(kStart)) Pump();
    Begin(kFinish);
    grpc::Status status;
    stream_->Finish(&status, TagOf(kFinish));
    while (pending_ != 0) Pump();
    return FromGrpc(status, address_);
  }

 private:
  enum Operation : uintptr_t { kStart = 1, kWrite = 2, kRead = 4, kFinish = 8 };

  static void* TagOf(Operation operation) {
    return reinterpret_cast<void*>(static_cast<uintptr_t>(operation));
  }
  bool Pending(Operation operation) const {
    return (pending_ & operation) != 0;
  }
  void Begin(Operation operation) { pending_ |= operation; }

  // Waits for one operation to end.
  void Pump() {
    void* tag = nullptr;
    bool ok = false;
    if (queue_.Next(&tag, &ok)) Ended(tag, ok);
  }

  // Handles one that has ended already; false: none has.
  bool PumpReady() {
    void* tag = nullptr;
    bool ok = false;
    const auto past = gpr_time_0(GPR_CLOCK_MONOTONIC);
    if (queue_.AsyncNext(&tag, &ok, past) != grpc::CompletionQueue::GOT_EVENT)
      return false;
    Ended(tag, ok);
    return true;
  }

  void Ended(void* tag, bool ok) {
    const auto operation = reinterpret_cast<uintptr_t>(tag);
    pending_ &= ~operation;
    if (!ok && operation != kFinish) broken_ = true;
    if (operation == kRead && ok) ready_.push_back(std::move(incoming_));
    if (ok && !finished_ && (operation == kStart || operation == kRead)) {
      Begin(kRead);
      stream_->Read(&incoming_, TagOf(kRead));
    }
  }

  bool Take(Response* response) {
    if (ready_.empty()) return false;
    *response = std::move(ready_.front());
    ready_.pop_front();
    return true;
  }

  const std::string address_;
  grpc::CompletionQueue queue_;
  grpc::ClientContext context_;  // Must outlive the stream.
  const std::unique_ptr<Stream> stream_;
  uintptr_t pending_ = 0;  // Operations on their way.
  bool broken_ = false;
  bool finished_ = false;
  Response incoming_;
  std::deque<Response> ready_;
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_GRPC_STREAM_H_
