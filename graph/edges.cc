#include "graph/edges.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "graph/errors.h"
#include "graph/key.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// The keys of an edge's records end with start and revision (8 bytes each) and
// ordinal (4 bytes); what is before names the edge.
constexpr size_t kRecordBytes = 20;

// Adds the edge, if anything of it is in force, and empties `records`.
void Finish(EdgeSide side, std::vector<RelationRecord>& records,
            std::vector<Edge>& edges) {
  KeepInForce(records);
  if (!records.empty()) {
    const RelationRecord& first = records.front();
    EntityId far = side == EdgeSide::kOutgoing ? first.to : first.from;
    edges.push_back({std::move(far), std::move(records)});
  }
  records.clear();
}

bool OfOneStart(const RelationRecord& a, const RelationRecord& b) {
  return a.valid.from == b.valid.from && a.to == b.to && a.from == b.from &&
         a.relation == b.relation;
}

}  // namespace

bool InEdgeOrder(const RelationRecord& a, const RelationRecord& b) {
  return std::tie(a.from, a.relation, a.to, a.valid.from, a.recorded.revision,
                  a.recorded.ordinal) <
         std::tie(b.from, b.relation, b.to, b.valid.from, b.recorded.revision,
                  b.recorded.ordinal);
}

void KeepInForce(std::vector<RelationRecord>& records) {
  size_t kept = 0;
  for (size_t i = 0; i < records.size(); ++i) {
    const bool newest =
        i + 1 == records.size() || !OfOneStart(records[i], records[i + 1]);
    if (!newest || records[i].retraction) continue;
    if (kept != i) records[kept] = std::move(records[i]);
    ++kept;
  }
  records.resize(kept);
}

EdgeCursor::EdgeCursor(const Reader* reader, Revision at, EntityId entity,
                       std::string relation, EdgeSide side)
    : reader_(reader),
      at_(at),
      entity_(std::move(entity)),
      relation_(std::move(relation)),
      side_(side),
      begin_(KeyWriter().Entity(entity_).String(relation_).Take()),
      end_(PrefixEnd(begin_)) {}

absl::Status EdgeCursor::Next(size_t edges_max, int64_t& rows_left,
                              std::vector<Edge>& edges) {
  return side_ == EdgeSide::kOutgoing
             ? NextOutgoing(edges_max, rows_left, edges)
             : NextIncoming(edges_max, rows_left, edges);
}

absl::Status EdgeCursor::NextOutgoing(size_t edges_max, int64_t& rows_left,
                                      std::vector<Edge>& edges) {
  if (done_) return absl::OkStatus();
  const size_t enough = edges.size() + edges_max;
  std::string edge = begin_;            // the key that `records` are of
  std::vector<RelationRecord> records;  // of the edge being read
  bool at_end = true;
  absl::Status problem;
  CONCORDAT_RETURN_IF_ERROR(reader_->Scan(
      rows::kRelations, begin_, end_,
      [&](absl::string_view key, absl::string_view value) {
        if (key.size() < kRecordBytes) {
          problem = errors::StorageCorrupt("a key is too short");
          return false;
        }
        const absl::string_view name = key.substr(0, key.size() - kRecordBytes);
        if (name != edge) {
          Finish(side_, records, edges);
          edge = std::string(name);
          at_end = edges.size() < enough;
        }
        if (rows_left == 0) at_end = false;
        if (!at_end) return false;
        --rows_left;
        absl::StatusOr<RelationRecord> record = rows::ParseRelation(key, value);
        problem = record.status();
        if (!record.ok()) return false;
        if (record->recorded.revision <= at_) {
          records.push_back(*std::move(record));
        }
        return true;
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  // An edge of which only a part was read is read again, or not at all.
  if (at_end) Finish(side_, records, edges);
  begin_ = std::move(edge);
  done_ = at_end;
  return absl::OkStatus();
}

absl::Status EdgeCursor::NextIncoming(size_t edges_max, int64_t& rows_left,
                                      std::vector<Edge>& edges) {
  const size_t enough = edges.size() + edges_max;
  while (!done_ && edges.size() < enough) {
    // The index first: a scan may not use the reader. Of what may be read
    // still, half is left for the edges themselves.
    const size_t wanted =
        std::min(enough - edges.size(),
                 static_cast<size_t>(std::max<int64_t>(rows_left / 2, 1)));
    std::vector<EntityId> from;
    std::string last;
    bool at_end = true;
    CONCORDAT_RETURN_IF_ERROR(
        reader_->Scan(rows::kRelationsTo, begin_, end_,
                      [&](absl::string_view key, absl::string_view) {
                        at_end = from.size() < wanted && rows_left > 0;
                        if (!at_end) return false;
                        --rows_left;
                        KeyReader keys(key);
                        keys.Entity();
                        keys.View();
                        from.push_back(keys.Entity());
                        last = std::string(key);
                        return true;
                      }));
    if (!at_end && from.empty()) return absl::OkStatus();  // rows_left is 0
    if (!from.empty()) begin_ = last + '\0';
    for (const EntityId& far : from) {
      EdgeCursor edge(reader_, at_, far, relation_, EdgeSide::kOutgoing);
      edge.begin_ =
          KeyWriter().Entity(far).String(relation_).Entity(entity_).Take();
      edge.end_ = PrefixEnd(edge.begin_);
      edge.side_ = EdgeSide::kIncoming;
      CONCORDAT_RETURN_IF_ERROR(edge.NextOutgoing(1, rows_left, edges));
      if (!edge.done_) return absl::OkStatus();  // rows_left is 0
    }
    done_ = at_end;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> RelationsAround(const Reader& reader,
                                                         const EntityId& entity,
                                                         EdgeSide side) {
  const Space space =
      side == EdgeSide::kOutgoing ? rows::kRelations : rows::kRelationsTo;
  std::vector<std::string> relations;
  std::string begin = KeyWriter().Entity(entity).Take();
  const std::string end = PrefixEnd(begin);
  // From each relation to the first row of the next.
  while (true) {
    const size_t before = relations.size();
    CONCORDAT_RETURN_IF_ERROR(reader.Scan(
        space, begin, end, [&](absl::string_view key, absl::string_view) {
          KeyReader keys(key);
          keys.Entity();
          relations.push_back(keys.String());
          return false;
        }));
    if (relations.size() == before) return relations;
    begin =
        PrefixEnd(KeyWriter().Entity(entity).String(relations.back()).bytes());
  }
}

absl::StatusOr<bool> HasEdgeRecord(const Reader& reader, Revision at,
                                   const EntityId& entity) {
  bool has = false;
  absl::Status problem;
  // Sets `has` and ends with the first record that was known.
  const auto look = [&](absl::string_view key, absl::string_view value) {
    const absl::StatusOr<RelationRecord> record =
        rows::ParseRelation(key, value);
    problem = record.status();
    has = record.ok() && record->recorded.revision <= at;
    return problem.ok() && !has;
  };
  std::string begin = KeyWriter().Entity(entity).Take();
  const std::string end = PrefixEnd(begin);
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(rows::kRelations, begin, end, look));
  while (problem.ok() && !has) {
    std::string last;  // row of the index, and the edge that it names
    std::string edge;
    CONCORDAT_RETURN_IF_ERROR(
        reader.Scan(rows::kRelationsTo, begin, end,
                    [&](absl::string_view key, absl::string_view) {
                      KeyReader keys(key);
                      keys.Entity();
                      const std::string relation = keys.String();
                      KeyWriter writer;
                      writer.Entity(keys.Entity()).String(relation);
                      edge = writer.Entity(entity).Take();
                      last = std::string(key);
                      return false;
                    }));
    if (edge.empty()) break;
    begin = last + '\0';
    CONCORDAT_RETURN_IF_ERROR(
        reader.Scan(rows::kRelations, edge, PrefixEnd(edge), look));
  }
  CONCORDAT_RETURN_IF_ERROR(problem);
  return has;
}

}  // namespace concordat
