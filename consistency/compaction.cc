#include "consistency/compaction.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "consistency/rows.h"
#include "graph/codec.h"
#include "graph/compaction.h"
#include "graph/cursors.h"
#include "graph/errors.h"
#include "graph/failpoints.h"
#include "graph/key.h"
#include "graph/limits.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

constexpr char kMarkName[] = "compaction";
constexpr uint64_t kLayout = 1;
// From the first step of a compaction to the last.
constexpr absl::Duration kStepsTakeMax = absl::Hours(24);

// In this order. The log goes last, so that it is whole or of no use.
enum Stage : uint8_t {
  kFactsStage,
  kRelationsStage,
  kLinksStage,
  kFindingLogStage,
  kFindingChangesStage,
  kClaimsStage,
  kClaimKeysStage,
  kChangesStage,
  kRequestsStage,
  kCommitsStage,
  kStages,
};

// Commits up to `before` whose requests, if any, are older than
// `requests_kept`.
absl::StatusOr<std::vector<rows::CommitRecord>> CommitsThatGo(
    const Reader& reader, Revision before, absl::Time requests_kept,
    absl::string_view start, size_t rows_max, CompactionPage& page) {
  std::vector<rows::CommitRecord> commits;
  absl::Status problem;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      rows::kCommits, start, KeyWriter().At(before.Next()).bytes(),
      [&](absl::string_view key, absl::string_view value) {
        if (page.rows_seen >= rows_max) {
          page.next = std::string(key);
          return false;
        }
        ++page.rows_seen;
        absl::StatusOr<rows::CommitRecord> commit =
            rows::ParseCommit(key, value);
        problem = commit.status();
        if (!problem.ok()) return false;
        if (commit->request_id.empty() || commit->at < requests_kept) {
          commits.push_back(*std::move(commit));
        }
        return true;
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  return commits;
}

// The requests of commits that go. An id that was used again since is that of
// the newer commit.
absl::StatusOr<CompactionPage> PlanRequests(const Reader& reader,
                                            Revision before, absl::Time now,
                                            absl::string_view start,
                                            size_t rows_max) {
  CompactionPage page{.space = rows::kRequests};
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<rows::CommitRecord> commits,
                             CommitsThatGo(reader, before, now - kRequestsKept,
                                           start, rows_max, page));
  for (rows::CommitRecord& commit : commits) {
    if (commit.request_id.empty()) continue;
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<rows::RequestRecord> request,
                               rows::GetRequest(reader, commit.request_id));
    if (!request.has_value() || request->revision != commit.revision) continue;
    page.removed.push_back(std::move(commit.request_id));
  }
  return page;
}

// A commit stays while its request may be asked about, and somewhat longer: the
// requests went in earlier steps, when less of them were old.
absl::StatusOr<CompactionPage> PlanCommits(const Reader& reader,
                                           Revision before, absl::Time now,
                                           absl::string_view start,
                                           size_t rows_max) {
  CompactionPage page{.space = rows::kCommits};
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::vector<rows::CommitRecord> commits,
      CommitsThatGo(reader, before, now - kRequestsKept - kStepsTakeMax, start,
                    rows_max, page));
  page.removed.reserve(commits.size());
  for (const rows::CommitRecord& commit : commits) {
    page.removed.push_back(KeyWriter().At(commit.revision).Take());
  }
  return page;
}

absl::StatusOr<CompactionPage> Plan(const Reader& reader, absl::Time now,
                                    size_t rows_max,
                                    const CompactionProgress& at) {
  switch (at.stage) {
    case kFactsStage:
      return PlanFacts(reader, at.before, at.next, rows_max);
    case kRelationsStage:
      return PlanRelations(reader, at.before, at.next, rows_max);
    case kLinksStage:
      return PlanLinks(reader, at.before, at.next, rows_max);
    case kFindingLogStage:
      return PlanLog(reader, rows::kFindingLog, at.before, at.next, rows_max);
    case kFindingChangesStage:
      return PlanLog(reader, rows::kFindingChanges, at.before, at.next,
                     rows_max);
    case kClaimsStage:
      return PlanLog(reader, rows::kClaims, at.before, at.next, rows_max);
    case kClaimKeysStage:
      return PlanLog(reader, rows::kClaimKeys, at.before, at.next, rows_max);
    case kChangesStage:
      return PlanLog(reader, rows::kChanges, at.before, at.next, rows_max);
    case kRequestsStage:
      return PlanRequests(reader, at.before, now, at.next, rows_max);
    default:
      return PlanCommits(reader, at.before, now, at.next, rows_max);
  }
}

void Advance(const CompactionPage& page, CompactionProgress& progress) {
  progress.rows_seen += page.rows_seen;
  progress.rows_removed += page.removed.size();
  progress.records_removed += page.records_removed;
  progress.next = page.next;
  if (!page.next.empty()) return;
  ++progress.stage;
  progress.done = progress.stage >= kStages;
}

absl::Status PutMark(Transaction& tx, const CompactionProgress& progress) {
  if (progress.done) return tx.Delete(rows::kMeta, kMarkName);
  Encoder mark;
  mark.Unsigned(kLayout).Unsigned(progress.before.number());
  mark.Unsigned(progress.stage).String(progress.next);
  mark.Unsigned(progress.rows_seen).Unsigned(progress.rows_removed);
  mark.Unsigned(progress.records_removed);
  return tx.Put(rows::kMeta, kMarkName, mark.bytes());
}

// What channels hold is nowhere but in claims of the log that were not applied.
absl::Status CheckHeldIsApplied(const Reader& reader, Revision before) {
  CONCORDAT_ASSIGN_OR_RETURN(const HeldManifest held, ReadHeldManifest(reader));
  bool any = false;
  CONCORDAT_RETURN_IF_ERROR(
      reader.Scan(rows::kClaims, KeyWriter().At(held.applied.Next()).bytes(),
                  KeyWriter().At(before.Next()).bytes(),
                  [&](absl::string_view, absl::string_view) {
                    any = true;
                    return false;
                  }));
  if (!any) return absl::OkStatus();
  return errors::Internal("what channels hold is behind what is compacted");
}

}  // namespace

absl::StatusOr<std::optional<CompactionProgress>> FindCompaction(
    const Reader& reader) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                             reader.Get(rows::kMeta, kMarkName));
  if (!row.has_value()) return std::nullopt;
  Decoder mark(*row);
  mark.Unsigned();
  CompactionProgress progress;
  progress.before = Revision(mark.Unsigned());
  progress.stage = static_cast<uint8_t>(mark.Unsigned());
  progress.next = mark.String();
  progress.rows_seen = mark.Unsigned();
  progress.rows_removed = mark.Unsigned();
  progress.records_removed = mark.Unsigned();
  CONCORDAT_RETURN_IF_ERROR(mark.Finish("compaction"));
  return progress;
}

absl::StatusOr<CompactionProgress> RespectCursors(const Reader& reader,
                                                  Revision before) {
  CompactionProgress progress{.before = before};
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<Cursor> cursors,
                             ListCursors(reader));
  for (const Cursor& cursor : cursors) {
    if (cursor.revision >= progress.before) continue;
    progress.before = cursor.revision;
    progress.held_back_by = cursor.name;
  }
  return progress;
}

absl::StatusOr<CompactionProgress> BeginCompaction(Transaction& tx,
                                                   Revision before) {
  // Here, as one may have been put since the caller looked.
  CONCORDAT_ASSIGN_OR_RETURN(CompactionProgress progress,
                             RespectCursors(tx, before));
  before = progress.before;
  CONCORDAT_ASSIGN_OR_RETURN(const auto begun, FindCompaction(tx));
  if (begun.has_value() && begun->before >= before) return *begun;
  CONCORDAT_ASSIGN_OR_RETURN(const Revision oldest, rows::ReadOldest(tx));
  if (before <= oldest) {
    progress.before = oldest;
    progress.done = true;
    return progress;
  }
  CONCORDAT_RETURN_IF_ERROR(CheckHeldIsApplied(tx, before));
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kCompactionBeforeMark));
  CONCORDAT_RETURN_IF_ERROR(rows::PutOldest(tx, before));
  CONCORDAT_ASSIGN_OR_RETURN(const auto log_start, rows::ReadLogStart(tx));
  CONCORDAT_RETURN_IF_ERROR(
      rows::PutLogStart(tx, std::max(before, log_start.value_or(Revision()))));
  CONCORDAT_RETURN_IF_ERROR(PutMark(tx, progress));
  return progress;
}

absl::Status StepCompaction(Transaction& tx, absl::Time now, size_t rows_max,
                            CompactionProgress& progress) {
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kCompactionPageBegin));
  CONCORDAT_ASSIGN_OR_RETURN(const CompactionPage page,
                             Plan(tx, now, rows_max, progress));
  CONCORDAT_RETURN_IF_ERROR(Apply(tx, page));
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kCompactionPageEnd));
  CompactionProgress after = progress;
  Advance(page, after);
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kCompactionBeforeMark));
  CONCORDAT_RETURN_IF_ERROR(PutMark(tx, after));
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kCompactionPageEnd));
  progress = std::move(after);
  return absl::OkStatus();
}

absl::Status SurveyCompaction(const Reader& reader, absl::Time now,
                              size_t rows_max, CompactionProgress& progress) {
  CONCORDAT_ASSIGN_OR_RETURN(const CompactionPage page,
                             Plan(reader, now, rows_max, progress));
  Advance(page, progress);
  return absl::OkStatus();
}

absl::StatusOr<Revision> RevisionAt(const Reader& reader, absl::Time time) {
  CONCORDAT_ASSIGN_OR_RETURN(const Revision head, rows::ReadHead(reader));
  CONCORDAT_ASSIGN_OR_RETURN(const Revision oldest, rows::ReadOldest(reader));
  // Commits are in order of time, unless a clock was set back.
  uint64_t known = oldest.number();
  uint64_t beyond = head.number() + 1;
  while (known + 1 < beyond) {
    const uint64_t middle = known + (beyond - known) / 2;
    const std::string key = KeyWriter().Number(middle).Take();
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                               reader.Get(rows::kCommits, key));
    bool before = true;  // a commit that is gone is old
    if (row.has_value()) {
      CONCORDAT_ASSIGN_OR_RETURN(const rows::CommitRecord commit,
                                 rows::ParseCommit(key, *row));
      before = commit.at <= time;
    }
    (before ? known : beyond) = middle;
  }
  return Revision(known);
}

absl::StatusOr<uint64_t> CountFindingsJudgedBefore(const Reader& reader,
                                                   Revision before) {
  uint64_t count = 0;
  std::string start;
  while (true) {
    std::vector<std::string> ids;
    CONCORDAT_RETURN_IF_ERROR(reader.Scan(
        rows::kFindings, start, "",
        [&](absl::string_view key, absl::string_view) {
          ids.emplace_back(key);
          return static_cast<int64_t>(ids.size()) < limits::kPageSizeMax;
        }));
    for (const std::string& id : ids) {
      CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Finding> finding,
                                 rows::GetFinding(reader, id));
      if (finding.has_value() && finding->judged_at < before) ++count;
    }
    if (static_cast<int64_t>(ids.size()) < limits::kPageSizeMax) return count;
    start = ids.back() + '\0';
  }
}

}  // namespace concordat
