#include "client/cli/output.h"

#include <google/protobuf/util/json_util.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/report/escape.h"

namespace concordat::client {
namespace {

constexpr absl::string_view kGap = "  ";
constexpr absl::string_view kEllipsis = "…";

// The code point at the start of `text`, and its bytes. Broken UTF-8 counts
// byte by byte.
uint32_t CodePoint(absl::string_view text, size_t* bytes) {
  const auto lead = static_cast<unsigned char>(text[0]);
  *bytes = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (*bytes == 1 || *bytes > text.size()) {
    *bytes = 1;
    return lead;
  }
  uint32_t code = lead & (0x7Fu >> *bytes);
  for (size_t i = 1; i < *bytes; ++i)
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3F);
  return code;
}

size_t WidthOf(uint32_t code) {
  const bool combining =
      (code >= 0x300 && code <= 0x36F) || (code >= 0x200B && code <= 0x200F) ||
      (code >= 0x20D0 && code <= 0x20FF) || (code >= 0xFE00 && code <= 0xFE0F);
  if (combining) return 0;
  const bool wide = (code >= 0x1100 && code <= 0x115F) ||
                    (code >= 0x2E80 && code <= 0xA4CF) ||
                    (code >= 0xAC00 && code <= 0xD7A3) ||
                    (code >= 0xF900 && code <= 0xFAFF) ||
                    (code >= 0xFE30 && code <= 0xFE6F) ||
                    (code >= 0xFF00 && code <= 0xFF60) ||
                    (code >= 0xFFE0 && code <= 0xFFE6) ||
                    (code >= 0x1F300 && code <= 0x1FAFF) ||
                    (code >= 0x20000 && code <= 0x3FFFD);
  return wide ? 2 : 1;
}

// C0, DEL and C1 control characters, and those that turn writing around.
bool IsControl(uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) ||
         (code >= 0x202A && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069);
}

// At most `width` columns of the text.
std::string Shorten(absl::string_view text, size_t width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  if (width == 0) return "";
  std::string result;
  size_t used = 0;
  for (size_t at = 0, bytes = 0; at < text.size(); at += bytes) {
    const size_t columns = WidthOf(CodePoint(text.substr(at), &bytes));
    if (used + columns > width - 1) break;
    used += columns;
    result.append(text.data() + at, bytes);
  }
  return absl::StrCat(result, kEllipsis);
}

}  // namespace

size_t DisplayWidth(absl::string_view text) {
  size_t width = 0;
  for (size_t at = 0, bytes = 0; at < text.size(); at += bytes)
    width += WidthOf(CodePoint(text.substr(at), &bytes));
  return width;
}

std::string Printable(absl::string_view text) {
  std::string result;
  for (size_t at = 0, bytes = 0; at < text.size(); at += bytes) {
    const uint32_t code = CodePoint(text.substr(at), &bytes);
    if (IsControl(code))
      result += code == '\n' || code == '\t' ? ' ' : '?';
    else
      result.append(text.data() + at, bytes);
  }
  return result;
}

TableText::TableText(TableRow header, size_t width)
    : header_(std::move(header)), width_(width) {
  for (const std::string& name : header_) widths_.push_back(DisplayWidth(name));
}

std::string TableText::Line(const TableRow& row) const {
  std::string line;
  for (size_t i = 0; i < row.size(); ++i) {
    if (i > 0) absl::StrAppend(&line, kGap);
    absl::StrAppend(&line, row[i]);
    if (i + 1 < row.size())
      line.append(widths_[i] - std::min(widths_[i], DisplayWidth(row[i])), ' ');
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  if (width_ > 0) line = Shorten(line, width_);
  return absl::StrCat(line, "\n");
}

std::string TableText::Page(absl::Span<const TableRow> rows) {
  std::vector<TableRow> printable;
  for (const TableRow& row : rows) {
    TableRow& cells = printable.emplace_back();
    for (size_t i = 0; i < row.size(); ++i) {
      cells.push_back(Printable(row[i]));
      widths_[i] = std::max(widths_[i], DisplayWidth(cells[i]));
    }
  }
  std::string text;
  if (!begun_) text = Line(header_);
  begun_ = true;
  for (const TableRow& row : printable) absl::StrAppend(&text, Line(row));
  return text;
}

std::string CsvLine(const TableRow& row, bool guarded) {
  std::string line;
  for (size_t i = 0; i < row.size(); ++i) {
    if (i > 0) line += ',';
    std::string cell = row[i];
    if (guarded && report::IsFormula(cell)) cell.insert(0, 1, '\'');
    const bool quote =
        cell.find_first_of(",\"\r\n") != std::string::npos ||
        (!cell.empty() && (cell[0] == ' ' || cell.back() == ' '));
    if (!quote) {
      line += cell;
      continue;
    }
    line += '"';
    for (const char c : cell) line.append(c == '"' ? 2 : 1, c);
    line += '"';
  }
  line += '\n';
  return line;
}

std::string ToJson(const google::protobuf::Message& message, bool indented) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = indented;
  std::string text;
  const auto status =
      google::protobuf::util::MessageToJsonString(message, &text, options);
  if (!status.ok()) return "{}\n";
  if (!absl::EndsWith(text, "\n")) text += '\n';
  return text;
}

size_t TerminalWidth() {
  winsize size = {};
  if (isatty(STDOUT_FILENO) == 0 ||
      ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
    return 0;
  return size.ws_col;
}

ListPrinter::ListPrinter(OutputFormat format, TableRow header)
    : format_(format),
      header_(header),
      table_(std::move(header), TerminalWidth()) {}

void ListPrinter::Add(const google::protobuf::Message& message, TableRow row) {
  switch (format_) {
    case OutputFormat::kJson:
      std::fputs(ToJson(message, false).c_str(), stdout);
      break;
    case OutputFormat::kYaml:
      std::fputs(absl::StrCat("---\n", ToYaml(message)).c_str(), stdout);
      break;
    case OutputFormat::kTable:
    case OutputFormat::kCsv:
      rows_.push_back(std::move(row));
  }
}

void ListPrinter::Flush() {
  if (format_ == OutputFormat::kTable && (!rows_.empty() || !begun_))
    std::fputs(table_.Page(rows_).c_str(), stdout);
  if (format_ == OutputFormat::kCsv) {
    if (!begun_) std::fputs(CsvLine(header_, false).c_str(), stdout);
    for (const TableRow& row : rows_)
      std::fputs(CsvLine(row, true).c_str(), stdout);
  }
  begun_ = true;
  rows_.clear();
}

void PrintAnswer(OutputFormat format, const google::protobuf::Message& message,
                 absl::string_view text) {
  std::string answer(text);
  if (format == OutputFormat::kJson) answer = ToJson(message, true);
  if (format == OutputFormat::kYaml) answer = ToYaml(message);
  std::fputs(answer.c_str(), stdout);
}

std::string ShortName(const std::string& name, absl::string_view prefix) {
  return absl::StartsWith(name, prefix) ? name.substr(prefix.size()) : name;
}

}  // namespace concordat::client
