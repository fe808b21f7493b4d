// What channels are about to say, and what they may know, between the wire and
// the domain.
#ifndef CONCORDAT_SERVER_CONVERT_ANSWERS_H_
#define CONCORDAT_SERVER_CONVERT_ANSWERS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "concordat/v1/answers.pb.h"
#include "consistency/answers.h"
#include "consistency/claim_report.h"
#include "consistency/claims.h"
#include "consistency/customer_view.h"
#include "consistency/vocabulary.h"
#include "graph/revision_token.h"

namespace concordat::convert {

// What concerns all items. Errors: INVALID_FIELD, LIMIT_EXCEEDED.
absl::Status CheckRequest(const v1::CheckAnswerRequest& request);

// One item as the claim that it would be, said at `now`. Errors: INVALID_FIELD
// and those of ValidateClaim, their field within the item.
absl::StatusOr<Claim> ClaimOf(const v1::CheckAnswerRequest& request,
                              const v1::AnswerItem& item,
                              const Vocabulary& vocabulary, absl::Time now);

void ToWire(const KnownValue& known, const TokenMint& tokens,
            v1::KnownValue* wire);
void ToWire(const Claim& claim, const AnswerCheck& check,
            const TokenMint& tokens, v1::AnswerCheck* wire);
// What became of a claim that was checked before, for its channel.
void ToWire(const ClaimOutcome& outcome, v1::AnswerCheck* wire);
void ToWire(const Correction& correction, const TokenMint& tokens,
            v1::Correction* wire);

}  // namespace concordat::convert

#endif  // CONCORDAT_SERVER_CONVERT_ANSWERS_H_
