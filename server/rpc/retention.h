#ifndef CONCORDAT_SERVER_RPC_RETENTION_H_
#define CONCORDAT_SERVER_RPC_RETENTION_H_

#include <atomic>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "graph/mutex.h"
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
  ~Retention() { Stop(); }
  Retention(const Retention&) = delete;
  Retention& operator=(const Retention&) = delete;

  // Does nothing where all is kept.
  void Start();
  // Idempotent.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Loop() ABSL_LOCKS_EXCLUDED(mutex_);

  const ServiceContext& context_;
  std::atomic<bool>* const running_;
  const RetentionOptions options_;
  Mutex mutex_;
  CondVar stopped_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_RETENTION_H_
