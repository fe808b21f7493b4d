// An export as the records of a channel that keeps no sketch itself.
#ifndef CONCORDAT_CLIENT_RECONCILE_EXPORT_RECORDS_H_
#define CONCORDAT_CLIENT_RECONCILE_EXPORT_RECORDS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/import/item_reader.h"
#include "client/reconcile/differential_audit.h"
#include "client/reconcile/record_sketch.h"

namespace concordat::client {

struct ExportRecordsOptions {
  // Not standard input: it is read more than once. Its `kind` is claims, and
  // its `channel` is whose they are.
  ItemReaderOptions input;
  // As AuditSpec has it: bare subjects are ids of entities of this type.
  std::string subject_type;
  size_t symbols = RecordSketch::kSymbols;
  // Where the sketch is kept, to be used again for this same file; empty: it is
  // not.
  std::string sketch_file;
  // Told of rows that cannot be read, when they are first.
  std::function<void(const RowProblem&)> on_problem;
  // Asked now and then while the file is read: it is to end. May be empty.
  std::function<bool()> stopped;
};

// The rows of a file. A row without a value, of another channel, that says when
// it was said, or that says again what one before said, is in no sketch and is
// always sent. 20 bytes of memory a row while the sketch is made. Not
// thread-safe.
class ExportRecords final : public RecordSource {
 public:
  explicit ExportRecords(ExportRecordsOptions options)
      : options_(std::move(options)) {}

  // Takes the sketch that is kept, where it is of this file and of these terms;
  // else makes it anew.
  absl::Status Open(std::shared_ptr<const SketchTerms> terms);
  // Whether the one that was kept is in use.
  bool was_kept() const { return was_kept_; }
  // Rows that cannot be read, and that no audit has.
  int64_t unreadable_rows() const { return unreadable_rows_; }

  absl::StatusOr<RecordSketch> Sketch() override { return *sketch_; }
  absl::Status Remake(std::shared_ptr<const SketchTerms> terms) override;
  absl::Status Find(const WantedItems& items, Use use) override;
  absl::Status VisitAll(Use use) override;

 private:
  using Visit = std::function<bool(v1::Claim&, int64_t line)>;
  absl::StatusOr<std::string> Fingerprint() const;
  // `first`: problems are told, and counted.
  absl::Status ForEach(bool first, const Visit& visit);
  absl::StatusOr<bool> ReadKept(const SketchTerms& terms);
  absl::Status Keep(const std::string& fingerprint) const;

  const ExportRecordsOptions options_;
  std::optional<RecordSketch> sketch_;
  // Items of several rows.
  absl::flat_hash_set<uint64_t> repeated_;
  int64_t unreadable_rows_ = 0;
  bool was_kept_ = false;
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_RECONCILE_EXPORT_RECORDS_H_
