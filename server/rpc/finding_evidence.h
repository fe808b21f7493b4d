// What findings rest on. It is not stored: judging the same at the same
// revision under the same vocabulary gives it again.
#ifndef CONCORDAT_SERVER_RPC_FINDING_EVIDENCE_H_
#define CONCORDAT_SERVER_RPC_FINDING_EVIDENCE_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "concordat/v1/findings.pb.h"
#include "consistency/findings.h"
#include "graph/revision.h"
#include "graph/store.h"
#include "server/rpc/read_session.h"
#include "server/rpc/service_context.h"

namespace concordat {

// Adds the finding's claim, and its evidence, or that the history that it was
// judged on was compacted. Errors: the store's.
absl::Status AddEvidence(const ServiceContext& context,
                         const ReadSession& session, const Finding& finding,
                         v1::GetFindingResponse* response);

// Judges the finding again, and adds a difference where it comes out otherwise
// than it was recorded. False where it cannot be judged again, for its person
// was erased or the history before `oldest` was compacted. Errors: the store's.
absl::StatusOr<bool> ReplayFinding(const ServiceContext& context,
                                   const Reader& reader, Revision oldest,
                                   const Finding& finding,
                                   v1::ReplayFindingsResponse* response);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_FINDING_EVIDENCE_H_
