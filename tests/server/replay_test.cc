// Goal: what was recorded is recorded again, whatever was decided since; and
// nothing else is put than what one commit puts.
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "config/vocabulary_loader.h"
#include "consistency/checker.h"
#include "consistency/finding_rows.h"
#include "consistency/personal_rows.h"
#include "consistency/rejudgement.h"
#include "consistency/rows.h"
#include "graph/codec.h"
#include "graph/erasure.h"
#include "graph/key.h"
#include "graph/limits.h"
#include "graph/memory_store.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "gtest/gtest.h"
#include "proto/archive_reader.h"
#include "tests/server/archive_fixture.h"

namespace concordat {
namespace {

v1::ArchiveLog LogOf(Instance& instance) {
  const auto file = instance.Log(Revision());
  EXPECT_TRUE(file.ok()) << file.status();
  std::istringstream stream(*file);
  const auto reader = ArchiveReader::Open(&stream, "log");
  v1::ArchiveLog all;
  while (*(*reader)->Next()) all.MergeFrom((*reader)->log());
  return all;
}

v1::LogRow* RowIn(v1::LogRecord& record, Space space) {
  for (v1::LogRow& row : *record.mutable_rows()) {
    if (row.space() == space.id) return &row;
  }
  return nullptr;
}

v1::LogRow& Add(v1::LogRecord& record, Space space, const std::string& key,
                const std::string& value) {
  v1::LogRow& row = *record.add_rows();
  row.set_space(space.id);
  row.set_key(key);
  row.set_value(value);
  return row;
}

std::string KeyAt(uint64_t revision) {
  return KeyWriter().Number(revision).Take();
}

Claim NameClaim(const std::string& value) {
  Claim claim;
  claim.channel = "web";
  claim.entity = EntityId{"customer", "c1"};
  claim.attribute = "name";
  claim.value = value;
  return claim;
}

// What was OBSERVED is confirmed by the clock of whoever recorded it first: who
// follows that log takes it from there, whatever its own clock says.
TEST(SettlingReplayTest, WhatTimeBroughtComesWithTheLog) {
  const std::string vocabulary = R"yaml(
name: settling
entity_types:
  customer: {attributes: {name: {type: text, settle: 1h}}}
channels:
  web:
    subject_type: customer
    contract: {customer: {attributes: {name: {}}}}
)yaml";
  Instance original;
  original.Apply(vocabulary);
  original.Write({.changes = {CustomerFact("c1", "name", "Ann")}});
  original.Report({NameClaim("Eve")});
  const auto state_in = [](Instance& instance) {
    const auto finding =
        rows::GetFinding(**instance.store().Snapshot(),
                         FingerprintOf({{"customer", "c1"}, "name", "web"}));
    return finding.ok() && finding->has_value()
               ? std::string(FindingStateName((*finding)->state))
               : "none";
  };
  EXPECT_EQ(state_in(original), "OBSERVED");
  Mute mute;
  mute.scope.channels = {"web"};
  mute.reason = "being replaced";
  mute.owner = "anna";
  mute.expires_at = absl::FromUnixSeconds(original.seconds() + 1800);
  original.PutMute(mute);
  Instance later;
  later.Advance(absl::Hours(2));
  ASSERT_TRUE(later.Import(LogOf(original)).ok());
  original.Advance(absl::Hours(1));
  original.Write({.changes = {CustomerFact("c1", "name", "Ann")}});
  EXPECT_EQ(state_in(original), "OPEN");
  EXPECT_TRUE(rows::GetMutes(**original.store().Snapshot(), false)->empty());

  EXPECT_EQ(state_in(later), "OBSERVED");
  ASSERT_TRUE(later.Import(LogOf(original)).ok());
  EXPECT_EQ(state_in(later), "OPEN");
  EXPECT_EQ(Differences(RowsOf(later.store()), RowsOf(original.store())), "");
}

// Names, so many that the customer is beyond the limit of facts.
void WriteMoreThanCanBeRead(const std::string& id, Instance& instance) {
  for (int64_t written = 0; written <= limits::kFactsPerEntityMax;) {
    WriteBatch batch;
    for (; batch.changes.size() < 1000; ++written) {
      FactRecord fact = CustomerFact(id, "name", absl::StrCat("Ann ", written));
      fact.valid.from = absl::FromUnixSeconds(written);
      batch.changes.push_back(std::move(fact));
    }
    instance.Write(std::move(batch));
  }
}

// A rule that cannot be evaluated, for there are too many facts, is not due for
// ever: the committer would commit nothing without end.
TEST(SettlingReplayTest, WhatIsBeyondTheLimitsIsDueOnce) {
  Instance instance;
  instance.Apply(R"yaml(
name: limits
entity_types:
  customer: {attributes: {name: {type: text}, paid_until: {type: instant}}}
rules:
  in_time: {on: customer, require: now() < paid_until}
)yaml");
  const absl::Time until =
      absl::FromUnixSeconds(instance.seconds()) + absl::Hours(1);
  instance.Write(
      {.changes = {CustomerFact(
           "c1", "paid_until",
           absl::FormatTime(absl::RFC3339_sec, until, absl::UTCTimeZone()))}});
  WriteMoreThanCanBeRead("c1", instance);
  instance.Advance(absl::Hours(2));
  instance.Write({.changes = {CustomerFact("c2", "name", "Bob")}});
  const uint64_t head = instance.head().number();
  instance.Write({.changes = {CustomerFact("c2", "name", "Rob")}});
  EXPECT_EQ(instance.head().number(), head + 1);
}

// What a rule's message and the harm read may be too much where what breaks the
// rule is not: nothing that others commit may fail for that.
TEST(SettlingReplayTest, WhoIsTooLargeToBeReadCanBreakARule) {
  Instance instance;
  instance.Apply(R"yaml(
name: large
entity_types:
  customer: {attributes: {name: {type: text}}}
  order: {attributes: {status: {type: text}}}
relation_types: {placed: {from: [customer], to: [order]}}
rules:
  one_order:
    description: A customer has one order.
    on: customer
    require: count(placed) < 2
    message: "{name} has more."
)yaml");
  WriteMoreThanCanBeRead("c1", instance);
  WriteBatch orders;
  for (const char* id : {"o1", "o2"}) {
    RelationRecord relation;
    relation.from = {"customer", "c1"};
    relation.relation = "placed";
    relation.to = {"order", id};
    orders.changes.push_back(std::move(relation));
  }
  instance.Write(std::move(orders));
  const auto finding =
      rows::GetFinding(**instance.store().Snapshot(),
                       FingerprintOf({.entity = {"customer", "c1"},
                                      .attribute = "one_order",
                                      .channel = "",
                                      .family = FindingFamily::kRule}));
  ASSERT_TRUE(finding.ok() && finding->has_value()) << finding.status();
  EXPECT_EQ((*finding)->explanation, "A customer has one order.");
}

// A rule that concerns so many entities that they are judged step by step, and
// is written about again and again, keeps no step from being the last.
TEST(RejudgementStepsTest, AreNotBegunAgainByEachWrite) {
  const LoadedVocabulary loaded = LoadVocabulary(R"yaml(
name: hub
entity_types:
  shop: {attributes: {name: {type: text}}}
  order: {attributes: {status: {type: text}}}
relation_types: {sold: {from: [shop], to: [order], inverse: sold_by}}
rules:
  known_shop: {on: order, require: "sold_by.exists(s, has(s.name))"}
)yaml",
                                                 "hub.yaml", 1);
  ASSERT_NE(loaded.vocabulary, nullptr) << ToStatus(loaded).message();
  MemoryStore store;
  Checker checker;
  Revision head;
  const EntityId shop{"shop", "s1"};
  const auto commit = [&](auto work) {
    const absl::Status committed = store.Write([&](Transaction& tx) {
      head = head.Next();
      CONCORDAT_RETURN_IF_ERROR(
          work(tx, CommitStamp{.revision = head, .at = absl::UnixEpoch()}));
      return rows::PutHead(tx, head);
    });
    ASSERT_TRUE(committed.ok()) << committed;
  };
  const auto write = [&](std::vector<Change> changes) {
    commit([&](Transaction& tx, CommitStamp stamp) {
      WriteBatch batch;
      batch.changes = std::move(changes);
      return checker
          .Write(tx, *loaded.vocabulary, std::move(batch), stamp,
                 Admission::kGranted)
          .status();
    });
  };
  const auto rejudgement = [&] {
    return rows::ReadRejudgement(**store.Snapshot()).value();
  };
  std::vector<Change> sold;
  for (int64_t i = 0; i <= limits::kRuleAffectedMax; ++i) {
    RelationRecord relation;
    relation.from = shop;
    relation.relation = "sold";
    relation.to = {"order", absl::StrCat("o", i)};
    sold.push_back(std::move(relation));
  }
  write(std::move(sold));
  FactRecord name;
  name.entity = shop;
  name.attribute = "name";
  name.value = "Corner";
  const EntityId half_way{"order", "o5"};
  commit([&](Transaction& tx, CommitStamp) {
    return rows::PutRejudgement(tx, {.after = half_way});
  });
  write({name});
  ASSERT_TRUE(rejudgement().has_value());
  EXPECT_FALSE(rejudgement()->rules_only);
  EXPECT_EQ(rejudgement()->after, half_way);
  EXPECT_TRUE(rejudgement()->rules_again);
  const auto go_on = [&](size_t limit) {
    const Rejudgement goes_on = *rejudgement();
    commit([&](Transaction& tx, CommitStamp stamp) {
      rows::FindingChanges changes;
      changes.rejudged = {.rules_only = goes_on.rules_only,
                          .after = goes_on.after,
                          .limit = limit};
      return checker.ChangeFindings(tx, *loaded.vocabulary, changes, "clock",
                                    stamp);
    });
  };
  go_on(10);
  EXPECT_TRUE(rejudgement()->rules_again);
  go_on(100'000);
  ASSERT_TRUE(rejudgement().has_value());
  EXPECT_TRUE(rejudgement()->rules_only);
  EXPECT_EQ(rejudgement()->after, EntityId());
  go_on(100'000);
  EXPECT_FALSE(rejudgement().has_value());
}

// A vocabulary, a write with a request_id, a claim, an erasure.
class TamperedRecordTest : public testing::Test {
 protected:
  TamperedRecordTest() {
    Instance original;
    original.Apply(VocabularyText(0));
    original.Write({.request_id = "r1",
                    .actor = "",
                    .changes = {CustomerFact("c1", "name", "Ann")}});
    original.Report({NameClaim("Eve")});
    original.Erase({"customer", "c1"});
    log_ = LogOf(original);
  }

  v1::ArchiveLog log_;
};

struct TamperCase {
  std::string name;
  int record;  // its index
  std::function<void(v1::LogRecord&)> tamper;
};

std::string RequestOf(uint64_t revision) {
  return Encoder().Unsigned(1).Unsigned(revision).String("print").Take();
}

std::vector<TamperCase> ChangedRows() {
  const std::string no_changes = Encoder()
                                     .Unsigned(3)
                                     .String("tester")
                                     .Time(absl::UnixEpoch())
                                     .Unsigned(0)
                                     .Take();
  return {
      {"no changes at all", 1,
       [no_changes](auto& r) {
         RowIn(r, rows::kChanges)->set_value(no_changes);
       }},
      {"a name that is no key", 1,
       [](auto& r) {
         std::string& row = *RowIn(r, rows::kChanges)->mutable_value();
         row[row.find("customer")] = '\0';
       }},
      {"changes at another revision", 1,
       [](auto& r) { RowIn(r, rows::kChanges)->set_key(KeyAt(9)); }},
      {"changes at no revision", 1,
       [](auto& r) { RowIn(r, rows::kChanges)->set_key("x"); }},
      {"another request", 1,
       [](auto& r) { RowIn(r, rows::kRequests)->set_key("r2"); }},
      {"a request of a later commit", 1,
       [](auto& r) { RowIn(r, rows::kRequests)->set_value(RequestOf(3)); }},
      {"an erasure at another revision", 3,
       [](auto& r) {
         RowIn(r, rows::kErasures)
             ->set_value(rows::EncodeErasure({.revision = Revision(2)}));
       }},
      {"an erasure of no entity", 3,
       [](auto& r) {
         RowIn(r, rows::kErasures)
             ->set_key(KeyWriter().String("").Number(4).Take());
       }},
      {"a later version of the vocabulary", 0,
       [](auto& r) { RowIn(r, rows::kVocabularies)->set_key(KeyAt(2)); }},
      {"a row that is no record", 2,
       [](auto& r) { RowIn(r, rows::kClaims)->set_value("\1rubbish"); }},
  };
}

std::vector<TamperCase> AddedRows() {
  return {
      {"changes twice", 1,
       [](auto& r) {
         const v1::LogRow row = *RowIn(r, rows::kChanges);
         *r.add_rows() = row;
       }},
      {"another commit", 1,
       [](auto& r) {
         Add(r, rows::kCommits, KeyAt(1), RowIn(r, rows::kCommits)->value());
       }},
      {"a commit far ahead", 2,
       [](auto& r) {
         Add(r, rows::kCommits, KeyAt(1000), RowIn(r, rows::kCommits)->value());
       }},
      {"a request of a commit without", 2,
       [](auto& r) { Add(r, rows::kRequests, "", RequestOf(3)); }},
      {"claims of a write", 1,
       [](auto& r) { Add(r, rows::kClaims, KeyAt(2), ""); }},
      {"an erasure by a write", 1,
       [](auto& r) {
         Add(r, rows::kErasures, KeyWriter().Entity({"customer", "c9"}).Take(),
             rows::EncodeErasure({.revision = Revision(2)}));
       }},
      {"a vocabulary by a write", 1,
       [](auto& r) { Add(r, rows::kVocabularies, KeyAt(2), "vocabulary"); }},
  };
}

TEST_F(TamperedRecordTest, WhatOneCommitDoesNotPutIsRefused) {
  for (const auto& cases : {ChangedRows(), AddedRows()}) {
    for (const TamperCase& test : cases) {
      SCOPED_TRACE(test.name);
      v1::ArchiveLog tampered = log_;
      test.tamper(*tampered.mutable_records(test.record));
      Instance copy;
      const AllRows before = RowsOf(copy.store());
      EXPECT_EQ(Reason(copy.Import(tampered).status()), "BACKUP_CORRUPT");
      EXPECT_EQ(Differences(RowsOf(copy.store()), before), "");
    }
  }
  Instance copy;
  EXPECT_EQ(Reason(copy.Import(log_).status()), "OK");
}

// A key that identifies a claim is made of its value, where nothing better was
// given; without their values two claims look the same.
TEST(ReplayTest, ClaimsWhoseValuesWereErasedAreNoDuplicates) {
  Instance original;
  original.Apply(VocabularyText(0));
  original.Write({.changes = {CustomerFact("c1", "email", "a@b.example")}});
  for (const char* value : {"a@b.example", "c@d.example"}) {
    Claim claim = NameClaim(value);
    claim.attribute = "email";
    claim.said_at = absl::FromUnixSeconds(1'767'268'000);
    claim.said_at_given = true;
    original.Report({claim, claim});  // the second is one
  }
  v1::ArchiveLog log = LogOf(original);
  for (v1::LogRecord& record : *log.mutable_records()) {
    v1::LogRow* row = RowIn(record, rows::kClaims);
    if (row == nullptr) continue;
    std::vector<rows::JudgedClaim> claims = *rows::ParseClaims(row->value());
    for (rows::JudgedClaim& judged : claims) {
      judged.claim.value.reset();
      judged.claim.erased = true;
    }
    MemoryStore scratch;
    ASSERT_TRUE(scratch
                    .Write([&](Transaction& tx) {
                      return rows::PutClaims(tx, Revision(record.revision()),
                                             claims);
                    })
                    .ok());
    row->set_value(**(*scratch.Snapshot())->Get(rows::kClaims, row->key()));
  }
  Instance copy;
  const auto imported = copy.Import(log);
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->recorded, 4u);
}

TEST(ReplayTest, ARequestIdThatWasForgottenMayComeTwice) {
  Instance original;
  original.Apply(VocabularyText(0));
  original.Write({.request_id = "r",
                  .actor = "",
                  .changes = {CustomerFact("c1", "name", "Ann")}});
  v1::ArchiveLog log = LogOf(original);
  // As a compaction does after two days.
  ASSERT_TRUE(original.store()
                  .Write([](Transaction& tx) {
                    return tx.Delete(rows::kRequests, "r");
                  })
                  .ok());
  original.Write({.request_id = "r",
                  .actor = "",
                  .changes = {CustomerFact("c1", "name", "Eve")}});
  *log.add_records() = LogOf(original).records(2);
  Instance copy;
  const auto imported = copy.Import(log);
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(Differences(RowsOf(copy.store()), RowsOf(original.store())), "");
}

// Two ids of one person, erased one after the other: so a restore of an earlier
// build recorded it. And an erasure of someone of whom nothing is known.
TEST(ReplayTest, AnErasureIsRecordedOfWhomItWas) {
  Instance original;
  original.Apply(VocabularyText(0));
  original.Write({.changes = {CustomerFact("c1", "name", "Ann"),
                              CustomerFact("c2", "name", "Ann")}});
  MergeRecord merge;
  merge.duplicate = {"customer", "c2"};
  merge.survivor = {"customer", "c1"};
  Instance merged;
  merged.Apply(VocabularyText(0));
  merged.Write({.changes = {CustomerFact("c1", "name", "Ann"),
                            CustomerFact("c2", "name", "Ann"), merge}});
  v1::ArchiveLog log = LogOf(merged);
  original.Erase({"customer", "c1"});
  original.Erase({"customer", "c2"});
  const v1::ArchiveLog erasures = LogOf(original);
  *log.add_records() = erasures.records(2);
  *log.add_records() = erasures.records(3);
  Instance copy;
  const auto imported = copy.Import(log);
  ASSERT_TRUE(imported.ok()) << imported.status();
  const std::unique_ptr<Reader> reader = *copy.store().Snapshot();
  EXPECT_EQ(rows::ErasedAt(*reader, Revision(3))->size(), 1u);
  EXPECT_EQ(rows::ErasedAt(*reader, Revision(4))->size(), 1u);

  v1::ArchiveLog unknown;
  *unknown.add_records() = log.records(0);
  v1::LogRecord& record = *unknown.add_records() = erasures.records(2);
  record.set_revision(2);
  for (v1::LogRow& row : *record.mutable_rows()) {
    if (row.space() == rows::kCommits.id) row.set_key(KeyAt(2));
    if (row.space() == rows::kErasures.id) {
      row.set_value(rows::EncodeErasure({.revision = Revision(2)}));
    }
  }
  Instance other;
  EXPECT_EQ(Reason(other.Import(unknown).status()), "OK");
  EXPECT_TRUE(rows::GetErasure(**other.store().Snapshot(), {"customer", "c1"})
                  ->has_value());
}

// Of a build that did not refuse it.
TEST(ReplayTest, AWriteIsNotAdmittedAgain) {
  Instance one;
  one.Apply(VocabularyText(0));
  one.Write({.changes = {CustomerFact("c1", "name", "Ann")}});
  Instance other;
  other.Apply(VocabularyText(0));
  other.Write({.changes = {CustomerFact("c1", "name", "Ann")}});
  one.Erase({"customer", "c1"});
  other.Write({.changes = {CustomerFact("c2", "name", "Eve")}});
  other.Write({.changes = {CustomerFact("c1", "name", "Ida")}});
  v1::ArchiveLog log = LogOf(one);
  *log.add_records() = LogOf(other).records(3);
  Instance copy;
  const auto imported = copy.Import(log);
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(copy.erasing(), 1);
}

TEST(ReplayTest, WhatBecomesPersonalIsSealedAtTheNextStart) {
  Instance original;
  std::string open = VocabularyText(0);
  const std::string personal = ", personal: true";
  open.erase(open.find(personal), personal.size());
  original.Apply(open);
  original.Write({.changes = {CustomerFact("c1", "email", "a@b.example")}});
  original.Apply(VocabularyText(1));
  Instance copy;
  const Vocabulary none;
  ASSERT_TRUE(MakeRowsPersonal(copy.store(), none).ok());
  ASSERT_TRUE(*HasPersonalRows(**copy.store().Snapshot()));
  ASSERT_EQ(Reason(copy.Import(LogOf(original)).status()), "OK");
  EXPECT_FALSE(*HasPersonalRows(**copy.store().Snapshot()));
}

}  // namespace
}  // namespace concordat
