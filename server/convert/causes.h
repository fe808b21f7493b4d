// Causes to the wire.
#ifndef CONCORDAT_SERVER_CONVERT_CAUSES_H_
#define CONCORDAT_SERVER_CONVERT_CAUSES_H_

#include "concordat/v1/causes.pb.h"
#include "consistency/audits/audit_record.h"

namespace concordat::convert {

void ToWire(const audits::AuditCause& cause, v1::Cause* wire);

}  // namespace concordat::convert

#endif  // CONCORDAT_SERVER_CONVERT_CAUSES_H_
