#include "graph/bounded_reader.h"

#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat {

bool BoundedReader::Spend() const {
  if (left_ == 0) return false;
  --left_;
  return true;
}

absl::Status BoundedReader::Spent() const {
  return errors::LimitExceeded(limit_, rows_max_ + 1, rows_max_);
}

absl::StatusOr<std::optional<std::string>> BoundedReader::Get(
    Space space, absl::string_view key) const {
  if (!Spend()) return Spent();
  return base_.Get(space, key);
}

absl::Status BoundedReader::Scan(
    Space space, absl::string_view begin, absl::string_view end,
    absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit) const {
  if (!Spend()) return Spent();
  bool spent = false;
  CONCORDAT_RETURN_IF_ERROR(base_.Scan(
      space, begin, end, [&](absl::string_view key, absl::string_view value) {
        spent = !Spend();
        return !spent && visit(key, value);
      }));
  return spent ? Spent() : absl::OkStatus();
}

}  // namespace concordat
