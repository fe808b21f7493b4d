// Between the wire and the domain: erasures, and what is known of a person.
#ifndef CONCORDAT_SERVER_CONVERT_PRIVACY_H_
#define CONCORDAT_SERVER_CONVERT_PRIVACY_H_

#include "absl/status/statusor.h"
#include "concordat/v1/privacy.pb.h"
#include "consistency/rows.h"
#include "graph/erasure.h"
#include "graph/revision_token.h"

namespace concordat::convert {

// Errors: INVALID_FIELD, LIMIT_EXCEEDED, the token reasons.
absl::StatusOr<ErasureRequest> FromWire(const v1::EraseSubjectRequest& request,
                                        const TokenMint& tokens);
void ToWire(const ErasureRecord& erasure, const TokenMint& tokens,
            v1::Erasure* wire);
// A claim as the log has it.
void ToWire(const rows::JudgedClaim& judged, Revision revision,
            const TokenMint& tokens, v1::LoggedClaim* wire);

}  // namespace concordat::convert

#endif  // CONCORDAT_SERVER_CONVERT_PRIVACY_H_
