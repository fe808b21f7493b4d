#include "client/values/pair_file.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "graph/status_macros.h"

namespace concordat::values {
namespace {

constexpr char kHeader[] =
    "the header is id, type, context, a, b, and label, reason where there are "
    "labels, separated by tabs";

size_t IndexOf(PairVerdict verdict) { return static_cast<size_t>(verdict); }

absl::StatusOr<std::vector<std::string>> ReadHeader(absl::string_view line) {
  std::vector<std::string> columns = absl::StrSplit(line, '\t');
  for (auto column = columns.begin(); column != columns.end(); ++column) {
    if (std::find(columns.begin(), column, *column) != column) {
      return PairFileError(1, *column, "is there twice");
    }
  }
  for (const char* name : {"id", "type", "context", "a", "b"}) {
    if (std::find(columns.begin(), columns.end(), name) == columns.end()) {
      return PairFileError(1, name, absl::StrCat("is missing; ", kHeader));
    }
  }
  return columns;
}

absl::StatusOr<PairVerdict> ReadLabel(absl::string_view text, int64_t line) {
  for (const PairVerdict verdict :
       {PairVerdict::kSame, PairVerdict::kDifferent, PairVerdict::kPartial,
        PairVerdict::kUndecided}) {
    if (text == PairVerdictName(verdict)) return verdict;
  }
  return PairFileError(line, "label",
                       "a label is SAME, DIFFERENT, PARTIAL or UNDECIDED, or "
                       "empty");
}

}  // namespace

absl::Status PairFileError(int64_t line, absl::string_view column,
                           absl::string_view message) {
  return absl::InvalidArgumentError(absl::StrCat(
      "line ", line,
      column.empty() ? "" : absl::StrCat(", column `", column, "`"), ": ",
      message));
}

absl::StatusOr<std::optional<PairRow>> PairLines::Next(absl::string_view line) {
  ++lines_;
  absl::ConsumeSuffix(&line, "\n");
  absl::ConsumeSuffix(&line, "\r");
  if (lines_ == 1) {
    absl::ConsumePrefix(&line, "\xef\xbb\xbf");
    CONCORDAT_ASSIGN_OR_RETURN(columns_, ReadHeader(line));
    return std::nullopt;
  }
  if (line.empty()) return std::nullopt;
  const std::vector<absl::string_view> fields = absl::StrSplit(line, '\t');
  if (fields.size() != columns_.size()) {
    return PairFileError(
        lines_, "",
        absl::StrCat("has ", fields.size(), " fields where the header has ",
                     columns_.size()));
  }
  PairRow row;
  row.line = lines_;
  std::string label;
  const std::pair<absl::string_view, std::string*> places[] = {
      {"id", &row.id},        {"type", &row.type}, {"context", &row.context},
      {"a", &row.a},          {"b", &row.b},       {"label", &label},
      {"reason", &row.reason}};
  for (const auto& [name, place] : places) {
    const auto column = std::find(columns_.begin(), columns_.end(), name);
    if (column == columns_.end()) continue;
    *place = std::string(fields[column - columns_.begin()]);
  }
  if (!label.empty()) {
    CONCORDAT_ASSIGN_OR_RETURN(row.label, ReadLabel(label, lines_));
  }
  return row;
}

absl::Status PairLines::Finish() const {
  if (lines_ > 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("the file is empty; ", kHeader));
}

absl::StatusOr<std::vector<PairRow>> ReadPairs(std::istream& input) {
  std::vector<PairRow> rows;
  PairLines lines;
  std::string line;
  while (std::getline(input, line)) {
    CONCORDAT_ASSIGN_OR_RETURN(std::optional<PairRow> row, lines.Next(line));
    if (row.has_value()) rows.push_back(*std::move(row));
  }
  CONCORDAT_RETURN_IF_ERROR(lines.Finish());
  return rows;
}

void Confusion::Add(PairVerdict label, PairVerdict verdict) {
  ++counts[IndexOf(label)][IndexOf(verdict)];
}

void Confusion::Add(const Confusion& other) {
  for (size_t label = 0; label < 4; ++label) {
    for (size_t verdict = 0; verdict < 4; ++verdict) {
      counts[label][verdict] += other.counts[label][verdict];
    }
  }
}

int64_t Confusion::count(PairVerdict label, PairVerdict verdict) const {
  return counts[IndexOf(label)][IndexOf(verdict)];
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

std::optional<double> Confusion::DifferentPrecision() const {
  constexpr auto kDifferent = static_cast<size_t>(PairVerdict::kDifferent);
  int64_t judged = 0;
  for (const auto& row : counts) judged += row[kDifferent];
  if (judged == 0) return std::nullopt;
  return static_cast<double>(counts[kDifferent][kDifferent]) /
         static_cast<double>(judged);
}

std::optional<double> Confusion::DifferentRecall() const {
  constexpr auto kDifferent = static_cast<size_t>(PairVerdict::kDifferent);
  int64_t labelled = 0;
  for (const int64_t count : counts[kDifferent]) labelled += count;
  if (labelled == 0) return std::nullopt;
  return static_cast<double>(counts[kDifferent][kDifferent]) /
         static_cast<double>(labelled);
}

}  // namespace concordat::values
