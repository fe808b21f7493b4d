// What a server takes in over loopback TCP, on a store that syncs each commit,
// beside what gRPC itself does in the same run with the same messages and an
// empty handler, and beside etcd and PostgreSQL where they are installed. The
// server is build/bin/concordatd, a process of its own; the echo shares that of
// the client; all share the machine. Files are in TMPDIR, which should be on a
// real disk.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "concordat/v1/claims.grpc.pb.h"
#include "concordat/v1/privacy.grpc.pb.h"
#include "tests/bench/bench_server.h"
#include "tests/bench/echo_service.h"
#include "tests/bench/load.h"
#include "tests/bench/peers.h"
#include "tests/bench/workload.h"
#include "tests/conformance/temporary_directory.h"

namespace concordat::bench {
namespace {

constexpr int kCallsInFlight = 64;
constexpr int kPostgresConnections = 16;
constexpr int64_t kErasures = 200;
constexpr int kBatches[] = {1, 10, 100, 1000};
constexpr char kStreamClaims[] = "/concordat.v1.ClaimService/StreamClaims";
constexpr char kEchoStream[] = "/concordat.bench.EchoService/Stream";

struct Options {
  double seconds = 4;
  int64_t customers = 20'000;
  std::string only;
  std::string json;
  std::string audit_peer;
  bool personal = false;
  bool random = false;
  double contradicting = 0;
};

// Runs the measurements and keeps a line for each.
class Bench {
 public:
  explicit Bench(Options options)
      : options_(std::move(options)),
        claims_({.customers = options_.customers,
                 .order = options_.random ? ClaimSource::Order::kRandom
                                          : ClaimSource::Order::kInTurn,
                 .contradicting = options_.contradicting}),
        echo_channel_(Connect(echo_.address())),
        server_(directory_.Sub("store")),
        channel_(server_.Connect()) {
    server_.ApplyVocabulary(CompanyVocabulary(options_.personal));
  }

  void Run() {
    std::printf("%-28s %12s %8s %9s %9s %9s\n", "", "items/s", "of echo",
                "p50 us", "p99 us", "p99.9 us");
    const double written = server_.Written();
    // Needed by the claims, so never skipped.
    Report("knowledge stream, 1000",
           WriteKnowledge(channel_, options_.customers));
    auto echo = EchoService::NewStub(echo_channel_);
    auto claims = v1::ClaimService::NewStub(channel_);
    LoadUnary("echo unary",
              [&](auto... arguments) { echo->async()->Report(arguments...); });
    LoadUnary("claims unary", [&](auto... arguments) {
      claims->async()->ReportClaims(arguments...);
    });
    for (const int batch : kBatches) {
      LoadBatches("echo stream", batch, *echo_channel_, kEchoStream);
      LoadBatches("claims stream", batch, *channel_, kStreamClaims);
    }
    LoadPaced(100);
    LoadPaced(1000);
    ImportClaims();
    std::printf(
        "server: %.0f MiB resident; store %.0f MiB, to which %.0f MiB were "
        "written: %.1f bytes an item, each written %.1f times\n",
        server_.Memory(), server_.StoreSize(), server_.Written() - written,
        server_.StoreSize() * (1 << 20) / static_cast<double>(recorded_),
        (server_.Written() - written) / server_.StoreSize());
    EraseSome();
    if (Skips("peers")) return;
    for (const PeerResult& peer :
         MeasureEtcd(options_.seconds, kCallsInFlight)) {
      Report(peer.name, peer.load);
    }
    for (const PeerResult& peer :
         MeasurePostgres(options_.seconds, kPostgresConnections)) {
      Report(peer.name, peer.load);
    }
  }

  // False where a file was asked for and could not be written.
  bool WriteJson() const {
    if (options_.json.empty()) return true;
    std::ofstream out(options_.json);
    out << "[\n" << json_ << "\n]\n";
    out.close();
    return out.good();
  }

  bool failed() const { return failed_; }

 private:
  static std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
    return grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
  }

  // Items that were not answered as they should be.
  uint64_t RefusedBy(const grpc::ByteBuffer& bytes) const {
    const Answered answered = ReadAnswers(TextOf(bytes));
    return answered.refused +
           (options_.contradicting > 0 ? 0 : answered.disagree);
  }

  bool Skips(const std::string& name) const {
    return !absl::StrContains(name, options_.only);
  }

  template <typename Start>
  void LoadUnary(const std::string& name, Start start) {
    if (Skips(name)) return;
    UnaryLoad<v1::ReportClaimsRequest, v1::ReportClaimsResponse> load(
        options_.seconds, kCallsInFlight, start,
        [this](v1::ReportClaimsRequest& request) {
          request.ParseFromString(claims_.Next(1));
        });
    Report(name, load.Run());
  }

  void LoadBatches(const std::string& kind, int batch, grpc::Channel& channel,
                   const char* method) {
    const std::string name = absl::StrCat(kind, ", ", batch);
    if (Skips(name)) return;
    Report(name, LoadStream<grpc::ByteBuffer, grpc::ByteBuffer>(
                     options_.seconds, static_cast<size_t>(batch),
                     [&](grpc::ClientContext* context) {
                       return OpenBytesStream(channel, method, *context);
                     },
                     [&](grpc::ByteBuffer& request) {
                       request = BytesOf(claims_.Next(batch));
                       return true;
                     },
                     [this](const grpc::ByteBuffer& response) {
                       return RefusedBy(response);
                     }));
  }

  // At half of what was reached without a pace, once that has left nothing
  // behind.
  void LoadPaced(int batch) {
    const std::string full = absl::StrCat("claims stream, ", batch);
    const std::string name = absl::StrCat("claims at half load, ", batch);
    if (Skips(name) || rates_[full] == 0) return;
    server_.AwaitHeld();
    Report(name, LoadStreamPaced<grpc::ByteBuffer, grpc::ByteBuffer>(
                     options_.seconds, rates_[full] / 2 / batch,
                     static_cast<size_t>(batch),
                     [&](grpc::ClientContext* context) {
                       return OpenBytesStream(*channel_, kStreamClaims,
                                              *context);
                     },
                     [&](grpc::ByteBuffer& request) {
                       request = BytesOf(claims_.Next(batch));
                       return true;
                     },
                     [this](const grpc::ByteBuffer& response) {
                       return RefusedBy(response);
                     }));
  }

  // Each once, as a file by the command line; and what a peer makes of the
  // same file.
  void ImportClaims() {
    const std::string name = "claims import, CSV";
    if (Skips(name)) return;
    const std::string facts = directory_.Sub("facts.csv");
    const std::string claims = directory_.Sub("claims.csv");
    WriteAuditFiles(options_.customers, facts, claims);
    LoadResult result;
    const absl::Time began = absl::Now();
    const Ended ended =
        RunToEnd({Program("concordat"), "--server", server_.address(), "claims",
                  "import", claims});
    result.seconds = absl::ToDoubleSeconds(absl::Now() - began);
    result.items =
        static_cast<uint64_t>(options_.customers) * kFactsPerCustomer;
    if (ended.exit_code != 0) result.error = ended.error;
    Report(name, result);
    if (options_.audit_peer.empty()) return;
    const PeerResult peer = MeasureAudit(options_.audit_peer, facts, claims);
    Report(peer.name, peer.load);
  }

  // One after the other, each until no file holds anything of the person.
  void EraseSome() {
    const std::string name = "erasures, 1 in flight";
    if (Skips(name)) return;
    auto stub = v1::PrivacyService::NewStub(channel_);
    LoadResult result;
    const absl::Time began = absl::Now();
    for (int64_t i = 0; i < kErasures && i < options_.customers; ++i) {
      grpc::ClientContext context;
      v1::EraseSubjectRequest request;
      v1::EraseSubjectResponse response;
      request.mutable_entity()->set_type("customer");
      request.mutable_entity()->set_id(CustomerId(i));
      request.set_reason("bench");
      const absl::Time start = absl::Now();
      const grpc::Status status =
          stub->EraseSubject(&context, request, &response);
      result.latency.Add(static_cast<uint64_t>(
          absl::ToInt64Microseconds(absl::Now() - start)));
      ++result.items;
      if (!status.ok() || !response.scrubbed()) ++result.refused;
    }
    result.seconds = absl::ToDoubleSeconds(absl::Now() - began);
    Report(name, result);
  }

  void Report(const std::string& name, const LoadResult& result) {
    rates_[name] = result.rate();
    const bool is_ours =
        absl::StartsWith(name, "claims") || absl::StartsWith(name, "knowledge");
    if (is_ours) recorded_ += result.items;
    // "claims stream, 10" is measured by "echo stream, 10".
    std::string echo = name;
    echo.replace(0, echo.find(' '), "echo");
    const double share = rates_.count(echo) != 0 && rates_[echo] > 0
                             ? result.rate() / rates_[echo]
                             : 0;
    const std::string percent =
        share > 0 ? absl::StrFormat("%.1f %%", 100 * share) : "";
    const uint64_t p50 = result.latency.Percentile(0.5);
    const uint64_t p99 = result.latency.Percentile(0.99);
    const uint64_t p999 = result.latency.Percentile(0.999);
    std::printf("%-28s %12.0f %8s %9ju %9ju %9ju\n", name.c_str(),
                result.rate(), percent.c_str(), uintmax_t{p50}, uintmax_t{p99},
                uintmax_t{p999});
    std::fflush(stdout);
    absl::StrAppend(&json_, json_.empty() ? "" : ",\n", "  {\"name\": \"", name,
                    "\", \"items_per_second\": ", result.rate(),
                    ", \"of_echo\": ", share, ", \"p50_us\": ", p50,
                    ", \"p99_us\": ", p99, ", \"p999_us\": ", p999, "}");
    if (result.refused == 0 && result.error.empty()) return;
    failed_ = true;
    std::fprintf(stderr, "%s: %ju items were refused. %s\n", name.c_str(),
                 uintmax_t{result.refused}, result.error.c_str());
  }

  const Options options_;
  ClaimSource claims_;
  EchoServer echo_;
  const std::shared_ptr<grpc::Channel> echo_channel_;
  const TemporaryDirectory directory_;
  BenchServer server_;
  const std::shared_ptr<grpc::Channel> channel_;
  std::map<std::string, double> rates_;
  uint64_t recorded_ = 0;  // facts, links and claims
  std::string json_;
  bool failed_ = false;
};

}  // namespace
}  // namespace concordat::bench

int main(int argc, char** argv) {
  concordat::bench::Options options;
  CLI::App app("Measures what a server takes in.");
  app.add_option("--seconds", options.seconds, "For each measurement");
  app.add_option("--customers", options.customers, "Four facts each")
      ->check(CLI::PositiveNumber);
  app.add_option("--only", options.only,
                 "Only measurements whose name holds this");
  app.add_option("--audit-peer", options.audit_peer,
                 "Also run `COMMAND FACTS.csv CLAIMS.csv`, which compares both "
                 "and prints JSON with \"claims\" and \"seconds\"");
  app.add_flag("--personal", options.personal,
               "Three of four attributes are personal, so their values are "
               "sealed");
  app.add_flag("--random", options.random,
               "Claims are about customers at random, not about one after the "
               "other");
  app.add_option("--contradicting", options.contradicting,
                 "The share of claims that contradict")
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--json", options.json, "Also write the figures here");
  CLI11_PARSE(app, argc, argv);
  concordat::bench::Bench bench(options);
  bench.Run();
  return bench.WriteJson() && !bench.failed() ? 0 : 1;
}
