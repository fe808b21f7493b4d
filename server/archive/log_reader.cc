#include "server/archive/log_reader.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "consistency/rows.h"
#include "graph/erasure.h"
#include "graph/errors.h"
#include "graph/key.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "proto/block_chain.h"

namespace concordat {
namespace {

constexpr size_t kPartBytes = size_t{512} << 10;
constexpr size_t kPartCommits = 1000;

void AddRow(Space space, absl::string_view key, absl::string_view value,
            v1::LogRecord& record) {
  v1::LogRow* row = record.add_rows();
  row->set_space(space.id);
  row->set_key(key.data(), key.size());
  row->set_value(value.data(), value.size());
}

// The newest are looked at first, as mostly a newest commit is asked about.
absl::Status AddVocabularyAt(const Reader& reader, Revision revision,
                             v1::LogRecord& record) {
  CONCORDAT_ASSIGN_OR_RETURN(uint64_t version,
                             rows::NewestVocabularyVersion(reader));
  for (; version > 0; --version) {
    CONCORDAT_ASSIGN_OR_RETURN(const auto applied,
                               rows::GetVocabulary(reader, version));
    if (!applied.has_value() || applied->revision != revision) continue;
    const std::string key = KeyWriter().Number(version).Take();
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                               reader.Get(rows::kVocabularies, key));
    AddRow(rows::kVocabularies, key, row.value_or(""), record);
    break;
  }
  return absl::OkStatus();
}

static_assert(kTiedSpaces[0] == rows::kCommits.id &&
              kTiedSpaces[1] == rows::kClaimKeys.id &&
              kTiedSpaces[2] == rows::kVocabularies.id);

}  // namespace

absl::Status LogReader::AddCommits(Records& records) const {
  absl::Status problem;
  const uint64_t end =
      std::min(last_.number() + kPartCommits, upto_.number()) + 1;
  std::vector<std::pair<uint64_t, std::string>> requests;
  std::vector<uint64_t> erasures;
  CONCORDAT_RETURN_IF_ERROR(reader_.Scan(
      rows::kCommits, KeyWriter().At(last_.Next()).bytes(),
      KeyWriter().Number(end).bytes(),
      [&](absl::string_view key, absl::string_view value) {
        absl::StatusOr<rows::CommitRecord> commit =
            rows::ParseCommit(key, value);
        problem = commit.status();
        if (!problem.ok()) return false;
        const uint64_t number = commit->revision.number();
        if (number != last_.number() + records.size() + 1) {
          problem = errors::StorageCorrupt(absl::StrCat(
              "the log lacks revision ", last_.number() + records.size() + 1));
          return false;
        }
        v1::LogRecord& record = records[number];
        record.set_revision(number);
        AddRow(rows::kCommits, key, value, record);
        if (commit->kind == rows::CommitRecord::Kind::kErasure) {
          erasures.push_back(number);
        }
        if (!commit->request_id.empty()) {
          requests.emplace_back(number, std::move(commit->request_id));
        }
        return true;
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  for (const auto& [revision, id] : requests) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                               reader_.Get(rows::kRequests, id));
    if (!row.has_value()) continue;
    CONCORDAT_ASSIGN_OR_RETURN(const rows::RequestRecord request,
                               rows::ParseRequest(*row));
    // Else the id was used again since.
    if (request.revision.number() != revision) continue;
    AddRow(rows::kRequests, id, *row, records[revision]);
  }
  for (const uint64_t revision : erasures) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<EntityId> entities,
                               rows::ErasedAt(reader_, Revision(revision)));
    for (const EntityId& entity : entities) {
      const std::string key = KeyWriter().Entity(entity).Take();
      CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                                 reader_.Get(rows::kErasures, key));
      if (row.has_value()) {
        AddRow(rows::kErasures, key, *row, records[revision]);
      }
    }
  }
  return absl::OkStatus();
}

absl::Status LogReader::AddRows(Space space, size_t& bytes,
                                Records& records) const {
  if (records.empty()) return absl::OkStatus();
  size_t read = bytes;
  uint64_t last = records.rbegin()->first;
  CONCORDAT_RETURN_IF_ERROR(
      reader_.Scan(space, KeyWriter().Number(records.begin()->first).bytes(),
                   KeyWriter().Number(last + 1).bytes(),
                   [&](absl::string_view key, absl::string_view value) {
                     KeyReader keys(key);
                     const uint64_t revision = keys.Number();
                     const auto record = records.find(revision);
                     if (record == records.end()) return true;
                     AddRow(space, key, value, record->second);
                     read += value.size();
                     if (read < kPartBytes) return true;
                     last = revision;
                     return false;
                   }));
  records.erase(records.upper_bound(last), records.end());
  bytes = read;
  return absl::OkStatus();
}

absl::Status LogReader::FindVocabularies() {
  vocabularies_.emplace();
  absl::Status problem;
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t newest,
                             rows::NewestVocabularyVersion(reader_));
  for (uint64_t version = 1; version <= newest; ++version) {
    CONCORDAT_ASSIGN_OR_RETURN(const auto record,
                               rows::GetVocabulary(reader_, version));
    if (!record.has_value()) continue;
    const std::string key = KeyWriter().Number(version).Take();
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                               reader_.Get(rows::kVocabularies, key));
    v1::LogRow& row = (*vocabularies_)[record->revision.number()];
    row.set_space(rows::kVocabularies.id);
    row.set_key(key);
    row.set_value(value.value_or(""));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::ArchiveLog> LogReader::Next() {
  v1::ArchiveLog part;
  if (last_ >= upto_) return part;
  if (!vocabularies_.has_value()) {
    CONCORDAT_RETURN_IF_ERROR(FindVocabularies());
  }
  Records records;
  CONCORDAT_RETURN_IF_ERROR(AddCommits(records));
  if (records.empty()) {
    return errors::StorageCorrupt(
        absl::StrCat("the log lacks revision ", last_.Next().number()));
  }
  size_t bytes = 0;
  for (const Space space : {rows::kChanges, rows::kClaims, rows::kClaimKeys,
                            rows::kFindingChanges}) {
    CONCORDAT_RETURN_IF_ERROR(AddRows(space, bytes, records));
  }
  for (auto& [revision, record] : records) {
    const auto vocabulary = vocabularies_->find(revision);
    if (vocabulary != vocabularies_->end()) {
      *record.add_rows() = vocabulary->second;
    }
    *part.add_records() = std::move(record);
  }
  last_ = Revision(part.records().rbegin()->revision());
  return part;
}

const v1::LogRow* FindRow(const v1::LogRecord& record, Space space) {
  for (const v1::LogRow& row : record.rows()) {
    if (row.space() == space.id) return &row;
  }
  return nullptr;
}

absl::Status CheckLogReaches(const Reader& reader, Revision after) {
  CONCORDAT_ASSIGN_OR_RETURN(const Revision head, rows::ReadHead(reader));
  if (after > head) return errors::FutureRevision(after, head);
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Revision> start,
                             rows::ReadLogStart(reader));
  if (after < start.value_or(Revision())) {
    return errors::RevisionCompacted(after, *start, "");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> TieAt(const Reader& reader, Revision revision) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Revision> start,
                             rows::ReadLogStart(reader));
  if (revision <= start.value_or(Revision())) return std::string();
  v1::LogRecord record;
  const std::string key = KeyWriter().At(revision).Take();
  for (const Space space : {rows::kCommits, rows::kClaimKeys}) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                               reader.Get(space, key));
    if (row.has_value()) AddRow(space, key, *row, record);
  }
  if (record.rows().empty() || record.rows(0).space() != rows::kCommits.id) {
    return errors::StorageCorrupt(
        absl::StrCat("the log lacks revision ", revision.number()));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const rows::CommitRecord commit,
                             rows::ParseCommit(key, record.rows(0).value()));
  if (commit.kind == rows::CommitRecord::Kind::kVocabulary) {
    CONCORDAT_RETURN_IF_ERROR(AddVocabularyAt(reader, revision, record));
  }
  return TieOf(record);
}

}  // namespace concordat
