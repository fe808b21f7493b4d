#ifndef CONCORDAT_SERVER_PROBE_PROBE_OPTIONS_H_
#define CONCORDAT_SERVER_PROBE_PROBE_OPTIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/probe/call_gate.h"

namespace concordat {

// How to reach the backend of a channel, and how much to ask of it. The channel
// itself need not be in the vocabulary yet.
struct ProbeOptions {
  std::string channel;
  // HOST:PORT or unix:PATH.
  std::string address;
  // Encrypted; with the system's certificates of authorities unless `ca` has
  // some (PEM), and as ourselves where `certificate` and `key` are (PEM).
  bool tls = false;
  std::string ca;
  std::string certificate;
  std::string key;
  CallPolicy policy;
  // How long one attempt may take.
  absl::Duration deadline = absl::Seconds(10);
  // Subjects of one call.
  int subjects_max = 100;
};

// The text of a --probe flag: `CHANNEL=ADDRESS[,OPTION...]`, of the options
// `tls`, `ca=FILE`, `cert=FILE`, `key=FILE`, `plaintext`, `rate=N` (calls a
// second), `concurrency=N`, `deadline=10s`, `attempts=N`, `batch=N`. An address
// beyond this machine is taken with `tls` or `plaintext` only. Reads the files.
// Errors: INVALID_FIELD with what would be right.
absl::StatusOr<ProbeOptions> ParseProbeFlag(absl::string_view text);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_PROBE_PROBE_OPTIONS_H_
