#ifndef CONCORDAT_CONSISTENCY_CONSISTENCY_READER_H_
#define CONCORDAT_CONSISTENCY_CONSISTENCY_READER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consistency/finding_scope.h"
#include "consistency/findings.h"
#include "consistency/held_reader.h"
#include "consistency/mutes.h"
#include "consistency/rows.h"
#include "graph/ids.h"
#include "graph/store.h"

namespace concordat {

// Which findings to list. Members that are not empty must all hold; several
// values of one member are alternatives.
struct FindingFilter {
  FindingScope scope;
  // As they are shown (Mutes::StateOf). Empty: those that are open, or where
  // the scope names ids, any.
  std::vector<FindingState> states;
  // Empty in the list: those of nobody.
  std::vector<std::string> assignees;

  bool Matches(const Finding& finding, const Mutes& mutes) const;
};

// May have fewer findings than were asked for, and none, where few match: what
// one page looks through is bounded.
struct FindingPage {
  std::vector<Finding> findings;
  // Where the next page starts; empty at the end.
  std::string next;
};

struct HeldClaimPage {
  struct Item {
    HeldClaim held;
    // The finding that the channel's claims about it have opened; empty where
    // none.
    std::string finding_id;
  };
  std::vector<Item> items;
  // Where the next page starts; empty at the end.
  std::string next;
};

// The mutes in force. Errors: the reader's.
absl::StatusOr<Mutes> ReadMutes(const Reader& reader);

// Worst first (RankOf), then by id. Errors: the reader's.
absl::StatusOr<FindingPage> ListFindings(const Reader& reader,
                                         const Mutes& mutes,
                                         const FindingFilter& filter,
                                         absl::string_view start, size_t limit);

// Exact. Costs a pass over all findings, unless the filter names entities.
absl::StatusOr<int64_t> CountFindings(const Reader& reader, const Mutes& mutes,
                                      const FindingFilter& filter);

// In order of entity, channel and attribute; of all channels where `channel`
// is empty, and of all entities where `entities` is. Else these are the ids of
// one entity (Cluster::members), in order: what is held is kept by the id that
// it was addressed to.
absl::StatusOr<HeldClaimPage> ListHeldClaims(
    const Reader& reader, absl::string_view channel,
    const std::vector<EntityId>& entities, absl::string_view start,
    size_t limit);
// The same, of many pages of one state: `held` was opened of `reader`, for
// these entities at least.
absl::StatusOr<HeldClaimPage> ListHeldClaims(
    const Reader& reader, const HeldReader& held, absl::string_view channel,
    const std::vector<EntityId>& entities, absl::string_view start,
    size_t limit);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_CONSISTENCY_READER_H_
