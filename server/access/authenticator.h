#ifndef CONCORDAT_SERVER_ACCESS_AUTHENTICATOR_H_
#define CONCORDAT_SERVER_ACCESS_AUTHENTICATOR_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "graph/clock.h"
#include "graph/mutex.h"
#include "server/access/callers.h"
#include "server/access/token_keys.h"

namespace concordat {

// What somebody shows to be recognised by. Views of the call.
struct Credentials {
  // The `authorization` header; empty: none.
  absl::string_view authorization;
  // The client certificate and the chain that came with it, PEM; empty: none,
  // else TLS has checked that some authority that is believed issued it.
  absl::string_view certificate;
  absl::string_view chain;
  // By a Unix socket, or from an address of this machine.
  bool from_this_machine = false;
};

// Finds out who calls. What was found is remembered for a while, for each call
// asks. Thread-safe.
class Authenticator {
 public:
  // Gives the newest keys of an issuer; nullptr: there are none yet. Called
  // with no lock held; `key_id` is one that was looked for.
  using KeysOf = std::function<std::shared_ptr<const TokenKeys>(
      const TokenIssuer& issuer, absl::string_view key_id)>;

  // `clock` must outlive this.
  Authenticator(std::shared_ptr<const Callers> callers, const Clock* clock,
                KeysOf keys_of);

  // From now on these are known, and nobody else.
  void Replace(std::shared_ptr<const Callers> callers)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Tokens are verified anew, for keys may have been withdrawn.
  void Forget() ABSL_LOCKS_EXCLUDED(mutex_);

  // Who shows these: what `authorization` says counts more than the
  // certificate, and both more than to come from this machine. Errors:
  // UNAUTHENTICATED.
  absl::StatusOr<std::shared_ptr<const Caller>> Recognise(
      const Credentials& shown) const ABSL_LOCKS_EXCLUDED(mutex_);

  std::shared_ptr<const Callers> callers() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // What was found out, by what was shown.
  struct Known {
    std::shared_ptr<const Caller> caller;
    absl::Time until;
  };

  absl::StatusOr<Known> FromBearer(const Callers& callers,
                                   absl::string_view bearer,
                                   absl::Time now) const;
  absl::StatusOr<Known> FromToken(const Callers& callers,
                                  absl::string_view token,
                                  absl::Time now) const;
  static absl::StatusOr<Known> FromCertificate(const Callers& callers,
                                               const Credentials& shown,
                                               absl::Time now);

  const Clock* const clock_;
  const KeysOf keys_of_;
  mutable Mutex mutex_;
  std::shared_ptr<const Callers> callers_ ABSL_GUARDED_BY(mutex_);
  mutable absl::flat_hash_map<std::string, Known> known_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_ACCESS_AUTHENTICATOR_H_
