#ifndef CONCORDAT_CONSISTENCY_OPENED_FINDINGS_H_
#define CONCORDAT_CONSISTENCY_OPENED_FINDINGS_H_

#include <cstdint>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "graph/ids.h"
#include "graph/store.h"

namespace concordat {

// Which findings were ever opened, so that a claim which agrees need not look
// for one: 64 bits of each id, so of 10^7 findings one claim in 10^12 looks for
// nothing. Some 16 bytes a finding. Also when time itself will next change
// something about findings. Not thread-safe.
class OpenedFindings {
 public:
  absl::Status Load(const Reader& reader);
  void Add(absl::string_view finding_id);
  // False where there is none; true where there may be one.
  bool MayHold(absl::string_view finding_id) const;
  // The same, of what the channel says of the attribute, or several do.
  bool MayHold(const EntityId& entity, absl::string_view channel,
               absl::string_view attribute) const;

  // When the next finding is to be confirmed, the next rule evaluated again, or
  // the next mute expires; InfinitePast while all is judged again
  // (Rejudgement).
  absl::Time next_due() const { return next_due_; }
  void NoteDue(absl::Time due);
  // Looks again, after what was due was done.
  absl::Status LoadDue(const Reader& reader);

 private:
  absl::flat_hash_set<uint64_t> known_;
  absl::Time next_due_ = absl::InfiniteFuture();
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_OPENED_FINDINGS_H_
