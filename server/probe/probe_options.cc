#include "server/probe/probe_options.h"

#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

constexpr char kFlag[] = "probe";
constexpr size_t kPemBytesMax = size_t{1} << 20;
constexpr double kRateMax = 1e6;
constexpr int kAttemptsMax = 20;
constexpr absl::Duration kDeadlineMin = absl::Milliseconds(10);
constexpr absl::Duration kDeadlineMax = absl::Minutes(1);

absl::Status Wrong(absl::string_view option, absl::string_view right) {
  return errors::InvalidField(kFlag, absl::StrCat(option, ": ", right));
}

absl::StatusOr<std::string> ReadPem(absl::string_view option,
                                    absl::string_view path) {
  std::ifstream file{std::string(path), std::ios::binary};
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.good() && !file.eof()) return Wrong(option, "cannot be read");
  if (text.size() > kPemBytesMax || !absl::StrContains(text, "-----BEGIN ")) {
    return Wrong(option, "is not a PEM file");
  }
  return text;
}

absl::Status SetNumber(absl::string_view option, absl::string_view text,
                       int64_t most, int& number) {
  if (absl::SimpleAtoi(text, &number) && number >= 1 && number <= most) {
    return absl::OkStatus();
  }
  return Wrong(option, absl::StrCat("write a number of 1 to ", most));
}

absl::Status SetOption(absl::string_view name, absl::string_view value,
                       ProbeOptions& options) {
  if (name == "rate") {
    double& rate = options.policy.per_second;
    if (absl::SimpleAtod(value, &rate) && rate > 0 && rate <= kRateMax) {
      return absl::OkStatus();
    }
    return Wrong(name, "write calls a second, such as 20 or 0.5");
  }
  if (name == "concurrency") {
    return SetNumber(name, value, limits::kProbeConcurrentMax,
                     options.policy.concurrent_max);
  }
  if (name == "attempts") {
    return SetNumber(name, value, kAttemptsMax, options.policy.attempts_max);
  }
  if (name == "batch") {
    return SetNumber(name, value, limits::kProbeSubjectsMax,
                     options.subjects_max);
  }
  if (name == "deadline") {
    if (absl::ParseDuration(value, &options.deadline) &&
        options.deadline >= kDeadlineMin && options.deadline <= kDeadlineMax) {
      return absl::OkStatus();
    }
    return Wrong(name, "write a time of 10ms to 60s");
  }
  std::string* const pem = name == "ca"     ? &options.ca
                           : name == "cert" ? &options.certificate
                           : name == "key"  ? &options.key
                                            : nullptr;
  if (pem == nullptr) {
    return Wrong(name,
                 "there are tls, ca, cert, key, plaintext, rate, concurrency, "
                 "deadline, attempts and batch");
  }
  options.tls = true;
  CONCORDAT_ASSIGN_OR_RETURN(*pem, ReadPem(name, value));
  return absl::OkStatus();
}

bool StaysOnThisMachine(absl::string_view address) {
  for (const char* prefix : {"127.", "localhost:", "[::1]:", "unix:"}) {
    if (absl::StartsWith(address, prefix)) return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<ProbeOptions> ParseProbeFlag(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ',');
  const std::pair<absl::string_view, absl::string_view> to =
      absl::StrSplit(parts[0], absl::MaxSplits('=', 1));
  ProbeOptions options;
  options.channel = std::string(to.first);
  options.address = std::string(to.second);
  if (options.channel.empty() || options.address.empty()) {
    return errors::InvalidField(kFlag,
                                "write CHANNEL=HOST:PORT[,OPTION...], such as "
                                "web=127.0.0.1:9000,rate=20");
  }
  bool plaintext = false;
  for (size_t i = 1; i < parts.size(); ++i) {
    const std::pair<absl::string_view, absl::string_view> option =
        absl::StrSplit(parts[i], absl::MaxSplits('=', 1));
    if (parts[i] == "tls") {
      options.tls = true;
    } else if (parts[i] == "plaintext") {
      plaintext = true;
    } else {
      CONCORDAT_RETURN_IF_ERROR(
          SetOption(option.first, option.second, options));
    }
  }
  if (options.certificate.empty() != options.key.empty()) {
    return Wrong("cert, key", "give both or neither");
  }
  if (plaintext && options.tls) {
    return Wrong("plaintext", "contradicts tls, ca, cert and key");
  }
  if (!options.tls && !plaintext && !StaysOnThisMachine(options.address)) {
    return Wrong(options.address,
                 "is another machine, and what customers' records say would go "
                 "there unencrypted: add tls, or say plaintext");
  }
  return options;
}

}  // namespace concordat
