// Neighbourhoods and paths over SQLite, beside the limits of the issue, and
// what checking cardinality costs a write. Files are in TMPDIR.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "consistency/rows.h"
#include "graph/graph_writer.h"
#include "graph/neighbourhood.h"
#include "graph/paths.h"
#include "graph/schema.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/conformance/temporary_directory.h"

namespace concordat {
namespace {

constexpr int64_t kHouseholds = 20'000;
constexpr int64_t kPeople = 5;  // of a household
constexpr int64_t kOrganisations = 50;
constexpr int64_t kContracts = 200;  // of an organisation
constexpr int64_t kUsers = 5;        // of a contract
constexpr int64_t kHubEdges = 1'000'000;

EntityId Person(int64_t number) {
  return {"person", absl::StrCat("p-", number)};
}
EntityId Household(int64_t number) {
  return {"household", absl::StrCat("h-", number)};
}
EntityId Organisation(int64_t number) {
  return {"organisation", absl::StrCat("o-", number)};
}
EntityId Contract(int64_t number) {
  return {"contract", absl::StrCat("k-", number)};
}

std::unique_ptr<SqliteStore> OpenStore(const TemporaryDirectory& directory) {
  const std::vector<Space> spaces = rows::AllSpaces();
  SqliteOptions options;
  options.directory = directory.Sub("store");
  options.spaces = spaces;
  absl::StatusOr<std::unique_ptr<SqliteStore>> store =
      SqliteStore::Open(options);
  return store.ok() ? *std::move(store) : nullptr;
}

// Writes relations, a thousand a batch and many batches a transaction, as an
// import does.
class Writer {
 public:
  Writer(Store* store, Cardinality cardinality) : store_(*store) {
    for (const char* name : {"member_of", "held_by", "uses", "knows"}) {
      schema_.relation_types[name].name = name;
      schema_.relation_types[name].cardinality = cardinality;
    }
  }

  void Add(EntityId from, const char* relation, EntityId to) {
    RelationRecord record;
    record.from = std::move(from);
    record.relation = relation;
    record.to = std::move(to);
    batch_.changes.push_back(std::move(record));
    if (batch_.changes.size() == 1000) Close();
  }

  bool Flush() {
    Close();
    const absl::Status status = store_.Write([&](Transaction& tx) {
      for (WriteBatch& batch : batches_) {
        head_ = head_.Next();
        const auto outcome =
            RecordBatch(tx, schema_, std::move(batch), {head_, absl::Now()});
        if (!outcome.ok()) return outcome.status();
      }
      return absl::OkStatus();
    });
    batches_.clear();
    ok_ = ok_ && status.ok();
    return ok_;
  }

 private:
  void Close() {
    if (batch_.changes.empty()) return;
    batches_.push_back(std::exchange(batch_, {}));
    if (batches_.size() == 50) Flush();
  }

  Store& store_;
  Schema schema_;
  Revision head_;
  WriteBatch batch_;
  std::vector<WriteBatch> batches_;
  bool ok_ = true;
};

Store* FilledStore() {
  static const TemporaryDirectory directory;
  static const std::unique_ptr<SqliteStore> store = [] {
    std::unique_ptr<SqliteStore> opened = OpenStore(directory);
    if (opened == nullptr) return opened;
    Writer writer(opened.get(), Cardinality::kManyToMany);
    for (int64_t i = 0; i < kHouseholds * kPeople; ++i) {
      writer.Add(Person(i), "member_of", Household(i % kHouseholds));
    }
    for (int64_t i = 0; i < kOrganisations * kContracts; ++i) {
      writer.Add(Contract(i), "held_by", Organisation(i % kOrganisations));
      for (int64_t user = 0; user < kUsers; ++user) {
        writer.Add(Person(i * kUsers + user), "uses", Contract(i));
      }
    }
    for (int64_t i = 0; i < kHubEdges; ++i) {
      writer.Add({"person", "hub"}, "knows", Person(i));
      if (i < 1000) writer.Add({"person", "k"}, "knows", Person(i));
      if (i < 1000) writer.Add(Person(i), "knows", {"person", "known"});
    }
    if (!writer.Flush()) opened = nullptr;
    return opened;
  }();
  return store.get();
}

NeighbourhoodQuery QueryFrom(EntityId start, int64_t depth,
                             std::vector<RelationStep> steps) {
  NeighbourhoodQuery query;
  query.starts = {std::move(start)};
  query.view.valid_at = absl::Now();
  query.view.steps = std::move(steps);
  query.view.fan_out = 1000;
  query.view.work = 100'000;
  query.depth = depth;
  query.results = 10'000;
  return query;
}

double Median(std::vector<double>& times) {
  if (times.empty()) return 0;
  std::nth_element(times.begin(), times.begin() + times.size() / 2,
                   times.end());
  return times[times.size() / 2];
}

// Each time from another of `starts` entities; `entities` are to be found.
void Run(benchmark::State& state, EntityId (*start)(int64_t), int64_t starts,
         int64_t depth, std::vector<RelationStep> steps, size_t entities) {
  Store* const store = FilledStore();
  if (store == nullptr) return state.SkipWithError("cannot fill the store");
  const auto reader = store->Snapshot();
  std::vector<double> times;
  int64_t number = 0;
  for ([[maybe_unused]] auto step : state) {
    number = (number + 7919) % starts;
    const NeighbourhoodQuery query = QueryFrom(start(number), depth, steps);
    const absl::Time begin = absl::Now();
    const auto found = FindNeighbourhood(**reader, query);
    times.push_back(absl::ToDoubleMicroseconds(absl::Now() - begin));
    if (!found.ok() || found->entities.size() != entities) {
      return state.SkipWithError("not what was to be found");
    }
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["p50_us"] = Median(times);
}

void HouseholdOfPerson(benchmark::State& state) {
  Run(state, Person, kHouseholds * kPeople, 2, {{"member_of"}}, 2 + 4);
}
// By any relation: its people, their contracts and what they know.
void HouseholdByAnyRelation(benchmark::State& state) {
  Run(state, Household, kHouseholds, 1, {{}}, 6);
}
void UsersOfOrganisation(benchmark::State& state) {
  Run(state, Organisation, kOrganisations, 2,
      {{"held_by", Direction::kIncoming}, {"uses", Direction::kIncoming}},
      1 + kContracts * (1 + kUsers));
}
void ThousandOutgoing(benchmark::State& state) {
  Run(
      state,
      [](int64_t) {
        return EntityId{"person", "k"};
      },
      1, 1, {{}}, 1001);
}
void ThousandIncoming(benchmark::State& state) {
  Run(
      state,
      [](int64_t) {
        return EntityId{"person", "known"};
      },
      1, 1, {{}}, 1001);
}
// A million edges, of which the limit lets a thousand be followed.
void HubOfAMillion(benchmark::State& state) {
  Run(
      state,
      [](int64_t) {
        return EntityId{"person", "hub"};
      },
      1, 1, {{}}, 1001);
}

void PathBetweenUsers(benchmark::State& state) {
  Store* const store = FilledStore();
  if (store == nullptr) return state.SkipWithError("cannot fill the store");
  const auto reader = store->Snapshot();
  std::vector<double> times;
  int64_t number = 0;
  for ([[maybe_unused]] auto step : state) {
    number = (number + 7919) % (kContracts * kUsers);
    PathsQuery query;
    // Of two contracts of one organisation.
    query.from = Person(number * kOrganisations);
    query.to = Person((number * kOrganisations + kOrganisations * kUsers) %
                      (kOrganisations * kContracts * kUsers));
    query.view = QueryFrom(query.from, 1, {{"uses"}, {"held_by"}}).view;
    query.length = 10;
    query.paths = 10;
    const absl::Time begin = absl::Now();
    const auto found = FindPaths(**reader, query);
    times.push_back(absl::ToDoubleMicroseconds(absl::Now() - begin));
    if (!found.ok() || found->paths.size() != 1) {
      return state.SkipWithError("not what was to be found");
    }
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["p50_us"] = Median(times);
}

// Relations a second into an empty store.
void Write(benchmark::State& state, Cardinality cardinality) {
  const TemporaryDirectory directory;
  const std::unique_ptr<SqliteStore> store = OpenStore(directory);
  if (store == nullptr) return state.SkipWithError("cannot open the store");
  Writer writer(store.get(), cardinality);
  int64_t next = 0;
  for ([[maybe_unused]] auto step : state) {
    for (int i = 0; i < 10'000; ++i, ++next) {
      writer.Add(Person(next), "member_of", Household(next / kPeople));
    }
    if (!writer.Flush()) return state.SkipWithError("the write was refused");
  }
  state.SetItemsProcessed(next);
}
void WriteWithoutRule(benchmark::State& state) {
  Write(state, Cardinality::kManyToMany);
}
void WriteManyToOne(benchmark::State& state) {
  Write(state, Cardinality::kManyToOne);
}

BENCHMARK(HouseholdOfPerson)->Unit(benchmark::kMicrosecond);
BENCHMARK(HouseholdByAnyRelation)->Unit(benchmark::kMicrosecond);
BENCHMARK(UsersOfOrganisation)->Unit(benchmark::kMillisecond);
BENCHMARK(ThousandOutgoing)->Unit(benchmark::kMillisecond);
BENCHMARK(ThousandIncoming)->Unit(benchmark::kMillisecond);
BENCHMARK(HubOfAMillion)->Unit(benchmark::kMillisecond);
BENCHMARK(PathBetweenUsers)->Unit(benchmark::kMicrosecond);
BENCHMARK(WriteWithoutRule)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(WriteManyToOne)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace concordat

BENCHMARK_MAIN();
