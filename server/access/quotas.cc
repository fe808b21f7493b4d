#include "server/access/quotas.h"

#include <algorithm>
#include <cmath>

#include "graph/errors.h"

namespace concordat {
namespace {

// Over so long a time the average counts.
constexpr absl::Duration kWindow = absl::Seconds(10);
// Callers whose accounts are kept; beyond, those with nothing open are dropped.
constexpr size_t kAccountsMax = 10'000;

double OneOf(double own, double otherwise) { return own > 0 ? own : otherwise; }

}  // namespace

bool Quotas::Take(Bucket& bucket, double per_second, double amount) const {
  const absl::Time now = clock_->Now();
  const double full = per_second * absl::ToDoubleSeconds(kWindow);
  const absl::Duration passed =
      std::clamp(now - bucket.at, absl::ZeroDuration(), kWindow);
  bucket.left =
      std::min(full, bucket.left + per_second * absl::ToDoubleSeconds(passed));
  bucket.at = now;
  // What is larger than the bucket is taken when it is full, or it never would.
  if (bucket.left < std::min(amount, full)) return false;
  bucket.left -= amount;
  return true;
}

absl::Status Quotas::Begin(const Caller& caller) {
  const int open_max = caller.open_calls_max > 0 ? caller.open_calls_max
                                                 : defaults_.open_calls_max;
  const double calls =
      OneOf(caller.calls_per_second, defaults_.calls_per_second);
  const MutexLock lock(&mutex_);
  if (accounts_.size() >= kAccountsMax) {
    absl::erase_if(accounts_,
                   [](const auto& entry) { return entry.second.open == 0; });
  }
  Account& account = accounts_[caller.name];
  if (account.open >= open_max) {
    return errors::QuotaExceeded("open_calls_max", account.open + 1, open_max);
  }
  if (!Take(account.calls, calls, 1)) {
    const auto allowed = static_cast<int64_t>(std::ceil(calls));
    return errors::QuotaExceeded("calls_per_second", allowed + 1, allowed);
  }
  ++account.open;
  return absl::OkStatus();
}

void Quotas::End(const Caller& caller) {
  const MutexLock lock(&mutex_);
  --accounts_[caller.name].open;
}

absl::Status Quotas::Spend(const Caller& caller, int64_t items) {
  const double per_second =
      OneOf(caller.items_per_second, defaults_.items_per_second);
  const MutexLock lock(&mutex_);
  if (Take(accounts_[caller.name].items, per_second,
           static_cast<double>(items))) {
    return absl::OkStatus();
  }
  return errors::QuotaExceeded("items_per_second", items,
                               static_cast<int64_t>(std::ceil(per_second)));
}

}  // namespace concordat
