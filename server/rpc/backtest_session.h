#ifndef CONCORDAT_SERVER_RPC_BACKTEST_SESSION_H_
#define CONCORDAT_SERVER_RPC_BACKTEST_SESSION_H_

#include <deque>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "concordat/v1/whatif.pb.h"
#include "consistency/finding_difference.h"
#include "server/rpc/service_context.h"
#include "server/storage/scratch_stores.h"
#include "server/whatif/backtest.h"

namespace concordat {

// One call of Backtest, response by response. Not thread-safe.
class BacktestSession {
 public:
  // `context` and `scratch`, which may be nullptr, must outlive this.
  BacktestSession(const ServiceContext& context, ScratchStores* scratch,
                  v1::BacktestRequest request, std::function<bool()> cancelled)
      : context_(context),
        scratch_(scratch),
        request_(std::move(request)),
        cancelled_(std::move(cancelled)) {}

  // Does some more and fills the next response; false where there is none.
  // Errors: those of the call.
  absl::StatusOr<bool> Next(v1::BacktestResponse& response);

 private:
  absl::Status Begin();
  // Makes the responses with the result.
  absl::Status Conclude();
  absl::Status AddExamples();
  absl::Status ToWire(const Reader& reader, Finding finding,
                      v1::Finding* wire) const;
  void AddSummary();

  const ServiceContext& context_;
  ScratchStores* const scratch_;
  const v1::BacktestRequest request_;
  const std::function<bool()> cancelled_;
  uint64_t in_force_version_ = 0;
  std::unique_ptr<Backtest> backtest_;
  bool concluded_ = false;
  std::deque<v1::BacktestResponse> result_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_BACKTEST_SESSION_H_
