// What became of the claims of an import, counted.
#ifndef CONCORDAT_CLIENT_IMPORT_CLAIM_SUMMARY_H_
#define CONCORDAT_CLIENT_IMPORT_CLAIM_SUMMARY_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "concordat/v1/claims.pb.h"

namespace concordat::client {

// Claims of one channel about one attribute. Memory grows with channels and
// attributes, not with claims. Not thread-safe.
class ClaimSummary {
 public:
  static constexpr size_t kStatuses = v1::ClaimStatus_ARRAYSIZE;
  static constexpr size_t kVerdicts = v1::Verdict_ARRAYSIZE;

  // By verdict; index 0: not judged.
  using Counts = std::array<int64_t, kVerdicts>;
  using ByAttribute = absl::flat_hash_map<std::string, Counts>;

  // `attribute` is the vocabulary's name, whatever the claim calls it.
  void Add(const std::string& channel, const std::string& attribute,
           const v1::ClaimResult& result);

  // How many claims had a status.
  int64_t status_count(v1::ClaimStatus status) const {
    return statuses_[static_cast<size_t>(status)];
  }
  const absl::flat_hash_map<std::string, ByAttribute>& by_channel() const {
    return by_channel_;
  }
  // Claims with a verdict, over all channels.
  int64_t verdict_count(v1::Verdict verdict) const;

  // Claims that agree, of all that could be compared with the truth: not those
  // of unknown subjects, that the channel may not make, of unreadable values,
  // or where the graph is silent.
  struct Share {
    int64_t agree = 0;
    int64_t compared = 0;
  };
  static Share ShareOf(const Counts& counts);

 private:
  std::array<int64_t, kStatuses> statuses_ = {};
  absl::flat_hash_map<std::string, ByAttribute> by_channel_;
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_IMPORT_CLAIM_SUMMARY_H_
