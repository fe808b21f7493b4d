#include "graph/graph_reader.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "graph/edges.h"
#include "graph/errors.h"
#include "graph/key.h"
#include "graph/limits.h"
#include "graph/record_scan.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "graph/timeline.h"

namespace concordat {
namespace {

using rows::kFacts;
using rows::kIdentifiers;
using rows::kLinksTo;
using rows::kRelations;
using rows::kRelationsTo;

// Keys of versioned rows end with revision (8 bytes) and ordinal (4 bytes);
// what is before names the thing that the rows are versions of.
constexpr size_t kVersionBytes = 12;

// Ids that one page of entities looks at, each by a few looks into the store.
constexpr int64_t kEntitiesLookedAtMax = limits::kListRowsMax / 10;

// Pages through versioned rows and gives the newest version of each thing,
// unless that is a retraction or `keep` does not want it.
template <typename T, typename Parse, typename Keep>
absl::StatusOr<GraphReader::Page<T>> ListNewest(const Reader& reader,
                                                Space space,
                                                absl::string_view prefix,
                                                absl::string_view start,
                                                size_t limit, Revision at,
                                                Parse parse, Keep keep) {
  GraphReader::Page<T> page;
  int64_t rows = 0;
  std::string thing;  // the key, without version, that `newest` is of
  std::optional<T> newest;
  absl::Status problem;
  const auto finish_thing = [&] {
    if (newest.has_value() && !newest->retraction && keep(*newest)) {
      page.items.push_back(std::move(*newest));
    }
    newest.reset();
  };
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      space, start.empty() ? prefix : start, PrefixEnd(prefix),
      [&](absl::string_view key, absl::string_view value) {
        if (key.size() < kVersionBytes) {
          problem = errors::StorageCorrupt("a key is too short");
          return false;
        }
        const absl::string_view name =
            key.substr(0, key.size() - kVersionBytes);
        if (name != thing) {
          finish_thing();
          if (page.items.size() == limit || rows >= limits::kListRowsMax) {
            page.next = std::string(name);
            return false;
          }
          thing = std::string(name);
        }
        ++rows;
        absl::StatusOr<T> record = parse(key, value);
        if (!record.ok()) {
          problem = record.status();
          return false;
        }
        if (record->recorded.revision <= at) newest = *std::move(record);
        return true;
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  if (page.next.empty()) finish_thing();
  return page;
}

// Parses a row of facts and adds it to those of the same entity.
absl::Status AppendFacts(absl::string_view key, absl::string_view value,
                         std::vector<FactRecord>& facts) {
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<FactRecord> more,
                             rows::ParseFacts(key, value));
  if (facts.empty()) {
    facts = std::move(more);
  } else {
    std::move(more.begin(), more.end(), std::back_inserter(facts));
  }
  return CheckRecordCount(facts.size());
}

}  // namespace

absl::StatusOr<std::vector<FactRecord>> GraphReader::FactsOf(
    const EntityId& entity) const {
  std::vector<FactRecord> facts;
  absl::Status problem;
  const std::string prefix = KeyWriter().Entity(entity).Take();
  CONCORDAT_RETURN_IF_ERROR(reader_.Scan(
      kFacts, prefix, KeyWriter().Entity(entity).At(at_).bytes() + '\0',
      [&](absl::string_view key, absl::string_view value) {
        problem = AppendFacts(key, value, facts);
        return problem.ok();
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  // Rows are in order of revision, which often is that order already.
  if (!std::is_sorted(facts.begin(), facts.end(), InFactOrder)) {
    std::sort(facts.begin(), facts.end(), InFactOrder);
  }
  return facts;
}

absl::StatusOr<std::vector<FactRecord>> GraphReader::FactsOf(
    const EntityId& entity, absl::string_view attribute) const {
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<FactRecord> facts, FactsOf(entity));
  std::erase_if(facts, [&](const FactRecord& fact) {
    return fact.attribute != attribute;
  });
  return facts;
}

absl::StatusOr<std::vector<FactRecord>> GraphReader::FactsInForceOf(
    const EntityId& entity) const {
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<FactRecord> facts, FactsOf(entity));
  return FactsInForce(std::move(facts));
}

absl::StatusOr<bool> GraphReader::HoldsFacts(
    absl::string_view type, absl::string_view attribute) const {
  bool holds = false;
  absl::Status problem;
  const std::string prefix = KeyWriter().String(type).Take();
  CONCORDAT_RETURN_IF_ERROR(reader_.Scan(
      kFacts, prefix, PrefixEnd(prefix),
      [&](absl::string_view key, absl::string_view value) {
        std::vector<FactRecord> facts;
        problem = AppendFacts(key, value, facts);
        holds = std::any_of(
            facts.begin(), facts.end(), [&](const FactRecord& fact) {
              return attribute.empty() || fact.attribute == attribute;
            });
        return problem.ok() && !holds;
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  return holds;
}

absl::StatusOr<std::vector<RelationRecord>> GraphReader::EdgesUnder(
    absl::string_view prefix) const {
  return CollectRecords<RelationRecord>(reader_, kRelations, prefix, at_,
                                        rows::ParseRelation);
}

absl::StatusOr<std::vector<RelationRecord>> GraphReader::RecordsOfEdge(
    const EntityId& from, absl::string_view relation,
    const EntityId& to) const {
  return EdgesUnder(
      KeyWriter().Entity(from).String(relation).Entity(to).bytes());
}

absl::StatusOr<std::vector<RelationRecord>> GraphReader::EdgesOf(
    const EntityId& entity) const {
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<RelationRecord> edges,
                             EdgesUnder(KeyWriter().Entity(entity).bytes()));
  std::vector<std::string> incoming;
  absl::Status problem;
  const std::string prefix = KeyWriter().Entity(entity).Take();
  CONCORDAT_RETURN_IF_ERROR(reader_.Scan(
      kRelationsTo, prefix, PrefixEnd(prefix),
      [&](absl::string_view key, absl::string_view) {
        KeyReader keys(key);
        keys.Entity();
        const std::string relation = keys.String();
        const EntityId from = keys.Entity();
        if (from != entity) {
          incoming.push_back(
              KeyWriter().Entity(from).String(relation).Entity(entity).Take());
        }
        problem = CheckRecordCount(edges.size() + incoming.size());
        return problem.ok();
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  for (const std::string& edge : incoming) {
    CONCORDAT_ASSIGN_OR_RETURN(std::vector<RelationRecord> found,
                               EdgesUnder(edge));
    std::move(found.begin(), found.end(), std::back_inserter(edges));
    CONCORDAT_RETURN_IF_ERROR(CheckRecordCount(edges.size()));
  }
  return edges;
}

absl::StatusOr<std::vector<RelationRecord>> GraphReader::RelationsOf(
    const EntityId& entity) const {
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<RelationRecord> records,
                             EdgesOf(entity));
  KeepInForce(records);
  return records;
}

absl::StatusOr<std::vector<EntityId>> GraphReader::EntitiesOnceIdentifiedBy(
    absl::string_view type, absl::string_view attribute,
    absl::string_view normal, int64_t ids_max) const {
  std::vector<EntityId> entities;
  absl::Status problem;
  const std::string prefix =
      KeyWriter().String(type).String(attribute).String(normal).Take();
  CONCORDAT_RETURN_IF_ERROR(reader_.Scan(
      kIdentifiers, prefix, PrefixEnd(prefix),
      [&](absl::string_view key, absl::string_view value) {
        const absl::StatusOr<Revision> first = rows::ParseIdentifier(value);
        problem = first.status();
        if (!first.ok()) return false;
        if (*first > at_) return true;
        KeyReader keys(key.substr(prefix.size()));
        entities.push_back({std::string(type), keys.String()});
        return static_cast<int64_t>(entities.size()) < ids_max;
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  return entities;
}

absl::StatusOr<Revision> GraphReader::LastChange(const EntityId& entity) const {
  Revision last;
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<FactRecord> facts,
                             FactsOf(entity));
  for (const FactRecord& fact : facts) {
    last = std::max(last, fact.recorded.revision);
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<RelationRecord> edges,
                             EdgesOf(entity));
  for (const RelationRecord& edge : edges) {
    last = std::max(last, edge.recorded.revision);
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<LinkRecord> links,
                             LinkChangesOf(entity));
  for (const LinkRecord& link : links) {
    last = std::max(last, link.recorded.revision);
  }
  return last;
}

// Unlike LastChange, ends with the first record that there is: an entity may
// have more relations than can be read.
absl::StatusOr<bool> GraphReader::Exists(const EntityId& entity) const {
  bool exists = false;
  CONCORDAT_RETURN_IF_ERROR(
      reader_.Scan(kFacts, KeyWriter().Entity(entity).bytes(),
                   KeyWriter().Entity(entity).At(at_).bytes() + '\0',
                   [&](absl::string_view, absl::string_view) {
                     exists = true;
                     return false;
                   }));
  if (exists) return true;
  CONCORDAT_ASSIGN_OR_RETURN(exists, HasEdgeRecord(reader_, at_, entity));
  if (exists) return true;
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<LinkRecord> links,
                             LinkChangesOf(entity));
  return !links.empty();
}

absl::StatusOr<std::optional<std::string>> GraphReader::NextEntityIn(
    Space space, absl::string_view type, absl::string_view after) const {
  const std::string of_type = KeyWriter().String(type).Take();
  const std::string begin =
      after.empty() ? of_type
                    : PrefixEnd(KeyWriter().String(type).String(after).bytes());
  std::optional<std::string> found;
  CONCORDAT_RETURN_IF_ERROR(
      reader_.Scan(space, begin, PrefixEnd(of_type),
                   [&](absl::string_view key, absl::string_view) {
                     found = KeyReader(key).Entity().id;
                     return false;
                   }));
  return found;
}

// An entity is known once anything is recorded of it, so the list is a merge
// of the spaces whose keys start with an entity, hopping from id to id.
absl::StatusOr<GraphReader::Page<EntityId>> GraphReader::ListEntities(
    absl::string_view type, absl::string_view start, size_t limit,
    bool include_merged) const {
  constexpr Space kByEntity[] = {kFacts, kRelations, kRelationsTo, kLinksTo};
  Page<EntityId> page;
  std::string last(start);
  int64_t looked_at = 0;
  while (true) {
    std::optional<std::string> next;
    for (const Space space : kByEntity) {
      CONCORDAT_ASSIGN_OR_RETURN(std::optional<std::string> candidate,
                                 NextEntityIn(space, type, last));
      if (candidate.has_value() && (!next.has_value() || *candidate < *next)) {
        next = std::move(candidate);
      }
    }
    if (!next.has_value()) return page;
    const EntityId entity{std::string(type), *next};
    CONCORDAT_ASSIGN_OR_RETURN(
        bool known, at_ == Revision::Latest() ? true : Exists(entity));
    if (known && !include_merged) {
      CONCORDAT_ASSIGN_OR_RETURN(
          const auto merges,
          CollectRecords<MergeRecord>(reader_, rows::kMerges,
                                      KeyWriter().Entity(entity).bytes(), at_,
                                      rows::ParseMerge));
      known = merges.empty() || merges.back().retraction;
    }
    if (known && page.items.size() == limit) {
      page.next = last;
      return page;
    }
    if (known) page.items.push_back(entity);
    last = *std::move(next);
    if (++looked_at == kEntitiesLookedAtMax) {
      page.next = last;
      return page;
    }
  }
}

// A page starts at a place among the facts in force of an entity; at a pinned
// revision these do not change.
absl::StatusOr<GraphReader::Page<FactRecord>> GraphReader::ListFacts(
    absl::string_view type, absl::string_view start, size_t limit,
    ValidAt valid_at) const {
  Page<FactRecord> page;
  EntityId collected;
  std::vector<FactRecord> records;  // of `collected`
  size_t skip = 0;
  int64_t rows = 0;
  std::string begin = type.empty() ? "" : KeyWriter().String(type).Take();
  const std::string end = PrefixEnd(begin);
  if (!start.empty()) {
    KeyReader place(start);
    begin = KeyWriter().Entity(place.Entity()).Take();
    skip = place.Short();
    if (!place.ok()) return errors::MalformedToken("page token");
  }
  // Adds the facts of the entity that is complete; false where the page is
  // full.
  const auto finish_entity = [&] {
    std::vector<FactRecord> facts = FactsInForce(std::exchange(records, {}));
    if (valid_at.has_value()) KeepSaidAt(*valid_at, facts);
    for (size_t i = std::exchange(skip, 0); i < facts.size(); ++i) {
      if (page.items.size() == limit) {
        page.next = KeyWriter()
                        .Entity(facts[i].entity)
                        .Short(static_cast<uint32_t>(i))
                        .Take();
        return false;
      }
      page.items.push_back(std::move(facts[i]));
    }
    return true;
  };
  absl::Status problem;
  CONCORDAT_RETURN_IF_ERROR(reader_.Scan(
      kFacts, begin, end, [&](absl::string_view key, absl::string_view value) {
        KeyReader keys(key);
        EntityId entity = keys.Entity();
        if (entity != collected) {
          if (!records.empty() && !finish_entity()) return false;
          if (rows >= limits::kListRowsMax) {
            page.next = KeyWriter().Entity(entity).Short(0).Take();
            return false;
          }
          collected = std::move(entity);
        }
        ++rows;
        if (keys.At() > at_) return true;
        problem = AppendFacts(key, value, records);
        return problem.ok();
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  if (page.next.empty()) finish_entity();
  return page;
}

absl::StatusOr<GraphReader::Page<RelationRecord>> GraphReader::ListRelations(
    absl::string_view start, size_t limit, ValidAt valid_at) const {
  return ListNewest<RelationRecord>(
      reader_, kRelations, "", start, limit, at_, rows::ParseRelation,
      [&](const RelationRecord& relation) {
        return !valid_at.has_value() || relation.valid.Covers(*valid_at);
      });
}

absl::StatusOr<GraphReader::Page<MergeRecord>> GraphReader::ListMerges(
    absl::string_view type, absl::string_view start, size_t limit) const {
  const std::string prefix =
      type.empty() ? "" : KeyWriter().String(type).Take();
  return ListNewest<MergeRecord>(reader_, rows::kMerges, prefix, start, limit,
                                 at_, rows::ParseMerge,
                                 [](const MergeRecord&) { return true; });
}

}  // namespace concordat
