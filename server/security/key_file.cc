#include "server/security/key_file.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "graph/codec.h"
#include "graph/erasure.h"
#include "graph/errors.h"
#include "graph/graph_reader.h"
#include "graph/key.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

constexpr absl::string_view kMagic = "concordat keys 1\n";
// Rows of one transaction.
constexpr size_t kRowsAtOnce = 10'000;

enum class Tag : uint64_t { kEnd = 0, kKey = 1, kErasure = 2 };

absl::Status NotWhole() {
  return errors::StorageCorrupt(
      "the file of keys is not whole; use the newest copy of it");
}

absl::StatusOr<KeyFile> Parse(absl::string_view bytes) {
  if (!absl::StartsWith(bytes, kMagic) ||
      bytes.size() < kMagic.size() + Sha256::kBytes) {
    return NotWhole();
  }
  const absl::string_view content =
      bytes.substr(0, bytes.size() - Sha256::kBytes);
  if (Sha256().Add(content).Finish() != bytes.substr(content.size())) {
    return NotWhole();
  }
  Decoder in(content.substr(kMagic.size()));
  KeyFile file;
  file.store_id = in.Unsigned();
  file.revision = Revision(in.Unsigned());
  for (auto tag = Tag(in.Unsigned()); tag != Tag::kEnd && !in.failed();
       tag = Tag(in.Unsigned())) {
    if (tag == Tag::kKey) {
      std::string subject = in.String();
      CONCORDAT_ASSIGN_OR_RETURN(file.keys[std::move(subject)],
                                 rows::ParseSubjectKey(in.View()));
    } else if (tag == Tag::kErasure) {
      const std::string type = in.String();
      const EntityId entity{type, in.String()};
      CONCORDAT_ASSIGN_OR_RETURN(ErasureRecord record,
                                 rows::ParseErasure(entity, in.View()));
      file.erasures.push_back(std::move(record));
    } else {
      return NotWhole();
    }
  }
  if (!in.Finish("keys").ok()) return NotWhole();
  return file;
}

// Of those who the store itself says were erased.
absl::Status EraseKeysOfKnown(Store& store) {
  std::string start;
  do {
    GraphReader::Page<ErasureRecord> page;
    {
      CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                                 store.Snapshot());
      CONCORDAT_ASSIGN_OR_RETURN(
          page,
          rows::ListErasures(*reader, Revision::Latest(), start, kRowsAtOnce));
    }
    const absl::Status written = store.Write([&page](Transaction& tx) {
      for (const ErasureRecord& record : page.items) {
        CONCORDAT_RETURN_IF_ERROR(rows::EraseSubjectKeys(tx, record));
      }
      return absl::OkStatus();
    });
    CONCORDAT_RETURN_IF_ERROR(written);
    start = std::move(page.next);
  } while (!start.empty());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> KeyFileWriter::Next() {
  Encoder out;
  while (out.bytes().empty() && part_ != Part::kDone) {
    switch (part_) {
      case Part::kHeader:
        CONCORDAT_RETURN_IF_ERROR(AddHeader(out));
        break;
      case Part::kKeys:
        CONCORDAT_RETURN_IF_ERROR(AddKeys(out));
        break;
      case Part::kErasures:
        CONCORDAT_RETURN_IF_ERROR(AddErasures(out));
        break;
      case Part::kEnd:
      case Part::kDone:
        out.Unsigned(static_cast<uint64_t>(Tag::kEnd));
        part_ = Part::kDone;
        digest_.Add(out.bytes());
        return out.Append(digest_.Finish()).Take();
    }
  }
  digest_.Add(out.bytes());
  return out.Take();
}

absl::Status KeyFileWriter::AddHeader(Encoder& out) {
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t store_id,
                             rows::ReadStoreId(reader_));
  CONCORDAT_ASSIGN_OR_RETURN(const Revision head, rows::ReadHead(reader_));
  out.Append(kMagic).Unsigned(store_id).Unsigned(head.number());
  part_ = Part::kKeys;
  return absl::OkStatus();
}

absl::Status KeyFileWriter::AddKeys(Encoder& out) {
  size_t count = 0;
  std::string next;
  CONCORDAT_RETURN_IF_ERROR(
      reader_.Scan(rows::kSubjectKeys, start_, "",
                   [&](absl::string_view subject, absl::string_view row) {
                     if (count++ == kRowsAtOnce) {
                       next = std::string(subject);
                       return false;
                     }
                     out.Unsigned(static_cast<uint64_t>(Tag::kKey));
                     out.String(subject).String(row);
                     return true;
                   }));
  start_ = std::move(next);
  if (start_.empty()) part_ = Part::kErasures;
  return absl::OkStatus();
}

absl::Status KeyFileWriter::AddErasures(Encoder& out) {
  CONCORDAT_ASSIGN_OR_RETURN(
      GraphReader::Page<ErasureRecord> page,
      rows::ListErasures(reader_, Revision::Latest(), start_, kRowsAtOnce));
  for (const ErasureRecord& record : page.items) {
    out.Unsigned(static_cast<uint64_t>(Tag::kErasure));
    out.String(record.entity.type).String(record.entity.id);
    out.String(rows::EncodeErasure(record));
  }
  start_ = std::move(page.next);
  if (start_.empty()) part_ = Part::kEnd;
  return absl::OkStatus();
}

absl::StatusOr<KeyFile> ReadKeyFile(std::istream& in) {
  const std::string bytes{std::istreambuf_iterator<char>(in),
                          std::istreambuf_iterator<char>()};
  return Parse(bytes);
}

absl::StatusOr<uint64_t> PutKeys(const KeyFile& file, Store& store) {
  CONCORDAT_RETURN_IF_ERROR(EraseKeysOfKnown(store));
  const absl::Status erased = store.Write([&file](Transaction& tx) {
    for (const auto& [subject, key] : file.keys) {
      if (!key.empty()) continue;
      CONCORDAT_RETURN_IF_ERROR(rows::PutSubjectKey(tx, subject, ""));
    }
    return absl::OkStatus();
  });
  CONCORDAT_RETURN_IF_ERROR(erased);
  uint64_t keys = 0;
  auto next = file.keys.begin();
  while (next != file.keys.end()) {
    const absl::Status written = store.Write([&](Transaction& tx) {
      for (size_t i = 0; i < kRowsAtOnce && next != file.keys.end();
           ++i, ++next) {
        if (next->second.empty()) continue;
        CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                                   tx.Get(rows::kSubjectKeys, next->first));
        if (row.has_value()) continue;
        CONCORDAT_RETURN_IF_ERROR(
            rows::PutSubjectKey(tx, next->first, next->second));
        ++keys;
      }
      return absl::OkStatus();
    });
    CONCORDAT_RETURN_IF_ERROR(written);
  }
  return keys;
}

}  // namespace concordat
