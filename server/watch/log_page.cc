#include "server/watch/log_page.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/types/span.h"
#include "graph/errors.h"
#include "graph/key.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

constexpr size_t kCommitsMax = 512;
// An event in memory takes its row's bytes twice (as a record and for the
// wire), and this.
constexpr size_t kEventOverhead = sizeof(LogEvent) + 64;

// A commit and what was found of it in each space of the log.
struct Draft {
  rows::CommitRecord commit;
  std::vector<Change> changes;
  std::vector<rows::JudgedClaim> claims;
  std::vector<rows::LoggedFindingEvent> findings;
  size_t row_bytes = 0;
};

std::string KeyOf(Revision revision) { return KeyWriter().At(revision).Take(); }

// Commits from `after` on, which must be consecutive: a hole would be a loss
// that nobody is told of.
absl::StatusOr<std::vector<Draft>> ReadCommits(const Reader& reader,
                                               Revision after,
                                               size_t events_max) {
  std::vector<Draft> drafts;
  absl::Status problem;
  Revision expected = after.Next();
  size_t events = 0;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      rows::kCommits, KeyOf(expected), "",
      [&](absl::string_view key, absl::string_view value) {
        absl::StatusOr<rows::CommitRecord> commit =
            rows::ParseCommit(key, value);
        problem = commit.status();
        if (!commit.ok()) return false;
        if (commit->revision != expected) {
          problem = errors::StorageCorrupt("the log misses a commit");
          return false;
        }
        events += commit->items;
        expected = expected.Next();
        drafts.emplace_back().commit = *std::move(commit);
        return events < events_max && drafts.size() < kCommitsMax;
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  return drafts;
}

// Calls `add` with each row of the space that belongs to one of the drafts.
template <typename Add>
absl::Status AddRows(const Reader& reader, Space space,
                     std::vector<Draft>& drafts, Add add) {
  const Revision first = drafts.front().commit.revision;
  const Revision last = drafts.back().commit.revision;
  absl::Status problem;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      space, KeyOf(first), KeyOf(last.Next()),
      [&](absl::string_view key, absl::string_view value) {
        KeyReader keys(key);
        const Revision at = keys.At();
        if (!keys.ok() || at < first || at > last) {
          problem =
              errors::StorageCorrupt("a key of the log has the wrong shape");
          return false;
        }
        Draft& draft = drafts[at.number() - first.number()];
        draft.row_bytes += value.size();
        problem = add(draft, key, value);
        return problem.ok();
      }));
  return problem;
}

// Whom the ids of channels named over time. The links of each id are read once,
// like whoever resolves a claim reads them, however many events a page has of
// it.
class NamedEntities {
 public:
  // All that an id names up to `until`, in the order in which it first did.
  struct Names {
    std::shared_ptr<const std::vector<EntityId>> entities;
    // Where each was named first; ascending.
    std::vector<std::pair<Revision, uint32_t>> since;
    size_t bytes = 0;

    size_t CountBefore(const Provenance& recorded) const {
      const std::pair place(recorded.revision, recorded.ordinal);
      return static_cast<size_t>(
          std::lower_bound(since.begin(), since.end(), place) - since.begin());
    }
  };

  NamedEntities(const Reader& reader, Revision until)
      : reader_(reader), until_(until) {}

  absl::StatusOr<const Names*> Of(const LinkRecord& link) {
    const std::string id =
        KeyWriter().String(link.channel).String(link.subject).Take();
    const auto found = names_.find(id);
    if (found != names_.end()) return &found->second;
    CONCORDAT_ASSIGN_OR_RETURN(Names names, Read(id));
    return &(names_[id] = std::move(names));
  }

 private:
  absl::StatusOr<Names> Read(const std::string& id) const {
    auto entities = std::make_shared<std::vector<EntityId>>();
    absl::flat_hash_set<EntityId> seen;
    Names names;
    absl::Status problem;
    CONCORDAT_RETURN_IF_ERROR(reader_.Scan(
        rows::kLinks, id, PrefixEnd(id),
        [&](absl::string_view key, absl::string_view value) {
          absl::StatusOr<LinkRecord> record = rows::ParseLink(key, value);
          problem = record.status();
          if (!record.ok()) return false;
          const Provenance& recorded = record->recorded;
          if (recorded.revision > until_) return false;
          EntityId& entity = record->entity;
          if (entity.id.empty() || !seen.insert(entity).second) return true;
          names.since.emplace_back(recorded.revision, recorded.ordinal);
          names.bytes +=
              sizeof(EntityId) + entity.type.size() + entity.id.size();
          entities->push_back(std::move(entity));
          return true;
        }));
    CONCORDAT_RETURN_IF_ERROR(problem);
    names.entities = std::move(entities);
    return names;
  }

  const Reader& reader_;
  const Revision until_;
  std::map<std::string, Names> names_;
};

absl::StatusOr<Revision> LogStart(const Reader& reader) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Revision> start,
                             rows::ReadLogStart(reader));
  if (start.has_value()) return *start;
  return errors::StorageCorrupt("the store does not say where its log is");
}

absl::StatusOr<convert::FindingChange> ReadFinding(
    const Reader& reader, const rows::LoggedFindingEvent& logged) {
  convert::FindingChange change;
  change.id = logged.finding_id;
  CONCORDAT_ASSIGN_OR_RETURN(change.event,
                             rows::GetFindingEvent(reader, logged));
  if (logged.number > 1) {
    CONCORDAT_ASSIGN_OR_RETURN(
        const FindingEvent previous,
        rows::GetFindingEvent(reader, {logged.finding_id, logged.number - 1}));
    change.previous_state = previous.state;
  }
  CONCORDAT_ASSIGN_OR_RETURN(std::optional<Finding> finding,
                             rows::GetFinding(reader, logged.finding_id));
  if (finding.has_value()) change.subject = std::move(finding->subject);
  return change;
}

absl::StatusOr<std::shared_ptr<const LogCommit>> Finish(const Reader& reader,
                                                        const TokenMint& tokens,
                                                        NamedEntities& named,
                                                        Draft draft) {
  auto commit = std::make_shared<LogCommit>();
  commit->revision = draft.commit.revision;
  commit->bytes = convert::CommitBytes(draft.commit, tokens);
  const size_t count =
      draft.changes.size() + draft.claims.size() + draft.findings.size();
  commit->weight = 2 * draft.row_bytes + count * kEventOverhead;
  commit->events = std::vector<LogEvent>(count);
  auto event = commit->events.begin();
  for (Change& change : draft.changes) {
    const auto* link = std::get_if<LinkRecord>(&change);
    if (link == nullptr) {
      (event++)->Set(std::move(change));
      continue;
    }
    CONCORDAT_ASSIGN_OR_RETURN(const NamedEntities::Names* names,
                               named.Of(*link));
    const size_t former = names->CountBefore(link->recorded);
    commit->weight += names->bytes;
    (event++)->Set(std::move(change), names->entities, former);
  }
  for (rows::JudgedClaim& judged : draft.claims) {
    (event++)->Set(std::move(judged));
  }
  for (const rows::LoggedFindingEvent& logged : draft.findings) {
    CONCORDAT_ASSIGN_OR_RETURN(convert::FindingChange finding,
                               ReadFinding(reader, logged));
    (event++)->Set(std::move(finding));
  }
  return commit;
}

}  // namespace

void LogEvent::Set(Change change,
                   std::shared_ptr<const std::vector<EntityId>> shared,
                   size_t former) {
  what_ = RecordedChange{std::move(change), std::move(shared), former};
}

EventSubject LogEvent::Subject() const {
  if (const auto* recorded = std::get_if<RecordedChange>(&what_)) {
    if (recorded->former == 0) return EventSubjectOf(recorded->change, {});
    return EventSubjectOf(
        recorded->change,
        absl::MakeConstSpan(*recorded->shared).first(recorded->former));
  }
  if (const auto* judged = std::get_if<rows::JudgedClaim>(&what_)) {
    return EventSubjectOf(*judged);
  }
  return EventSubjectOf(std::get<convert::FindingChange>(what_).subject);
}

const std::string& LogEvent::Bytes(uint32_t ordinal,
                                   const TokenMint& tokens) const {
  std::call_once(made_, [&] {
    if (const auto* recorded = std::get_if<RecordedChange>(&what_)) {
      bytes_ = convert::EventBytes(recorded->change, ordinal, tokens);
    } else if (const auto* judged = std::get_if<rows::JudgedClaim>(&what_)) {
      bytes_ = convert::EventBytes(*judged, ordinal, tokens);
    } else {
      bytes_ = convert::EventBytes(std::get<convert::FindingChange>(what_),
                                   ordinal, tokens);
    }
  });
  return bytes_;
}

absl::Status CheckLogKept(const Reader& reader, const TokenMint& tokens,
                          Revision after) {
  CONCORDAT_ASSIGN_OR_RETURN(const Revision start, LogStart(reader));
  if (after >= start) return absl::OkStatus();
  return errors::RevisionCompacted(after, start, tokens.RevisionToken(start));
}

absl::StatusOr<Revision> LastBefore(const Reader& reader,
                                    const TokenMint& tokens, absl::Time time,
                                    Revision head) {
  CONCORDAT_ASSIGN_OR_RETURN(const Revision start, LogStart(reader));
  uint64_t before = start.number();
  uint64_t last = head.number();
  while (before < last) {
    const uint64_t middle = before + (last - before + 1) / 2;
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<rows::CommitRecord> commit,
                               rows::GetCommit(reader, Revision(middle)));
    if (!commit.has_value()) {
      return errors::StorageCorrupt("the log misses a commit");
    }
    if (commit->at < time) {
      before = middle;
    } else {
      last = middle - 1;
    }
  }
  // Of what is gone nobody knows when it was.
  if (before == start.number() && before > 0) {
    return errors::RevisionCompacted(Revision(before - 1), start,
                                     tokens.RevisionToken(start));
  }
  return Revision(before);
}

absl::StatusOr<LogPage> ReadLog(const Reader& reader, const TokenMint& tokens,
                                Revision after, size_t events_max) {
  CONCORDAT_RETURN_IF_ERROR(CheckLogKept(reader, tokens, after));
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<Draft> drafts,
                             ReadCommits(reader, after, events_max));
  LogPage page;
  if (drafts.empty()) return page;
  CONCORDAT_RETURN_IF_ERROR(
      AddRows(reader, rows::kChanges, drafts,
              [](Draft& draft, absl::string_view key, absl::string_view value) {
                absl::StatusOr<std::vector<Change>> changes =
                    rows::ParseChanges(key, value);
                if (changes.ok()) draft.changes = *std::move(changes);
                return changes.status();
              }));
  CONCORDAT_RETURN_IF_ERROR(
      AddRows(reader, rows::kClaims, drafts,
              [](Draft& draft, absl::string_view, absl::string_view value) {
                absl::StatusOr<std::vector<rows::JudgedClaim>> claims =
                    rows::ParseClaims(value);
                if (claims.ok()) draft.claims = *std::move(claims);
                return claims.status();
              }));
  CONCORDAT_RETURN_IF_ERROR(
      AddRows(reader, rows::kFindingLog, drafts,
              [](Draft& draft, absl::string_view key, absl::string_view) {
                absl::StatusOr<rows::LoggedFindingEvent> logged =
                    rows::ParseFindingLogKey(key);
                if (logged.ok()) draft.findings.push_back(*std::move(logged));
                return logged.status();
              }));
  NamedEntities named(reader, drafts.back().commit.revision);
  page.reserve(drafts.size());
  for (Draft& draft : drafts) {
    CONCORDAT_ASSIGN_OR_RETURN(page.emplace_back(),
                               Finish(reader, tokens, named, std::move(draft)));
  }
  return page;
}

}  // namespace concordat
