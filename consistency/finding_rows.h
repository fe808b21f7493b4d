// The spaces of findings, and the layout of their rows.
//
//   findings        id -> Finding
//   finding_events  id number -> FindingEvent
//   finding_ranks   rank id -> (order of lists)
//   findings_of     entity id -> (which findings there are about an entity)
//   finding_due     time id -> (what is OBSERVED, by when it is judged again)
//   finding_log     revision id number -> (which events a commit brought)
//   finding_changes revision -> FindingChanges
//   mutes           ended revision -> Mute
//
// finding_changes is part of the log; all else follows from the log, but for
// comments, of which it has the text as well.
#ifndef CONCORDAT_CONSISTENCY_FINDING_ROWS_H_
#define CONCORDAT_CONSISTENCY_FINDING_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consistency/findings.h"
#include "consistency/mutes.h"
#include "consistency/rule_rows.h"
#include "graph/ids.h"
#include "graph/revision.h"
#include "graph/store.h"

namespace concordat::rows {

inline constexpr Space kFindings{19, "findings"};
inline constexpr Space kFindingEvents{20, "finding_events"};
inline constexpr Space kFindingRanks{21, "finding_ranks"};
inline constexpr Space kFindingLog{23, "finding_log"};
inline constexpr Space kFindingsOf{27, "findings_of"};
inline constexpr Space kFindingDue{28, "finding_due"};
inline constexpr Space kFindingChanges{29, "finding_changes"};
inline constexpr Space kMutes{30, "mutes"};

absl::StatusOr<std::optional<Finding>> GetFinding(const Reader& reader,
                                                  absl::string_view id);
// Replaces the finding and what it is found by; `before` is its earlier state,
// where it had one.
absl::Status PutFinding(Transaction& tx, const Finding& finding,
                        const std::optional<Finding>& before);
// The ids of the findings about an entity, by the id that they are addressed
// to.
absl::StatusOr<std::vector<std::string>> FindingsOf(const Reader& reader,
                                                    const EntityId& entity);
// Of what is OBSERVED and due at `now`, the longest due first.
absl::StatusOr<std::vector<std::string>> DueFindings(const Reader& reader,
                                                     absl::Time now,
                                                     size_t limit);
// When the next is due; InfiniteFuture: none is OBSERVED.
absl::StatusOr<absl::Time> NextDueFinding(const Reader& reader);
// What findings are found by is written anew, where an older build wrote it
// otherwise.
absl::Status EnsureFindingIndexes(Store& store);

// As the finding's newest event, also in the log.
absl::Status PutFindingEvent(Transaction& tx, const Finding& finding,
                             const FindingEvent& event);
// The events that a commit brought, in order of finding.
struct LoggedFindingEvent {
  std::string finding_id;
  uint32_t number = 0;  // as Finding::events after it
};
absl::StatusOr<LoggedFindingEvent> ParseFindingLogKey(absl::string_view key);
// DATA_LOSS where the log names an event that there is not.
absl::StatusOr<FindingEvent> GetFindingEvent(const Reader& reader,
                                             const LoggedFindingEvent& logged);
absl::StatusOr<std::vector<FindingEvent>> GetFindingEvents(
    const Reader& reader, absl::string_view id);

// What a commit did to findings that follows neither from claims nor from
// knowledge.
struct FindingChanges {
  struct Edited {
    std::string id;
    EntityId entity;  // whom its comment is personal to
    FindingEdit edit;
  };
  // Ids of findings whose settle time was over, and which were judged again.
  std::vector<std::string> settled;
  std::vector<Edited> edited;
  // Ids of mutes that expired.
  std::vector<std::string> expired;
  // Rules that were evaluated again.
  std::vector<RuleOf> evaluated;
  // A step of a Rejudgement: so many of the entities that come after one.
  struct Rejudged {
    bool rules_only = false;
    EntityId after;
    size_t limit = 0;
  };
  std::optional<Rejudged> rejudged;
  // Put, or lifted.
  std::optional<Mute> mute;
};
absl::Status PutFindingChanges(Transaction& tx, Revision revision,
                               const FindingChanges& changes);
absl::StatusOr<FindingChanges> ParseFindingChanges(absl::string_view value);

absl::Status PutMute(Transaction& tx, const Mute& mute);
// Those in force, in the order in which they were put; with `ended` those that
// ended after them.
absl::StatusOr<std::vector<Mute>> GetMutes(const Reader& reader, bool ended);

}  // namespace concordat::rows

#endif  // CONCORDAT_CONSISTENCY_FINDING_ROWS_H_
