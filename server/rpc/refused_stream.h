#ifndef CONCORDAT_SERVER_RPC_REFUSED_STREAM_H_
#define CONCORDAT_SERVER_RPC_REFUSED_STREAM_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/rpc/call.h"

namespace concordat {

// A stream that ends with an error before anything was taken or sent. `Reactor`
// is the one that the method gives. Deletes itself when the call is done.
template <typename Reactor>
class RefusedStream final : public Reactor {
 public:
  RefusedStream(const ServiceContext& context,
                const grpc::CallbackServerContext& rpc,
                absl::string_view method, const absl::Status& why) {
    LogFailure(*context.logger, method, TraceIdOf(rpc), why);
    this->Finish(convert::ToGrpcStatus(why));
  }

  void OnDone() override { delete this; }
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_REFUSED_STREAM_H_
