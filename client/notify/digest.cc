#include "client/notify/digest.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "client/notify/finding_lookup.h"
#include "client/notify/watch_filter.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

using google::protobuf::Timestamp;
using google::protobuf::util::TimeUtil;

// What a digest counts.
const ToldStates& CountedStates() {
  static const auto* const kStates =
      new ToldStates{v1::FINDING_STATE_OPEN, v1::FINDING_STATE_REOPENED,
                     v1::FINDING_STATE_RESOLVED};
  return *kStates;
}

Timestamp ToTimestamp(absl::Time time) {
  return TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

void AddTo(const v1::DigestGroup& group, v1::DigestGroup& total) {
  total.set_opened(total.opened() + group.opened());
  total.set_reopened(total.reopened() + group.reopened());
  total.set_resolved(total.resolved() + group.resolved());
  total.set_still_open(total.still_open() + group.still_open());
  total.set_muted(total.muted() + group.muted());
  total.set_worst_harm(std::max(total.worst_harm(), group.worst_harm()));
  if (group.has_oldest() &&
      (!total.has_oldest() || group.oldest() < total.oldest()))
    *total.mutable_oldest() = group.oldest();
}

// What changed from `since` up to `until`.
absl::StatusOr<std::vector<StateChange>> ChangesBetween(
    Client& client, const DigestOptions& options) {
  CLIENT_ASSIGN_OR_RETURN(const v1::GetServerInfoResponse info,
                          client.GetServerInfo());
  v1::WatchRequest request;
  *request.mutable_filter() = WatchFilterOf(options.filter);
  *request.mutable_since() = ToTimestamp(options.since);
  // Where nothing more matches, a bookmark says that it is over.
  *request.mutable_progress_interval() = TimeUtil::MillisecondsToDuration(100);
  const std::unique_ptr<Watch> watch = client.StartWatch(std::move(request));
  const Timestamp until = ToTimestamp(options.until);
  std::vector<StateChange> changes;
  bool over = false;
  while (!over) {
    CLIENT_ASSIGN_OR_RETURN(const v1::WatchResponse response, watch->Next());
    for (StateChange& change : StateChangesOf(response, CountedStates()))
      if (change.at < until) changes.push_back(std::move(change));
    CLIENT_ASSIGN_OR_RETURN(
        over, client.HasReached(watch->revision(), info.revision()));
  }
  return changes;
}

}  // namespace

v1::DigestGroup& DigestBuilder::GroupOf(const v1::Finding& finding) {
  const GroupKey key = GroupKeyOf(finding);
  v1::DigestGroup& group = groups_[key];
  group.set_channel(key.channel);
  group.set_attribute(key.attribute);
  group.set_rule(key.rule);
  group.set_verdict(key.verdict);
  return group;
}

void DigestBuilder::AddChange(const StateChange& change,
                              const v1::Finding& finding) {
  v1::DigestGroup& group = GroupOf(finding);
  // An acknowledgement that was taken back opens nothing.
  const bool was_open = IsOpenState(change.previous_state);
  if (change.state == v1::FINDING_STATE_OPEN && !was_open)
    group.set_opened(group.opened() + 1);
  if (change.state == v1::FINDING_STATE_REOPENED && !was_open)
    group.set_reopened(group.reopened() + 1);
  if (change.state == v1::FINDING_STATE_RESOLVED)
    group.set_resolved(group.resolved() + 1);
}

void DigestBuilder::AddStanding(const v1::Finding& finding) {
  v1::DigestGroup& group = GroupOf(finding);
  if (finding.state() == v1::FINDING_STATE_MUTED) {
    group.set_muted(group.muted() + 1);
    return;
  }
  group.set_still_open(group.still_open() + 1);
  group.set_worst_harm(std::max(group.worst_harm(), finding.harm().score()));
  if (!group.has_oldest() || finding.first_said_at() < group.oldest())
    *group.mutable_oldest() = finding.first_said_at();
  if (static_cast<size_t>(group.worst_size()) < examples_)
    group.add_worst(finding.id());
}

v1::FindingDigest DigestBuilder::Build() const {
  v1::FindingDigest digest;
  v1::DigestGroup* const total = digest.mutable_total();
  std::vector<const v1::DigestGroup*> ordered;
  for (const auto& [key, group] : groups_) {
    // A change that counts nothing makes no group.
    const bool counts = group.opened() + group.reopened() + group.resolved() +
                            group.still_open() + group.muted() >
                        0;
    if (counts) ordered.push_back(&group);
    AddTo(group, *total);
  }
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const v1::DigestGroup* a, const v1::DigestGroup* b) {
                     return a->worst_harm() > b->worst_harm();
                   });
  for (const v1::DigestGroup* group : ordered) *digest.add_groups() = *group;
  return digest;
}

absl::StatusOr<v1::FindingDigest> MakeDigest(Client& client,
                                             const DigestOptions& options) {
  CLIENT_ASSIGN_OR_RETURN(const std::vector<StateChange> changes,
                          ChangesBetween(client, options));
  std::vector<std::string> ids;
  for (const StateChange& change : changes) ids.push_back(change.finding_id);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  CLIENT_ASSIGN_OR_RETURN(const FindingsById findings,
                          FindByIds(client, options.filter, ids));
  DigestBuilder builder(options.examples);
  for (const StateChange& change : changes) {
    const auto found = findings.find(change.finding_id);
    if (found != findings.end()) builder.AddChange(change, found->second);
  }
  v1::FindingFilter standing = options.filter;
  standing.clear_states();
  for (const v1::FindingState state :
       {v1::FINDING_STATE_OPEN, v1::FINDING_STATE_ACKNOWLEDGED,
        v1::FINDING_STATE_REOPENED, v1::FINDING_STATE_MUTED})
    standing.add_states(state);
  CLIENT_RETURN_IF_ERROR(
      ForEachFinding(client, standing, [&builder](const v1::Finding& finding) {
        builder.AddStanding(finding);
      }));
  v1::FindingDigest digest = builder.Build();
  *digest.mutable_since() = ToTimestamp(options.since);
  *digest.mutable_until() = ToTimestamp(options.until);
  return digest;
}

}  // namespace concordat::client
