// Pages of what audits found, each finding with what became of it.
#ifndef CONCORDAT_SERVER_RPC_AUDIT_FINDINGS_H_
#define CONCORDAT_SERVER_RPC_AUDIT_FINDINGS_H_

#include "absl/status/status.h"
#include "concordat/v1/audits.pb.h"
#include "server/rpc/service_context.h"

namespace concordat {

// Errors: those of the calls.
absl::Status ListAuditFindingsNow(const ServiceContext& context,
                                  const v1::ListAuditFindingsRequest& request,
                                  v1::ListAuditFindingsResponse* response);
absl::Status CompareAuditsNow(const ServiceContext& context,
                              const v1::CompareAuditsRequest& request,
                              v1::CompareAuditsResponse* response);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_AUDIT_FINDINGS_H_
