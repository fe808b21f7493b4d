// Findings as they are now, by their ids or by a filter.
#ifndef CONCORDAT_CLIENT_NOTIFY_FINDING_LOOKUP_H_
#define CONCORDAT_CLIENT_NOTIFY_FINDING_LOOKUP_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/client.h"
#include "concordat/v1/findings.pb.h"

namespace concordat::client {

// Calls `use` with every finding that matches, the most harmful first. Errors:
// ListFindings'.
absl::Status ForEachFinding(Client& client, const v1::FindingFilter& filter,
                            const std::function<void(const v1::Finding&)>& use);

using FindingsById = std::map<std::string, v1::Finding>;

// Those of the findings named that match `filter`, whatever their state: a call
// for each thousand. Errors: ListFindings'.
absl::StatusOr<FindingsById> FindByIds(Client& client, v1::FindingFilter filter,
                                       const std::vector<std::string>& ids);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_NOTIFY_FINDING_LOOKUP_H_
