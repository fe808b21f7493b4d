// More is reported than can be written: who comes too late is told to try
// again, at once, and all others are served.
#include <gtest/gtest.h>

#include <deque>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/limits.h"
#include "graph/mutex.h"
#include "grpcpp/grpcpp.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

// Nobody else writes to the store while this lives.
class WriterHeld {
 public:
  explicit WriterHeld(Store& store)
      : thread_([this, &store] {
          EXPECT_TRUE(store
                          .Write([this](Transaction&) {
                            begun_.set_value();
                            over_.get_future().wait();
                            return absl::OkStatus();
                          })
                          .ok());
        }) {
    begun_.get_future().wait();
  }
  ~WriterHeld() {
    over_.set_value();
    thread_.join();
  }
  WriterHeld(const WriterHeld&) = delete;
  WriterHeld& operator=(const WriterHeld&) = delete;

 private:
  std::promise<void> begun_;
  std::promise<void> over_;
  std::thread thread_;
};

// Reports of one claim each, all sent without waiting for an answer.
class Reports {
 public:
  Reports(v1::ClaimService::Stub& stub, int count) : calls_(count) {
    for (size_t i = 0; i < calls_.size(); ++i) {
      Call& call = calls_[i];
      *call.request.add_claims() = MakeClaim(
          "web", absl::StrCat("s", i), "name", "Ada", absl::StrCat("id", i));
      stub.async()->ReportClaims(&call.context, &call.request, &call.response,
                                 [this, &call](const grpc::Status& status) {
                                   Answered(call, status);
                                 });
    }
  }
  void AwaitAnswers(size_t count) {
    MutexLock lock(&mutex_);
    while (answered_ < count) progress_.Wait(&mutex_);
  }
  void AwaitAll() { AwaitAnswers(calls_.size()); }

  // Those of them that were refused, or were recorded.
  std::vector<v1::Claim> Refused() { return Those(/*refused=*/true); }
  std::vector<v1::Claim> Recorded() { return Those(/*refused=*/false); }

 private:
  struct Call {
    grpc::ClientContext context;
    v1::ReportClaimsRequest request;
    v1::ReportClaimsResponse response;
    grpc::Status status;
    bool answered = false;
  };
  std::vector<v1::Claim> Those(bool refused) {
    MutexLock lock(&mutex_);
    std::vector<v1::Claim> those;
    for (const Call& call : calls_) {
      if (!call.answered || call.status.ok() == refused) continue;
      those.push_back(call.request.claims(0));
      if (!refused) continue;
      const WireError error = ErrorOf(call.status);
      EXPECT_EQ(error.summary, "RESOURCE_EXHAUSTED OVERLOADED");
      EXPECT_TRUE(error.retryable);
    }
    return those;
  }
  void Answered(Call& call, const grpc::Status& status) {
    MutexLock lock(&mutex_);
    call.status = status;
    call.answered = true;
    ++answered_;
    progress_.NotifyAll();
  }

  std::deque<Call> calls_;
  Mutex mutex_;
  CondVar progress_;
  size_t answered_ = 0;
};

class OverloadTest : public ServiceTest {};

TEST_P(OverloadTest, WhoComesTooLateIsToldToTryAgainAndNothingIsLost) {
  // That wait, that one commit has taken already, and that are too many.
  constexpr int kTooMany = 100;
  constexpr int kReports =
      static_cast<int>(limits::kQueuedWritesMax) + 64 + kTooMany;
  std::unique_ptr<Reports> reports;
  {
    const WriterHeld held(store());
    reports = std::make_unique<Reports>(*claims_, kReports);
    reports->AwaitAnswers(kTooMany);
    EXPECT_GE(reports->Refused().size(), size_t{kTooMany});

    grpc::ClientContext context;
    const auto stream = claims_->StreamClaims(&context);
    v1::StreamClaimsRequest request;
    *request.add_claims() = MakeClaim("web", "s", "name", "Ada", "streamed");
    EXPECT_TRUE(stream->Write(request));
    v1::StreamClaimsResponse response;
    EXPECT_FALSE(stream->Read(&response));
    const WireError error = ErrorOf(stream->Finish());
    EXPECT_EQ(error.summary, "RESOURCE_EXHAUSTED OVERLOADED");
    EXPECT_TRUE(error.retryable);

    // Who reads does not wait.
    EXPECT_EQ(Info().limits().at("queued_writes_max"),
              limits::kQueuedWritesMax);
    EXPECT_EQ(HeldClaims().claims_size(), 0);
  }
  reports->AwaitAll();
  EXPECT_EQ(reports->Refused().size() + reports->Recorded().size(),
            size_t{kReports});
  for (const v1::Claim& claim : reports->Refused()) {
    EXPECT_EQ(Report({claim}).results(0).status(), v1::CLAIM_STATUS_RECORDED);
  }
  ASSERT_FALSE(reports->Recorded().empty());
  for (const v1::Claim& claim : reports->Recorded()) {
    EXPECT_EQ(Report({claim}).results(0).status(), v1::CLAIM_STATUS_DUPLICATE);
  }
}

CONCORDAT_ON_BOTH_ENGINES(OverloadTest);

}  // namespace
}  // namespace concordat
