// Wide files: mapping files and the rows that they explain.
#ifndef CONCORDAT_CLIENT_IMPORT_WIDE_ROWS_H_
#define CONCORDAT_CLIENT_IMPORT_WIDE_ROWS_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/import/row_mapper.h"
#include "concordat/v1/mapping.pb.h"

namespace concordat::client {

// A mapping that says everything that its kind needs.
struct Mapping {
  v1::ImportMapping schema;
  std::string yaml;  // As it was written: part of an import's identity.
  ItemKind kind = ItemKind::kFacts;
  char delimiter = ',';
  // An empty value is sent as absent, not skipped.
  bool empty_is_absent = false;
};

// Reads a mapping from the text of `file_name`. INVALID_ARGUMENT lists every
// problem with file, line and field.
absl::StatusOr<Mapping> ParseMapping(absl::string_view yaml,
                                     absl::string_view file_name);

// `fingerprint` is the file's identity, for IdentifyClaim.
std::unique_ptr<RowMapper> NewWideRowMapper(Mapping mapping,
                                            std::string fingerprint);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_IMPORT_WIDE_ROWS_H_
