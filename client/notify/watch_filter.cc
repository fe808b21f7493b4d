#include "client/notify/watch_filter.h"

namespace concordat::client {

v1::WatchFilter WatchFilterOf(const v1::FindingFilter& findings) {
  v1::WatchFilter filter;
  filter.add_kinds(v1::WATCH_KIND_FINDING);
  *filter.mutable_channels() = findings.channels();
  // Rules are alternatives to attributes.
  if (findings.rules().empty())
    *filter.mutable_attributes() = findings.attributes();
  return filter;
}

}  // namespace concordat::client
