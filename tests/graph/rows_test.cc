// Goal: rows give back what was put, and rows of older layouts stay readable.
// Method: older rows are written here as the builds of their time wrote them.
#include "graph/rows.h"

#include <string>
#include <vector>

#include "graph/codec.h"
#include "graph/key.h"
#include "graph/memory_store.h"
#include "graph/personal.h"
#include "gtest/gtest.h"
#include "tests/graph/graph_fixture.h"

namespace concordat {
namespace {

const EntityId kAda{"customer", "ada"};

std::string LinkKey() {
  return KeyWriter().String("web").String("w1").At(Revision(7)).Short(2).Take();
}

TEST(RowsTest, ALinkOfLayoutOneHoldsSinceEverAndForEver) {
  Encoder row;
  row.Unsigned(1).Bool(false).String("customer").String("ada");
  row.String("crm").String("ann").String("signed up").Time(Day(1, 1));
  const auto link = rows::ParseLink(LinkKey(), row.bytes());
  ASSERT_TRUE(link.ok()) << link.status();
  EXPECT_EQ(link->entity, kAda);
  EXPECT_EQ(link->valid.from, absl::InfinitePast());
  EXPECT_EQ(link->valid.to, absl::InfiniteFuture());
  EXPECT_EQ(link->recorded.reason, "signed up");
  EXPECT_EQ(link->recorded.revision, Revision(7));
  EXPECT_EQ(link->recorded.ordinal, 2u);
}

TEST(RowsTest, ALinkOfALayoutToComeIsRefused) {
  const auto link = rows::ParseLink(LinkKey(), Encoder().Unsigned(99).bytes());
  EXPECT_EQ(ReasonOf(link.status()), "STORAGE_VERSION");
}

TEST(RowsTest, ARetractionOfLayoutTwoIsOfEverySource) {
  Encoder row;
  row.Unsigned(2).String("ann").Time(Day(1, 1)).Unsigned(1);
  row.Unsigned(0).String("tier");
  row.Bool(true).OptionalString(std::nullopt);
  row.Time(Day(2, 1)).Time(absl::InfiniteFuture()).Unsigned(0);
  row.Bool(false).String("").String("wrong");
  const auto facts = rows::ParseFacts(
      KeyWriter().Entity(kAda).At(Revision(7)).bytes(), row.bytes());
  ASSERT_TRUE(facts.ok()) << facts.status();
  ASSERT_EQ(facts->size(), 1u);
  EXPECT_TRUE(facts->front().retraction);
  EXPECT_FALSE(facts->front().one_source);
}

TEST(RowsTest, ChangesOfLayoutTwoHaveLinksWithoutValidTime) {
  Encoder row;
  row.Unsigned(2).String("ann").Time(Day(1, 1)).Unsigned(1);
  row.Unsigned(2).String("web").String("w1");
  row.String("customer").String("ada").Bool(false);
  row.Bool(false).String("crm").String("signed up");
  const auto changes =
      rows::ParseChanges(KeyWriter().At(Revision(7)).bytes(), row.bytes());
  ASSERT_TRUE(changes.ok()) << changes.status();
  const auto& link = std::get<LinkRecord>(changes->front());
  EXPECT_EQ(link.entity, kAda);
  EXPECT_EQ(link.valid.to, absl::InfiniteFuture());
  EXPECT_EQ(link.recorded.source, "crm");
}

TEST(RowsTest, TheLogGivesBackWhatWasRecorded) {
  TestGraph graph;
  FactRecord back = From("erp", MakeRetraction(kAda, "tier", Day(2, 1)));
  back.one_source = true;
  RelationRecord relation =
      MakeRelation(kAda, "placed", {"order", "o1"}, {Day(1, 1), Day(2, 1)});
  relation.recorded.reason = "bought";
  const std::vector<Change> changes = {
      From("crm", MakeFact(kAda, "tier", "gold", {Day(1, 1)})), back, relation,
      During({Day(3, 1), Day(4, 1)}, MakeLink("web", "w1", kAda))};
  graph.Write(changes);
  const std::unique_ptr<Reader> reader = *graph.store().Snapshot();
  std::vector<Change> logged;
  ASSERT_TRUE(reader
                  ->Scan(rows::kChanges, "", "",
                         [&](absl::string_view key, absl::string_view value) {
                           const auto parsed = rows::ParseChanges(key, value);
                           EXPECT_TRUE(parsed.ok()) << parsed.status();
                           if (parsed.ok()) logged = *parsed;
                           return true;
                         })
                  .ok());
  ASSERT_EQ(logged.size(), 4u);
  EXPECT_EQ(std::get<FactRecord>(logged[0]).recorded.source, "crm");
  EXPECT_TRUE(std::get<FactRecord>(logged[1]).one_source);
  EXPECT_EQ(std::get<FactRecord>(logged[1]).recorded.source, "erp");
  EXPECT_EQ(std::get<RelationRecord>(logged[2]).recorded.reason, "bought");
  EXPECT_EQ(std::get<RelationRecord>(logged[2]).valid.to, Day(2, 1));
  const auto& link = std::get<LinkRecord>(logged[3]);
  EXPECT_EQ(link.valid.from, Day(3, 1));
  EXPECT_EQ(link.valid.to, Day(4, 1));
  EXPECT_EQ(link.recorded.ordinal, 3u);
}

TEST(RowsTest, ARequestsFingerprintIsAPersonalValueOfTheStore) {
  MemoryStore store;
  FailUnlessOk(store.Write([](Transaction& tx) {
    return rows::PutRequest(tx, "r1", {Revision(7), "a hash"});
  }));
  const std::unique_ptr<Reader> reader = *store.Snapshot();
  const std::string row = **reader->Get(rows::kRequests, "r1");
  const absl::StatusOr<rows::RequestRecord> read = rows::ParseRequest(row);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->revision, Revision(7));
  EXPECT_EQ(read->fingerprint, "a hash");

  PersonalRow sealed = *SplitPersonalRow(row);
  ASSERT_EQ(sealed.parts.size(), 1u);
  EXPECT_EQ(sealed.parts.front().subject, SubjectOfStore());
  sealed.parts.front().state = PartState::kSealed;
  const auto past = rows::ParseRequest(JoinPersonalRow(sealed));
  ASSERT_TRUE(past.ok()) << past.status();
  EXPECT_EQ(past->revision, Revision(7));
  EXPECT_EQ(past->fingerprint, "");
  EXPECT_FALSE(past->lost);

  sealed.parts.front().state = PartState::kErased;
  const auto without_key = rows::ParseRequest(JoinPersonalRow(sealed));
  ASSERT_TRUE(without_key.ok()) << without_key.status();
  EXPECT_TRUE(without_key->lost);

  Encoder older;
  older.Unsigned(1).Unsigned(7).String("a hash");
  const auto of_older = rows::ParseRequest(older.bytes());
  ASSERT_TRUE(of_older.ok()) << of_older.status();
  EXPECT_EQ(of_older->fingerprint, "a hash");
}

}  // namespace
}  // namespace concordat
