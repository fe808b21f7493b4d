#include "graph/relation_rules.h"

#include <algorithm>
#include <variant>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/graph_reader.h"
#include "graph/limits.h"
#include "graph/revision.h"
#include "graph/status_macros.h"
#include "graph/validation.h"

namespace concordat {
namespace {

// Edges that are read at a time.
constexpr size_t kEdgesPerStep = 256;

ValidTime Common(const ValidTime& a, const ValidTime& b) {
  return {.from = std::max(a.from, b.from), .to = std::min(a.to, b.to)};
}

bool IsEmpty(const ValidTime& time) { return time.from >= time.to; }

// Stretches of time that were looked at.
class TimeSeen {
 public:
  // What of `time` is new; it is seen from now on.
  std::vector<ValidTime> Add(const ValidTime& time) {
    std::vector<ValidTime> fresh = {time};
    for (const ValidTime& seen : seen_) {
      std::vector<ValidTime> left;
      for (const ValidTime& piece : fresh) {
        const ValidTime before{piece.from, std::min(piece.to, seen.from)};
        const ValidTime after{std::max(piece.from, seen.to), piece.to};
        if (!IsEmpty(before)) left.push_back(before);
        if (!IsEmpty(after)) left.push_back(after);
      }
      fresh = std::move(left);
    }
    seen_.insert(seen_.end(), fresh.begin(), fresh.end());
    return fresh;
  }

 private:
  std::vector<ValidTime> seen_;
};

// In order of start and revision, as KeepInForce takes them.
void Insert(const RelationRecord& record,
            std::vector<RelationRecord>& records) {
  const auto after =
      std::upper_bound(records.begin(), records.end(), record,
                       [](const RelationRecord& a, const RelationRecord& b) {
                         return a.valid.from < b.valid.from;
                       });
  records.insert(after, record);
  KeepInForce(records);
}

}  // namespace

absl::Status RelationRules::Spend(int64_t edges) {
  rows_left_ -= edges;
  if (rows_left_ > 0) return absl::OkStatus();
  return errors::LimitExceeded("relation_check_rows_max",
                               limits::kRelationCheckRowsMax + 1,
                               limits::kRelationCheckRowsMax);
}

absl::StatusOr<const RelationRules::Around*> RelationRules::EdgesAround(
    const EntityId& entity, const std::string& relation, EdgeSide side) {
  const Place place{{entity, relation}, side};
  const auto found = loaded_.find(place);
  if (found != loaded_.end()) return &found->second;
  Around around;
  EdgeCursor cursor(&reader_, Revision::Latest(), entity, relation, side);
  while (!cursor.done()) {
    std::vector<Edge> edges;
    CONCORDAT_RETURN_IF_ERROR(cursor.Next(kEdgesPerStep, rows_left_, edges));
    for (Edge& edge : edges) {
      around.emplace(std::move(edge.far), std::move(edge.in_force));
    }
    CONCORDAT_RETURN_IF_ERROR(Spend(0));
  }
  const auto admitted = admitted_.find(place);
  if (admitted != admitted_.end()) {
    for (const RelationRecord* change : admitted->second) {
      Insert(*change,
             around[side == EdgeSide::kOutgoing ? change->to : change->from]);
    }
    admitted_.erase(admitted);
  }
  return &loaded_.emplace(place, std::move(around)).first->second;
}

absl::StatusOr<std::vector<RelationRecord>> RelationRules::SameEdge(
    const RelationRecord& change, const RelationType& type) {
  if (type.one_end() || type.one_start()) {
    // Of the side whose edges are looked at anyway.
    const bool outgoing = type.one_end();
    CONCORDAT_ASSIGN_OR_RETURN(
        const Around* around,
        EdgesAround(outgoing ? change.from : change.to, type.name,
                    outgoing ? EdgeSide::kOutgoing : EdgeSide::kIncoming));
    const auto same = around->find(outgoing ? change.to : change.from);
    return same == around->end() ? std::vector<RelationRecord>() : same->second;
  }
  // Either end may have any number of edges; of them only this one is read.
  const GraphReader graph(reader_, Revision::Latest());
  CONCORDAT_ASSIGN_OR_RETURN(
      std::vector<RelationRecord> records,
      graph.RecordsOfEdge(change.from, type.name, change.to));
  KeepInForce(records);
  const auto of_batch = edges_.find({change.from, type.name, change.to});
  if (of_batch != edges_.end()) {
    for (const RelationRecord* before : of_batch->second) {
      Insert(*before, records);
    }
  }
  return records;
}

absl::StatusOr<std::vector<ValidTime>> RelationRules::NewTimesOf(
    const RelationRecord& change, const RelationType& type) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<RelationRecord> same,
                             SameEdge(change, type));
  TimeSeen seen;
  for (const RelationRecord& record : same) seen.Add(record.valid);
  return seen.Add(change.valid);
}

absl::Status RelationRules::CheckPartners(const RelationRecord& change,
                                          const RelationType& type,
                                          EdgeSide side,
                                          const std::vector<ValidTime>& times) {
  const bool outgoing = side == EdgeSide::kOutgoing;
  CONCORDAT_ASSIGN_OR_RETURN(
      const Around* around,
      EdgesAround(outgoing ? change.from : change.to, type.name, side));
  const EntityId& partner = outgoing ? change.to : change.from;
  for (const auto& [other, records] : *around) {
    if (other == partner) continue;
    for (const RelationRecord& record : records) {
      if (std::all_of(times.begin(), times.end(), [&](const ValidTime& time) {
            return IsEmpty(Common(record.valid, time));
          })) {
        continue;
      }
      return errors::CardinalityExceeded(type.name,
                                         CardinalityName(type.cardinality),
                                         outgoing ? "from" : "to");
    }
  }
  return absl::OkStatus();
}

// Looks for a path from one end of the change to the other, of which all edges
// hold at one instant of the change's time: from the end that has few edges, if
// the cardinality says which.
absl::Status RelationRules::CheckCycle(const RelationRecord& change,
                                       const RelationType& type,
                                       const std::vector<ValidTime>& times) {
  if (change.from == change.to) return errors::RelationCycle(type.name);
  const bool up = type.one_start() && !type.one_end();
  const EdgeSide side = up ? EdgeSide::kIncoming : EdgeSide::kOutgoing;
  const EntityId& start = up ? change.from : change.to;
  const EntityId& goal = up ? change.to : change.from;
  absl::flat_hash_map<EntityId, TimeSeen> seen;
  std::vector<std::pair<EntityId, ValidTime>> open;
  for (const ValidTime& time : times) {
    open.emplace_back(start, time);
    seen[start].Add(time);
  }
  while (!open.empty()) {
    const std::pair<EntityId, ValidTime> at = std::move(open.back());
    open.pop_back();
    CONCORDAT_ASSIGN_OR_RETURN(const Around* around,
                               EdgesAround(at.first, type.name, side));
    for (const auto& [far, records] : *around) {
      CONCORDAT_RETURN_IF_ERROR(Spend(1));
      for (const RelationRecord& record : records) {
        const ValidTime time = Common(at.second, record.valid);
        if (IsEmpty(time)) continue;
        if (far == goal) return errors::RelationCycle(type.name);
        for (const ValidTime& fresh : seen[far].Add(time)) {
          open.emplace_back(far, fresh);
        }
      }
    }
  }
  return absl::OkStatus();
}

void RelationRules::Add(const RelationRecord& change, EdgeSide side) {
  const bool outgoing = side == EdgeSide::kOutgoing;
  Place place{{outgoing ? change.from : change.to, change.relation}, side};
  const auto found = loaded_.find(place);
  if (found == loaded_.end()) {
    admitted_[std::move(place)].push_back(&change);
    return;
  }
  Insert(change, found->second[outgoing ? change.to : change.from]);
}

absl::Status RelationRules::Admit(const RelationRecord& change) {
  const auto found = schema_.relation_types.find(change.relation);
  if (found == schema_.relation_types.end()) return absl::OkStatus();
  const RelationType& type = found->second;
  if (!type.one_end() && !type.one_start() && !type.acyclic) {
    return absl::OkStatus();
  }
  if (!change.retraction) {
    // One more than allowed: what is left then tells too many from just enough.
    rows_left_ = limits::kRelationCheckRowsMax + 1;
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<ValidTime> times,
                               NewTimesOf(change, type));
    if (type.one_end() && !times.empty()) {
      CONCORDAT_RETURN_IF_ERROR(
          CheckPartners(change, type, EdgeSide::kOutgoing, times));
    }
    if (type.one_start() && !times.empty()) {
      CONCORDAT_RETURN_IF_ERROR(
          CheckPartners(change, type, EdgeSide::kIncoming, times));
    }
    if (type.acyclic && !times.empty()) {
      CONCORDAT_RETURN_IF_ERROR(CheckCycle(change, type, times));
    }
  }
  Add(change, EdgeSide::kOutgoing);
  Add(change, EdgeSide::kIncoming);
  edges_[{change.from, change.relation, change.to}].push_back(&change);
  return absl::OkStatus();
}

absl::Status CheckRelations(const Reader& reader, const Schema& schema,
                            const WriteBatch& batch) {
  RelationRules rules(&reader, &schema);
  for (size_t i = 0; i < batch.changes.size(); ++i) {
    const auto* relation = std::get_if<RelationRecord>(&batch.changes[i]);
    if (relation == nullptr) continue;
    const absl::Status status = rules.Admit(*relation);
    if (!status.ok()) {
      return WithField(absl::StrCat(PathOfChange(batch, i), ".put_relation"),
                       status);
    }
  }
  return absl::OkStatus();
}

}  // namespace concordat
