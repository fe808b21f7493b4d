// How an audit was sampled, in a row beside its record.
#ifndef CONCORDAT_CONSISTENCY_AUDITS_SAMPLING_ROWS_H_
#define CONCORDAT_CONSISTENCY_AUDITS_SAMPLING_ROWS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "consistency/audits/audit_record.h"

namespace concordat::rows {

// `record.sampling` is set.
std::string EncodeAuditSampling(const audits::AuditRecord& record);
// Sets `sampling` and `estimate`. Errors: DATA_LOSS, STORAGE_VERSION.
absl::Status ParseAuditSampling(absl::string_view row,
                                audits::AuditRecord& record);

}  // namespace concordat::rows

#endif  // CONCORDAT_CONSISTENCY_AUDITS_SAMPLING_ROWS_H_
