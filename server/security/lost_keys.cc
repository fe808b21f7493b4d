#include "server/security/lost_keys.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "graph/personal.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// Of those with parts that one step looks at.
constexpr size_t kRowsAtOnce = 10'000;

struct Row {
  std::string key;
  std::string value;
};

// Rows with parts from `begin` on, which is moved on; empty at the end.
absl::StatusOr<std::vector<Row>> ReadPage(const Reader& reader, Space space,
                                          std::string& begin) {
  std::vector<Row> page;
  page.reserve(kRowsAtOnce);
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      space, begin, "", [&](absl::string_view key, absl::string_view value) {
        if (!HasPersonalParts(value)) return true;
        page.push_back({std::string(key), std::string(value)});
        return page.size() < kRowsAtOnce;
      }));
  if (!page.empty()) begin = page.back().key + '\0';
  return page;
}

// The row without what cannot be read; nullopt where all of it can.
absl::StatusOr<std::optional<std::string>> WithoutLostParts(
    const Reader& reader, const std::string& value) {
  std::optional<PersonalRow> row = SplitPersonalRow(value);
  if (!row.has_value()) return std::nullopt;  // malformed: its reader says so
  bool changed = false;
  for (PersonalPart& part : row->parts) {
    if (part.state != PartState::kSealed) continue;
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> key,
                               reader.Get(rows::kSubjectKeys, part.subject));
    if (key.has_value()) continue;
    part.state = PartState::kErased;
    part.content = {};
    changed = true;
  }
  if (!changed) return std::nullopt;
  return JoinPersonalRow(*row);
}

}  // namespace

absl::StatusOr<uint64_t> EraseLostParts(Store& store,
                                        absl::Span<const Space> spaces) {
  uint64_t changed = 0;
  for (const Space space : spaces) {
    std::string begin;
    while (true) {
      CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                                 store.Snapshot());
      CONCORDAT_ASSIGN_OR_RETURN(std::vector<Row> page,
                                 ReadPage(*reader, space, begin));
      if (page.empty()) break;
      std::vector<Row> rewritten;
      for (Row& row : page) {
        CONCORDAT_ASSIGN_OR_RETURN(std::optional<std::string> value,
                                   WithoutLostParts(*reader, row.value));
        if (!value.has_value()) continue;
        rewritten.push_back({std::move(row.key), *std::move(value)});
      }
      if (rewritten.empty()) continue;
      const absl::Status written = store.Write([&](Transaction& tx) {
        for (const Row& row : rewritten) {
          CONCORDAT_RETURN_IF_ERROR(tx.Put(space, row.key, row.value));
        }
        return absl::OkStatus();
      });
      CONCORDAT_RETURN_IF_ERROR(written);
      changed += rewritten.size();
    }
  }
  return changed;
}

}  // namespace concordat
