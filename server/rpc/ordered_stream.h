// A bidirectional stream whose requests are answered one by one, in order.
#ifndef CONCORDAT_SERVER_RPC_ORDERED_STREAM_H_
#define CONCORDAT_SERVER_RPC_ORDERED_STREAM_H_

#include <deque>
#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/arena.h"
#include "graph/errors.h"
#include "graph/mutex.h"
#include "grpcpp/impl/codegen/proto_utils.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "server/convert/status.h"
#include "server/rpc/call.h"

namespace concordat {

// Reads ahead by a few requests and no more, so that a client which sends
// faster than the store commits is held back by gRPC's flow control, not by a
// growing queue. Deletes itself when the stream is done.
//
// It takes messages as bytes: one that gRPC itself cannot parse looks like the
// end of the stream, and the client would be told that all is well.
template <typename Request, typename Response>
class OrderedStream
    : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  // Gets the answer to one request: a response, or a status that ends the
  // stream once everything before it has been answered.
  using Answer = std::function<void(absl::Status, Response)>;
  // Starts the work of one request, which is valid during the call only.
  // Answers may come in any order, before it returns, and from any thread.
  using Handler = std::function<void(const Request&, Answer)>;

  OrderedStream(Logger* logger, absl::string_view method, std::string trace_id,
                Handler handler)
      : logger_(logger),
        method_(method),
        trace_id_(std::move(trace_id)),
        handler_(std::move(handler)) {
    this->StartRead(&received_);
  }

  void OnReadDone(bool ok) override {
    Slot* slot = nullptr;
    {
      MutexLock lock(&mutex_);
      if (!ok || broken_ || failed_) {
        reading_ = false;
        reads_ended_ = true;
        FinishIfDone();
        return;
      }
      // Stays where it is until it is written: only the ends of a deque move.
      slot = &slots_.emplace_back();
      ++in_flight_;
    }
    // No other read starts before this returns (reading_ is still true), so
    // requests reach the handler one at a time and in order.
    // A batch has thousands of strings and messages: made and freed together.
    google::protobuf::ArenaOptions blocks;
    blocks.start_block_size = kArenaBlockBytes;
    google::protobuf::Arena arena(blocks);
    auto* request = google::protobuf::Arena::CreateMessage<Request>(&arena);
    if (grpc::SerializationTraits<Request>::Deserialize(&received_, request)
            .ok()) {
      handler_(*request,
               [this, slot](absl::Status status, const Response& response) {
                 Answered(slot, std::move(status), response);
               });
    } else {
      Answered(slot, errors::UnreadableMessage(), Response());
    }
    MutexLock lock(&mutex_);
    reading_ = false;
    ReadAhead();
    FinishIfDone();
  }

  void OnWriteDone(bool ok) override {
    MutexLock lock(&mutex_);
    slots_.pop_front();
    writing_ = false;
    broken_ = broken_ || !ok;
    WriteNext();
    ReadAhead();
    FinishIfDone();
  }

  void OnDone() override { delete this; }

 private:
  // Requests read and not yet written back.
  static constexpr size_t kAheadMax = 8;
  static constexpr size_t kArenaBlockBytes = 64 << 10;

  // A request's place in the order of answers.
  struct Slot {
    bool answered = false;
    absl::Status status;
    grpc::ByteBuffer response;
  };

  void Answered(Slot* slot, absl::Status status, const Response& response)
      ABSL_LOCKS_EXCLUDED(mutex_) {
    bool owned = false;
    grpc::ByteBuffer bytes;
    if (status.ok() && !grpc::SerializationTraits<Response>::Serialize(
                            response, &bytes, &owned)
                            .ok()) {
      status = errors::Internal("a response cannot be serialised");
    }
    if (!status.ok()) LogFailure(*logger_, method_, trace_id_, status);
    MutexLock lock(&mutex_);
    --in_flight_;
    slot->answered = true;
    failed_ = failed_ || !status.ok();
    slot->status = std::move(status);
    slot->response.Swap(&bytes);
    WriteNext();
    ReadAhead();
    FinishIfDone();
  }

  void WriteNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (writing_ || broken_ || slots_.empty() || !slots_.front().answered ||
        !slots_.front().status.ok()) {
      return;
    }
    writing_ = true;
    this->StartWrite(&slots_.front().response);
  }

  void ReadAhead() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (reading_ || reads_ended_ || broken_ || failed_ ||
        slots_.size() >= kAheadMax) {
      return;
    }
    reading_ = true;
    this->StartRead(&received_);
  }

  void FinishIfDone() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const bool no_more = reads_ended_ || broken_ || failed_;
    if (finished_ || !no_more || in_flight_ > 0 || writing_) return;
    // All are answered and none is being written: the front, if there is one,
    // is a failure. What came after it is not answered; the client sends it
    // again.
    finished_ = true;
    this->Finish(convert::ToGrpcStatus(slots_.empty() ? absl::OkStatus()
                                                      : slots_.front().status));
  }

  Logger* const logger_;
  const absl::string_view method_;
  const std::string trace_id_;
  const Handler handler_;
  // Owned by gRPC between StartRead and OnReadDone, by OnReadDone after it.
  grpc::ByteBuffer received_;

  Mutex mutex_;
  bool reading_ ABSL_GUARDED_BY(mutex_) = true;
  bool reads_ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  // The client is gone.
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;
  // A request was answered with a status that ends the stream.
  bool failed_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  int in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  // Front: being written, if writing_.
  std::deque<Slot> slots_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_ORDERED_STREAM_H_
