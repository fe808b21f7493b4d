#include "graph/compaction.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/functional/function_ref.h"
#include "graph/errors.h"
#include "graph/identity.h"
#include "graph/key.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// The bytes of a key's first parts.
size_t BytesOfParts(absl::string_view key, int parts) {
  KeyReader keys(key);
  for (int i = 0; i < parts; ++i) keys.View();
  return key.size() - keys.rest().size();
}

// How many parts name a thing: an entity's type and id; two entities and the
// relation between them; a channel and its id.
constexpr int kEntityParts = 2;
constexpr int kEdgeParts = 5;
constexpr int kLinkParts = 2;
// Rows of a log that go in one step: what is written for it is about as much.
constexpr size_t kLogBytesMax = 2 << 20;

struct Row {
  std::string key;
  std::string value;
};

// What is in the way of removing a record that says something of the same
// thing (an attribute of an entity, an edge, a channel's id).
struct Version {
  // Of these the newest is kept.
  std::tuple<absl::Time, std::string, EntityId> same;
  absl::Time start;
  Revision revision;
  uint32_t ordinal = 0;
  bool retraction = false;
  // Takes back what starts with it, of every source.
  bool takes_all = false;
  bool removed = false;
};

// Decides over all versions of one thing of before the compaction.
void MarkRemoved(bool keeps_retractions, std::vector<Version*>& versions) {
  std::sort(versions.begin(), versions.end(),
            [](const Version* a, const Version* b) {
              return std::tie(a->revision, a->ordinal) <
                     std::tie(b->revision, b->ordinal);
            });
  std::set<std::tuple<absl::Time, std::string, EntityId>> newer;
  std::set<absl::Time> taken_back;
  for (auto it = versions.rbegin(); it != versions.rend(); ++it) {
    Version& version = **it;
    version.removed =
        !newer.insert(version.same).second ||
        (!version.retraction && taken_back.count(version.start) > 0);
    if (version.takes_all) taken_back.insert(version.start);
  }
  // A retraction stays while anything older does that it might take back.
  bool kept = false;
  for (Version* version : versions) {
    if (version->retraction && (kept || keeps_retractions)) {
      version->removed = false;
    }
    kept = kept || !version->removed;
  }
}

// Collects the rows of one thing after another, up to about `rows_max`.
// `name_bytes` says how much of a key names the thing.
absl::Status CollectGroups(
    const Reader& reader, absl::string_view start, size_t rows_max,
    absl::FunctionRef<size_t(absl::string_view key)> name_bytes,
    absl::FunctionRef<absl::Status(const std::vector<Row>&)> decide,
    CompactionPage& page) {
  std::vector<Row> group;
  std::string name;
  absl::Status problem;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      page.space, start, "", [&](absl::string_view key, absl::string_view row) {
        const absl::string_view its_name = key.substr(0, name_bytes(key));
        if (its_name != name) {
          if (!group.empty()) problem = decide(group);
          group.clear();
          if (!problem.ok()) return false;
          if (page.rows_seen >= rows_max) {
            page.next = std::string(key);
            return false;
          }
          name = std::string(its_name);
        }
        ++page.rows_seen;
        group.push_back({std::string(key), std::string(row)});
        return true;
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  return page.next.empty() && !group.empty() ? decide(group) : absl::OkStatus();
}

Version VersionOf(const FactRecord& fact) {
  return {.same = {fact.valid.from, fact.recorded.source, EntityId()},
          .start = fact.valid.from,
          .revision = fact.recorded.revision,
          .ordinal = fact.recorded.ordinal,
          .retraction = fact.retraction,
          .takes_all = fact.retraction && !fact.one_source};
}

Version VersionOf(const RelationRecord& relation) {
  return {.same = {relation.valid.from, relation.recorded.source, EntityId()},
          .start = relation.valid.from,
          .revision = relation.recorded.revision,
          .ordinal = relation.recorded.ordinal,
          .retraction = relation.retraction};
}

// Whom an id once named stays known, so that only what was said again goes.
Version VersionOf(const LinkRecord& link) {
  return {.same = {link.valid.from, link.recorded.source, link.entity},
          .revision = link.recorded.revision,
          .ordinal = link.recorded.ordinal,
          .retraction = link.retraction};
}

// Whether ids were ever merged.
absl::StatusOr<bool> AnyMerges(const Reader& reader) {
  return Identity(reader, Revision::Latest()).AnyMerges();
}

absl::Status DecideEntity(const std::vector<Row>& rows, Revision before,
                          bool keeps_retractions, CompactionPage& page) {
  std::vector<std::vector<FactRecord>> records(rows.size());
  std::vector<std::vector<Version>> versions(rows.size());
  std::map<std::string, std::vector<Version*>> by_attribute;
  for (size_t i = 0; i < rows.size(); ++i) {
    CONCORDAT_ASSIGN_OR_RETURN(records[i],
                               rows::ParseFacts(rows[i].key, rows[i].value));
    if (records[i].empty()) continue;
    if (records[i].front().recorded.revision > before) break;
    versions[i].reserve(records[i].size());
    for (const FactRecord& fact : records[i]) {
      versions[i].push_back(VersionOf(fact));
      by_attribute[fact.attribute].push_back(&versions[i].back());
    }
  }
  for (auto& attribute : by_attribute) {
    MarkRemoved(keeps_retractions, attribute.second);
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    std::vector<FactRecord> kept;
    for (size_t j = 0; j < versions[i].size(); ++j) {
      if (!versions[i][j].removed) kept.push_back(std::move(records[i][j]));
    }
    page.records_removed += versions[i].size() - kept.size();
    if (kept.size() == versions[i].size()) continue;
    if (kept.empty()) {
      page.removed.push_back(rows[i].key);
    } else {
      page.rewritten.push_back(std::move(kept));
    }
  }
  return absl::OkStatus();
}

// Of records that have a row each.
template <typename Parse>
absl::Status DecideThing(const std::vector<Row>& rows, Revision before,
                         Parse parse, CompactionPage& page) {
  if (rows.size() == 1) return absl::OkStatus();
  std::vector<Version> versions;
  std::vector<const Row*> of;
  for (const Row& row : rows) {
    CONCORDAT_ASSIGN_OR_RETURN(const auto record, parse(row.key, row.value));
    if (record.recorded.revision > before) continue;
    versions.push_back(VersionOf(record));
    of.push_back(&row);
  }
  std::vector<Version*> all;
  all.reserve(versions.size());
  for (Version& version : versions) all.push_back(&version);
  MarkRemoved(false, all);
  for (size_t i = 0; i < versions.size(); ++i) {
    if (!versions[i].removed) continue;
    page.removed.push_back(of[i]->key);
    ++page.records_removed;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CompactionPage> PlanFacts(const Reader& reader, Revision before,
                                         absl::string_view start,
                                         size_t rows_max) {
  CompactionPage page{.space = rows::kFacts};
  CONCORDAT_ASSIGN_OR_RETURN(const bool keeps_retractions, AnyMerges(reader));
  CONCORDAT_RETURN_IF_ERROR(CollectGroups(
      reader, start, rows_max,
      [](absl::string_view key) { return BytesOfParts(key, kEntityParts); },
      [&](const std::vector<Row>& rows) {
        return DecideEntity(rows, before, keeps_retractions, page);
      },
      page));
  return page;
}

absl::StatusOr<CompactionPage> PlanRelations(const Reader& reader,
                                             Revision before,
                                             absl::string_view start,
                                             size_t rows_max) {
  CompactionPage page{.space = rows::kRelations};
  CONCORDAT_RETURN_IF_ERROR(CollectGroups(
      reader, start, rows_max,
      [](absl::string_view key) { return BytesOfParts(key, kEdgeParts); },
      [&](const std::vector<Row>& rows) {
        return DecideThing(rows, before, rows::ParseRelation, page);
      },
      page));
  return page;
}

absl::StatusOr<CompactionPage> PlanLinks(const Reader& reader, Revision before,
                                         absl::string_view start,
                                         size_t rows_max) {
  CompactionPage page{.space = rows::kLinks};
  CONCORDAT_RETURN_IF_ERROR(CollectGroups(
      reader, start, rows_max,
      [](absl::string_view key) { return BytesOfParts(key, kLinkParts); },
      [&](const std::vector<Row>& rows) {
        return DecideThing(rows, before, rows::ParseLink, page);
      },
      page));
  return page;
}

absl::StatusOr<CompactionPage> PlanLog(const Reader& reader, Space space,
                                       Revision before, absl::string_view start,
                                       size_t rows_max) {
  CompactionPage page{.space = space};
  size_t bytes = 0;
  CONCORDAT_RETURN_IF_ERROR(
      reader.Scan(space, start, KeyWriter().At(before.Next()).bytes(),
                  [&](absl::string_view key, absl::string_view value) {
                    if (page.rows_seen >= rows_max || bytes >= kLogBytesMax) {
                      page.next = std::string(key);
                      return false;
                    }
                    ++page.rows_seen;
                    bytes += value.size();
                    page.removed.emplace_back(key);
                    return true;
                  }));
  return page;
}

absl::Status Apply(Transaction& tx, const CompactionPage& page) {
  for (const std::string& key : page.removed) {
    CONCORDAT_RETURN_IF_ERROR(tx.Delete(page.space, key));
  }
  for (const std::vector<FactRecord>& row : page.rewritten) {
    std::vector<const FactRecord*> facts;
    facts.reserve(row.size());
    for (const FactRecord& fact : row) facts.push_back(&fact);
    CONCORDAT_RETURN_IF_ERROR(rows::PutFacts(tx, facts));
  }
  return absl::OkStatus();
}

}  // namespace concordat
