#include "client/import/claim_summary.h"

namespace concordat::client {

void ClaimSummary::Add(const std::string& channel, const std::string& attribute,
                       const v1::ClaimResult& result) {
  const auto status = static_cast<size_t>(result.status());
  ++statuses_[status < kStatuses ? status : 0];
  if (result.status() != v1::CLAIM_STATUS_RECORDED) return;
  const auto verdict = static_cast<size_t>(result.verdict());
  Counts& counts = by_channel_[channel][attribute];
  ++counts[verdict < kVerdicts ? verdict : 0];
}

int64_t ClaimSummary::verdict_count(v1::Verdict verdict) const {
  int64_t count = 0;
  for (const auto& [channel, attributes] : by_channel_)
    for (const auto& [attribute, counts] : attributes)
      count += counts[static_cast<size_t>(verdict)];
  return count;
}

ClaimSummary::Share ClaimSummary::ShareOf(const Counts& counts) {
  Share share;
  for (size_t verdict = v1::VERDICT_AGREES; verdict < kVerdicts; ++verdict)
    share.compared += counts[verdict];
  share.agree = counts[v1::VERDICT_AGREES];
  return share;
}

}  // namespace concordat::client
