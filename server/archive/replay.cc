#include "server/archive/replay.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "config/vocabulary_loader.h"
#include "consistency/rows.h"
#include "graph/erasure.h"
#include "graph/errors.h"
#include "graph/identifiers.h"
#include "graph/key.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// Rows of these spaces are put as they come.
constexpr Space kLogSpaces[] = {
    rows::kCommits, rows::kRequests,  rows::kErasures,    rows::kChanges,
    rows::kClaims,  rows::kClaimKeys, rows::kVocabularies};

const v1::LogRow* FindRow(const v1::LogRecord& record, Space space) {
  for (const v1::LogRow& row : record.rows()) {
    if (row.space() == space.id) return &row;
  }
  return nullptr;
}

absl::Status NoCommit(const v1::LogRecord& record, absl::string_view what) {
  return errors::BackupCorrupt(
      absl::StrCat("revision ", record.revision(), ": ", what));
}

absl::StatusOr<const v1::LogRow*> RequireRow(const v1::LogRecord& record,
                                             Space space) {
  const v1::LogRow* row = FindRow(record, space);
  if (row == nullptr) {
    return NoCommit(record, absl::StrCat("has no row of ", space.name));
  }
  return row;
}

absl::Status WentOtherwise(const v1::LogRecord& record) {
  return errors::Internal(absl::StrCat("revision ", record.revision(),
                                       " cannot be recorded as it was"));
}

// What was written along the way is mostly the same already.
absl::Status PutLogRows(Transaction& tx, const v1::LogRecord& record) {
  for (const v1::LogRow& row : record.rows()) {
    const Space* known = nullptr;
    for (const Space& space : kLogSpaces) {
      if (space.id == row.space()) known = &space;
    }
    if (known == nullptr) {
      return errors::StorageVersion(
          absl::StrCat("revision ", record.revision(),
                       " has rows of a newer version; start that version"));
    }
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> put,
                               tx.Get(*known, row.key()));
    if (put.has_value() && *put == row.value()) continue;
    CONCORDAT_RETURN_IF_ERROR(tx.Put(*known, row.key(), row.value()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Replayer::Replay(Transaction& tx, const v1::LogRecord& record) {
  using Kind = rows::CommitRecord::Kind;
  CONCORDAT_ASSIGN_OR_RETURN(const v1::LogRow* row,
                             RequireRow(record, rows::kCommits));
  CONCORDAT_ASSIGN_OR_RETURN(const rows::CommitRecord commit,
                             rows::ParseCommit(row->key(), row->value()));
  if (commit.revision.number() != record.revision()) {
    return NoCommit(record, "its commit is of another revision");
  }
  switch (commit.kind) {
    case Kind::kVocabulary:
      CONCORDAT_RETURN_IF_ERROR(ReplayVocabulary(tx, record));
      break;
    case Kind::kKnowledge:
      CONCORDAT_RETURN_IF_ERROR(ReplayKnowledge(tx, record, commit));
      break;
    case Kind::kClaims:
      CONCORDAT_RETURN_IF_ERROR(ReplayClaims(tx, record, commit));
      break;
    case Kind::kErasure:
      CONCORDAT_RETURN_IF_ERROR(ReplayErasure(tx, record, commit));
      break;
    default:
      return errors::StorageVersion(
          absl::StrCat("revision ", record.revision(),
                       " is of a kind of a newer version; start that version"));
  }
  return PutLogRows(tx, record);
}

absl::Status Replayer::ReplayKnowledge(Transaction& tx,
                                       const v1::LogRecord& record,
                                       const rows::CommitRecord& commit) {
  if (vocabulary_ == nullptr) return errors::NoVocabulary();
  CONCORDAT_ASSIGN_OR_RETURN(const v1::LogRow* row,
                             RequireRow(record, rows::kChanges));
  WriteBatch batch;
  CONCORDAT_ASSIGN_OR_RETURN(batch.changes,
                             rows::ParseChanges(row->key(), row->value()));
  batch.request_id = commit.request_id;
  batch.actor = commit.actor;
  CONCORDAT_ASSIGN_OR_RETURN(
      const WriteOutcome outcome,
      checker_.Write(tx, *vocabulary_, std::move(batch),
                     {.revision = commit.revision, .at = commit.at}));
  return outcome.replayed ? WentOtherwise(record) : absl::OkStatus();
}

absl::Status Replayer::ReplayClaims(Transaction& tx,
                                    const v1::LogRecord& record,
                                    const rows::CommitRecord& commit) {
  if (vocabulary_ == nullptr) return errors::NoVocabulary();
  CONCORDAT_ASSIGN_OR_RETURN(const v1::LogRow* row,
                             RequireRow(record, rows::kClaims));
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<rows::JudgedClaim> judged,
                             rows::ParseClaims(row->value()));
  std::vector<Claim> claims;
  claims.reserve(judged.size());
  for (rows::JudgedClaim& one : judged) claims.push_back(std::move(one.claim));
  const size_t count = claims.size();
  CONCORDAT_ASSIGN_OR_RETURN(
      const ReportOutcome outcome,
      checker_.Report(tx, *vocabulary_, std::move(claims),
                      {.revision = commit.revision, .at = commit.at}));
  return outcome.recorded != count ? WentOtherwise(record) : absl::OkStatus();
}

absl::Status Replayer::ReplayErasure(Transaction& tx,
                                     const v1::LogRecord& record,
                                     const rows::CommitRecord& commit) {
  if (vocabulary_ == nullptr) return errors::NoVocabulary();
  CONCORDAT_ASSIGN_OR_RETURN(const v1::LogRow* row,
                             RequireRow(record, rows::kErasures));
  KeyReader key(row->key());
  CONCORDAT_ASSIGN_OR_RETURN(const ErasureRecord erased,
                             rows::ParseErasure(key.Entity(), row->value()));
  CONCORDAT_ASSIGN_OR_RETURN(
      const ErasureOutcome outcome,
      checker_.Erase(tx, *vocabulary_,
                     {.entity = erased.entity,
                      .actor = erased.actor,
                      .reason = erased.reason,
                      .request_id = erased.request_id},
                     {.revision = commit.revision, .at = commit.at}));
  return outcome.replayed ? WentOtherwise(record) : absl::OkStatus();
}

absl::Status Replayer::ReplayVocabulary(Transaction& tx,
                                        const v1::LogRecord& record) {
  CONCORDAT_ASSIGN_OR_RETURN(const v1::LogRow* row,
                             RequireRow(record, rows::kVocabularies));
  CONCORDAT_RETURN_IF_ERROR(
      tx.Put(rows::kVocabularies, row->key(), row->value()));
  const uint64_t version = KeyReader(row->key()).Number();
  CONCORDAT_ASSIGN_OR_RETURN(const auto applied,
                             rows::GetVocabulary(tx, version));
  if (!applied.has_value()) return NoCommit(record, "is no vocabulary");
  // Also says that it is the newest.
  CONCORDAT_RETURN_IF_ERROR(rows::PutVocabulary(tx, *applied));
  const LoadedVocabulary loaded =
      LoadVocabulary(applied->yaml, applied->file_name, version);
  if (loaded.vocabulary == nullptr) {
    return errors::StorageVersion(
        absl::StrCat("revision ", record.revision(),
                     ": this version cannot read vocabulary version ", version,
                     ": ", ToStatus(loaded).message()));
  }
  CONCORDAT_RETURN_IF_ERROR(IndexIdentifiers(tx, loaded.vocabulary->schema));
  vocabulary_ = loaded.vocabulary;
  checker_.ForgetKnowledge();
  return absl::OkStatus();
}

}  // namespace concordat
