// Goal: compaction removes what nobody can see any more, and nothing else:
// every read at the revision or later gives what it gave before, however the
// history came about and wherever a crash interrupts it.
#include "consistency/compaction.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/rows.h"
#include "graph/cursors.h"
#include "graph/failpoints.h"
#include "graph/graph_reader.h"
#include "graph/graph_writer.h"
#include "graph/identity.h"
#include "graph/key.h"
#include "graph/memory_store.h"
#include "graph/rows.h"
#include "graph/timeline.h"
#include "gtest/gtest.h"
#include "tests/conformance/rows.h"
#include "tests/consistency/test_vocabulary.h"
#include "tests/consistency/world.h"

namespace concordat {
namespace {

constexpr int kCommits = 60;
const char* const kAttributes[] = {"tier", "visits", "nickname"};
const char* const kSources[] = {"", "crm", "erp"};

std::string Text(const FactRecord& fact) {
  return absl::StrCat(fact.attribute, "=", fact.value.value_or("none"), " ",
                      ToStoredMicros(fact.valid.from), " ",
                      ToStoredMicros(fact.valid.to), " ", fact.recorded.source,
                      " @", fact.recorded.revision.number(), ".",
                      fact.recorded.ordinal);
}
std::string Text(const RelationRecord& edge) {
  return absl::StrCat(edge.from.id, " ", edge.relation, " ", edge.to.id, " ",
                      ToStoredMicros(edge.valid.from), " ",
                      ToStoredMicros(edge.valid.to), " ", edge.recorded.source,
                      " @", edge.recorded.revision.number());
}
std::string Text(const LinkRecord& link) {
  return absl::StrCat(link.channel, ":", link.subject, " ", link.entity.id,
                      " @", link.recorded.revision.number());
}
std::string Text(const EntityId& entity) { return entity.id; }

// A store whose history is random: few entities, attributes, starts and ids, so
// that most of what is recorded replaces or takes back something.
class History {
 public:
  explicit History(uint64_t seed) : random_(seed) {
    FillTestVocabulary(vocabulary_);
    for (int i = 0; i < kCommits; ++i) Commit();
  }

  MemoryStore& store() { return store_; }
  Revision head() const { return head_; }
  std::mt19937_64& random() { return random_; }

  void Commit() {
    WriteBatch batch;
    batch.request_id = absl::StrCat("r", head_.Next().number());
    const uint64_t changes = 1 + Below(random_, 5);
    for (uint64_t i = 0; i < changes; ++i) batch.changes.push_back(AnyChange());
    const CommitStamp stamp{.revision = head_.Next(),
                            .at = Noon() + absl::Hours(head_.number())};
    const absl::Status written =
        store_.Write([&](Transaction& tx) -> absl::Status {
          CONCORDAT_RETURN_IF_ERROR(
              RecordBatch(tx, vocabulary_.schema, batch, stamp).status());
          return rows::PutHead(tx, stamp.revision);
        });
    ASSERT_TRUE(written.ok()) << written;
    head_ = stamp.revision;
  }

  // Every answer at a revision.
  std::vector<std::string> AnswersAt(const Reader& reader, Revision at) {
    std::vector<std::string> all;
    const GraphReader graph(reader, at);
    for (const EntityId& entity : Entities()) {
      for (const char* attribute : kAttributes) {
        const Timeline timeline(*graph.FactsOf(entity, attribute));
        for (const FactRecord& fact : timeline.facts()) {
          all.push_back(absl::StrCat(entity.id, " fact ", Text(fact)));
        }
        for (const TimelineSpan& span : timeline.spans()) {
          all.push_back(absl::StrCat(
              entity.id, " span ", ToStoredMicros(span.valid.from), " ",
              ToStoredMicros(span.valid.to), " ", Text(timeline.FactOf(span))));
        }
      }
      Add(*graph.RelationsOf(entity), all);
      Add(*graph.LinksOf(entity), all);
      all.push_back(absl::StrCat(entity.id, " last ",
                                 graph.LastChange(entity)->number()));
    }
    for (const char* subject : {"1", "2"}) {
      for (int day = -1; day < 6; ++day) {
        const auto entity =
            *graph.ResolveLink("web", subject, Noon() + absl::Hours(24) * day);
        all.push_back(absl::StrCat(subject, " at ", day, " names ",
                                   entity.has_value() ? entity->id : "nobody"));
      }
    }
    Add(graph.ListEntities("customer", "", 1000)->items, all);
    Add(graph.ListFacts("", "", 1000)->items, all);
    Add(graph.ListRelations("", 1000)->items, all);
    Add(graph.ListLinks("", "", 1000)->items, all);
    return all;
  }

 private:
  template <typename T>
  static void Add(const std::vector<T>& items, std::vector<std::string>& all) {
    for (const T& item : items) all.push_back(Text(item));
    all.push_back("--");
  }

  static std::vector<EntityId> Entities() {
    return {{"customer", "a"}, {"customer", "b"}, {"customer", "c"}};
  }

  EntityId AnyEntity() { return Entities()[Below(random_, 3)]; }
  ValidTime AnyTime() {
    ValidTime valid;
    const uint64_t day = Below(random_, 3);
    if (day > 0) valid.from = Noon() + absl::Hours(24) * day;
    if (Below(random_, 3) == 0) {
      valid.to = Noon() + absl::Hours(24) * (day + 1 + Below(random_, 3));
    }
    return valid;
  }

  Change AnyChange() {
    Change change;
    switch (Below(random_, 6)) {
      case 0: {
        RelationRecord edge;
        edge.from = AnyEntity();
        edge.relation = Below(random_, 2) == 0 ? "knows" : "pays";
        edge.to = AnyEntity();
        edge.valid = AnyTime();
        edge.retraction = Below(random_, 4) == 0;
        change = edge;
        break;
      }
      case 1: {
        LinkRecord link =
            MakeLink("web", absl::StrCat(1 + Below(random_, 2)), AnyEntity());
        link.valid = AnyTime();
        link.retraction = Below(random_, 4) == 0;
        change = link;
        break;
      }
      default: {
        FactRecord fact =
            MakeFact(kAttributes[Below(random_, 3)],
                     absl::StrCat(Below(random_, 100)), AnyTime(), AnyEntity());
        fact.retraction = Below(random_, 5) == 0;
        fact.one_source = fact.retraction && Below(random_, 2) == 0;
        if (fact.retraction) fact.value.reset();
        change = fact;
      }
    }
    std::visit(
        [&](auto& record) {
          record.recorded.source = kSources[Below(random_, 3)];
        },
        change);
    return change;
  }

  std::mt19937_64 random_;
  Vocabulary vocabulary_;
  MemoryStore store_;
  Revision head_;
};

uint64_t RowsIn(const Reader& reader, Space space) {
  uint64_t count = 0;
  EXPECT_TRUE(reader
                  .Scan(space, "", "",
                        [&](absl::string_view, absl::string_view) {
                          ++count;
                          return true;
                        })
                  .ok());
  return count;
}

// Compacts in steps of a few rows; now and then the process dies in one, and
// the next takes up what the store says.
void CompactTo(History& history, Revision before, absl::Time now) {
  CompactionProgress progress;
  ASSERT_TRUE(history.store()
                  .Write([&](Transaction& tx) -> absl::Status {
                    CONCORDAT_ASSIGN_OR_RETURN(progress,
                                               BeginCompaction(tx, before));
                    return absl::OkStatus();
                  })
                  .ok());
  while (!progress.done) {
    const bool dies = Below(history.random(), 4) == 0;
    const absl::Status status =
        history.store().Write([&](Transaction& tx) -> absl::Status {
          CONCORDAT_RETURN_IF_ERROR(StepCompaction(tx, now, 7, progress));
          return dies ? absl::AbortedError("killed") : absl::OkStatus();
        });
    if (!dies) {
      ASSERT_TRUE(status.ok()) << status;
      continue;
    }
    const auto found = FindCompaction(**history.store().Snapshot());
    ASSERT_TRUE(found.ok()) << found.status();
    ASSERT_TRUE(found->has_value());
    progress = **found;
  }
}

class CompactionTest : public testing::TestWithParam<int> {
 protected:
  History history_{TestSeed(20'260'310) + static_cast<uint64_t>(GetParam())};
};

INSTANTIATE_TEST_SUITE_P(Histories, CompactionTest, testing::Range(0, 25));

TEST_P(CompactionTest, EveryReadAtTheRevisionOrLaterStaysAsItWas) {
  const std::unique_ptr<Reader> original = *history_.store().Snapshot();
  const Revision before(1 + Below(history_.random(), kCommits));
  CompactTo(history_, before, absl::InfiniteFuture());
  const std::unique_ptr<Reader> compacted = *history_.store().Snapshot();
  for (uint64_t at = before.number(); at <= history_.head().number(); ++at) {
    SCOPED_TRACE(
        absl::StrCat("compacted to ", before.number(), ", read at ", at));
    ASSERT_EQ(history_.AnswersAt(*compacted, Revision(at)),
              history_.AnswersAt(*original, Revision(at)));
  }
  EXPECT_EQ(*rows::ReadOldest(*compacted), before);
  EXPECT_EQ(*rows::ReadLogStart(*compacted), before);
  EXPECT_FALSE(FindCompaction(*compacted)->has_value());
  const uint64_t left = history_.head().number() - before.number();
  for (const Space space : {rows::kCommits, rows::kChanges, rows::kRequests}) {
    EXPECT_EQ(RowsIn(*compacted, space), left) << space.name;
  }
}

TEST_P(CompactionTest, AStepThatFailsAnywhereIsTakenAgain) {
  const std::unique_ptr<Reader> original = *history_.store().Snapshot();
  CompactionProgress progress;
  const auto write = [&](auto work) { return history_.store().Write(work); };
  ASSERT_TRUE(write([&](Transaction& tx) -> absl::Status {
                CONCORDAT_ASSIGN_OR_RETURN(progress,
                                           BeginCompaction(tx, Revision(40)));
                return absl::OkStatus();
              }).ok());
  const auto step = [&] {
    return write([&](Transaction& tx) {
      return StepCompaction(tx, absl::InfiniteFuture(), 9, progress);
    });
  };
  for (const Failpoint point :
       {Failpoint::kCompactionPageBegin, Failpoint::kCompactionPageEnd,
        Failpoint::kCompactionBeforeMark}) {
    ASSERT_TRUE(ArmFailpoint(point, FailpointAction::kError).ok());
    EXPECT_FALSE(step().ok());
    DisarmFailpoints();
    EXPECT_TRUE(step().ok());
  }
  while (!progress.done) ASSERT_TRUE(step().ok());
  const std::unique_ptr<Reader> compacted = *history_.store().Snapshot();
  EXPECT_EQ(history_.AnswersAt(*compacted, Revision(40)),
            history_.AnswersAt(*original, Revision(40)));
}

TEST_P(CompactionTest, OfEachThingOneVersionIsLeft) {
  CompactTo(history_, history_.head(), absl::InfiniteFuture());
  const std::unique_ptr<Reader> reader = *history_.store().Snapshot();
  // 3 entities with 3 attributes, 3 starts and 3 sources, and what took one
  // back: nothing that grows with the history.
  uint64_t records = 0;
  ASSERT_TRUE(reader
                  ->Scan(rows::kFacts, "", "",
                         [&](absl::string_view key, absl::string_view value) {
                           records += rows::ParseFacts(key, value)->size();
                           return true;
                         })
                  .ok());
  EXPECT_LE(records, 3u * 3 * 3 * 3);
  EXPECT_LE(RowsIn(*reader, rows::kLinks), 2u * 3 * 3 * 3 * 2);
}

TEST_P(CompactionTest, ASurveyCountsWhatGoes) {
  CompactionProgress survey{
      .before = Revision(1 + Below(history_.random(), kCommits))};
  const std::unique_ptr<Reader> reader = *history_.store().Snapshot();
  while (!survey.done) {
    ASSERT_TRUE(
        SurveyCompaction(*reader, absl::InfiniteFuture(), 11, survey).ok());
  }
  CompactionProgress real;
  ASSERT_TRUE(history_.store()
                  .Write([&](Transaction& tx) -> absl::Status {
                    CONCORDAT_ASSIGN_OR_RETURN(
                        real, BeginCompaction(tx, survey.before));
                    while (!real.done) {
                      CONCORDAT_RETURN_IF_ERROR(
                          StepCompaction(tx, absl::InfiniteFuture(), 5, real));
                    }
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(survey.records_removed, real.records_removed);
  EXPECT_EQ(survey.rows_removed, real.rows_removed);
  EXPECT_EQ(survey.rows_seen, real.rows_seen);
}

TEST(CompactionTimeTest, RequestsAreRememberedForTwoDays) {
  History history(1);  // a commit an hour
  CompactTo(history, history.head(), Noon() + absl::Hours(kCommits - 1));
  const std::unique_ptr<Reader> reader = *history.store().Snapshot();
  std::vector<rows::RequestRecord> requests;
  EXPECT_EQ(RowsIn(*reader, rows::kRequests), 49u);
  EXPECT_EQ(RowsIn(*reader, rows::kChanges), 0u);
  // With when they were committed, which a retry is told.
  ASSERT_TRUE(reader
                  ->Scan(rows::kRequests, "", "",
                         [&](absl::string_view, absl::string_view row) {
                           requests.push_back(*rows::ParseRequest(row));
                           return true;
                         })
                  .ok());
  for (const rows::RequestRecord& request : requests) {
    EXPECT_TRUE(rows::GetCommit(*reader, request.revision)->has_value());
  }
  // None of it stays for ever: the next compaction takes both.
  history.Commit();
  CompactTo(history, history.head(), Noon() + absl::Hours(kCommits + 48 + 24));
  const std::unique_ptr<Reader> later = *history.store().Snapshot();
  EXPECT_EQ(RowsIn(*later, rows::kRequests), 0u);
  EXPECT_EQ(RowsIn(*later, rows::kCommits), 1u);
}

TEST(CompactionTimeTest, AnIdThatWasUsedAgainIsThatOfTheNewerCommit) {
  History history(3);
  ASSERT_TRUE(history.store()
                  .Write([](Transaction& tx) {
                    return rows::PutRequest(tx, "r5", {Revision(50), "print"});
                  })
                  .ok());
  CompactTo(history, Revision(40), absl::InfiniteFuture());
  const std::unique_ptr<Reader> reader = *history.store().Snapshot();
  EXPECT_TRUE(rows::GetRequest(*reader, "r5")->has_value());
  EXPECT_FALSE(rows::GetRequest(*reader, "r6")->has_value());
}

TEST(CompactionTimeTest, ACursorThatWasPutMeanwhileIsRespected) {
  History history(4);
  CompactionProgress progress;
  ASSERT_TRUE(history.store()
                  .Write([&](Transaction& tx) -> absl::Status {
                    CONCORDAT_RETURN_IF_ERROR(PutCursor(
                        tx, {.name = "late", .revision = Revision(30)}));
                    CONCORDAT_RETURN_IF_ERROR(PutCursor(
                        tx, {.name = "later", .revision = Revision(35)}));
                    CONCORDAT_ASSIGN_OR_RETURN(
                        progress, BeginCompaction(tx, Revision(40)));
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(progress.before, Revision(30));
  EXPECT_EQ(progress.held_back_by, "late");
  EXPECT_EQ(*rows::ReadOldest(**history.store().Snapshot()), Revision(30));
}

TEST(CompactionTimeTest, TheRevisionOfATimeIsTheLastOneBefore) {
  History history(1);
  const std::unique_ptr<Reader> reader = *history.store().Snapshot();
  EXPECT_EQ(RevisionAt(*reader, Noon() - absl::Hours(1))->number(), 0u);
  EXPECT_EQ(RevisionAt(*reader, Noon())->number(), 1u);
  EXPECT_EQ(RevisionAt(*reader, Noon() + absl::Minutes(150))->number(), 3u);
  EXPECT_EQ(RevisionAt(*reader, absl::InfiniteFuture())->number(),
            history.head().number());
}

TEST(CompactionTimeTest, ASecondOneGoesOnFromTheFirst) {
  History history(2);
  CompactTo(history, Revision(20), absl::InfiniteFuture());
  CompactionProgress again;
  ASSERT_TRUE(history.store()
                  .Write([&](Transaction& tx) -> absl::Status {
                    CONCORDAT_ASSIGN_OR_RETURN(
                        again, BeginCompaction(tx, Revision(9)));
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_TRUE(again.done);
  EXPECT_EQ(again.before, Revision(20));
  CompactTo(history, Revision(40), absl::InfiniteFuture());
  EXPECT_EQ(*rows::ReadOldest(**history.store().Snapshot()), Revision(40));
}

// What holds of Ada's tier, of all ids that are one entity with her.
std::string TierAt(World& world, absl::Time at) {
  const std::unique_ptr<Reader> reader = *world.store().Snapshot();
  const Identity identity(*reader, Revision::Latest());
  const Timeline timeline(*identity.AsOneEntity(
      *identity.FactsOf(*identity.ClusterOf(kAda), "tier")));
  const TimelineSpan* span = timeline.At(at);
  return span == nullptr ? "nothing" : *timeline.FactOf(*span).value;
}

TEST(CompactionIdentityTest, WhatWasTakenBackUnderAnotherIdStaysSo) {
  World world;
  MergeRecord merge;
  merge.duplicate = kBob;
  merge.survivor = kAda;
  FactRecord bronze = MakeFact("tier", "bronze", {.from = Noon()}, kBob);
  bronze.recorded.source = "erp";
  world.Write({MakeFact("visits", "1")});
  world.Write({bronze});
  world.Write({merge});
  world.Write({MakeRetraction("tier", Noon())});
  // Of the same start and source as the retraction, which it replaces.
  world.Write({MakeFact("tier", "gold", {Noon(), Noon() + absl::Hours(24)})});
  const absl::Time later = Noon() + absl::Hours(48);
  ASSERT_EQ(TierAt(world, later), "nothing");
  ASSERT_TRUE(world.store()
                  .Write([&](Transaction& tx) -> absl::Status {
                    CONCORDAT_ASSIGN_OR_RETURN(
                        CompactionProgress progress,
                        BeginCompaction(tx, world.head()));
                    while (!progress.done) {
                      CONCORDAT_RETURN_IF_ERROR(StepCompaction(
                          tx, absl::InfiniteFuture(), 100, progress));
                    }
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(TierAt(world, Noon()), "gold");
  EXPECT_EQ(TierAt(world, later), "nothing");
}

}  // namespace
}  // namespace concordat
