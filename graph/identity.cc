#include "graph/identity.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "graph/errors.h"
#include "graph/key.h"
#include "graph/limits.h"
#include "graph/record_scan.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "graph/timeline.h"

namespace concordat {
namespace {

constexpr size_t kMembersMax = limits::kClusterMembersMax;

const Provenance& RecordedOf(const MergeRecord& record) {
  return record.recorded;
}
const Provenance& RecordedOf(const DistinctRecord& record) {
  return record.recorded;
}
using concordat::RecordedOf;

template <typename T>
bool RecordedBefore(const T& a, const T& b) {
  const Provenance& x = RecordedOf(a);
  const Provenance& y = RecordedOf(b);
  return std::tie(x.revision, x.ordinal) < std::tie(y.revision, y.ordinal);
}

// In order of recording, each record once.
template <typename T>
void SortByRecording(std::vector<T>& records) {
  std::sort(records.begin(), records.end(), RecordedBefore<T>);
  const auto same = [](const T& a, const T& b) {
    return !RecordedBefore(a, b) && !RecordedBefore(b, a);
  };
  records.erase(std::unique(records.begin(), records.end(), same),
                records.end());
}

// Where a page of a history starts, as GraphReader::HistoryOf has it.
std::string PlaceOf(const Provenance& recorded) {
  return KeyWriter().At(recorded.revision).Short(recorded.ordinal).Take();
}

// Of records of one attribute that start together: those of several ids with a
// retraction among them.
bool NeedsSettling(absl::Span<const FactRecord> run) {
  const bool of_several =
      std::any_of(run.begin(), run.end(), [&](const FactRecord& fact) {
        return fact.entity != run.front().entity;
      });
  return of_several &&
         std::any_of(run.begin(), run.end(),
                     [](const FactRecord& fact) { return fact.retraction; });
}

}  // namespace

bool Cluster::Has(const EntityId& entity) const {
  return std::binary_search(members.begin(), members.end(), entity);
}

absl::StatusOr<bool> Identity::AnyMerges() const {
  if (!any_merges_.has_value()) {
    bool any = false;
    CONCORDAT_RETURN_IF_ERROR(reader_.Scan(
        rows::kMerges, "", "", [&](absl::string_view, absl::string_view) {
          any = true;
          return false;
        }));
    any_merges_ = any;
  }
  return *any_merges_;
}

absl::StatusOr<std::vector<MergeRecord>> Identity::RecordsOfMerge(
    const EntityId& duplicate) const {
  return CollectRecords<MergeRecord>(reader_, rows::kMerges,
                                     KeyWriter().Entity(duplicate).bytes(),
                                     graph_.revision(), rows::ParseMerge);
}

absl::StatusOr<std::optional<MergeRecord>> Identity::MergeOf(
    const EntityId& duplicate) const {
  CONCORDAT_ASSIGN_OR_RETURN(const bool any, AnyMerges());
  if (!any) return std::nullopt;
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<MergeRecord> records,
                             RecordsOfMerge(duplicate));
  if (records.empty() || records.back().retraction) return std::nullopt;
  return std::move(records.back());
}

absl::StatusOr<std::vector<MergeRecord>> Identity::PathOf(
    const EntityId& entity) const {
  std::vector<MergeRecord> path;
  CONCORDAT_ASSIGN_OR_RETURN(std::optional<MergeRecord> next, MergeOf(entity));
  while (next.has_value()) {
    if (path.size() > kMembersMax) {
      return errors::StorageCorrupt("merges lead in a circle");
    }
    path.push_back(*std::move(next));
    CONCORDAT_ASSIGN_OR_RETURN(next, MergeOf(path.back().survivor));
  }
  return path;
}

absl::StatusOr<EntityId> Identity::CanonicalOf(const EntityId& entity) const {
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<MergeRecord> path,
                             PathOf(entity));
  return path.empty() ? entity : path.back().survivor;
}

absl::StatusOr<std::vector<EntityId>> Identity::OnceMergedInto(
    const EntityId& survivor) const {
  std::vector<EntityId> duplicates;
  absl::Status problem;
  const std::string prefix = KeyWriter().Entity(survivor).Take();
  CONCORDAT_RETURN_IF_ERROR(
      reader_.Scan(rows::kMergedInto, prefix, PrefixEnd(prefix),
                   [&](absl::string_view key, absl::string_view) {
                     KeyReader keys(key);
                     keys.Entity();
                     duplicates.push_back(keys.Entity());
                     problem = CheckRecordCount(duplicates.size());
                     return problem.ok();
                   }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  return duplicates;
}

absl::StatusOr<Cluster> Identity::ClusterOf(const EntityId& entity) const {
  Cluster cluster{entity, {entity}};
  CONCORDAT_ASSIGN_OR_RETURN(const bool any, AnyMerges());
  if (!any) return cluster;
  CONCORDAT_ASSIGN_OR_RETURN(cluster.canonical, CanonicalOf(entity));
  cluster.members = {cluster.canonical};
  // Breadth first; members are looked at in the order they were found.
  for (size_t i = 0; i < cluster.members.size(); ++i) {
    const EntityId member = cluster.members[i];
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<EntityId> duplicates,
                               OnceMergedInto(member));
    for (const EntityId& duplicate : duplicates) {
      CONCORDAT_ASSIGN_OR_RETURN(const std::optional<MergeRecord> merge,
                                 MergeOf(duplicate));
      if (!merge.has_value() || merge->survivor != member) continue;
      cluster.members.push_back(duplicate);
      if (cluster.members.size() > kMembersMax) {
        return errors::LimitExceeded("cluster_members_max",
                                     cluster.members.size(), kMembersMax);
      }
    }
  }
  std::sort(cluster.members.begin(), cluster.members.end());
  return cluster;
}

absl::StatusOr<std::vector<MergeRecord>> Identity::HistoryOf(
    const Cluster& cluster) const {
  std::vector<MergeRecord> history;
  CONCORDAT_ASSIGN_OR_RETURN(const bool any, AnyMerges());
  if (!any) return history;
  for (const EntityId& member : cluster.members) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<MergeRecord> own,
                               RecordsOfMerge(member));
    history.insert(history.end(), own.begin(), own.end());
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<EntityId> duplicates,
                               OnceMergedInto(member));
    for (const EntityId& duplicate : duplicates) {
      CONCORDAT_ASSIGN_OR_RETURN(std::vector<MergeRecord> records,
                                 RecordsOfMerge(duplicate));
      std::erase_if(records, [&](const MergeRecord& merge) {
        return merge.survivor != member;
      });
      std::move(records.begin(), records.end(), std::back_inserter(history));
    }
  }
  SortByRecording(history);
  return history;
}

absl::StatusOr<std::vector<DistinctRecord>> Identity::DistinctHistoryOf(
    const Cluster& cluster) const {
  std::vector<DistinctRecord> history;
  for (const EntityId& member : cluster.members) {
    CONCORDAT_ASSIGN_OR_RETURN(
        std::vector<DistinctRecord> records,
        CollectRecords<DistinctRecord>(reader_, rows::kDistinct,
                                       KeyWriter().Entity(member).bytes(),
                                       graph_.revision(), rows::ParseDistinct));
    std::move(records.begin(), records.end(), std::back_inserter(history));
  }
  SortByRecording(history);
  return history;
}

absl::StatusOr<std::vector<DistinctRecord>> Identity::DistinctBetween(
    const Cluster& a, const Cluster& b) const {
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<DistinctRecord> history,
                             DistinctHistoryOf(a));
  // The last record of a pair decides.
  std::map<std::pair<EntityId, EntityId>, DistinctRecord> newest;
  for (const DistinctRecord& distinct : history) {
    const bool between = (a.Has(distinct.a) && b.Has(distinct.b)) ||
                         (a.Has(distinct.b) && b.Has(distinct.a));
    if (between) newest[{distinct.a, distinct.b}] = distinct;
  }
  std::vector<DistinctRecord> in_force;
  for (const auto& [pair, distinct] : newest) {
    if (!distinct.retraction) in_force.push_back(distinct);
  }
  SortByRecording(in_force);
  return in_force;
}

absl::StatusOr<std::vector<FactRecord>> Identity::FactsOf(
    const Cluster& cluster) const {
  if (cluster.members.size() == 1) return graph_.FactsOf(cluster.canonical);
  std::vector<FactRecord> facts;
  for (const EntityId& member : cluster.members) {
    CONCORDAT_ASSIGN_OR_RETURN(std::vector<FactRecord> more,
                               graph_.FactsOf(member));
    std::move(more.begin(), more.end(), std::back_inserter(facts));
    CONCORDAT_RETURN_IF_ERROR(CheckRecordCount(facts.size()));
  }
  std::sort(facts.begin(), facts.end(), InFactOrder);
  return facts;
}

absl::StatusOr<std::vector<FactRecord>> Identity::FactsOf(
    const Cluster& cluster, absl::string_view attribute) const {
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<FactRecord> facts, FactsOf(cluster));
  std::erase_if(facts, [&](const FactRecord& fact) {
    return fact.attribute != attribute;
  });
  return facts;
}

absl::StatusOr<std::vector<RelationRecord>> Identity::RelationsOf(
    const Cluster& cluster) const {
  if (cluster.members.size() == 1) return graph_.RelationsOf(cluster.canonical);
  std::vector<RelationRecord> relations;
  for (const EntityId& member : cluster.members) {
    CONCORDAT_ASSIGN_OR_RETURN(std::vector<RelationRecord> more,
                               graph_.RelationsOf(member));
    // One between two members is found from both ends; it is taken from where
    // it starts.
    std::erase_if(more, [&](const RelationRecord& relation) {
      return relation.from != member && cluster.Has(relation.from);
    });
    std::move(more.begin(), more.end(), std::back_inserter(relations));
    CONCORDAT_RETURN_IF_ERROR(CheckRecordCount(relations.size()));
  }
  return relations;
}

absl::StatusOr<std::vector<RelationRecord>> Identity::RecordsOfEdges(
    const Cluster& from, absl::string_view relation, const Cluster& to) const {
  std::vector<RelationRecord> records;
  for (const EntityId& start : from.members) {
    for (const EntityId& end : to.members) {
      CONCORDAT_ASSIGN_OR_RETURN(std::vector<RelationRecord> more,
                                 graph_.RecordsOfEdge(start, relation, end));
      std::move(more.begin(), more.end(), std::back_inserter(records));
      CONCORDAT_RETURN_IF_ERROR(CheckRecordCount(records.size()));
    }
  }
  return records;
}

absl::StatusOr<std::vector<LinkRecord>> Identity::LinksOf(
    const Cluster& cluster) const {
  std::vector<LinkRecord> links;
  for (const EntityId& member : cluster.members) {
    CONCORDAT_ASSIGN_OR_RETURN(std::vector<LinkRecord> more,
                               graph_.LinksOf(member));
    std::move(more.begin(), more.end(), std::back_inserter(links));
  }
  return links;
}

absl::StatusOr<std::vector<LinkRecord>> Identity::LinksAt(
    const Cluster& cluster, absl::Time valid_at) const {
  std::vector<LinkRecord> links;
  for (const EntityId& member : cluster.members) {
    CONCORDAT_ASSIGN_OR_RETURN(std::vector<LinkRecord> more,
                               graph_.LinksAt(member, valid_at));
    std::move(more.begin(), more.end(), std::back_inserter(links));
  }
  return links;
}

absl::StatusOr<GraphReader::Page<Change>> Identity::ChangesOf(
    const Cluster& cluster, absl::string_view start, size_t limit) const {
  GraphReader::Page<Change> page;
  // One more of each than is wanted: then what the page leaves out is seen.
  for (const EntityId& member : cluster.members) {
    CONCORDAT_ASSIGN_OR_RETURN(GraphReader::Page<Change> more,
                               graph_.HistoryOf(member, start, limit + 1));
    std::move(more.items.begin(), more.items.end(),
              std::back_inserter(page.items));
  }
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<MergeRecord> merges,
                             HistoryOf(cluster));
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<DistinctRecord> distinct,
                             DistinctHistoryOf(cluster));
  const auto add = [&](auto& records) {
    for (auto& record : records) {
      if (PlaceOf(record.recorded) >= start) {
        page.items.emplace_back(std::move(record));
      }
    }
  };
  add(merges);
  add(distinct);
  // A relation between two members is in the history of both.
  SortByRecording(page.items);
  if (page.items.size() > limit) {
    page.next = PlaceOf(RecordedOf(page.items[limit]));
    page.items.resize(limit);
  }
  return page;
}

absl::StatusOr<bool> Identity::Exists(const Cluster& cluster) const {
  for (const EntityId& member : cluster.members) {
    CONCORDAT_ASSIGN_OR_RETURN(const bool exists, graph_.Exists(member));
    if (exists) return true;
  }
  return false;
}

absl::StatusOr<Revision> Identity::LastChange(const Cluster& cluster) const {
  Revision last;
  for (const EntityId& member : cluster.members) {
    CONCORDAT_ASSIGN_OR_RETURN(const Revision changed,
                               graph_.LastChange(member));
    last = std::max(last, changed);
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<MergeRecord> merges,
                             HistoryOf(cluster));
  if (!merges.empty()) last = std::max(last, merges.back().recorded.revision);
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<DistinctRecord> distinct,
                             DistinctHistoryOf(cluster));
  if (!distinct.empty()) {
    last = std::max(last, distinct.back().recorded.revision);
  }
  return last;
}

absl::StatusOr<std::vector<FactRecord>> Identity::AsOneEntity(
    std::vector<FactRecord> records) const {
  std::vector<FactRecord> settled;
  for (size_t begin = 0; begin < records.size();) {
    size_t end = begin + 1;
    while (end < records.size() &&
           records[end].attribute == records[begin].attribute &&
           records[end].valid.from == records[begin].valid.from) {
      ++end;
    }
    const absl::Span<FactRecord> run =
        absl::MakeSpan(records).subspan(begin, end - begin);
    begin = end;
    if (!NeedsSettling(run)) {
      std::move(run.begin(), run.end(), std::back_inserter(settled));
      continue;
    }
    std::vector<FactRecord> left;
    for (FactRecord& record : run) {
      if (!record.retraction) {
        left.push_back(std::move(record));
        continue;
      }
      const Identity then(reader_, record.recorded.revision);
      CONCORDAT_ASSIGN_OR_RETURN(const Cluster known_as,
                                 then.ClusterOf(record.entity));
      std::erase_if(left, [&](const FactRecord& fact) {
        const bool of_source = !record.one_source ||
                               fact.recorded.source == record.recorded.source;
        return of_source && known_as.Has(fact.entity);
      });
    }
    std::move(left.begin(), left.end(), std::back_inserter(settled));
  }
  return settled;
}

absl::StatusOr<std::optional<std::vector<EntityId>>> Identity::EntitiesNamedBy(
    absl::string_view type, absl::string_view attribute,
    absl::string_view normal, int64_t entities_max) const {
  CONCORDAT_ASSIGN_OR_RETURN(const bool any, AnyMerges());
  // Where all ids but the last were one entity, so many would do.
  const int64_t ids_max =
      any ? entities_max + limits::kClusterMembersMax : entities_max;
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::vector<EntityId> ids,
      graph_.EntitiesOnceIdentifiedBy(type, attribute, normal, ids_max + 1));
  if (static_cast<int64_t>(ids.size()) > ids_max) return std::nullopt;
  std::set<EntityId> entities;
  for (const EntityId& id : ids) {
    CONCORDAT_ASSIGN_OR_RETURN(EntityId canonical, CanonicalOf(id));
    entities.insert(std::move(canonical));
  }
  if (static_cast<int64_t>(entities.size()) > entities_max) return std::nullopt;
  return std::vector<EntityId>(entities.begin(), entities.end());
}

}  // namespace concordat
