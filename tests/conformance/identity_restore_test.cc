// Goal: merges move nothing. Whatever is merged, written and split, at every
// revision each entity reads as its ids would have read without any merge, put
// together; and once all is split, exactly as if nothing had been merged.
// Method: random writes to two stores, of which only one is told of merges and
// splits; every revision of the one is held against the other, with who is one
// entity computed naively. In memory and in SQLite, opened again in between.
// CONCORDAT_TEST_SEED repeats a run.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/rows.h"
#include "graph/graph_writer.h"
#include "graph/identity.h"
#include "graph/memory_store.h"
#include "graph/rows.h"
#include "graph/timeline.h"
#include "graph/validation.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/graph/graph_fixture.h"

namespace concordat {
namespace {

constexpr int kIds = 6;
constexpr int kSteps = 40;

EntityId IdOf(uint64_t number) {
  return {"customer", absl::StrCat("c", number)};
}

// Who is merged into whom at each revision.
using MergedInto = std::map<EntityId, EntityId>;

EntityId CanonicalOf(const MergedInto& merges, EntityId id) {
  for (auto next = merges.find(id); next != merges.end();
       next = merges.find(id)) {
    id = next->second;
  }
  return id;
}

std::string Text(const Provenance& recorded) {
  return absl::StrCat(recorded.revision.number(), ".", recorded.ordinal, " ",
                      recorded.source);
}
std::string Text(const FactRecord& fact) {
  return absl::StrCat(
      fact.entity.id, " ", fact.attribute, "=", fact.value.value_or("none"),
      fact.retraction ? " retracted " : " ",
      absl::ToUnixMicros(fact.valid.from), " ", Text(fact.recorded));
}
std::string Text(const LinkRecord& link) {
  return absl::StrCat(link.channel, ":", link.subject, " ", link.entity.id, " ",
                      Text(link.recorded));
}
std::string Text(const RelationRecord& relation) {
  return absl::StrCat(relation.from.id, " ", relation.relation, " ",
                      relation.to.id, " ", Text(relation.recorded));
}

template <typename Record>
std::multiset<std::string> Texts(const std::vector<Record>& records) {
  std::multiset<std::string> texts;
  for (const Record& record : records) texts.insert(Text(record));
  return texts;
}

// A store that only some of the changes are written to, at given revisions.
class Graph {
 public:
  explicit Graph(bool on_disk) : on_disk_(on_disk) {
    FillTestSchema(schema_);
    Reopen();
  }

  void Reopen() {
    if (!on_disk_) {
      if (store_ == nullptr) store_ = std::make_unique<MemoryStore>();
      return;
    }
    store_.reset();
    SqliteOptions options;
    options.directory = directory_.Sub("store");
    const std::vector<Space> spaces = rows::AllSpaces();
    options.spaces = spaces;
    auto opened = SqliteStore::Open(options);
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
  }

  // Whether it was recorded; refusals of brakes are left to the caller.
  bool Write(const std::vector<Change>& changes, Revision at) {
    WriteBatch batch;
    batch.changes = changes;
    const absl::Status valid = ValidateBatch(schema_, batch);
    EXPECT_TRUE(valid.ok()) << valid;
    return store_
        ->Write([&](Transaction& tx) {
          return RecordBatch(tx, schema_, batch, {at, Day(1, 1)}).status();
        })
        .ok();
  }

  std::unique_ptr<Reader> Snapshot() { return *store_->Snapshot(); }

 private:
  const bool on_disk_;
  Schema schema_;
  TemporaryDirectory directory_;
  std::unique_ptr<Store> store_;
};

class RandomRun {
 public:
  RandomRun(uint64_t seed, bool on_disk)
      : random_(seed), merged_(on_disk), plain_(on_disk) {}

  void Go() {
    for (uint64_t i = 0; i < kIds; ++i) {
      WriteBoth({MakeFact(IdOf(i), "visits", absl::StrCat(i))});
    }
    for (int step = 0; step < kSteps; ++step) {
      switch (Below(6)) {
        case 0:
          Merge();
          break;
        case 1:
          Split();
          break;
        default:
          WriteBoth(RandomChanges());
      }
    }
    while (!merges_.empty()) Split();
    WriteBoth(RandomChanges());
    merged_.Reopen();
    plain_.Reopen();
    for (const auto& [revision, merges] : by_revision_) {
      SCOPED_TRACE(absl::StrCat("revision ", revision.number()));
      Compare(revision, merges);
      if (testing::Test::HasFailure()) return;
    }
  }

  int merges() const { return merge_count_; }

 private:
  uint64_t Below(uint64_t end) { return random_() % end; }
  EntityId AnyId() { return IdOf(Below(kIds)); }

  std::vector<Change> RandomChanges() {
    std::vector<Change> changes;
    for (uint64_t left = 1 + Below(3); left > 0; --left) {
      const absl::Time from = Below(2) == 0
                                  ? absl::InfinitePast()
                                  : Day(1, static_cast<int>(1 + Below(4)));
      switch (Below(6)) {
        case 0:
          changes.push_back(MakeRetraction(AnyId(), "visits", from));
          break;
        case 1:
          changes.push_back(
              MakeLink("web", absl::StrCat("w", Below(4)), AnyId()));
          break;
        case 2: {
          RelationRecord knows = MakeRelation(AnyId(), "knows", AnyId());
          knows.retraction = Below(3) == 0;
          changes.push_back(knows);
          break;
        }
        case 3:
          changes.push_back(
              MakeFact(AnyId(), "email", absl::StrCat(Below(3), "@x.org")));
          break;
        default:
          changes.push_back(MakeFact(AnyId(), "visits",
                                     absl::StrCat(Below(100)), {.from = from}));
      }
    }
    return changes;
  }

  void WriteBoth(const std::vector<Change>& changes) {
    head_ = head_.Next();
    EXPECT_TRUE(merged_.Write(changes, head_));
    EXPECT_TRUE(plain_.Write(changes, head_));
    by_revision_[head_] = merges_;
  }

  void Merge() {
    const EntityId duplicate = AnyId();
    const EntityId survivor = AnyId();
    const bool allowed = duplicate != survivor &&
                         !merges_.contains(duplicate) &&
                         CanonicalOf(merges_, survivor) != duplicate;
    if (duplicate == survivor) return;
    head_ = head_.Next();
    const bool restated =
        merges_.contains(duplicate) && merges_[duplicate] == survivor;
    EXPECT_EQ(merged_.Write({MakeMerge(duplicate, survivor)}, head_),
              allowed || restated);
    if (allowed) {
      merges_.emplace(duplicate, survivor);
      ++merge_count_;
    }
    by_revision_[head_] = merges_;
  }

  void Split() {
    if (merges_.empty()) return;
    auto gone = merges_.begin();
    std::advance(gone, Below(merges_.size()));
    head_ = head_.Next();
    EXPECT_TRUE(merged_.Write({MakeSplit(gone->first)}, head_));
    merges_.erase(gone);
    by_revision_[head_] = merges_;
  }

  void Compare(Revision at, const MergedInto& merges) {
    const std::unique_ptr<Reader> reader = merged_.Snapshot();
    const std::unique_ptr<Reader> plain_reader = plain_.Snapshot();
    const Identity identity(*reader, at);
    const GraphReader plain(*plain_reader, at);
    for (uint64_t i = 0; i < kIds; ++i) {
      const EntityId id = IdOf(i);
      SCOPED_TRACE(id.id);
      const Cluster cluster = *identity.ClusterOf(id);
      std::vector<EntityId> members;
      for (uint64_t j = 0; j < kIds; ++j) {
        if (CanonicalOf(merges, IdOf(j)) == CanonicalOf(merges, id)) {
          members.push_back(IdOf(j));
        }
      }
      EXPECT_EQ(cluster.canonical, CanonicalOf(merges, id));
      ASSERT_EQ(cluster.members, members);
      CompareRecords(identity, cluster, plain);
      if (members.size() == 1) CompareTimelines(identity, cluster, plain);
    }
    CompareLists(identity.graph(), plain);
  }

  static void CompareRecords(const Identity& identity, const Cluster& cluster,
                             const GraphReader& plain) {
    std::multiset<std::string> facts;
    std::multiset<std::string> links;
    std::set<std::string> relations;
    for (const EntityId& member : cluster.members) {
      facts.merge(Texts(*plain.FactsOf(member)));
      links.merge(Texts(*plain.LinksOf(member)));
      for (const std::string& text : Texts(*plain.RelationsOf(member))) {
        relations.insert(text);
      }
    }
    EXPECT_EQ(Texts(*identity.FactsOf(cluster)), facts);
    EXPECT_EQ(Texts(*identity.LinksOf(cluster)), links);
    EXPECT_EQ(Texts(*identity.RelationsOf(cluster)),
              std::multiset<std::string>(relations.begin(), relations.end()));
  }

  // Of an entity that is on its own: as if nothing had ever been merged.
  static void CompareTimelines(const Identity& identity, const Cluster& cluster,
                               const GraphReader& plain) {
    const Timeline timeline(
        *identity.AsOneEntity(*identity.FactsOf(cluster, "visits")));
    const Timeline expected(*plain.FactsOf(cluster.canonical, "visits"));
    ASSERT_EQ(timeline.spans().size(), expected.spans().size());
    for (size_t i = 0; i < timeline.spans().size(); ++i) {
      EXPECT_EQ(timeline.spans()[i].valid.from, expected.spans()[i].valid.from);
      EXPECT_EQ(Text(timeline.FactOf(timeline.spans()[i])),
                Text(expected.FactOf(expected.spans()[i])));
    }
  }

  static void CompareLists(const GraphReader& merged,
                           const GraphReader& plain) {
    EXPECT_EQ(Texts(merged.ListFacts("", "", 10000)->items),
              Texts(plain.ListFacts("", "", 10000)->items));
    EXPECT_EQ(Texts(merged.ListLinks("", "", 10000)->items),
              Texts(plain.ListLinks("", "", 10000)->items));
    EXPECT_EQ(Texts(merged.ListRelations("", 10000)->items),
              Texts(plain.ListRelations("", 10000)->items));
    EXPECT_EQ(merged.ListEntities("customer", "", 10000, true)->items,
              plain.ListEntities("customer", "", 10000)->items);
  }

  std::mt19937_64 random_;
  Graph merged_;
  Graph plain_;
  Revision head_;
  MergedInto merges_;
  std::map<Revision, MergedInto> by_revision_;
  int merge_count_ = 0;
};

class IdentityRestoreTest : public testing::TestWithParam<bool> {};

TEST_P(IdentityRestoreTest, MergesMoveNothing) {
  const char* const given = std::getenv("CONCORDAT_TEST_SEED");
  const uint64_t first =
      given == nullptr ? 1 : std::strtoull(given, nullptr, 10);
  const uint64_t runs = GetParam() ? 5 : 60;
  int merges = 0;
  for (uint64_t seed = first; seed < first + runs; ++seed) {
    SCOPED_TRACE(absl::StrCat("CONCORDAT_TEST_SEED=", seed));
    RandomRun run(seed, GetParam());
    run.Go();
    merges += run.merges();
    if (HasFailure()) return;
  }
  // Else nothing was tried.
  EXPECT_GT(merges, static_cast<int>(runs));
}

INSTANTIATE_TEST_SUITE_P(Engines, IdentityRestoreTest, testing::Bool(),
                         [](const auto& test) {
                           return test.param ? "Sqlite" : "Memory";
                         });

}  // namespace
}  // namespace concordat
