// A stream of responses, made step by step.
#ifndef CONCORDAT_SERVER_RPC_STEP_STREAM_H_
#define CONCORDAT_SERVER_RPC_STEP_STREAM_H_

#include <functional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "graph/errors.h"
#include "grpcpp/support/server_callback.h"
#include "server/rpc/call.h"
#include "server/rpc/service_context.h"
#include "server/rpc/stall_guard.h"

namespace concordat {

// Each step runs on the executor and fills one response; the next begins when
// the client has taken it, so a slow client holds nothing but the last, and one
// that takes nothing for too long is cut. What the steps hold is let go of on
// the executor, before the client hears of the end. Deletes itself when the
// stream is done.
template <typename Response>
class StepStream final : public grpc::ServerWriteReactor<Response> {
 public:
  // Fills the next response; false: there is no more, and it is not sent.
  using Step = std::function<absl::StatusOr<bool>(Response&)>;

  StepStream(const ServiceContext& context, grpc::CallbackServerContext* rpc,
             absl::string_view method, Step step)
      : context_(context),
        rpc_(rpc),
        method_(method),
        step_(std::move(step)),
        guard_(rpc, context.byte_stream_patience) {
    Submit(true);
  }

  void OnWriteDone(bool ok) override {
    guard_.Taken();
    Submit(ok);
  }
  void OnDone() override {
    guard_.Stop();
    delete this;
  }

 private:
  // `reached`: the client has got what was sent before.
  void Submit(bool reached) {
    const bool taken = context_.executor->TrySubmit([this, reached] {
      if (!reached || rpc_->IsCancelled()) return End(absl::CancelledError());
      response_.Clear();
      const absl::StatusOr<bool> more = step_(response_);
      if (!more.ok() || !*more) return End(more.status());
      guard_.Watch();
      this->StartWrite(&response_);
    });
    if (taken) return;
    const auto places = static_cast<int64_t>(context_.executor->queue_max());
    End(errors::Overloaded(places, places));
  }

  void End(const absl::Status& status) {
    step_ = nullptr;
    if (!status.ok()) {
      LogFailure(*context_.logger, method_, TraceIdOf(*rpc_), status);
    }
    this->Finish(convert::ToGrpcStatus(status));
  }

  const ServiceContext& context_;
  grpc::CallbackServerContext* const rpc_;
  const absl::string_view method_;
  Step step_;
  StallGuard guard_;
  Response response_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_STEP_STREAM_H_
