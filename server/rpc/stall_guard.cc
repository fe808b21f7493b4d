#include "server/rpc/stall_guard.h"

#include <chrono>

namespace concordat {

StallGuard::StallGuard(grpc::CallbackServerContext* rpc,
                       absl::Duration patience)
    : patience_(patience), call_(std::make_shared<Call>()) {
  MutexLock lock(&call_->mutex);
  call_->rpc = rpc;
}

void StallGuard::Watch() {
  const uint64_t write = ++writes_;
  {
    MutexLock lock(&call_->mutex);
    call_->write = write;
  }
  // A new one each: one that was cancelled may still be on its way out.
  alarm_ = std::make_unique<grpc::Alarm>();
  alarm_->Set(
      std::chrono::system_clock::now() + absl::ToChronoMicroseconds(patience_),
      [call = call_, write](bool went_off) {
        if (!went_off) return;
        MutexLock lock(&call->mutex);
        if (call->rpc != nullptr && call->write == write) {
          call->rpc->TryCancel();
        }
      });
}

void StallGuard::Taken() {
  MutexLock lock(&call_->mutex);
  call_->write = 0;
}

void StallGuard::Stop() {
  MutexLock lock(&call_->mutex);
  call_->rpc = nullptr;
}

}  // namespace concordat
