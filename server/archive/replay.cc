#include "server/archive/replay.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "config/vocabulary_loader.h"
#include "consistency/personal_rows.h"
#include "consistency/rows.h"
#include "graph/erasure.h"
#include "graph/errors.h"
#include "graph/identifiers.h"
#include "graph/key.h"
#include "graph/status_macros.h"
#include "server/archive/log_reader.h"

namespace concordat {
namespace {

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

// Of what is read from the record: a file is damaged, not the store.
absl::Status OfRecord(const v1::LogRecord& record, const absl::Status& status) {
  return absl::IsDataLoss(status) ? NoCommit(record, status.message()) : status;
}
template <typename Parsed>
absl::StatusOr<Parsed> OfRecord(const v1::LogRecord& record,
                                absl::StatusOr<Parsed> parsed) {
  if (!parsed.ok()) return OfRecord(record, parsed.status());
  return parsed;
}

absl::StatusOr<ErasureRecord> ParseErasureRow(const v1::LogRow& row) {
  KeyReader key(row.key());
  const EntityId entity = key.Entity();
  if (!key.ok() || !key.rest().empty() || entity.type.empty()) {
    return errors::StorageCorrupt("an erasure has no entity");
  }
  return rows::ParseErasure(entity, row.value());
}

using Names = std::vector<absl::string_view>;

Names NamesOf(const FactRecord& fact) {
  return {fact.entity.type, fact.entity.id, fact.attribute};
}
Names NamesOf(const RelationRecord& edge) {
  return {edge.from.type, edge.from.id, edge.relation, edge.to.type,
          edge.to.id};
}
Names NamesOf(const LinkRecord& link) {
  return {link.channel, link.subject, link.entity.type, link.entity.id};
}
Names NamesOf(const MergeRecord& merge) {
  return {merge.duplicate.type, merge.duplicate.id, merge.survivor.type,
          merge.survivor.id};
}
Names NamesOf(const DistinctRecord& distinct) {
  return {distinct.a.type, distinct.a.id, distinct.b.type, distinct.b.id};
}

// Names become parts of keys, which end at a zero byte.
bool MayBeKey(absl::string_view name) {
  return !absl::StrContains(name, absl::string_view("\0", 1));
}

bool MayBeKeys(const Change& change) {
  const Names names =
      std::visit([](const auto& record) { return NamesOf(record); }, change);
  return std::all_of(names.begin(), names.end(), MayBeKey);
}

// What a row of one space has to be in a commit of the kind.
absl::Status CheckRow(const v1::LogRecord& record,
                      const rows::CommitRecord& commit, const v1::LogRow& row) {
  using Kind = rows::CommitRecord::Kind;
  const std::string own_key = KeyWriter().At(commit.revision).Take();
  bool belongs = false;
  switch (row.space()) {
    case rows::kCommits.id:
      belongs = row.key() == own_key;
      break;
    case rows::kChanges.id:
      belongs = commit.kind == Kind::kKnowledge && row.key() == own_key;
      break;
    case rows::kClaims.id:
    case rows::kClaimKeys.id:
      belongs = commit.kind == Kind::kClaims && row.key() == own_key;
      break;
    case rows::kFindingChanges.id:
      belongs = commit.kind == Kind::kFindingUpdates && row.key() == own_key;
      break;
    case rows::kRequests.id: {
      CONCORDAT_ASSIGN_OR_RETURN(const rows::RequestRecord request,
                                 rows::ParseRequest(row.value()));
      belongs = !row.key().empty() && row.key() == commit.request_id &&
                request.revision == commit.revision;
      break;
    }
    case rows::kErasures.id: {
      CONCORDAT_ASSIGN_OR_RETURN(const ErasureRecord erasure,
                                 ParseErasureRow(row));
      belongs =
          commit.kind == Kind::kErasure && erasure.revision == commit.revision;
      break;
    }
    case rows::kVocabularies.id:  // which version it is, ReplayVocabulary sees
      belongs = commit.kind == Kind::kVocabulary;
      break;
    default:
      return errors::StorageVersion(
          absl::StrCat("revision ", record.revision(),
                       " has rows of a newer version; start that version"));
  }
  return belongs ? absl::OkStatus()
                 : errors::StorageCorrupt("has a row of another commit");
}

// Rows are put as they come, so each must be one that this commit has put.
absl::Status CheckRows(const v1::LogRecord& record,
                       const rows::CommitRecord& commit) {
  std::set<std::pair<uint32_t, absl::string_view>> seen;
  for (const v1::LogRow& row : record.rows()) {
    CONCORDAT_RETURN_IF_ERROR(OfRecord(record, CheckRow(record, commit, row)));
    // Several may be erased together; of all else there is one.
    const bool several = row.space() == rows::kErasures.id;
    if (!seen.emplace(row.space(), several ? row.key() : "").second) {
      return NoCommit(record, "has a row twice");
    }
  }
  return absl::OkStatus();
}

// What was written along the way is mostly the same already. The spaces were
// checked.
absl::Status PutLogRows(Transaction& tx, const v1::LogRecord& record) {
  const std::vector<Space> spaces = rows::AllSpaces();
  for (const v1::LogRow& row : record.rows()) {
    const auto space = std::find_if(
        spaces.begin(), spaces.end(),
        [&row](const Space& one) { return one.id == row.space(); });
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> put,
                               tx.Get(*space, row.key()));
    if (put.has_value() && *put == row.value()) continue;
    CONCORDAT_RETURN_IF_ERROR(tx.Put(*space, row.key(), row.value()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Replayer::Replay(Transaction& tx, const v1::LogRecord& record) {
  using Kind = rows::CommitRecord::Kind;
  CONCORDAT_ASSIGN_OR_RETURN(const v1::LogRow* row,
                             RequireRow(record, rows::kCommits));
  CONCORDAT_ASSIGN_OR_RETURN(
      const rows::CommitRecord commit,
      OfRecord(record, rows::ParseCommit(row->key(), row->value())));
  if (commit.revision.number() != record.revision()) {
    return NoCommit(record, "its commit is of another revision");
  }
  CONCORDAT_RETURN_IF_ERROR(CheckRows(record, commit));
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
      CONCORDAT_RETURN_IF_ERROR(ReplayErasure(tx, record));
      break;
    case Kind::kFindingUpdates:
      CONCORDAT_RETURN_IF_ERROR(ReplayFindings(tx, record, commit));
      break;
    default:
      return errors::StorageVersion(
          absl::StrCat("revision ", record.revision(),
                       " is of a kind of a newer version; start that version"));
  }
  CONCORDAT_RETURN_IF_ERROR(PutLogRows(tx, record));
  return checker_.held().KeepUp(tx);
}

// Without its request_id: which request a commit answers is in the rows, and
// the same id may have been used before, where that was forgotten.
absl::Status Replayer::ReplayKnowledge(Transaction& tx,
                                       const v1::LogRecord& record,
                                       const rows::CommitRecord& commit) {
  if (vocabulary_ == nullptr) return errors::NoVocabulary();
  CONCORDAT_ASSIGN_OR_RETURN(const v1::LogRow* row,
                             RequireRow(record, rows::kChanges));
  WriteBatch batch;
  CONCORDAT_ASSIGN_OR_RETURN(
      batch.changes,
      OfRecord(record, rows::ParseChanges(row->key(), row->value())));
  if (!std::all_of(batch.changes.begin(), batch.changes.end(), MayBeKeys)) {
    return NoCommit(record, "has a name with a zero byte");
  }
  batch.actor = commit.actor;
  return checker_
      .Write(tx, *vocabulary_, std::move(batch),
             {.revision = commit.revision, .at = commit.at},
             Admission::kGranted)
      .status();
}

absl::Status Replayer::ReplayClaims(Transaction& tx,
                                    const v1::LogRecord& record,
                                    const rows::CommitRecord& commit) {
  if (vocabulary_ == nullptr) return errors::NoVocabulary();
  CONCORDAT_ASSIGN_OR_RETURN(const v1::LogRow* row,
                             RequireRow(record, rows::kClaims));
  ClaimReport report = checker_.BeginReport(
      tx, *vocabulary_, {.revision = commit.revision, .at = commit.at},
      Admission::kGranted);
  size_t count = 0;
  bool says_about = true;
  rows::ClaimsDecoder in(row->value());
  while (const rows::JudgedView* judged = in.NextView()) {
    ClaimOutcome outcome;
    CONCORDAT_RETURN_IF_ERROR(report.AddAgain(*judged, outcome));
    ++count;
    // One of a build before does not say what it was found to be about.
    says_about = says_about && !judged->attribute.empty();
  }
  CONCORDAT_RETURN_IF_ERROR(OfRecord(record, in.Finish()));
  CONCORDAT_RETURN_IF_ERROR(report.Finish());
  if (report.recorded() != count) return WentOtherwise(record);
  return says_about ? absl::OkStatus() : HoldAsJudged(tx, commit.revision);
}

absl::Status Replayer::HoldAsJudged(Transaction& tx, Revision revision) {
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::optional<std::string> row,
      tx.Get(rows::kClaims, KeyWriter().At(revision).bytes()));
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<rows::JudgedClaim> judged,
                             rows::ParseClaims(row.value_or("")));
  std::vector<HeldClaim> held;
  for (rows::JudgedClaim& one : judged) {
    if (!one.about.has_value()) continue;
    held.push_back({std::move(one), revision, revision});
  }
  return checker_.held().Change(tx, revision, held);
}

absl::Status Replayer::ReplayFindings(Transaction& tx,
                                      const v1::LogRecord& record,
                                      const rows::CommitRecord& commit) {
  if (vocabulary_ == nullptr) return errors::NoVocabulary();
  CONCORDAT_ASSIGN_OR_RETURN(const v1::LogRow* row,
                             RequireRow(record, rows::kFindingChanges));
  CONCORDAT_ASSIGN_OR_RETURN(
      const rows::FindingChanges changes,
      OfRecord(record, rows::ParseFindingChanges(row->value())));
  if (!std::all_of(
          changes.edited.begin(), changes.edited.end(), [](const auto& edited) {
            return MayBeKey(edited.id) && MayBeKey(edited.entity.type) &&
                   MayBeKey(edited.entity.id);
          })) {
    return NoCommit(record, "has a name with a zero byte");
  }
  return checker_.ChangeFindings(
      tx, *vocabulary_, changes, commit.actor,
      {.revision = commit.revision, .at = commit.at});
}

absl::Status Replayer::ReplayErasure(Transaction& tx,
                                     const v1::LogRecord& record) {
  CONCORDAT_RETURN_IF_ERROR(RequireRow(record, rows::kErasures).status());
  std::vector<ErasureRecord> erasures;
  for (const v1::LogRow& row : record.rows()) {
    if (row.space() != rows::kErasures.id) continue;
    CONCORDAT_ASSIGN_OR_RETURN(ErasureRecord erasure,
                               OfRecord(record, ParseErasureRow(row)));
    erasures.push_back(std::move(erasure));
  }
  const Vocabulary none;
  return checker_.EraseAgain(tx, vocabulary_ == nullptr ? none : *vocabulary_,
                             erasures);
}

absl::Status Replayer::ReplayVocabulary(Transaction& tx,
                                        const v1::LogRecord& record) {
  CONCORDAT_ASSIGN_OR_RETURN(const v1::LogRow* row,
                             RequireRow(record, rows::kVocabularies));
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t newest,
                             rows::NewestVocabularyVersion(tx));
  const uint64_t version = newest + 1;
  if (row->key() != KeyWriter().Number(version).bytes()) {
    return NoCommit(record, "its vocabulary is not the next version");
  }
  CONCORDAT_RETURN_IF_ERROR(
      tx.Put(rows::kVocabularies, row->key(), row->value()));
  CONCORDAT_ASSIGN_OR_RETURN(
      const auto applied, OfRecord(record, rows::GetVocabulary(tx, version)));
  if (!applied.has_value() || applied->revision.number() != record.revision()) {
    return NoCommit(record, "its vocabulary is of another revision");
  }
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
  if (vocabulary_ != nullptr) {
    CONCORDAT_RETURN_IF_ERROR(
        NoteChangedSchema(tx, vocabulary_->schema, loaded.vocabulary->schema));
  }
  CONCORDAT_RETURN_IF_ERROR(IndexIdentifiers(tx, loaded.vocabulary->schema));
  CONCORDAT_RETURN_IF_ERROR(checker_.ChangeVocabulary(
      tx, *loaded.vocabulary,
      {.revision = applied->revision, .at = applied->applied_at}));
  vocabulary_ = loaded.vocabulary;
  checker_.ForgetKnowledge();
  return absl::OkStatus();
}

}  // namespace concordat
