// Goal: people are shown the mistakes that channels made, each as what it is,
// and nothing else; what was shown stays explained.
// Method: histories in which the mistakes are planted (README.md) go through
// the checker over a store in memory.
#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "graph/memory_store.h"
#include "gtest/gtest.h"
#include "tests/histories/behaviours.h"
#include "tests/histories/history.h"
#include "tests/histories/runner.h"
#include "tests/histories/score.h"
#include "tests/histories/vocabulary.h"
#include "tests/histories/writes.h"

namespace concordat::histories {
namespace {

constexpr int64_t kCustomers = 700;

// A history that has taken place, and what people were shown by its end.
struct Past {
  explicit Past(uint64_t seed)
      : history(
            MakeHistory({.seed = seed, .entities = kCustomers}, *vocabulary)) {}

  const std::shared_ptr<const Vocabulary> vocabulary = MakeVocabulary();
  const History history;
  MemoryStore store;
  Runner runner{store, *vocabulary};
  std::vector<SeenFinding> seen;
};

// Each history takes place once; what the tests do then comes after it.
class HistoryTest : public testing::TestWithParam<uint64_t> {
 protected:
  void SetUp() override {
    std::unique_ptr<Past>& past = Pasts()[GetParam()];
    if (past == nullptr) {
      past = std::make_unique<Past>(GetParam());
      Expect(past->runner.Run(past->history.events));
      Expect(past->runner.WaitUntil(End()));
      past->seen = See(past->store);
    }
    past_ = past.get();
  }
  static void TearDownTestSuite() { Pasts().clear(); }

  static void Expect(const absl::Status& status) {
    EXPECT_TRUE(status.ok()) << status;
  }

  static std::vector<SeenFinding> See(Store& store) {
    absl::StatusOr<std::vector<SeenFinding>> seen =
        SeeFindings(**store.Snapshot());
    Expect(seen.status());
    return seen.ok() ? *std::move(seen) : std::vector<SeenFinding>();
  }

  int64_t Opened() {
    const absl::StatusOr<int64_t> opened =
        CountOpened(**past_->store.Snapshot());
    Expect(opened.status());
    return opened.value_or(0);
  }

  // Lets a month go by after it. Returns how many were no retries.
  size_t ReportAgain(const std::vector<Claim>& claims) {
    size_t recorded = 0;
    constexpr size_t kBatch = 1000;
    for (size_t i = 0; i < claims.size(); i += kBatch) {
      const auto begin = claims.begin() + static_cast<ptrdiff_t>(i);
      const auto end =
          begin + static_cast<ptrdiff_t>(std::min(kBatch, claims.size() - i));
      Expect(past_->runner.Report(std::vector<Claim>(begin, end)));
      recorded += past_->runner.recorded();
    }
    Expect(past_->runner.WaitUntil(End() + absl::Hours(24 * 30)));
    return recorded;
  }

  void ExpectAllReplay(const std::vector<SeenFinding>& seen) {
    const absl::StatusOr<Replayed> replayed =
        ReplayFindings(**past_->store.Snapshot(), *past_->vocabulary, seen);
    ASSERT_TRUE(replayed.ok()) << replayed.status();
    EXPECT_THAT(replayed->different, testing::IsEmpty());
    EXPECT_GT(replayed->same, 1000);
  }

  Past* past_ = nullptr;

 private:
  static std::map<uint64_t, std::unique_ptr<Past>>& Pasts() {
    static auto* const kPasts = new std::map<uint64_t, std::unique_ptr<Past>>;
    return *kPasts;
  }
};

TEST_P(HistoryTest, PeopleAreShownWhatWasPlantedAndNothingElse) {
  const Score score = ScoreFindings(past_->history.played, past_->seen);
  EXPECT_EQ(score.false_findings, 0) << score.ToText();
  for (const Verdict kind : score.Kinds()) {
    EXPECT_GE(score.Precision(kind), 0.99) << VerdictName(kind);
    EXPECT_GE(score.Recall(kind), 0.99) << VerdictName(kind);
    EXPECT_GE(score.Planted(kind), 50) << VerdictName(kind);
  }
  if (HasFailure()) ADD_FAILURE() << score.ToText();
}

TEST_P(HistoryTest, NothingIsShownOfAChannelThatKeepsItsPromises) {
  for (const SeenFinding& one : past_->seen) {
    if (one.finding.subject.channel != kFaultlessChannel) continue;
    EXPECT_THAT(one.shown, testing::IsEmpty()) << one.finding.explanation;
  }
}

// Every behaviour has taken place, so none is in the list in vain.
TEST_P(HistoryTest, EverythingIsPlayed) {
  std::set<std::string> played;
  for (const Played& one : past_->history.played) played.insert(one.name);
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
  for (const Event& event : past_->history.events) {
    if (const Claim* claim = std::get_if<Claim>(&event.what)) {
      claims.push_back(*claim);
    }
  }
  const int64_t opened = Opened();
  EXPECT_EQ(ReportAgain(claims), 0u);
  EXPECT_EQ(Opened(), opened);
}

TEST_P(HistoryTest, AnotherAuditOfTheSameRecordsOpensNothing) {
  const absl::StatusOr<std::vector<Claim>> held =
      HeldClaims(**past_->store.Snapshot());
  ASSERT_TRUE(held.ok()) << held.status();
  const int64_t opened = Opened();
  EXPECT_EQ(ReportAgain(*held), held->size());
  EXPECT_EQ(Opened(), opened);
}

TEST_P(HistoryTest, FindingsReplayAfterManyMoreWrites) {
  const std::vector<SeenFinding> before = See(past_->store);
  Expect(WriteMore({.writes = 10'000, .entities = kCustomers}, past_->runner,
                   *past_->vocabulary));
  ExpectAllReplay(before);
  ExpectAllReplay(See(past_->store));
}

INSTANTIATE_TEST_SUITE_P(Seeds, HistoryTest, testing::Values(1, 2, 3));

}  // namespace
}  // namespace concordat::histories
