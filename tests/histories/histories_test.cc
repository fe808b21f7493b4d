// Goal: people are shown the mistakes that channels made, each as what it is,
// and nothing else; what was shown stays explained.
// Method: histories in which the mistakes are planted (README.md) go through
// the checker over a store in memory.
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/memory_store.h"
#include "gtest/gtest.h"
#include "tests/histories/behaviours.h"
#include "tests/histories/history.h"
#include "tests/histories/runner.h"
#include "tests/histories/score.h"
#include "tests/histories/vocabulary.h"

namespace concordat::histories {
namespace {

// A history that has taken place.
class HistoryTest : public testing::TestWithParam<uint64_t> {
 protected:
  void SetUp() override {
    history_ =
        MakeHistory({.seed = GetParam(), .entities = 1500}, *vocabulary_);
    const absl::Status ran = runner_.Run(history_.events);
    ASSERT_TRUE(ran.ok()) << ran;
    const absl::Status waited = runner_.WaitUntil(End());
    ASSERT_TRUE(waited.ok()) << waited;
  }

  std::unique_ptr<Reader> Snapshot() { return *store_.Snapshot(); }

  std::vector<SeenFinding> Findings() {
    absl::StatusOr<std::vector<SeenFinding>> seen = SeeFindings(*Snapshot());
    EXPECT_TRUE(seen.ok()) << seen.status();
    return seen.ok() ? *std::move(seen) : std::vector<SeenFinding>();
  }

  int64_t Opened() {
    const absl::StatusOr<int64_t> opened = CountOpened(*Snapshot());
    EXPECT_TRUE(opened.ok()) << opened.status();
    return opened.value_or(0);
  }

  // As often as it takes. Returns how many claims were no retries.
  size_t ReportAgain(const std::vector<Claim>& claims) {
    constexpr size_t kBatch = 1000;
    size_t recorded = 0;
    for (size_t i = 0; i < claims.size(); i += kBatch) {
      const auto begin = claims.begin() + static_cast<ptrdiff_t>(i);
      const auto end =
          begin + static_cast<ptrdiff_t>(std::min(kBatch, claims.size() - i));
      const absl::Status reported =
          runner_.Report(std::vector<Claim>(begin, end));
      EXPECT_TRUE(reported.ok()) << reported;
      recorded += runner_.recorded();
    }
    const absl::Status waited = runner_.WaitUntil(End() + absl::Hours(24 * 30));
    EXPECT_TRUE(waited.ok()) << waited;
    return recorded;
  }

  void ExpectAllReplay(const std::vector<SeenFinding>& seen) {
    const absl::StatusOr<Replayed> replayed =
        ReplayFindings(*Snapshot(), *vocabulary_, seen);
    ASSERT_TRUE(replayed.ok()) << replayed.status();
    EXPECT_EQ(replayed->same, static_cast<int64_t>(seen.size()));
  }

  const std::shared_ptr<const Vocabulary> vocabulary_ = MakeVocabulary();
  History history_;
  MemoryStore store_;
  Runner runner_{store_, *vocabulary_};
};

TEST_P(HistoryTest, PeopleAreShownWhatWasPlantedAndNothingElse) {
  const Score score = ScoreFindings(history_.played, Findings());
  EXPECT_EQ(score.false_findings, 0) << score.ToText();
  for (const Verdict kind : score.Kinds()) {
    EXPECT_GE(score.Precision(kind), 0.99) << VerdictName(kind);
    EXPECT_GE(score.Recall(kind), 0.99) << VerdictName(kind);
    EXPECT_GE(score.Planted(kind), 50) << VerdictName(kind);
  }
  if (HasFailure()) ADD_FAILURE() << score.ToText();
}

// Every behaviour has taken place, so none is in the list in vain.
TEST_P(HistoryTest, EverythingIsPlayed) {
  std::set<std::string> played;
  for (const Played& one : history_.played) played.insert(one.name);
  for (const auto& behaviours :
       {HarmlessBehaviours(), Mistakes(), Disclosures()}) {
    for (const Behaviour& behaviour : behaviours) {
      EXPECT_EQ(played.count(behaviour.name), 1u) << behaviour.name;
    }
  }
  for (const char* name : {"wrong_link", "shared_id", "recycled_id"}) {
    EXPECT_EQ(played.count(name), 1u) << name;
  }
}

TEST_P(HistoryTest, TheSameClaimsAgainOpenNothing) {
  std::vector<Claim> claims;
  for (const Event& event : history_.events) {
    if (const Claim* claim = std::get_if<Claim>(&event.what)) {
      claims.push_back(*claim);
    }
  }
  const int64_t opened = Opened();
  EXPECT_EQ(ReportAgain(claims), 0u);
  EXPECT_EQ(Opened(), opened);
}

TEST_P(HistoryTest, AnotherAuditOfTheSameRecordsOpensNothing) {
  const absl::StatusOr<std::vector<Claim>> held = HeldClaims(*Snapshot());
  ASSERT_TRUE(held.ok()) << held.status();
  const int64_t opened = Opened();
  EXPECT_EQ(ReportAgain(*held), held->size());
  EXPECT_EQ(Opened(), opened);
}

INSTANTIATE_TEST_SUITE_P(Seeds, HistoryTest, testing::Values(1, 2, 3));

}  // namespace
}  // namespace concordat::histories
