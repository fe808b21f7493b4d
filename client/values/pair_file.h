// Files of pairs: tab-separated, a header line, fields raw.
#ifndef CONCORDAT_CLIENT_VALUES_PAIR_FILE_H_
#define CONCORDAT_CLIENT_VALUES_PAIR_FILE_H_

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/values/pair.h"

namespace concordat::values {

// One line of a file of pairs.
struct PairRow {
  std::string id;
  std::string type;
  std::string context;
  std::string a;
  std::string b;
  // What it should be, and why, where the file says.
  std::optional<PairVerdict> label;
  std::string reason;
};

// Reads columns `id type context a b [label reason]` in any order, found by the
// header line; other columns are passed over. Fields are taken as they stand:
// no quoting, no trimming. A line may end with CR LF.
// INVALID_ARGUMENT that names the line: a column is missing or there twice, a
// line has another number of fields than the header, a label is none.
absl::StatusOr<std::vector<PairRow>> ReadPairs(std::istream& input);

// Counts of verdicts against labels.
struct Confusion {
  // [label][verdict], both by PairVerdict.
  int64_t counts[4][4] = {};

  int64_t total() const;
  int64_t missed() const;
};

}  // namespace concordat::values

#endif  // CONCORDAT_CLIENT_VALUES_PAIR_FILE_H_
