// How much one caller may ask for at a time.
#ifndef CONCORDAT_SERVER_ACCESS_QUOTAS_H_
#define CONCORDAT_SERVER_ACCESS_QUOTAS_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "graph/clock.h"
#include "graph/mutex.h"
#include "server/access/caller.h"

namespace concordat {

// For callers of whom the file of callers says nothing else. Averages over ten
// seconds: what was not used for so long may be used at once.
struct QuotaDefaults {
  double calls_per_second = 20'000;
  double items_per_second = 5'000'000;
  int open_calls_max = 1'000;
};

// Thread-safe.
class Quotas {
 public:
  // `clock` must outlive this.
  Quotas(const QuotaDefaults& defaults, const Clock* clock)
      : defaults_(defaults), clock_(clock) {}

  // A call or stream of the caller begins; End it iff this gives OK. Errors:
  // QUOTA_EXCEEDED.
  absl::Status Begin(const Caller& caller) ABSL_LOCKS_EXCLUDED(mutex_);
  void End(const Caller& caller) ABSL_LOCKS_EXCLUDED(mutex_);

  // The caller sends so many claims or changes. Errors: QUOTA_EXCEEDED.
  absl::Status Spend(const Caller& caller, int64_t items)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // What is left, refilled with time (a token bucket).
  struct Bucket {
    double left = 0;
    absl::Time at = absl::InfinitePast();
  };
  struct Account {
    int open = 0;
    Bucket calls;
    Bucket items;
  };

  bool Take(Bucket& bucket, double per_second, double amount) const;

  const QuotaDefaults defaults_;
  const Clock* const clock_;
  Mutex mutex_;
  absl::flat_hash_map<std::string, Account> accounts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_ACCESS_QUOTAS_H_
