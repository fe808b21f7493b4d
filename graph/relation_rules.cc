#include "graph/relation_rules.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <variant>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/graph_reader.h"
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

// Which is newer than all of `records`, what is in force in order of edge and
// start.
void Insert(const RelationRecord& record,
            std::vector<RelationRecord>& records) {
  const auto after =
      std::upper_bound(records.begin(), records.end(), record, InEdgeOrder);
  records.insert(after, record);
  KeepInForce(records);
}

bool Meet(const std::vector<RelationRecord>& records,
          const std::vector<ValidTime>& times) {
  return std::any_of(
      records.begin(), records.end(), [&](const RelationRecord& record) {
        return std::any_of(times.begin(), times.end(),
                           [&](const ValidTime& time) {
                             return !IsEmpty(Common(record.valid, time));
                           });
      });
}

}  // namespace

absl::Status RelationRules::CheckRowsLeft() const {
  if (rows_left_ > 0) return absl::OkStatus();
  return errors::LimitExceeded("relation_check_rows_max",
                               limits::kRelationCheckRowsMax + 1,
                               limits::kRelationCheckRowsMax);
}

absl::Status RelationRules::Step() {
  if (steps_left_-- > 0) return absl::OkStatus();
  return errors::LimitExceeded("relation_check_steps_max",
                               limits::kRelationCheckStepsMax + 1,
                               limits::kRelationCheckStepsMax);
}

absl::StatusOr<const RelationRules::Around*> RelationRules::EdgesAround(
    const EntityId& entity, const std::string& relation, EdgeSide side) {
  const Place place{{entity, relation}, side};
  const auto found = loaded_.find(place);
  if (found != loaded_.end()) return found->second.get();
  auto around = std::make_unique<Around>();
  const GraphReader& graph = identity_.graph();
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster,
                             identity_.ClusterOf(entity));
  for (const EntityId& member : cluster.members) {
    EdgeCursor cursor(&graph.reader(), graph.revision(), member, relation,
                      side);
    while (!cursor.done()) {
      std::vector<Edge> edges;
      CONCORDAT_RETURN_IF_ERROR(cursor.Next(kEdgesPerStep, rows_left_, edges));
      for (Edge& edge : edges) {
        CONCORDAT_ASSIGN_OR_RETURN(const EntityId far,
                                   identity_.CanonicalOf(edge.far));
        std::vector<RelationRecord>& records = (*around)[far];
        std::move(edge.in_force.begin(), edge.in_force.end(),
                  std::back_inserter(records));
      }
      CONCORDAT_RETURN_IF_ERROR(CheckRowsLeft());
    }
  }
  for (auto& partner : *around) {
    std::sort(partner.second.begin(), partner.second.end(), InEdgeOrder);
  }
  const auto admitted = admitted_.find(place);
  if (admitted != admitted_.end()) {
    for (const RelationRecord* change : admitted->second) {
      const EntityId& far =
          side == EdgeSide::kOutgoing ? change->to : change->from;
      CONCORDAT_ASSIGN_OR_RETURN(const EntityId partner,
                                 identity_.CanonicalOf(far));
      Insert(*change, (*around)[partner]);
    }
    admitted_.erase(admitted);
  }
  return loaded_.emplace(place, std::move(around)).first->second.get();
}

absl::StatusOr<std::vector<RelationRecord>> RelationRules::SameEdge(
    const Candidate& candidate) {
  const RelationType& type = candidate.type;
  if (type.one_end() || type.one_start()) {
    // Of the side whose edges are looked at anyway.
    const bool outgoing = type.one_end();
    CONCORDAT_ASSIGN_OR_RETURN(
        const Around* around,
        EdgesAround(outgoing ? candidate.from : candidate.to, type.name,
                    outgoing ? EdgeSide::kOutgoing : EdgeSide::kIncoming));
    const auto same = around->find(outgoing ? candidate.to : candidate.from);
    return same == around->end() ? std::vector<RelationRecord>() : same->second;
  }
  // Either end may have any number of edges; of them only this one is read.
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster from,
                             identity_.ClusterOf(candidate.from));
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster to,
                             identity_.ClusterOf(candidate.to));
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<RelationRecord> records,
                             identity_.RecordsOfEdges(from, type.name, to));
  KeepInForce(records);
  const auto of_batch = edges_.find({candidate.from, type.name, candidate.to});
  if (of_batch != edges_.end()) {
    for (const RelationRecord* before : of_batch->second) {
      Insert(*before, records);
    }
  }
  return records;
}

absl::Status RelationRules::CheckPartners(const Candidate& candidate,
                                          EdgeSide side) {
  const bool outgoing = side == EdgeSide::kOutgoing;
  const RelationType& type = candidate.type;
  CONCORDAT_ASSIGN_OR_RETURN(
      const Around* around,
      EdgesAround(outgoing ? candidate.from : candidate.to, type.name, side));
  const EntityId& partner = outgoing ? candidate.to : candidate.from;
  for (const auto& [other, records] : *around) {
    CONCORDAT_RETURN_IF_ERROR(Step());
    if (other == partner || !Meet(records, candidate.times)) continue;
    return errors::CardinalityExceeded(
        type.name, CardinalityName(type.cardinality), outgoing ? "from" : "to");
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> RelationRules::Reaches(
    const EntityId& start, const EntityId& goal, const std::string& relation,
    EdgeSide side, const std::vector<ValidTime>& times) {
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
                               EdgesAround(at.first, relation, side));
    for (const auto& [far, records] : *around) {
      CONCORDAT_RETURN_IF_ERROR(Step());
      for (const RelationRecord& record : records) {
        const ValidTime time = Common(at.second, record.valid);
        if (IsEmpty(time)) continue;
        if (far == goal) return true;
        for (const ValidTime& fresh : seen[far].Add(time)) {
          open.emplace_back(far, fresh);
        }
      }
    }
  }
  return false;
}

// Looks from the end that has few edges, if the cardinality says which.
absl::Status RelationRules::CheckCycle(const Candidate& candidate) {
  const RelationType& type = candidate.type;
  if (candidate.from == candidate.to) return errors::RelationCycle(type.name);
  const bool up = type.one_start() && !type.one_end();
  CONCORDAT_ASSIGN_OR_RETURN(
      const bool leads_back,
      Reaches(up ? candidate.from : candidate.to,
              up ? candidate.to : candidate.from, type.name,
              up ? EdgeSide::kIncoming : EdgeSide::kOutgoing, candidate.times));
  return leads_back ? errors::RelationCycle(type.name) : absl::OkStatus();
}

void RelationRules::Add(const Candidate& candidate, EdgeSide side) {
  const bool outgoing = side == EdgeSide::kOutgoing;
  const RelationRecord& change = candidate.change;
  Place place{{outgoing ? candidate.from : candidate.to, change.relation},
              side};
  const auto found = loaded_.find(place);
  if (found == loaded_.end()) {
    admitted_[std::move(place)].push_back(&change);
    return;
  }
  Insert(change, (*found->second)[outgoing ? candidate.to : candidate.from]);
}

absl::Status RelationRules::Admit(const RelationRecord& change) {
  const auto found = schema_.relation_types.find(change.relation);
  if (found == schema_.relation_types.end()) return absl::OkStatus();
  const RelationType& type = found->second;
  if (!type.one_end() && !type.one_start() && !type.acyclic) {
    return absl::OkStatus();
  }
  Candidate candidate{.change = change, .type = type, .from = {}, .to = {}};
  CONCORDAT_ASSIGN_OR_RETURN(candidate.from,
                             identity_.CanonicalOf(change.from));
  CONCORDAT_ASSIGN_OR_RETURN(candidate.to, identity_.CanonicalOf(change.to));
  if (!change.retraction) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<RelationRecord> same,
                               SameEdge(candidate));
    TimeSeen seen;
    for (const RelationRecord& record : same) seen.Add(record.valid);
    candidate.times = seen.Add(change.valid);
  }
  if (!candidate.times.empty()) {
    if (type.one_end()) {
      CONCORDAT_RETURN_IF_ERROR(CheckPartners(candidate, EdgeSide::kOutgoing));
    }
    if (type.one_start()) {
      CONCORDAT_RETURN_IF_ERROR(CheckPartners(candidate, EdgeSide::kIncoming));
    }
    if (type.acyclic) CONCORDAT_RETURN_IF_ERROR(CheckCycle(candidate));
  }
  Add(candidate, EdgeSide::kOutgoing);
  Add(candidate, EdgeSide::kIncoming);
  edges_[{candidate.from, change.relation, candidate.to}].push_back(&change);
  return absl::OkStatus();
}

absl::StatusOr<bool> RelationRules::Differ(const EntityId& a, const EntityId& b,
                                           const std::string& relation,
                                           EdgeSide side) {
  CONCORDAT_ASSIGN_OR_RETURN(const Around* of_a,
                             EdgesAround(a, relation, side));
  CONCORDAT_ASSIGN_OR_RETURN(const Around* of_b,
                             EdgesAround(b, relation, side));
  for (const auto& [partner, records] : *of_a) {
    std::vector<ValidTime> times;
    times.reserve(records.size());
    for (const RelationRecord& record : records) times.push_back(record.valid);
    for (const auto& [other, of_other] : *of_b) {
      CONCORDAT_RETURN_IF_ERROR(Step());
      const bool same = partner == other ||
                        (partner == b && other == a);  // they would be one
      if (!same && Meet(of_other, times)) return true;
    }
  }
  return false;
}

absl::StatusOr<bool> RelationRules::IsBrokenByMerge(const EntityId& a,
                                                    const EntityId& b,
                                                    const RelationType& type) {
  bool broken = false;
  if (type.one_end()) {
    CONCORDAT_ASSIGN_OR_RETURN(broken,
                               Differ(a, b, type.name, EdgeSide::kOutgoing));
  }
  if (type.one_start() && !broken) {
    CONCORDAT_ASSIGN_OR_RETURN(broken,
                               Differ(a, b, type.name, EdgeSide::kIncoming));
  }
  if (!type.acyclic || broken) return broken;
  const EdgeSide side = type.one_start() && !type.one_end()
                            ? EdgeSide::kIncoming
                            : EdgeSide::kOutgoing;
  CONCORDAT_ASSIGN_OR_RETURN(broken,
                             Reaches(a, b, type.name, side, {ValidTime()}));
  if (broken) return true;
  return Reaches(b, a, type.name, side, {ValidTime()});
}

absl::StatusOr<std::vector<std::string>> RelationRules::BrokenByMerge(
    const EntityId& a, const EntityId& b) {
  std::vector<std::string> broken;
  for (const auto& [name, type] : schema_.relation_types) {
    const absl::StatusOr<bool> is_broken = IsBrokenByMerge(a, b, type);
    const std::optional<ErrorDetail> problem = DetailOf(is_broken.status());
    const bool beyond_limits =
        problem.has_value() && problem->reason == ErrorReason::kLimitExceeded;
    if (!is_broken.ok() && !beyond_limits) return is_broken.status();
    if (beyond_limits || *is_broken) broken.push_back(name);
  }
  std::sort(broken.begin(), broken.end());
  return broken;
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
