// `concordat audits` and `concordat scorecards`, as users run them.
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/cli/app.h"
#include "gmock/gmock.h"
#include "tests/client/run_command.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using client::Printed;
using testing::HasSubstr;
using testing::Not;

constexpr int kCustomers = 300;

class AuditsCommandTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    std::vector<v1::Change> changes;
    for (int i = 0; i < kCustomers; ++i) {
      changes.push_back(PutFact(absl::StrCat("c", i), "tier", "gold"));
      changes.push_back(PutFact(absl::StrCat("c", i), "name", "Ann"));
    }
    Write(changes);
  }

  Printed Run(std::vector<std::string> words) {
    client::App app;
    client::AddAuditCommands(app);
    client::AddAuditCauseCommands(app);
    client::AddAuditDiffCommand(app);
    client::AddAuditFindingCommands(app);
    client::AddScorecardCommands(app);
    return client::RunCommand(app, words, server_->address());
  }

  std::string File(const std::string& name, const std::string& text) {
    const std::string path = files_.Sub(name);
    std::ofstream(path) << text;
    return path;
  }

  // Everybody's tier and name; the name of those who use 4.2 is wrong, where
  // that is asked for.
  std::string Export(bool wrong) {
    std::string rows = "subject,attribute,value,label.app_version\n";
    for (int i = 0; i < kCustomers; ++i) {
      const bool is_new = i % 3 == 0;
      const char* const version = is_new ? "4.2" : "4.1";
      absl::StrAppend(&rows, "c", i, ",tier,gold,", version, "\nc", i, ",name,",
                      wrong && is_new ? "Bob" : "Ann", ",", version, "\n");
    }
    return File(wrong ? "wrong.csv" : "right.csv", rows);
  }

  TemporaryDirectory files_;
};

TEST_P(AuditsCommandTest, CausesAreListedAndGivenToSomebody) {
  Printed printed =
      Run({"audits", "run", "web", Export(true), "--subject-type", "customer"});
  EXPECT_EQ(printed.exit_code, 0) << printed.error;
  EXPECT_THAT(printed.out, HasSubstr("cause cause-"));
  printed = Run({"audits", "causes", "1"});
  ASSERT_EQ(printed.exit_code, 0) << printed.error;
  EXPECT_THAT(printed.out, HasSubstr("label.app_version 4.2"));
  EXPECT_THAT(printed.out, HasSubstr("NEW"));
  const size_t begin = printed.out.find("cause-");
  const std::string cause =
      printed.out.substr(begin, printed.out.find(' ', begin) - begin);
  printed = Run({"audits", "assign", "1", cause, "--owner", "app-team"});
  EXPECT_EQ(printed.exit_code, 0) << printed.error;
  EXPECT_EQ(printed.out, absl::StrCat(cause, " is looked after by app-team\n"));
  EXPECT_THAT(Run({"audits", "causes", "1"}).out, HasSubstr("app-team"));
  printed = Run({"audits", "findings", "1", "--cause", cause});
  // A header, and nothing after the last line.
  const std::vector<std::string> lines = absl::StrSplit(printed.out, '\n');
  EXPECT_EQ(lines.size(), 2U + kCustomers / 3);
  printed = Run({"audits", "assign", "1", "cause-0", "--owner", "x"});
  EXPECT_NE(printed.exit_code, 0);
  EXPECT_THAT(printed.error, HasSubstr("cause of audit 1"));
  EXPECT_NE(Run({"audits", "causes", "2"}).exit_code, 0);

  // All is well again: nothing explains findings, for there are none.
  Run({"audits", "run", "web", Export(false), "--subject-type", "customer"});
  EXPECT_THAT(Run({"audits", "causes", "2"}).out, Not(HasSubstr(cause)));
  printed = Run({"audits", "causes", "2", "--all"});
  EXPECT_THAT(printed.out, HasSubstr(cause));
  EXPECT_THAT(printed.out, HasSubstr("CLOSED"));
}

TEST_P(AuditsCommandTest, ADiffHasGatesAndSaysWhatItLeftOut) {
  const std::vector<std::string> diff = {
      "audits",         "diff",     "web",      Export(true),
      "--subject-type", "customer", "--sketch", files_.Sub("sketch")};
  std::vector<std::string> gated = diff;
  gated.insert(gated.end(),
               {"--fail-on", "contradicts>0", "--warn-on", "contradicts>10"});
  Printed printed = Run(gated);
  EXPECT_EQ(printed.exit_code, 1);
  EXPECT_THAT(printed.error, HasSubstr("sketch: made of the export"));
  EXPECT_THAT(printed.error,
              HasSubstr("warning: contradicts>10: there are 100"));
  EXPECT_THAT(printed.error, HasSubstr("failed: contradicts>0"));
  printed = Run({"audits", "findings", "1", "-o", "json"});
  EXPECT_THAT(printed.out, HasSubstr("\"line\":\"3\""));  // c0's name
  printed = Run(diff);
  EXPECT_EQ(printed.exit_code, 0) << printed.error;
  EXPECT_THAT(printed.error, HasSubstr("sketch: read"));
  EXPECT_THAT(printed.out, HasSubstr("since audit 1: 100 UNCHANGED"));

  const std::string broken =
      File("broken.csv", "subject,attribute,value\nc1,tier,gold,too,many\n");
  for (const char* sketch : {"made of the export", "read"}) {
    printed = Run({"audits", "diff", "web", broken, "--subject-type",
                   "customer", "--sketch", files_.Sub("sketch of broken")});
    EXPECT_EQ(printed.exit_code, client::kRefused) << printed.error;
    EXPECT_THAT(printed.error, HasSubstr(sketch));
    EXPECT_THAT(printed.error, HasSubstr("1 rows could not be read"));
  }
  EXPECT_EQ(Run({"audits", "diff", "web", "-"}).exit_code, client::kUsage);
}

TEST_P(AuditsCommandTest, LinesOfFindingsAreLinesOfTheFile) {
  const std::string json = File("export.jsonl",
                                "{\"entity\":{\"type\":\"customer\",\"id\":"
                                "\"c1\"},\"attribute\":\"tier\","
                                "\"value\":\"gold\"}\nnonsense\n"
                                "{\"entity\":{\"type\":\"customer\",\"id\":"
                                "\"c2\"},\"attribute\":\"tier\","
                                "\"value\":\"silver\"}\n");
  const Printed printed =
      Run({"audits", "run", "web", json, "--attribute", "tier"});
  EXPECT_EQ(printed.exit_code, client::kRefused) << printed.error;
  EXPECT_THAT(printed.error, HasSubstr("line 2: "));
  EXPECT_THAT(Run({"audits", "findings", "1", "-o", "json"}).out,
              HasSubstr("\"line\":\"3\""));
}

TEST_P(AuditsCommandTest, ScorecardsAreShown) {
  Report({MakeClaim("web", "c0", "tier", "gold", "1"),
          MakeClaim("web", "c1", "tier", "silver", "2"),
          MakeClaim("app", "c0", "tier", "gold", "3"),
          MakeClaim("app", "c1", "tier", "gold", "4")});
  Printed printed =
      Run({"scorecards", "show", "--by", "channel", "--objective", "99%"});
  EXPECT_EQ(printed.exit_code, 0) << printed.error;
  EXPECT_THAT(printed.out, HasSubstr("100.00%"));
  EXPECT_THAT(printed.out, HasSubstr("50.00%"));
  EXPECT_THAT(printed.out, HasSubstr(" left, burns "));
  printed = Run({"scorecards", "concord"});
  EXPECT_EQ(printed.exit_code, 0) << printed.error;
  EXPECT_THAT(printed.out, HasSubstr("customer.tier"));
  EXPECT_THAT(printed.out, HasSubstr("50.00%"));
  EXPECT_EQ(Run({"scorecards", "show", "--by", "nonsense"}).exit_code,
            client::kUsage);
  EXPECT_EQ(Run({"scorecards", "show", "--objective", "nonsense"}).exit_code,
            client::kUsage);
}

CONCORDAT_ON_BOTH_ENGINES(AuditsCommandTest);

}  // namespace
}  // namespace concordat
