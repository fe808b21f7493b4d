#include "consistency/scorecards/finding_tally.h"

#include <vector>

#include "consistency/finding_rows.h"
#include "consistency/scorecards/score_rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// Whether it is known to people, and not over.
bool IsAlive(FindingState state) {
  return state != FindingState::kObserved && state != FindingState::kResolved;
}

// When it opened, or came back, last; InfinitePast: it never did.
absl::Time OpenedAt(const std::vector<FindingEvent>& events) {
  absl::Time opened_at = absl::InfinitePast();
  bool alive = false;
  for (const FindingEvent& event : events) {
    if (IsAlive(event.state) && !alive) opened_at = event.at;
    alive = IsAlive(event.state);
  }
  return opened_at;
}

}  // namespace

absl::Status CountFindingChange(Transaction& tx, CommitStamp stamp,
                                const Finding& finding,
                                const std::optional<Finding>& before) {
  const bool was_alive = before.has_value() && IsAlive(before->state);
  const bool is_alive = IsAlive(finding.state);
  if (finding.subject.channel.empty() || was_alive == is_alive) {
    return absl::OkStatus();
  }
  FindingCounts counts;
  if (!is_alive) {
    counts.resolved = 1;
    // One that was right from the first was not mended.
    if (!finding.vindicated) {
      CONCORDAT_ASSIGN_OR_RETURN(const std::vector<FindingEvent> events,
                                 rows::GetFindingEvents(tx, finding.id));
      const absl::Time opened_at = OpenedAt(events);
      if (opened_at != absl::InfinitePast()) {
        counts.time_to_fix.Add(stamp.at - opened_at);
      }
    }
  } else if (finding.state == FindingState::kReopened) {
    counts.reopened = 1;
  } else {
    counts.opened = 1;
  }
  return rows::AddFindingCounts(tx,
                                {.hour = HoursOf(stamp.at),
                                 .channel = finding.subject.channel,
                                 .entity_type = finding.subject.entity.type,
                                 .attribute = finding.subject.attribute,
                                 .label = {},
                                 .value = {}},
                                counts);
}

}  // namespace concordat
