#include "graph/graph_reader.h"

#include <algorithm>
#include <utility>

#include "graph/errors.h"
#include "graph/key.h"
#include "graph/limits.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

using rows::kFacts;
using rows::kIdentifiers;
using rows::kLinks;
using rows::kLinksTo;
using rows::kRelations;
using rows::kRelationsTo;

// Keys of versioned rows end with revision (8 bytes) and ordinal (4 bytes);
// what is before names the thing that the rows are versions of.
constexpr size_t kVersionBytes = 12;

// Collects rows, parsed by `parse`, up to a limit and a revision.
template <typename T, typename Parse>
absl::StatusOr<std::vector<T>> Collect(const Reader& reader, Space space,
                                       absl::string_view prefix, Revision at,
                                       Parse parse) {
  std::vector<T> records;
  absl::Status problem;
  int64_t seen = 0;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      space, prefix, PrefixEnd(prefix),
      [&](absl::string_view key, absl::string_view value) {
        if (++seen > limits::kFactsPerEntityMax) {
          problem = errors::LimitExceeded("facts_per_entity_max", seen,
                                          limits::kFactsPerEntityMax);
          return false;
        }
        absl::StatusOr<T> record = parse(key, value);
        if (!record.ok()) {
          problem = record.status();
          return false;
        }
        if (record->recorded.revision <= at) {
          records.push_back(*std::move(record));
        }
        return true;
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  return records;
}

// Pages through versioned rows and gives the newest version of each thing,
// unless that is a retraction.
template <typename T, typename Parse>
absl::StatusOr<GraphReader::Page<T>> ListNewest(
    const Reader& reader, Space space, absl::string_view prefix,
    absl::string_view start, size_t limit, Revision at, Parse parse) {
  GraphReader::Page<T> page;
  std::string thing;  // the key, without version, that `newest` is of
  std::optional<T> newest;
  absl::Status problem;
  const auto finish_thing = [&] {
    if (newest.has_value() && !newest->retraction) {
      page.items.push_back(std::move(*newest));
    }
    newest.reset();
  };
  CONCORDAT_RETURN_IF_ERROR(
      reader.Scan(space, start.empty() ? prefix : start, PrefixEnd(prefix),
                  [&](absl::string_view key, absl::string_view value) {
                    if (key.size() < kVersionBytes) {
                      problem = errors::StorageCorrupt("a key is too short");
                      return false;
                    }
                    const absl::string_view name =
                        key.substr(0, key.size() - kVersionBytes);
                    if (name != thing) {
                      finish_thing();
                      if (page.items.size() == limit) {
                        page.next = std::string(name);
                        return false;
                      }
                      thing = std::string(name);
                    }
                    absl::StatusOr<T> record = parse(key, value);
                    if (!record.ok()) {
                      problem = record.status();
                      return false;
                    }
                    if (record->recorded.revision <= at)
                      newest = *std::move(record);
                    return true;
                  }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  if (page.next.empty()) finish_thing();
  return page;
}

}  // namespace

absl::StatusOr<std::vector<FactRecord>> GraphReader::FactsUnder(
    absl::string_view prefix) const {
  return Collect<FactRecord>(reader_, kFacts, prefix, at_, rows::ParseFact);
}

absl::StatusOr<std::vector<FactRecord>> GraphReader::FactsOf(
    const EntityId& entity) const {
  return FactsUnder(KeyWriter().Entity(entity).bytes());
}

absl::StatusOr<std::vector<FactRecord>> GraphReader::FactsOf(
    const EntityId& entity, absl::string_view attribute) const {
  return FactsUnder(KeyWriter().Entity(entity).String(attribute).bytes());
}

absl::StatusOr<std::vector<RelationRecord>> GraphReader::EdgesUnder(
    absl::string_view prefix) const {
  CONCORDAT_ASSIGN_OR_RETURN(
      std::vector<RelationRecord> records,
      Collect<RelationRecord>(reader_, kRelations, prefix, at_,
                              rows::ParseRelation));
  // Rows are in order of edge, start and revision: the last of a run decides.
  std::vector<RelationRecord> in_force;
  for (size_t i = 0; i < records.size(); ++i) {
    const RelationRecord& next = records[std::min(i + 1, records.size() - 1)];
    const bool newest = i + 1 == records.size() || next.to != records[i].to ||
                        next.relation != records[i].relation ||
                        next.valid.from != records[i].valid.from;
    if (newest && !records[i].retraction) {
      in_force.push_back(std::move(records[i]));
    }
  }
  return in_force;
}

absl::StatusOr<std::vector<RelationRecord>> GraphReader::RelationsOf(
    const EntityId& entity) const {
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<RelationRecord> edges,
                             EdgesUnder(KeyWriter().Entity(entity).bytes()));
  std::vector<std::string> incoming;
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
        return incoming.size() <
               static_cast<size_t>(limits::kFactsPerEntityMax);
      }));
  for (const std::string& edge : incoming) {
    CONCORDAT_ASSIGN_OR_RETURN(std::vector<RelationRecord> found,
                               EdgesUnder(edge));
    std::move(found.begin(), found.end(), std::back_inserter(edges));
  }
  return edges;
}

absl::StatusOr<std::optional<LinkRecord>> GraphReader::NewestLink(
    absl::string_view channel, absl::string_view subject) const {
  CONCORDAT_ASSIGN_OR_RETURN(
      std::vector<LinkRecord> records,
      Collect<LinkRecord>(reader_, kLinks,
                          KeyWriter().String(channel).String(subject).bytes(),
                          at_, rows::ParseLink));
  if (records.empty() || records.back().retraction) return std::nullopt;
  return std::move(records.back());
}

absl::StatusOr<std::optional<EntityId>> GraphReader::ResolveLink(
    absl::string_view channel, absl::string_view subject) const {
  CONCORDAT_ASSIGN_OR_RETURN(std::optional<LinkRecord> link,
                             NewestLink(channel, subject));
  if (!link.has_value()) return std::nullopt;
  return std::move(link->entity);
}

absl::StatusOr<std::vector<LinkRecord>> GraphReader::LinksOf(
    const EntityId& entity) const {
  std::vector<std::pair<std::string, std::string>> names;
  const std::string prefix = KeyWriter().Entity(entity).Take();
  CONCORDAT_RETURN_IF_ERROR(reader_.Scan(
      kLinksTo, prefix, PrefixEnd(prefix),
      [&](absl::string_view key, absl::string_view) {
        KeyReader keys(key);
        keys.Entity();
        std::string channel = keys.String();
        names.emplace_back(std::move(channel), keys.String());
        return names.size() < static_cast<size_t>(limits::kFactsPerEntityMax);
      }));
  std::vector<LinkRecord> links;
  for (const auto& [channel, subject] : names) {
    CONCORDAT_ASSIGN_OR_RETURN(std::optional<LinkRecord> link,
                               NewestLink(channel, subject));
    if (link.has_value() && link->entity == entity) {
      links.push_back(*std::move(link));
    }
  }
  return links;
}

absl::StatusOr<std::vector<EntityId>> GraphReader::EntitiesOnceIdentifiedBy(
    absl::string_view type, absl::string_view attribute,
    absl::string_view normal) const {
  std::vector<EntityId> entities;
  const std::string prefix =
      KeyWriter().String(type).String(attribute).String(normal).Take();
  CONCORDAT_RETURN_IF_ERROR(reader_.Scan(
      kIdentifiers, prefix, PrefixEnd(prefix),
      [&](absl::string_view key, absl::string_view) {
        KeyReader keys(key.substr(prefix.size()));
        entities.push_back({std::string(type), keys.String()});
        return entities.size() <=
               static_cast<size_t>(limits::kEntitiesPerIdentifierMax);
      }));
  return entities;
}

absl::StatusOr<Revision> GraphReader::LastChange(const EntityId& entity) const {
  Revision last;
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<FactRecord> facts,
                             FactsOf(entity));
  for (const FactRecord& fact : facts) {
    last = std::max(last, fact.recorded.revision);
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<RelationRecord> relations,
                             RelationsOf(entity));
  for (const RelationRecord& relation : relations) {
    last = std::max(last, relation.recorded.revision);
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<LinkRecord> links,
                             LinksOf(entity));
  for (const LinkRecord& link : links) {
    last = std::max(last, link.recorded.revision);
  }
  return last;
}

absl::StatusOr<bool> GraphReader::Exists(const EntityId& entity) const {
  CONCORDAT_ASSIGN_OR_RETURN(const Revision last, LastChange(entity));
  return last > Revision();
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
    absl::string_view type, absl::string_view start, size_t limit) const {
  constexpr Space kByEntity[] = {kFacts, kRelations, kRelationsTo, kLinksTo};
  Page<EntityId> page;
  std::string last(start);
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
        const bool known, at_ == Revision::Latest() ? true : Exists(entity));
    if (known && page.items.size() == limit) {
      page.next = last;
      return page;
    }
    if (known) page.items.push_back(entity);
    last = *std::move(next);
  }
}

absl::StatusOr<GraphReader::Page<FactRecord>> GraphReader::ListFacts(
    absl::string_view type, absl::string_view start, size_t limit) const {
  const std::string prefix =
      type.empty() ? "" : KeyWriter().String(type).Take();
  return ListNewest<FactRecord>(reader_, kFacts, prefix, start, limit, at_,
                                rows::ParseFact);
}

absl::StatusOr<GraphReader::Page<RelationRecord>> GraphReader::ListRelations(
    absl::string_view start, size_t limit) const {
  return ListNewest<RelationRecord>(reader_, kRelations, "", start, limit, at_,
                                    rows::ParseRelation);
}

absl::StatusOr<GraphReader::Page<LinkRecord>> GraphReader::ListLinks(
    absl::string_view channel, absl::string_view start, size_t limit) const {
  const std::string prefix =
      channel.empty() ? "" : KeyWriter().String(channel).Take();
  return ListNewest<LinkRecord>(reader_, kLinks, prefix, start, limit, at_,
                                rows::ParseLink);
}

}  // namespace concordat
