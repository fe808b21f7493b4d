// How fast the rows of an export are matched with what is true, in one thread
// and without a server: what of an audit is not transport.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "config/vocabulary_loader.h"
#include "consistency/audits/row_auditor.h"
#include "consistency/audits/truth_index.h"
#include "server/audit/csv_claims.h"

namespace concordat {
namespace {

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
      email: {type: email, identifying: true}
      city: {type: text}
      due: {type: money}
channels:
  web:
    subject_type: customer
    promise: 15m
    writing: {locale: de-DE, currency: EUR, decimal_mark: "."}
    contract:
      customer:
        attributes:
          tier: {required: true}
          email: {}
          city: {}
          due: {}
)";

const char* const kNames[] = {"tier", "email", "city", "due"};

std::string ValueOf(int64_t customer, int attribute, bool otherwise) {
  switch (attribute) {
    case 0:
      return customer % 2 == 0 ? (otherwise ? "GOLD" : "gold")
                               : (otherwise ? " Silver" : "silver");
    case 1:
      return absl::StrCat(otherwise ? "Customer" : "customer", customer,
                          "@example.org");
    case 2:
      return absl::StrCat(otherwise ? "town " : "Town ", customer % 100);
    default:
      return absl::StrCat(customer % 1000, otherwise ? ".5 eur" : ".50 EUR");
  }
}

struct World {
  explicit World(int64_t customers_arg) : customers(customers_arg) {
    vocabulary = LoadVocabulary(kVocabulary, "bench.yaml", 1).vocabulary;
    index =
        std::make_unique<audits::TruthIndex>(vocabulary.get(), size_t{4} << 30);
    for (int64_t i = 0; i < customers; ++i) {
      std::vector<FactRecord> records;
      const EntityId id{"customer", absl::StrCat("c-", i)};
      for (const int a : {2, 3, 1, 0}) {  // in order of name
        FactRecord record;
        record.entity = id;
        record.attribute = kNames[a];
        record.value = ValueOf(i, a, false);
        record.recorded.revision = Revision(1);
        records.push_back(std::move(record));
      }
      index->Set(id, records);
    }
  }
  std::string Csv(bool otherwise) const {
    std::string csv;
    for (int64_t i = 0; i < customers; ++i) {
      for (int a = 0; a < 4; ++a) {
        absl::StrAppend(&csv, "c-", i, ",", kNames[a], ",",
                        ValueOf(i, a, otherwise), "\n");
      }
    }
    return csv;
  }

  const int64_t customers;
  std::shared_ptr<const Vocabulary> vocabulary;
  std::unique_ptr<audits::TruthIndex> index;
};

World& TheWorld() {
  static World world(2'500'000);
  return world;
}

void Match(benchmark::State& state) {
  World& world = TheWorld();
  static const std::string kCsv[] = {world.Csv(false), world.Csv(true)};
  const std::string& csv = kCsv[state.range(0)];
  const absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  const auto plan = *audits::AuditPlan::Make(
      *world.index,
      {.channel = "web", .at = Revision(1), .as_at = now, .now = now});
  const std::vector<absl::string_view> header = {"subject", "attribute",
                                                 "value"};
  const auto format = *CsvClaimFormat::FromHeader(
      header, world.vocabulary.get(), "web", "customer", now);
  int64_t rows_read = 0;
  int64_t prompt = 0;
  for (auto _ : state) {
    audits::Coverage coverage(world.index->entities().size(),
                              plan.required_max());
    audits::RowAuditor auditor(&plan, &coverage);
    CsvClaims claims(&format, csv, 1);
    std::vector<audits::AuditRow> rows;
    std::vector<audits::RefusedRow> refused;
    while (claims.Next(256, rows, refused)) {
      rows_read += rows.size();
      auditor.Match(rows);
    }
    prompt += auditor.tally().prompt_rows;
  }
  state.SetItemsProcessed(rows_read);
  state.SetBytesProcessed(state.iterations() * csv.size());
  state.counters["prompt"] = static_cast<double>(prompt) / rows_read;
  state.counters["index_MiB"] = world.index->bytes() / double{1 << 20};
}
BENCHMARK(Match)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

void Parse(benchmark::State& state) {
  World& world = TheWorld();
  static const std::string kCsv = world.Csv(false);
  const absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  const std::vector<absl::string_view> header = {"subject", "attribute",
                                                 "value"};
  const auto format = *CsvClaimFormat::FromHeader(
      header, world.vocabulary.get(), "web", "customer", now);
  int64_t rows_read = 0;
  for (auto _ : state) {
    CsvClaims claims(&format, kCsv, 1);
    std::vector<audits::AuditRow> rows;
    std::vector<audits::RefusedRow> refused;
    while (claims.Next(256, rows, refused)) rows_read += rows.size();
  }
  state.SetItemsProcessed(rows_read);
  state.SetBytesProcessed(state.iterations() * kCsv.size());
}
BENCHMARK(Parse)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace concordat

BENCHMARK_MAIN();
