// What a store of many facts costs: to import, to keep, to open, to read, to
// export its history and to build it again from that. Server and command line
// are those that users run, processes of their own on the same machine; only
// the first import is sent from here, so that no reading of CSV is measured.
// Files are in TMPDIR, which should be on a real disk: 10 million facts take
// about 10 GB there.
#include <cstdio>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "concordat/v1/knowledge.grpc.pb.h"
#include "tests/bench/bench_server.h"
#include "tests/bench/load.h"
#include "tests/conformance/temporary_directory.h"

namespace concordat::bench {
namespace {

constexpr int kFactsPerWrite = 1000;
constexpr int kReadsInFlight = 16;
constexpr const char* kAttributes[] = {"tier", "email", "city", "due", "since"};
constexpr int kPerCustomer = 5;

constexpr absl::string_view kVocabulary = R"(
name: bench
code_lists: {tier: {codes: {silver: {}, gold: {}}}}
entity_types:
  customer:
    attributes:
      tier: {type: code, code_list: tier}
      email: {type: email, identifying: true, personal: $0}
      city: {type: text, personal: $0}
      due: {type: money}
      since: {type: date}
)";

struct Options {
  int64_t facts = 10'000'000;
  bool personal = false;
};

std::string CustomerOf(int64_t number) {
  return absl::StrCat("c-", absl::Dec(number, absl::kZeroPad8));
}

std::string ValueOf(int64_t customer, int attribute) {
  switch (attribute) {
    case 0:
      return customer % 2 == 0 ? "gold" : "silver";
    case 1:
      return absl::StrCat("customer", customer, "@example.org");
    case 2:
      return absl::StrCat("Town ", customer % 1000);
    case 3:
      return absl::StrCat(customer % 1000, ".50 EUR");
    default:
      return absl::StrCat("20", absl::Dec(customer % 20 + 1, absl::kZeroPad2),
                          "-03-04");
  }
}

double SecondsSince(Time start) {
  return static_cast<double>(MicrosecondsSince(start)) / 1e6;
}

class Bench {
 public:
  explicit Bench(Options options) : options_(options) {}

  void Run() {
    const std::string store = directory_.Sub("store");
    const std::string history = directory_.Sub("all.history");
    {
      BenchServer server(store);
      Import(server);
      Line("peak memory of the server", server.PeakMemory(), "MiB");
      server.Stop();
    }
    Line("store", MebibytesUnder(store), "MiB");
    {
      const Time start = Now();
      BenchServer server(store);
      Line("open, until it answers", SecondsSince(start), "s");
      Line("memory once open", server.Memory(), "MiB");
      Read(server);
      Cli(server, "export", history);
      Line("history", MebibytesOf(history), "MiB");
      server.Stop();
    }
    std::filesystem::remove_all(store);
    {
      BenchServer server(directory_.Sub("again"));
      Cli(server, "import", history);
      const std::string again = directory_.Sub("again.history");
      Cli(server, "export", again);
      Line("byte-identical round trip", Same(history, again) ? 1 : 0, "");
      server.Stop();
    }
  }

 private:
  void Line(const std::string& name, double value, const std::string& unit) {
    std::printf("%-36s %12.1f %s\n", name.c_str(), value, unit.c_str());
    std::fflush(stdout);
  }

  static double MebibytesOf(const std::string& file) {
    return static_cast<double>(std::filesystem::file_size(file)) / (1 << 20);
  }

  static bool Same(const std::string& a, const std::string& b) {
    return RunToEnd({"/usr/bin/cmp", a, b}).exit_code == 0;
  }

  void Import(const BenchServer& server) {
    const std::shared_ptr<grpc::Channel> channel = server.Connect();
    server.ApplyVocabulary(
        absl::Substitute(kVocabulary, options_.personal ? "true" : "false"));
    int64_t next = 0;
    const auto stub = v1::KnowledgeService::NewStub(channel);
    LoadResult result =
        LoadStream<v1::StreamKnowledgeRequest, v1::StreamKnowledgeResponse>(
            1e6, kFactsPerWrite,
            [&](grpc::ClientContext* context) {
              return stub->StreamKnowledge(context);
            },
            [&](v1::StreamKnowledgeRequest& request) {
              return Fill(next, *request.mutable_write());
            },
            [](const v1::StreamKnowledgeResponse& response) {
              return response.has_failure() ? kFactsPerWrite : 0;
            });
    if (result.refused > 0 || !result.error.empty()) {
      Fail(absl::StrCat("facts were refused. ", result.error));
    }
    Line("import of facts", result.seconds, "s");
    Line("", static_cast<double>(options_.facts) / result.seconds, "facts/s");
  }

  // The facts after the first `next` of them. False where there are no more.
  bool Fill(int64_t& next, v1::WriteKnowledgeRequest& write) const {
    write.clear_changes();
    for (int i = 0; i < kFactsPerWrite && next < options_.facts; ++i, ++next) {
      const int attribute = static_cast<int>(next % kPerCustomer);
      const int64_t customer = next / kPerCustomer;
      v1::Fact* fact = write.add_changes()->mutable_put_fact();
      fact->mutable_entity()->set_type("customer");
      fact->mutable_entity()->set_id(CustomerOf(customer));
      fact->set_attribute(kAttributes[attribute]);
      fact->set_value(ValueOf(customer, attribute));
      fact->mutable_valid_from()->set_seconds(1'600'000'000);
      fact->set_source("crm");
    }
    return write.changes_size() > 0;
  }

  // Entities of which nothing is in memory yet, mostly.
  void Read(const BenchServer& server) {
    const auto stub = v1::KnowledgeService::NewStub(server.Connect());
    std::mt19937_64 random(1);
    UnaryLoad<v1::GetEntityRequest, v1::GetEntityResponse> load(
        10, kReadsInFlight,
        [&](auto... arguments) { stub->async()->GetEntity(arguments...); },
        [&](v1::GetEntityRequest& request) {
          request.mutable_entity()->set_type("customer");
          request.mutable_entity()->set_id(CustomerOf(static_cast<int64_t>(
              random() %
              static_cast<uint64_t>(options_.facts / kPerCustomer))));
          request.mutable_consistency()->set_latest(true);
        });
    const LoadResult result = load.Run();
    if (result.refused > 0) Fail(result.error);
    Line("entities read at random", result.rate(), "entities/s");
    Line("  p50", static_cast<double>(result.latency.Percentile(0.5)), "us");
    Line("  p99", static_cast<double>(result.latency.Percentile(0.99)), "us");
  }

  void Cli(const BenchServer& server, const std::string& verb,
           const std::string& file) {
    const Time start = Now();
    const Ended ended = RunToEnd({Program("concordat"), "--server",
                                  server.address(), "history", verb, file});
    if (ended.exit_code != 0) Fail(ended.error);
    const double seconds = SecondsSince(start);
    Line(absl::StrCat("concordat history ", verb), seconds, "s");
    Line("", static_cast<double>(options_.facts) / seconds, "facts/s");
  }

  const Options options_;
  const TemporaryDirectory directory_;
};

}  // namespace
}  // namespace concordat::bench

int main(int argc, char** argv) {
  concordat::bench::Options options;
  CLI::App app("Measures a store of many facts.");
  app.add_option("--facts", options.facts, "How many, five to a customer")
      ->check(CLI::Range(int64_t{5}, int64_t{1} << 40));
  app.add_flag("--personal", options.personal,
               "Two of five attributes are personal, so their values are "
               "sealed");
  CLI11_PARSE(app, argc, argv);
  concordat::bench::Bench(options).Run();
  return 0;
}
