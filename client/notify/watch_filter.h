#ifndef CONCORDAT_CLIENT_NOTIFY_WATCH_FILTER_H_
#define CONCORDAT_CLIENT_NOTIFY_WATCH_FILTER_H_

#include "concordat/v1/findings.pb.h"
#include "concordat/v1/watch.pb.h"

namespace concordat::client {

// What a filter of findings lets through, as far as a watch can say it: never
// less. What matches is asked for when findings are looked up.
v1::WatchFilter WatchFilterOf(const v1::FindingFilter& findings);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_NOTIFY_WATCH_FILTER_H_
