#ifndef CONCORDAT_CONSISTENCY_HELD_READER_H_
#define CONCORDAT_CONSISTENCY_HELD_READER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consistency/held_claims.h"
#include "consistency/held_runs.h"
#include "consistency/held_tail.h"
#include "graph/ids.h"
#include "graph/store.h"

namespace concordat {

// What channels hold in one state of a store, up to its newest revision: what
// the runs do not have yet is read from the log. Not thread-safe.
class HeldReader {
 public:
  // `reader` must outlive this. Where `entities` is not empty, only what is
  // about these may be asked for. Errors: the reader's.
  static absl::StatusOr<HeldReader> Open(
      const Reader& reader, const std::vector<EntityId>& entities = {});

  // Visits in order of key (HeldKey) those from `begin` to before `end` (empty:
  // to the end), until `visit` gives false. Errors: the reader's.
  absl::Status Visit(
      absl::string_view begin, absl::string_view end,
      absl::FunctionRef<bool(absl::string_view key, const HeldClaim& held)>
          visit) const;
  // The same, as they lie. Errors: the reader's.
  absl::Status VisitEntries(
      absl::string_view begin, absl::string_view end,
      absl::FunctionRef<bool(const HeldEntry& entry)> visit) const;

 private:
  explicit HeldReader(const Reader& reader) : reader_(&reader) {}
  absl::StatusOr<std::vector<std::unique_ptr<HeldSource>>> SourcesFrom(
      absl::string_view begin) const;

  const Reader* reader_;
  HeldManifest manifest_;
  std::unique_ptr<HeldTail> tail_;
  HeldTail::Order order_;
};

// Gives what is held of an entity, in order of key.
using HeldLookup = absl::FunctionRef<absl::StatusOr<std::vector<HeldClaim>>(
    const EntityId& entity)>;

// The same, from the store alone. Errors: the reader's.
absl::StatusOr<std::vector<HeldClaim>> HeldOf(const Reader& reader,
                                              const EntityId& entity);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_HELD_READER_H_
