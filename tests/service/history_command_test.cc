// `concordat why`, `entities history` and the exports of what has valid time,
// sources and reasons, as users run them against a server.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "client/cli/app.h"
#include "gmock/gmock.h"
#include "tests/client/run_command.h"
#include "tests/client/temporary_file.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using client::Printed;
using testing::HasSubstr;
using testing::Not;

class HistoryCommandTest : public ServiceTest {
 protected:
  std::string InitialVocabulary() const override {
    return absl::StrReplaceAll(
        kVocabulary, {{"{type: date}", "{type: date, personal: true}"}});
  }

  Printed Run(const std::vector<std::string>& words) {
    client::App app;
    client::AddEntityCommands(app);
    client::AddWhyCommand(app);
    client::AddImportCommands(app);
    client::AddExportCommands(app);
    client::AddEndCommands(app);
    client::AddWatchCommands(app);
    return client::RunCommand(app, words, server_->address());
  }

  // Imports a file of `noun`, expects success.
  void Import(const std::string& noun, const std::string& text) {
    const client::TemporaryFile file(text);
    const Printed printed = Run({noun, "import", file.path()});
    EXPECT_EQ(printed.exit_code, 0) << printed.error << printed.out;
  }
};

constexpr char kPlainFacts[] =
    "entity_type,entity_id,attribute,value,valid_from,valid_to,source,reason\n"
    "customer,c1,name,Ann,,,crm,moved\n"
    "customer,c1,name,Anne,2022-01-01T00:00:00Z,,erp,\n";
constexpr char kPlainRelations[] =
    "from_type,from_id,relation,to_type,to_id,valid_from,valid_to,source\n"
    "customer,c1,placed,order,o1,,,crm\n";
constexpr char kPlainLinks[] =
    "channel,subject,entity_type,entity_id,source\n"
    "web,w1,customer,c1,crm\n";

TEST_P(HistoryCommandTest, ExportsOfWhatHasNothingNewAreWhatTheyWere) {
  Import("facts", kPlainFacts);
  Import("relations", kPlainRelations);
  Import("links", kPlainLinks);
  EXPECT_EQ(absl::StrReplaceAll(Run({"facts", "export"}).out, {{"\r", ""}}),
            kPlainFacts);
  EXPECT_EQ(absl::StrReplaceAll(Run({"relations", "export"}).out, {{"\r", ""}}),
            kPlainRelations);
  EXPECT_EQ(absl::StrReplaceAll(Run({"links", "export"}).out, {{"\r", ""}}),
            kPlainLinks);
}

TEST_P(HistoryCommandTest, WhatIsNewGoesOutAndInAgain) {
  Import("facts",
         "entity_type,entity_id,attribute,value,valid_from,valid_to,source,"
         "reason,validation\n"
         "customer,c1,name,Ann,,,crm,moved,VERIFIED\n");
  Import("relations",
         "from_type,from_id,relation,to_type,to_id,valid_from,valid_to,source,"
         "reason\n"
         "customer,c1,placed,order,o1,,,crm,bought\n");
  Import("links",
         "channel,subject,entity_type,entity_id,source,valid_from,valid_to,"
         "reason\n"
         "web,w1,customer,c1,crm,2022-01-01T00:00:00Z,,\n"
         "web,w1,customer,c2,crm,2024-01-01T00:00:00Z,,passed on\n");
  for (const char* noun : {"facts", "relations", "links"}) {
    const Printed first = Run({noun, "export"});
    EXPECT_EQ(first.exit_code, 0) << first.error;
    Import(noun, first.out);
    EXPECT_EQ(Run({noun, "export"}).out, first.out);
  }
  EXPECT_THAT(Run({"facts", "export"}).out, HasSubstr(",moved,VERIFIED"));
  EXPECT_THAT(Run({"relations", "export"}).out, HasSubstr(",crm,bought"));
  EXPECT_THAT(Run({"links", "export"}).out,
              HasSubstr("c2,crm,2024-01-01T00:00:00Z,,passed on"));
  const std::string then =
      Run({"links", "export", "--valid-at", "2023-01-01"}).out;
  EXPECT_THAT(then, HasSubstr(",c1,"));
  EXPECT_THAT(then, Not(HasSubstr(",c2,")));
  EXPECT_EQ(Run({"links", "export", "--valid-at", "soon"}).exit_code, 2);
}

TEST_P(HistoryCommandTest, WhySaysWhoWonAndHistoryWhoWrote) {
  Import("facts", kPlainFacts);
  Import("links", kPlainLinks);
  const Printed why = Run({"why", "customer/c1", "name"});
  EXPECT_EQ(why.exit_code, 0) << why.error;
  EXPECT_THAT(why.out, HasSubstr("customer/c1 name at 2026-01-01T12:00:00Z: "
                                 "Anne"));
  EXPECT_THAT(why.out, HasSubstr("no rule declared"));
  EXPECT_THAT(why.out, HasSubstr("LOST"));
  EXPECT_THAT(why.out, HasSubstr("lost to erp by start"));
  EXPECT_THAT(
      Run({"why", "customer/c1", "name", "--valid-at", "2021-01-01"}).out,
      HasSubstr("NOT_THEN"));
  EXPECT_THAT(Run({"-o", "csv", "why", "customer/c1", "name"}).out,
              HasSubstr("erp,Anne,2022-01-01T00:00:00Z,,WON,"));
  EXPECT_THAT(Run({"-o", "json", "why", "customer/c1", "name"}).out,
              HasSubstr("CANDIDATE_OUTCOME_WON"));
  EXPECT_EQ(Run({"why", "customer/c9", "name"}).exit_code, 4);
  EXPECT_EQ(Run({"why", "customer/c1"}).exit_code, 2);

  const Printed history =
      Run({"-o", "csv", "entities", "history", "customer/c1"});
  EXPECT_EQ(history.exit_code, 0) << history.error;
  EXPECT_THAT(history.out, HasSubstr(",recorded name,ever,,Ann,crm,moved,"));
  EXPECT_THAT(history.out, HasSubstr(",linked web w1,ever,,customer/c1,crm,"));
  EXPECT_THAT(Run({"entities", "get", "customer/c1"}).out,
              HasSubstr("CHANNEL"));
}

TEST_P(HistoryCommandTest, EndsFactsRelationsAndLinks) {
  Import("facts", kPlainFacts);
  Import("relations", kPlainRelations);
  Import("links", kPlainLinks);
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"facts", "end", "customer/c1", "name",
                                 "--source", "crm"},
        {"relations", "end", "customer/c1", "placed", "order/o1"},
        {"links", "end", "web", "w1"}}) {
    std::vector<std::string> line = words;
    line.insert(line.end(), {"--at", "2021-01-01", "--reason", "over"});
    const Printed done = Run(line);
    EXPECT_EQ(done.exit_code, 0) << done.error;
    EXPECT_THAT(done.out, HasSubstr("ends at 2021-01-01"));
    EXPECT_THAT(Run({words[0], "export"}).out,
                HasSubstr(",2021-01-01T00:00:00Z"));
  }
  EXPECT_EQ(Run({"links", "end", "web", "w1", "--at", "2022-01-01"}).exit_code,
            4);
}

// "(none)" would mean: known to be none.
TEST_P(HistoryCommandTest, SaysWhatWasErased) {
  const std::string before = Info().revision();
  Write({PutFact("c1", "birth_date", "1815-12-10")});
  Report({MakeClaim("web", "c1", "birth_date", "1815-12-10", "1")});
  grpc::ClientContext context;
  v1::EraseSubjectRequest request;
  v1::EraseSubjectResponse response;
  *request.mutable_entity() = Customer("c1");
  request.set_reason("request 17");
  const grpc::Status erased =
      privacy_->EraseSubject(&context, request, &response);
  ASSERT_TRUE(erased.ok()) << erased.error_message();
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"entities", "history", "customer/c1"},
        {"entities", "get", "customer/c1", "-o", "csv"},
        {"watch", "--after", before, "--until-now", "--facts", "-o", "csv"},
        {"watch", "--after", before, "--until-now", "--claims", "-o", "csv"}}) {
    const Printed printed = Run(words);
    EXPECT_EQ(printed.exit_code, 0) << printed.error;
    EXPECT_THAT(printed.out, HasSubstr("(erased)"));
    EXPECT_THAT(printed.out, Not(HasSubstr("(none)")));
  }
}

CONCORDAT_ON_BOTH_ENGINES(HistoryCommandTest);

}  // namespace
}  // namespace concordat
