// Random runs of every operation against a std::map.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/memory_store.h"
#include "graph/store.h"
#include "tests/conformance/backends.h"
#include "tests/conformance/rows.h"

namespace concordat {
namespace {

using SpaceModel = std::map<std::string, std::string>;
using Model = std::array<SpaceModel, std::size(kTestSpaces)>;

Rows ModelScan(const SpaceModel& model, const std::string& begin,
               const std::string& end) {
  Rows rows;
  for (auto row = model.lower_bound(begin);
       row != model.end() && (end.empty() || row->first < end); ++row) {
    rows.emplace_back(row->first, row->second);
  }
  return rows;
}

// Few distinct keys, so that operations meet; all byte values, so that order
// is tested.
std::string RandomKey(std::mt19937_64& random) {
  std::string key;
  const uint64_t size = Below(random, 4);
  for (uint64_t i = 0; i < size; ++i) {
    key.push_back("\x00\x01z\x7f\x80\xff"[Below(random, 6)]);
  }
  return key;
}

std::string RandomValue(std::mt19937_64& random) {
  // Mostly small, at times larger than a page of any engine.
  const uint64_t size =
      Below(random, 20) == 0 ? Below(random, 40'000) : Below(random, 50);
  return std::string(size, static_cast<char>(Below(random, 256)));
}

void ExpectSame(const Reader& reader, const Model& model,
                std::mt19937_64& random) {
  for (size_t i = 0; i < model.size(); ++i) {
    const std::string key = RandomKey(random);
    const auto row = model[i].find(key);
    const std::optional<std::string> value =
        GetRow(reader, kTestSpaces[i], key);
    ASSERT_EQ(value.has_value(), row != model[i].end());
    if (value.has_value()) {
      ASSERT_TRUE(*value == row->second);
    }
    const std::string begin = RandomKey(random);
    const std::string end = RandomKey(random);
    ASSERT_TRUE(ScanRows(reader, kTestSpaces[i], begin, end) ==
                ModelScan(model[i], begin, end));
    ASSERT_TRUE(ScanRows(reader, kTestSpaces[i]) ==
                ModelScan(model[i], "", ""));
  }
}

// Applies random operations to both and compares on the way.
absl::Status RandomWrite(Transaction& transaction, Model& model,
                         std::mt19937_64& random) {
  const uint64_t operations = Below(random, 30);
  for (uint64_t i = 0; i < operations; ++i) {
    const size_t space = Below(random, model.size());
    const std::string key = RandomKey(random);
    if (Below(random, 3) == 0) {
      CONCORDAT_RETURN_IF_ERROR(transaction.Delete(kTestSpaces[space], key));
      model[space].erase(key);
    } else {
      const std::string value = RandomValue(random);
      CONCORDAT_RETURN_IF_ERROR(
          transaction.Put(kTestSpaces[space], key, value));
      model[space][key] = value;
    }
  }
  ExpectSame(transaction, model, random);
  return Below(random, 4) == 0 ? absl::AbortedError("now and then")
                               : absl::OkStatus();
}

class StoreModelTest : public StoreTest {};
CONCORDAT_ON_EVERY_BACKEND(StoreModelTest);

TEST_P(StoreModelTest, RandomRunMatchesAMap) {
  const uint64_t seed = TestSeed(20'240'601);
  SCOPED_TRACE(absl::StrCat("CONCORDAT_TEST_SEED=", seed));
  std::mt19937_64 random(seed);
  Model model;
  std::vector<std::pair<std::unique_ptr<Reader>, Model>> snapshots;
  for (int step = 0; step < 250; ++step) {
    SCOPED_TRACE(absl::StrCat("step ", step));
    Model changed = model;
    const absl::Status status = store().Write([&](Transaction& transaction) {
      return RandomWrite(transaction, changed, random);
    });
    if (HasFatalFailure()) return;
    if (status.ok()) {
      model = std::move(changed);
    } else {
      ASSERT_TRUE(absl::IsAborted(status)) << status;
    }
    if (Below(random, 5) == 0) {
      if (snapshots.size() > 5) snapshots.erase(snapshots.begin());
      snapshots.emplace_back(Snapshot(), model);
    }
    for (const auto& [reader, state] : snapshots) {
      ExpectSame(*reader, state, random);
      if (HasFatalFailure()) return;
    }
    if (GetParam().reopens && Below(random, 10) == 0) {
      snapshots.clear();
      Reopen();
    }
    ExpectSame(*Snapshot(), model, random);
    if (HasFatalFailure()) return;
  }
}

// The specification beside the engine: after each step both give the same, at
// head, in every snapshot that is still held, however old, and after reopening.

struct HeldPair {
  std::unique_ptr<Reader> specified;
  std::unique_ptr<Reader> engine;
};

void ExpectAlike(const Reader& specified, const Reader& engine,
                 std::mt19937_64& random) {
  for (const Space& space : kTestSpaces) {
    const std::string key = RandomKey(random);
    ASSERT_TRUE(GetRow(specified, space, key) == GetRow(engine, space, key));
    const std::string begin = RandomKey(random);
    const std::string end = RandomKey(random);
    ASSERT_TRUE(ScanRows(specified, space, begin, end) ==
                ScanRows(engine, space, begin, end));
    ASSERT_TRUE(ScanRows(specified, space) == ScanRows(engine, space));
  }
}

// The same random operations, by their seed.
absl::Status RandomChanges(Transaction& transaction, uint64_t seed) {
  std::mt19937_64 random(seed);
  const uint64_t operations = 1 + Below(random, 40);
  for (uint64_t i = 0; i < operations; ++i) {
    const Space space = kTestSpaces[Below(random, std::size(kTestSpaces))];
    const std::string key = RandomKey(random);
    if (Below(random, 3) == 0) {
      CONCORDAT_RETURN_IF_ERROR(transaction.Delete(space, key));
    } else {
      CONCORDAT_RETURN_IF_ERROR(
          transaction.Put(space, key, RandomValue(random)));
    }
  }
  return Below(random, 5) == 0 ? absl::AbortedError("now and then")
                               : absl::OkStatus();
}

TEST_P(StoreModelTest, RandomRunMatchesTheMemoryStore) {
  const uint64_t seed = TestSeed(7);
  SCOPED_TRACE(absl::StrCat("CONCORDAT_TEST_SEED=", seed));
  std::mt19937_64 random(seed);
  MemoryStore specification;
  const auto take = [&] {
    return HeldPair{*specification.Snapshot(), Snapshot()};
  };
  std::vector<HeldPair> held;
  for (int step = 0; step < 300; ++step) {
    SCOPED_TRACE(absl::StrCat("step ", step));
    const uint64_t changes = random();
    const auto work = [&](Transaction& transaction) {
      return RandomChanges(transaction, changes);
    };
    ASSERT_EQ(store().Write(work), specification.Write(work));
    // Some are held for a few commits, some nearly for the whole run.
    if (held.size() < 12 && Below(random, 4) == 0) held.push_back(take());
    if (!held.empty() && Below(random, 10) == 0) {
      held.erase(held.begin() +
                 static_cast<int64_t>(Below(random, held.size())));
    }
    if (GetParam().reopens && Below(random, 25) == 0) {
      held.clear();
      Reopen();
    }
    const HeldPair now = take();
    ExpectAlike(*now.specified, *now.engine, random);
    if (!held.empty()) {
      const HeldPair& old = held[Below(random, held.size())];
      ExpectAlike(*old.specified, *old.engine, random);
    }
    if (HasFatalFailure()) return;
  }
  for (const HeldPair& old : held) {
    ExpectAlike(*old.specified, *old.engine, random);
  }
}

}  // namespace
}  // namespace concordat
