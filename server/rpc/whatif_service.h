#ifndef CONCORDAT_SERVER_RPC_WHATIF_SERVICE_H_
#define CONCORDAT_SERVER_RPC_WHATIF_SERVICE_H_

#include <atomic>

#include "absl/status/status.h"
#include "concordat/v1/whatif.grpc.pb.h"
#include "server/executor.h"
#include "server/rpc/service_context.h"
#include "server/storage/scratch_stores.h"

namespace concordat {

// concordat.v1.WhatIfService. Thread-safe.
class WhatIfServiceHandlers final : public v1::WhatIfService::CallbackService {
 public:
  // `context`, and `scratch`, which may be nullptr, must outlive this.
  WhatIfServiceHandlers(const ServiceContext* context, ScratchStores* scratch);

  // Before the first call: removes what a process left that was killed. Errors:
  // UNAVAILABLE.
  absl::Status ClearScratch();
  // A back-test that runs ends soon, as SHUTTING_DOWN; no other begins.
  void BeginStop() { stopping_ = true; }

  grpc::ServerWriteReactor<v1::BacktestResponse>* Backtest(
      grpc::CallbackServerContext* rpc,
      const v1::BacktestRequest* request) override;
  grpc::ServerUnaryReactor* Counterfactual(
      grpc::CallbackServerContext* rpc,
      const v1::CounterfactualRequest* request,
      v1::CounterfactualResponse* response) override;

 private:
  const ServiceContext& context_;
  ScratchStores* const scratch_;
  std::atomic<bool> running_ = false;
  std::atomic<bool> stopping_ = false;
  // A thread of its own, so that one that takes minutes keeps no reads waiting.
  Executor executor_;
  // The same with that executor.
  const ServiceContext backtest_context_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_WHATIF_SERVICE_H_
