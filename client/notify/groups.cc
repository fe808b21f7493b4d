#include "client/notify/groups.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/util/time_util.h"

namespace concordat::client {
namespace {

using google::protobuf::Timestamp;

constexpr size_t kIdDigits = 32;

std::string Without(absl::string_view prefix, const std::string& name) {
  return name.substr(prefix.size());
}

uint32_t Count(int64_t count) {
  return static_cast<uint32_t>(
      std::min<int64_t>(count, std::numeric_limits<uint32_t>::max()));
}

void CountState(const std::string& state, v1::Notification& notification) {
  for (v1::StateCount& known : *notification.mutable_changes()) {
    if (known.state() != state) continue;
    known.set_count(known.count() + 1);
    return;
  }
  v1::StateCount* added = notification.add_changes();
  added->set_state(state);
  added->set_count(1);
}

void NoteTime(const Timestamp& at, v1::Notification& notification) {
  if (at.seconds() == 0) return;
  if (!notification.has_first_at() || at < notification.first_at())
    *notification.mutable_first_at() = at;
  if (!notification.has_last_at() || notification.last_at() < at)
    *notification.mutable_last_at() = at;
}

// `web tier STALE: 3 opened, 1 resolved; worst harm 42`
std::string TextOf(const GroupKey& key, const v1::Notification& notification) {
  const std::string changes = absl::StrJoin(
      notification.changes(), ", ",
      [](std::string* out, const v1::StateCount& count) {
        // A state is a participle, but for this one.
        const std::string state =
            count.state() == "OPEN" ? "OPENED" : count.state();
        absl::StrAppend(out, count.count(), " ", absl::AsciiStrToLower(state));
      });
  const double harm =
      notification.findings().empty() ? 0 : notification.findings(0).harm();
  return absl::StrFormat(
      "%s%s: %s; worst harm %.2f",
      notification.resynchronised() ? "resynchronised: " : "", GroupText(key),
      changes, harm);
}

}  // namespace

GroupKey GroupKeyOf(const v1::Finding& finding) {
  // What several channels say is told apart by what kind of wrong it is.
  if (finding.family() == v1::FINDING_FAMILY_CONFLICT ||
      finding.family() == v1::FINDING_FAMILY_AUTHORITY_SUSPECT) {
    return {.channel = "",
            .attribute = finding.attribute(),
            .rule = "",
            .verdict = Without("FINDING_FAMILY_",
                               v1::FindingFamily_Name(finding.family()))};
  }
  return {.channel = finding.channel(),
          .attribute = finding.rule().empty() ? finding.attribute() : "",
          .rule = finding.rule(),
          .verdict = Without("VERDICT_", v1::Verdict_Name(finding.verdict()))};
}

std::string GroupText(const GroupKey& key) {
  if (!key.rule.empty())
    return absl::StrCat("rule ", key.rule, " ", key.verdict);
  return absl::StrCat(key.channel, key.channel.empty() ? "" : " ",
                      key.attribute, " ", key.verdict);
}

Groups::Group& Groups::GroupOf(const v1::Finding& finding) {
  const GroupKey key = GroupKeyOf(finding);
  if (!options_.each) {
    const auto [place, is_new] = places_.emplace(key, groups_.size());
    if (!is_new) return groups_[place->second];
  }
  Group& group = groups_.emplace_back();
  group.notification.set_channel(key.channel);
  group.notification.set_attribute(key.attribute);
  group.notification.set_rule(key.rule);
  group.notification.set_verdict(key.verdict);
  return group;
}

void Groups::List(const StateChange& change, const v1::Finding& finding,
                  v1::Notification& notification) const {
  auto& listed = *notification.mutable_findings();
  auto place = std::find_if(listed.begin(), listed.end(),
                            [&](const v1::NotifiedFinding& known) {
                              return known.id() == finding.id();
                            });
  if (place == listed.end()) {
    const double harm = finding.harm().score();
    if (static_cast<size_t>(listed.size()) >= options_.examples) {
      if (listed.empty() || listed.rbegin()->harm() >= harm) return;
      listed.RemoveLast();
    }
    listed.Add()->set_id(finding.id());
    place = listed.end() - 1;
    place->set_harm(harm);
  }
  place->set_state(StateName(change.state));
  place->set_previous_state(StateName(change.previous_state));
  place->set_exposure(
      Without("EXPOSURE_", v1::Exposure_Name(finding.exposure())));
  place->set_count(Count(finding.count()));
  if (change.at.seconds() != 0) *place->mutable_at() = change.at;
  place->set_revision(change.revision);
  *place->mutable_first_said_at() = finding.first_said_at();
  *place->mutable_last_said_at() = finding.last_said_at();
  if (options_.explanations) {
    *place->mutable_entity() = finding.entity();
    place->set_explanation(finding.explanation());
  }
  std::stable_sort(
      listed.begin(), listed.end(),
      [](const v1::NotifiedFinding& a, const v1::NotifiedFinding& b) {
        return a.harm() > b.harm();
      });
}

void Groups::Add(const StateChange& change, const v1::Finding& finding) {
  Group& group = GroupOf(finding);
  ++group.changes;
  const std::string state = StateName(change.state);
  group.digest.Add(absl::StrCat(finding.id(), "@", change.revision, "#",
                                change.ordinal, ":", state, "\n"));
  CountState(state, group.notification);
  NoteTime(change.at, group.notification);
  List(change, finding, group.notification);
}

std::vector<v1::Notification> Groups::Take(bool resynchronised) {
  std::vector<v1::Notification> notifications;
  for (Group& group : groups_) {
    v1::Notification& notification = group.notification;
    notification.set_id(
        absl::BytesToHexString(group.digest.Finish()).substr(0, kIdDigits));
    notification.set_resynchronised(resynchronised);
    notification.set_left_out(
        group.changes -
        std::min(group.changes,
                 static_cast<uint32_t>(notification.findings_size())));
    notification.set_text(TextOf({.channel = notification.channel(),
                                  .attribute = notification.attribute(),
                                  .rule = notification.rule(),
                                  .verdict = notification.verdict()},
                                 notification));
    notifications.push_back(std::move(notification));
  }
  Clear();
  return notifications;
}

void Groups::Clear() {
  groups_.clear();
  places_.clear();
}

}  // namespace concordat::client
