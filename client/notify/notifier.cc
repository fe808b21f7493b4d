#include "client/notify/notifier.h"

#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "client/error.h"
#include "client/notify/finding_lookup.h"
#include "client/notify/mute_changes.h"
#include "client/notify/watch_filter.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

// Changes that are looked up together.
constexpr size_t kLookUpMax = 1000;
// Notifications that are made before any is delivered, about: the state file
// is written anew with each delivery.
constexpr size_t kOutboxMax = 100;
constexpr size_t kOutboxOfGroupsMax = 1000;

constexpr absl::Duration kProgressMin = absl::Milliseconds(100);
constexpr absl::Duration kProgressMax = absl::Seconds(10);

Parcel ParcelOf(const v1::Notification& notification) {
  Parcel parcel{.id = notification.id(), .body = ""};
  const auto status =
      google::protobuf::util::MessageToJsonString(notification, &parcel.body);
  if (!status.ok()) parcel.body = "{}";  // no field of it can fail
  return parcel;
}

}  // namespace

Notifier::Notifier(Parts parts, NotifierOptions options, Surroundings with,
                   OnTold on_told)
    : parts_(parts),
      options_(std::move(options)),
      with_(std::move(with)),
      on_told_(std::move(on_told)),
      groups_(options_.grouping) {}

absl::Status Notifier::Run() {
  while (!parts_.stop->requested()) {
    absl::Status status = Begin();
    if (status.ok()) status = Follow();
    if (parts_.stop->requested()) break;
    if (!GoesOnAfter(status)) return status;
  }
  return absl::OkStatus();
}

absl::Status Notifier::Begin() {
  Forget();
  absl::StatusOr<v1::NotifyState> state = parts_.file->Load();
  begun_ = state.ok();
  if (begun_) {
    state_ = *std::move(state);
    return EmptyOutbox();
  }
  if (!absl::IsNotFound(state.status())) return state.status();
  return NoteMutes(*parts_.client, state_);
}

bool Notifier::GoesOnAfter(const absl::Status& status) {
  if (DetailsOf(status).reason == "REVISION_COMPACTED") {
    with_.report(
        "the server's log no longer goes back so far: going on with how "
        "findings stand now");
    resynchronised_ = true;
    return true;
  }
  // At the first start it is for whoever typed the address.
  const bool passes =
      IsUnreachable(status) || DetailsOf(status).reason == "OVERLOADED";
  if (options_.once || !begun_ || !passes) return false;
  with_.report(status.message());
  return with_.wait(BackoffOf(options_.retry, ++failures_, with_.random()));
}

v1::WatchRequest Notifier::Request() const {
  v1::WatchRequest request;
  *request.mutable_filter() = WatchFilterOf(options_.filter);
  if (!state_.revision().empty() && !resynchronised_) {
    request.set_after(state_.revision());
  } else if (begun_ || options_.begin_with_open) {
    // A state without a place is one whose snapshot was not complete.
    request.set_snapshot(true);
  } else {
    request.set_from_now(true);
  }
  // A bookmark is when it is seen that somebody waited long enough.
  const absl::Duration progress =
      options_.once
          ? kProgressMin
          : std::clamp(options_.group_wait, kProgressMin, kProgressMax);
  *request.mutable_progress_interval() =
      google::protobuf::util::TimeUtil::MillisecondsToDuration(
          absl::ToInt64Milliseconds(progress));
  return request;
}

absl::Status Notifier::Follow() {
  std::string until;
  if (options_.once) {
    CLIENT_ASSIGN_OR_RETURN(const v1::GetServerInfoResponse info,
                            parts_.client->GetServerInfo());
    until = info.revision();
  }
  WatchPatience patience;
  if (!options_.once) patience.give_up_after = absl::InfiniteDuration();
  patience.wait = [this](absl::Duration wait) { with_.wait(wait); };
  const std::unique_ptr<Watch> watch =
      parts_.client->StartWatch(Request(), std::move(patience));
  parts_.stop->OnStop([&watch] { watch->Cancel(); });
  const absl::Status status = FollowWatch(*watch, until);
  parts_.stop->OnStop(nullptr);
  return status;
}

absl::Status Notifier::FollowWatch(Watch& watch, const std::string& until) {
  int64_t restarts = 0;
  while (!parts_.stop->requested()) {
    CLIENT_ASSIGN_OR_RETURN(const v1::WatchResponse response, watch.Next());
    if (watch.snapshots_restarted() != restarts) {
      restarts = watch.snapshots_restarted();
      Forget();  // what came is void
    }
    CLIENT_RETURN_IF_ERROR(Take(response));
    CLIENT_ASSIGN_OR_RETURN(const bool reached,
                            parts_.client->HasReached(watch.revision(), until));
    if (reached || IsDue(response))
      CLIENT_RETURN_IF_ERROR(Flush(watch.revision()));
    if (reached) break;
  }
  return absl::OkStatus();
}

absl::Status Notifier::Take(const v1::WatchResponse& response) {
  std::vector<StateChange> changes = StateChangesOf(response, options_.told);
  changes_.insert(changes_.end(), std::make_move_iterator(changes.begin()),
                  std::make_move_iterator(changes.end()));
  if (changes_.size() >= kLookUpMax || options_.grouping.each)
    CLIENT_RETURN_IF_ERROR(LookUp());
  const bool gathers = !changes_.empty() || !groups_.empty();
  if (!gathers) gathering_since_ = std::nullopt;
  if (gathers && !gathering_since_.has_value()) gathering_since_ = with_.now();
  return absl::OkStatus();
}

bool Notifier::IsDue(const v1::WatchResponse& response) const {
  const size_t most = options_.grouping.each ? kOutboxMax : kOutboxOfGroupsMax;
  if (groups_.size() >= most) return true;
  if (response.content() == v1::WATCH_CONTENT_SNAPSHOT) return false;
  // The place is kept, though there is nothing to tell.
  if (!gathering_since_.has_value()) return true;
  return options_.grouping.each ||
         with_.now() - *gathering_since_ >= options_.group_wait;
}

absl::Status Notifier::LookUp() {
  for (size_t begin = 0; begin < changes_.size(); begin += kLookUpMax) {
    const size_t end = std::min(begin + kLookUpMax, changes_.size());
    CLIENT_RETURN_IF_ERROR(
        LookUp(absl::MakeConstSpan(changes_).subspan(begin, end - begin)));
  }
  changes_.clear();
  return absl::OkStatus();
}

absl::Status Notifier::LookUp(absl::Span<const StateChange> changes) {
  std::vector<std::string> ids;
  for (const StateChange& change : changes) ids.push_back(change.finding_id);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  CLIENT_ASSIGN_OR_RETURN(const FindingsById findings,
                          FindByIds(*parts_.client, options_.filter, ids));
  for (const StateChange& change : changes) {
    const auto found = findings.find(change.finding_id);
    if (found == findings.end()) continue;
    const bool is_muted = found->second.state() == v1::FINDING_STATE_MUTED;
    // People have decided not to be told of it, or the mute is gone again. A
    // mute that hid something is remembered at once: it may end before mutes
    // are looked at again.
    if (IsOpenState(change.state) && is_muted) {
      RememberMute(found->second.mute_id(), state_);
      continue;
    }
    if (change.state == v1::FINDING_STATE_MUTED && !is_muted) continue;
    if (IsOpenState(change.state)) told_open_.insert(change.finding_id);
    groups_.Add(change, found->second);
  }
  return absl::OkStatus();
}

absl::Status Notifier::AddMuteChanges(const std::string& revision) {
  if (!mutes_.has_value()) {
    v1::ListMutesRequest request;
    request.set_include_ended(true);
    CLIENT_ASSIGN_OR_RETURN(mutes_, parts_.client->ListMutes(request));
  }
  CLIENT_ASSIGN_OR_RETURN(
      const bool reached,
      parts_.client->HasReached(revision, mutes_->revision()));
  if (!reached) return absl::OkStatus();
  CLIENT_ASSIGN_OR_RETURN(
      std::vector<StateChange> changes,
      MuteChanges(*parts_.client, *mutes_, options_.told, state_));
  for (StateChange& change : changes) {
    // Two mutes may have covered it, or it was told of when it opened.
    const bool opens = IsOpenState(change.state);
    if (opens && !told_open_.insert(change.finding_id).second) continue;
    changes_.push_back(std::move(change));
  }
  CLIENT_RETURN_IF_ERROR(LookUp());
  told_open_.clear();
  mutes_.reset();
  return absl::OkStatus();
}

absl::Status Notifier::Flush(const std::string& revision) {
  const std::string before = state_.SerializeAsString();
  CLIENT_RETURN_IF_ERROR(LookUp());
  CLIENT_RETURN_IF_ERROR(AddMuteChanges(revision));
  const std::vector<v1::Notification> notifications =
      groups_.Take(resynchronised_);
  gathering_since_ = std::nullopt;
  if (!revision.empty()) {
    state_.set_revision(revision);
    resynchronised_ = false;
  }
  state_.mutable_outbox()->Add(notifications.begin(), notifications.end());
  failures_ = 0;
  if (begun_ && state_.SerializeAsString() == before) return absl::OkStatus();
  CLIENT_RETURN_IF_ERROR(parts_.file->Save(state_));
  begun_ = true;
  return EmptyOutbox();
}

absl::Status Notifier::EmptyOutbox() {
  while (!state_.outbox().empty() && !parts_.stop->requested()) {
    const v1::Notification& next = state_.outbox(0);
    const Delivered delivered = DeliverPatiently(
        *parts_.delivery, ParcelOf(next), options_.retry, with_);
    if (delivered.fate == Delivered::Fate::kStopped) return absl::OkStatus();
    if (delivered.fate != Delivered::Fate::kDelivered)
      CLIENT_RETURN_IF_ERROR(Bury(next, delivered));
    on_told_(next, delivered);
    state_.mutable_outbox()->DeleteSubrange(0, 1);
    CLIENT_RETURN_IF_ERROR(parts_.file->Save(state_));
  }
  return absl::OkStatus();
}

absl::Status Notifier::Bury(const v1::Notification& notification,
                            const Delivered& delivered) {
  if (parts_.dead_letters == nullptr)
    return absl::FailedPreconditionError(absl::StrCat(
        "notification ", notification.id(), " cannot be delivered: ",
        delivered.problem, ", after ", delivered.attempts,
        " attempts. The next start tries it again; with --dead-letters FILE "
        "it would be kept there, and the rest go on"));
  v1::DeadLetter letter;
  *letter.mutable_notification() = notification;
  letter.set_problem(delivered.problem);
  letter.set_attempts(delivered.attempts);
  *letter.mutable_at() =
      google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(
          absl::ToUnixMicros(with_.now()));
  with_.report(absl::StrCat("notification ", notification.id(),
                            " is a dead letter: ", delivered.problem));
  return parts_.dead_letters->Add(letter);
}

void Notifier::Forget() {
  changes_.clear();
  told_open_.clear();
  mutes_.reset();
  groups_.Clear();
  gathering_since_ = std::nullopt;
}

}  // namespace concordat::client
