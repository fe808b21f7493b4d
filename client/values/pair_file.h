// Files of pairs: tab-separated, a header line, fields raw.
#ifndef CONCORDAT_CLIENT_VALUES_PAIR_FILE_H_
#define CONCORDAT_CLIENT_VALUES_PAIR_FILE_H_

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/values/pair.h"

namespace concordat::values {

// One line of a file of pairs.
struct PairRow {
  int64_t line = 0;  // From 1.
  std::string id;
  std::string type;
  std::string context;
  std::string a;
  std::string b;
  // What it should be, and why, where the file says.
  std::optional<PairVerdict> label;
  std::string reason;
};

// Understands the lines of such a file, one after another: columns
// `id type context a b [label reason]` in any order, found by the header line;
// other columns are passed over. Fields are taken as they stand: no quoting,
// no trimming. A line may end with CR LF. Not thread-safe.
class PairLines {
 public:
  // The next line, with or without its line break; nullopt for the header and
  // for an empty line. INVALID_ARGUMENT that names the line and, where it is
  // one, the column: a column is missing or there twice, a line has another
  // number of fields than the header, a label is none.
  absl::StatusOr<std::optional<PairRow>> Next(absl::string_view line);
  // After the last line: INVALID_ARGUMENT where not even a header came.
  absl::Status Finish() const;

 private:
  int64_t lines_ = 0;
  std::vector<std::string> columns_;
};

// All pairs of a file. Errors: those of PairLines.
absl::StatusOr<std::vector<PairRow>> ReadPairs(std::istream& input);

// The error of a line, or of one of its columns.
absl::Status PairFileError(int64_t line, absl::string_view column,
                           absl::string_view message);

// Counts of verdicts against labels.
struct Confusion {
  // [label][verdict], both by PairVerdict.
  int64_t counts[4][4] = {};

  void Add(PairVerdict label, PairVerdict verdict);
  void Add(const Confusion& other);
  int64_t count(PairVerdict label, PairVerdict verdict) const;
  int64_t total() const;
  int64_t missed() const;
  // Of the pairs judged DIFFERENT, the share labelled so; nullopt where none
  // was judged so.
  std::optional<double> DifferentPrecision() const;
  // Of the pairs labelled DIFFERENT, the share judged so; nullopt where none
  // is labelled so.
  std::optional<double> DifferentRecall() const;
};

}  // namespace concordat::values

#endif  // CONCORDAT_CLIENT_VALUES_PAIR_FILE_H_
