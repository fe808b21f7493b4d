#include "client/grpc_watch.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "client/error.h"

namespace concordat::client {
namespace {

// The watch itself is in order; it only broke off.
bool GoesOnAfter(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
    case absl::StatusCode::kUnavailable:
    // Cut, where the reason did not get through.
    case absl::StatusCode::kCancelled:
      return true;
    default:
      break;
  }
  const std::string reason = DetailsOf(status).reason;
  return reason == "WATCHER_STALLED" || reason == "OVERLOADED";
}

}  // namespace

GrpcWatch::GrpcWatch(v1::WatchService::StubInterface* stub, std::string address,
                     v1::WatchRequest request, WatchPatience patience)
    : stub_(stub),
      address_(std::move(address)),
      request_(std::move(request)),
      patience_(std::move(patience)),
      next_wait_(patience_.wait_first) {}

GrpcWatch::~GrpcWatch() {
  Cancel();
  if (reader_ != nullptr) Close().IgnoreError();
}

void GrpcWatch::Cancel() {
  std::lock_guard<std::mutex> lock(mutex_);
  cancelled_ = true;
  if (context_ != nullptr) context_->TryCancel();
}

bool GrpcWatch::Open() {
  auto context = std::make_unique<grpc::ClientContext>();
  auto reader = stub_->Watch(context.get(), request_);
  std::lock_guard<std::mutex> lock(mutex_);
  context_ = std::move(context);
  reader_ = std::move(reader);
  if (cancelled_) context_->TryCancel();
  return !cancelled_;
}

absl::Status GrpcWatch::Close() {
  v1::WatchResponse ignored;
  while (reader_->Read(&ignored)) {
  }
  const grpc::Status status = reader_->Finish();
  std::lock_guard<std::mutex> lock(mutex_);
  reader_ = nullptr;
  context_ = nullptr;
  return FromGrpc(status, address_);
}

bool GrpcWatch::Complete(v1::WatchResponse& response) {
  if (response.commits().empty()) return true;
  v1::WatchedCommit* first = response.mutable_commits(0);
  if (!incomplete_.events().empty()) {
    incomplete_.mutable_events()->MergeFrom(first->events());
    incomplete_.set_partial(first->partial());
    first->Swap(&incomplete_);
    incomplete_.Clear();
  }
  v1::WatchedCommit* last =
      response.mutable_commits(response.commits_size() - 1);
  if (last->partial()) {
    incomplete_.Swap(last);
    response.mutable_commits()->RemoveLast();
  }
  return !response.commits().empty();
}

bool GrpcWatch::Retries(const absl::Status& status) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (cancelled_) return false;
  }
  if (!answered_ || !GoesOnAfter(status)) return false;
  const absl::Time now = absl::Now();
  failing_since_ = std::min(failing_since_, now);
  if (now - failing_since_ > patience_.give_up_after) return false;
  patience_.wait(next_wait_);
  next_wait_ = std::min(2 * next_wait_, patience_.wait_max);
  ++resumed_;
  incomplete_.Clear();
  if (!revision_.empty()) {
    request_.set_after(revision_);
  } else if (std::exchange(in_snapshot_, false)) {
    ++restarted_;
  }
  return true;
}

absl::StatusOr<v1::WatchResponse> GrpcWatch::Next() {
  while (true) {
    if (reader_ == nullptr && !Open()) {
      Close().IgnoreError();
      return absl::CancelledError("the watch was cancelled");
    }
    v1::WatchResponse response;
    if (!reader_->Read(&response)) {
      const absl::Status status = Close();
      if (Retries(status)) continue;
      std::lock_guard<std::mutex> lock(mutex_);
      if (cancelled_) return absl::CancelledError("the watch was cancelled");
      return status.ok() ? absl::UnavailableError("the server ended the watch")
                         : status;
    }
    answered_ = true;
    failing_since_ = absl::InfiniteFuture();
    next_wait_ = patience_.wait_first;
    in_snapshot_ = response.content() == v1::WATCH_CONTENT_SNAPSHOT;
    if (!Complete(response)) continue;
    if (!response.revision().empty()) revision_ = response.revision();
    return response;
  }
}

}  // namespace concordat::client
