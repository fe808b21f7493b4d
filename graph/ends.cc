#include "graph/ends.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "graph/edges.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/link_timeline.h"
#include "graph/status_macros.h"
#include "graph/timeline.h"
#include "graph/validation.h"

namespace concordat {
namespace {

absl::Status CheckChangeCount(size_t count) {
  const auto changes = static_cast<int64_t>(count);
  if (changes <= limits::kChangesPerWriteMax) return absl::OkStatus();
  return errors::LimitExceeded("changes_per_write_max", changes,
                               limits::kChangesPerWriteMax);
}

// The last instant before a time.
absl::Time JustBefore(absl::Time time) { return time - absl::Microseconds(1); }

// Of records in order of start, of which at any instant the covering one that
// starts latest holds: those that end where what holds at `instant` does.
template <typename Record>
std::vector<Record> EndingWithWhatHolds(const std::vector<Record>& records,
                                        absl::Time instant) {
  std::vector<Record> covering;
  for (const Record& record : records) {
    if (record.valid.Covers(instant)) covering.push_back(record);
  }
  if (covering.empty()) return covering;
  const absl::Time end = covering.back().valid.to;
  std::erase_if(covering,
                [end](const Record& record) { return record.valid.to > end; });
  return covering;
}

class Resolver {
 public:
  Resolver(const Identity& identity, Revision revision)
      : identity_(identity), revision_(revision) {}

  // Of the batch, in order; as it will be recorded after all that is stored.
  void Add(Change change) {
    std::visit(
        [this](auto& record) {
          record.recorded.revision = revision_;
          record.recorded.ordinal = static_cast<uint32_t>(changes_.size());
        },
        change);
    changes_.push_back(std::move(change));
  }

  absl::Status Resolve(const FactEnd& end);
  absl::Status Resolve(const RelationEnd& end);
  absl::Status Resolve(const LinkEnd& end);

  std::vector<Change>& changes() { return changes_; }

 private:
  // Adds those of the batch that `is_about` wants to what is stored.
  template <typename Record, typename IsAbout>
  void AppendOwn(std::vector<Record>& records, IsAbout is_about) const {
    for (const Change& change : changes_) {
      const Record* record = std::get_if<Record>(&change);
      if (record != nullptr && is_about(*record)) records.push_back(*record);
    }
  }

  // Refused before the records are added: each end may be of many.
  template <typename Record, typename End>
  absl::Status EndAt(const End& end, std::vector<Record> records) {
    CONCORDAT_RETURN_IF_ERROR(
        CheckChangeCount(changes_.size() + records.size()));
    for (Record& record : records) {
      record.valid.to = end.valid_to;
      record.recorded.reason = end.reason;
      Add(std::move(record));
    }
    return absl::OkStatus();
  }

  const Identity& identity_;
  const Revision revision_;
  std::vector<Change> changes_;
};

absl::Status Resolver::Resolve(const FactEnd& end) {
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster,
                             identity_.ClusterOf(end.entity));
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<FactRecord> records,
                             identity_.FactsOf(cluster, end.attribute));
  AppendOwn(records, [&](const FactRecord& fact) {
    return fact.attribute == end.attribute && cluster.Has(fact.entity);
  });
  std::sort(records.begin(), records.end(), InFactOrder);
  CONCORDAT_ASSIGN_OR_RETURN(records,
                             identity_.AsOneEntity(std::move(records)));
  std::map<std::string, std::vector<FactRecord>> by_source;
  for (FactRecord& fact : FactsInForce(std::move(records))) {
    if (end.source.value_or(fact.recorded.source) == fact.recorded.source) {
      by_source[fact.recorded.source].push_back(std::move(fact));
    }
  }
  const size_t before = changes_.size();
  for (const auto& [source, facts] : by_source) {
    CONCORDAT_RETURN_IF_ERROR(
        EndAt(end, EndingWithWhatHolds(facts, JustBefore(end.valid_to))));
  }
  return changes_.size() > before ? absl::OkStatus()
                                  : errors::NothingToEnd("fact");
}

absl::Status Resolver::Resolve(const RelationEnd& end) {
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster from, identity_.ClusterOf(end.from));
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster to, identity_.ClusterOf(end.to));
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<RelationRecord> records,
                             identity_.RecordsOfEdges(from, end.relation, to));
  AppendOwn(records, [&](const RelationRecord& relation) {
    return relation.relation == end.relation && from.Has(relation.from) &&
           to.Has(relation.to);
  });
  std::sort(records.begin(), records.end(), InEdgeOrder);
  KeepInForce(records);
  const absl::Time instant = JustBefore(end.valid_to);
  std::erase_if(records, [instant](const RelationRecord& relation) {
    return !relation.valid.Covers(instant);
  });
  if (records.empty()) return errors::NothingToEnd("relation");
  return EndAt(end, std::move(records));
}

absl::Status Resolver::Resolve(const LinkEnd& end) {
  CONCORDAT_ASSIGN_OR_RETURN(
      std::vector<LinkRecord> records,
      identity_.graph().RecordsOfLink(end.channel, end.subject));
  AppendOwn(records, [&end](const LinkRecord& link) {
    return link.channel == end.channel && link.subject == end.subject;
  });
  const LinkTimeline timeline(std::move(records));
  std::vector<LinkRecord> ending =
      EndingWithWhatHolds(timeline.links(), JustBefore(end.valid_to));
  if (ending.empty()) return errors::NothingToEnd("link");
  return EndAt(end, std::move(ending));
}

const char* FieldName(const FactEnd&) { return "end_fact"; }
const char* FieldName(const RelationEnd&) { return "end_relation"; }
const char* FieldName(const LinkEnd&) { return "end_link"; }

}  // namespace

absl::Status ResolveEnds(const Identity& identity, Revision revision,
                         WriteBatch& batch) {
  if (batch.ends.empty()) return absl::OkStatus();
  Resolver resolver(identity, revision);
  size_t next = 0;
  for (size_t i = 0; i < batch.ends.size(); ++i) {
    const End& end = batch.ends[i];
    for (; next < end.after; ++next) {
      resolver.Add(std::move(batch.changes[next]));
      batch.places.push_back(next + i);
    }
    const absl::Status status = std::visit(
        [&](const auto& what) {
          const absl::Status resolved = resolver.Resolve(what);
          return resolved.ok() ? resolved
                               : WithField(FieldName(what), resolved);
        },
        end.what);
    if (!status.ok()) return WithField(PathOfEnd(batch, i), status);
    batch.places.resize(resolver.changes().size(), end.after + i);
  }
  for (; next < batch.changes.size(); ++next) {
    resolver.Add(std::move(batch.changes[next]));
    batch.places.push_back(next + batch.ends.size());
  }
  batch.changes = std::move(resolver.changes());
  batch.ends.clear();
  return WithField("changes", CheckChangeCount(batch.changes.size()));
}

}  // namespace concordat
