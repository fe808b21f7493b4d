// Goal: what is stored of claims, findings and vocabularies comes back as it
// was.
#include "consistency/rows.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "consistency/consistency_reader.h"
#include "consistency/finding_editor.h"
#include "gmock/gmock.h"
#include "graph/key.h"
#include "graph/memory_store.h"
#include "graph/personal.h"
#include "graph/status_macros.h"
#include "gtest/gtest.h"
#include "tests/consistency/world.h"

namespace concordat {
namespace {

class RowsTest : public testing::Test {
 protected:
  void Put(const std::function<absl::Status(Transaction&)>& put) {
    EXPECT_EQ(ReasonOf(store_.Write(put)), "OK");
  }
  std::unique_ptr<Reader> Read() { return *store_.Snapshot(); }

  // The only row of the space.
  std::pair<std::string, std::string> OnlyRow(Space space) {
    std::vector<std::pair<std::string, std::string>> found;
    EXPECT_TRUE(Read()
                    ->Scan(space, "", "",
                           [&](absl::string_view key, absl::string_view value) {
                             found.emplace_back(key, value);
                             return true;
                           })
                    .ok());
    EXPECT_EQ(found.size(), 1u);
    return found.empty() ? std::pair<std::string, std::string>() : found[0];
  }

  MemoryStore store_;
};

rows::JudgedClaim Judged(const std::string& value) {
  return {MakeClaim("web", "tier", value), Verdict::kNotEntitled,
          Verdict::kStale};
}

Finding MakeFinding() {
  Finding finding;
  finding.subject = {.entity = kAda,
                     .attribute = "tier",
                     .channel = "web",
                     .family = FindingFamily::kDisclosure};
  finding.id = FingerprintOf(finding.subject);
  finding.state = FindingState::kReopened;
  finding.verdict = Verdict::kMeaning;
  finding.exposure = Exposure::kTold;
  finding.count = 12;
  finding.first_said_at = Noon() - absl::Hours(2);
  finding.last_said_at = Noon();
  finding.settled_until = Noon() - absl::Hours(1);
  finding.claim = MakeClaim("web", "tier", "gold");
  finding.told = MakeClaim("web", "tier", "tin", Noon() - absl::Hours(1));
  finding.judged_at = Revision(5);
  finding.vocabulary_version = 3;
  finding.explanation = "because";
  finding.changed_at = Revision(6);
  finding.events = 2;
  finding.confirm_at = Noon() + absl::Hours(1);
  finding.confirmed = true;
  finding.vindicated = true;
  finding.assignee = "anna";
  finding.harm = MakeHarm(
      {{HarmTerm::kExposure, 30, 0.7}, {HarmTerm::kVerdict, 20, 2.0 / 3}},
      Noon(), absl::Hours(24));
  return finding;
}

// A list that few findings match gives its pages empty rather than late, and
// one that does not ask for what is resolved does not look at it.
TEST_F(RowsTest, AListOfFindingsLooksThroughSoManyAtATime) {
  constexpr int kResolved = 3000;
  constexpr int kOpen = 2500;
  Put([&](Transaction& tx) {
    Finding finding = MakeFinding();
    for (int i = 0; i < kOpen + kResolved; ++i) {
      finding.subject.entity.id = std::to_string(i);
      finding.subject.channel = i == kOpen - 1 ? "shop" : "web";
      finding.id = FingerprintOf(finding.subject);
      finding.state = i < kOpen ? FindingState::kOpen : FindingState::kResolved;
      CONCORDAT_RETURN_IF_ERROR(rows::PutFinding(tx, finding, std::nullopt));
    }
    return absl::OkStatus();
  });
  const std::unique_ptr<Reader> reader = Read();
  FindingFilter filter;
  filter.scope.channels = {"shop"};
  int pages = 0;
  size_t found = 0;
  std::string start;
  do {
    const auto page = ListFindings(*reader, Mutes(), filter, start, 100);
    ASSERT_TRUE(page.ok()) << page.status();
    found += page->findings.size();
    start = page->next;
    ++pages;
  } while (!start.empty());
  EXPECT_EQ(found, 1u);
  EXPECT_EQ(pages, 2);
  filter = {};
  EXPECT_EQ(*CountFindings(*reader, Mutes(), filter), kOpen);
  filter.states = {FindingState::kResolved};
  EXPECT_EQ(*CountFindings(*reader, Mutes(), filter), kResolved);
}

TEST_F(RowsTest, ClaimsComeBack) {
  rows::JudgedClaim plain = Judged("silver");
  plain.further.reset();
  const std::vector<rows::JudgedClaim> claims = {Judged("gold"), plain};
  Put([&](Transaction& tx) {
    return rows::PutClaims(tx, Revision(4), claims);
  });
  const auto read = rows::ParseClaims(OnlyRow(rows::kClaims).second);
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ((*read)[0].claim.value, "gold");
  EXPECT_EQ((*read)[0].verdict, Verdict::kNotEntitled);
  EXPECT_EQ((*read)[0].further, Verdict::kStale);
  EXPECT_EQ((*read)[1].claim.value, "silver");
  EXPECT_EQ((*read)[1].further, std::nullopt);
}

// What a claim was found to be about: as it names it, by a link and an alias,
// or nothing.
TEST_F(RowsTest, WhatClaimsAreAboutComesBack) {
  rows::JudgedClaim named = Judged("gold");
  named.claim.entity = kAda;
  named.about = kAda;
  named.attribute = named.claim.attribute;
  rows::JudgedClaim linked = Judged("gold");
  linked.claim.entity.reset();
  linked.claim.subject = "s1";
  linked.about = kAda;
  linked.attribute = "loyalty";
  rows::JudgedClaim unknown = linked;
  unknown.about.reset();
  const std::vector<rows::JudgedClaim> claims = {named, linked, unknown};
  Put([&](Transaction& tx) {
    return rows::PutClaims(tx, Revision(4), claims);
  });
  const auto read = rows::ParseClaims(OnlyRow(rows::kClaims).second);
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->size(), 3u);
  for (size_t i = 0; i < claims.size(); ++i) {
    EXPECT_EQ((*read)[i].about, claims[i].about) << i;
    EXPECT_EQ((*read)[i].attribute, claims[i].attribute) << i;
  }
}

// A row of a build that did not keep what claims were found to be about.
TEST_F(RowsTest, ClaimsOfTheFirstLayoutAreRead) {
  RowEncoder row;
  row.Unsigned(1).Unsigned(1);
  const rows::JudgedClaim judged = Judged("gold");
  EncodeClaim(judged.claim, SubjectOf(ViewOf(judged.claim)), row);
  row.Unsigned(static_cast<uint64_t>(judged.verdict)).Unsigned(0);
  const auto read = rows::ParseClaims(row.TakeRow());
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->size(), 1u);
  EXPECT_EQ((*read)[0].claim.value, "gold");
  EXPECT_EQ((*read)[0].attribute, "");
  EXPECT_EQ((*read)[0].about, std::nullopt);
}

TEST_F(RowsTest, ClaimKeysComeBack) {
  const std::vector<ClaimKey> keys = {{1, 2}, {~uint64_t{0}, 0}};
  Put([&](Transaction& tx) {
    return rows::PutClaimKeys(tx, Revision(4), keys);
  });
  const std::string row = OnlyRow(rows::kClaimKeys).second;
  const auto read = rows::ParseClaimKeys(row);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, keys);
  EXPECT_TRUE(HasPersonalParts(row));
  EXPECT_EQ(ReasonOf(rows::ParseClaimKeys(row.substr(1)).status()),
            "STORAGE_CORRUPT");
  // As builds before wrote them.
  KeyWriter bare;
  bare.Number(0).Number(2).Number(~uint64_t{0}).Number(0);
  const auto bare_read = rows::ParseClaimKeys(bare.bytes());
  ASSERT_TRUE(bare_read.ok()) << bare_read.status();
  EXPECT_THAT(*bare_read,
              testing::ElementsAre(ClaimKey{0, 2}, ClaimKey{~uint64_t{0}, 0}));
}

TEST_F(RowsTest, HeldClaimsComeBack) {
  rows::JudgedClaim judged = Judged("gold");
  judged.about = kAda;
  judged.attribute = "tier";
  const HeldClaim tier{judged, Revision(7), Revision(9)};
  HeldClaim other = tier;
  other.judged.claim.channel = "shop";
  other.judged_at = Revision(7);
  const auto read = rows::ParseHeld(rows::EncodeHeld({tier, other}));
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ(KeyOf(read->front()), HeldKey(kAda, "web", "tier"));
  EXPECT_EQ(read->front().revision, Revision(7));
  EXPECT_EQ(read->front().judged_at, Revision(9));
  EXPECT_EQ(read->front().judged.claim.value, "gold");
  EXPECT_EQ(read->front().judged.further, Verdict::kStale);
  EXPECT_EQ(read->back().channel(), "shop");
  EXPECT_EQ(read->back().judged_at, Revision(7));
}

TEST_F(RowsTest, FindingsComeBack) {
  const Finding finding = MakeFinding();
  Put([&](Transaction& tx) {
    return rows::PutFinding(tx, finding, std::nullopt);
  });
  const auto read = rows::GetFinding(*Read(), finding.id);
  ASSERT_TRUE(read.ok() && read->has_value()) << read.status();
  const Finding& same = **read;
  EXPECT_EQ(same.id, finding.id);
  EXPECT_EQ(FingerprintOf(same.subject), finding.id);
  EXPECT_EQ(same.state, finding.state);
  EXPECT_EQ(same.verdict, finding.verdict);
  EXPECT_EQ(same.exposure, finding.exposure);
  EXPECT_EQ(same.count, finding.count);
  EXPECT_EQ(same.first_said_at, finding.first_said_at);
  EXPECT_EQ(same.last_said_at, finding.last_said_at);
  EXPECT_EQ(same.settled_until, finding.settled_until);
  EXPECT_EQ(same.claim.value, finding.claim.value);
  ASSERT_TRUE(same.told.has_value());
  EXPECT_EQ(same.told->value, finding.told->value);
  EXPECT_EQ(same.told->said_at, finding.told->said_at);
  EXPECT_EQ(same.judged_at, finding.judged_at);
  EXPECT_EQ(same.vocabulary_version, finding.vocabulary_version);
  EXPECT_EQ(same.explanation, finding.explanation);
  EXPECT_EQ(same.changed_at, finding.changed_at);
  EXPECT_EQ(same.events, finding.events);
  EXPECT_EQ(same.confirm_at, finding.confirm_at);
  EXPECT_EQ(same.confirmed, finding.confirmed);
  EXPECT_EQ(same.vindicated, finding.vindicated);
  EXPECT_EQ(same.assignee, finding.assignee);
  ASSERT_EQ(same.harm.parts.size(), finding.harm.parts.size());
  EXPECT_EQ(same.harm.parts[1].term, finding.harm.parts[1].term);
  EXPECT_EQ(same.harm.parts[1].share, finding.harm.parts[1].share);
  EXPECT_EQ(same.harm.half_life, finding.harm.half_life);
  EXPECT_EQ(same.harm.order, finding.harm.order);
}

// What is OBSERVED is found by when it is due, and by whom it is about.
TEST_F(RowsTest, AFindingIsFoundByWhenItIsDueAndByItsEntity) {
  Finding waits = MakeFinding();
  waits.state = FindingState::kObserved;
  waits.confirm_at = Noon();
  Put([&](Transaction& tx) {
    return rows::PutFinding(tx, waits, std::nullopt);
  });
  EXPECT_EQ(*rows::NextDueFinding(*Read()), Noon());
  EXPECT_THAT(*rows::DueFindings(*Read(), Noon() - absl::Microseconds(1), 10),
              testing::IsEmpty());
  EXPECT_THAT(*rows::DueFindings(*Read(), Noon(), 10),
              testing::ElementsAre(waits.id));
  EXPECT_THAT(*rows::FindingsOf(*Read(), kAda), testing::ElementsAre(waits.id));
  Finding open = waits;
  open.state = FindingState::kOpen;
  Put([&](Transaction& tx) { return rows::PutFinding(tx, open, waits); });
  EXPECT_EQ(*rows::NextDueFinding(*Read()), absl::InfiniteFuture());
  EXPECT_THAT(*rows::FindingsOf(*Read(), kAda), testing::ElementsAre(waits.id));
}

// A store of a build before has ranks of another shape, and nothing else.
TEST_F(RowsTest, IndexesOfABuildBeforeAreMadeAnew) {
  const Finding finding = MakeFinding();
  Put([&](Transaction& tx) {
    CONCORDAT_RETURN_IF_ERROR(rows::PutFinding(tx, finding, std::nullopt));
    return tx.Put(rows::kFindingRanks, "\x01" + finding.id, "");
  });
  ASSERT_TRUE(rows::EnsureFindingIndexes(store_).ok());
  EXPECT_EQ(OnlyRow(rows::kFindingRanks).first, RankOf(finding) + finding.id);
  EXPECT_THAT(*rows::FindingsOf(*Read(), kAda),
              testing::ElementsAre(finding.id));
  // Once only.
  Put([&](Transaction& tx) {
    return tx.Put(rows::kFindingRanks, "other", "");
  });
  ASSERT_TRUE(rows::EnsureFindingIndexes(store_).ok());
  EXPECT_TRUE(Read()->Get(rows::kFindingRanks, "other")->has_value());
}

TEST_F(RowsTest, WhatPeopleDidComesBack) {
  rows::FindingChanges changes;
  changes.settled = {"a", "b"};
  changes.expired = {"mute-7"};
  changes.evaluated = {{"order_total", {"order", "o1"}}};
  FindingEdit edit;
  edit.acknowledged = false;
  edit.assignee = "";
  edit.comment = "was the cache";
  changes.edited = {{"c", kAda, edit}, {"d", kAda, {}}};
  Mute mute;
  mute.scope.ids = {"e"};
  mute.scope.rules = {"order_total"};
  mute.scope.verdicts = {Verdict::kStale};
  mute.scope.families = {FindingFamily::kRule};
  mute.scope.entities = {kAda};
  mute.scope.labels = {{"app_version", "4.2"}};
  mute.reason = "being replaced";
  mute.owner = "anna";
  mute.expires_at = Noon();
  changes.mute = PutBy(mute, "ben", {.revision = Revision(7), .at = Noon()});
  Put([&](Transaction& tx) {
    CONCORDAT_RETURN_IF_ERROR(rows::PutMute(tx, *changes.mute));
    return rows::PutFindingChanges(tx, Revision(9), changes);
  });
  const auto read =
      rows::ParseFindingChanges(OnlyRow(rows::kFindingChanges).second);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->settled, changes.settled);
  EXPECT_EQ(read->expired, changes.expired);
  ASSERT_EQ(read->evaluated.size(), 1u);
  EXPECT_EQ(read->evaluated[0].rule, "order_total");
  EXPECT_EQ(read->evaluated[0].root.id, "o1");
  ASSERT_EQ(read->edited.size(), 2u);
  EXPECT_EQ(read->edited[0].edit.acknowledged, false);
  EXPECT_EQ(read->edited[0].edit.assignee, "");
  EXPECT_EQ(read->edited[0].edit.comment, "was the cache");
  EXPECT_EQ(read->edited[1].edit.acknowledged, std::nullopt);
  EXPECT_EQ(read->edited[1].edit.assignee, std::nullopt);
  EXPECT_EQ(read->edited[1].edit.comment, "");
  ASSERT_TRUE(read->mute.has_value());
  EXPECT_EQ(read->mute->id, "mute-7");
  EXPECT_EQ(read->mute->scope.labels, mute.scope.labels);
  EXPECT_EQ(read->mute->scope.rules, mute.scope.rules);
  EXPECT_EQ(read->mute->scope.families, mute.scope.families);
  EXPECT_EQ(read->mute->actor, "ben");

  ASSERT_EQ(rows::GetMutes(*Read(), /*ended=*/false)->size(), 1u);
  Put([&](Transaction& tx) {
    return rows::PutMute(tx, EndedBy(*changes.mute, "cem", "done", Noon()));
  });
  EXPECT_THAT(*rows::GetMutes(*Read(), /*ended=*/false), testing::IsEmpty());
  const auto ended = *rows::GetMutes(*Read(), /*ended=*/true);
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].ended_by, "cem");
}

TEST_F(RowsTest, AFindingHasOneRank) {
  const Finding before = MakeFinding();
  Finding after = before;
  after.state = FindingState::kResolved;
  Put([&](Transaction& tx) {
    return rows::PutFinding(tx, before, std::nullopt);
  });
  const std::string open = OnlyRow(rows::kFindingRanks).first;
  Put([&](Transaction& tx) { return rows::PutFinding(tx, after, before); });
  const std::string resolved = OnlyRow(rows::kFindingRanks).first;
  EXPECT_LT(open, resolved);
  EXPECT_EQ(resolved.substr(kRankBytes), before.id);
}

TEST_F(RowsTest, EventsComeBackInOrder) {
  Finding finding = MakeFinding();
  Finding other = finding;
  other.id = std::string(32, 'f');
  for (uint32_t number = 1; number <= 300; ++number) {
    finding.events = number;
    Put([&](Transaction& tx) {
      return rows::PutFindingEvent(tx, finding,
                                   {.state = FindingState::kOpen,
                                    .verdict = Verdict::kStale,
                                    .at = Noon(),
                                    .actor = "claim",
                                    .revision = Revision(number)});
    });
  }
  Put([&](Transaction& tx) { return rows::PutFindingEvent(tx, other, {}); });
  const auto events = rows::GetFindingEvents(*Read(), finding.id);
  ASSERT_TRUE(events.ok()) << events.status();
  ASSERT_EQ(events->size(), 300u);
  EXPECT_EQ(events->front().revision, Revision(1));
  EXPECT_EQ(events->back().revision, Revision(300));
  EXPECT_EQ(events->back().verdict, Verdict::kStale);
  EXPECT_EQ(events->back().at, Noon());
  EXPECT_EQ(events->back().actor, "claim");
}

TEST_F(RowsTest, VocabulariesComeBack) {
  EXPECT_EQ(*rows::NewestVocabularyVersion(*Read()), 0u);
  Put([&](Transaction& tx) {
    return rows::PutVocabulary(tx, {.version = 2,
                                    .yaml = "name: x",
                                    .file_name = "x.yaml",
                                    .applied_at = Noon(),
                                    .actor = "eve",
                                    .reason = "why",
                                    .revision = Revision(9)});
  });
  EXPECT_EQ(*rows::NewestVocabularyVersion(*Read()), 2u);
  const auto read = rows::GetVocabulary(*Read(), 2);
  ASSERT_TRUE(read.ok() && read->has_value()) << read.status();
  EXPECT_EQ((*read)->yaml, "name: x");
  EXPECT_EQ((*read)->file_name, "x.yaml");
  EXPECT_EQ((*read)->applied_at, Noon());
  EXPECT_EQ((*read)->actor, "eve");
  EXPECT_EQ((*read)->reason, "why");
  EXPECT_EQ((*read)->revision, Revision(9));
  EXPECT_FALSE(rows::GetVocabulary(*Read(), 1)->has_value());
}

TEST_F(RowsTest, SpacesAreDistinct) {
  const std::vector<Space> spaces = rows::AllSpaces();
  for (size_t a = 0; a < spaces.size(); ++a) {
    EXPECT_LT(spaces[a].id, kSpacesMax);
    for (size_t b = 0; b < a; ++b) {
      EXPECT_NE(spaces[a].id, spaces[b].id);
      EXPECT_STRNE(spaces[a].name, spaces[b].name);
    }
  }
}

// Each kind of record, cut short at every byte, is reported.
TEST_F(RowsTest, TruncatedRecordsAreNoticed) {
  const Finding finding = MakeFinding();
  Put([&](Transaction& tx) {
    const rows::JudgedClaim claims[] = {Judged("gold")};
    const absl::Status status = rows::PutClaims(tx, Revision(1), claims);
    return status.ok() ? rows::PutFinding(tx, finding, std::nullopt) : status;
  });
  const std::string claims = OnlyRow(rows::kClaims).second;
  for (size_t size = 0; size < claims.size(); ++size) {
    EXPECT_FALSE(rows::ParseClaims(claims.substr(0, size)).ok()) << size;
  }
  const std::string row = OnlyRow(rows::kFindings).second;
  for (size_t size = 0; size < row.size(); ++size) {
    Put([&](Transaction& tx) {
      return tx.Put(rows::kFindings, finding.id, row.substr(0, size));
    });
    EXPECT_FALSE(rows::GetFinding(*Read(), finding.id).ok()) << size;
  }
}

}  // namespace
}  // namespace concordat
