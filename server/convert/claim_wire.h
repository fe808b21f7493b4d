// Batches of claims to and from their bytes on the wire. Claims come in by the
// million, and the general way, a message with a string for each field, costs
// more than judging them: so these two messages are read and written here by
// their encoding (protobuf.dev/programming-guides/encoding).
#ifndef CONCORDAT_SERVER_CONVERT_CLAIM_WIRE_H_
#define CONCORDAT_SERVER_CONVERT_CLAIM_WIRE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "concordat/v1/claims.pb.h"
#include "consistency/claim_report.h"
#include "consistency/claims.h"

namespace concordat::convert {

// The claims of a request: those that could be converted, and for each item of
// the request why not, so that one bad item does not touch the others.
struct ClaimBatch {
  std::vector<PreparedClaim> claims;  // views of the request's bytes
  std::vector<absl::Status> refused;  // one an item; OK: it is in `claims`
};

// Of the bytes of a ReportClaimsRequest or StreamClaimsRequest, which must
// outlive what is given. Errors: UNREADABLE_MESSAGE; LIMIT_EXCEEDED where there
// are more than limits::kClaimsPerBatchMax.
absl::StatusOr<ClaimBatch> ReadClaims(absl::string_view bytes);

// Of the bytes of one v1::Claim. Errors: UNREADABLE_MESSAGE; INVALID_FIELD with
// the field.
absl::StatusOr<ReportedClaim> ReadClaim(absl::string_view bytes);
// The same of a message.
absl::StatusOr<Claim> FromWire(const v1::Claim& wire);

// The bytes of a ReportClaimsResponse or StreamClaimsResponse. `outcomes` are
// those of the items that were not refused.
std::string WriteResults(const std::vector<absl::Status>& refused,
                         absl::Span<const ClaimOutcome> outcomes,
                         absl::string_view revision,
                         uint64_t vocabulary_version);

}  // namespace concordat::convert

#endif  // CONCORDAT_SERVER_CONVERT_CLAIM_WIRE_H_
