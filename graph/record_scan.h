// Collecting the records of one thing, of which there may be only so many.
#ifndef CONCORDAT_GRAPH_RECORD_SCAN_H_
#define CONCORDAT_GRAPH_RECORD_SCAN_H_

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "graph/errors.h"
#include "graph/key.h"
#include "graph/limits.h"
#include "graph/revision.h"
#include "graph/status_macros.h"
#include "graph/store.h"

namespace concordat {

// LIMIT_EXCEEDED where `count` is more than limits::kFactsPerEntityMax.
inline absl::Status CheckRecordCount(size_t count) {
  const auto records = static_cast<int64_t>(count);
  if (records <= limits::kFactsPerEntityMax) return absl::OkStatus();
  return errors::LimitExceeded("facts_per_entity_max", records,
                               limits::kFactsPerEntityMax);
}

// The records under a prefix of keys, made by `parse`, that were known at a
// revision. Errors: those of `parse`, CheckRecordCount, the reader's.
template <typename T, typename Parse>
absl::StatusOr<std::vector<T>> CollectRecords(const Reader& reader, Space space,
                                              absl::string_view prefix,
                                              Revision at, Parse parse) {
  std::vector<T> records;
  absl::Status problem;
  CONCORDAT_RETURN_IF_ERROR(
      reader.Scan(space, prefix, PrefixEnd(prefix),
                  [&](absl::string_view key, absl::string_view value) {
                    absl::StatusOr<T> record = parse(key, value);
                    problem = record.status();
                    if (!record.ok()) return false;
                    if (record->recorded.revision > at) return true;
                    records.push_back(*std::move(record));
                    problem = CheckRecordCount(records.size());
                    return problem.ok();
                  }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  return records;
}

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_RECORD_SCAN_H_
