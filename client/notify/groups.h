// Changes of state put together: an outage of a channel is one thing to be told
// of, not ten thousand.
#ifndef CONCORDAT_CLIENT_NOTIFY_GROUPS_H_
#define CONCORDAT_CLIENT_NOTIFY_GROUPS_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "client/notify/state_changes.h"
#include "concordat/v1/client_files.pb.h"
#include "concordat/v1/findings.pb.h"
#include "proto/sha256.h"

namespace concordat::client {

// What findings of one group have in common.
struct GroupKey {
  std::string channel;    // empty for a rule, and for what several say
  std::string attribute;  // empty for a rule
  std::string rule;       // empty for what a channel says
  // Its name, such as `STALE`; of what several channels say the family's, such
  // as `CONFLICT`.
  std::string verdict;

  friend auto operator<=>(const GroupKey&, const GroupKey&) = default;
};

GroupKey GroupKeyOf(const v1::Finding& finding);
// `web tier STALE`, `rule order_total CONTRADICTS`.
std::string GroupText(const GroupKey& key);

struct GroupingOptions {
  // A notification for each change instead of for each group.
  bool each = false;
  // How many findings a notification lists.
  size_t examples = 5;
  // With explanations and entities, which are personal.
  bool explanations = false;
};

// The changes of a while as notifications. Holds a few findings a group,
// however many changed. Not thread-safe.
class Groups {
 public:
  explicit Groups(GroupingOptions options) : options_(options) {}

  // Changes in their order; `finding` as it is now.
  void Add(const StateChange& change, const v1::Finding& finding);

  bool empty() const { return groups_.empty(); }
  // How many notifications there would be.
  size_t size() const { return groups_.size(); }

  // The notifications, in the order of their first changes; nothing is left.
  std::vector<v1::Notification> Take(bool resynchronised);
  void Clear();

 private:
  struct Group {
    v1::Notification notification;
    uint32_t changes = 0;
    Sha256 digest;
  };

  Group& GroupOf(const v1::Finding& finding);
  void List(const StateChange& change, const v1::Finding& finding,
            v1::Notification& notification) const;

  const GroupingOptions options_;
  // Of a deque, for a digest in the making cannot be moved.
  std::deque<Group> groups_;
  std::map<GroupKey, size_t> places_;  // in groups_
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_NOTIFY_GROUPS_H_
