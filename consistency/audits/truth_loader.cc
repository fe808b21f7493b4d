#include "consistency/audits/truth_loader.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <variant>
#include <vector>

#include "graph/erasure.h"
#include "graph/errors.h"
#include "graph/graph_reader.h"
#include "graph/key.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "graph/timeline.h"

namespace concordat::audits {
namespace {

// Rows that one step reads.
constexpr size_t kRowsPerStep = 1 << 14;

// Gives the rows of a space from a key on in groups of those that are of one
// thing, and returns where to go on: empty at the end. `parse` makes records of
// a row, `same` says whether two are of one thing, `take` takes a group.
template <typename Record, typename Parse, typename Same, typename Take>
absl::StatusOr<std::string> VisitGroups(const Reader& reader, Space space,
                                        absl::string_view from, Parse parse,
                                        Same same, Take take) {
  std::vector<Record> group;
  absl::Status problem;
  size_t rows = 0;
  std::string next;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      space, from, "", [&](absl::string_view key, absl::string_view value) {
        absl::StatusOr<std::vector<Record>> more = parse(key, value);
        if (!more.ok()) {
          problem = more.status();
          return false;
        }
        if (more->empty()) return true;
        if (!group.empty() && !same(group.front(), more->front())) {
          problem = take(std::exchange(group, {}));
          if (!problem.ok()) return false;
          if (rows >= kRowsPerStep) {
            next = std::string(key);
            return false;
          }
        }
        ++rows;
        if (group.empty()) {
          group = *std::move(more);
        } else {
          std::move(more->begin(), more->end(), std::back_inserter(group));
        }
        return true;
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  if (!group.empty()) CONCORDAT_RETURN_IF_ERROR(take(std::move(group)));
  return next;
}

}  // namespace

absl::Status TruthLoader::NoRoom() const {
  return errors::LimitExceeded("truth_index_bytes_max",
                               static_cast<int64_t>(index_.bytes()),
                               static_cast<int64_t>(index_.bytes_max()));
}

absl::StatusOr<bool> TruthLoader::Step(const Reader& reader) {
  switch (phase_) {
    case Phase::kBegin:
      CONCORDAT_RETURN_IF_ERROR(Begin(reader));
      return true;
    case Phase::kFacts:
      CONCORDAT_RETURN_IF_ERROR(LoadFacts(reader));
      return true;
    case Phase::kLinks:
      CONCORDAT_RETURN_IF_ERROR(LoadLinks(reader));
      return true;
    case Phase::kDone:
      break;
  }
  CONCORDAT_RETURN_IF_ERROR(Follow(reader));
  return false;
}

absl::Status TruthLoader::Begin(const Reader& reader) {
  CONCORDAT_ASSIGN_OR_RETURN(revision_, rows::ReadHead(reader));
  bool has_room = true;
  absl::Status problem;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      rows::kMerges, "", "",
      [&](absl::string_view key, absl::string_view value) {
        const absl::StatusOr<MergeRecord> merge = rows::ParseMerge(key, value);
        problem = merge.status();
        if (!merge.ok()) return false;
        has_room = index_.SetMerged(merge->duplicate) &&
                   index_.SetMerged(merge->survivor);
        return has_room;
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  if (!has_room) return NoRoom();
  phase_ = Phase::kFacts;
  return absl::OkStatus();
}

absl::Status TruthLoader::LoadFacts(const Reader& reader) {
  CONCORDAT_ASSIGN_OR_RETURN(
      next_,
      VisitGroups<FactRecord>(
          reader, rows::kFacts, next_, rows::ParseFacts,
          [](const FactRecord& a, const FactRecord& b) {
            return a.entity == b.entity;
          },
          [&](std::vector<FactRecord> records) {
            if (!std::is_sorted(records.begin(), records.end(), InFactOrder)) {
              std::sort(records.begin(), records.end(), InFactOrder);
            }
            return index_.Set(records.front().entity, records)
                       ? absl::OkStatus()
                       : NoRoom();
          }));
  if (next_.empty()) phase_ = Phase::kLinks;
  return absl::OkStatus();
}

absl::Status TruthLoader::LoadLinks(const Reader& reader) {
  CONCORDAT_ASSIGN_OR_RETURN(
      next_, VisitGroups<LinkRecord>(
                 reader, rows::kLinks, next_,
                 [](absl::string_view key, absl::string_view value)
                     -> absl::StatusOr<std::vector<LinkRecord>> {
                   CONCORDAT_ASSIGN_OR_RETURN(LinkRecord link,
                                              rows::ParseLink(key, value));
                   std::vector<LinkRecord> one;
                   one.push_back(std::move(link));
                   return one;
                 },
                 [](const LinkRecord& a, const LinkRecord& b) {
                   return a.channel == b.channel && a.subject == b.subject;
                 },
                 [&](std::vector<LinkRecord> records) {
                   const std::string channel = records.front().channel;
                   const std::string subject = records.front().subject;
                   return index_.SetLink(channel, subject, std::move(records))
                              ? absl::OkStatus()
                              : NoRoom();
                 }));
  if (next_.empty()) phase_ = Phase::kDone;
  return absl::OkStatus();
}

absl::Status TruthLoader::Follow(const Reader& reader) {
  CONCORDAT_ASSIGN_OR_RETURN(const Revision head, rows::ReadHead(reader));
  Touched touched;
  for (uint64_t number = revision_.number() + 1; number <= head.number();
       ++number) {
    CONCORDAT_RETURN_IF_ERROR(NoteCommit(reader, Revision(number), touched));
  }
  CONCORDAT_RETURN_IF_ERROR(Refresh(reader, head, touched));
  revision_ = head;
  return absl::OkStatus();
}

absl::Status TruthLoader::NoteCommit(const Reader& reader, Revision revision,
                                     Touched& touched) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<rows::CommitRecord> commit,
                             rows::GetCommit(reader, revision));
  if (!commit.has_value()) {
    CONCORDAT_ASSIGN_OR_RETURN(const Revision oldest, rows::ReadOldest(reader));
    return errors::RevisionCompacted(revision, oldest, "");
  }
  if (commit->kind == rows::CommitRecord::Kind::kErasure) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<EntityId> erased,
                               rows::ErasedAt(reader, revision));
    touched.entities.insert(erased.begin(), erased.end());
  }
  if (commit->kind != rows::CommitRecord::Kind::kKnowledge) {
    return absl::OkStatus();
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<Change> changes,
                             rows::GetChanges(reader, revision));
  for (const Change& change : changes) {
    if (const auto* fact = std::get_if<FactRecord>(&change)) {
      touched.entities.insert(fact->entity);
    } else if (const auto* link = std::get_if<LinkRecord>(&change)) {
      touched.links.emplace(link->channel, link->subject);
    } else if (const auto* merge = std::get_if<MergeRecord>(&change)) {
      if (!index_.SetMerged(merge->duplicate) ||
          !index_.SetMerged(merge->survivor)) {
        return NoRoom();
      }
    }
  }
  return absl::OkStatus();
}

absl::Status TruthLoader::Refresh(const Reader& reader, Revision at,
                                  const Touched& touched) {
  const GraphReader graph(reader, at);
  for (const EntityId& entity : touched.entities) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<FactRecord> records,
                               graph.FactsOf(entity));
    if (!index_.Set(entity, records)) return NoRoom();
  }
  for (const auto& [channel, subject] : touched.links) {
    CONCORDAT_ASSIGN_OR_RETURN(std::vector<LinkRecord> records,
                               graph.RecordsOfLink(channel, subject));
    if (!index_.SetLink(channel, subject, std::move(records))) return NoRoom();
  }
  return absl::OkStatus();
}

}  // namespace concordat::audits
