#include "server/probe/call_gate.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"

namespace concordat {
namespace {

// What a rate may hand out at once after a pause: what comes in so long.
constexpr absl::Duration kBurst = absl::Milliseconds(100);

// By which an attempt may end before the time for it is over.
constexpr absl::Duration kShort = absl::Milliseconds(20);

double BurstOf(double per_second) {
  return std::max(1.0, per_second * absl::ToDoubleSeconds(kBurst));
}

// The stricter of two limits, of which 0 is none; nor is what is no number.
template <typename Number>
Number Stricter(Number a, Number b) {
  if (!(b > 0) || !std::isfinite(static_cast<double>(b))) return a;
  return a > 0 ? std::min(a, b) : b;
}

}  // namespace

bool IsWorthRepeating(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsResourceExhausted(status);
}

CallGate::CallGate(std::string channel, const CallPolicy& policy,
                   std::function<double()> chance)
    : channel_(std::move(channel)),
      policy_(policy),
      chance_(std::move(chance)),
      per_second_(policy.per_second),
      concurrent_max_(policy.concurrent_max),
      tokens_(policy.per_second, BurstOf(policy.per_second)) {}

absl::Status CallGate::Add(CallId call, absl::Time give_up_at, absl::Time now) {
  if (rests_until_ > now) return why_it_rests_;
  if (calls_.size() >= policy_.waiting_max) {
    return errors::Overloaded(static_cast<int64_t>(calls_.size()),
                              static_cast<int64_t>(policy_.waiting_max));
  }
  calls_[call].give_up_at = give_up_at;
  return absl::OkStatus();
}

std::vector<CallGate::CallId> CallGate::TakeDue(absl::Time now) {
  std::vector<CallId> due;
  // After a rest, one attempt shows whether the backend is well again.
  const int at_a_time =
      failures_ + 1 >= policy_.failures_max ? 1 : concurrent_max_;
  for (auto& [id, call] : calls_) {
    if (running_ >= at_a_time) break;
    if (call.is_running || call.not_before > now || call.give_up_at <= now) {
      continue;
    }
    if (!tokens_.TryTake(now)) break;
    call.is_running = true;
    ++call.attempts;
    ++running_;
    due.push_back(id);
  }
  return due;
}

std::vector<std::pair<CallGate::CallId, absl::Status>> CallGate::TakeGivenUp(
    absl::Time now) {
  std::vector<std::pair<CallId, absl::Status>> given_up;
  given_up.swap(given_up_);
  for (auto it = calls_.begin(); it != calls_.end();) {
    const Call& call = it->second;
    if (call.is_running || call.give_up_at > now) {
      ++it;
      continue;
    }
    given_up.emplace_back(
        it->first,
        errors::ProbeFailed(channel_, "DEADLINE_EXCEEDED", call.attempts,
                            "its turn did not come in time"));
    it = calls_.erase(it);
  }
  return given_up;
}

absl::Duration CallGate::PauseAfter(int attempts) {
  const absl::Duration doubled =
      policy_.pause_min * std::ldexp(1.0, std::min(attempts - 1, 30));
  return std::min(policy_.pause_max, doubled) * (1 - chance_() / 2);
}

void CallGate::Open(absl::string_view code, absl::Time now) {
  rests_until_ = now + policy_.rest;
  why_it_rests_ = errors::ProbeFailed(
      channel_, code, failures_,
      absl::StrCat("so many attempts failed one after the other, so it is left "
                   "alone for ",
                   absl::FormatDuration(policy_.rest)));
  for (auto it = calls_.begin(); it != calls_.end();) {
    if (it->second.is_running) {
      ++it;
      continue;
    }
    given_up_.emplace_back(it->first, why_it_rests_);
    it = calls_.erase(it);
  }
}

std::optional<absl::Status> CallGate::Finish(CallId id,
                                             const absl::Status& status,
                                             absl::Duration retry_after,
                                             absl::Time now) {
  const auto found = calls_.find(id);
  if (found == calls_.end()) return absl::CancelledError();
  Call& call = found->second;
  call.is_running = false;
  --running_;
  const int attempts = call.attempts;
  const std::string code = absl::StatusCodeToString(status.code());
  const auto over = [&](absl::Status with) {
    calls_.erase(found);
    return std::optional(std::move(with));
  };
  if (!IsWorthRepeating(status)) {
    // Whatever it says: it is there. What the caller ended says nothing.
    if (!absl::IsCancelled(status)) failures_ = 0;
    if (status.ok()) return over(status);
    return over(errors::ProbeFailed(channel_, code, attempts,
                                    "it is not worth repeating"));
  }
  // It was the caller that had no more time.
  if (now + kShort >= call.give_up_at) {
    return over(errors::ProbeFailed(channel_, code, attempts,
                                    "there was no more time for it"));
  }
  // Of calls that went on when it was given up already, nothing follows.
  if (rests_until_ > now) return over(why_it_rests_);
  if (++failures_ >= policy_.failures_max) {
    calls_.erase(found);
    Open(code, now);
    return why_it_rests_;
  }
  if (attempts >= policy_.attempts_max) {
    return over(errors::ProbeFailed(channel_, code, attempts,
                                    "it was repeated as often as it may be"));
  }
  call.not_before = now + std::max(PauseAfter(attempts), retry_after);
  if (call.not_before < call.give_up_at) return std::nullopt;
  return over(errors::ProbeFailed(channel_, code, attempts,
                                  "another attempt would come too late"));
}

bool CallGate::Remove(CallId id) {
  const auto found = calls_.find(id);
  if (found == calls_.end()) return true;
  if (found->second.is_running) return false;
  calls_.erase(found);
  return true;
}

void CallGate::Restrict(double per_second, int concurrent_max, absl::Time now) {
  per_second_ = Stricter(policy_.per_second, per_second);
  concurrent_max_ = Stricter(policy_.concurrent_max, concurrent_max);
  tokens_.SetRate(per_second_, BurstOf(per_second_), now);
}

int CallGate::attempts(CallId id) const {
  const auto found = calls_.find(id);
  return found == calls_.end() ? 0 : found->second.attempts;
}

absl::Time CallGate::rests_until(absl::Time now) const {
  return rests_until_ > now ? rests_until_ : absl::InfinitePast();
}

}  // namespace concordat
