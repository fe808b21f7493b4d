// What commands print: tables for people; JSON, YAML and CSV for programs.
#ifndef CONCORDAT_CLIENT_CLI_OUTPUT_H_
#define CONCORDAT_CLIENT_CLI_OUTPUT_H_

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace concordat::client {

enum class OutputFormat { kTable, kJson, kYaml, kCsv };

using TableRow = std::vector<std::string>;

// The columns that a text takes on a terminal: two for wide characters, none
// for combining ones.
size_t DisplayWidth(absl::string_view text);

// The text with control characters, which could steer the terminal, replaced.
std::string Printable(absl::string_view text);

// Rows aligned in columns, page by page. Not thread-safe.
class TableText {
 public:
  // `width` bounds the lines; 0: nothing does.
  TableText(TableRow header, size_t width);

  // The rows as lines; before the first of them the header. Columns keep the
  // widths of earlier pages where they suffice.
  std::string Page(absl::Span<const TableRow> rows);

 private:
  std::string Line(const TableRow& row) const;

  const TableRow header_;
  const size_t width_;
  std::vector<size_t> widths_;
  bool begun_ = false;
};

// One CSV record with its line break (RFC 4180). `guarded`: a cell that a
// spreadsheet would run as a formula gets an apostrophe before it; not for
// files that are read again.
std::string CsvLine(const TableRow& row, bool guarded);

// Proto JSON on one line, or indented. Fields that are not set are left out.
std::string ToJson(const google::protobuf::Message& message, bool indented);

// YAML with the proto names, as proto/yaml_reader.h reads it.
std::string ToYaml(const google::protobuf::Message& message);

// Columns of the terminal on standard output; 0: it is none.
size_t TerminalWidth();

// Prints a list to standard output, page by page: a table with one header, one
// JSON object a line, YAML documents or CSV. Not thread-safe.
class ListPrinter {
 public:
  ListPrinter(OutputFormat format, TableRow header);

  // Adds one element; `row` is what it is in a table or in CSV.
  void Add(const google::protobuf::Message& message, TableRow row);
  // Prints what was added. Call it after each page and at the end.
  void Flush();

 private:
  const OutputFormat format_;
  const TableRow header_;
  TableText table_;
  std::vector<TableRow> rows_;
  bool begun_ = false;
};

// Prints one answer to standard output: `text` for people and for CSV, the
// message for JSON and YAML.
void PrintAnswer(OutputFormat format, const google::protobuf::Message& message,
                 absl::string_view text);

// An enum value's name without its type's prefix: `STALE`.
std::string ShortName(const std::string& name, absl::string_view prefix);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_CLI_OUTPUT_H_
