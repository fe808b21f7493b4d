#include "client/simulate/score.h"

#include <fstream>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/simulate/verdicts.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace concordat {
namespace {

using simulate::Verdict;
using ::testing::HasSubstr;

std::string WriteFile(const std::string& name, const std::string& text) {
  const std::string path = absl::StrCat(testing::TempDir(), "score_", name);
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

constexpr char kTruth[] =
    "claim_id,kind,entity_type,entity_id,attribute,channel,verdict,"
    "further_verdict,note\n"
    "c1,as_known,customer,1,tier,web,AGREES,,fine\n"
    "c2,outage,customer,1,tier,web,STALE,,\"late, very\"\n"
    "c3,not_entitled,customer,2,tier,web,NOT_ENTITLED,AGREES,\n"
    "c4,never_true,customer,2,tier,web,CONTRADICTS,,\n";

struct Case {
  std::string name;
  std::string results;
  int64_t matched;
  int64_t mismatches;
  int64_t further_mismatches;
  int64_t missing;
  int64_t unexpected;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class ScoreCountsTest : public testing::TestWithParam<Case> {};

TEST_P(ScoreCountsTest, Counts) {
  const Case& c = GetParam();
  const absl::StatusOr<ScoreCard> card =
      Score({WriteFile(c.name + "_truth.csv", kTruth),
             WriteFile(c.name + "_results.csv", c.results)});
  ASSERT_TRUE(card.ok()) << card.status();
  EXPECT_EQ(card->matched, c.matched);
  EXPECT_EQ(card->mismatches, c.mismatches);
  EXPECT_EQ(card->further_mismatches, c.further_mismatches);
  EXPECT_EQ(card->missing, c.missing);
  EXPECT_EQ(card->unexpected, c.unexpected);
  EXPECT_EQ(card->perfect(), c.mismatches + c.missing + c.unexpected == 0);
}

INSTANTIATE_TEST_SUITE_P(
    Score, ScoreCountsTest,
    testing::Values(
        Case{"perfect",
             "claim_id,verdict,further_verdict,status\n"
             "c1,AGREES,,RECORDED\nc2,STALE,,RECORDED\n"
             "c3,NOT_ENTITLED,AGREES,RECORDED\nc4,CONTRADICTS,,RECORDED\n",
             4, 0, 0, 0, 0},
        Case{"other_order_columns_and_prefix",
             "further_verdict,claim_id,verdict\r\n"
             ",c4,VERDICT_CONTRADICTS\r\n,c2,VERDICT_STALE\r\n"
             "VERDICT_AGREES,c3,VERDICT_NOT_ENTITLED\r\n,c1,VERDICT_AGREES\r\n",
             4, 0, 0, 0, 0},
        Case{"other_verdicts",
             "claim_id,verdict,further_verdict\n"
             "c1,STALE,\nc2,STALE,\nc3,NOT_ENTITLED,STALE\nc4,,\n",
             4, 3, 1, 0, 0},
        Case{"missing",
             "claim_id,verdict,further_verdict\nc1,AGREES,\nc4,CONTRADICTS,\n",
             2, 0, 0, 2, 0},
        Case{"unexpected_and_twice",
             "claim_id,verdict,further_verdict\nc1,AGREES,\nc2,STALE,\n"
             "c1,AGREES,\nc3,NOT_ENTITLED,AGREES\nc4,CONTRADICTS,\n"
             "c9,AGREES,\nc9,AGREES,\n",
             4, 0, 0, 0, 3},
        Case{"no_results", "claim_id,verdict,further_verdict\n", 0, 0, 0, 4,
             0}),
    [](const auto& test) { return test.param.name; });

TEST(ScoreTest, FillsTheConfusionMatrixAndNamesExamples) {
  const absl::StatusOr<ScoreCard> card =
      Score({WriteFile("matrix_truth.csv", kTruth),
             WriteFile("matrix_results.csv",
                       "claim_id,verdict,further_verdict\nc1,AGREES,\n"
                       "c2,CONTRADICTS,\nc3,NOT_ENTITLED,STALE\n")});
  ASSERT_TRUE(card.ok()) << card.status();
  const auto count = [&](Verdict planted, Verdict judged) {
    return card
        ->confusion[static_cast<size_t>(planted)][static_cast<size_t>(judged)];
  };
  EXPECT_EQ(count(Verdict::kAgrees, Verdict::kAgrees), 1);
  EXPECT_EQ(count(Verdict::kStale, Verdict::kContradicts), 1);
  EXPECT_EQ(count(Verdict::kStale, Verdict::kStale), 0);
  EXPECT_EQ(count(Verdict::kNotEntitled, Verdict::kNotEntitled), 1);
  ASSERT_EQ(card->examples.size(), 3U);
  EXPECT_EQ(card->examples[0].claim_id, "c2");
  EXPECT_EQ(card->examples[0].judged, "CONTRADICTS");
  EXPECT_EQ(card->examples[1].planted, "NOT_ENTITLED/AGREES");
  EXPECT_EQ(card->examples[1].judged, "NOT_ENTITLED/STALE");
  EXPECT_EQ(card->examples[2].judged, "missing");
  EXPECT_EQ(card->wrong_by_kind.at("outage"), 1);
  EXPECT_THAT(card->ToText(),
              HasSubstr("3 claims, 2 judged otherwise than planted (1 of them "
                        "only in the further verdict), 1 missing"));
}

struct BadCase {
  std::string name;
  std::string results;
  std::string message;
};

void PrintTo(const BadCase& c, std::ostream* out) { *out << c.name; }

class ScoreRefusesTest : public testing::TestWithParam<BadCase> {};

TEST_P(ScoreRefusesTest, WithThePlace) {
  const BadCase& c = GetParam();
  const absl::StatusOr<ScoreCard> card =
      Score({WriteFile(c.name + "_truth.csv", kTruth),
             WriteFile(c.name + "_results.csv", c.results)});
  EXPECT_EQ(card.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(card.status().message()), HasSubstr(c.message));
}

INSTANTIATE_TEST_SUITE_P(
    Score, ScoreRefusesTest,
    testing::Values(
        BadCase{"empty", "", "empty"},
        BadCase{"no_verdict", "claim_id,further_verdict\n",
                "no column verdict"},
        BadCase{"short_row", "claim_id,verdict,further_verdict\nc1,AGREES\n",
                ":2: 2 fields"},
        BadCase{"open_quote",
                "claim_id,verdict,further_verdict\nc1,AGREES,\n\"c2,STALE,\n",
                ":3: a quote"}),
    [](const auto& test) { return test.param.name; });

TEST(ScoreTest, AFileThatIsNotThereIsNotFound) {
  EXPECT_EQ(Score({"/nonexistent/truth.csv", "/nonexistent/results.csv"})
                .status()
                .code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace concordat
