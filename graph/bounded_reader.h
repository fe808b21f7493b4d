#ifndef CONCORDAT_GRAPH_BOUNDED_READER_H_
#define CONCORDAT_GRAPH_BOUNDED_READER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "graph/store.h"

namespace concordat {

// A reader with a budget of work for all that is read through it: a look (Get,
// Scan) costs one, and each row that is visited one. Once it is spent, every
// read is LIMIT_EXCEEDED. For work of which a request says how much there is.
// Not thread-safe.
class BoundedReader final : public Reader {
 public:
  // `base` must outlive this. `limit` is the name of the limit in
  // graph/limits.h, and `rows_max` what it is.
  BoundedReader(const Reader& base, const char* limit, int64_t rows_max)
      : base_(base), limit_(limit), rows_max_(rows_max), left_(rows_max) {}

  absl::StatusOr<std::optional<std::string>> Get(
      Space space, absl::string_view key) const override;
  absl::Status Scan(
      Space space, absl::string_view begin, absl::string_view end,
      absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit)
      const override;

 private:
  // False where nothing was left to spend.
  bool Spend() const;
  absl::Status Spent() const;

  const Reader& base_;
  const char* const limit_;
  const int64_t rows_max_;
  mutable int64_t left_;
};

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_BOUNDED_READER_H_
