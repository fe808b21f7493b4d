#ifndef CONCORDAT_CONSISTENCY_AUDITS_CAUSE_CODEC_H_
#define CONCORDAT_CONSISTENCY_AUDITS_CAUSE_CODEC_H_

#include <vector>

#include "consistency/audits/audit_record.h"
#include "graph/codec.h"

namespace concordat::rows {

// Causes as they are kept with an audit.
void EncodeCauses(const std::vector<audits::AuditCause>& causes, Encoder& out);
std::vector<audits::AuditCause> DecodeCauses(Decoder& in);

}  // namespace concordat::rows

#endif  // CONCORDAT_CONSISTENCY_AUDITS_CAUSE_CODEC_H_
