#include "server/rpc/ordered_stream.h"

#include "server/convert/status.h"

namespace concordat {
namespace {

// Requests that are read ahead of what is written back: of small ones more, or
// a stream of them would wait for one commit after the other.
constexpr size_t kAheadMin = 8;
constexpr size_t kAheadMax = 32;
constexpr size_t kBytesAheadMax = 256 << 10;

}  // namespace

OrderedStream::OrderedStream(Logger* logger, absl::string_view method,
                             std::string trace_id, Handler handler)
    : logger_(logger),
      method_(method),
      trace_id_(std::move(trace_id)),
      handler_(std::move(handler)) {
  StartRead(&received_);
}

void OrderedStream::OnReadDone(bool ok) {
  Slot* slot = nullptr;
  {
    MutexLock lock(&mutex_);
    if (!ok || broken_ || failed_) {
      reading_ = false;
      reads_ended_ = true;
      FinishIfDone();
      return;
    }
    // Stays where it is until it is written: only the ends of a deque move.
    slot = &slots_.emplace_back();
    slot->request_bytes = received_.Length();
    bytes_ahead_ += slot->request_bytes;
    ++in_flight_;
  }
  // No other read starts before this returns (reading_ is still true), so
  // requests reach the handler one at a time and in order.
  grpc::ByteBuffer request;
  request.Swap(&received_);
  handler_(std::move(request),
           [this, slot](absl::Status status, grpc::ByteBuffer response) {
             Answered(slot, std::move(status), std::move(response));
           });
  MutexLock lock(&mutex_);
  reading_ = false;
  ReadAhead();
  FinishIfDone();
}

void OrderedStream::OnWriteDone(bool ok) {
  MutexLock lock(&mutex_);
  bytes_ahead_ -= slots_.front().request_bytes;
  slots_.pop_front();
  writing_ = false;
  broken_ = broken_ || !ok;
  WriteNext();
  ReadAhead();
  FinishIfDone();
}

void OrderedStream::Answered(Slot* slot, absl::Status status,
                             grpc::ByteBuffer response) {
  if (!status.ok()) LogFailure(*logger_, method_, trace_id_, status);
  MutexLock lock(&mutex_);
  --in_flight_;
  slot->answered = true;
  failed_ = failed_ || !status.ok();
  slot->status = std::move(status);
  slot->response.Swap(&response);
  WriteNext();
  ReadAhead();
  FinishIfDone();
}

void OrderedStream::WriteNext() {
  if (writing_ || broken_ || slots_.empty() || !slots_.front().answered ||
      !slots_.front().status.ok()) {
    return;
  }
  writing_ = true;
  StartWrite(&slots_.front().response);
}

void OrderedStream::ReadAhead() {
  if (reading_ || reads_ended_ || broken_ || failed_) return;
  const bool is_far_ahead =
      slots_.size() >= kAheadMax || bytes_ahead_ >= kBytesAheadMax;
  if (is_far_ahead && slots_.size() >= kAheadMin) return;
  reading_ = true;
  StartRead(&received_);
}

void OrderedStream::FinishIfDone() {
  const bool no_more = reads_ended_ || broken_ || failed_;
  if (finished_ || !no_more || in_flight_ > 0 || writing_) return;
  // All are answered and none is being written: the front, if there is one, is
  // a failure. What came after it is not answered; the client sends it again.
  finished_ = true;
  Finish(convert::ToGrpcStatus(slots_.empty() ? absl::OkStatus()
                                              : slots_.front().status));
}

}  // namespace concordat
