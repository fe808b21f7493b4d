// The questions of a mystery shopper, from a file.
#ifndef CONCORDAT_CLIENT_PROBE_PROBE_SCRIPT_H_
#define CONCORDAT_CLIENT_PROBE_PROBE_SCRIPT_H_

#include <string>

#include "absl/status/statusor.h"
#include "concordat/v1/client_files.pb.h"

namespace concordat::client {

// Questions of one script.
inline constexpr int kScriptQuestionsMax = 100'000;

// Reads YAML (concordat.v1.ProbeScript), or CSV with a header
// `subject,attribute[,question][,channels]`, whose channels are separated by
// spaces; the file's name says which: `.csv`, `.csv.gz` or not. Errors:
// INVALID_ARGUMENT with file, line and field of each problem; the file's own.
absl::StatusOr<v1::ProbeScript> ReadProbeScript(const std::string& path);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_PROBE_PROBE_SCRIPT_H_
