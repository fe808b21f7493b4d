// Where a report goes, piece by piece.
#ifndef CONCORDAT_CLIENT_REPORT_OUTPUT_H_
#define CONCORDAT_CLIENT_REPORT_OUTPUT_H_

#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace concordat::client::report {

// Takes the bytes of a report in their order. An error ends the report.
using ByteSink = std::function<absl::Status(absl::string_view bytes)>;

// Collects small pieces and hands them on in large ones, so that no report is
// ever in memory as a whole. After the sink's first error it hands on nothing.
// Not thread-safe.
class Output {
 public:
  explicit Output(ByteSink sink) : sink_(std::move(sink)) {}
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // Adds what absl::StrAppend takes.
  template <typename... Parts>
  void Add(const Parts&... parts) {
    absl::StrAppend(&pieces_, parts...);
    if (pieces_.size() >= kPiecesBytes) HandOn();
  }

  // The sink's first error.
  const absl::Status& status() const { return status_; }

  // Hands on what is left. The sink's first error.
  absl::Status Finish() {
    HandOn();
    return status_;
  }

 private:
  static constexpr size_t kPiecesBytes = 1 << 16;

  void HandOn() {
    if (status_.ok() && !pieces_.empty()) status_ = sink_(pieces_);
    pieces_.clear();
  }

  const ByteSink sink_;
  std::string pieces_;
  absl::Status status_;
};

}  // namespace concordat::client::report

#endif  // CONCORDAT_CLIENT_REPORT_OUTPUT_H_
