// `concordat watch` and `concordat cursors` as users run them against a server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/cli/app.h"
#include "tests/client/run_command.h"
#include "tests/service/test_server.h"

namespace concordat::watch {
namespace {

using client::Printed;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class WatchCommandTest : public ServiceTest {
 protected:
  Printed Run(const std::vector<std::string>& words) {
    client::App app;
    client::AddWatchCommands(app);
    return client::RunCommand(app, words, server_->address());
  }
  static std::vector<std::string> Lines(const std::string& text) {
    return absl::StrSplit(text, '\n', absl::SkipEmpty());
  }
};

TEST_P(WatchCommandTest, PrintsWhatWasRecordedUpToNow) {
  const std::string before = Info().revision();
  Write({PutFact("c1", "name", "Ann"), PutLink("web", "s1", "c1")});
  Report({MakeClaim("app", "c1", "name", "Eve", "1")});
  const Printed table = Run({"watch", "--after", before, "--until-now"});
  EXPECT_EQ(table.exit_code, 0) << table.error;
  EXPECT_THAT(table.out, HasSubstr("customer/c1"));
  EXPECT_THAT(table.out, HasSubstr("claim CONTRADICTS"));
  EXPECT_THAT(table.out, HasSubstr("finding OPEN CONTRADICTS"));

  const Printed csv = Run({"watch", "--after", before, "--until-now", "-o",
                           "csv", "--facts", "--links"});
  EXPECT_THAT(Lines(csv.out), SizeIs(3)) << csv.out;
  EXPECT_THAT(csv.out, HasSubstr(",fact,,customer/c1,name,Ann,"));
  EXPECT_THAT(csv.out, HasSubstr(",link,web,customer/c1,,s1,"));

  const Printed json = Run(
      {"watch", "--after", before, "--until-now", "-o", "json", "--findings"});
  EXPECT_THAT(json.out, HasSubstr("\"revision\""));
  EXPECT_THAT(json.out, HasSubstr("FINDING_STATE_OPEN"));
  EXPECT_THAT(json.out, Not(HasSubstr("putFact")));
}

TEST_P(WatchCommandTest, ASnapshotAndALimit) {
  Write({PutFact("c1", "name", "Ann"), PutFact("c2", "name", "Bob")});
  const Printed all =
      Run({"watch", "--snapshot", "--until-now", "-o", "csv", "--facts"});
  EXPECT_EQ(all.exit_code, 0) << all.error;
  EXPECT_THAT(Lines(all.out), SizeIs(3)) << all.out;
  const Printed one = Run({"watch", "--snapshot", "--until-now", "-o", "csv",
                           "--entity", "customer/c2"});
  EXPECT_THAT(Lines(one.out), SizeIs(2)) << one.out;
  EXPECT_THAT(one.out, HasSubstr("Bob"));
  EXPECT_EQ(Run({"watch", "--snapshot", "--limit", "1"}).exit_code, 0);
}

// A cursor that advances makes each run print what is new since the last.
TEST_P(WatchCommandTest, ACursorMovesOn) {
  EXPECT_EQ(Run({"cursors", "put", "nightly"}).exit_code, 0);
  const std::vector<std::string> nightly = {
      "watch", "--cursor", "nightly", "--advance", "--until-now", "-o", "csv"};
  Write({PutFact("c1", "name", "First")});
  EXPECT_THAT(Run(nightly).out, HasSubstr("First"));
  Write({PutFact("c1", "name", "Second")});
  const Printed second = Run(nightly);
  EXPECT_EQ(second.exit_code, 0) << second.error;
  EXPECT_THAT(second.out, HasSubstr("Second"));
  EXPECT_THAT(second.out, Not(HasSubstr("First")));
  EXPECT_THAT(Run({"cursors", "list", "-o", "csv"}).out,
              HasSubstr(absl::StrCat("nightly,")));
  EXPECT_EQ(Run({"cursors", "delete", "nightly"}).exit_code, 0);
  const Printed gone = Run(nightly);
  EXPECT_EQ(gone.exit_code, client::kRefused);
}

// No event is printed and not counted, or counted and not printed.
TEST_P(WatchCommandTest, ALimitEndsWhereItSays) {
  EXPECT_EQ(Run({"cursors", "put", "few"}).exit_code, 0);
  const std::string before = Info().revision();
  Write({PutFact("c1", "name", "A1"), PutFact("c2", "name", "A2")});
  Write({PutFact("c1", "name", "B1"), PutFact("c2", "name", "B2")});
  Write({PutFact("c1", "name", "C1")});
  EXPECT_THAT(Lines(Run({"watch", "--after", before, "--limit", "3", "-o",
                         "csv", "--until-now"})
                        .out),
              SizeIs(1 + 3));
  // With a cursor a commit is printed as a whole, so that the next run goes on
  // behind it.
  const std::vector<std::string> few = {"watch",       "--cursor", "few",
                                        "--advance",   "--limit",  "3",
                                        "--until-now", "-o",       "csv"};
  const Printed first = Run(few);
  EXPECT_THAT(Lines(first.out), SizeIs(1 + 4)) << first.out;
  EXPECT_THAT(first.out, Not(HasSubstr("C1")));
  const Printed second = Run(few);
  EXPECT_THAT(Lines(second.out), SizeIs(1 + 1)) << second.out;
  EXPECT_THAT(second.out, HasSubstr("C1"));
  // A snapshot too.
  EXPECT_THAT(
      Lines(Run({"watch", "--snapshot", "--limit", "1", "-o", "csv"}).out),
      SizeIs(1 + 1));
}

TEST_P(WatchCommandTest, ErrorsSayWhatToDo) {
  EXPECT_EQ(Run({"watch", "--after", "x", "--snapshot"}).exit_code,
            client::kUsage);
  EXPECT_EQ(Run({"watch", "--advance"}).exit_code, client::kUsage);
  const Printed foreign = Run({"watch", "--after", "x"});
  EXPECT_EQ(foreign.exit_code, client::kRefused);
  EXPECT_THAT(foreign.error, HasSubstr("exactly as a response gave it"));
}

CONCORDAT_ON_BOTH_ENGINES(WatchCommandTest);

}  // namespace
}  // namespace concordat::watch
