// What audits came to, for people.
#ifndef CONCORDAT_CLIENT_CLI_AUDIT_TEXT_H_
#define CONCORDAT_CLIENT_CLI_AUDIT_TEXT_H_

#include <cstdint>
#include <string>

#include "concordat/v1/audits.pb.h"

namespace concordat::client {

// `99.65%`; `-` of nothing.
std::string ShareText(int64_t part, int64_t whole);

// `3 NEW, 577 UNCHANGED`; `none`.
std::string ChangesText(
    const google::protobuf::RepeatedPtrField<v1::AuditChangeCount>& changes);

// Where it is, and what it came to: a table by attribute, and the rest in
// lines.
std::string AuditText(const v1::Audit& audit);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_CLI_AUDIT_TEXT_H_
