// A channel's backend that does what a test tells it to.
#ifndef CONCORDAT_TESTS_SERVICE_FAKE_BACKEND_H_
#define CONCORDAT_TESTS_SERVICE_FAKE_BACKEND_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "concordat/v1/probe.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "graph/mutex.h"
#include "grpcpp/grpcpp.h"

namespace concordat {

// Listens on a free port. By itself it answers with what `holds` has, and knows
// nobody else. Thread-safe.
class FakeBackend final : public v1::ChannelProbeService::Service {
 public:
  // By entity id and attribute; nullopt: its record says that there is none.
  using Records =
      std::map<std::string, std::map<std::string, std::optional<std::string>>>;
  // Done in the place of what it does by itself: how often it was called
  // before, and by which request.
  using Fetch = std::function<grpc::Status(
      int call, const v1::FetchRecordsRequest& request,
      v1::FetchRecordsResponse* response)>;
  using Say =
      std::function<grpc::Status(int call, const v1::WouldSayRequest& request,
                                 v1::WouldSayResponse* response)>;

  FakeBackend() {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    builder.RegisterService(this);
    builder.SetMaxSendMessageSize(64 << 20);
    server_ = builder.BuildAndStart();
    address_ = "127.0.0.1:" + std::to_string(port);
  }
  ~FakeBackend() override {
    Release();
    server_->Shutdown();
  }

  const std::string& address() const { return address_; }

  // Set before it is asked, or between.
  void Set(std::function<void(FakeBackend&)> change) {
    MutexLock lock(&mutex_);
    change(*this);
  }
  Records holds;
  std::map<std::string, v1::WouldSayResponse> says;  // by entity id
  v1::DescribeProbeResponse described;
  bool describes = true;
  Fetch on_fetch;
  Say on_say;
  // Calls wait until they are cancelled, or released.
  bool hangs = false;

  // What it was asked.
  std::vector<v1::FetchRecordsRequest> fetched() {
    MutexLock lock(&mutex_);
    return fetched_;
  }
  std::vector<std::string> asked_about() {
    std::vector<std::string> ids;
    for (const v1::FetchRecordsRequest& request : fetched()) {
      for (const v1::ProbeSubject& subject : request.subjects()) {
        ids.push_back(subject.entity().id());
      }
    }
    return ids;
  }
  int most_at_a_time() {
    MutexLock lock(&mutex_);
    return most_at_a_time_;
  }
  // Waits until so many calls have come.
  void AwaitCalls(int calls) {
    MutexLock lock(&mutex_);
    while (calls_ < calls) changed_.Wait(&mutex_);
  }
  void Release() {
    MutexLock lock(&mutex_);
    hangs = false;
    changed_.NotifyAll();
  }

  // Such an error, with when to come again.
  static grpc::Status BusyFor(int64_t seconds) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(seconds);
    google::rpc::Status details;
    details.set_code(grpc::RESOURCE_EXHAUSTED);
    details.add_details()->PackFrom(retry);
    return {grpc::RESOURCE_EXHAUSTED, "busy", details.SerializeAsString()};
  }

 private:
  grpc::Status DescribeProbe(grpc::ServerContext*,
                             const v1::DescribeProbeRequest*,
                             v1::DescribeProbeResponse* response) override {
    MutexLock lock(&mutex_);
    if (!describes) return {grpc::UNIMPLEMENTED, ""};
    *response = described;
    return grpc::Status::OK;
  }

  grpc::Status FetchRecords(grpc::ServerContext* context,
                            const v1::FetchRecordsRequest* request,
                            v1::FetchRecordsResponse* response) override {
    MutexLock lock(&mutex_);
    const int call = Enter(context);
    fetched_.push_back(*request);
    grpc::Status status;
    if (on_fetch != nullptr) {
      status = on_fetch(call, *request, response);
    } else {
      Answer(*request, response);
    }
    --at_a_time_;
    return status;
  }

  grpc::Status WouldSay(grpc::ServerContext* context,
                        const v1::WouldSayRequest* request,
                        v1::WouldSayResponse* response) override {
    MutexLock lock(&mutex_);
    const int call = Enter(context);
    grpc::Status status;
    const auto found = says.find(request->subject().entity().id());
    if (on_say != nullptr) {
      status = on_say(call, *request, response);
    } else if (found != says.end()) {
      *response = found->second;
    } else {
      response->set_unknown_subject(true);
    }
    --at_a_time_;
    return status;
  }

  int Enter(grpc::ServerContext* context)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    most_at_a_time_ = std::max(most_at_a_time_, ++at_a_time_);
    const int call = calls_++;
    changed_.NotifyAll();
    while (hangs && !context->IsCancelled()) {
      changed_.WaitFor(&mutex_, absl::Milliseconds(5));
    }
    return call;
  }

 public:
  // What it answers by itself. Of `on_fetch`, to change some of it.
  void Answer(const v1::FetchRecordsRequest& request,
              v1::FetchRecordsResponse* response) const {
    for (const v1::ProbeSubject& subject : request.subjects()) {
      v1::ProbeRecord* const record = response->add_records();
      record->set_key(subject.key());
      const auto known = holds.find(subject.entity().id());
      record->set_unknown_subject(known == holds.end());
      if (known == holds.end()) continue;
      for (const auto& [attribute, value] : known->second) {
        v1::Claim* const claim = record->add_claims();
        claim->set_attribute(attribute);
        if (value.has_value()) claim->set_value(*value);
      }
    }
  }

 private:
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
  Mutex mutex_;
  CondVar changed_;
  std::vector<v1::FetchRecordsRequest> fetched_;
  int calls_ = 0;
  int at_a_time_ = 0;
  int most_at_a_time_ = 0;
};

}  // namespace concordat

#endif  // CONCORDAT_TESTS_SERVICE_FAKE_BACKEND_H_
