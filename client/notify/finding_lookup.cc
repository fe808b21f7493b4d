#include "client/notify/finding_lookup.h"

#include <algorithm>

#include "client/status_macros.h"

namespace concordat::client {
namespace {

constexpr size_t kPageMax = 1000;  // the server's

}  // namespace

absl::Status ForEachFinding(
    Client& client, const v1::FindingFilter& filter,
    const std::function<void(const v1::Finding&)>& use) {
  v1::ListFindingsRequest request;
  *request.mutable_filter() = filter;
  request.set_page_size(kPageMax);
  do {
    CLIENT_ASSIGN_OR_RETURN(const v1::ListFindingsResponse page,
                            client.ListFindings(request));
    for (const v1::Finding& finding : page.findings()) use(finding);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

absl::StatusOr<FindingsById> FindByIds(Client& client, v1::FindingFilter filter,
                                       const std::vector<std::string>& ids) {
  FindingsById found;
  // Ids without states mean any state.
  filter.clear_states();
  for (size_t at = 0; at < ids.size(); at += kPageMax) {
    const size_t end = std::min(at + kPageMax, ids.size());
    filter.mutable_ids()->Assign(ids.begin() + static_cast<ptrdiff_t>(at),
                                 ids.begin() + static_cast<ptrdiff_t>(end));
    CLIENT_RETURN_IF_ERROR(
        ForEachFinding(client, filter, [&found](const v1::Finding& finding) {
          found[finding.id()] = finding;
        }));
  }
  return found;
}

}  // namespace concordat::client
