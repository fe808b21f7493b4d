// Scripts of a mystery shopper, and what is counted of them.
#include "client/probe/probe_script.h"

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/probe/probe_summary.h"
#include "gtest/gtest.h"
#include "tests/conformance/temporary_directory.h"

namespace concordat::client {
namespace {

class ProbeScriptTest : public testing::Test {
 protected:
  absl::StatusOr<v1::ProbeScript> Read(const std::string& name,
                                       const std::string& text) {
    const std::string path = absl::StrCat(directory_.path(), "/", name);
    std::ofstream(path) << text;
    return ReadProbeScript(path);
  }

  TemporaryDirectory directory_;
};

TEST_F(ProbeScriptTest, SaysTheSameInYamlAndInCsv) {
  const absl::StatusOr<v1::ProbeScript> yaml = Read("a.yaml", R"(
questions:
- {subject: customer/1, attribute: tier, question: "Which tier, am I?"}
- subject: customer/a/b
  attribute: email
  channels: [web, app]
)");
  ASSERT_TRUE(yaml.ok()) << yaml.status();
  const absl::StatusOr<v1::ProbeScript> csv =
      Read("a.csv",
           "subject,attribute,question,channels\n"
           "customer/1,tier,\"Which tier, am I?\",\n"
           "customer/a/b,email,,web app\n");
  ASSERT_TRUE(csv.ok()) << csv.status();
  EXPECT_EQ(yaml->DebugString(), csv->DebugString());
  EXPECT_EQ(csv->questions_size(), 2);
  EXPECT_EQ(csv->questions(1).channels_size(), 2);
}

TEST_F(ProbeScriptTest, SaysWhereItIsWrong) {
  struct Row {
    std::string name;
    std::string text;
    std::string problem;
  };
  for (const Row& row : std::vector<Row>{
           {"a.csv", "", "has no question"},
           {"a.csv", "subject,attribute\n", "has no question"},
           {"a.csv", "subject\nx/1\n", ":1: write the header"},
           {"a.csv", "subject,attribute,hue\n", ":1: column `hue`"},
           {"a.csv", "subject,subject\n", ":1: column `subject`"},
           {"a.csv", "subject,attribute\nc/1,tier\n4711,tier\n",
            ":3: subject: write TYPE/ID"},
           {"a.csv", "subject,attribute\nc/1\n", ":2: attribute: is required"},
           {"a.csv", "subject,attribute\n\"c/1,tier\n", ":2: "},
           {"a.yaml", "", "is empty"},
           {"a.yaml", "questions: []\n", "questions: has none"},
           {"a.yaml", "questions:\n- {subject: c/1}\n",
            ":2: questions[0].attribute: is required"},
           {"a.yaml", "questions:\n- {subject: /1, attribute: tier}\n",
            ":2: questions[0].subject: write TYPE/ID"},
           {"a.yaml", "questions:\n- {colour: red}\n", "colour"},
           {"a.yaml", "questions: 7\n", "questions"},
       }) {
    const absl::Status status = Read(row.name, row.text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << row.text;
    EXPECT_TRUE(absl::StrContains(status.message(), row.problem))
        << row.text << "\n"
        << status;
  }
  EXPECT_FALSE(ReadProbeScript("/nowhere/at.all").ok());
  EXPECT_FALSE(ReadProbeScript("/nowhere/at.csv").ok());
}

v1::ChannelAnswer Answer(const std::string& channel, v1::ProbeOutcome outcome,
                         v1::Verdict verdict = v1::VERDICT_UNSPECIFIED) {
  v1::ChannelAnswer answer;
  answer.set_channel(channel);
  answer.set_outcome(outcome);
  answer.mutable_judgement()->set_verdict(verdict);
  return answer;
}

TEST(ProbeSummaryTest, CountsByChannelAndHowOftenAllAgree) {
  ProbeSummary summary;
  for (const bool agree : {true, true, false}) {
    v1::AskChannelsResponse response;
    *response.add_answers() =
        Answer("web", v1::PROBE_OUTCOME_ANSWERED, v1::VERDICT_AGREES);
    *response.add_answers() =
        Answer("app", v1::PROBE_OUTCOME_ANSWERED,
               agree ? v1::VERDICT_AGREES : v1::VERDICT_CONTRADICTS);
    response.set_answered(2);
    response.set_all_agree(agree);
    summary.Add(response);
  }
  v1::AskChannelsResponse alone;
  *alone.add_answers() =
      Answer("app", v1::PROBE_OUTCOME_ANSWERED, v1::VERDICT_STALE);
  *alone.add_answers() = Answer("shop", v1::PROBE_OUTCOME_DECLINED);
  *alone.add_answers() = Answer("till", v1::PROBE_OUTCOME_UNKNOWN_SUBJECT);
  *alone.add_answers() = Answer("web", v1::PROBE_OUTCOME_FAILED);
  alone.set_answered(1);
  summary.Add(alone);
  summary.AddFailed();
  const v1::ProbeRunSummary total = summary.Summary();
  EXPECT_EQ(total.questions(), 5);
  EXPECT_EQ(total.failed(), 1);
  EXPECT_EQ(total.compared(), 3);
  EXPECT_EQ(total.all_agree(), 2);
  EXPECT_DOUBLE_EQ(total.phi(), 2.0 / 3);
  ASSERT_EQ(total.channels_size(), 4);
  EXPECT_EQ(total.channels(0).channel(), "app");
  EXPECT_EQ(total.channels(0).answered(), 4);
  EXPECT_EQ(total.channels(0).agree(), 2);
  EXPECT_EQ(total.channels(1).declined(), 1);
  EXPECT_EQ(total.channels(2).unknown(), 1);
  EXPECT_EQ(total.channels(3).failed(), 1);
  EXPECT_EQ(ProbeSummary().Summary().phi(), 0);
}

}  // namespace
}  // namespace concordat::client
