#include "client/import/csv_reader.h"

#include <csv.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

// libcsv trims what this calls white space; RFC 4180 trims nothing.
int IsSpace(unsigned char) { return 0; }

bool IsBlank(absl::string_view line) {
  return line == "\n" || line == "\r\n" || line == "\r";
}

}  // namespace

// libcsv with the cells of the current record. libcsv knows neither lines nor
// positions, so it is fed one physical line at a time.
struct CsvReader::Parser {
  explicit Parser(char delimiter_arg) : delimiter(delimiter_arg) { Init(); }
  ~Parser() { csv_free(&state); }

  void Init() {
    csv_init(&state, CSV_STRICT);
    csv_set_delim(&state, static_cast<unsigned char>(delimiter));
    csv_set_space_func(&state, IsSpace);
    Clear();
  }

  // Forgets what was parsed of a bad record.
  void Reset() {
    csv_free(&state);
    Init();
  }

  void Clear() {
    text.clear();
    ends.clear();
    complete = false;
    overrun = false;
  }

  // False: not CSV.
  bool Feed(absl::string_view line) {
    return csv_parse(&state, line.data(), line.size(), OnCell, OnRow, this) ==
           line.size();
  }

  static void OnCell(void* cell, size_t bytes, void* parser) {
    auto* const self = static_cast<Parser*>(parser);
    if (self->complete) self->overrun = true;
    self->text.append(static_cast<const char*>(cell), bytes);
    self->ends.push_back(self->text.size());
  }

  static void OnRow(int, void* parser) {
    static_cast<Parser*>(parser)->complete = true;
  }

  const char delimiter;
  csv_parser state;
  // The cells one after the other, and where each ends.
  std::string text;
  std::vector<size_t> ends;
  bool complete = false;  // A record ended.
  bool overrun = false;   // And another began on the same line.
};

CsvReader::CsvReader(LineReader* lines, char delimiter)
    : lines_(lines), parser_(std::make_unique<Parser>(delimiter)) {}

CsvReader::~CsvReader() = default;

CsvReader::Event CsvReader::Bad(std::string problem) {
  problem_ = std::move(problem);
  const int64_t last = lines_->position().line;
  if (last > row_.line)
    absl::StrAppend(&problem_, " (lines ", row_.line, " to ", last,
                    " were skipped)");
  parser_->Reset();
  return Event::kBad;
}

CsvReader::Event CsvReader::FinishRow() {
  cells_.clear();
  size_t begin = 0;
  for (const size_t end : parser_->ends) {
    cells_.push_back(
        absl::string_view(parser_->text.data() + begin, end - begin));
    begin = end;
  }
  row_.cells = cells_;
  return Event::kRow;
}

absl::StatusOr<CsvReader::Event> CsvReader::Next() {
  parser_->Clear();
  bool begun = false;
  size_t record_bytes = 0;
  while (true) {
    CLIENT_ASSIGN_OR_RETURN(const LineReader::Event event, lines_->Next());
    if (event == LineReader::Event::kEnd) {
      if (!begun) return Event::kEnd;
      return Bad("a quote is opened and never closed");
    }
    if (!begun) row_.line = lines_->position().line;
    if (event == LineReader::Event::kTooLong)
      return Bad(
          absl::StrCat("the line is longer than ", kRecordBytesMax, " bytes"));
    const absl::string_view line = lines_->line();
    if (!begun && IsBlank(line)) continue;
    const absl::string_view text_problem = TextProblem(line);
    if (!text_problem.empty()) return Bad(std::string(text_problem));
    record_bytes += line.size();
    if (record_bytes > kRecordBytesMax)
      return Bad(absl::StrCat("a quote is not closed within ", kRecordBytesMax,
                              " bytes"));
    begun = true;
    bool fine = parser_->Feed(line);
    // The last line of a file may lack its line break.
    if (fine && !parser_->complete && line.back() != '\n')
      fine = parser_->Feed("\n");
    if (!fine)
      return Bad(
          "a quote stands inside a cell: quote the whole cell and double the "
          "quote");
    if (parser_->overrun)
      return Bad("a carriage return without line feed stands inside the line");
    if (parser_->complete) return FinishRow();
  }
}

}  // namespace concordat::client
