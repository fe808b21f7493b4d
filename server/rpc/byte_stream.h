// A server stream of the bytes of a file.
#ifndef CONCORDAT_SERVER_RPC_BYTE_STREAM_H_
#define CONCORDAT_SERVER_RPC_BYTE_STREAM_H_

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "grpcpp/support/server_callback.h"
#include "server/archive/archive_source.h"
#include "server/convert/status.h"
#include "server/rpc/call.h"
#include "server/rpc/service_context.h"

namespace concordat {

// Sends what a source gives in messages of at most a mebibyte, each made on the
// executor once the one before was taken: a slow client costs one message.
// Deletes itself when the stream is done.
template <typename Response>
class ByteStream final : public grpc::ServerWriteReactor<Response> {
 public:
  using Open = std::function<absl::StatusOr<std::unique_ptr<ArchiveSource>>()>;

  ByteStream(const ServiceContext* context, absl::string_view method,
             std::string trace_id, Open open)
      : context_(*context),
        method_(method),
        trace_id_(std::move(trace_id)),
        open_(std::move(open)) {
    Continue();
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return End(absl::CancelledError());
    Continue();
  }

  void OnDone() override { delete this; }

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
  const absl::string_view method_;
  const std::string trace_id_;
  const Open open_;
  std::unique_ptr<ArchiveSource> source_;
  std::string block_;
  size_t sent_ = 0;
  Response response_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_BYTE_STREAM_H_
