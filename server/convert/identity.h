// Identity between the wire and the domain.
#ifndef CONCORDAT_SERVER_CONVERT_IDENTITY_H_
#define CONCORDAT_SERVER_CONVERT_IDENTITY_H_

#include "absl/status/statusor.h"
#include "concordat/v1/identity.pb.h"
#include "graph/identity_explanation.h"
#include "graph/revision_token.h"

namespace concordat::convert {

// Errors: INVALID_FIELD where nobody is named.
absl::StatusOr<IdentityParty> FromWire(const v1::IdentityParty& wire);

// Everything but the revision that it was served at.
void ToWire(const IdentityExplanation& explanation, const TokenMint& tokens,
            v1::ExplainIdentityResponse* wire);

}  // namespace concordat::convert

#endif  // CONCORDAT_SERVER_CONVERT_IDENTITY_H_
