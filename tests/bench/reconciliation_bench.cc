// What it takes two parties to find where their sets differ: to encode a set of
// millions of items, to keep its symbols up to date, to find from them what
// differs; and how many symbols and bytes that needs for each differing item.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <vector>

#include "consistency/reconciliation/item.h"
#include "consistency/reconciliation/ladder.h"
#include "consistency/reconciliation/reconciler.h"
#include "consistency/reconciliation/sketch.h"

namespace concordat::reconciliation {
namespace {

// What 2,000 differing items need, and some.
constexpr SymbolRange kForTwoThousand = {0, 2500};

// Of the symbols of so many differing items, on either side.
Sketch Symbols(size_t items, SymbolRange range, std::mt19937_64& random) {
  Sketch difference = *Sketch::Create(range);
  for (size_t i = 0; i < items; ++i) {
    const Item item = Item::FromHash(random());
    random() % 2 == 0 ? difference.Insert(item) : difference.Remove(item);
  }
  return difference;
}

// Gives a few symbols after the other until it is done.
size_t SymbolsWanted(const Sketch& all, size_t step) {
  Reconciler reconciler;
  while (!reconciler.done()) {
    const size_t begin = reconciler.symbols();
    const size_t end = std::min(begin + step, all.range().end);
    const auto next = all.Slice({begin, end});
    if (begin == end || !reconciler.Add(*next).ok()) std::abort();
  }
  return reconciler.symbols();
}

void EncodesASet(benchmark::State& state) {
  const int64_t items = state.range(0);
  for ([[maybe_unused]] auto one : state) {
    Sketch sketch = *Sketch::Create(kForTwoThousand);
    for (int64_t i = 0; i < items; ++i) {
      sketch.Insert(Item::FromHash(Mix(static_cast<uint64_t>(i))));
    }
    benchmark::DoNotOptimize(sketch);
  }
  state.SetItemsProcessed(state.iterations() * items);
}

// The further symbols of a set of which half have been asked for.
void ExtendsASketch(benchmark::State& state) {
  const int64_t items = state.range(0);
  for ([[maybe_unused]] auto one : state) {
    Sketch sketch =
        *Sketch::Create({kForTwoThousand.end, 2 * kForTwoThousand.end});
    for (int64_t i = 0; i < items; ++i) {
      sketch.Insert(Item::FromHash(Mix(static_cast<uint64_t>(i))));
    }
    benchmark::DoNotOptimize(sketch);
  }
  state.SetItemsProcessed(state.iterations() * items);
}

// Of one of a set's records: the old one out, the new one in.
void ChangesAnItem(benchmark::State& state) {
  Sketch sketch = *Sketch::Create({0, static_cast<size_t>(state.range(0))});
  uint64_t next = 0;
  for ([[maybe_unused]] auto one : state) {
    sketch.Remove(Item::FromHash(Mix(next)));
    sketch.Insert(Item::FromHash(Mix(++next)));
  }
  state.SetItemsProcessed(state.iterations());
}

// From as many symbols as it takes.
void FindsTheDifference(benchmark::State& state) {
  const auto items = static_cast<size_t>(state.range(0));
  std::mt19937_64 random(1);
  const Sketch all = Symbols(items, {0, 2 * items + 100}, random);
  const Sketch wanted =
      *all.Slice({0, SymbolsWanted(all, std::max<size_t>(1, items / 100))});
  for ([[maybe_unused]] auto one : state) {
    Reconciler reconciler;
    if (!reconciler.Add(wanted).ok() || !reconciler.done()) {
      return state.SkipWithError("not done");
    }
    benchmark::DoNotOptimize(reconciler);
  }
}

// The mean over several sets, and the most; for more than 1,000 items to a
// tenth of a percent.
void SymbolsOfEachItem(benchmark::State& state) {
  const auto items = static_cast<size_t>(state.range(0));
  std::mt19937_64 random(items);
  size_t symbols = 0;
  size_t bytes = 0;
  size_t most = 0;
  for ([[maybe_unused]] auto one : state) {
    const size_t symbols_max = std::min(kSymbolsMax, 4 * items + 100);
    const Sketch all = Symbols(items, {0, symbols_max}, random);
    const size_t wanted = SymbolsWanted(all, std::max<size_t>(1, items / 1000));
    symbols += wanted;
    most = std::max(most, wanted);
    bytes += all.Slice({0, wanted})->Serialize().size();
  }
  const auto all_items =
      static_cast<double>(items) * static_cast<double>(state.iterations());
  state.counters["symbols"] = static_cast<double>(symbols) / all_items;
  state.counters["symbols_max"] =
      static_cast<double>(most) / static_cast<double>(items);
  state.counters["bytes"] = static_cast<double>(bytes) / all_items;
}

BENCHMARK(EncodesASet)
    ->Arg(10'000'000)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(ExtendsASketch)
    ->Arg(10'000'000)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(ChangesAnItem)->Arg(32)->Arg(2500)->Arg(100'000);
BENCHMARK(FindsTheDifference)
    ->Arg(10)
    ->Arg(32)
    ->Arg(100)
    ->Arg(2000)
    ->Arg(100'000)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(SymbolsOfEachItem)
    ->ArgsProduct({{1, 2, 5, 10, 20, 32, 33, 35, 40, 50, 60, 80, 100, 150, 200,
                    300, 400, 500}})
    ->Iterations(1000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(SymbolsOfEachItem)
    ->ArgsProduct({{700, 1000, 1500, 2000, 3000, 5000, 10'000}})
    ->Iterations(50)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(SymbolsOfEachItem)
    ->ArgsProduct({{20'000, 50'000, 100'000, 500'000}})
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace concordat::reconciliation

BENCHMARK_MAIN();
