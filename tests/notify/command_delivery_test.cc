#include "client/notify/command_delivery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/conformance/temporary_directory.h"

namespace concordat::client {
namespace {

using testing::HasSubstr;

Outcome RunCommand(const std::string& command, const std::string& body = "{}",
                   absl::Duration timeout = absl::Minutes(1)) {
  return CommandDelivery(command, timeout).Deliver({"id", body});
}

TEST(CommandDeliveryTest, GivesTheWholeDocumentOnStandardInput) {
  const TemporaryDirectory directory;
  const std::string path = directory.Sub("got");
  // More than a pipe holds.
  const std::string body(1 << 20, 'x');
  EXPECT_EQ(RunCommand(absl::StrCat("cat > ", path), body).kind,
            Outcome::Kind::kDelivered);
  std::ifstream file(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), body);
}

TEST(CommandDeliveryTest, ACommandNeedNotRead) {
  EXPECT_EQ(RunCommand("true", std::string(1 << 20, 'x')).kind,
            Outcome::Kind::kDelivered);
}

TEST(CommandDeliveryTest, NothingOfItIsAnArgumentOrInTheEnvironment) {
  EXPECT_EQ(RunCommand("! { tr '\\0' '\\n' < /proc/$$/cmdline; env; } | "
                       "grep -q s3cr3[t]",
                       "s3cr3t")
                .kind,
            Outcome::Kind::kDelivered);
}

TEST(CommandDeliveryTest, TheExitStatusSaysHowItWent) {
  const Outcome failed = RunCommand("exit 3");
  EXPECT_EQ(failed.kind, Outcome::Kind::kFailed);
  EXPECT_EQ(failed.problem, "the command ended with exit status 3");
  EXPECT_EQ(RunCommand("kill -9 $$").problem,
            "the command was ended by signal 9");
  // No other attempt finds it.
  EXPECT_EQ(RunCommand("no-such-command-at-all 2> /dev/null").kind,
            Outcome::Kind::kRefused);
}

TEST(CommandDeliveryTest, OneThatTakesTooLongIsEndedWithAllThatItStarted) {
  const Outcome outcome =
      RunCommand("tail -f /dev/null | cat", "{}", absl::Milliseconds(50));
  EXPECT_EQ(outcome.kind, Outcome::Kind::kFailed);
  EXPECT_THAT(outcome.problem, HasSubstr("took longer than 50ms"));
}

TEST(CommandDeliveryTest, SignalsAreAsProgramsExpect) {
  // A program that ignores them could not be ended by its operator.
  EXPECT_EQ(RunCommand("kill -TERM $$; exit 0").problem,
            "the command was ended by signal 15");
}

}  // namespace
}  // namespace concordat::client
