#ifndef CONCORDAT_CONSISTENCY_FINDING_EDITOR_H_
#define CONCORDAT_CONSISTENCY_FINDING_EDITOR_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consistency/finding_rows.h"
#include "consistency/held_view.h"
#include "consistency/knowledge.h"
#include "consistency/opened_findings.h"
#include "consistency/vocabulary.h"
#include "graph/graph_writer.h"
#include "graph/store.h"

namespace concordat {

// Who a commit of what time brought is by.
inline constexpr char kClockActor[] = "clock";

// What time has brought by `now`: findings to be judged again and rules to be
// evaluated, as many as one commit takes, and mutes that expired; and of a
// Rejudgement that goes on the next step, of at most so many entities. nullopt:
// nothing. Errors: the reader's.
absl::StatusOr<std::optional<rows::FindingChanges>> DueChanges(
    const Reader& reader, absl::Time now, size_t rejudged_max);

// The mute as it is put by a commit. Pure.
Mute PutBy(Mute mute, absl::string_view actor, CommitStamp stamp);
// The mute as it is ended. Pure.
Mute EndedBy(Mute mute, absl::string_view actor, absl::string_view reason,
             absl::Time at);

// Does to findings what neither claims nor knowledge do: what people say and
// decide, and what time brings; once, as one commit of the log. Not
// thread-safe.
class FindingEditor {
 public:
  // All must outlive this.
  FindingEditor(Transaction& tx, CommitStamp stamp, absl::string_view actor,
                const Vocabulary& vocabulary, StoredKnowledge& knowledge,
                OpenedFindings& opened, HeldView& held)
      : tx_(tx),
        stamp_(stamp),
        actor_(actor),
        vocabulary_(vocabulary),
        knowledge_(knowledge),
        opened_(opened),
        held_(held) {}

  // Does it, all but the step of a Rejudgement, and puts the commit with its
  // row of the log. What names a finding or a mute that there is not does
  // nothing. Errors: the transaction's.
  absl::Status Apply(const rows::FindingChanges& changes);

 private:
  absl::Status ApplyEdit(const rows::FindingChanges::Edited& edited);
  absl::Status Settle(const std::string& finding_id);
  absl::Status Expire(const std::vector<std::string>& mute_ids);

  Transaction& tx_;
  const CommitStamp stamp_;
  const std::string actor_;
  const Vocabulary& vocabulary_;
  StoredKnowledge& knowledge_;
  OpenedFindings& opened_;
  HeldView& held_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_FINDING_EDITOR_H_
