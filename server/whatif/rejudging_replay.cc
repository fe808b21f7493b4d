#include "server/whatif/rejudging_replay.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "graph/erasure.h"
#include "graph/errors.h"
#include "graph/identifiers.h"
#include "graph/key.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "server/archive/log_reader.h"

namespace concordat {
namespace {

// Entities that are judged again at once, where a rule concerns too many.
constexpr size_t kRejudgedAtOnce = 1000;
// What is remembered of claims that agree, so that two replays fit beside the
// server itself.
constexpr size_t kAgreementBytesMax = size_t{64} << 20;

absl::StatusOr<const v1::LogRow*> RequireRow(const v1::LogRecord& record,
                                             Space space) {
  const v1::LogRow* row = FindRow(record, space);
  if (row != nullptr) return row;
  return errors::StorageCorrupt(absl::StrCat("revision ", record.revision(),
                                             " has no row of ", space.name));
}

// What is due first, to see that doing it got on with it.
absl::StatusOr<std::string> FirstDue(const Reader& reader, absl::Time now) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<std::string> findings,
                             rows::DueFindings(reader, now, 1));
  if (!findings.empty()) return findings.front();
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<rows::RuleOf> due,
                             rows::DueRules(reader, now, 1));
  if (due.empty()) return std::string();
  return absl::StrCat(due.front().rule, " ", due.front().root.type, " ",
                      due.front().root.id);
}

}  // namespace

RejudgingReplay::RejudgingReplay(Store* store,
                                 std::shared_ptr<const Vocabulary> vocabulary,
                                 std::function<bool()> cancelled)
    : store_(*store),
      vocabulary_(std::move(vocabulary)),
      cancelled_(std::move(cancelled)),
      checker_({.agreement_bytes_max = kAgreementBytesMax, .held = {}}) {}

absl::Status RejudgingReplay::CheckCancelled() const {
  return cancelled_() ? absl::CancelledError() : absl::OkStatus();
}

absl::Status RejudgingReplay::Begin(uint64_t store_id) {
  const absl::Status begun = store_.Write([&](Transaction& tx) {
    CONCORDAT_RETURN_IF_ERROR(rows::PutStoreId(tx, store_id));
    CONCORDAT_RETURN_IF_ERROR(rows::PutLogStart(tx, Revision()));
    return IndexIdentifiers(tx, vocabulary_->schema);
  });
  CONCORDAT_RETURN_IF_ERROR(begun);
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             store_.Snapshot());
  return checker_.Load(*reader);
}

absl::Status RejudgingReplay::Replay(const v1::ArchiveLog& commits) {
  return store_.Write([&](Transaction& tx) {
    for (const v1::LogRecord& record : commits.records()) {
      CONCORDAT_RETURN_IF_ERROR(CheckCancelled());
      CONCORDAT_RETURN_IF_ERROR(ReplayOne(tx, record));
    }
    return rows::PutHead(tx, head_);
  });
}

absl::Status RejudgingReplay::End(absl::Time at) {
  return store_.Write([&](Transaction& tx) {
    CONCORDAT_RETURN_IF_ERROR(Settle(tx, head_.Next(), at));
    now_ = std::max(now_, at);
    CONCORDAT_RETURN_IF_ERROR(checker_.ChangeVocabulary(
        tx, *vocabulary_, {.revision = head_.Next(), .at = now_}));
    CONCORDAT_RETURN_IF_ERROR(Settle(tx, head_.Next(), at));
    return rows::PutHead(tx, head_.Next());
  });
}

// At the revision of the commit that comes next, whose row takes the place of
// what this records of itself: so every revision stays what it was.
absl::Status RejudgingReplay::Settle(Transaction& tx, Revision revision,
                                     absl::Time until) {
  std::string last;
  while (checker_.next_due() <= until) {
    CONCORDAT_RETURN_IF_ERROR(CheckCancelled());
    now_ = std::max(now_, checker_.next_due());
    CONCORDAT_ASSIGN_OR_RETURN(std::string first, FirstDue(tx, now_));
    // Beyond the limits of what can be looked at: it stays what it is.
    if (!first.empty() && first == last) break;
    last = std::move(first);
    bool used = false;
    CONCORDAT_RETURN_IF_ERROR(
        checker_.Settle(tx, *vocabulary_, {.revision = revision, .at = now_},
                        kRejudgedAtOnce, used));
  }
  return absl::OkStatus();
}

absl::Status RejudgingReplay::ReplayOne(Transaction& tx,
                                        const v1::LogRecord& record) {
  using Kind = rows::CommitRecord::Kind;
  CONCORDAT_ASSIGN_OR_RETURN(const v1::LogRow* row,
                             RequireRow(record, rows::kCommits));
  CONCORDAT_ASSIGN_OR_RETURN(const rows::CommitRecord commit,
                             rows::ParseCommit(row->key(), row->value()));
  CONCORDAT_RETURN_IF_ERROR(Settle(tx, commit.revision, commit.at));
  now_ = std::max(now_, commit.at);
  head_ = commit.revision;
  // When it was recorded is asked for by tokens in claims.
  CONCORDAT_RETURN_IF_ERROR(tx.Put(rows::kCommits, row->key(), row->value()));
  switch (commit.kind) {
    case Kind::kKnowledge:
      CONCORDAT_RETURN_IF_ERROR(ReplayKnowledge(tx, record, commit));
      break;
    case Kind::kClaims:
      CONCORDAT_RETURN_IF_ERROR(ReplayClaims(tx, record, commit));
      break;
    case Kind::kErasure:
      CONCORDAT_RETURN_IF_ERROR(ReplayErasures(tx, record));
      break;
    default:  // of vocabularies and findings
      break;
  }
  return checker_.held().KeepUp(tx);
}

absl::Status RejudgingReplay::ReplayKnowledge(
    Transaction& tx, const v1::LogRecord& record,
    const rows::CommitRecord& commit) {
  CONCORDAT_ASSIGN_OR_RETURN(const v1::LogRow* row,
                             RequireRow(record, rows::kChanges));
  WriteBatch batch;
  CONCORDAT_ASSIGN_OR_RETURN(batch.changes,
                             rows::ParseChanges(row->key(), row->value()));
  batch.actor = commit.actor;
  return checker_
      .Write(tx, *vocabulary_, std::move(batch),
             {.revision = commit.revision, .at = commit.at},
             Admission::kGranted)
      .status();
}

absl::Status RejudgingReplay::ReplayClaims(Transaction& tx,
                                           const v1::LogRecord& record,
                                           const rows::CommitRecord& commit) {
  CONCORDAT_ASSIGN_OR_RETURN(const v1::LogRow* row,
                             RequireRow(record, rows::kClaims));
  ClaimReport report = checker_.BeginReport(
      tx, *vocabulary_, {.revision = commit.revision, .at = commit.at},
      Admission::kGranted);
  rows::ClaimsDecoder in(row->value());
  while (const rows::JudgedView* judged = in.NextView()) {
    ++claims_.replayed;
    if (judged->claim.erased) ++claims_.erased;
    PreparedClaim prepared(judged->claim);
    ClaimOutcome outcome;
    CONCORDAT_RETURN_IF_ERROR(
        report.Add(absl::MakeSpan(&prepared, 1), absl::MakeSpan(&outcome, 1)));
    if (outcome.status == ClaimOutcome::Status::kRejected) ++claims_.refused;
  }
  CONCORDAT_RETURN_IF_ERROR(in.Finish());
  return report.Finish();
}

absl::Status RejudgingReplay::ReplayErasures(Transaction& tx,
                                             const v1::LogRecord& record) {
  std::vector<ErasureRecord> erasures;
  for (const v1::LogRow& row : record.rows()) {
    if (row.space() != rows::kErasures.id) continue;
    const EntityId entity = KeyReader(row.key()).Entity();
    CONCORDAT_ASSIGN_OR_RETURN(ErasureRecord erasure,
                               rows::ParseErasure(entity, row.value()));
    erasures.push_back(std::move(erasure));
  }
  return checker_.EraseAgain(tx, *vocabulary_, erasures);
}

}  // namespace concordat
