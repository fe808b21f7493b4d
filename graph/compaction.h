// What compaction removes of the graph's records: what no read at a revision or
// later can see.
//
// A record is removed once a newer one, of before that revision as well, says
// something of the same: of facts the same entity, attribute, source and start,
// of relations the same edge, source and start, of links the same id, source,
// start and entity. Facts that were taken back go too. The newest of each is
// kept even where it takes something back: it is what still says so, and that
// the entity was ever known. In a store where ids were merged, every retraction
// of facts is kept: it may take back what another id of its entity says. So
// every read at the revision or later gives what it gave before, but for lists
// of all that was ever recorded, and for which record of an id that was linked
// anew counts as the last change of the entity that it named before.
#ifndef CONCORDAT_GRAPH_COMPACTION_H_
#define CONCORDAT_GRAPH_COMPACTION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "graph/facts.h"
#include "graph/revision.h"
#include "graph/store.h"

namespace concordat {

// What a step of a compaction does to a space.
struct CompactionPage {
  Space space{};
  // Keys of rows that go.
  std::vector<std::string> removed;
  // Rows of facts of which some go: what is left of each.
  std::vector<std::vector<FactRecord>> rewritten;
  uint64_t rows_seen = 0;
  uint64_t records_removed = 0;
  // Where the next step begins; empty at the end of the space.
  std::string next;
};

// The next step: about `rows_max` rows from `start` on, whole entities, edges
// or ids. Writes nothing. Errors: the reader's.
absl::StatusOr<CompactionPage> PlanFacts(const Reader& reader, Revision before,
                                         absl::string_view start,
                                         size_t rows_max);
absl::StatusOr<CompactionPage> PlanRelations(const Reader& reader,
                                             Revision before,
                                             absl::string_view start,
                                             size_t rows_max);
absl::StatusOr<CompactionPage> PlanLinks(const Reader& reader, Revision before,
                                         absl::string_view start,
                                         size_t rows_max);
// Of a space whose keys begin with a revision: all up to the revision. No more
// once some megabytes go, for a row can be as large as a commit.
absl::StatusOr<CompactionPage> PlanLog(const Reader& reader, Space space,
                                       Revision before, absl::string_view start,
                                       size_t rows_max);

// Carries the step out. Errors: the transaction's.
absl::Status Apply(Transaction& tx, const CompactionPage& page);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_COMPACTION_H_
