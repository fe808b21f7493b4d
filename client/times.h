// Times as files and flags write them.
#ifndef CONCORDAT_CLIENT_TIMES_H_
#define CONCORDAT_CLIENT_TIMES_H_

#include <google/protobuf/timestamp.pb.h>

#include <string>

#include "absl/strings/string_view.h"

namespace concordat::client {

// Reads RFC 3339 (`2026-03-01T12:00:00.5+01:00`, `…Z`) or an ISO 8601 date,
// which means its midnight in UTC. Years 1 to 9999. False where it is neither.
bool ParseTime(absl::string_view text, google::protobuf::Timestamp* time);

// RFC 3339 in UTC with as many digits as needed.
std::string FormatTime(const google::protobuf::Timestamp& time);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_TIMES_H_
