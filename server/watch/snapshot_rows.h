#ifndef CONCORDAT_SERVER_WATCH_SNAPSHOT_ROWS_H_
#define CONCORDAT_SERVER_WATCH_SNAPSHOT_ROWS_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "consistency/held_reader.h"
#include "graph/graph_reader.h"
#include "graph/revision.h"
#include "graph/revision_token.h"
#include "graph/store.h"
#include "server/convert/watch.h"
#include "server/watch/filter.h"

namespace concordat {

// What is in force at one revision and matches a filter, piece by piece: facts,
// relations, links, merges and what is distinct, held claims, findings. Holds
// one state of the store. Not thread-safe; may be handed from thread to thread.
class SnapshotRows {
 public:
  // `reader`'s newest revision is `at`. `filter` and `tokens` must outlive
  // this.
  SnapshotRows(std::unique_ptr<Reader> reader, Revision at,
               const WatchFilter* filter, const TokenMint* tokens);
  SnapshotRows(const SnapshotRows&) = delete;
  SnapshotRows& operator=(const SnapshotRows&) = delete;

  Revision at() const { return at_; }
  bool done() const { return steps_.empty() && pending_.empty(); }

  // Adds rows until the response has so many bytes, or more where the first is
  // larger; nothing is left; or so many pages were looked through.
  absl::Status Fill(size_t bytes, convert::WatchResponseWriter& out);

 private:
  // Puts what matches of the page that starts at `start` into pending_; gives
  // where the next one does, empty at the end.
  using Step =
      std::function<absl::StatusOr<std::string>(const std::string& start)>;

  void PlanFacts();
  void PlanRelations();
  void PlanLinks();
  void PlanIdentity();
  void PlanClaims();
  void PlanFindings();

  absl::StatusOr<std::string> AddMerges(const std::string& start);
  absl::StatusOr<std::string> AddDistinct(const std::string& start);
  void AddChange(const Change& change);

  const std::unique_ptr<Reader> reader_;
  const Revision at_;
  const GraphReader graph_;
  const WatchFilter& filter_;
  const TokenMint& tokens_;
  std::optional<HeldReader> held_;  // opened when it is first needed
  std::deque<Step> steps_;
  std::string start_;  // of the first step's next page
  // Rows that were read and not sent: what an entity has is read at once, and
  // may be more than a response holds.
  std::deque<std::string> pending_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_WATCH_SNAPSHOT_ROWS_H_
