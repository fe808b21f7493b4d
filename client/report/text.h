// Numbers, times and names as reports write them.
#ifndef CONCORDAT_CLIENT_REPORT_TEXT_H_
#define CONCORDAT_CLIENT_REPORT_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "concordat/v1/audits.pb.h"

namespace concordat::client::report {

// `149,920`
std::string Grouped(int64_t number);

// `99.65%`; never rounded to `100.00%` nor `0.00%` where it is not.
std::string Percent(double share);

// `4 d 3 h`, `12 min`, `0 s`: its two largest units.
std::string SecondsText(int64_t seconds);

// A risk ratio: `12.4`; `∞` where it is infinite.
std::string RatioText(double ratio);

// RFC 3339 in UTC; empty where it is not set.
std::string TimeText(bool is_set, const google::protobuf::Timestamp& time);

// Enum values without their type's prefix; empty for the unspecified one.
absl::string_view ChangeName(v1::AuditChange change);
absl::string_view StateName(v1::FindingState state);
absl::string_view ExposureName(v1::Exposure exposure);

// `customer.tier`; `customer` without an attribute; `nobody known` without a
// type.
std::string AttributeText(absl::string_view entity_type,
                          absl::string_view attribute);

// About whom it is: `customer/C17`, or the channel's own id.
std::string AboutWhom(const v1::AuditFinding& finding);

// `gold`; `none` where there is none; `(not in the audit)` where that is not
// known, `(erased)` where it was erased.
std::string SaidText(const v1::AuditFinding& finding);
std::string TruthText(const v1::AuditFinding& finding);

// What they say of what is not there.
inline constexpr absl::string_view kNoValue = "none";
inline constexpr absl::string_view kNotInAudit = "(not in the audit)";
inline constexpr absl::string_view kErased = "(erased)";

}  // namespace concordat::client::report

#endif  // CONCORDAT_CLIENT_REPORT_TEXT_H_
