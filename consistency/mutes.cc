#include "consistency/mutes.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace concordat {

std::string MuteIdOf(Revision revision) {
  return absl::StrCat("mute-", revision.number());
}

const Mute* Mutes::Covering(const Finding& finding) const {
  if (!IsOpen(finding.state)) return nullptr;
  const Mute* longest = nullptr;
  for (const Mute& mute : mutes_) {
    if (!mute.scope.Matches(finding)) continue;
    if (longest == nullptr || mute.expires_at > longest->expires_at) {
      longest = &mute;
    }
  }
  return longest;
}

bool Mutes::Concern(const Finding& finding) const {
  return std::any_of(mutes_.begin(), mutes_.end(), [&](const Mute& mute) {
    return mute.scope.Matches(finding);
  });
}

FindingState Mutes::StateOf(const Finding& finding) const {
  return Covering(finding) == nullptr ? finding.state : FindingState::kMuted;
}

}  // namespace concordat
