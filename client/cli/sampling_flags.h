// Audits that ask the channel, and samples, on the command line.
#ifndef CONCORDAT_CLIENT_CLI_SAMPLING_FLAGS_H_
#define CONCORDAT_CLIENT_CLI_SAMPLING_FLAGS_H_

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "concordat/v1/audits.pb.h"

namespace concordat::client {

struct SamplingFlags {
  bool probe = false;
  // As written: `1%` or `0.01`; empty: not given.
  std::string precision;
  std::string confidence;
  std::string decide_rate;
  std::string stratify_by;
  bool neyman = false;
  bool sequential = false;
  uint64_t seed = 0;
  int64_t entities_max = 0;
};

void AddSamplingOptions(CLI::App* verb, SamplingFlags& flags);
// Sets `probe` and `sampling` where they are asked for. A usage error names the
// flag.
absl::Status SetSampling(const SamplingFlags& flags, v1::AuditSpec* spec);

// `wrong about 4.2% of entities (2.9% to 6.1%, 95% sure), ...`, and a table of
// strata where there are some.
std::string EstimateText(const v1::AuditEstimate& estimate);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_CLI_SAMPLING_FLAGS_H_
