// What a store costs as it grows: knowledge is written, every claim is said
// once, and then claims about customers at random come for a while, until what
// channels hold is up to date; then the server starts again, entities are read,
// and its log is built again from its history. The server is
// build/bin/concordatd, a process of its own that shares the machine with the
// client. Files are in TMPDIR, which should be on a real disk: 10 million facts
// take some 10 GB there.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "concordat/v1/knowledge.grpc.pb.h"
#include "tests/bench/bench_server.h"
#include "tests/bench/load.h"
#include "tests/bench/workload.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/service/server_process.h"

namespace concordat::bench {
namespace {

constexpr int kReadsInFlight = 16;
constexpr double kReadSeconds = 4;
constexpr char kStreamClaims[] = "/concordat.v1.ClaimService/StreamClaims";

struct Options {
  std::vector<int64_t> facts = {100'000, 1'000'000};
  double seconds = 10;
  int batch = 1000;
  bool personal = false;
  bool replays = false;
  double contradicting = 0;
  std::vector<std::string> server_flags;
  std::string json;
};

// What was measured at one size.
class Figures {
 public:
  explicit Figures(int64_t facts) : facts_(facts) {
    std::printf("%jd facts\n", intmax_t{facts});
  }
  void Add(const std::string& name, double value, const std::string& unit) {
    std::printf("  %-44s %14.2f %s\n", name.c_str(), value, unit.c_str());
    std::fflush(stdout);
    absl::StrAppend(&json_, json_.empty() ? "" : ",\n", "    \"", name, ", ",
                    unit, "\": ", value);
  }
  std::string Json() const {
    return absl::StrCat("  {\"facts\": ", facts_, ",\n", json_, "}");
  }

 private:
  const int64_t facts_;
  std::string json_;
};

double SecondsSince(Time start) {
  return static_cast<double>(MicrosecondsSince(start)) / 1e6;
}

// One size.
class Bench {
 public:
  Bench(const Options& options, int64_t facts)
      : options_(options),
        customers_(std::max<int64_t>(1, facts / kFactsPerCustomer)),
        figures_(facts) {}

  std::string Run() {
    {
      BenchServer server(store(), options_.server_flags);
      server.ApplyVocabulary(CompanyVocabulary(options_.personal));
      const double empty = server.Memory();
      figures_.Add("memory when empty", empty, "MiB");
      Write(server);
      Say(server, "claims, each for the first time",
          ClaimSource::Order::kInTurn, customers_ * kFactsPerCustomer);
      const double written = server.Written();
      const double before = server.StoreSize();
      Say(server, "claims at random", ClaimSource::Order::kRandom, 0);
      const double grown = server.StoreSize() - before;
      figures_.Add("store, grown by a claim", grown * (1 << 20) / said_, "B");
      figures_.Add("written for a claim",
                   (server.Written() - written) * (1 << 20) / said_, "B");
      figures_.Add("memory", server.Memory(), "MiB");
      figures_.Add("memory, at most", server.PeakMemory(), "MiB");
      figures_.Add("memory beyond the empty server's, a fact",
                   (server.Memory() - empty) * (1 << 20) / facts(), "B");
      server.Stop();
    }
    figures_.Add("store", MebibytesUnder(store()), "MiB");
    StartAgain();
    return figures_.Json();
  }

 private:
  std::string store() const { return directory_.Sub("store"); }
  double facts() const {
    return static_cast<double>(customers_ * kFactsPerCustomer);
  }

  void Write(const BenchServer& server) {
    const LoadResult result = WriteKnowledge(server.Connect(), customers_);
    Check(result);
    figures_.Add("facts written, with a link of four", facts() / result.seconds,
                 "/s");
  }

  // So many claims; or for the time that was asked for, where there are none.
  void Say(BenchServer& server, const std::string& name,
           ClaimSource::Order order, int64_t claims) {
    // Later than the claims before: said anew.
    ClaimSource source({.customers = customers_,
                        .order = order,
                        .contradicting = options_.contradicting,
                        .first = next_});
    const auto channel = server.Connect();
    const double cpu = server.CpuSeconds();
    const Time start = Now();
    int64_t left = claims;
    LoadResult result = LoadStream<grpc::ByteBuffer, grpc::ByteBuffer>(
        claims > 0 ? 1e6 : options_.seconds,
        static_cast<size_t>(options_.batch),
        [&](grpc::ClientContext* context) {
          return OpenBytesStream(*channel, kStreamClaims, *context);
        },
        [&](grpc::ByteBuffer& request) {
          if (claims > 0 && left <= 0) return false;
          left -= options_.batch;
          request = BytesOf(source.Next(options_.batch));
          return true;
        },
        [&](const grpc::ByteBuffer& response) {
          const Answered answered = ReadAnswers(TextOf(response));
          return answered.refused +
                 (options_.contradicting > 0 ? 0 : answered.disagree);
        });
    Check(result);
    next_ += static_cast<int64_t>(result.items);
    const int64_t behind = Behind(server);
    server.AwaitHeld();
    said_ = static_cast<double>(result.items);
    const double caught_up = SecondsSince(start);
    figures_.Add(name, said_ / result.seconds, "/s");
    AddLatency(result);
    figures_.Add("  behind at the end", static_cast<double>(behind), "claims");
    figures_.Add("  until all of it was held", said_ / caught_up, "/s");
    figures_.Add("  time of all cores of the server",
                 1e6 * (server.CpuSeconds() - cpu) / said_, "us a claim");
  }

  void StartAgain() {
    const Time start = Now();
    BenchServer server(store(), options_.server_flags);
    server.Info();
    figures_.Add("start, until it answers", SecondsSince(start), "s");
    figures_.Add("memory once started", server.Memory(), "MiB");
    Read(server);
    if (options_.replays) {
      Replay(server);
    } else {
      server.Stop();
    }
  }

  // Of most entities nothing is in memory yet.
  void Read(const BenchServer& server) {
    const auto stub = v1::KnowledgeService::NewStub(server.Connect());
    std::mt19937_64 random(1);
    UnaryLoad<v1::GetEntityRequest, v1::GetEntityResponse> load(
        kReadSeconds, kReadsInFlight,
        [&](auto... arguments) { stub->async()->GetEntity(arguments...); },
        [&](v1::GetEntityRequest& request) {
          request.mutable_entity()->set_type("customer");
          request.mutable_entity()->set_id(CustomerId(static_cast<int64_t>(
              random() % static_cast<uint64_t>(customers_))));
          request.mutable_consistency()->set_latest(true);
        });
    const LoadResult result = load.Run();
    Check(result);
    figures_.Add("entities read at random", result.rate(), "/s");
    AddLatency(result);
  }

  // Exports the history, builds it again in an empty store, and from there
  // exports the same bytes.
  void Replay(BenchServer& server) {
    const std::string history = directory_.Sub("all.history");
    const double items = facts() + static_cast<double>(next_);
    Cli(server, "export", history, items);
    figures_.Add(
        "history",
        static_cast<double>(std::filesystem::file_size(history)) / (1 << 20),
        "MiB");
    server.Stop();
    std::filesystem::remove_all(store());
    BenchServer again(directory_.Sub("again"));
    Cli(again, "import", history, items);
    const std::string same = directory_.Sub("again.history");
    Cli(again, "export", same, items);
    if (RunToEnd({"/usr/bin/cmp", history, same}).exit_code != 0) {
      Fail("what was built again has another history");
    }
    again.Stop();
  }

  void Cli(const BenchServer& server, const std::string& verb,
           const std::string& file, double items) {
    const Time start = Now();
    const Ended ended = RunToEnd({Program("concordat"), "--server",
                                  server.address(), "history", verb, file});
    if (ended.exit_code != 0) Fail(ended.error);
    figures_.Add(absl::StrCat("history ", verb), items / SecondsSince(start),
                 "facts and claims/s");
  }

  static int64_t Behind(const BenchServer& server) {
    return server.Info().counters().at("held_claims_behind");
  }
  void AddLatency(const LoadResult& result) {
    for (const auto& [name, share] :
         {std::pair("  p50", 0.5), {"  p99", 0.99}, {"  p99.9", 0.999}}) {
      figures_.Add(name,
                   static_cast<double>(result.latency.Percentile(share)) / 1e3,
                   "ms");
    }
  }
  static void Check(const LoadResult& result) {
    if (result.refused == 0 && result.error.empty()) return;
    Fail(absl::StrCat(result.refused, " items were refused. ", result.error));
  }

  const Options& options_;
  const int64_t customers_;
  const TemporaryDirectory directory_;
  Figures figures_;
  int64_t next_ = 0;  // the number of the next claim
  double said_ = 0;
};

}  // namespace
}  // namespace concordat::bench

int main(int argc, char** argv) {
  concordat::bench::Options options;
  CLI::App app("Measures what a store costs as it grows.");
  app.add_option("--facts", options.facts, "Sizes, four facts to a customer")
      ->check(CLI::Range(int64_t{4}, int64_t{1} << 40))
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "Of claims at random")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--batch", options.batch, "Claims in a request")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_flag("--personal", options.personal,
               "Three of four attributes are personal, so their values are "
               "sealed");
  app.add_flag("--replay", options.replays,
               "Also export the history and import it into an empty store");
  app.add_option("--contradicting", options.contradicting,
                 "The share of claims that contradict")
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--server-flags", options.server_flags,
                 "Given to the server, such as --server-flags=--cache-mib,16")
      ->delimiter(',');
  app.add_option("--json", options.json, "Also write the figures here");
  CLI11_PARSE(app, argc, argv);
  std::string json;
  for (const int64_t facts : options.facts) {
    absl::StrAppend(&json, json.empty() ? "" : ",\n",
                    concordat::bench::Bench(options, facts).Run());
  }
  if (options.json.empty()) return 0;
  std::ofstream out(options.json);
  out << "[\n" << json << "\n]\n";
  out.close();
  if (!out.good()) concordat::bench::Fail("the figures could not be written");
  return 0;
}
