#ifndef CONCORDAT_CONSISTENCY_AUDITS_TRUTH_LOADER_H_
#define CONCORDAT_CONSISTENCY_AUDITS_TRUTH_LOADER_H_

#include <cstddef>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "consistency/audits/truth_index.h"
#include "graph/ids.h"
#include "graph/revision.h"
#include "graph/store.h"

namespace concordat::audits {

// Fills a truth index from a store, and keeps it up with the log. In steps, of
// which each may have a snapshot of its own: what was written while it loads,
// it follows at the end. Not thread-safe.
class TruthLoader {
 public:
  // `index` is empty and must outlive this.
  explicit TruthLoader(TruthIndex* index) : index_(*index) {}

  // Takes in some more of what there is; false once that is all. Errors: the
  // reader's; LIMIT_EXCEEDED where the index has no room for the entities;
  // REVISION_COMPACTED where the log does not have what was written meanwhile
  // any more. After one of the last two a new index must be loaded.
  absl::StatusOr<bool> Step(const Reader& reader);

  // Once everything is loaded: takes in what the log has up to the reader's
  // newest revision. Errors: as Step. The vocabulary must not have changed
  // since.
  absl::Status Follow(const Reader& reader);

  // Of everything up to here the index knows.
  Revision revision() const { return revision_; }

 private:
  enum class Phase { kBegin, kFacts, kLinks, kDone };

  absl::Status Begin(const Reader& reader);
  absl::Status LoadFacts(const Reader& reader);
  absl::Status LoadLinks(const Reader& reader);
  // What commits have touched.
  struct Touched {
    std::set<EntityId> entities;
    std::set<std::pair<std::string, std::string>> links;
  };
  absl::Status NoteCommit(const Reader& reader, Revision revision,
                          Touched& touched);
  absl::Status Refresh(const Reader& reader, Revision at,
                       const Touched& touched);
  absl::Status NoRoom() const;

  TruthIndex& index_;
  Phase phase_ = Phase::kBegin;
  std::string next_;
  Revision revision_;
};

}  // namespace concordat::audits

#endif  // CONCORDAT_CONSISTENCY_AUDITS_TRUTH_LOADER_H_
