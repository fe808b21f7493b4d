#ifndef CONCORDAT_SERVER_RPC_ORDERED_STREAM_H_
#define CONCORDAT_SERVER_RPC_ORDERED_STREAM_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/arena.h"
#include "graph/errors.h"
#include "graph/mutex.h"
#include "grpcpp/impl/codegen/proto_utils.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "server/rpc/call.h"

namespace concordat {

// A stream on which each request is answered, in order. Reads ahead by a few
// requests and no more, so that a client which sends faster than the store
// commits is held back by gRPC's flow control, not by a growing queue. Deletes
// itself when the stream is done.
//
// It takes messages as bytes: one that gRPC itself cannot parse looks like the
// end of the stream, and the client would be told that all is well.
class OrderedStream final
    : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  // Gets the answer to one request: a response, or a status that ends the
  // stream once everything before it has been answered.
  using Answer = std::function<void(absl::Status, grpc::ByteBuffer)>;
  // Starts the work of one request, which is its own. Answers may come in any
  // order, before it returns, and from any thread.
  using Handler = std::function<void(grpc::ByteBuffer, Answer)>;

  OrderedStream(Logger* logger, absl::string_view method, std::string trace_id,
                Handler handler);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone() override { delete this; }

 private:
  // A request's place in the order of answers.
  struct Slot {
    size_t request_bytes = 0;
    bool answered = false;
    absl::Status status;
    grpc::ByteBuffer response;
  };

  void Answered(Slot* slot, absl::Status status, grpc::ByteBuffer response)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void WriteNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ReadAhead() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void FinishIfDone() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

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
  // Of the requests whose answers were not written yet.
  size_t bytes_ahead_ ABSL_GUARDED_BY(mutex_) = 0;
  // Front: being written, if writing_.
  std::deque<Slot> slots_ ABSL_GUARDED_BY(mutex_);
};

// For a stream of messages: the request is valid during the call only.
template <typename Request, typename Response>
class MessageStream {
 public:
  using Answer = std::function<void(absl::Status, Response)>;
  using Handler = std::function<void(const Request&, Answer)>;

  static OrderedStream* Start(Logger* logger, absl::string_view method,
                              std::string trace_id, Handler handler) {
    return new OrderedStream(
        logger, method, std::move(trace_id),
        [handler = std::move(handler)](grpc::ByteBuffer bytes,
                                       OrderedStream::Answer answer) {
          Handle(handler, std::move(bytes), std::move(answer));
        });
  }

 private:
  static constexpr size_t kArenaBlockBytes = 64 << 10;

  static void Handle(const Handler& handler, grpc::ByteBuffer bytes,
                     OrderedStream::Answer answer) {
    // A batch has thousands of strings and messages: made and freed together.
    google::protobuf::ArenaOptions blocks;
    blocks.start_block_size = kArenaBlockBytes;
    google::protobuf::Arena arena(blocks);
    auto* request = google::protobuf::Arena::CreateMessage<Request>(&arena);
    if (!grpc::SerializationTraits<Request>::Deserialize(&bytes, request)
             .ok()) {
      return answer(errors::UnreadableMessage(), {});
    }
    handler(*request, [answer = std::move(answer)](absl::Status status,
                                                   const Response& response) {
      bool owned = false;
      grpc::ByteBuffer written;
      if (status.ok() && !grpc::SerializationTraits<Response>::Serialize(
                              response, &written, &owned)
                              .ok()) {
        status = errors::Internal("a response cannot be serialised");
      }
      answer(std::move(status), std::move(written));
    });
  }
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_ORDERED_STREAM_H_
