// What a claim passes on its way in, one step at a time and in memory: which
// entity it is known to be right about, whether it came before, its place in
// the log, and what the view of held claims makes of that. How many a second,
// with as many customers as are said (four claims each), in an order that no
// cache foresees.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/agreements.h"
#include "consistency/claim_records.h"
#include "consistency/held_runs.h"
#include "consistency/held_tail.h"
#include "consistency/recent_claims.h"
#include "consistency/rows.h"
#include "graph/memory_store.h"

namespace concordat {
namespace {

constexpr int kAttributes = 4;
constexpr uint64_t kClaimsPerRow = 1000;

const std::string& AttributeAt(uint64_t number) {
  static const auto* const kNames =
      new std::vector<std::string>{"tier", "email", "city", "due"};
  return (*kNames)[number % kAttributes];
}

// Claims that agree, about so many customers, in an order of chance.
class Said {
 public:
  explicit Said(int64_t customers) {
    std::mt19937_64 random(1);
    const auto claims = static_cast<uint64_t>(customers) * kAttributes;
    claims_.reserve(claims);
    for (uint64_t i = 0; i < claims; ++i) {
      rows::JudgedClaim judged;
      const uint64_t customer = random() % static_cast<uint64_t>(customers);
      judged.about = {"customer", absl::StrCat("c-", customer)};
      judged.attribute = AttributeAt(random());
      judged.verdict = Verdict::kAgrees;
      judged.claim.channel = "web";
      judged.claim.subject = judged.about->id;
      judged.claim.attribute = judged.attribute;
      judged.claim.value = absl::StrCat("value ", customer % 100);
      judged.claim.said_at = absl::FromUnixMicros(static_cast<int64_t>(i));
      judged.claim.said_at_given = true;
      judged.claim.personal = false;
      claims_.push_back(std::move(judged));
    }
  }
  const std::vector<rows::JudgedClaim>& claims() const { return claims_; }

 private:
  std::vector<rows::JudgedClaim> claims_;
};

const Said& SaidAbout(int64_t customers) {
  static std::unique_ptr<Said> said;
  static int64_t about = 0;
  if (about != customers) said = std::make_unique<Said>(customers);
  about = customers;
  return *said;
}

// Calls `step` with one claim after the other, and again from the first.
template <typename Step>
void Each(benchmark::State& state, Step step) {
  const std::vector<rows::JudgedClaim>& claims =
      SaidAbout(state.range(0)).claims();
  size_t next = 0;
  for ([[maybe_unused]] auto one : state) {
    step(claims[next]);
    if (++next == claims.size()) next = 0;
  }
  state.SetItemsProcessed(state.iterations());
}

void Prints(benchmark::State& state) {
  Each(state, [](const rows::JudgedClaim& judged) {
    benchmark::DoNotOptimize(PrintOf(ViewOf(judged.claim)));
    benchmark::DoNotOptimize(KeyOf(ViewOf(judged.claim)));
  });
}

void FindsAgreements(benchmark::State& state) {
  Agreements agreements(size_t{1} << 30);
  std::vector<StatementPrint> prints;
  const auto& claims = SaidAbout(state.range(0)).claims();
  prints.reserve(claims.size());
  for (const rows::JudgedClaim& judged : claims) {
    prints.push_back(PrintOf(ViewOf(judged.claim)));
    agreements.Remember(prints.back(), *judged.about,
                        AttributeAt(prints.size()), /*personal=*/false, {});
  }
  size_t next = 0;
  for ([[maybe_unused]] auto one : state) {
    constexpr size_t kAhead = 8;
    agreements.PrefetchPlace(prints[(next + kAhead) % prints.size()]);
    agreements.PrefetchSubject(prints[(next + kAhead / 2) % prints.size()]);
    if (!agreements.Find(prints[next], absl::FromUnixSeconds(1)).has_value()) {
      return state.SkipWithError("one is not there");
    }
    if (++next == prints.size()) next = 0;
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["bytes_each"] = static_cast<double>(agreements.bytes()) /
                                 static_cast<double>(prints.size());
}

void KeysOfRetries(benchmark::State& state) {
  RecentClaims recent;
  Claim claim = SaidAbout(1).claims().front().claim;
  int64_t micros = 0;
  for ([[maybe_unused]] auto one : state) {
    claim.said_at = absl::FromUnixMicros(++micros);
    if (!recent.Add(KeyOf(ViewOf(claim)))) {
      return state.SkipWithError("one was there before");
    }
  }
  state.SetItemsProcessed(state.iterations());
}

void EncodesLog(benchmark::State& state) {
  rows::ClaimsEncoder row;
  uint64_t claims = 0;
  Each(state, [&](const rows::JudgedClaim& judged) {
    row.Add(judged);
    if (++claims % kClaimsPerRow == 0) benchmark::DoNotOptimize(row.TakeRow());
  });
}

// A store whose log has every claim once.
void FillLog(const std::vector<rows::JudgedClaim>& claims, Store& store) {
  const absl::Status status = store.Write([&](Transaction& tx) {
    rows::ClaimsEncoder row;
    Revision revision;
    absl::Status written;
    for (size_t i = 0; i < claims.size() && written.ok(); ++i) {
      row.Add(claims[i]);
      if ((i + 1) % kClaimsPerRow != 0 && i + 1 != claims.size()) continue;
      revision = revision.Next();
      written = rows::PutClaims(tx, revision, row.TakeRow());
    }
    return written;
  });
  if (!status.ok()) std::abort();
}

void FollowsLog(benchmark::State& state) {
  MemoryStore store;
  const auto& claims = SaidAbout(state.range(0)).claims();
  FillLog(claims, store);
  const auto reader = store.Snapshot();
  HeldTail tail;
  for ([[maybe_unused]] auto one : state) {
    tail.Clear();
    if (!AddLogTo(tail, **reader, {}).ok()) {
      return state.SkipWithError("the log cannot be read");
    }
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<int64_t>(claims.size()));
}

// In the order in which a run has them.
void WritesRun(benchmark::State& state) {
  MemoryStore store;
  const auto& claims = SaidAbout(state.range(0)).claims();
  FillLog(claims, store);
  HeldTail tail;
  if (!AddLogTo(tail, **store.Snapshot(), {}).ok()) std::abort();
  for ([[maybe_unused]] auto one : state) {
    const HeldTail::Order order = tail.Sorted();
    const std::unique_ptr<HeldSource> source = order.Open("");
    rows::HeldEncoder block;
    for (; source->Current() != nullptr; (void)source->Advance()) {
      block.Add(*source->Current());
    }
    benchmark::DoNotOptimize(block.TakeRow());
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<int64_t>(tail.size()));
}

constexpr int64_t kFew = 1000;
constexpr int64_t kOfARun = 8192;
constexpr int64_t kMany = 250'000;

BENCHMARK(Prints)->Arg(kFew);
BENCHMARK(FindsAgreements)->Arg(kFew)->Arg(kMany);
BENCHMARK(KeysOfRetries);
BENCHMARK(EncodesLog)->Arg(kFew);
BENCHMARK(FollowsLog)->Arg(kFew)->Arg(kOfARun);
BENCHMARK(WritesRun)->Arg(kFew)->Arg(kOfARun);

}  // namespace
}  // namespace concordat

BENCHMARK_MAIN();
