#ifndef CONCORDAT_SERVER_RPC_RETENTION_H_
#define CONCORDAT_SERVER_RPC_RETENTION_H_

#include <atomic>

#include "absl/time/time.h"
#include "server/periodic_task.h"
#include "server/rpc/service_context.h"

namespace concordat {

// How long history is kept without being asked to forget it.
struct RetentionOptions {
  // Infinite: for ever.
  absl::Duration kept = absl::InfiniteDuration();
  // How often what became older is forgotten.
  absl::Duration every = absl::Minutes(1);
};

// Compacts, in the background, what is older than is to be kept.
class Retention {
 public:
  // `running` is set while anything compacts. All must outlive this.
  Retention(const ServiceContext* context, std::atomic<bool>* running,
            const RetentionOptions& options)
      : context_(*context), running_(running), options_(options) {}

  // Does nothing where all is kept.
  void Start();
  // Idempotent.
  void Stop() { task_.Stop(); }

 private:
  const ServiceContext& context_;
  std::atomic<bool>* const running_;
  const RetentionOptions options_;
  PeriodicTask task_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_RETENTION_H_
