#ifndef CONCORDAT_SERVER_ACCESS_TEXT_FETCH_H_
#define CONCORDAT_SERVER_ACCESS_TEXT_FETCH_H_

#include <string>

#include "absl/status/statusor.h"

namespace concordat {

// The text behind an `https://` URL, or of the file at a path; at most 256 KiB,
// within ten seconds, without following redirects. Errors: UNAVAILABLE.
absl::StatusOr<std::string> FetchText(const std::string& from);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_ACCESS_TEXT_FETCH_H_
