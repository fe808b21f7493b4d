// Goal: what holds when is what the comment of Timeline says.
// Method: tables of histories, written in one line each, and random histories
// against a definition that looks at every instant by itself.
#include "graph/timeline.h"

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
#include "gtest/gtest.h"

namespace concordat {
namespace {

constexpr int kEver = -1000;
constexpr int kOpen = 1000;
const char* const kNone = nullptr;

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

FactRecord Fact(int from, int to, const char* value, uint64_t revision,
                uint32_t ordinal = 0) {
  FactRecord fact;
  if (value != nullptr) fact.value = value;
  fact.valid = {Tick(from), Tick(to)};
  fact.recorded.revision = Revision(revision);
  fact.recorded.ordinal = ordinal;
  return fact;
}

FactRecord Retraction(int from, uint64_t revision, uint32_t ordinal = 0) {
  FactRecord fact = Fact(from, kOpen, kNone, revision, ordinal);
  fact.retraction = true;
  return fact;
}

// "gold[1,3) none[3,+)".
std::string SpansOf(const Timeline& timeline) {
  return absl::StrJoin(
      timeline.spans(), " ", [&](std::string* out, const TimelineSpan& span) {
        absl::StrAppend(out, timeline.FactOf(span).value.value_or("none"), "[",
                        Written(span.valid.from), ",", Written(span.valid.to),
                        ")");
      });
}

struct HistoryCase {
  const char* name;
  std::vector<FactRecord> records;
  std::string spans;
};
void PrintTo(const HistoryCase& test, std::ostream* out) { *out << test.name; }

class TimelineHistoryTest : public testing::TestWithParam<HistoryCase> {};

TEST_P(TimelineHistoryTest, GivesTheseSpansInAnyOrderOfRecords) {
  std::vector<FactRecord> records = GetParam().records;
  std::mt19937 random(1);
  for (int round = 0; round < 20; ++round) {
    EXPECT_EQ(SpansOf(Timeline(records)), GetParam().spans);
    std::shuffle(records.begin(), records.end(), random);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Histories, TimelineHistoryTest,
    testing::Values(
        HistoryCase{"Nothing", {}, ""},
        HistoryCase{"OneSinceEver", {Fact(kEver, kOpen, "a", 1)}, "a[-,+)"},
        HistoryCase{"NextStartEndsTheOneBefore",
                    {Fact(1, kOpen, "a", 1), Fact(5, kOpen, "b", 2)},
                    "a[1,5) b[5,+)"},
        HistoryCase{"ImportedBackwards",
                    {Fact(5, kOpen, "b", 1), Fact(1, kOpen, "a", 2)},
                    "a[1,5) b[5,+)"},
        HistoryCase{"BoundedOverOpenComesBack",
                    {Fact(1, kOpen, "a", 1), Fact(3, 6, "b", 2)},
                    "a[1,3) b[3,6) a[6,+)"},
        HistoryCase{"BoundedRecordedBeforeTheOpenOne",
                    {Fact(3, 6, "b", 1), Fact(1, kOpen, "a", 2)},
                    "a[1,3) b[3,6) a[6,+)"},
        HistoryCase{"BoundedInBoundedInOpen",
                    {Fact(kEver, kOpen, "a", 1), Fact(2, 9, "b", 2),
                     Fact(4, 6, "c", 3)},
                    "a[-,2) b[2,4) c[4,6) b[6,9) a[9,+)"},
        HistoryCase{"LaterStartWinsThoughItEndsLater",
                    {Fact(1, 5, "a", 2), Fact(3, 8, "b", 1)},
                    "a[1,3) b[3,8)"},
        HistoryCase{
            "Gap", {Fact(1, 3, "a", 1), Fact(5, 7, "b", 2)}, "a[1,3) b[5,7)"},
        HistoryCase{"Touching",
                    {Fact(1, 3, "a", 1), Fact(3, 5, "a", 2)},
                    "a[1,3) a[3,5)"},
        HistoryCase{"CorrectionOfOneStart",
                    {Fact(1, kOpen, "a", 1), Fact(1, kOpen, "b", 2)},
                    "b[1,+)"},
        HistoryCase{"CorrectionShortens",
                    {Fact(1, kOpen, "a", 1), Fact(1, 4, "a", 2)},
                    "a[1,4)"},
        HistoryCase{"OfOneRevisionTheLastDecides",
                    {Fact(1, kOpen, "a", 1, 0), Fact(1, kOpen, "b", 1, 1)},
                    "b[1,+)"},
        HistoryCase{"RevisionBeforeOrdinal",
                    {Fact(1, kOpen, "a", 1, 9), Fact(1, kOpen, "b", 2, 0)},
                    "b[1,+)"},
        HistoryCase{
            "RetractionUncovers",
            {Fact(1, kOpen, "a", 1), Fact(3, kOpen, "b", 2), Retraction(3, 3)},
            "a[1,+)"},
        HistoryCase{"RetractionOfAnotherStartDoesNothing",
                    {Fact(1, kOpen, "a", 1), Retraction(2, 2)},
                    "a[1,+)"},
        HistoryCase{
            "RetractedAndWrittenAgain",
            {Fact(1, kOpen, "a", 1), Retraction(1, 2), Fact(1, kOpen, "b", 3)},
            "b[1,+)"},
        HistoryCase{
            "RetractionTakesBackCorrectionsToo",
            {Fact(1, kOpen, "a", 1), Fact(1, kOpen, "b", 2), Retraction(1, 3)},
            ""},
        HistoryCase{"RetractionSinceEver",
                    {Fact(kEver, kOpen, "a", 1), Retraction(kEver, 2)},
                    ""},
        HistoryCase{"KnownNone",
                    {Fact(1, kOpen, "a", 1), Fact(4, kOpen, kNone, 2)},
                    "a[1,4) none[4,+)"},
        HistoryCase{"BoundedNone",
                    {Fact(1, kOpen, "a", 1), Fact(4, 6, kNone, 2)},
                    "a[1,4) none[4,6) a[6,+)"}),
    [](const auto& test) { return std::string(test.param.name); });

struct StateCase {
  const char* name;
  int tick;
  Timeline::State state;
  const char* value;  // nullptr: none or nothing holds
};
void PrintTo(const StateCase& test, std::ostream* out) { *out << test.name; }

class TimelineStateTest : public testing::TestWithParam<StateCase> {};

// a [2,4), gap, b [6,8), none [8,10), gap.
TEST_P(TimelineStateTest, IsAsTheFactsSay) {
  const StateCase& test = GetParam();
  const Timeline timeline(
      {Fact(2, 4, "a", 1), Fact(6, 8, "b", 2), Fact(8, 10, kNone, 3)});
  EXPECT_EQ(timeline.StateAt(Tick(test.tick)), test.state);
  const TimelineSpan* span = timeline.At(Tick(test.tick));
  const std::optional<std::string> value =
      span == nullptr ? std::nullopt : timeline.FactOf(*span).value;
  EXPECT_EQ(value.value_or("nothing"),
            test.value == nullptr ? "nothing" : test.value);
}

INSTANTIATE_TEST_SUITE_P(
    Instants, TimelineStateTest,
    testing::Values(StateCase{"SinceEver", kEver, Timeline::State::kSilent,
                              kNone},
                    StateCase{"JustBefore", 1, Timeline::State::kSilent, kNone},
                    StateCase{"AtTheStart", 2, Timeline::State::kValue, "a"},
                    StateCase{"LastInstant", 3, Timeline::State::kValue, "a"},
                    StateCase{"AtTheEnd", 4, Timeline::State::kNone, kNone},
                    StateCase{"InTheGap", 5, Timeline::State::kNone, kNone},
                    StateCase{"AfterTheGap", 6, Timeline::State::kValue, "b"},
                    StateCase{"KnownNone", 8, Timeline::State::kNone, kNone},
                    StateCase{"AfterAll", 10, Timeline::State::kNone, kNone},
                    StateCase{"ForEver", kOpen, Timeline::State::kNone, kNone}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(TimelineTest, WithoutFactsIsSilentForEver) {
  for (const int tick : {kEver, 0, kOpen}) {
    EXPECT_EQ(Timeline().StateAt(Tick(tick)), Timeline::State::kSilent);
    EXPECT_EQ(Timeline().At(Tick(tick)), nullptr);
  }
}

TEST(TimelineTest, FactsInForceAreInOrderOfStart) {
  const Timeline timeline({Fact(5, kOpen, "c", 1), Fact(1, kOpen, "a", 2),
                           Fact(3, kOpen, "b", 3), Retraction(3, 4)});
  ASSERT_EQ(timeline.facts().size(), 2u);
  EXPECT_EQ(timeline.facts()[0].value, "a");
  EXPECT_EQ(timeline.facts()[1].value, "c");
}

// The definition, instant by instant: of the records that start at one instant
// the newest decides, a retraction removes them, and of the facts that cover
// `t` the one that starts latest holds.
const FactRecord* Defined(const std::vector<FactRecord>& records,
                          absl::Time t) {
  const FactRecord* holds = nullptr;
  for (const FactRecord& fact : records) {
    const bool replaced = std::any_of(
        records.begin(), records.end(), [&](const FactRecord& other) {
          return other.valid.from == fact.valid.from &&
                 std::make_pair(other.recorded.revision,
                                other.recorded.ordinal) >
                     std::make_pair(fact.recorded.revision,
                                    fact.recorded.ordinal);
        });
    if (replaced || fact.retraction || !fact.valid.Covers(t)) continue;
    if (holds == nullptr || holds->valid.from < fact.valid.from) holds = &fact;
  }
  return holds;
}

bool EndedBefore(const std::vector<FactRecord>& records, int tick) {
  for (int t = -1; t < tick; ++t) {
    if (Defined(records, Tick(t)) != nullptr) return true;
  }
  return false;
}

TEST(TimelineModelTest, AgreesWithTheDefinitionAtEveryInstant) {
  constexpr int kRounds = 2000;
  constexpr int kTicks = 12;
  std::mt19937 random(20261121);
  const auto draw = [&random](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  for (int round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    std::vector<FactRecord> records;
    const int count = draw(9);
    for (int i = 0; i < count; ++i) {
      const int from = draw(8) == 0 ? kEver : draw(kTicks - 2);
      const int to =
          draw(2) == 0 ? kOpen : std::max(from, 0) + 1 + draw(kTicks / 2);
      const char* values[] = {"a", "b", kNone};
      const auto revision = static_cast<uint64_t>(1 + draw(4));
      records.push_back(draw(6) == 0
                            ? Retraction(from, revision, i)
                            : Fact(from, to, values[draw(3)], revision, i));
    }
    const Timeline timeline(records);
    for (int tick = -1; tick <= 2 * kTicks; ++tick) {
      const FactRecord* defined = Defined(records, Tick(tick));
      const TimelineSpan* span = timeline.At(Tick(tick));
      ASSERT_EQ(span == nullptr, defined == nullptr) << "at " << tick;
      Timeline::State state = EndedBefore(records, tick)
                                  ? Timeline::State::kNone
                                  : Timeline::State::kSilent;
      if (defined != nullptr) {
        EXPECT_EQ(timeline.FactOf(*span).recorded.ordinal,
                  defined->recorded.ordinal)
            << "at " << tick;
        state = defined->value.has_value() ? Timeline::State::kValue
                                           : Timeline::State::kNone;
      }
      ASSERT_EQ(timeline.StateAt(Tick(tick)), state) << "at " << tick;
    }
    for (size_t i = 0; i < timeline.spans().size(); ++i) {
      const TimelineSpan& span = timeline.spans()[i];
      EXPECT_LT(span.valid.from, span.valid.to);
      if (i == 0) continue;
      EXPECT_LE(timeline.spans()[i - 1].valid.to, span.valid.from);
    }
  }
}

}  // namespace
}  // namespace concordat
