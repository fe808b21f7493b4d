// Goal: who wins when is what graph/survivorship.h says.
// Method: tables of histories of several sources under a rule, and random
// histories and rules against a definition that looks at every instant by
// itself and knows no sweep.
#include "graph/survivorship.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "graph/timeline.h"
#include "gtest/gtest.h"
#include "tests/conformance/rows.h"
#include "tests/graph/graph_fixture.h"

namespace concordat {
namespace {

constexpr int kEver = -1000;
constexpr int kOpen = 1000;
constexpr auto kByPriority = SurvivorshipCriterion::kPriority;
constexpr auto kByRecency = SurvivorshipCriterion::kRecency;
constexpr auto kByValidation = SurvivorshipCriterion::kValidation;

absl::Time Tick(int tick) {
  if (tick == kEver) return absl::InfinitePast();
  if (tick == kOpen) return absl::InfiniteFuture();
  return absl::UnixEpoch() + absl::Microseconds(tick);
}

std::string Written(absl::Time time) {
  if (time == absl::InfinitePast()) return "-";
  if (time == absl::InfiniteFuture()) return "+";
  return absl::StrCat(absl::ToUnixMicros(time));
}

FactRecord Said(const char* source, const char* value, int from, int to,
                uint64_t revision,
                Validation validation = Validation::kNotSaid) {
  FactRecord fact;
  fact.value = value;
  fact.valid = {Tick(from), Tick(to)};
  fact.validation = validation;
  fact.recorded.source = source;
  fact.recorded.revision = Revision(revision);
  return fact;
}

FactRecord TakenBack(std::optional<const char*> source, int from,
                     uint64_t revision) {
  FactRecord fact = Said(source.value_or(""), "", from, kOpen, revision);
  fact.value.reset();
  fact.retraction = true;
  fact.one_source = source.has_value();
  return fact;
}

std::string SpansOf(const Timeline& timeline) {
  return absl::StrJoin(
      timeline.spans(), " ", [&](std::string* out, const TimelineSpan& span) {
        absl::StrAppend(out, timeline.FactOf(span).value.value_or("none"), "[",
                        Written(span.valid.from), ",", Written(span.valid.to),
                        ")");
      });
}

struct RuleCase {
  const char* name;
  Survivorship rule;
  std::vector<FactRecord> records;
  std::string spans;
};
void PrintTo(const RuleCase& test, std::ostream* out) { *out << test.name; }

class SurvivorshipTest : public testing::TestWithParam<RuleCase> {};

TEST_P(SurvivorshipTest, GivesTheseSpansInAnyOrderOfRecords) {
  std::vector<FactRecord> records = GetParam().records;
  std::mt19937 random(1);
  for (int round = 0; round < 20; ++round) {
    EXPECT_EQ(SpansOf(Timeline(records, GetParam().rule)), GetParam().spans);
    std::shuffle(records.begin(), records.end(), random);
  }
}

const Survivorship kUndeclared;
const Survivorship kErpFirst{{kByPriority}, {"erp", "crm"}};

INSTANTIATE_TEST_SUITE_P(
    Sources, SurvivorshipTest,
    testing::Values(
        RuleCase{"UndeclaredTheLaterStartHolds",
                 kUndeclared,
                 {Said("erp", "a", 1, kOpen, 1), Said("crm", "b", 5, kOpen, 2)},
                 "a[1,5) b[5,+)"},
        RuleCase{"UndeclaredOfOneStartTheLastRecorded",
                 kUndeclared,
                 {Said("erp", "a", 1, kOpen, 2), Said("crm", "b", 1, kOpen, 1)},
                 "a[1,+)"},
        RuleCase{"UndeclaredEachKeepsItsOwn",
                 kUndeclared,
                 {Said("crm", "b", 1, kOpen, 1), Said("erp", "a", 1, 4, 2)},
                 "a[1,4) b[4,+)"},
        RuleCase{"OfOneSourceTheNewestReplaces",
                 kUndeclared,
                 {Said("erp", "b", 1, kOpen, 1), Said("erp", "a", 1, 4, 2)},
                 "a[1,4)"},
        RuleCase{"RetractionOfEverySource",
                 kUndeclared,
                 {Said("crm", "b", 1, kOpen, 1), Said("erp", "a", 1, kOpen, 2),
                  TakenBack(std::nullopt, 1, 3)},
                 ""},
        RuleCase{"RetractionOfOneSourceLeavesTheOther",
                 kUndeclared,
                 {Said("crm", "b", 1, kOpen, 1), Said("erp", "a", 1, kOpen, 2),
                  TakenBack("erp", 1, 3)},
                 "b[1,+)"},
        RuleCase{"RetractionOfTheUnnamedSource",
                 kUndeclared,
                 {Said("", "b", 1, kOpen, 2), Said("erp", "a", 1, kOpen, 1),
                  TakenBack("", 1, 3)},
                 "a[1,+)"},
        RuleCase{"SaidAgainAfterRetractionOfEverySource",
                 kUndeclared,
                 {Said("crm", "b", 1, kOpen, 1), Said("erp", "a", 1, kOpen, 2),
                  TakenBack(std::nullopt, 1, 3), Said("crm", "c", 1, 9, 4)},
                 "c[1,9)"},
        RuleCase{"PriorityOverLaterStart",
                 kErpFirst,
                 {Said("erp", "a", 1, kOpen, 1), Said("crm", "b", 5, kOpen, 2)},
                 "a[1,+)"},
        RuleCase{"TheNextSourceWhereTheFirstIsSilent",
                 kErpFirst,
                 {Said("erp", "a", 3, 6, 1), Said("crm", "b", 1, kOpen, 2)},
                 "b[1,3) a[3,6) b[6,+)"},
        RuleCase{"OfTheFirstSourceItsLatestStart",
                 kErpFirst,
                 {Said("erp", "a", 1, kOpen, 1), Said("erp", "c", 4, 6, 3),
                  Said("crm", "b", 2, kOpen, 2)},
                 "a[1,4) c[4,6) a[6,+)"},
        RuleCase{"NotListedComesLast",
                 kErpFirst,
                 {Said("web", "w", 9, kOpen, 9), Said("crm", "b", 1, kOpen, 1)},
                 "b[1,+)"},
        RuleCase{"NotListedAmongThemselvesByStart",
                 kErpFirst,
                 {Said("web", "w", 9, kOpen, 1), Said("app", "p", 1, kOpen, 2)},
                 "p[1,9) w[9,+)"},
        RuleCase{"TheFirstSourceKnowsThatThereIsNone",
                 kErpFirst,
                 {[] {
                    FactRecord none = Said("erp", "", 3, kOpen, 1);
                    none.value.reset();
                    return none;
                  }(),
                  Said("crm", "b", 1, kOpen, 2)},
                 "b[1,3) none[3,+)"},
        RuleCase{"RecencyBeforePriority",
                 {{kByRecency, kByPriority}, {"erp", "crm"}},
                 {Said("erp", "a", 1, kOpen, 2), Said("crm", "b", 5, kOpen, 1),
                  Said("web", "w", 5, kOpen, 3)},
                 "a[1,5) b[5,+)"},
        RuleCase{"VerifiedOverLater",
                 {{kByValidation}, {}},
                 {Said("erp", "a", 1, kOpen, 1, Validation::kVerified),
                  Said("crm", "b", 5, kOpen, 2, Validation::kUnverified)},
                 "a[1,+)"},
        RuleCase{"UnverifiedIsAsGoodAsNotSaid",
                 {{kByValidation}, {}},
                 {Said("erp", "a", 1, kOpen, 1, Validation::kUnverified),
                  Said("crm", "b", 5, kOpen, 2)},
                 "a[1,5) b[5,+)"},
        RuleCase{"InvalidNeverWinsWhateverTheRule",
                 kErpFirst,
                 {Said("erp", "a", 5, kOpen, 2, Validation::kInvalid),
                  Said("web", "w", 1, 9, 1)},
                 "w[1,9) a[9,+)"},
        RuleCase{"InvalidHidesWhatItsSourceSaidBefore",
                 kErpFirst,
                 {Said("erp", "a", 1, kOpen, 1),
                  Said("erp", "x", 5, kOpen, 2, Validation::kInvalid),
                  Said("crm", "b", 3, kOpen, 3)},
                 "a[1,5) b[5,+)"},
        RuleCase{"ThreeCriteria",
                 {{kByValidation, kByPriority, kByRecency}, {"erp", "crm"}},
                 {Said("erp", "a", 1, kOpen, 1),
                  Said("crm", "b", 2, 7, 2, Validation::kVerified),
                  Said("web", "w", 4, 6, 3, Validation::kVerified)},
                 "a[1,2) b[2,7) a[7,+)"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(SurvivorshipTest, AnotherRuleAnswersOtherwiseOverTheSameRecords) {
  const std::vector<FactRecord> records = {Said("erp", "a", 1, kOpen, 1),
                                           Said("crm", "b", 5, kOpen, 2)};
  EXPECT_EQ(SpansOf(Timeline(records)), "a[1,5) b[5,+)");
  EXPECT_EQ(SpansOf(Timeline(records, kErpFirst)), "a[1,+)");
  EXPECT_EQ(SpansOf(Timeline(records, {{kByPriority}, {"crm", "erp"}})),
            "a[1,5) b[5,+)");
}

TEST(KeepSaidAtTest, KeepsEachSourcesLatestStart) {
  std::vector<FactRecord> facts = FactsInForce(
      {Said("erp", "a", 1, kOpen, 1), Said("erp", "c", 4, 6, 3),
       Said("crm", "b", 2, kOpen, 2), Said("web", "w", 8, kOpen, 4)});
  KeepSaidAt(Tick(5), facts);
  ASSERT_EQ(facts.size(), 2u);
  EXPECT_EQ(facts[0].value, "b");
  EXPECT_EQ(facts[1].value, "c");
}

// The definition, without a sweep. What a source says at `t`: of its facts that
// are not replaced or taken back and cover `t`, the one that starts latest.
std::vector<const FactRecord*> CandidatesAt(
    const std::vector<FactRecord>& records, absl::Time t) {
  const auto newer = [](const FactRecord& a, const FactRecord& b) {
    return std::make_pair(a.recorded.revision, a.recorded.ordinal) >
           std::make_pair(b.recorded.revision, b.recorded.ordinal);
  };
  std::vector<const FactRecord*> candidates;
  for (const FactRecord& fact : records) {
    if (fact.retraction || !fact.valid.Covers(t)) continue;
    const bool gone = std::any_of(
        records.begin(), records.end(), [&](const FactRecord& other) {
          if (other.valid.from != fact.valid.from || !newer(other, fact)) {
            return false;
          }
          return other.recorded.source == fact.recorded.source ||
                 (other.retraction && !other.one_source);
        });
    if (gone) continue;
    auto same = std::find_if(
        candidates.begin(), candidates.end(), [&](const FactRecord* candidate) {
          return candidate->recorded.source == fact.recorded.source;
        });
    if (same == candidates.end()) {
      candidates.push_back(&fact);
    } else if ((*same)->valid.from < fact.valid.from) {
      *same = &fact;
    }
  }
  return candidates;
}

// Takes away, question by question, all that are not the best.
const FactRecord* WinnerAt(const std::vector<FactRecord>& records,
                           const Survivorship& rule, absl::Time t) {
  std::vector<const FactRecord*> left = CandidatesAt(records, t);
  const auto keep_best = [&left](const auto& score) {
    int64_t best = INT64_MIN;
    for (const FactRecord* fact : left) best = std::max(best, score(*fact));
    std::erase_if(left,
                  [&](const FactRecord* fact) { return score(*fact) != best; });
  };
  const auto start = [](const FactRecord& fact) -> int64_t {
    return fact.valid.from == absl::InfinitePast()
               ? -1
               : absl::ToUnixMicros(fact.valid.from);
  };
  if (!rule.by.empty()) {
    keep_best([](const FactRecord& fact) -> int64_t {
      return fact.validation != Validation::kInvalid;
    });
  }
  for (const SurvivorshipCriterion criterion : rule.by) {
    if (criterion == kByRecency) keep_best(start);
    if (criterion == kByValidation) {
      keep_best([](const FactRecord& fact) -> int64_t {
        return fact.validation == Validation::kVerified;
      });
    }
    if (criterion == kByPriority) {
      keep_best([&rule](const FactRecord& fact) -> int64_t {
        for (size_t i = 0; i < rule.sources.size(); ++i) {
          if (rule.sources[i] == fact.recorded.source) {
            return -static_cast<int64_t>(i);
          }
        }
        return -100;
      });
    }
  }
  keep_best(start);
  keep_best([](const FactRecord& fact) -> int64_t {
    return static_cast<int64_t>(fact.recorded.revision.number());
  });
  keep_best(
      [](const FactRecord& fact) -> int64_t { return fact.recorded.ordinal; });
  return left.empty() ? nullptr : left.front();
}

class RandomHistory {
 public:
  explicit RandomHistory(uint64_t seed) : random_(seed) {}

  int Draw(int below) {
    return static_cast<int>(Below(random_, static_cast<uint64_t>(below)));
  }

  Survivorship Rule() {
    Survivorship rule;
    rule.by = {kByPriority, kByRecency, kByValidation};
    std::shuffle(rule.by.begin(), rule.by.end(), random_);
    rule.by.resize(static_cast<size_t>(Draw(4)));
    if (std::count(rule.by.begin(), rule.by.end(), kByPriority) > 0) {
      rule.sources = {"crm", "erp", "web", ""};
      std::shuffle(rule.sources.begin(), rule.sources.end(), random_);
      rule.sources.resize(static_cast<size_t>(1 + Draw(4)));
    }
    return rule;
  }

  std::vector<FactRecord> Records(int ticks) {
    const char* sources[] = {"crm", "erp", "web", ""};
    std::vector<FactRecord> records;
    const int count = Draw(12);
    for (int i = 0; i < count; ++i) {
      const int from = Draw(8) == 0 ? kEver : Draw(ticks - 2);
      const int to =
          Draw(2) == 0 ? kOpen : std::max(from, 0) + 1 + Draw(ticks / 2);
      const char* source = sources[Draw(4)];
      const auto revision = static_cast<uint64_t>(1 + Draw(4));
      FactRecord record = Said(source, "v", from, to, revision,
                               static_cast<Validation>(Draw(4)));
      if (Draw(6) == 0) {
        record = Draw(2) == 0 ? TakenBack(source, from, revision)
                              : TakenBack(std::nullopt, from, revision);
      }
      record.recorded.ordinal = static_cast<uint32_t>(i);
      records.push_back(std::move(record));
    }
    return records;
  }

 private:
  std::mt19937_64 random_;
};

TEST(SurvivorshipModelTest, AgreesWithTheDefinitionAtEveryInstant) {
  constexpr int kRounds = 4000;
  constexpr int kTicks = 12;
  const uint64_t seed = TestSeed(20261122);
  RandomHistory history(seed);
  for (int round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(absl::StrCat("CONCORDAT_TEST_SEED=", seed, " round ", round));
    const Survivorship rule = history.Rule();
    const std::vector<FactRecord> records = history.Records(kTicks);
    const Timeline timeline(records, rule);
    for (int tick = -1; tick <= 2 * kTicks; ++tick) {
      const FactRecord* defined = WinnerAt(records, rule, Tick(tick));
      const TimelineSpan* span = timeline.At(Tick(tick));
      ASSERT_EQ(span == nullptr, defined == nullptr) << "at " << tick;
      if (defined == nullptr) continue;
      ASSERT_EQ(timeline.FactOf(*span).recorded.ordinal,
                defined->recorded.ordinal)
          << "at " << tick;
    }
    for (size_t i = 0; i < timeline.spans().size(); ++i) {
      const TimelineSpan& span = timeline.spans()[i];
      ASSERT_LT(span.valid.from, span.valid.to);
      if (i == 0) continue;
      ASSERT_LE(timeline.spans()[i - 1].valid.to, span.valid.from);
      ASSERT_TRUE(timeline.spans()[i - 1].fact != span.fact ||
                  timeline.spans()[i - 1].valid.to < span.valid.from)
          << "one stretch in two spans";
    }
  }
}

}  // namespace
}  // namespace concordat
