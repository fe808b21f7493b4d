// Cuts a call whose client takes nothing of what it is sent.
#ifndef CONCORDAT_SERVER_RPC_STALL_GUARD_H_
#define CONCORDAT_SERVER_RPC_STALL_GUARD_H_

#include <cstdint>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "graph/mutex.h"
#include "grpcpp/alarm.h"
#include "grpcpp/server_context.h"

namespace concordat {

// One of each call. Writes are told to it one after another.
class StallGuard {
 public:
  // `rpc` must live until Stop.
  StallGuard(grpc::CallbackServerContext* rpc, absl::Duration patience);
  StallGuard(const StallGuard&) = delete;
  StallGuard& operator=(const StallGuard&) = delete;

  // A write begins: the call is cancelled where it is not Taken in time.
  void Watch();
  void Taken();
  // The call is over: it is not touched any more.
  void Stop();

 private:
  // What an alarm that goes off finds, whatever is left of the call.
  struct Call {
    Mutex mutex;
    grpc::CallbackServerContext* rpc ABSL_GUARDED_BY(mutex) = nullptr;
    uint64_t write ABSL_GUARDED_BY(mutex) = 0;  // 0: none is on its way
  };

  const absl::Duration patience_;
  const std::shared_ptr<Call> call_;
  // Of the write that is on its way.
  std::unique_ptr<grpc::Alarm> alarm_;
  uint64_t writes_ = 0;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_STALL_GUARD_H_
