// The errors of who may do and know what.
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"

namespace concordat::errors {
namespace {

absl::Status Denied(ErrorReason reason, absl::string_view field,
                    absl::string_view message) {
  return ToStatus(
      absl::StatusCode::kPermissionDenied,
      {.reason = reason, .field = std::string(field), .metadata = {}}, message);
}

}  // namespace

absl::Status Unauthenticated(absl::string_view problem,
                             absl::string_view message) {
  return ToStatus(absl::StatusCode::kUnauthenticated,
                  {.reason = ErrorReason::kUnauthenticated,
                   .field = "",
                   .metadata = {{"problem", std::string(problem)}}},
                  message);
}

absl::Status NotPermitted(absl::string_view caller, absl::string_view has,
                          absl::string_view needed) {
  return ToStatus(absl::StatusCode::kPermissionDenied,
                  {.reason = ErrorReason::kNotPermitted,
                   .field = "",
                   .metadata = {{"caller", std::string(caller)},
                                {"roles", std::string(has)},
                                {"needed", std::string(needed)}}},
                  absl::StrCat("this call is for the roles ", needed,
                               "; the caller has: ", has));
}

absl::Status OtherChannel(absl::string_view field, absl::string_view own) {
  return ToStatus(absl::StatusCode::kPermissionDenied,
                  {.reason = ErrorReason::kOtherChannel,
                   .field = std::string(field),
                   .metadata = {{"channel", std::string(own)}}},
                  absl::StrCat("the caller speaks for the channel ", own,
                               " only; name that one here"));
}

absl::Status OutsideRows(absl::string_view field) {
  return Denied(ErrorReason::kOutsideRows, field,
                "whether there is such an entity is not for the caller to "
                "know");
}

absl::Status Withheld(absl::string_view field) {
  return Denied(ErrorReason::kWithheld, field,
                "the caller may not see what is asked for here; "
                "`concordat access whoami` says what it may see");
}

absl::Status UnknownPurpose(absl::string_view known) {
  return ToStatus(
      absl::StatusCode::kInvalidArgument,
      {.reason = ErrorReason::kUnknownPurpose,
       .field = "",
       .metadata = {{"known", std::string(known)}}},
      known.empty()
          ? absl::string_view("the vocabulary has no purposes; state none")
          : absl::string_view("concordat-purpose: the vocabulary has no such "
                              "purpose"));
}

absl::Status QuotaExceeded(absl::string_view limit, int64_t actual,
                           int64_t allowed) {
  return ToStatus(absl::StatusCode::kResourceExhausted,
                  {.reason = ErrorReason::kQuotaExceeded,
                   .field = "",
                   .metadata = {{"limit", std::string(limit)},
                                {"actual", absl::StrCat(actual)},
                                {"allowed", absl::StrCat(allowed)}}},
                  absl::StrCat("the caller's ", limit, " is ", allowed,
                               "; try again a little later"));
}

absl::Status AccessLogBroken(uint64_t number, absl::string_view what) {
  return ToStatus(
      absl::StatusCode::kDataLoss,
      {.reason = ErrorReason::kAccessLogBroken,
       .field = "",
       .metadata = {{"number", absl::StrCat(number)}}},
      absl::StrCat("the access log is broken at record ", number, ": ", what));
}

absl::Status AccessLogUnavailable() {
  return ToStatus(absl::StatusCode::kUnavailable,
                  {.reason = ErrorReason::kAccessLogUnavailable,
                   .field = "",
                   .metadata = {}},
                  "accesses cannot be recorded at present, so nothing personal "
                  "is shown");
}

}  // namespace concordat::errors
