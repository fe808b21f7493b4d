#include "client/notify/watch_filter.h"

#include <algorithm>

namespace concordat::client {
namespace {

// A finding across channels is about none of them alone, and a watch of some
// channels does not have it.
bool MayBeAcrossChannels(const v1::FindingFilter& findings) {
  const auto& families = findings.families();
  return families.empty() ||
         std::any_of(families.begin(), families.end(), [](int family) {
           return family == v1::FINDING_FAMILY_CONFLICT ||
                  family == v1::FINDING_FAMILY_AUTHORITY_SUSPECT;
         });
}

}  // namespace

v1::WatchFilter WatchFilterOf(const v1::FindingFilter& findings) {
  v1::WatchFilter filter;
  filter.add_kinds(v1::WATCH_KIND_FINDING);
  if (!MayBeAcrossChannels(findings))
    *filter.mutable_channels() = findings.channels();
  // Rules are alternatives to attributes.
  if (findings.rules().empty())
    *filter.mutable_attributes() = findings.attributes();
  return filter;
}

}  // namespace concordat::client
