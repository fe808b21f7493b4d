#include "client/values/pair_file.h"

#include <cstddef>
#include <map>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "graph/status_macros.h"

namespace concordat::values {
namespace {

// Column name -> index in a line.
using Columns = std::map<absl::string_view, size_t>;

absl::StatusOr<Columns> ReadHeader(
    const std::vector<absl::string_view>& fields) {
  Columns columns;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (!columns.emplace(fields[i], i).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("line 1: the column `", fields[i], "` is there twice"));
    }
  }
  for (const absl::string_view name : {"id", "type", "context", "a", "b"}) {
    if (columns.contains(name)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("line 1: the column `", name,
                     "` is missing; the header is id, type, context, a, b, "
                     "and label, reason where there are labels, separated by "
                     "tabs"));
  }
  return columns;
}

absl::StatusOr<PairVerdict> ReadLabel(absl::string_view text) {
  for (const PairVerdict verdict :
       {PairVerdict::kSame, PairVerdict::kDifferent, PairVerdict::kPartial,
        PairVerdict::kUndecided}) {
    if (text == PairVerdictName(verdict)) return verdict;
  }
  return absl::InvalidArgumentError(
      "a label is SAME, DIFFERENT, PARTIAL or UNDECIDED");
}

absl::StatusOr<PairRow> ReadRow(const Columns& columns,
                                const std::vector<absl::string_view>& fields) {
  if (fields.size() != columns.size()) {
    return absl::InvalidArgumentError(absl::StrCat(
        fields.size(), " fields, and the header has ", columns.size()));
  }
  const auto field = [&](absl::string_view name) {
    const auto found = columns.find(name);
    return found == columns.end() ? std::string()
                                  : std::string(fields[found->second]);
  };
  PairRow row{.id = field("id"),
              .type = field("type"),
              .context = field("context"),
              .a = field("a"),
              .b = field("b"),
              .label = std::nullopt,
              .reason = field("reason")};
  if (const std::string label = field("label"); !label.empty()) {
    CONCORDAT_ASSIGN_OR_RETURN(row.label, ReadLabel(label));
  }
  return row;
}

}  // namespace

absl::StatusOr<std::vector<PairRow>> ReadPairs(std::istream& input) {
  std::vector<PairRow> rows;
  Columns columns;
  std::string header;
  std::string line;
  for (int64_t number = 1; std::getline(input, line); ++number) {
    absl::string_view text = line;
    absl::ConsumeSuffix(&text, "\r");
    if (number == 1) {
      absl::ConsumePrefix(&text, "\xef\xbb\xbf");
      header = std::string(text);
      CONCORDAT_ASSIGN_OR_RETURN(columns,
                                 ReadHeader(absl::StrSplit(header, '\t')));
      continue;
    }
    if (text.empty()) continue;
    absl::StatusOr<PairRow> row = ReadRow(columns, absl::StrSplit(text, '\t'));
    if (!row.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", number, ": ", row.status().message()));
    }
    rows.push_back(*std::move(row));
  }
  if (columns.empty()) {
    return absl::InvalidArgumentError("the file is empty; a header expected");
  }
  return rows;
}

int64_t Confusion::total() const {
  int64_t sum = 0;
  for (const auto& row : counts) {
    for (const int64_t count : row) sum += count;
  }
  return sum;
}

int64_t Confusion::missed() const {
  int64_t right = 0;
  for (size_t i = 0; i < 4; ++i) right += counts[i][i];
  return total() - right;
}

}  // namespace concordat::values
