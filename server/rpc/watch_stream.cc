#include "server/rpc/watch_stream.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "graph/cursors.h"
#include "graph/errors.h"
#include "graph/failpoints.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "server/convert/status.h"
#include "server/rpc/call.h"

namespace concordat {
namespace {

// Bytes of a response, about.
constexpr size_t kResponseBytes = 60 << 10;
// Events that a read of the log takes at first, and at most.
constexpr size_t kPageEventsMin = 250;
constexpr size_t kPageEventsMax = 4000;

SteadyTime Now() { return std::chrono::steady_clock::now(); }

SteadyTime Later(SteadyTime time, absl::Duration by) {
  return time + absl::ToChronoNanoseconds(by);
}

}  // namespace

WatchStream* WatchStream::Open(const WatchSurroundings& surroundings,
                               grpc::CallbackServerContext* rpc,
                               std::string trace_id, WatchSpec spec,
                               const absl::Status& refusal) {
  auto stream = std::make_shared<WatchStream>(
      surroundings, rpc, std::move(trace_id), std::move(spec));
  stream->self_ = stream;
  const absl::StatusOr<WatchFeed::Id> id =
      refusal.ok() ? stream->with_.feed->Add(stream, stream->NextTimer(Now()))
                   : absl::StatusOr<WatchFeed::Id>(refusal);
  MutexLock lock(&stream->mutex_);
  if (id.ok()) {
    stream->id_ = *id;
    if (!stream->ended_) stream->Submit(&WatchStream::Begin);
  } else {
    stream->End(id.status());
  }
  // gRPC calls OnDone only after it has the stream from here.
  return stream.get();
}

WatchStream::WatchStream(const WatchSurroundings& surroundings,
                         grpc::CallbackServerContext* rpc, std::string trace_id,
                         WatchSpec spec)
    : with_(surroundings),
      rpc_(rpc),
      trace_id_(std::move(trace_id)),
      spec_(std::move(spec)),
      page_events_(kPageEventsMin),
      last_sent_(Now()) {}

void WatchStream::Submit(void (WatchStream::*work)()) {
  working_ = true;
  if (with_.executor->TrySubmit(
          [self = shared_from_this(), work] { (self.get()->*work)(); })) {
    return;
  }
  working_ = false;
  End(errors::ShuttingDown());
}

// --- Work on the executor ---------------------------------------------------

void WatchStream::Begin() {
  const absl::Status status = TryBegin();
  MutexLock lock(&mutex_);
  working_ = false;
  if (!status.ok()) return End(status);
  if (ended_) return DropSnapshot();
  if (snapshot_ == nullptr) SendBookmark();
  GoOn();
}

absl::Status WatchStream::TryBegin() {
  CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<Reader> reader,
                             with_.store->Snapshot());
  CONCORDAT_ASSIGN_OR_RETURN(const Revision head, rows::ReadHead(*reader));
  Revision start = head;
  if (spec_.start == WatchSpec::Start::kAfter) start = spec_.after;
  if (spec_.start == WatchSpec::Start::kSince) {
    CONCORDAT_ASSIGN_OR_RETURN(
        start, LastBefore(*reader, *with_.tokens, spec_.since, head));
  }
  if (spec_.start == WatchSpec::Start::kCursor) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Cursor> cursor,
                               FindCursor(*reader, spec_.cursor));
    if (!cursor.has_value()) return errors::NotFound("this cursor");
    start = cursor->revision;
  }
  if (start > head) return errors::FutureRevision(start, head);
  CONCORDAT_RETURN_IF_ERROR(CheckLogKept(*reader, *with_.tokens, start));
  MutexLock lock(&mutex_);
  position_ = start;
  if (spec_.start != WatchSpec::Start::kSnapshot) return absl::OkStatus();
  CONCORDAT_RETURN_IF_ERROR(with_.feed->TakeSnapshotPlace());
  holds_snapshot_place_ = true;
  snapshot_until_ = Later(Now(), with_.feed->options().snapshot_max);
  snapshot_ = std::make_unique<SnapshotRows>(std::move(reader), head,
                                             &spec_.filter, with_.tokens);
  return absl::OkStatus();
}

void WatchStream::ReadSnapshot() {
  SnapshotRows* rows = nullptr;
  {
    MutexLock lock(&mutex_);
    rows = snapshot_.get();
  }
  convert::WatchResponseWriter out;
  absl::Status status = HitFailpoint(Failpoint::kWatchSnapshotPage);
  if (status.ok()) status = rows->Fill(kResponseBytes, out);
  MutexLock lock(&mutex_);
  working_ = false;
  if (!status.ok()) return End(status);
  if (ended_) return DropSnapshot();
  if (Now() > snapshot_until_) {
    return End(errors::SnapshotTooSlow(
        absl::ToInt64Seconds(with_.feed->options().snapshot_max)));
  }
  if (!out.empty()) {
    Send(out, convert::WatchContent::kSnapshot);
  } else if (rows->done()) {
    position_ = rows->at();
    DropSnapshot();
    Send(out, convert::WatchContent::kSnapshotEnd);
  }
  GoOn();
}

void WatchStream::ReadLogPage() {
  Revision after;
  size_t events = 0;
  {
    MutexLock lock(&mutex_);
    after = position_;
    events = page_events_;
  }
  absl::StatusOr<LogPage> page;
  {
    absl::StatusOr<std::unique_ptr<Reader>> reader = with_.store->Snapshot();
    page = reader.ok() ? ReadLog(**reader, *with_.tokens, after, events)
                       : reader.status();
  }
  MutexLock lock(&mutex_);
  working_ = false;
  if (!page.ok()) return End(page.status());
  if (ended_) return;
  const bool sent = Deliver(*page);
  // What was read and not sent is read again: read less. What was read and did
  // not match was small: read more.
  page_events_ = sent ? kPageEventsMin : std::min(2 * events, kPageEventsMax);
  if (!sent && Now() - last_sent_ >=
                   absl::ToChronoNanoseconds(spec_.progress_interval)) {
    SendBookmark();
  }
  GoOn();
}

// --- The order of things
// ------------------------------------------------------

void WatchStream::GoOn() {
  while (!ended_ && !writing_ && !working_ && !idle_) {
    if (cancelled_) return End(absl::CancelledError());
    if (snapshot_ != nullptr) return Submit(&WatchStream::ReadSnapshot);
    const WatchFeed::Next next = with_.feed->GoOn(id_, position_);
    switch (next.kind) {
      case WatchFeed::Next::Kind::kIdle:
        idle_ = true;
        break;
      case WatchFeed::Next::Kind::kTail:
        Deliver(next.commits);
        break;
      case WatchFeed::Next::Kind::kBehind:
        Submit(&WatchStream::ReadLogPage);
        break;
    }
  }
}

bool WatchStream::Deliver(const LogPage& page) {
  convert::WatchResponseWriter out;
  for (const std::shared_ptr<const LogCommit>& commit : page) {
    if (AddCommit(*commit, out)) break;
  }
  if (out.empty()) return false;
  Send(out, convert::WatchContent::kCommits);
  return true;
}

bool WatchStream::AddCommit(const LogCommit& commit,
                            convert::WatchResponseWriter& out) {
  std::vector<absl::string_view> events;
  size_t bytes = 0;
  for (size_t i = next_event_; i < commit.events.size(); ++i) {
    const LogEvent& event = commit.events[i];
    if (!spec_.filter.Matches(event.Subject())) continue;
    const std::string& wire =
        event.Bytes(static_cast<uint32_t>(i), *with_.tokens);
    const bool is_first = out.empty() && events.empty();
    if (!is_first && out.size() + bytes + wire.size() > kResponseBytes) {
      // A commit is split only where it does not fit a response of its own.
      if (out.empty()) {
        out.AddCommit(commit.bytes, events, /*partial=*/true);
        next_event_ = i;
      }
      return true;
    }
    events.push_back(wire);
    bytes += wire.size();
  }
  if (!events.empty()) out.AddCommit(commit.bytes, events, /*partial=*/false);
  position_ = commit.revision;
  next_event_ = 0;
  return false;
}

std::string WatchStream::Resume() const {
  return snapshot_ != nullptr ? "" : with_.tokens->RevisionToken(position_);
}

void WatchStream::Send(convert::WatchResponseWriter& out,
                       convert::WatchContent content) {
  const absl::Status hit = HitFailpoint(Failpoint::kWatchBeforeSend);
  if (!hit.ok()) return End(hit);
  const grpc::Slice bytes(out.Take(Resume(), content));
  outgoing_ = grpc::ByteBuffer(&bytes, 1);
  writing_ = true;
  write_began_ = last_sent_ = Now();
  with_.feed->CountResponse();
  StartWrite(&outgoing_);
}

void WatchStream::SendBookmark() {
  convert::WatchResponseWriter nothing;
  Send(nothing, convert::WatchContent::kBookmark);
}

void WatchStream::End(const absl::Status& status) {
  if (ended_) return;
  ended_ = true;
  if (idle_) with_.feed->TakeIdle(id_);
  idle_ = false;
  if (!working_) DropSnapshot();
  if (!cancelled_) LogFailure(*with_.logger, "Watch", trace_id_, status);
  drop_at_ = Later(Now(), with_.feed->options().farewell);
  Finish(convert::ToGrpcStatus(status));
}

void WatchStream::DropSnapshot() {
  snapshot_ = nullptr;
  if (holds_snapshot_place_) with_.feed->ReturnSnapshotPlace();
  holds_snapshot_place_ = false;
}

// --- What the feed says
// -------------------------------------------------------

void WatchStream::Wake(Revision seen) {
  MutexLock lock(&mutex_);
  if (!idle_) return;
  idle_ = false;
  position_ = std::max(position_, seen);
  GoOn();
}

void WatchStream::Fail(const absl::Status& status) {
  MutexLock lock(&mutex_);
  idle_ = false;
  End(status);
}

void WatchStream::Stop() {
  MutexLock lock(&mutex_);
  End(errors::ShuttingDown());
}

SteadyTime WatchStream::NextTimer(SteadyTime now) const {
  const absl::Duration patience = with_.feed->options().stall_timeout / 4;
  return Later(now, std::min(spec_.progress_interval, patience));
}

SteadyTime WatchStream::OnTimer(SteadyTime now) {
  MutexLock lock(&mutex_);
  if (done_) return NextTimer(now);
  if (ended_) {
    if (now < drop_at_) return drop_at_;
    rpc_->TryCancel();
    return NextTimer(now);
  }
  if (writing_) {
    const absl::Duration waited = absl::FromChrono(now - write_began_);
    if (waited < with_.feed->options().stall_timeout) return NextTimer(now);
    with_.feed->CountStalled();
    // Behind what was not taken; whoever reads on in time gets to know.
    End(errors::WatcherStalled(Resume()));
    return drop_at_;
  }
  const SteadyTime due = Later(last_sent_, spec_.progress_interval);
  if (idle_ && now >= due) {
    const std::optional<Revision> seen = with_.feed->TakeIdle(id_);
    // Without it, Wake is on its way.
    if (seen.has_value()) {
      idle_ = false;
      position_ = std::max(position_, *seen);
      SendBookmark();
    }
  }
  return now < due ? std::min(due, NextTimer(now)) : NextTimer(now);
}

// --- What gRPC says
// -----------------------------------------------------------

void WatchStream::OnWriteDone(bool ok) {
  PassFailpoint(Failpoint::kWatchAfterSend);
  MutexLock lock(&mutex_);
  writing_ = false;
  outgoing_.Clear();
  cancelled_ = cancelled_ || !ok;
  GoOn();
}

void WatchStream::OnCancel() {
  MutexLock lock(&mutex_);
  cancelled_ = true;
  // Else whoever is at work finds it out when he is done.
  if (!writing_ && !working_) End(absl::CancelledError());
}

void WatchStream::OnDone() {
  const std::shared_ptr<WatchStream> self = std::move(self_);
  WatchFeed::Id id = 0;
  {
    MutexLock lock(&mutex_);
    done_ = true;
    id = id_;
  }
  with_.feed->Remove(id);
}

}  // namespace concordat
