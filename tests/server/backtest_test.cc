// Goal: a back-test says what a store would hold that had had the candidate
// from its first commit on, and leaves nothing behind.
#include "server/whatif/backtest.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "config/vocabulary_loader.h"
#include "consistency/rows.h"
#include "gmock/gmock.h"
#include "graph/rows.h"
#include "gtest/gtest.h"
#include "server/storage/sqlite/sqlite_scratch.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/server/archive_fixture.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kBase[] = R"(
name: backtest_test
sources: [crm, erp]
entity_types:
  customer:
    attributes:
      name: {type: text}
      tier: {type: text}
      visits: {type: integer}
      points: {type: integer}
channels:
  web:
    subject_type: customer
    writing: {decimal_mark: "."}
    promise: 3d
    contract:
      customer: {attributes: {name: {}, tier: {}, visits: {}, points: {}}}
  app: {like: web}
)";

std::string With(absl::string_view what, absl::string_view instead) {
  return absl::StrReplaceAll(kBase, {{what, instead}});
}

class FixedClock final : public Clock {
 public:
  explicit FixedClock(int64_t seconds) : seconds_(seconds) {}
  absl::Time Now() const override { return absl::FromUnixSeconds(seconds_); }

 private:
  const int64_t seconds_;
};

// Of 2025-11-01, two months before anything is recorded.
absl::Time Day(int day, int hour = 0) {
  return absl::FromCivil(absl::CivilHour(2025, 11, day, hour),
                         absl::UTCTimeZone());
}

WriteBatch Facts(std::vector<FactRecord> facts) {
  WriteBatch batch;
  batch.actor = "tester";
  for (FactRecord& fact : facts) batch.changes.emplace_back(std::move(fact));
  return batch;
}

FactRecord Since(int day, FactRecord fact) {
  fact.valid.from = Day(day);
  return fact;
}

Claim Said(const std::string& channel, const std::string& id,
           const std::string& attribute, const std::string& value,
           absl::Time at) {
  Claim claim;
  claim.channel = channel;
  claim.entity = EntityId{"customer", id};
  claim.attribute = attribute;
  claim.value = value;
  claim.said_at = at;
  claim.said_at_given = true;
  return claim;
}

// What these tests look back on, under any vocabulary.
void Happen(Instance& instance, const std::string& vocabulary) {
  instance.Apply(vocabulary);
  instance.Write(Facts({CustomerFact("c1", "tier", "silver"),
                        CustomerFact("c2", "name", "Ann"),
                        CustomerFact("c3", "visits", "1000"),
                        CustomerFact("c3", "points", "5")}));
  instance.Write(Facts({Since(10, CustomerFact("c1", "tier", "gold"))}));
  // Within three days; of the next week, not.
  instance.Report({Said("web", "c1", "tier", "silver", Day(12)),
                   Said("app", "c1", "tier", "silver", Day(20))});
  instance.Report({Said("web", "c2", "name", "Bob", Day(3)),
                   Said("web", "c3", "visits", "1.000", Day(4)),
                   Said("app", "c3", "points", "7", Day(5))});
  // Wrong for five minutes, of the time of recording.
  const absl::Time now = absl::FromUnixSeconds(instance.seconds());
  instance.Report({Said("app", "c2", "name", "Eve", now)});
  instance.Report({Said("app", "c2", "name", "Ann", now + absl::Minutes(5))});
  instance.Advance(absl::Hours(48));
  instance.Write(Facts({CustomerFact("c4", "points", "9")}));
  instance.Report({Said("web", "c4", "points", "9", Day(7))});
}

std::shared_ptr<const Vocabulary> Load(const std::string& yaml) {
  LoadedVocabulary loaded = LoadVocabulary(yaml, "test.yaml", 2);
  EXPECT_TRUE(ToStatus(loaded).ok()) << ToStatus(loaded);
  return loaded.vocabulary;
}

// "customer/c1 web tier STALE"
std::string TextOf(const Finding& finding) {
  return absl::StrCat(finding.subject.entity.id, " ", finding.subject.channel,
                      " ", finding.subject.attribute, " ",
                      VerdictName(finding.verdict));
}

// "+" raised, "-" vanished, "~" changed.
std::vector<std::string> ExamplesOf(const FindingDifference& difference) {
  std::vector<std::string> texts;
  for (const FindingPair& pair : difference.Examples(1000)) {
    if (!pair.first.has_value()) {
      texts.push_back(absl::StrCat("+ ", TextOf(*pair.second)));
    } else if (!pair.second.has_value()) {
      texts.push_back(absl::StrCat("- ", TextOf(*pair.first)));
    } else {
      texts.push_back(absl::StrCat("~ ", TextOf(*pair.first), " ",
                                   VerdictName(pair.second->verdict)));
    }
  }
  return texts;
}

// In memory, or in scratch stores on a disk.
class BacktestTest : public testing::TestWithParam<bool> {
 protected:
  BacktestTest() {
    if (GetParam()) limits_.items_in_memory = 0;
    // The disk of the tests is nobody's.
    limits_.disk_reserve_bytes = 0;
  }

  std::string scratch_path() const { return directory_.path() + "/scratch"; }
  bool IsScratchLeft() const { return std::filesystem::exists(scratch_path()); }

  Backtest Begin(Instance& instance, const std::string& in_force,
                 const std::string& candidate) {
    clock_ = std::make_unique<FixedClock>(instance.seconds() + 86400);
    return Backtest(
        &instance.store(), &scratch_, clock_.get(),
        {Load(in_force), Load(candidate), counted_},
        [this] { return cancelled_at_ >= 0 && cancelled_at_-- == 0; }, limits_);
  }
  static absl::Status Finish(Backtest& backtest) {
    while (true) {
      const absl::StatusOr<bool> more = backtest.Step();
      if (!more.ok()) return more.status();
      if (!*more) return absl::OkStatus();
    }
  }

  // Holds a back-test against a store that had the candidate from the start.
  void ExpectAsLive(const std::string& candidate,
                    const std::vector<std::string>& examples) {
    Instance past;
    Happen(past, kBase);
    Instance other;
    Happen(other, candidate);
    counted_.examples = 20;
    {
      Backtest backtest = Begin(past, kBase, candidate);
      const absl::Status finished = Finish(backtest);
      ASSERT_TRUE(finished.ok()) << finished;
      EXPECT_EQ(ExamplesOf(backtest.difference()), examples);
      FindingDifference live(counted_);
      const auto compared = live.Compare(**past.store().Snapshot(),
                                         **other.store().Snapshot(), 1000);
      ASSERT_TRUE(compared.ok()) << compared.status();
      EXPECT_TRUE(backtest.difference().groups() == live.groups());
      EXPECT_TRUE(backtest.difference().weeks() == live.weeks());
      EXPECT_EQ(backtest.claims_candidate().replayed, 8u);
    }
    EXPECT_FALSE(IsScratchLeft());
  }

  TemporaryDirectory directory_;
  SqliteScratch scratch_{scratch_path(), rows::AllSpaces()};
  BacktestLimits limits_;
  FindingDifferenceOptions counted_;
  int cancelled_at_ = -1;
  std::unique_ptr<FixedClock> clock_;
};

TEST_P(BacktestTest, NoChangeIsNoDifference) { ExpectAsLive(kBase, {}); }

TEST_P(BacktestTest, ATightenedPromiseRaises) {
  ExpectAsLive(With("promise: 3d", "promise: 1h"), {"+ c1 web tier STALE"});
}

TEST_P(BacktestTest, ALoosenedPromiseMakesVanish) {
  ExpectAsLive(With("promise: 3d", "promise: 30d"), {"- c1 app tier STALE"});
}

TEST_P(BacktestTest, AnotherNormaliserMakesVanish) {
  ExpectAsLive(With("decimal_mark: \".\"", "decimal_mark: \",\""),
               {"- c3 web visits CONTRADICTS"});
}

TEST_P(BacktestTest, AContractWithoutAnAttributeDiscloses) {
  ExpectAsLive(With(", points: {}}}", "}}"), {"+ c3 app points NOT_ENTITLED",
                                              "+ c4 web points NOT_ENTITLED"});
}

TEST_P(BacktestTest, ANewRuleRaises) {
  ExpectAsLive(absl::StrCat(kBase, R"(rules:
  few_points:
    on: customer
    when: has(points)
    require: points <= 6
    message: "{points} are too many"
)"),
               {"+ c4  few_points CONTRADICTS"});
}

// What was put right before it was shown does not count as raised.
TEST_P(BacktestTest, ASettleTimeHidesWhatHealsWithinIt) {
  ExpectAsLive(With("name: {type: text}", "name: {type: text, settle: 2h}"),
               {"- c2 app name CONTRADICTS"});
}

TEST_P(BacktestTest, CountsOnlyTheStretchThatIsAskedFor) {
  counted_.since = Day(4);
  counted_.until = Day(12, 1);
  Instance past;
  Happen(past, kBase);
  Backtest backtest = Begin(past, kBase, With("promise: 3d", "promise: 1h"));
  ASSERT_TRUE(Finish(backtest).ok());
  const GroupDifference total = backtest.difference().Total();
  EXPECT_EQ(total.raised, 1);
  EXPECT_EQ(total.same, 2);
  EXPECT_EQ(total.open_first, 2);
  EXPECT_EQ(total.open_second, 3);
  std::vector<std::string> weeks;
  for (const auto& [week, volume] : backtest.difference().weeks()) {
    weeks.push_back(
        absl::StrCat(IsoWeek(week), " ", volume.first, " ", volume.second));
  }
  EXPECT_THAT(weeks, ElementsAre("2025-W45 2 2", "2025-W46 0 1"));
}

std::map<FindingGroup, int64_t> OpenOf(const FindingDifference& difference) {
  std::map<FindingGroup, int64_t> open;
  for (const auto& [group, difference_of] : difference.groups()) {
    if (difference_of.open_second > 0) open[group] = difference_of.open_second;
  }
  return open;
}

// Whatever happened, the same vocabulary finds the same again; and what it
// leaves open is what applying it leaves open.
TEST_P(BacktestTest, AnyHistoryComesOutAsItWas) {
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    Instance past;
    for (int i = 0; i < 60; ++i) past.Commit(random);
    past.Apply(VocabularyText(1'000'000));
    Backtest backtest = Begin(past, VocabularyText(0), VocabularyText(1));
    const absl::Status finished = Finish(backtest);
    ASSERT_TRUE(finished.ok()) << finished;
    EXPECT_THAT(ExamplesOf(backtest.difference()), IsEmpty());
    FindingDifference live(counted_);
    const std::unique_ptr<Reader> reader = *past.store().Snapshot();
    ASSERT_TRUE(live.Compare(*reader, *reader, 1000).ok());
    EXPECT_EQ(OpenOf(backtest.difference()), OpenOf(live));
    EXPECT_GT(live.Total().same, 0);
  }
}

TEST_P(BacktestTest, EndsWhereverItIsCancelled) {
  Instance past;
  Happen(past, kBase);
  for (int at = 0; at < 12; ++at) {
    cancelled_at_ = at;
    {
      Backtest backtest = Begin(past, kBase, kBase);
      EXPECT_TRUE(absl::IsCancelled(Finish(backtest))) << at;
    }
    EXPECT_FALSE(IsScratchLeft());
  }
}

TEST_P(BacktestTest, RefusesWhatCannotBeReplayed) {
  Instance past;
  Happen(past, kBase);
  {
    Backtest backtest = Begin(
        past, kBase, With("visits: {type: integer}", "visits: {type: text}"));
    EXPECT_EQ(Reason(Finish(backtest)), "VOCABULARY_IN_USE");
  }
  const absl::Status put = past.store().Write(
      [](Transaction& tx) { return rows::PutLogStart(tx, Revision(3)); });
  ASSERT_TRUE(put.ok()) << put;
  Backtest backtest = Begin(past, kBase, kBase);
  EXPECT_EQ(Reason(Finish(backtest)), "REVISION_COMPACTED");
}

INSTANTIATE_TEST_SUITE_P(Scratch, BacktestTest, testing::Values(false, true),
                         [](const testing::TestParamInfo<bool>& test) {
                           return test.param ? "OnDisk" : "InMemory";
                         });

std::string AllBytesBelow(const std::string& path) {
  std::string all;
  for (const auto& file : std::filesystem::recursive_directory_iterator(path)) {
    if (!file.is_regular_file()) continue;
    std::ifstream in(file.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(in), {});
  }
  return all;
}

class BacktestRoomTest : public testing::Test {
 protected:
  absl::Status Finish(ScratchStores* scratch, const BacktestLimits& limits) {
    Backtest backtest(
        &past_.store(), scratch, &clock_, {Load(kBase), Load(kBase), {}},
        [] { return false; }, limits);
    while (true) {
      const absl::StatusOr<bool> more = backtest.Step();
      if (!more.ok()) return more.status();
      if (!*more) return absl::OkStatus();
    }
  }
  void SetUp() override { Happen(past_, kBase); }

  TemporaryDirectory directory_;
  std::string path_ = directory_.path() + "/scratch";
  SqliteScratch scratch_{path_, rows::AllSpaces()};
  Instance past_;
  FixedClock clock_{1'790'000'000};
};

TEST_F(BacktestRoomTest, SaysWhatTheDiskLacks) {
  const absl::Status refused =
      Finish(&scratch_,
             {.items_in_memory = 0, .disk_reserve_bytes = int64_t{1} << 60});
  EXPECT_EQ(Reason(refused), "PRECONDITION_FAILED");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("MiB more"));
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(BacktestRoomTest, IsRefusedWhereMemoryDoesNotSuffice) {
  EXPECT_EQ(Reason(Finish(nullptr, {.items_without_scratch = 10})),
            "LIMIT_EXCEEDED");
  EXPECT_EQ(Reason(Finish(nullptr, {.items_without_scratch = 1000})), "OK");
}

// What a process leaves that is killed in the midst of it tells nobody's name,
// and goes when the next begins.
TEST_F(BacktestRoomTest, NoValueCanBeReadOnTheDisk) {
  past_.Write(Facts({CustomerFact("c9", "name", "Wilhelmina")}));
  Backtest backtest(&past_.store(), &scratch_, &clock_,
                    {Load(kBase), Load(kBase), {}}, [] { return false; },
                    {.items_in_memory = 0, .disk_reserve_bytes = 0});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(backtest.Step().ok());
  EXPECT_GT(backtest.commits(), 0u);
  const std::string bytes = AllBytesBelow(path_);
  EXPECT_TRUE(absl::StrContains(bytes, "customer"));
  EXPECT_FALSE(absl::StrContains(bytes, "Wilhelmina"));
  ASSERT_TRUE(scratch_.Clear().ok());
  EXPECT_FALSE(std::filesystem::exists(path_));
}

}  // namespace
}  // namespace concordat
