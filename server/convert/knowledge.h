// Facts, relations and links between the wire and the domain.
#ifndef CONCORDAT_SERVER_CONVERT_KNOWLEDGE_H_
#define CONCORDAT_SERVER_CONVERT_KNOWLEDGE_H_

#include "absl/status/statusor.h"
#include "concordat/v1/knowledge.pb.h"
#include "graph/facts.h"
#include "graph/reading.h"
#include "graph/revision_token.h"
#include "graph/value_explanation.h"

namespace concordat::convert {

// Errors: INVALID_FIELD with its path, the token reasons.
absl::StatusOr<WriteBatch> FromWire(const v1::WriteKnowledgeRequest& request,
                                    const TokenMint& tokens);

// `reading`: of the fact's value; ignored for retractions.
void ToWire(const FactRecord& fact, const Reading& reading,
            const TokenMint& tokens, v1::RecordedFact* wire);
void ToWire(const RelationRecord& relation, v1::Relation* wire);
void ToWire(const LinkRecord& link, v1::Link* wire);
// `reading`: of the candidate's value.
void ToWire(const ValueCandidate& candidate, const Reading& reading,
            const TokenMint& tokens, v1::ValueCandidate* wire);
// A change as it stands in the log.
void ToWire(const Change& change, const TokenMint& tokens,
            v1::RecordedChange* wire);

}  // namespace concordat::convert

#endif  // CONCORDAT_SERVER_CONVERT_KNOWLEDGE_H_
