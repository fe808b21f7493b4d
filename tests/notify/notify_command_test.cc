// `concordat findings notify` and `digest` as users run them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "tests/client/run_command.h"
#include "tests/notify/webhook_receiver.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using client::Printed;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class NotifyCommandTest : public ServiceTest {
 protected:
  Printed Run(std::vector<std::string> words) {
    client::App app;
    client::AddFindingCommands(app);
    client::AddNotifyCommand(app);
    client::AddDigestCommand(app);
    words.insert(words.begin(), "findings");
    return client::RunCommand(app, words, server_->address());
  }
  Printed Notify(std::vector<std::string> words) {
    words.insert(words.begin(),
                 {"notify", "--once", "--state-file", directory_.Sub("state")});
    return Run(words);
  }
  std::string FileWith(const std::string& text) {
    const std::string path = directory_.Sub(absl::StrCat("file", ++files_));
    std::ofstream(path) << text;
    return path;
  }
  std::string ReadAll(const std::string& name) {
    std::ifstream file(directory_.Sub(name));
    return std::string(std::istreambuf_iterator<char>(file), {});
  }
  void Open(const std::string& customer) {
    Write({PutFact(customer, "name", "Ann")});
    Report({MakeClaim("web", customer, "name", "Bob", customer)});
  }

  TemporaryDirectory directory_;
  int files_ = 0;
};

TEST_P(NotifyCommandTest, RunsACommandForWhatIsNew) {
  const std::string command = absl::StrCat("cat >> ", directory_.Sub("got"));
  EXPECT_EQ(Notify({"--exec", command}).exit_code, client::kDone);
  Open("c1");
  const Printed told = Notify({"--exec", command});
  EXPECT_EQ(told.exit_code, client::kDone) << told.error;
  EXPECT_THAT(told.out, AllOf(HasSubstr("web name CONTRADICTS: 1 opened"),
                              HasSubstr("yes")));
  EXPECT_THAT(ReadAll("got"), HasSubstr(R"("state":"OPEN")"));
  EXPECT_THAT(ReadAll("got"), Not(HasSubstr("Bob")));
  EXPECT_EQ(Notify({"--exec", command}).out, "");
}

TEST_P(NotifyCommandTest, PostsWithSecretsFromFiles) {
  WebhookReceiver receiver;
  const std::string url = FileWith(absl::StrCat(receiver.url(), "\n"));
  const std::vector<std::string> words = {"--webhook-file",
                                          url,
                                          "--secret-file",
                                          FileWith("s3cr3t\n"),
                                          "--header-file",
                                          FileWith("Authorization: Bearer b\n"),
                                          "-o",
                                          "json",
                                          "--include-explanations"};
  EXPECT_EQ(Notify(words).exit_code, client::kDone);
  Open("c1");
  const Printed told = Notify(words);
  EXPECT_EQ(told.exit_code, client::kDone) << told.error;
  ASSERT_THAT(receiver.requests(), SizeIs(1));
  auto request = receiver.requests()[0];
  EXPECT_THAT(request.headers["webhook-signature"], HasSubstr("v1,"));
  EXPECT_EQ(request.headers["authorization"], "Bearer b");
  EXPECT_THAT(request.body, HasSubstr("Bob"));
  EXPECT_EQ(told.out, request.body + "\n");
}

TEST_P(NotifyCommandTest, WhatIsRefusedIsAnError) {
  Notify({"--exec", "true"});
  Open("c1");
  const Printed refused = Notify({"--exec", "exit 127"});
  EXPECT_EQ(refused.exit_code, client::kRefused);
  EXPECT_THAT(refused.error, HasSubstr("ended with exit status 127"));
  const Printed kept =
      Notify({"--exec", "exit 127", "--dead-letters", directory_.Sub("dead")});
  EXPECT_EQ(kept.exit_code, client::kDone) << kept.error;
  EXPECT_THAT(ReadAll("dead"), HasSubstr("exit status 127"));
}

TEST_P(NotifyCommandTest, SaysWhatIsWrongWithALine) {
  const std::vector<std::vector<std::string>> lines = {
      {},  // to nobody
      {"--exec", "true", "--webhook", "http://127.0.0.1/"},
      {"--webhook", "ftp://127.0.0.1/"},
      {"--webhook", "http://127.0.0.1/", "--secret-file", "/nowhere"},
      {"--webhook", "http://127.0.0.1/", "--header-file", FileWith("x")},
      {"--exec", "true", "--on", "opened"},
      {"--exec", "true", "--group-wait", "soon"},
      {"--exec", "true", "--deliver-timeout", "0s"},
      {"--exec", "true", "--verdict", "WRONG"}};
  for (const std::vector<std::string>& words : lines) {
    const Printed printed = Notify(words);
    EXPECT_EQ(printed.exit_code, client::kUsage)
        << absl::StrCat(words.empty() ? "" : words.back(), ": ")
        << printed.error;
    EXPECT_THAT(printed.error, Not(IsEmpty()));
  }
}

TEST_P(NotifyCommandTest, ADigestIsATableOrADocument) {
  Open("c1");
  Open("c2");
  // The clock of the server stands in the past.
  const Printed table = Run({"digest", "--since", "2026-01-01"});
  EXPECT_EQ(table.exit_code, client::kDone) << table.error;
  EXPECT_THAT(table.out, HasSubstr("web      name       CONTRADICTS  2"));
  EXPECT_THAT(table.out, HasSubstr("\ntotal"));
  EXPECT_THAT(table.error, HasSubstr("from 2026-01-01T00:00:00Z to "));
  const Printed json = Run({"digest", "--since", "2026-01-01", "-o", "json"});
  EXPECT_THAT(json.out, AllOf(HasSubstr(R"("opened": 2)"),
                              HasSubstr(R"("stillOpen": 2)")));
  EXPECT_THAT(Run({"digest", "--since", "2026-01-01", "-o", "csv"}).out,
              HasSubstr("web,name,CONTRADICTS,2,0,0,2,0,"));
  EXPECT_EQ(Run({"digest", "--since", "yesterday"}).exit_code, client::kUsage);
  EXPECT_EQ(Run({"digest", "--since", "1h", "--until", "2h"}).exit_code,
            client::kUsage);
}

CONCORDAT_ON_BOTH_ENGINES(NotifyCommandTest);

}  // namespace
}  // namespace concordat
