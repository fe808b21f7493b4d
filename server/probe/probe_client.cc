#include "server/probe/probe_client.h"

#include <algorithm>
#include <random>
#include <vector>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"

namespace concordat {
namespace {

constexpr absl::Duration kDeadlineMax = absl::Minutes(1);

std::shared_ptr<grpc::Channel> ChannelTo(const ProbeOptions& options) {
  std::shared_ptr<grpc::ChannelCredentials> credentials =
      grpc::InsecureChannelCredentials();
  if (options.tls) {
    grpc::SslCredentialsOptions tls;
    tls.pem_root_certs = options.ca;
    tls.pem_cert_chain = options.certificate;
    tls.pem_private_key = options.key;
    credentials = grpc::SslCredentials(tls);
  }
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(
      static_cast<int>(limits::kMessageBytesMax));
  // Repeats are ours, and so is the pause before them.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 5000);
  return grpc::CreateCustomChannel(options.address, credentials, arguments);
}

std::function<double()> Chance() {
  return [random = std::mt19937_64(std::random_device()())]() mutable {
    return std::uniform_real_distribution<double>(0, 1)(random);
  };
}

// How long the backend wants to be left alone; zero: it does not say.
absl::Duration RetryAfterOf(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) {
    return absl::ZeroDuration();
  }
  for (const google::protobuf::Any& detail : details.details()) {
    google::rpc::RetryInfo retry;
    if (!detail.Is<google::rpc::RetryInfo>() || !detail.UnpackTo(&retry)) {
      continue;
    }
    return std::max(absl::ZeroDuration(),
                    absl::Seconds(retry.retry_delay().seconds()) +
                        absl::Nanoseconds(retry.retry_delay().nanos()));
  }
  return absl::ZeroDuration();
}

}  // namespace

template <typename Request, typename Response, typename Method>
struct ProbeClient::TypedCall final : Call {
  TypedCall(Method method_arg, Request request_arg, Done<Response> done_arg)
      : method(method_arg),
        request(std::move(request_arg)),
        done(std::move(done_arg)) {}

  void Attempt(v1::ChannelProbeService::Stub& stub, grpc::ClientContext* rpc,
               std::function<void(grpc::Status)> ended) override {
    response.Clear();
    method(stub, rpc, &request, &response, std::move(ended));
  }
  void Finish(const absl::Status& status, int attempts) override {
    const absl::Duration took =
        absl::FromChrono(std::chrono::steady_clock::now() - begun_at);
    if (status.ok()) {
      done({std::move(response), attempts, took});
    } else {
      done({status, attempts, took});
    }
  }

  const Method method;
  const Request request;
  Response response;
  const Done<Response> done;
};

ProbeClient::ProbeClient(const ProbeOptions& options, const Clock* clock)
    : options_(options),
      clock_(*clock),
      stub_(v1::ChannelProbeService::NewStub(ChannelTo(options))),
      gate_(options.channel, options.policy, Chance()),
      subjects_max_(options.subjects_max),
      deadline_(options.deadline) {}

ProbeClient::~ProbeClient() = default;

ProbeClient::CallId ProbeClient::Describe(
    absl::Time give_up_at, Done<v1::DescribeProbeResponse> done) {
  v1::DescribeProbeRequest request;
  request.set_channel(options_.channel);
  const auto method = [](v1::ChannelProbeService::Stub& stub, auto... args) {
    stub.async()->DescribeProbe(args...);
  };
  return Begin(
      std::make_shared<TypedCall<v1::DescribeProbeRequest,
                                 v1::DescribeProbeResponse, decltype(method)>>(
          method, std::move(request), std::move(done)),
      give_up_at);
}

ProbeClient::CallId ProbeClient::FetchRecords(
    v1::FetchRecordsRequest request, absl::Time give_up_at,
    Done<v1::FetchRecordsResponse> done) {
  request.set_channel(options_.channel);
  const auto method = [](v1::ChannelProbeService::Stub& stub, auto... args) {
    stub.async()->FetchRecords(args...);
  };
  return Begin(
      std::make_shared<TypedCall<v1::FetchRecordsRequest,
                                 v1::FetchRecordsResponse, decltype(method)>>(
          method, std::move(request), std::move(done)),
      give_up_at);
}

ProbeClient::CallId ProbeClient::WouldSay(v1::WouldSayRequest request,
                                          absl::Time give_up_at,
                                          Done<v1::WouldSayResponse> done) {
  request.set_channel(options_.channel);
  const auto method = [](v1::ChannelProbeService::Stub& stub, auto... args) {
    stub.async()->WouldSay(args...);
  };
  return Begin(
      std::make_shared<TypedCall<v1::WouldSayRequest, v1::WouldSayResponse,
                                 decltype(method)>>(method, std::move(request),
                                                    std::move(done)),
      give_up_at);
}

ProbeClient::CallId ProbeClient::Begin(std::shared_ptr<Call> call,
                                       absl::Time give_up_at) {
  absl::Status taken;
  CallId id = 0;
  {
    MutexLock lock(&mutex_);
    id = next_++;
    call->give_up_at = give_up_at;
    taken = stopping_ ? errors::ShuttingDown()
                      : gate_.Add(id, give_up_at, clock_.Now());
    if (taken.ok()) calls_[id] = call;
  }
  if (!taken.ok()) {
    call->Finish(taken, 0);
    return 0;
  }
  Go();
  return id;
}

void ProbeClient::Go() {
  struct Attempt {
    CallId id;
    std::shared_ptr<Call> call;
    grpc::ClientContext* context;
  };
  std::vector<Attempt> attempts;
  std::vector<Over> over;
  {
    MutexLock lock(&mutex_);
    const absl::Time now = clock_.Now();
    if (!stopping_) {
      for (const CallId id : gate_.TakeDue(now)) {
        Call& call = *calls_[id];
        call.context = std::make_unique<grpc::ClientContext>();
        call.context->set_deadline(std::chrono::system_clock::now() +
                                   absl::ToChronoMicroseconds(std::min(
                                       deadline_, call.give_up_at - now)));
        ++running_;
        attempts.push_back({id, calls_[id], call.context.get()});
      }
    }
    for (auto& [id, status] : gate_.TakeGivenUp(now)) {
      const auto found = calls_.find(id);
      if (found == calls_.end()) continue;
      over.push_back({std::move(found->second), std::move(status), 0});
      calls_.erase(found);
    }
  }
  for (Attempt& attempt : attempts) {
    attempt.call->Attempt(*stub_, attempt.context,
                          [this, id = attempt.id](const grpc::Status& status) {
                            OnEnded(id, status);
                          });
  }
  for (const Over& one : over) one.call->Finish(one.status, one.attempts);
}

void ProbeClient::OnEnded(CallId id, const grpc::Status& status) {
  std::optional<Over> over;
  {
    MutexLock lock(&mutex_);
    const auto found = calls_.find(id);
    const bool is_wanted = !found->second->is_cancelled && !stopping_;
    const int attempts = gate_.attempts(id);
    std::optional<absl::Status> ended = gate_.Finish(
        id,
        absl::Status(static_cast<absl::StatusCode>(status.error_code()), ""),
        RetryAfterOf(status), clock_.Now());
    if (!is_wanted) {
      gate_.Remove(id);
      ended = stopping_ ? errors::ShuttingDown() : absl::CancelledError();
    }
    if (ended.has_value()) {
      over = Over{std::move(found->second), *std::move(ended), attempts};
      calls_.erase(found);
    }
  }
  if (over.has_value()) over->call->Finish(over->status, over->attempts);
  Go();
  MutexLock lock(&mutex_);
  if (--running_ == 0) idle_.NotifyAll();
}

void ProbeClient::Cancel(CallId id) {
  std::shared_ptr<Call> call;
  {
    MutexLock lock(&mutex_);
    const auto found = calls_.find(id);
    if (found == calls_.end()) return;
    if (!gate_.Remove(id)) {
      found->second->is_cancelled = true;
      found->second->context->TryCancel();
      return;
    }
    call = std::move(found->second);
    calls_.erase(found);
  }
  call->Finish(absl::CancelledError(), 0);
}

void ProbeClient::Restrict(const v1::DescribeProbeResponse& described) {
  MutexLock lock(&mutex_);
  gate_.Restrict(described.requests_per_second_max(),
                 described.concurrent_requests_max(), clock_.Now());
  subjects_max_ = options_.subjects_max;
  if (described.subjects_per_request_max() > 0) {
    subjects_max_ =
        std::min(subjects_max_, described.subjects_per_request_max());
  }
  deadline_ = options_.deadline;
  const absl::Duration wished = absl::Seconds(described.deadline().seconds()) +
                                absl::Nanoseconds(described.deadline().nanos());
  if (wished > absl::ZeroDuration()) deadline_ = std::min(wished, kDeadlineMax);
}

void ProbeClient::Tick() {
  {
    MutexLock lock(&mutex_);
    if (calls_.empty()) return;
  }
  Go();
}

void ProbeClient::Stop() {
  std::vector<std::shared_ptr<Call>> waiting;
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
    for (auto it = calls_.begin(); it != calls_.end();) {
      if (gate_.Remove(it->first)) {
        waiting.push_back(std::move(it->second));
        it = calls_.erase(it);
      } else {
        it->second->context->TryCancel();
        ++it;
      }
    }
  }
  for (const std::shared_ptr<Call>& call : waiting) {
    call->Finish(errors::ShuttingDown(), 0);
  }
  MutexLock lock(&mutex_);
  while (running_ > 0) idle_.Wait(&mutex_);
}

int ProbeClient::subjects_max() const {
  MutexLock lock(&mutex_);
  return subjects_max_;
}

int ProbeClient::concurrent_max() const {
  MutexLock lock(&mutex_);
  return gate_.concurrent_max();
}

ProbeClient::State ProbeClient::state() const {
  MutexLock lock(&mutex_);
  return {.address = options_.address,
          .per_second = gate_.per_second(),
          .concurrent_max = gate_.concurrent_max(),
          .subjects_max = subjects_max_,
          .deadline = deadline_,
          .failures = gate_.failures(),
          .rests_until = gate_.rests_until(clock_.Now()),
          .calls = static_cast<int64_t>(calls_.size())};
}

}  // namespace concordat
