// Judging claims against a graph in memory, without recording anything: how
// many a second when the channel is right, late, or wrong. With what is known
// of the customer in the cache, as for a channel that reports one after the
// other, and read anew each time.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "config/vocabulary_loader.h"
#include "consistency/judge.h"
#include "consistency/knowledge.h"
#include "graph/graph_writer.h"
#include "graph/memory_store.h"
#include "graph/validation.h"

namespace concordat {
namespace {

constexpr int64_t kCustomers = 10'000;

constexpr absl::string_view kVocabulary = R"(
name: bench
writing: {date_order: YMD, decimal_mark: "."}
code_lists:
  tier:
    codes: {silver: {}, gold: {aliases: [Goldstatus]}, platinum: {}}
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
    contract:
      customer:
        attributes: {tier: {}, email: {}, city: {}, due: {}}
)";

absl::Time At(int64_t days) {
  return absl::FromUnixSeconds(1'700'000'000) + absl::Hours(24 * days);
}

EntityId CustomerAt(int64_t number) {
  return {"customer", absl::StrCat("c-", number)};
}

// Silver from the beginning and gold from day 10, with three more facts.
WriteBatch FactsOf(int64_t customer) {
  const auto fact = [&](const char* attribute, std::string value,
                        absl::Time from) {
    FactRecord record;
    record.entity = CustomerAt(customer);
    record.attribute = attribute;
    record.value = std::move(value);
    record.valid.from = from;
    return record;
  };
  WriteBatch batch;
  batch.changes = {
      fact("tier", "silver", absl::InfinitePast()),
      fact("tier", "gold", At(10)),
      fact("email", absl::StrCat("c", customer, "@example.org"), At(0)),
      fact("city", "Town", At(0)), fact("due", "40.50 EUR", At(0))};
  return batch;
}

struct Graph {
  MemoryStore store;
  std::shared_ptr<const Vocabulary> vocabulary;
};

Graph& FilledGraph() {
  static auto* const kGraph = [] {
    auto* const graph = new Graph;
    graph->vocabulary = LoadVocabulary(kVocabulary, "bench.yaml", 1).vocabulary;
    if (graph->vocabulary == nullptr) std::abort();
    const absl::Status status = graph->store.Write([&](Transaction& tx) {
      for (int64_t i = 0; i < kCustomers; ++i) {
        WriteBatch batch = FactsOf(i);
        const Schema& schema = graph->vocabulary->schema;
        absl::Status written = ValidateBatch(schema, batch);
        if (written.ok()) {
          written = RecordBatch(tx, schema, std::move(batch),
                                {Revision(i + 1), At(0)})
                        .status();
        }
        if (!written.ok()) return written;
      }
      return absl::OkStatus();
    });
    if (!status.ok()) std::abort();
    return graph;
  }();
  return *kGraph;
}

enum class Cached { kNo, kYes };

void JudgeClaims(benchmark::State& state, const char* value, Verdict expected,
                 Cached cached) {
  Graph& graph = FilledGraph();
  const auto reader = graph.store.Snapshot();
  KnowledgeCache cache;
  StoredKnowledge knowledge(**reader, Revision::Latest(), *graph.vocabulary,
                            cached == Cached::kYes ? &cache : nullptr);
  std::vector<Claim> claims(kCustomers);
  for (int64_t i = 0; i < kCustomers; ++i) {
    claims[i].channel = "web";
    claims[i].entity = CustomerAt(i);
    claims[i].attribute = "tier";
    claims[i].value = value;
    claims[i].said_at = At(20);
  }
  size_t next = 0;
  for ([[maybe_unused]] auto step : state) {
    const absl::StatusOr<Judgement> judgement =
        Judge(claims[next], *graph.vocabulary, knowledge);
    if (!judgement.ok() || judgement->verdict != expected) {
      return state.SkipWithError("another verdict than expected");
    }
    next = (next + 1) % claims.size();
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(JudgeClaims, agrees, "Goldstatus", Verdict::kAgrees,
                  Cached::kYes);
BENCHMARK_CAPTURE(JudgeClaims, stale, "silver", Verdict::kStale, Cached::kYes);
BENCHMARK_CAPTURE(JudgeClaims, contradicts, "platinum", Verdict::kContradicts,
                  Cached::kYes);
BENCHMARK_CAPTURE(JudgeClaims, agrees_uncached, "Goldstatus", Verdict::kAgrees,
                  Cached::kNo);
BENCHMARK_CAPTURE(JudgeClaims, contradicts_uncached, "platinum",
                  Verdict::kContradicts, Cached::kNo);

}  // namespace
}  // namespace concordat

BENCHMARK_MAIN();
