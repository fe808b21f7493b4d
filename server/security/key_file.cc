#include "server/security/key_file.h"

#include <openssl/evp.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "graph/codec.h"
#include "graph/erasure.h"
#include "graph/errors.h"
#include "graph/key.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

constexpr absl::string_view kMagic = "concordat keys 1\n";
constexpr size_t kDigestBytes = 32;
// Rows of one transaction.
constexpr size_t kRowsAtOnce = 10'000;

enum class Tag : uint64_t { kEnd = 0, kKey = 1, kErasure = 2 };

std::string DigestOf(absl::string_view bytes) {
  unsigned char digest[kDigestBytes];
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr);
  return std::string(reinterpret_cast<char*>(digest), size);
}

absl::Status NotWhole() {
  return errors::StorageCorrupt(
      "the file of keys is not whole; use the newest copy of it");
}

struct KeyFile {
  ImportedKeys header;
  std::map<std::string, std::string> keys;  // by subject; empty: erased
  std::vector<ErasureRecord> erasures;      // in order of revision
};

absl::StatusOr<KeyFile> Parse(absl::string_view bytes) {
  if (!absl::StartsWith(bytes, kMagic) ||
      bytes.size() < kMagic.size() + kDigestBytes) {
    return NotWhole();
  }
  const absl::string_view content =
      bytes.substr(0, bytes.size() - kDigestBytes);
  if (DigestOf(content) != bytes.substr(content.size())) return NotWhole();
  Decoder in(content.substr(kMagic.size()));
  KeyFile file;
  file.header.store_id = in.Unsigned();
  file.header.revision = Revision(in.Unsigned());
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

// Before any key, so that whatever interrupts this, nobody who was erased has
// one.
absl::Status ApplyErasures(const KeyFile& file, Store& store,
                           ImportedKeys& imported) {
  return store.Write([&](Transaction& tx) {
    for (const auto& [subject, key] : file.keys) {
      if (!key.empty()) continue;
      CONCORDAT_RETURN_IF_ERROR(rows::PutSubjectKey(tx, subject, ""));
    }
    CONCORDAT_ASSIGN_OR_RETURN(imported.erasures_applied,
                               RecordErasuresAgain(tx, file.erasures));
    return absl::OkStatus();
  });
}

}  // namespace

absl::StatusOr<ExportedKeys> ExportKeys(const Reader& reader,
                                        std::ostream& out) {
  ExportedKeys exported;
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t store_id,
                             rows::ReadStoreId(reader));
  CONCORDAT_ASSIGN_OR_RETURN(const Revision head, rows::ReadHead(reader));
  Encoder file;
  file.Append(kMagic).Unsigned(store_id).Unsigned(head.number());
  CONCORDAT_RETURN_IF_ERROR(
      reader.Scan(rows::kSubjectKeys, "", "",
                  [&](absl::string_view subject, absl::string_view row) {
                    file.Unsigned(static_cast<uint64_t>(Tag::kKey));
                    file.String(subject).String(row);
                    ++exported.keys;
                    return true;
                  }));
  std::string start;
  do {
    CONCORDAT_ASSIGN_OR_RETURN(
        GraphReader::Page<ErasureRecord> page,
        rows::ListErasures(reader, Revision::Latest(), start, kRowsAtOnce));
    for (const ErasureRecord& record : page.items) {
      file.Unsigned(static_cast<uint64_t>(Tag::kErasure));
      file.String(record.entity.type).String(record.entity.id);
      file.String(rows::EncodeErasure(record));
      ++exported.erasures;
    }
    start = std::move(page.next);
  } while (!start.empty());
  file.Unsigned(static_cast<uint64_t>(Tag::kEnd));
  const std::string digest = DigestOf(file.bytes());
  out << file.bytes() << digest;
  out.flush();
  if (out.good()) return exported;
  return errors::StorageUnavailable("the file of keys could not be written");
}

absl::StatusOr<ImportedKeys> ImportKeys(std::istream& in, Store& store) {
  const std::string bytes{std::istreambuf_iterator<char>(in),
                          std::istreambuf_iterator<char>()};
  CONCORDAT_ASSIGN_OR_RETURN(KeyFile file, Parse(bytes));
  ImportedKeys imported = file.header;
  CONCORDAT_RETURN_IF_ERROR(ApplyErasures(file, store, imported));
  auto next = file.keys.begin();
  while (next != file.keys.end()) {
    const absl::Status written = store.Write([&](Transaction& tx) {
      for (size_t i = 0; i < kRowsAtOnce && next != file.keys.end();
           ++i, ++next) {
        if (next->second.empty()) continue;
        CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                                   tx.Get(rows::kSubjectKeys, next->first));
        // What the store knows to be erased stays so.
        if (row.has_value()) continue;
        CONCORDAT_RETURN_IF_ERROR(
            rows::PutSubjectKey(tx, next->first, next->second));
        ++imported.keys;
      }
      return absl::OkStatus();
    });
    CONCORDAT_RETURN_IF_ERROR(written);
  }
  return imported;
}

}  // namespace concordat
