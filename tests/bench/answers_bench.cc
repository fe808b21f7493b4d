// What a word before the mistake costs: CheckAnswer and GetCustomerView about
// customers at random over loopback TCP, beside an empty handler that gets the
// same requests and gives an answer of the same size, in the same run. The
// server is build/bin/concordatd, a process of its own; the echo shares that of
// the client; all share the machine. Files are in TMPDIR, which should be on a
// real disk: 10 million facts take some 6 GB there.
#include <cstdio>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "concordat/v1/answers.grpc.pb.h"
#include "concordat/v1/claims.grpc.pb.h"
#include "echo.grpc.pb.h"
#include "tests/bench/bench_server.h"
#include "tests/bench/load.h"
#include "tests/bench/workload.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/service/server_process.h"

namespace concordat::bench {
namespace {

using CheckLoad = UnaryLoad<v1::CheckAnswerRequest, v1::CheckAnswerResponse>;
using ViewLoad =
    UnaryLoad<v1::GetCustomerViewRequest, v1::GetCustomerViewResponse>;

// Claims of one batch, and one of so many items that is wrong.
constexpr int kToldPerBatch = 1000;
constexpr int kWrongEvery = 10;

struct Options {
  int64_t facts = 1'000'000;
  double seconds = 5;
  int in_flight = 64;
  // Of so many customers one was told something wrong.
  int told_wrong_every = 100;
  // Of so many customers calls are about: the first; 0: all.
  int64_t active = 0;
  bool personal = false;
  std::vector<std::string> server_flags;
};

// An echo_server that gives one answer.
class Echo {
 public:
  // `method`: check, view.
  template <typename Answer>
  Echo(const Answer& answer, const std::string& method) {
    const std::string file = directory_.Sub("answer");
    std::ofstream(file, std::ios::binary) << answer.SerializeAsString();
    server_ = std::make_unique<ChildProcess>(
        std::vector<std::string>{Program("echo_server"),
                                 absl::StrCat("--", method), file},
        directory_.path());
    address_ = AwaitAddress(*server_);
    if (address_.empty()) Fail("echo_server did not start");
  }

  std::shared_ptr<grpc::Channel> channel() const {
    return grpc::CreateChannel(address_, grpc::InsecureChannelCredentials());
  }

 private:
  const TemporaryDirectory directory_;
  std::unique_ptr<ChildProcess> server_;
  std::string address_;
};

class Bench {
 public:
  explicit Bench(const Options& options)
      : options_(options),
        customers_(std::max<int64_t>(1, options.facts / kFactsPerCustomer)),
        active_(options.active == 0 ? customers_
                                    : std::min(options.active, customers_)),
        server_(directory_.Sub("store"), options.server_flags),
        channel_(server_.Connect()) {}

  void Run() {
    server_.ApplyVocabulary(CompanyVocabulary(options_.personal));
    Check(WriteKnowledge(channel_, customers_));
    TellWrongly();
    server_.AwaitHeld();
    std::printf("%jd facts, %d calls in flight\n", intmax_t{options_.facts},
                options_.in_flight);
    std::printf("%-24s %10s %10s %8s %9s %8s %8s %12s\n", "", "echo/s",
                "calls/s", "of echo", "server us", "p99 us", "bytes",
                "p99 at half");
    MeasureChecks(3);
    MeasureChecks(30);
    MeasureViews();
  }

 private:
  // What the customers were told that is not so, for views to put right.
  void TellWrongly() {
    const auto stub = v1::ClaimService::NewStub(channel_);
    v1::ReportClaimsRequest request;
    for (int64_t i = 0; i < customers_; i += options_.told_wrong_every) {
      v1::Claim* claim = request.add_claims();
      claim->set_channel("web");
      claim->set_subject(CustomerId(i));
      claim->set_attribute(AttributeName(1));
      claim->set_value("nobody@example.org");
      claim->set_exposure(v1::EXPOSURE_TOLD);
      const bool last = i + options_.told_wrong_every >= customers_;
      if (request.claims_size() < kToldPerBatch && !last) continue;
      grpc::ClientContext context;
      v1::ReportClaimsResponse response;
      const grpc::Status status =
          stub->ReportClaims(&context, request, &response);
      if (!status.ok()) Fail(status.error_message());
      request.clear_claims();
    }
  }

  int64_t AnyCustomer() {
    return static_cast<int64_t>(random_() % static_cast<uint64_t>(active_));
  }

  // Attributes of one customer, then of the next.
  void Make(int items, v1::CheckAnswerRequest& request) {
    request.Clear();
    request.set_channel("web");
    request.mutable_consistency()->set_latest(true);
    int64_t customer = 0;
    for (int i = 0; i < items; ++i) {
      const int attribute = i % kFactsPerCustomer;
      if (attribute == 0) customer = AnyCustomer();
      v1::AnswerItem* item = request.add_items();
      item->set_subject(CustomerId(customer));
      item->set_attribute(AttributeName(attribute));
      const bool wrong = random_() % kWrongEvery == 0;
      item->set_value(SaidOf(wrong ? customer + 1 : customer, attribute));
    }
  }

  void Make(v1::GetCustomerViewRequest& request) {
    request.Clear();
    request.set_channel("web");
    request.mutable_consistency()->set_latest(true);
    request.set_subject(CustomerId(AnyCustomer()));
  }

  void MeasureChecks(int items) {
    const auto make = [this, items](v1::CheckAnswerRequest& request) {
      Make(items, request);
    };
    const auto answers = v1::AnswerService::NewStub(channel_);
    v1::CheckAnswerRequest request;
    v1::CheckAnswerResponse usual;
    make(request);
    grpc::ClientContext context;
    const grpc::Status status = answers->CheckAnswer(&context, request, &usual);
    if (!status.ok()) Fail(status.error_message());
    const Echo echoing(usual, "check");
    const auto echo = EchoService::NewStub(echoing.channel());
    Measure<CheckLoad>(
        absl::StrCat("CheckAnswer, ", items, " items"), usual.ByteSizeLong(),
        [&](auto... call) { echo->async()->CheckAnswer(call...); },
        [&](auto... call) { answers->async()->CheckAnswer(call...); }, make);
  }

  void MeasureViews() {
    const auto make = [this](v1::GetCustomerViewRequest& request) {
      Make(request);
    };
    const auto answers = v1::AnswerService::NewStub(channel_);
    v1::GetCustomerViewRequest request;
    v1::GetCustomerViewResponse usual;
    make(request);
    grpc::ClientContext context;
    const grpc::Status status =
        answers->GetCustomerView(&context, request, &usual);
    if (!status.ok()) Fail(status.error_message());
    const Echo echoing(usual, "view");
    const auto echo = EchoService::NewStub(echoing.channel());
    Measure<ViewLoad>(
        "GetCustomerView", usual.ByteSizeLong(),
        [&](auto... call) { echo->async()->GetCustomerView(call...); },
        [&](auto... call) { answers->async()->GetCustomerView(call...); },
        make);
  }

  // The echo before and after, for the machine is not alone.
  template <typename Load>
  void Measure(const std::string& name, size_t bytes, typename Load::Start echo,
               typename Load::Start answer, typename Load::Make make) {
    const auto run = [&](const typename Load::Start& start) {
      LoadResult result =
          Load(options_.seconds, options_.in_flight, start, make).Run();
      Check(result);
      return result;
    };
    const double before = run(echo).rate();
    const double worked = server_.CpuSeconds();
    const LoadResult result = run(answer);
    const double server_us = 1e6 * (server_.CpuSeconds() - worked) /
                             static_cast<double>(result.items);
    const double echoed = (before + run(echo).rate()) / 2;
    const LoadResult paced =
        Load::Paced(options_.seconds, result.rate() / 2, answer, make);
    Check(paced);
    std::printf("%-24s %10.0f %10.0f %8.2f %9.1f %8.0f %8zu %12.0f\n",
                name.c_str(), echoed, result.rate(), result.rate() / echoed,
                server_us, static_cast<double>(result.latency.Percentile(0.99)),
                bytes, static_cast<double>(paced.latency.Percentile(0.99)));
    std::fflush(stdout);
  }

  static void Check(const LoadResult& result) {
    if (result.refused == 0 && result.error.empty()) return;
    Fail(absl::StrCat(result.refused, " calls failed. ", result.error));
  }

  const Options& options_;
  const int64_t customers_;
  const int64_t active_;
  std::mt19937_64 random_{1};
  const TemporaryDirectory directory_;
  BenchServer server_;
  const std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace
}  // namespace concordat::bench

int main(int argc, char** argv) {
  concordat::bench::Options options;
  CLI::App app("Measures answers and views beside an echo.");
  app.add_option("--facts", options.facts, "Four to a customer")
      ->check(CLI::Range(int64_t{4}, int64_t{1} << 40))
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "For each measurement")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--in-flight", options.in_flight, "Calls at a time")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  app.add_option("--told-wrong-every", options.told_wrong_every,
                 "Of so many customers one was told something wrong")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--active", options.active,
                 "Of so many customers calls are about; 0: all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--server-flags", options.server_flags,
                 "Given to the server, such as --server-flags=--cache-mib,16")
      ->delimiter(',');
  app.add_flag("--personal", options.personal,
               "Three of four attributes are personal, so their values are "
               "sealed");
  CLI11_PARSE(app, argc, argv);
  concordat::bench::Bench(options).Run();
  return 0;
}
