#ifndef CONCORDAT_SERVER_RPC_PROBE_SERVICE_H_
#define CONCORDAT_SERVER_RPC_PROBE_SERVICE_H_

#include <atomic>

#include "concordat/v1/probes.grpc.pb.h"
#include "server/rpc/service_context.h"

namespace concordat {

// concordat.v1.ProbeService. Thread-safe.
class ProbeServiceHandlers final : public v1::ProbeService::CallbackService {
 public:
  // `context` must outlive this.
  explicit ProbeServiceHandlers(const ServiceContext* context)
      : context_(*context) {}

  grpc::ServerUnaryReactor* AskChannels(
      grpc::CallbackServerContext* rpc, const v1::AskChannelsRequest* request,
      v1::AskChannelsResponse* response) override;
  grpc::ServerUnaryReactor* ListProbes(
      grpc::CallbackServerContext* rpc, const v1::ListProbesRequest* request,
      v1::ListProbesResponse* response) override;

 private:
  const ServiceContext& context_;
  std::atomic<int64_t> asking_ = 0;  // calls that go on
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_PROBE_SERVICE_H_
