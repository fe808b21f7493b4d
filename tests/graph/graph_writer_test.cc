#include "graph/graph_writer.h"

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "graph/limits.h"
#include "graph/rows.h"
#include "graph/validation.h"
#include "gtest/gtest.h"
#include "tests/graph/graph_fixture.h"

namespace concordat {
namespace {

const EntityId kAda{"customer", "ada"};
const EntityId kBob{"customer", "bob"};
const EntityId kOrder{"order", "o1"};

struct RefusalCase {
  const char* name;
  // Makes a good batch bad.
  std::function<void(WriteBatch&)> spoil;
  // "REASON field", or "OK".
  std::string reason;
};
void PrintTo(const RefusalCase& test, std::ostream* out) { *out << test.name; }

class ValidateBatchTest : public testing::TestWithParam<RefusalCase> {};

// A good fact, then whatever the case adds.
TEST_P(ValidateBatchTest, NamesReasonAndField) {
  Schema schema;
  FillTestSchema(schema);
  WriteBatch batch;
  batch.changes.push_back(MakeFact(kAda, "tier", "gold"));
  GetParam().spoil(batch);
  EXPECT_EQ(ReasonOf(ValidateBatch(schema, batch)), GetParam().reason);
}

std::function<void(WriteBatch&)> Adds(Change change) {
  return [change](WriteBatch& batch) { batch.changes.push_back(change); };
}

std::function<void(WriteBatch&)> Demands(Precondition condition) {
  return [condition](WriteBatch& batch) {
    batch.preconditions.push_back(condition);
  };
}

FactRecord FactFrom(const std::string& source, const std::string& reason) {
  FactRecord fact = MakeFact(kAda, "tier", "gold");
  fact.recorded.source = source;
  fact.recorded.reason = reason;
  return fact;
}

RelationRecord RetractedRelation(RelationRecord relation) {
  relation.retraction = true;
  return relation;
}

LinkRecord RetractedLink(LinkRecord link) {
  link.retraction = true;
  return link;
}

std::string Long(int64_t bytes) { return std::string(bytes, 'x'); }

INSTANTIATE_TEST_SUITE_P(
    Facts, ValidateBatchTest,
    testing::Values(
        RefusalCase{"Good", [](WriteBatch&) {}, "OK"},
        RefusalCase{"Empty", [](WriteBatch& b) { b.changes.clear(); },
                    "INVALID_FIELD changes"},
        RefusalCase{"UnknownType", Adds(MakeFact({"person", "1"}, "tier", "x")),
                    "UNKNOWN_ENTITY_TYPE changes[1].put_fact.entity.type"},
        RefusalCase{"EmptyId", Adds(MakeFact({"customer", ""}, "tier", "gold")),
                    "INVALID_FIELD changes[1].put_fact.entity.id"},
        RefusalCase{"ControlCharacterInId",
                    Adds(MakeFact({"customer", "a\nb"}, "tier", "gold")),
                    "INVALID_FIELD changes[1].put_fact.entity.id"},
        RefusalCase{"IdIsNotUtf8",
                    Adds(MakeFact({"customer", "\xff"}, "tier", "gold")),
                    "INVALID_FIELD changes[1].put_fact.entity.id"},
        RefusalCase{"UnknownAttribute", Adds(MakeFact(kAda, "teir", "gold")),
                    "UNKNOWN_ATTRIBUTE changes[1].put_fact.attribute"},
        RefusalCase{"AttributeOfAnotherType",
                    Adds(MakeFact(kAda, "status", "sent")),
                    "UNKNOWN_ATTRIBUTE changes[1].put_fact.attribute"},
        RefusalCase{"UnreadableValue", Adds(MakeFact(kAda, "visits", "many")),
                    "UNREADABLE_VALUE changes[1].put_fact.value"},
        RefusalCase{"UnknownCode", Adds(MakeFact(kAda, "tier", "tin")),
                    "UNREADABLE_VALUE changes[1].put_fact.value"},
        RefusalCase{"KnownNone", Adds(MakeFact(kAda, "tier", std::nullopt)),
                    "OK"},
        RefusalCase{
            "Backwards",
            Adds(MakeFact(kAda, "tier", "gold", {Day(2, 2), Day(2, 1)})),
            "INVALID_FIELD changes[1].put_fact.valid_to"},
        RefusalCase{
            "NoLength",
            Adds(MakeFact(kAda, "tier", "gold", {Day(2, 1), Day(2, 1)})),
            "INVALID_FIELD changes[1].put_fact.valid_to"},
        RefusalCase{"UnknownSource", Adds(FactFrom("excel", "")),
                    "UNKNOWN_SOURCE changes[1].put_fact.source"},
        RefusalCase{"KnownSource", Adds(FactFrom("crm", "")), "OK"},
        RefusalCase{"ReasonIsNotUtf8", Adds(FactFrom("crm", "\xc3")),
                    "INVALID_FIELD changes[1].put_fact.reason"},
        RefusalCase{"RetractionOfUnknownAttribute",
                    Adds(MakeRetraction(kAda, "teir")),
                    "UNKNOWN_ATTRIBUTE changes[1].retract_fact.attribute"},
        RefusalCase{"Retraction", Adds(MakeRetraction(kAda, "tier")), "OK"}),
    [](const auto& test) { return std::string(test.param.name); });

INSTANTIATE_TEST_SUITE_P(
    RelationsAndLinks, ValidateBatchTest,
    testing::Values(
        RefusalCase{"Relation", Adds(MakeRelation(kAda, "placed", kOrder)),
                    "OK"},
        RefusalCase{"UnknownRelation", Adds(MakeRelation(kAda, "owns", kOrder)),
                    "UNKNOWN_RELATION changes[1].put_relation.relation"},
        RefusalCase{"WrongStart", Adds(MakeRelation(kOrder, "placed", kOrder)),
                    "INVALID_FIELD changes[1].put_relation.from.type"},
        RefusalCase{"WrongEnd", Adds(MakeRelation(kAda, "placed", kBob)),
                    "INVALID_FIELD changes[1].put_relation.to.type"},
        RefusalCase{"EmptyEnd",
                    Adds(MakeRelation(kAda, "placed", {"order", ""})),
                    "INVALID_FIELD changes[1].put_relation.to.id"},
        RefusalCase{
            "RelationBackwards",
            Adds(MakeRelation(kAda, "placed", kOrder, {Day(2, 2), Day(2, 1)})),
            "INVALID_FIELD changes[1].put_relation.valid_to"},
        RefusalCase{"RetractedUnknownRelation",
                    Adds(RetractedRelation(MakeRelation(kAda, "owns", kOrder))),
                    "UNKNOWN_RELATION changes[1].retract_relation.relation"},
        RefusalCase{"Link", Adds(MakeLink("web", "w1", kAda)), "OK"},
        RefusalCase{"LinkWithoutChannel", Adds(MakeLink("", "w1", kAda)),
                    "INVALID_FIELD changes[1].put_link.channel"},
        RefusalCase{"LinkWithoutSubject", Adds(MakeLink("web", "", kAda)),
                    "INVALID_FIELD changes[1].put_link.subject"},
        RefusalCase{"LinkToNobody", Adds(MakeLink("web", "w1", {})),
                    "UNKNOWN_ENTITY_TYPE changes[1].put_link.entity.type"},
        RefusalCase{"RetractedLinkNeedsNoEntity",
                    Adds(RetractedLink(MakeLink("web", "w1", {}))), "OK"}),
    [](const auto& test) { return std::string(test.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Preconditions, ValidateBatchTest,
    testing::Values(
        RefusalCase{"ValueIs", Demands(ValueIs{kAda, "tier", "gold"}), "OK"},
        RefusalCase{"ValueIsNone", Demands(ValueIs{kAda, "tier", {}}), "OK"},
        RefusalCase{"OfUnknownAttribute", Demands(ValueIs{kAda, "teir", {}}),
                    "UNKNOWN_ATTRIBUTE preconditions[0].attribute"},
        RefusalCase{"OfUnreadableValue", Demands(ValueIs{kAda, "tier", "tin"}),
                    "UNREADABLE_VALUE preconditions[0].value"},
        RefusalCase{"OfUnknownType",
                    Demands(UnchangedSince{{"person", "1"}, Revision(1)}),
                    "UNKNOWN_ENTITY_TYPE preconditions[0].entity.type"}),
    [](const auto& test) { return std::string(test.param.name); });

// Each limit at n and at n + 1.
std::vector<RefusalCase> LimitCases() {
  struct Limit {
    const char* name;
    int64_t max;
    std::function<std::function<void(WriteBatch&)>(int64_t)> of;
    const char* refusal;
  };
  const Limit limits[] = {
      {"Changes", limits::kChangesPerWriteMax,
       [](int64_t n) {
         return [n](WriteBatch& batch) {
           batch.changes.resize(n, batch.changes[0]);
         };
       },
       "LIMIT_EXCEEDED changes"},
      {"Preconditions", limits::kPreconditionsPerWriteMax,
       [](int64_t n) {
         return [n](WriteBatch& batch) {
           batch.preconditions.resize(n, ValueIs{kAda, "tier", "gold"});
         };
       },
       "LIMIT_EXCEEDED preconditions"},
      {"RequestId", limits::kIdBytesMax,
       [](int64_t n) {
         return [n](WriteBatch& batch) { batch.request_id = Long(n); };
       },
       "LIMIT_EXCEEDED request_id"},
      {"Actor", limits::kReasonBytesMax,
       [](int64_t n) {
         return [n](WriteBatch& batch) { batch.actor = Long(n); };
       },
       "LIMIT_EXCEEDED actor"},
      {"EntityId", limits::kIdBytesMax,
       [](int64_t n) {
         return Adds(MakeFact({"customer", Long(n)}, "tier", "gold"));
       },
       "LIMIT_EXCEEDED changes[1].put_fact.entity.id"},
      {"Value", limits::kValueBytesMax,
       [](int64_t n) { return Adds(MakeFact(kOrder, "status", Long(n))); },
       "LIMIT_EXCEEDED changes[1].put_fact.value"},
      {"Reason", limits::kReasonBytesMax,
       [](int64_t n) { return Adds(FactFrom("crm", Long(n))); },
       "LIMIT_EXCEEDED changes[1].put_fact.reason"},
      {"Channel", limits::kNameBytesMax,
       [](int64_t n) { return Adds(MakeLink(Long(n), "w1", kAda)); },
       "LIMIT_EXCEEDED changes[1].put_link.channel"},
      {"Subject", limits::kIdBytesMax,
       [](int64_t n) { return Adds(MakeLink("web", Long(n), kAda)); },
       "LIMIT_EXCEEDED changes[1].put_link.subject"},
      {"ValueOfAPrecondition", limits::kValueBytesMax,
       [](int64_t n) {
         return Demands(ValueIs{kOrder, "status", Long(n)});
       },
       "LIMIT_EXCEEDED preconditions[0].value"},
  };
  static std::vector<std::string> names;
  names.reserve(2 * std::size(limits));
  std::vector<RefusalCase> cases;
  for (const Limit& limit : limits) {
    names.push_back(std::string(limit.name) + "AtTheLimit");
    cases.push_back({names.back().c_str(), limit.of(limit.max), "OK"});
    names.push_back(std::string(limit.name) + "OverTheLimit");
    cases.push_back(
        {names.back().c_str(), limit.of(limit.max + 1), limit.refusal});
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Limits, ValidateBatchTest,
                         testing::ValuesIn(LimitCases()), [](const auto& test) {
                           return std::string(test.param.name);
                         });

TEST(ValidateBatchTest, SourceHasALimitWhereAnyIsAllowed) {
  Schema schema;
  FillTestSchema(schema);
  schema.sources.clear();
  WriteBatch batch;
  batch.changes = {FactFrom(Long(limits::kNameBytesMax), "")};
  EXPECT_EQ(ReasonOf(ValidateBatch(schema, batch)), "OK");
  batch.changes = {FactFrom(Long(limits::kNameBytesMax + 1), "")};
  EXPECT_EQ(ReasonOf(ValidateBatch(schema, batch)),
            "LIMIT_EXCEEDED changes[0].put_fact.source");
}

TEST(ValidateBatchTest, AliasesBecomeCanonical) {
  Schema schema;
  FillTestSchema(schema);
  WriteBatch batch;
  batch.changes = {MakeFact(kAda, "loyaltyTier", "oro")};
  batch.preconditions = {ValueIs{kAda, "loyaltyTier", std::nullopt}};
  ASSERT_EQ(ReasonOf(ValidateBatch(schema, batch)), "OK");
  EXPECT_EQ(std::get<FactRecord>(batch.changes[0]).attribute, "tier");
  EXPECT_EQ(std::get<ValueIs>(batch.preconditions[0]).attribute, "tier");
  // The value stays as it was written.
  EXPECT_EQ(std::get<FactRecord>(batch.changes[0]).value, "oro");
}

TEST(ValidateBatchTest, AValueThatSaysNoneIsNone) {
  Schema schema;
  FillTestSchema(schema);
  WriteBatch batch;
  batch.changes = {MakeFact(kAda, "tier", "  ")};
  ASSERT_EQ(ReasonOf(ValidateBatch(schema, batch)), "OK");
  EXPECT_FALSE(std::get<FactRecord>(batch.changes[0]).value.has_value());
}

TEST(ValidateBatchTest, ErrorsHoldNoValue) {
  Schema schema;
  FillTestSchema(schema);
  for (const char* attribute : {"visits", "email", "tier"}) {
    WriteBatch batch;
    batch.changes = {MakeFact(kAda, attribute, "top secret")};
    const absl::Status status = ValidateBatch(schema, batch);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.ToString().find("secret"), std::string::npos) << status;
  }
}

std::vector<FactRecord> FactsOf(TestGraph& graph, const EntityId& entity) {
  return graph.Read<std::vector<FactRecord>>(
      Revision::Latest(), [&](GraphReader& g) { return g.FactsOf(entity); });
}

TEST(RecordBatchTest, FillsInProvenance) {
  TestGraph graph;
  WriteBatch batch{.request_id = "", .actor = "eve", .changes = {}};
  batch.changes = {FactFrom("crm", "moved"), MakeFact(kAda, "visits", "3")};
  const auto outcome = graph.TryWrite(batch);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->revision, Revision(1));
  EXPECT_FALSE(outcome->replayed);
  ASSERT_EQ(outcome->touched.size(), 2u);
  EXPECT_EQ(outcome->touched[1].attribute, "visits");
  const std::vector<FactRecord> facts = FactsOf(graph, kAda);
  ASSERT_EQ(facts.size(), 2u);
  EXPECT_EQ(facts[0].recorded.source, "crm");
  EXPECT_EQ(facts[0].recorded.reason, "moved");
  EXPECT_EQ(facts[0].recorded.actor, "eve");
  EXPECT_EQ(facts[0].recorded.revision, Revision(1));
  EXPECT_EQ(facts[0].recorded.recorded_at, Day(1, 1));
  EXPECT_EQ(facts[1].recorded.ordinal, 1u);
}

// All that a commit recorded, of every kind, read back from the log as it was
// written.
TEST(RecordBatchTest, TheLogHasTheWholeCommit) {
  TestGraph graph;
  FactRecord sourced = MakeFact(kAda, "tier", "gold", {Day(1, 1), Day(2, 1)});
  sourced.recorded.source = "crm";
  sourced.recorded.reason = "call";
  sourced.validation = Validation::kVerified;
  LinkRecord gone = MakeLink("web", "W-1", kAda);
  gone.retraction = true;
  const std::vector<Change> written = {
      MakeFact(kAda, "tier", std::nullopt),
      MakeRetraction(kBob, "visits"),
      sourced,
      RetractedRelation(MakeRelation(kAda, "placed", kOrder)),
      MakeRelation(kAda, "placed", kOrder, {Day(3, 1)}),
      gone};
  const Revision revision = graph.Write(written);
  const absl::StatusOr<std::vector<Change>> logged =
      rows::GetChanges(**graph.store().Snapshot(), revision);
  ASSERT_TRUE(logged.ok()) << logged.status();
  ASSERT_EQ(logged->size(), written.size());
  for (size_t i = 0; i < written.size(); ++i) {
    EXPECT_EQ(RecordedOf((*logged)[i]).revision, revision) << i;
    EXPECT_EQ(RecordedOf((*logged)[i]).ordinal, i);
    EXPECT_EQ(RecordedOf((*logged)[i]).source, RecordedOf(written[i]).source);
    EXPECT_EQ((*logged)[i].index(), written[i].index()) << i;
  }
  const auto& absent = std::get<FactRecord>((*logged)[0]);
  EXPECT_FALSE(absent.value.has_value());
  EXPECT_TRUE(std::get<FactRecord>((*logged)[1]).retraction);
  const auto& fact = std::get<FactRecord>((*logged)[2]);
  EXPECT_EQ(fact.entity, kAda);
  EXPECT_EQ(fact.attribute, "tier");
  EXPECT_EQ(fact.value, "gold");
  EXPECT_EQ(fact.valid.to, Day(2, 1));
  EXPECT_EQ(fact.validation, Validation::kVerified);
  EXPECT_EQ(fact.recorded.reason, "call");
  EXPECT_TRUE(std::get<RelationRecord>((*logged)[3]).retraction);
  const auto& relation = std::get<RelationRecord>((*logged)[4]);
  EXPECT_EQ(relation.to, kOrder);
  EXPECT_EQ(relation.valid.from, Day(3, 1));
  EXPECT_TRUE(std::get<LinkRecord>((*logged)[5]).retraction);
}

TEST(RecordBatchTest, SameRequestIsReplayed) {
  TestGraph graph;
  graph.Write({MakeFact(kBob, "tier", "gold")});
  const WriteBatch batch{.request_id = "r1",
                         .actor = "eve",
                         .changes = {MakeFact(kAda, "tier", "gold")}};
  const auto first = graph.TryWrite(batch);
  graph.Write({MakeFact(kBob, "tier", "silver")});
  const auto again = graph.TryWrite(batch);
  ASSERT_TRUE(first.ok() && again.ok());
  EXPECT_FALSE(first->replayed);
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->revision, first->revision);
  EXPECT_TRUE(again->touched.empty());
  EXPECT_EQ(FactsOf(graph, kAda).size(), 1u);
  EXPECT_EQ(graph.head(), Revision(3));
}

TEST(RecordBatchTest, SameRequestIsReplayedThoughItsPreconditionIsGone) {
  TestGraph graph;
  const WriteBatch batch{.request_id = "r1",
                         .actor = "",
                         .changes = {MakeFact(kAda, "tier", "gold")},
                         .preconditions = {ValueIs{kAda, "tier", {}}}};
  ASSERT_TRUE(graph.TryWrite(batch).ok());
  const auto again = graph.TryWrite(batch);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->replayed);
}

// After a restore without keys: what the request held cannot be compared.
TEST(RecordBatchTest, SameRequestIsReplayedThoughItsFingerprintIsLost) {
  TestGraph graph;
  const WriteBatch batch{.request_id = "r1",
                         .actor = "eve",
                         .changes = {MakeFact(kAda, "tier", "gold")}};
  ASSERT_TRUE(graph.TryWrite(batch).ok());
  FailUnlessOk(graph.store().Write([](Transaction& tx) {
    return rows::PutRequest(tx, "r1", {.revision = Revision(1), .lost = true});
  }));
  const auto again = graph.TryWrite(batch);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->revision, Revision(1));
}

struct ReuseCase {
  const char* name;
  std::function<void(WriteBatch&)> change;
};
void PrintTo(const ReuseCase& test, std::ostream* out) { *out << test.name; }

class ReuseTest : public testing::TestWithParam<ReuseCase> {};

TEST_P(ReuseTest, AnotherRequestUnderTheSameIdIsRefused) {
  TestGraph graph;
  WriteBatch batch{.request_id = "r1",
                   .actor = "eve",
                   .changes = {MakeFact(kAda, "tier", "gold")}};
  ASSERT_TRUE(graph.TryWrite(batch).ok());
  GetParam().change(batch);
  EXPECT_EQ(ReasonOf(graph.TryWrite(batch).status()),
            "REQUEST_ID_REUSED request_id");
  EXPECT_EQ(graph.head(), Revision(1));
}

INSTANTIATE_TEST_SUITE_P(
    All, ReuseTest,
    testing::Values(
        ReuseCase{"Value",
                  [](WriteBatch& b) {
                    std::get<FactRecord>(b.changes[0]).value = "silver";
                  }},
        ReuseCase{"None",
                  [](WriteBatch& b) {
                    std::get<FactRecord>(b.changes[0]).value.reset();
                  }},
        ReuseCase{"Validity",
                  [](WriteBatch& b) {
                    std::get<FactRecord>(b.changes[0]).valid.from = Day(2, 1);
                  }},
        ReuseCase{"Source",
                  [](WriteBatch& b) {
                    std::get<FactRecord>(b.changes[0]).recorded.source = "crm";
                  }},
        ReuseCase{"Actor", [](WriteBatch& b) { b.actor = "mallory"; }},
        ReuseCase{"OneMoreChange",
                  [](WriteBatch& b) { b.changes.push_back(b.changes[0]); }},
        ReuseCase{"Precondition",
                  [](WriteBatch& b) {
                    b.preconditions = {ValueIs{kAda, "tier", "gold"}};
                  }}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(PreconditionTest, ComparesByMeaning) {
  TestGraph graph;
  graph.Write({MakeFact(kAda, "tier", "gold")});
  WriteBatch batch;
  batch.changes = {MakeFact(kAda, "visits", "1")};
  batch.preconditions = {ValueIs{kAda, "tier", " ORO "}};
  EXPECT_EQ(ReasonOf(graph.TryWrite(batch).status()), "OK");
  batch.preconditions = {ValueIs{kAda, "visits", "1"},
                         ValueIs{kAda, "tier", "silver"}};
  EXPECT_EQ(ReasonOf(graph.TryWrite(batch).status()),
            "PRECONDITION_FAILED preconditions[1]");
  batch.preconditions = {ValueIs{kAda, "tier", std::nullopt}};
  EXPECT_EQ(ReasonOf(graph.TryWrite(batch).status()),
            "PRECONDITION_FAILED preconditions[0]");
}

TEST(PreconditionTest, NoneIsNoneHoweverItCameAbout) {
  TestGraph graph;
  graph.Write({MakeFact(kAda, "tier", std::nullopt),
               MakeFact(kBob, "tier", "gold",
                        {Day(1, 1), Day(1, 1) + absl::Nanoseconds(1000)})});
  for (const EntityId& entity :
       {kAda, kBob, EntityId{"customer", "never seen"}}) {
    WriteBatch batch;
    batch.changes = {MakeFact(kOrder, "status", "sent")};
    batch.preconditions = {ValueIs{entity, "tier", std::nullopt}};
    // Bob's tier holds just at the time of the write.
    EXPECT_EQ(ReasonOf(graph.TryWrite(batch).status()),
              entity == kBob ? "PRECONDITION_FAILED preconditions[0]" : "OK");
  }
}

TEST(PreconditionTest, FailureWritesNothing) {
  TestGraph graph;
  WriteBatch batch{.request_id = "r1",
                   .actor = "",
                   .changes = {MakeFact(kAda, "tier", "gold")},
                   .preconditions = {ValueIs{kAda, "tier", "silver"}}};
  EXPECT_FALSE(graph.TryWrite(batch).ok());
  EXPECT_TRUE(FactsOf(graph, kAda).empty());
  // The id was not used up.
  batch.preconditions.clear();
  const auto outcome = graph.TryWrite(batch);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_FALSE(outcome->replayed);
}

struct ChangedCase {
  const char* name;
  Change change;
  bool touches_ada;
};
void PrintTo(const ChangedCase& test, std::ostream* out) { *out << test.name; }

class UnchangedSinceTest : public testing::TestWithParam<ChangedCase> {};

TEST_P(UnchangedSinceTest, SeesWhateverIsRecordedOfTheEntity) {
  TestGraph graph;
  const Revision before = graph.Write(
      {MakeFact(kAda, "tier", "gold"), MakeRelation(kAda, "placed", kOrder),
       MakeRelation(kBob, "knows", kAda), MakeLink("web", "w1", kAda)});
  graph.Write({GetParam().change});
  WriteBatch batch;
  batch.changes = {MakeFact(kAda, "visits", "1")};
  batch.preconditions = {UnchangedSince{kAda, before}};
  EXPECT_EQ(
      ReasonOf(graph.TryWrite(batch).status()),
      GetParam().touches_ada ? "PRECONDITION_FAILED preconditions[0]" : "OK");
  batch.preconditions = {UnchangedSince{kAda, graph.head()}};
  EXPECT_EQ(ReasonOf(graph.TryWrite(batch).status()), "OK");
}

INSTANTIATE_TEST_SUITE_P(
    All, UnchangedSinceTest,
    testing::Values(
        ChangedCase{"Fact", MakeFact(kAda, "tier", "silver"), true},
        ChangedCase{"Retraction", MakeRetraction(kAda, "tier"), true},
        ChangedCase{"RelationFrom",
                    MakeRelation(kAda, "placed", {"order", "o2"}), true},
        ChangedCase{"RelationTo",
                    MakeRelation({"customer", "c"}, "knows", kAda), true},
        ChangedCase{"RetractedRelationFrom",
                    RetractedRelation(MakeRelation(kAda, "placed", kOrder)),
                    true},
        ChangedCase{"RetractedRelationTo",
                    RetractedRelation(MakeRelation(kBob, "knows", kAda)), true},
        ChangedCase{"Link", MakeLink("app", "a1", kAda), true},
        ChangedCase{"RetractedLink", RetractedLink(MakeLink("web", "w1", kAda)),
                    true},
        ChangedCase{"RetractedLinkThatNamesNobody",
                    RetractedLink(MakeLink("web", "w1", {})), true},
        ChangedCase{"LinkTakenAway", MakeLink("web", "w1", kBob), true},
        ChangedCase{"SomebodyElse", MakeFact(kBob, "tier", "gold"), false},
        ChangedCase{"LinkOfSomebodyElse", MakeLink("web", "w2", kBob), false}),
    [](const auto& test) { return std::string(test.param.name); });

// One request may ask for much; all that it asks for is one budget.
TEST(RecordBatchTest, PreconditionsTogetherAreBounded) {
  constexpr int64_t kEach =
      limits::kWriteCheckRowsMax / limits::kPreconditionsPerWriteMax;
  TestGraph graph;
  FailUnlessOk(graph.store().Write([&](Transaction& tx) {
    FactRecord fact = MakeFact(kAda, "tier", "gold");
    for (int64_t i = 0; i < kEach; ++i) {
      fact.recorded.revision = Revision(static_cast<uint64_t>(i + 1));
      const FactRecord* const only = &fact;
      const absl::Status put =
          rows::PutFacts(tx, absl::MakeConstSpan(&only, 1));
      if (!put.ok()) return put;
    }
    return absl::OkStatus();
  }));
  WriteBatch batch;
  batch.changes = {MakeFact(kBob, "tier", "gold")};
  batch.preconditions.assign(
      limits::kPreconditionsPerWriteMax,
      UnchangedSince{kAda, Revision(static_cast<uint64_t>(kEach))});
  EXPECT_EQ(ReasonOf(graph.TryWrite(batch).status()),
            "LIMIT_EXCEEDED preconditions[99]");
  batch.preconditions.pop_back();
  EXPECT_EQ(ReasonOf(graph.TryWrite(batch).status()), "OK");
}

// A relation of an entity with very many is looked for where it would be.
TEST(PreconditionTest, ARelationOfAHubIsFoundAtOnce) {
  TestGraph graph;
  FailUnlessOk(graph.store().Write([&](Transaction& tx) {
    for (int64_t i = 0; i <= limits::kFactsPerEntityMax; ++i) {
      RelationRecord relation =
          MakeRelation({"customer", absl::StrCat("c", i)}, "knows", kAda);
      relation.recorded.revision = Revision(1);
      const absl::Status put = rows::PutRelation(tx, relation);
      if (!put.ok()) return put;
    }
    return absl::OkStatus();
  }));
  graph.Write({MakeRelation(kAda, "knows", kBob)});
  WriteBatch batch;
  batch.changes = {MakeFact(kBob, "tier", "gold")};
  batch.preconditions = {RelationHolds{kAda, "knows", kBob, true}};
  EXPECT_EQ(ReasonOf(graph.TryWrite(batch).status()), "OK");
}

}  // namespace
}  // namespace concordat
