// What a server takes in over loopback TCP, on a store that syncs each commit,
// beside what gRPC itself does in the same run with the same messages and an
// empty handler, and beside etcd and PostgreSQL where they are installed. The
// server is build/bin/concordatd, a process of its own; the echo shares that of
// the client; all share the machine. Files are in TMPDIR, which should be on a
// real disk.
#include <cstdio>
#include <filesystem>
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
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "concordat/v1/claims.grpc.pb.h"
#include "concordat/v1/knowledge.grpc.pb.h"
#include "concordat/v1/privacy.grpc.pb.h"
#include "concordat/v1/vocabulary.grpc.pb.h"
#include "tests/bench/echo_service.h"
#include "tests/bench/load.h"
#include "tests/bench/peers.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/service/server_process.h"

namespace concordat::bench {
namespace {

constexpr int kCallsInFlight = 64;
constexpr int kPostgresConnections = 16;
constexpr int kFactsPerWrite = 1000;
constexpr int64_t kErasures = 200;
constexpr int kBatches[] = {1, 10, 100, 1000};

constexpr absl::string_view kVocabulary = R"(
name: bench
writing: {date_order: YMD, decimal_mark: "."}
code_lists:
  tier:
    codes: {silver: {}, gold: {aliases: [Goldstatus]}}
entity_types:
  customer:
    attributes:
      tier: {type: code, code_list: tier}
      email: {type: email, identifying: true, PERSONAL}
      city: {type: text, PERSONAL}
      due: {type: money, PERSONAL}
channels:
  web:
    subject_type: customer
    promise: 15m
    writing: {locale: de-DE, currency: EUR}
    contract:
      customer:
        attributes:
          tier: {required: true}
          email: {}
          city: {}
          due: {}
)";

constexpr const char* kAttributes[] = {"tier", "email", "city", "due"};

std::string SubjectOf(int64_t customer) {
  return absl::StrCat("c-", absl::Dec(customer, absl::kZeroPad8));
}

// The truth as a system of record writes it, and as the channel does.
std::string TruthOf(int64_t customer, int attribute) {
  switch (attribute) {
    case 0:
      return customer % 2 == 0 ? "gold" : "silver";
    case 1:
      return absl::StrCat("customer", customer, "@example.org");
    case 2:
      return absl::StrCat("Town ", customer % 100);
    default:
      return absl::StrCat(customer % 1000, ".50 EUR");
  }
}
std::string SaidOf(int64_t customer, int attribute) {
  if (attribute == 0 && customer % 2 == 0) return "Goldstatus";
  if (attribute == 3) return absl::StrCat(customer % 1000, ",50");
  return TruthOf(customer, attribute);
}

// Claims that agree, of one customer after the other and four of each, every
// one new: no two are said at the same microsecond.
class ClaimSource {
 public:
  explicit ClaimSource(int64_t customers) : customers_(customers) {}

  template <typename Request>
  void Fill(int count, Request& request) {
    while (request.claims_size() > count) {
      request.mutable_claims()->RemoveLast();
    }
    while (request.claims_size() < count) request.add_claims();
    for (v1::Claim& claim : *request.mutable_claims()) Next(claim);
  }

 private:
  void Next(v1::Claim& claim) {
    const int64_t customer = next_ / 4 % customers_;
    const int attribute = static_cast<int>(next_ % 4);
    claim.set_channel("web");
    claim.set_subject(SubjectOf(customer));
    claim.set_attribute(kAttributes[attribute]);
    claim.set_value(SaidOf(customer, attribute));
    claim.set_exposure(v1::EXPOSURE_HELD);
    claim.mutable_said_at()->set_seconds(1'700'000'000 + next_ / 1'000'000);
    claim.mutable_said_at()->set_nanos(static_cast<int32_t>(next_ % 1'000'000) *
                                       1000);
    ++next_;
  }

  const int64_t customers_;
  int64_t next_ = 0;
};

// Writes the facts and links of one customer after the other.
class KnowledgeSource {
 public:
  explicit KnowledgeSource(int64_t customers) : customers_(customers) {}

  // False where every customer was written.
  bool Fill(v1::StreamKnowledgeRequest& request) {
    v1::WriteKnowledgeRequest* write = request.mutable_write();
    write->clear_changes();
    while (next_ < customers_ &&
           write->changes_size() + kPerCustomer <= kFactsPerWrite) {
      Add(next_++, *write);
    }
    return write->changes_size() > 0;
  }

  static constexpr int kPerCustomer = 5;

 private:
  static void Add(int64_t customer, v1::WriteKnowledgeRequest& write) {
    for (int i = 0; i < 4; ++i) {
      v1::Fact* fact = write.add_changes()->mutable_put_fact();
      fact->mutable_entity()->set_type("customer");
      fact->mutable_entity()->set_id(SubjectOf(customer));
      fact->set_attribute(kAttributes[i]);
      fact->set_value(TruthOf(customer, i));
      fact->mutable_valid_from()->set_seconds(1'600'000'000);
      fact->set_source("crm");
    }
    v1::Link* link = write.add_changes()->mutable_put_link();
    link->set_channel("web");
    link->set_subject(SubjectOf(customer));
    link->mutable_entity()->set_type("customer");
    link->mutable_entity()->set_id(SubjectOf(customer));
  }

  const int64_t customers_;
  int64_t next_ = 0;
};

// A server on a store in a directory of its own.
class World {
 public:
  World() : server_(directory_.Sub("store")) {}

  // Three of the four attributes are personal, or none is.
  void ApplyVocabulary(bool personal) {
    grpc::ClientContext context;
    v1::ApplyVocabularyRequest request;
    v1::ApplyVocabularyResponse response;
    request.set_yaml(absl::StrReplaceAll(
        kVocabulary,
        {{"PERSONAL", personal ? "personal: true" : "personal: false"}}));
    const grpc::Status status =
        v1::VocabularyService::NewStub(server_.Connect())
            ->ApplyVocabulary(&context, request, &response);
    if (status.ok()) return;
    std::cerr << status.error_message() << "\n";
    std::exit(1);
  }

  std::shared_ptr<grpc::Channel> Connect() const { return server_.Connect(); }

  // MiB that are resident, that the store takes, that were written to files.
  double Memory() { return ProcessNumber("status", "VmRSS") / 1024; }
  double Written() { return ProcessNumber("io", "write_bytes") / (1 << 20); }
  double StoreSize() const {
    uintmax_t bytes = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(
             directory_.Sub("store"))) {
      if (entry.is_regular_file()) bytes += entry.file_size();
    }
    return static_cast<double>(bytes) / (1 << 20);
  }

 private:
  // Of a line "name: number" of the server's file in /proc.
  double ProcessNumber(const std::string& file, const std::string& name) {
    std::ifstream in(absl::StrCat("/proc/", server_.child().pid(), "/", file));
    std::string word;
    double number = 0;
    while (in >> word) {
      if (word == name + ":" && in >> number) break;
    }
    return number;
  }

  const TemporaryDirectory directory_;
  ServerProcess server_;
};

struct Options {
  double seconds = 4;
  int64_t customers = 20'000;
  std::string only;
  std::string json;
  bool personal = false;
};

// Runs the measurements and keeps a line for each.
class Bench {
 public:
  explicit Bench(Options options)
      : options_(std::move(options)),
        claims_(options_.customers),
        echo_channel_(Connect(echo_.address())),
        channel_(world_.Connect()) {
    world_.ApplyVocabulary(options_.personal);
  }

  void Run() {
    std::printf("%-28s %12s %8s %9s %9s %9s\n", "", "items/s", "of echo",
                "p50 us", "p99 us", "p99.9 us");
    const double written = world_.Written();
    LoadKnowledge();
    auto echo = EchoService::NewStub(echo_channel_);
    auto claims = v1::ClaimService::NewStub(channel_);
    LoadUnary("echo unary",
              [&](auto... arguments) { echo->async()->Report(arguments...); });
    LoadUnary("claims unary", [&](auto... arguments) {
      claims->async()->ReportClaims(arguments...);
    });
    for (const int batch : kBatches) {
      LoadBatches("echo stream", batch, [&](grpc::ClientContext* context) {
        return echo->Stream(context);
      });
      LoadBatches("claims stream", batch, [&](grpc::ClientContext* context) {
        return claims->StreamClaims(context);
      });
    }
    LoadPaced(100);
    LoadPaced(1000);
    std::printf(
        "server: %.0f MiB resident; store %.0f MiB, to which %.0f MiB were "
        "written: %.1f bytes an item, each written %.1f times\n",
        world_.Memory(), world_.StoreSize(), world_.Written() - written,
        world_.StoreSize() * (1 << 20) / static_cast<double>(recorded_),
        (world_.Written() - written) / world_.StoreSize());
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

  static uint64_t OthersThanAgrees(const v1::StreamClaimsResponse& response) {
    uint64_t others = 0;
    for (const v1::ClaimResult& result : response.results()) {
      if (result.verdict() != v1::VERDICT_AGREES) ++others;
    }
    return others;
  }

  bool Skips(const std::string& name) const {
    return !absl::StrContains(name, options_.only);
  }

  // Needed by the claims, so never skipped.
  void LoadKnowledge() {
    KnowledgeSource source(options_.customers);
    auto stub = v1::KnowledgeService::NewStub(channel_);
    LoadResult result =
        LoadStream<v1::StreamKnowledgeRequest, v1::StreamKnowledgeResponse>(
            3600, kFactsPerWrite,
            [&](grpc::ClientContext* context) {
              return stub->StreamKnowledge(context);
            },
            [&](v1::StreamKnowledgeRequest& request) {
              return source.Fill(request);
            },
            [](const v1::StreamKnowledgeResponse& response) {
              return response.has_failure() ? kFactsPerWrite : 0;
            });
    // The last write may be shorter.
    result.items = options_.customers * KnowledgeSource::kPerCustomer;
    Report("knowledge stream, 1000", result);
  }

  template <typename Start>
  void LoadUnary(const std::string& name, Start start) {
    if (Skips(name)) return;
    UnaryLoad<v1::ReportClaimsRequest, v1::ReportClaimsResponse> load(
        options_.seconds, kCallsInFlight, start,
        [this](v1::ReportClaimsRequest& request) { claims_.Fill(1, request); });
    Report(name, load.Run());
  }

  template <typename Open>
  void LoadBatches(const std::string& kind, int batch, Open open) {
    const std::string name = absl::StrCat(kind, ", ", batch);
    if (Skips(name)) return;
    Report(name, LoadStream<v1::StreamClaimsRequest, v1::StreamClaimsResponse>(
                     options_.seconds, batch, open,
                     [&](v1::StreamClaimsRequest& request) {
                       claims_.Fill(batch, request);
                       return true;
                     },
                     OthersThanAgrees));
  }

  // At half of what was reached without a pace.
  void LoadPaced(int batch) {
    const std::string full = absl::StrCat("claims stream, ", batch);
    const std::string name = absl::StrCat("claims at half load, ", batch);
    if (Skips(name) || rates_[full] == 0) return;
    auto stub = v1::ClaimService::NewStub(channel_);
    Report(name,
           LoadStreamPaced<v1::StreamClaimsRequest, v1::StreamClaimsResponse>(
               options_.seconds, rates_[full] / 2 / batch, batch,
               [&](grpc::ClientContext* context) {
                 return stub->StreamClaims(context);
               },
               [&](v1::StreamClaimsRequest& request) {
                 claims_.Fill(batch, request);
                 return true;
               },
               OthersThanAgrees));
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
      request.mutable_entity()->set_id(SubjectOf(i));
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
  World world_;
  const std::shared_ptr<grpc::Channel> echo_channel_;
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
  app.add_flag("--personal", options.personal,
               "Three of four attributes are personal, so their values are "
               "sealed");
  app.add_option("--json", options.json, "Also write the figures here");
  CLI11_PARSE(app, argc, argv);
  concordat::bench::Bench bench(options);
  bench.Run();
  return bench.WriteJson() && !bench.failed() ? 0 : 1;
}
