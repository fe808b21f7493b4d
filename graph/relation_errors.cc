// The errors of relations and of identity.
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"

namespace concordat::errors {

absl::Status CardinalityExceeded(absl::string_view relation,
                                 absl::string_view cardinality,
                                 absl::string_view end) {
  const absl::string_view other = end == "from" ? "to" : "from";
  return ToStatus(absl::StatusCode::kFailedPrecondition,
                  {.reason = ErrorReason::kCardinalityExceeded,
                   .field = "",
                   .metadata = {{"relation", std::string(relation)},
                                {"constraint", std::string(cardinality)},
                                {"end", std::string(end)}}},
                  absl::StrCat(relation, " is ", cardinality, ": this `", end,
                               "` has another `", other,
                               "` at some of that time; end or retract that "
                               "relation first, or earlier in the same write"));
}

absl::Status RelationCycle(absl::string_view relation) {
  return ToStatus(
      absl::StatusCode::kFailedPrecondition,
      {.reason = ErrorReason::kCardinalityExceeded,
       .field = "",
       .metadata = {{"relation", std::string(relation)},
                    {"constraint", "acyclic"},
                    {"end", "to"}}},
      absl::StrCat(relation,
                   " is acyclic: `to` leads back to `from` at some of "
                   "that time; end or retract what leads there first, "
                   "or earlier in the same write"));
}

absl::Status DeclaredDistinct() {
  return ToStatus(
      absl::StatusCode::kFailedPrecondition,
      {.reason = ErrorReason::kDeclaredDistinct, .field = "", .metadata = {}},
      "two of the entities that this would make one were declared distinct; if "
      "that was wrong, take the declaration back first: concordat identity "
      "distinct A B --retract");
}

absl::Status MergeRefused(absl::string_view brake, absl::string_view of,
                          int64_t actual, int64_t allowed,
                          absl::string_view message) {
  return ToStatus(absl::StatusCode::kFailedPrecondition,
                  {.reason = ErrorReason::kMergeRefused,
                   .field = "",
                   .metadata = {{"brake", std::string(brake)},
                                {"of", std::string(of)},
                                {"actual", absl::StrCat(actual)},
                                {"allowed", absl::StrCat(allowed)}}},
                  message);
}

}  // namespace concordat::errors
