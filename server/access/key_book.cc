#include "server/access/key_book.h"

#include <utility>

namespace concordat {
namespace {

constexpr absl::Duration kEvery = absl::Minutes(5);
constexpr absl::Duration kOnRequest = absl::Seconds(10);
constexpr absl::Duration kKept = absl::Hours(1);

}  // namespace

std::shared_ptr<const TokenKeys> KeyBook::KeysOf(absl::string_view issuer,
                                                 absl::string_view key_id) {
  const MutexLock lock(&mutex_);
  const auto found = entries_.find(issuer);
  if (found == entries_.end()) return nullptr;
  Entry& entry = found->second;
  if (entry.keys == nullptr || entry.keys->Find(key_id) == nullptr) {
    entry.wanted = true;
  }
  return entry.keys;
}

bool KeyBook::IsDue(const std::string& issuer) const {
  const MutexLock lock(&mutex_);
  const auto found = entries_.find(issuer);
  if (found == entries_.end()) return true;
  const Entry& entry = found->second;
  const absl::Duration waited = clock_->Now() - entry.tried_at;
  return waited >= kEvery || (entry.wanted && waited >= kOnRequest);
}

KeyBook::Refreshed KeyBook::Refresh(const Callers& callers) {
  Refreshed refreshed;
  for (const auto& [name, issuer] : callers.issuers) {
    if (!IsDue(name)) continue;
    std::string problem = RefreshOne(issuer, refreshed.changed);
    if (!problem.empty()) refreshed.problems[name] = std::move(problem);
  }
  return refreshed;
}

std::string KeyBook::RefreshOne(const TokenIssuer& issuer, bool& changed) {
  // Without the lock: this takes as long as the issuer's server does.
  const absl::StatusOr<std::string> text =
      fetch_(issuer.jwks_file.empty() ? issuer.jwks_url : issuer.jwks_file);
  const absl::StatusOr<std::shared_ptr<const TokenKeys>> keys =
      text.ok() ? TokenKeys::Parse(*text) : text.status();
  const absl::Time now = clock_->Now();
  const MutexLock lock(&mutex_);
  Entry& entry = entries_[issuer.rules.issuer];
  entry.tried_at = now;
  entry.wanted = false;
  if (keys.ok()) {
    changed = changed || entry.text != *text;
    entry.text = *text;
    entry.keys = *keys;
    entry.fetched_at = now;
    return "";
  }
  if (entry.keys != nullptr && now - entry.fetched_at >= kKept) {
    entry.keys = nullptr;
    changed = true;
  }
  return std::string(keys.status().message());
}

}  // namespace concordat
