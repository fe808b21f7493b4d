// An export's CSV on its way through the server: cut anywhere, it has the same
// records; and any records become rows or refusals.
//
// Input: a letter for how it is cut, then the file.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "consistency/vocabulary.h"
#include "server/audit/csv_claims.h"
#include "server/audit/csv_records.h"
#include "tests/fuzz/input.h"

namespace concordat {
namespace {

struct Records {
  std::vector<std::vector<std::string>> cells;
  std::vector<int64_t> lines;
  bool bad = false;
  int64_t next_line = 1;
};

void Add(absl::string_view bytes, Records& to) {
  CsvRecords records(bytes, to.next_line, ',');
  size_t at = 0;
  while (true) {
    const CsvRecords::Event event = records.Next();
    if (event == CsvRecords::Event::kEnd) break;
    CONCORDAT_FUZZ_CHECK(records.next() > at && records.next() <= bytes.size());
    CONCORDAT_FUZZ_CHECK(records.next_line() > records.line());
    at = records.next();
    if (event == CsvRecords::Event::kBad) {
      CONCORDAT_FUZZ_CHECK(!records.problem().empty());
      to.bad = true;
      continue;
    }
    to.cells.emplace_back(records.cells().begin(), records.cells().end());
    to.lines.push_back(records.line());
  }
  to.next_line = records.next_line();
}

// As a stream brings it: pieces of a size, of which what is whole is taken.
Records InPieces(absl::string_view file, size_t piece) {
  Records records;
  std::string rest;
  for (size_t at = 0; at < file.size(); at += piece) {
    const absl::string_view next = file.substr(at, piece);
    rest.append(next.data(), next.size());
    const size_t end = EndOfCsvRecords(rest);
    if (end == absl::string_view::npos) continue;
    CONCORDAT_FUZZ_CHECK(end > 0 && end <= rest.size());
    Add(absl::string_view(rest).substr(0, end), records);
    rest.erase(0, end);
  }
  Add(rest, records);
  return records;
}

void ReadClaims(absl::string_view file, const Records& whole) {
  if (whole.cells.empty()) return;
  const std::vector<absl::string_view> header(whole.cells[0].begin(),
                                              whole.cells[0].end());
  Vocabulary vocabulary;
  vocabulary.channels["web"].name = "web";
  const absl::StatusOr<CsvClaimFormat> format = CsvClaimFormat::FromHeader(
      header, &vocabulary, "web", "", absl::UnixEpoch());
  if (!format.ok()) return;
  CsvClaims claims(&*format, file, 1);
  std::vector<audits::AuditRow> rows;
  std::vector<audits::RefusedRow> refused;
  size_t seen = 0;
  while (claims.Next(7, rows, refused)) seen += rows.size();
  // Each is a row or refused; what is no record is refused, too.
  CONCORDAT_FUZZ_CHECK(seen + refused.size() >= whole.cells.size());
}

}  // namespace
}  // namespace concordat

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace concordat;
  fuzz::Input input(data, size);
  const size_t piece = input.Byte() % 16 + size_t{1};
  const absl::string_view file = input.Rest();
  Records whole;
  Add(file, whole);
  const Records pieces = InPieces(file, piece);
  // After a quote that is out of place, what is inside and outside of quotes
  // is anybody's guess.
  if (!whole.bad && !pieces.bad) {
    CONCORDAT_FUZZ_CHECK(pieces.cells == whole.cells);
    CONCORDAT_FUZZ_CHECK(pieces.lines == whole.lines);
  }
  CONCORDAT_FUZZ_CHECK(whole.bad || !pieces.bad);
  ReadClaims(file, whole);
  return 0;
}
