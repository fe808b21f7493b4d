#include "graph/value_explanation.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "graph/timeline.h"
#include "gtest/gtest.h"
#include "tests/graph/graph_fixture.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

FactRecord Said(const char* source, ValidTime valid, uint64_t revision,
                Validation validation = Validation::kNotSaid) {
  FactRecord fact = MakeFact({"customer", "ada"}, "email",
                             absl::StrCat("secret@", source), valid);
  fact.recorded.source = source;
  fact.recorded.revision = Revision(revision);
  fact.validation = validation;
  return fact;
}

// "erp won", "crm lost 2/3": by which question, of how many asked.
std::vector<std::string> Outcomes(const std::vector<ValueCandidate>& all) {
  std::vector<std::string> outcomes;
  for (const ValueCandidate& candidate : all) {
    std::string text = candidate.fact.recorded.source;
    switch (candidate.outcome) {
      case ValueCandidate::Outcome::kWon:
        EXPECT_THAT(candidate.steps, IsEmpty());
        absl::StrAppend(&text, " won");
        break;
      case ValueCandidate::Outcome::kLost:
        absl::StrAppend(&text, " lost");
        for (const ContestStep& step : candidate.steps) {
          absl::StrAppend(&text, step.decided ? " !" : " =",
                          static_cast<int>(step.by));
        }
        break;
      case ValueCandidate::Outcome::kNotThen:
        EXPECT_THAT(candidate.steps, IsEmpty());
        absl::StrAppend(&text, " not then");
    }
    outcomes.push_back(text);
  }
  return outcomes;
}

TEST(ExplainValueTest, SaysOfEverySourceWhatBecameOfItsWord) {
  const Survivorship rule{
      {SurvivorshipCriterion::kValidation, SurvivorshipCriterion::kPriority},
      {"erp", "crm"}};
  const std::vector<ValueCandidate> all = ExplainValue(
      {Said("web", {Day(1, 1)}, 1, Validation::kInvalid),
       Said("app", {Day(2, 1)}, 2), Said("crm", {Day(3, 1)}, 3),
       Said("erp", {Day(1, 1)}, 4), Said("old", {Day(1, 1), Day(2, 1)}, 5),
       Said("new", {Day(9, 1)}, 6)},
      rule, Day(5, 1));
  EXPECT_THAT(Outcomes(all),
              ElementsAre("erp won", "crm lost =1 =4 !2", "app lost =1 =4 !2",
                          "web lost !1", "new not then", "old not then"));
  EXPECT_EQ(all[1].words,
            "lost to erp by priority: erp is no. 1, crm is no. 2 of erp, crm");
  EXPECT_EQ(all[2].words,
            "lost to erp by priority: erp is no. 1, app is not listed of erp, "
            "crm");
  EXPECT_EQ(all[3].words,
            "lost to erp by validation: erp not said, web invalid");
  EXPECT_THAT(all[4].words, HasSubstr("first value starts at 2026-09-01"));
  EXPECT_THAT(all[5].words, HasSubstr("ended at 2026-02-01"));
  for (const ValueCandidate& candidate : all) {
    EXPECT_THAT(candidate.words, Not(HasSubstr("secret")));
  }
}

TEST(ExplainValueTest, WithoutARuleStartThenRecordingDecide) {
  EXPECT_THAT(Outcomes(ExplainValue(
                  {Said("web", {Day(1, 1)}, 9), Said("crm", {Day(3, 1)}, 3),
                   Said("erp", {Day(3, 1)}, 4)},
                  {}, Day(5, 1))),
              ElementsAre("erp won", "crm lost =5 !6", "web lost !5"));
}

TEST(ExplainValueTest, AgreesWithTheTimeline) {
  const std::vector<FactRecord> records = {
      Said("web", {Day(1, 1), Day(4, 1)}, 1, Validation::kVerified),
      Said("crm", {Day(2, 1)}, 2), Said("erp", {Day(3, 1), Day(6, 1)}, 3)};
  const Survivorship rule{{SurvivorshipCriterion::kValidation}, {}};
  const Timeline timeline(records, rule);
  for (int month = 1; month <= 12; ++month) {
    const auto all = ExplainValue(records, rule, Day(month, 15));
    const TimelineSpan* span = timeline.At(Day(month, 15));
    ASSERT_NE(span, nullptr);
    ASSERT_EQ(all.front().outcome, ValueCandidate::Outcome::kWon);
    EXPECT_EQ(all.front().fact.value, timeline.FactOf(*span).value) << month;
  }
}

TEST(ExplainValueTest, NothingIsKnown) {
  EXPECT_THAT(ExplainValue({}, {}, Day(1, 1)), IsEmpty());
  FactRecord back = Said("crm", {}, 2);
  back.retraction = true;
  EXPECT_THAT(ExplainValue({Said("crm", {}, 1), back}, {}, Day(1, 1)),
              IsEmpty());
}

}  // namespace
}  // namespace concordat
