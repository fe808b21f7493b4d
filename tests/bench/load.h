// Load on a gRPC service for a while, and what came of it.
#ifndef CONCORDAT_TESTS_BENCH_LOAD_H_
#define CONCORDAT_TESTS_BENCH_LOAD_H_

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "graph/mutex.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/support/sync_stream.h"
#include "tests/bench/histogram.h"

namespace concordat::bench {

using Time = std::chrono::steady_clock::time_point;

inline Time Now() { return std::chrono::steady_clock::now(); }

// 0 where it lies ahead.
inline uint64_t MicrosecondsSince(Time start) {
  return static_cast<uint64_t>(std::max<int64_t>(
      0, std::chrono::duration_cast<std::chrono::microseconds>(Now() - start)
             .count()));
}

struct LoadResult {
  uint64_t items = 0;
  double seconds = 0;
  // From the start of a call, or the write of a batch, to its answer.
  Histogram latency;
  // Items that were not answered as hoped for, or the call's error.
  uint64_t refused = 0;
  std::string error;

  double rate() const {
    return seconds > 0 ? static_cast<double>(items) / seconds : 0;
  }
};

// Requests that are bytes already, so that making them of messages is not
// measured.
inline grpc::ByteBuffer BytesOf(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}
inline std::string TextOf(const grpc::ByteBuffer& bytes) {
  std::vector<grpc::Slice> slices;
  std::string text;
  if (!bytes.Dump(&slices).ok()) return text;
  text.reserve(bytes.Length());
  for (const grpc::Slice& slice : slices) {
    text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return text;
}

// Opens a bidirectional stream of bytes. `method` must outlive it.
inline auto OpenBytesStream(grpc::Channel& channel, const char* method,
                            grpc::ClientContext& context) {
  using Bytes = grpc::ByteBuffer;
  return std::unique_ptr<grpc::ClientReaderWriter<Bytes, Bytes>>(
      grpc::internal::ClientReaderWriterFactory<Bytes, Bytes>::Create(
          &channel,
          grpc::internal::RpcMethod(method,
                                    grpc::internal::RpcMethod::BIDI_STREAMING),
          &context));
}

// Requests that a stream may have unanswered.
inline constexpr int kStreamWindow = 32;

// Sends requests over one stream, from `make` until it returns false or the
// time is up, and reads the answers beside it. `refused` says how many items
// of an answer were not taken. `open` starts the stream in the context.
template <typename Request, typename Response, typename Open, typename Make,
          typename Refused>
LoadResult LoadStream(double seconds, size_t items_per_request, Open open,
                      Make make, Refused refused) {
  grpc::ClientContext context;
  std::unique_ptr<grpc::ClientReaderWriter<Request, Response>> stream =
      open(&context);
  LoadResult result;
  Mutex mutex;
  std::deque<Time> sent;
  std::counting_semaphore<kStreamWindow> window(kStreamWindow);
  const Time start = Now();
  std::thread writer([&] {
    Request request;
    while (static_cast<double>(MicrosecondsSince(start)) < seconds * 1e6 &&
           make(request)) {
      window.acquire();
      {
        MutexLock lock(&mutex);
        sent.push_back(Now());
      }
      if (!stream->Write(request)) break;
    }
    stream->WritesDone();
  });
  Response response;
  while (stream->Read(&response)) {
    {
      MutexLock lock(&mutex);
      result.latency.Add(MicrosecondsSince(sent.front()));
      sent.pop_front();
    }
    result.items += items_per_request;
    result.refused += refused(response);
    window.release();
  }
  // Lets a writer go that waits for answers which will not come.
  window.release();
  writer.join();
  result.seconds = static_cast<double>(MicrosecondsSince(start)) / 1e6;
  const grpc::Status status = stream->Finish();
  if (!status.ok()) result.error = status.error_message();
  return result;
}

// The same at a steady pace, whatever the answers do (an open loop): latency is
// from when a request was due, so a stall counts for all that it holds up.
template <typename Request, typename Response, typename Open, typename Make,
          typename Refused>
LoadResult LoadStreamPaced(double seconds, double requests_per_second,
                           size_t items_per_request, Open open, Make make,
                           Refused refused) {
  grpc::ClientContext context;
  std::unique_ptr<grpc::ClientReaderWriter<Request, Response>> stream =
      open(&context);
  LoadResult result;
  const auto requests = static_cast<int64_t>(seconds * requests_per_second);
  const Time start = Now();
  const auto due = [&](int64_t number) {
    return start +
           std::chrono::microseconds(static_cast<int64_t>(
               static_cast<double>(number) * 1e6 / requests_per_second));
  };
  std::thread writer([&] {
    Request request;
    Mutex mutex;
    CondVar never;
    for (int64_t i = 0; i < requests && make(request); ++i) {
      {
        MutexLock lock(&mutex);
        while (Now() < due(i)) never.WaitUntil(&mutex, due(i));
      }
      if (!stream->Write(request)) break;
    }
    stream->WritesDone();
  });
  Response response;
  for (int64_t i = 0; stream->Read(&response); ++i) {
    result.latency.Add(MicrosecondsSince(due(i)));
    result.items += items_per_request;
    result.refused += refused(response);
  }
  writer.join();
  result.seconds = static_cast<double>(MicrosecondsSince(start)) / 1e6;
  const grpc::Status status = stream->Finish();
  if (!status.ok()) result.error = status.error_message();
  return result;
}

// Keeps `calls` unary calls in flight until the time is up. `start` starts one
// and calls back when it is answered.
template <typename Request, typename Response>
class UnaryLoad {
 public:
  using Start =
      std::function<void(grpc::ClientContext*, const Request*, Response*,
                         std::function<void(grpc::Status)>)>;
  using Make = std::function<void(Request&)>;

  UnaryLoad(double seconds, int calls, Start start, Make make)
      : seconds_(seconds),
        start_(std::move(start)),
        make_(std::move(make)),
        in_flight_(calls),
        slots_(calls) {}

  // Starts calls at a steady pace instead, whatever the answers do (an open
  // loop): latency is from when a call was due.
  static LoadResult Paced(double seconds, double calls_per_second,
                          const Start& start, const Make& make) {
    LoadResult result;
    Mutex mutex;
    CondVar changed;
    int64_t in_flight = 0;
    const auto calls = static_cast<int64_t>(seconds * calls_per_second);
    const Time began = Now();
    for (int64_t i = 0; i < calls; ++i) {
      const Time due =
          began + std::chrono::microseconds(static_cast<int64_t>(
                      static_cast<double>(i) * 1e6 / calls_per_second));
      auto slot = std::make_shared<Slot>();
      slot->context = std::make_unique<grpc::ClientContext>();
      make(slot->request);
      {
        MutexLock lock(&mutex);
        while (Now() < due) changed.WaitUntil(&mutex, due);
        ++in_flight;
      }
      start(slot->context.get(), &slot->request, &slot->response,
            [&, slot, due](const grpc::Status& status) {
              MutexLock lock(&mutex);
              result.latency.Add(MicrosecondsSince(due));
              ++result.items;
              if (!status.ok()) {
                ++result.refused;
                result.error = status.error_message();
              }
              if (--in_flight == 0) changed.NotifyAll();
            });
    }
    MutexLock lock(&mutex);
    while (in_flight > 0) changed.Wait(&mutex);
    result.seconds = static_cast<double>(MicrosecondsSince(began)) / 1e6;
    return result;
  }

  // Once.
  LoadResult Run() ABSL_LOCKS_EXCLUDED(mutex_) {
    began_ = Now();
    for (Slot& slot : slots_) Next(slot);
    MutexLock lock(&mutex_);
    while (in_flight_ > 0) done_.Wait(&mutex_);
    result_.seconds = static_cast<double>(MicrosecondsSince(began_)) / 1e6;
    return result_;
  }

 private:
  struct Slot {
    std::unique_ptr<grpc::ClientContext> context;
    Request request;
    Response response;
    Time sent;
  };

  void Next(Slot& slot) {
    slot.context = std::make_unique<grpc::ClientContext>();
    slot.response.Clear();
    {
      MutexLock lock(&mutex_);
      make_(slot.request);
    }
    slot.sent = Now();
    start_(slot.context.get(), &slot.request, &slot.response,
           [this, &slot](const grpc::Status& status) { Done(slot, status); });
  }

  void Done(Slot& slot, const grpc::Status& status) {
    bool more = false;
    {
      MutexLock lock(&mutex_);
      result_.latency.Add(MicrosecondsSince(slot.sent));
      ++result_.items;
      if (!status.ok()) {
        ++result_.refused;
        result_.error = status.error_message();
      }
      more = status.ok() &&
             static_cast<double>(MicrosecondsSince(began_)) < seconds_ * 1e6;
      // Under the lock: Run may return as soon as it is given back.
      if (!more && --in_flight_ == 0) done_.NotifyAll();
    }
    if (more) Next(slot);
  }

  const double seconds_;
  const Start start_;
  const Make make_;
  Time began_;
  Mutex mutex_;
  CondVar done_;
  LoadResult result_ ABSL_GUARDED_BY(mutex_);
  int in_flight_ ABSL_GUARDED_BY(mutex_);
  std::vector<Slot> slots_;
};

}  // namespace concordat::bench

#endif  // CONCORDAT_TESTS_BENCH_LOAD_H_
