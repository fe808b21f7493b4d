// A server stream of the bytes of a file.
#ifndef CONCORDAT_SERVER_RPC_BYTE_STREAM_H_
#define CONCORDAT_SERVER_RPC_BYTE_STREAM_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "server/archive/archive_source.h"
#include "server/convert/status.h"
#include "server/rpc/call.h"
#include "server/rpc/service_context.h"
#include "server/rpc/stall_guard.h"

namespace concordat {

// Sends what a source gives in messages of at most a mebibyte, each made on the
// executor once the one before was taken: a slow client costs one message, and
// a state of the store, so there are a few at a time (OVERLOADED) and one that
// takes nothing for too long is cut. Deletes itself when the stream is done.
template <typename Response>
class ByteStream final : public grpc::ServerWriteReactor<Response> {
 public:
  using Open = std::function<absl::StatusOr<std::unique_ptr<ArchiveSource>>()>;

  // `streams` counts those that there are.
  ByteStream(const ServiceContext* context, std::atomic<int64_t>* streams,
             grpc::CallbackServerContext* rpc, absl::string_view method,
             Open open)
      : context_(*context),
        streams_(*streams),
        method_(method),
        trace_id_(TraceIdOf(*rpc)),
        open_(std::move(open)),
        guard_(rpc, context->byte_stream_patience) {
    const int64_t others = streams_.fetch_add(1);
    if (others >= limits::kByteStreamsMax) {
      End(errors::Overloaded(others, limits::kByteStreamsMax));
    } else {
      Continue();
    }
  }

  void OnWriteDone(bool ok) override {
    guard_.Taken();
    if (!ok) return End(absl::CancelledError());
    Continue();
  }

  void OnDone() override {
    guard_.Stop();
    streams_.fetch_sub(1);
    delete this;
  }

 private:
  static constexpr size_t kMessageBytes = size_t{1} << 20;

  void Continue() {
    if (!context_.executor->TrySubmit([this] { Send(); })) {
      const auto places = static_cast<int64_t>(context_.executor->queue_max());
      End(errors::Overloaded(places, places));
    }
  }

  void Send() {
    if (source_ == nullptr) {
      absl::StatusOr<std::unique_ptr<ArchiveSource>> source = open_();
      if (!source.ok()) return End(source.status());
      source_ = *std::move(source);
    }
    if (sent_ == block_.size()) {
      absl::StatusOr<std::string> next = source_->Next();
      if (!next.ok()) return End(next.status());
      block_ = *std::move(next);
      sent_ = 0;
      if (block_.empty()) return End(absl::OkStatus());
    }
    const size_t size = std::min(kMessageBytes, block_.size() - sent_);
    response_.set_data(block_.substr(sent_, size));
    sent_ += size;
    guard_.Watch();
    this->StartWrite(&response_);
  }

  void End(const absl::Status& status) {
    // The state of the store is not held for a client that is slow to leave.
    source_.reset();
    if (!status.ok() && !absl::IsCancelled(status)) {
      LogFailure(*context_.logger, method_, trace_id_, status);
    }
    this->Finish(convert::ToGrpcStatus(status));
  }

  const ServiceContext& context_;
  std::atomic<int64_t>& streams_;
  const absl::string_view method_;
  const std::string trace_id_;
  const Open open_;
  StallGuard guard_;
  std::unique_ptr<ArchiveSource> source_;
  std::string block_;
  size_t sent_ = 0;
  Response response_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_BYTE_STREAM_H_
