#ifndef CONCORDAT_SERVER_ACCESS_KEY_BOOK_H_
#define CONCORDAT_SERVER_ACCESS_KEY_BOOK_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "graph/clock.h"
#include "graph/mutex.h"
#include "server/access/callers.h"
#include "server/access/token_keys.h"

namespace concordat {

// The keys of the issuers of tokens: fetched beside the calls, which never wait
// for them. Thread-safe.
class KeyBook {
 public:
  // The text at a URL, or of a file.
  using Fetch =
      std::function<absl::StatusOr<std::string>(const std::string& from)>;

  // `clock` must outlive this.
  KeyBook(const Clock* clock, Fetch fetch)
      : clock_(clock), fetch_(std::move(fetch)) {}

  // The newest keys; nullptr: there are none. Where they lack `key_id`, they
  // are fetched soon, though not more often than every ten seconds: whoever
  // makes up ids must not make us ask all the time.
  std::shared_ptr<const TokenKeys> KeysOf(absl::string_view issuer,
                                          absl::string_view key_id)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Fetches what is due: every five minutes, and what was asked for. Keys that
  // cannot be fetched again are used for an hour, no longer. Gives what went
  // wrong, by issuer, and whether any keys are others than before. Called by
  // one thread.
  struct Refreshed {
    bool changed = false;
    ByText<std::string> problems;
  };
  Refreshed Refresh(const Callers& callers) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Entry {
    std::shared_ptr<const TokenKeys> keys;
    std::string text;
    absl::Time fetched_at = absl::InfinitePast();
    absl::Time tried_at = absl::InfinitePast();
    bool wanted = false;
  };

  bool IsDue(const std::string& issuer) const ABSL_LOCKS_EXCLUDED(mutex_);
  // Gives what went wrong; empty: nothing.
  std::string RefreshOne(const TokenIssuer& issuer, bool& changed)
      ABSL_LOCKS_EXCLUDED(mutex_);

  const Clock* const clock_;
  const Fetch fetch_;
  mutable Mutex mutex_;
  ByText<Entry> entries_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_ACCESS_KEY_BOOK_H_
