#ifndef CONCORDAT_TESTS_GRAPH_GRAPH_FIXTURE_H_
#define CONCORDAT_TESTS_GRAPH_GRAPH_FIXTURE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "graph/facts.h"
#include "graph/graph_reader.h"
#include "graph/graph_writer.h"
#include "graph/memory_store.h"
#include "graph/schema.h"

namespace concordat {

// Midnight UTC of a day of 2026.
absl::Time Day(int month, int day);

// customer (tier, with the alias loyaltyTier; visits; email, which
// identifies), order (status) and household (members); placed from customer to
// order, knows and follows from customer to customer. Of one cardinality each:
// married_to (one to one), introduced (one to many) and, to household, lives_in
// (many to one, read backwards as has_resident). Acyclic: reports_to (many to
// one), leads (one to many), contains (many to many). Sources crm and erp.
void FillTestSchema(Schema& schema);

FactRecord MakeFact(const EntityId& entity, const std::string& attribute,
                    std::optional<std::string> value, ValidTime valid = {});
FactRecord MakeRetraction(const EntityId& entity, const std::string& attribute,
                          absl::Time from = absl::InfinitePast());
RelationRecord MakeRelation(const EntityId& from, const std::string& relation,
                            const EntityId& to, ValidTime valid = {});
LinkRecord MakeLink(const std::string& channel, const std::string& subject,
                    const EntityId& entity);

MergeRecord MakeMerge(const EntityId& duplicate, const EntityId& survivor);
MergeRecord MakeSplit(const EntityId& duplicate);
DistinctRecord MakeDistinct(const EntityId& a, const EntityId& b,
                            bool retraction = false);

// What was said of the source `source`.
template <typename Record>
Record From(std::string source, Record record) {
  record.recorded.source = std::move(source);
  return record;
}
// The same link over a stretch of valid time.
LinkRecord During(ValidTime valid, LinkRecord link);

FactEnd MakeFactEnd(const EntityId& entity, const std::string& attribute,
                    absl::Time valid_to,
                    std::optional<std::string> source = std::nullopt);
RelationEnd MakeRelationEnd(const EntityId& from, const std::string& relation,
                            const EntityId& to, absl::Time valid_to);
LinkEnd MakeLinkEnd(const std::string& channel, const std::string& subject,
                    absl::Time valid_to);

// "REASON field" of an error, "OK" of none.
std::string ReasonOf(const absl::Status& status);

// A graph in memory that is written to as the server would: each write is
// validated, recorded at the next revision, and the head moves with it.
class TestGraph {
 public:
  TestGraph() { FillTestSchema(schema_); }

  const Schema& schema() const { return schema_; }
  // For a schema of the test's own; before anything is written.
  Schema& mutable_schema() { return schema_; }
  // When the writes to come are recorded. Starts at the first of January.
  void SetNow(absl::Time now) { now_ = now; }
  Store& store() { return store_; }
  Revision head() const { return head_; }

  absl::StatusOr<WriteOutcome> TryWrite(WriteBatch batch);
  // Fails the test where the write is refused; gives its revision.
  Revision Write(std::vector<Change> changes);
  // The same of one end.
  Revision WriteEnd(std::variant<FactEnd, RelationEnd, LinkEnd> end);
  // What `read` gives for the graph as known at `at`.
  template <typename T>
  T Read(Revision at,
         const std::function<absl::StatusOr<T>(GraphReader&)>& read);

 private:
  Schema schema_;
  MemoryStore store_;
  Revision head_;
  absl::Time now_ = Day(1, 1);
};

void FailUnlessOk(const absl::Status& status);

template <typename T>
T TestGraph::Read(Revision at,
                  const std::function<absl::StatusOr<T>(GraphReader&)>& read) {
  const std::unique_ptr<Reader> reader = *store_.Snapshot();
  GraphReader graph(*reader, at);
  absl::StatusOr<T> result = read(graph);
  FailUnlessOk(result.status());
  return result.ok() ? *std::move(result) : T();
}

}  // namespace concordat

#endif  // CONCORDAT_TESTS_GRAPH_GRAPH_FIXTURE_H_
