// Differential audits: a channel with a sketch of its records against a server
// of its own, by how many of them differ.
//
//   ./run bench differential_bench --customers 2500000
#include <cstdint>
#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "client/client.h"
#include "client/reconcile/differential_audit.h"
#include "tests/bench/bench_server.h"
#include "tests/bench/workload.h"
#include "tests/conformance/temporary_directory.h"

namespace concordat::bench {
namespace {

struct Options {
  int64_t customers = 250'000;
  int64_t symbols = int64_t{1} << 18;
  std::vector<int64_t> differing = {0, 10, 100, 1'000, 10'000, 100'000};
};

// A channel whose records are as the truth is, but for some: of those it has an
// index by item, as a backend would of all.
class Channel final : public client::RecordSource {
 public:
  Channel(int64_t customers, int64_t symbols)
      : customers_(customers), symbols_(symbols) {}

  absl::StatusOr<client::RecordSketch> Sketch() override { return *sketch_; }
  absl::Status Remake(
      std::shared_ptr<const client::SketchTerms> terms) override {
    auto sketch = client::RecordSketch::Create(std::move(terms),
                                               static_cast<size_t>(symbols_));
    if (!sketch.ok()) return sketch.status();
    sketch_ = std::make_unique<client::RecordSketch>(*std::move(sketch));
    for (int64_t i = 0; i < records(); ++i) {
      sketch_->Insert(KeyOf(i), SaidOf(i / kFactsPerCustomer, AttributeOf(i)));
    }
    return absl::OkStatus();
  }
  absl::Status Find(const client::WantedItems& items, Use use) override {
    for (const uint64_t item : items) {
      const auto found = differing_.find(item);
      if (found == differing_.end()) continue;
      v1::Claim claim;
      const client::RecordKey key = KeyOf(found->second);
      claim.set_subject(std::string(key.subject));
      claim.set_attribute(std::string(key.attribute));
      claim.set_value(Other(found->second));
      if (!use(std::move(claim), /*line=*/0)) break;
    }
    return absl::OkStatus();
  }
  absl::Status VisitAll(Use /*use*/) override {
    return absl::UnimplementedError("too many differ for the sketch");
  }

  // Has so many records differ, beyond those that do.
  void Differ(int64_t count) {
    std::mt19937_64 random(static_cast<uint64_t>(count));
    while (static_cast<int64_t>(differing_.size()) < count) {
      const auto record =
          static_cast<int64_t>(random() % static_cast<uint64_t>(records()));
      const std::string other = Other(record);
      const uint64_t item = sketch_->ItemOf(KeyOf(record), other).number();
      if (!differing_.emplace(item, record).second) continue;
      sketch_->Update(KeyOf(record),
                      SaidOf(record / kFactsPerCustomer, AttributeOf(record)),
                      other);
    }
  }
  int64_t records() const { return customers_ * kFactsPerCustomer; }

 private:
  static int AttributeOf(int64_t record) {
    return static_cast<int>(record % kFactsPerCustomer);
  }
  static std::string Other(int64_t record) {
    return SaidOf(record / kFactsPerCustomer + 1, AttributeOf(record));
  }
  // Valid until the next.
  client::RecordKey KeyOf(int64_t record) {
    subject_ = CustomerId(record / kFactsPerCustomer);
    attribute_ = AttributeName(AttributeOf(record));
    return {.entity_type = {}, .subject = subject_, .attribute = attribute_};
  }

  const int64_t customers_;
  const int64_t symbols_;
  std::string subject_;
  std::string attribute_;
  std::unique_ptr<client::RecordSketch> sketch_;
  absl::flat_hash_map<uint64_t, int64_t> differing_;
};

template <typename T>
T Must(absl::StatusOr<T> value) {
  if (!value.ok()) Fail(value.status().ToString());
  return *std::move(value);
}

void Run(const Options& options) {
  const TemporaryDirectory directory;
  BenchServer server(directory.Sub("data"));
  server.ApplyVocabulary(CompanyVocabulary(/*personal=*/false));
  const LoadResult written =
      WriteKnowledge(server.Connect(), options.customers);
  if (!written.error.empty()) Fail(written.error);
  const auto client = Must(client::Client::Create(
      {.address = server.address(), .timeout = absl::Hours(1)}));
  Channel channel(options.customers, options.symbols);
  v1::GetSketchTermsRequest request;
  request.set_channel("web");
  v1::GetSketchTermsResponse terms = Must(client->GetSketchTerms(request));
  const absl::Time sketching = absl::Now();
  const absl::Status made = channel.Remake(
      Must(client::SketchTerms::Create(std::move(*terms.mutable_terms()))));
  if (!made.ok()) Fail(made.ToString());
  std::printf("%lld records; the channel's sketch of %lld symbols: %.2f s\n",
              static_cast<long long>(channel.records()),
              static_cast<long long>(options.symbols),
              absl::ToDoubleSeconds(absl::Now() - sketching));
  v1::AuditSpec spec;
  spec.set_channel("web");
  const absl::Time loading = absl::Now();
  Must(client::RunDifferentialAudit(spec, {.client = client.get()}, &channel));
  std::printf("the first of the server, which loads the truth: %.2f s\n",
              absl::ToDoubleSeconds(absl::Now() - loading));
  std::printf("%10s %10s %9s %9s %10s %10s %7s %9s %9s\n", "differing", "items",
              "symbols", "an item", "sent", "received", "rounds", "seconds",
              "findings");
  for (const int64_t differing : options.differing) {
    channel.Differ(differing);
    const absl::Time began = absl::Now();
    const client::DifferentialAudit done = Must(
        client::RunDifferentialAudit(spec, {.client = client.get()}, &channel));
    const double seconds = absl::ToDoubleSeconds(absl::Now() - began);
    const int64_t items =
        done.figures.only_channel() + done.figures.only_truth();
    std::printf("%10lld %10lld %9lld %9.2f %10lld %10lld %7lld %9.2f %9lld\n",
                static_cast<long long>(differing),
                static_cast<long long>(items),
                static_cast<long long>(done.figures.symbols()),
                items == 0 ? 0
                           : static_cast<double>(done.figures.symbols()) /
                                 static_cast<double>(items),
                static_cast<long long>(done.bytes_sent),
                static_cast<long long>(done.bytes_received),
                static_cast<long long>(done.rounds), seconds,
                static_cast<long long>(done.audit.result().findings()));
    std::fflush(stdout);
  }
  std::printf("the server's memory: %.0f MiB\n", server.PeakMemory());
}

}  // namespace
}  // namespace concordat::bench

int main(int argc, char** argv) {
  concordat::bench::Options options;
  CLI::App app("Differential audits, by how many records differ");
  app.add_option("--customers", options.customers,
                 "Customers, of four records each")
      ->capture_default_str();
  app.add_option("--symbols", options.symbols, "Symbols of the sketch")
      ->capture_default_str();
  app.add_option("--differing", options.differing,
                 "How many records differ, ascending")
      ->delimiter(',');
  CLI11_PARSE(app, argc, argv);
  concordat::bench::Run(options);
  return 0;
}
