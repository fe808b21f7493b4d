// Audits of a channel: of an export, by the command line against a server of
// its own, of what its claims said last, and what a peer makes of the same
// files.
//
//   ./run bench audit_bench --customers 2500000 --peer "node duckdb_audit.mjs"
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/bench/bench_server.h"
#include "tests/bench/load.h"
#include "tests/bench/peers.h"
#include "tests/bench/workload.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/service/server_process.h"

namespace concordat::bench {
namespace {

struct Options {
  int64_t customers = 250'000;
  double differing = 0.01;
  int runs = 3;
  std::string peer;
  bool held = true;
};

// What a channel's export says of an attribute.
enum class Written { kAsTheFact, kOtherwise, kOther };

std::string ValueOf(int64_t customer, int attribute, Written how) {
  const bool upper = how == Written::kOtherwise;
  const bool other = how == Written::kOther;
  switch (attribute) {
    case 0:
      return (customer % 2 == 0) != other ? (upper ? "GOLD" : "gold")
                                          : (upper ? " Silver" : "silver");
    case 1:
      return absl::StrCat(upper ? "Customer" : "customer", customer,
                          other ? "@elsewhere.org" : "@example.org");
    case 2:
      return absl::StrCat(upper ? "TOWN " : "Town ",
                          (customer + (other ? 1 : 0)) % 100, upper ? " " : "");
    default:
      return absl::StrCat(customer % 1000, other ? ".75" : ".50",
                          upper ? " eur" : " EUR");
  }
}

class AuditBench {
 public:
  explicit AuditBench(const Options& options)
      : options_(options), server_(directory_.Sub("data")) {
    server_.ApplyVocabulary(CompanyVocabulary(/*personal=*/false));
  }

  void Run() {
    WriteFiles();
    std::printf("%-44s %10s %12s %9s\n", "", "seconds", "claims/s", "MiB");
    Report("facts import", Seconds({"facts", "import", facts_}));
    // Of these the first also makes the index of the truth.
    Report("audit of an export, the first of a server", Audit(claims_));
    const double export_seconds = Median([&] { return Audit(claims_); });
    Report("audit of an export, findings written", export_seconds);
    Report("the same, equal but for writing",
           Median([&] { return Audit(writing_); }));
    if (options_.held) Held();
    Peer(export_seconds);
  }

 private:
  void WriteFiles() {
    std::ofstream facts(facts_);
    std::ofstream claims(claims_);
    std::ofstream writing(writing_);
    facts << "entity_type,entity_id,attribute,value\n";
    claims << "subject,attribute,value\n";
    writing << "subject,attribute,value\n";
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> share(0, 1);
    for (int64_t i = 0; i < options_.customers; ++i) {
      const std::string id = CustomerId(i);
      for (int a = 0; a < kFactsPerCustomer; ++a) {
        const std::string name = AttributeName(a);
        facts << "customer," << id << ',' << name << ','
              << ValueOf(i, a, Written::kAsTheFact) << '\n';
        writing << id << ',' << name << ','
                << ValueOf(i, a, Written::kOtherwise) << '\n';
        const Written how = share(random) < options_.differing
                                ? Written::kOther
                                : Written::kAsTheFact;
        claims << id << ',' << name << ',' << ValueOf(i, a, how) << '\n';
      }
    }
  }

  int64_t claims() const { return options_.customers * kFactsPerCustomer; }

  double Seconds(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {Program("concordat"), "--server",
                                         server_.address(), "-o", "json"});
    const absl::Time began = absl::Now();
    const Ended ended = RunToEnd(arguments);
    if (ended.exit_code != 0) Fail(ended.error);
    return absl::ToDoubleSeconds(absl::Now() - began);
  }
  double Audit(const std::string& file) {
    return Seconds(
        {"audits", "run", "web", file, "--subject-type", "customer"});
  }
  double Median(const std::function<double()>& run) const {
    std::vector<double> seconds;
    for (int i = 0; i < options_.runs; ++i) seconds.push_back(run());
    std::sort(seconds.begin(), seconds.end());
    return seconds[seconds.size() / 2];
  }

  void Held() {
    // Claims name customers by the channel's own ids.
    std::ofstream links(links_);
    links << "channel,subject,entity_type,entity_id\n";
    for (int64_t i = 0; i < options_.customers; ++i) {
      const std::string id = CustomerId(i);
      links << "web," << id << ",customer," << id << '\n';
    }
    links.close();
    Seconds({"links", "import", links_});
    const auto channel = server_.Connect();
    ClaimSource source(
        {.customers = options_.customers, .contradicting = options_.differing});
    int64_t left = claims();
    constexpr int kBatch = 1000;
    static constexpr char kMethod[] = "/concordat.v1.ClaimService/StreamClaims";
    const LoadResult sent = LoadStream<grpc::ByteBuffer, grpc::ByteBuffer>(
        3600, kBatch,
        [&](grpc::ClientContext* context) {
          return OpenBytesStream(*channel, kMethod, *context);
        },
        [&](grpc::ByteBuffer& request) {
          if (left <= 0) return false;
          left -= kBatch;
          request = BytesOf(source.Next(kBatch));
          return true;
        },
        [](const grpc::ByteBuffer&) { return uint64_t{0}; });
    if (!sent.error.empty()) Fail(sent.error);
    server_.AwaitHeld();
    Report("claims recorded", sent.seconds);
    Report("audit of what is held, no file", Median([&] {
             return Seconds({"audits", "run", "web", "--held"});
           }));
  }

  void Peer(double ours) {
    if (options_.peer.empty()) return;
    const PeerResult peer = MeasureAudit(options_.peer, facts_, claims_);
    if (!peer.load.error.empty()) Fail(peer.load.error);
    std::printf("%-44s %10.2f %12.0f\n", peer.name.c_str(), peer.load.seconds,
                peer.load.rate());
    std::printf("the export was audited %.2f times as fast as by the peer\n",
                peer.load.seconds / ours);
  }

  void Report(const std::string& name, double seconds) {
    std::printf("%-44s %10.2f %12.0f %9.0f\n", name.c_str(), seconds,
                static_cast<double>(claims()) / seconds, server_.PeakMemory());
    std::fflush(stdout);
  }

  const Options options_;
  const TemporaryDirectory directory_;
  const std::string facts_ = directory_.Sub("facts.csv");
  const std::string claims_ = directory_.Sub("claims.csv");
  const std::string writing_ = directory_.Sub("writing.csv");
  const std::string links_ = directory_.Sub("links.csv");
  BenchServer server_;
};

}  // namespace
}  // namespace concordat::bench

int main(int argc, char** argv) {
  concordat::bench::Options options;
  CLI::App app(
      "Audits of exports and of what is held, side by side with a peer");
  app.add_option("--customers", options.customers,
                 "Customers, of four facts each")
      ->capture_default_str();
  app.add_option("--differing", options.differing,
                 "Share of the claims that contradict")
      ->capture_default_str();
  app.add_option("--runs", options.runs, "Runs, of which the median counts")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  app.add_flag("!--no-held", options.held, "Leave out what is held");
  app.add_option("--peer", options.peer,
                 "Command that audits FACTS.csv CLAIMS.csv OUT.csv and prints "
                 "JSON with claims and seconds");
  CLI11_PARSE(app, argc, argv);
  concordat::bench::AuditBench(options).Run();
  return 0;
}
