#ifndef CONCORDAT_SERVER_RPC_FINDING_FILTER_H_
#define CONCORDAT_SERVER_RPC_FINDING_FILTER_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "concordat/v1/findings.pb.h"
#include "consistency/consistency_reader.h"
#include "consistency/vocabulary.h"
#include "graph/identity.h"

namespace concordat {

// Whether everything that the filter names is there; `field` is its path, for
// errors. `vocabulary` may be null. Errors: those of rpc/filter_values.h,
// INVALID_FIELD.
absl::Status CheckFindingFilter(absl::string_view field,
                                const v1::FindingFilter& wire,
                                const Vocabulary* vocabulary);

// A filter that was checked, with all ids of its entity. Errors: those of
// Identity::ClusterOf.
absl::StatusOr<FindingFilter> ReadFindingFilter(const v1::FindingFilter& wire,
                                                const Identity& identity);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_FINDING_FILTER_H_
