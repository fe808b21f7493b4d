// Audits to and from the wire.
#ifndef CONCORDAT_SERVER_CONVERT_AUDITS_H_
#define CONCORDAT_SERVER_CONVERT_AUDITS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "concordat/v1/audits.pb.h"
#include "consistency/audits/audit_finding.h"
#include "consistency/audits/audit_record.h"
#include "graph/revision_token.h"

namespace concordat::convert {

// The channel, scope, time and texts of an audit; what is to be read at which
// revision is the caller's. `now` is what as_at is where it is not given.
// Errors: INVALID_FIELD, LIMIT_EXCEEDED.
absl::StatusOr<audits::AuditRecord> FromWire(const v1::AuditSpec& spec,
                                             absl::Time now);
// A number as people see it. Errors: INVALID_FIELD.
absl::StatusOr<uint64_t> AuditNumberFromWire(absl::string_view field,
                                             absl::string_view id);

void ToWire(const audits::AuditRecord& record, const TokenMint& tokens,
            v1::Audit* wire);
// But for what is joined from elsewhere: the change and the state.
void ToWire(const audits::AuditFinding& finding, absl::string_view channel,
            v1::AuditFinding* wire);
// Adds what is not zero.
void ToWire(const audits::ChangeCounts& changes,
            google::protobuf::RepeatedPtrField<v1::AuditChangeCount>* wire);

}  // namespace concordat::convert

#endif  // CONCORDAT_SERVER_CONVERT_AUDITS_H_
