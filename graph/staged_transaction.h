#ifndef CONCORDAT_GRAPH_STAGED_TRANSACTION_H_
#define CONCORDAT_GRAPH_STAGED_TRANSACTION_H_

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "graph/store.h"

namespace concordat {

// A transaction within a transaction: what is written to it is read from it,
// and reaches the other only when it is applied. For a request that must see
// its own changes before it is known whether it is refused; several requests
// share one transaction, so a refused one must leave nothing in it. Not
// thread-safe.
class StagedTransaction final : public Transaction {
 public:
  // `base` must outlive this and not be written to by others meanwhile.
  explicit StagedTransaction(Transaction& base) : base_(base) {}

  absl::StatusOr<std::optional<std::string>> Get(
      Space space, absl::string_view key) const override;
  absl::Status Scan(
      Space space, absl::string_view begin, absl::string_view end,
      absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit)
      const override;
  absl::Status Put(Space space, absl::string_view key,
                   absl::string_view value) override;
  absl::Status Delete(Space space, absl::string_view key) override;

  // Writes everything to the base, in order of space and key. Call it once, at
  // the end. Errors: the base's.
  absl::Status Apply();

 private:
  // By key; nullopt: deleted.
  using Rows = std::map<std::string, std::optional<std::string>, std::less<>>;

  Transaction& base_;
  std::array<Rows, kSpacesMax> staged_;
  std::array<const char*, kSpacesMax> names_{};
};

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_STAGED_TRANSACTION_H_
