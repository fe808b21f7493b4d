// Claims, judgements and findings between the wire and the domain.
#ifndef CONCORDAT_SERVER_CONVERT_CLAIMS_H_
#define CONCORDAT_SERVER_CONVERT_CLAIMS_H_

#include "absl/status/statusor.h"
#include "concordat/v1/claims.pb.h"
#include "concordat/v1/findings.pb.h"
#include "consistency/checker.h"
#include "consistency/claims.h"
#include "consistency/consistency_reader.h"
#include "consistency/findings.h"
#include "consistency/judge.h"
#include "consistency/rows.h"
#include "graph/revision_token.h"

namespace concordat::convert {

void ToWire(const Claim& claim, v1::Claim* wire);
void ToWire(const ClaimOutcome& outcome, v1::ClaimResult* wire);
void ToWire(const Claim& claim, const Judgement& judgement,
            const TokenMint& tokens, v1::Judgement* wire);
void ToWire(const HeldClaimPage::Item& item, v1::HeldClaim* wire);

// Puts the canonical id in the place of the one that it was addressed to, which
// is shown beside it where it differs.
void ShowCanonical(const EntityId& canonical, v1::Judgement* wire);
void ShowCanonical(const EntityId& canonical, v1::HeldClaim* wire);

}  // namespace concordat::convert

#endif  // CONCORDAT_SERVER_CONVERT_CLAIMS_H_
