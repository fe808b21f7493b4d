#ifndef CONCORDAT_TESTS_HISTORIES_RUNNER_H_
#define CONCORDAT_TESTS_HISTORIES_RUNNER_H_

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "consistency/checker.h"
#include "consistency/claims.h"
#include "consistency/findings.h"
#include "consistency/verdict.h"
#include "consistency/vocabulary.h"
#include "graph/facts.h"
#include "graph/revision.h"
#include "graph/store.h"
#include "tests/histories/history.h"

namespace concordat::histories {

// Does what a server does with what reaches it, by a clock that stands still
// until the next arrives: commits in groups, and settles findings when they are
// due. Not thread-safe.
class Runner {
 public:
  // Both must outlive this; the store is empty.
  Runner(Store& store, const Vocabulary& vocabulary)
      : store_(store), vocabulary_(vocabulary), now_(absl::UnixEpoch()) {}

  // In order of arrival. Errors: those of the store, and of what is refused.
  absl::Status Run(absl::Span<const Event> events);
  // What arrives now.
  absl::Status Write(std::vector<Change> changes);
  absl::Status Report(const std::vector<Claim>& claims);
  // Time goes on, and what is due is done.
  absl::Status WaitUntil(absl::Time time);

  // What the last Report did not take for a retry.
  size_t recorded() const { return recorded_; }
  uint64_t commits() const { return commits_; }

 private:
  // One commit of claims or of changes that arrived together.
  struct Commit {
    absl::Time at;
    std::vector<Change> changes;
    std::vector<Claim> claims;
  };

  absl::Status Run(std::vector<Commit> commits);
  absl::Status RunOne(Transaction& tx, const Commit& commit);
  absl::Status SettleUntil(Transaction& tx, absl::Time time);

  Store& store_;
  const Vocabulary& vocabulary_;
  Checker checker_;
  Revision head_;
  absl::Time now_;
  size_t recorded_ = 0;
  uint64_t commits_ = 0;
};

// A finding, and every verdict that people were shown it with.
struct SeenFinding {
  Finding finding;
  std::set<Verdict> shown;
};

// All findings that there are, in any state. Errors: the reader's.
absl::StatusOr<std::vector<SeenFinding>> SeeFindings(const Reader& reader);

// How often any finding was opened or came back.
absl::StatusOr<int64_t> CountOpened(const Reader& reader);

struct Replayed {
  int64_t same = 0;
  // Ids of those whose verdict or explanation is another than was noted.
  std::vector<std::string> different;
};

// Judges the findings' claims again, each as of when it was judged
// (ReplayFindings of the API). Errors: the reader's.
absl::StatusOr<Replayed> ReplayFindings(const Reader& reader,
                                        const Vocabulary& vocabulary,
                                        const std::vector<SeenFinding>& seen);

// What channels hold now, as claims that are reported anew by an audit: with
// the same said_at, under ids of the audit. Errors: the reader's.
absl::StatusOr<std::vector<Claim>> HeldClaims(const Reader& reader);

}  // namespace concordat::histories

#endif  // CONCORDAT_TESTS_HISTORIES_RUNNER_H_
