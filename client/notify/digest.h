// What a day, or any time, brought to findings, by group.
#ifndef CONCORDAT_CLIENT_NOTIFY_DIGEST_H_
#define CONCORDAT_CLIENT_NOTIFY_DIGEST_H_

#include <cstddef>
#include <map>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/client.h"
#include "client/notify/groups.h"
#include "client/notify/state_changes.h"
#include "concordat/v1/client_files.pb.h"

namespace concordat::client {

// Counts changes and what is open. Not thread-safe.
class DigestBuilder {
 public:
  // How many ids of findings a group lists.
  explicit DigestBuilder(size_t examples) : examples_(examples) {}

  // Something changed in the time; `finding` as it is now.
  void AddChange(const StateChange& change, const v1::Finding& finding);
  // A finding that is open or muted now: the most harmful first.
  void AddStanding(const v1::Finding& finding);

  // Groups and total, without the time.
  v1::FindingDigest Build() const;

 private:
  v1::DigestGroup& GroupOf(const v1::Finding& finding);

  const size_t examples_;
  std::map<GroupKey, v1::DigestGroup> groups_;
};

struct DigestOptions {
  v1::FindingFilter filter;  // its states do not count
  absl::Time since;
  absl::Time until;
  size_t examples = 3;
};

// Reads the log from `since` on, and lists all that is open. Errors: those of
// Watch, REVISION_COMPACTED where the log does not go back so far, and of
// ListFindings.
absl::StatusOr<v1::FindingDigest> MakeDigest(Client& client,
                                             const DigestOptions& options);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_NOTIFY_DIGEST_H_
