// Back-tests and counterfactuals, from outside.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "client/cli/app.h"
#include "concordat/v1/whatif.grpc.pb.h"
#include "consistency/rows.h"
#include "gmock/gmock.h"
#include "graph/memory_store.h"
#include "graph/rows.h"
#include "grpcpp/grpcpp.h"
#include "server/storage/scratch_stores.h"
#include "server/storage/sqlite/sqlite_scratch.h"
#include "tests/client/run_command.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using client::Printed;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

constexpr absl::Duration kPatience = absl::Seconds(30);

// Scratch stores in memory, which are made once they may be.
class GatedScratch final : public ScratchStores {
 public:
  absl::StatusOr<std::unique_ptr<Store>> Open(const std::string&) override {
    asked_ = true;
    while (!open_ && absl::Now() < until_) {
    }
    return std::make_unique<MemoryStore>();
  }
  absl::Status Clear() override {
    ++cleared_;
    return absl::OkStatus();
  }
  absl::StatusOr<int64_t> UsedBytes() override { return int64_t{0}; }
  absl::StatusOr<int64_t> FreeBytes() override { return int64_t{1} << 40; }

  void AwaitAsked() const {
    while (!asked_ && absl::Now() < until_) {
    }
  }
  void Let() { open_ = true; }
  int cleared() const { return cleared_; }

 private:
  const absl::Time until_ = absl::Now() + kPatience;
  std::atomic<bool> asked_ = false;
  std::atomic<bool> open_ = false;
  std::atomic<int> cleared_ = 0;
};

class WhatIfTest : public ServiceTest {
 protected:
  ServerOptions Options() const override {
    ServerOptions options = ServiceTest::Options();
    if (GetParam() == Engine::kSqlite) {
      scratch_ = std::make_unique<SqliteScratch>(directory() + "/scratch",
                                                 rows::AllSpaces());
      options.scratch = scratch_.get();
    }
    return options;
  }

  std::unique_ptr<v1::WhatIfService::Stub> WhatIf() {
    return v1::WhatIfService::NewStub(server_->InProcessChannel());
  }

  grpc::Status TryBacktest(const v1::BacktestRequest& request,
                           v1::BacktestResponse* result = nullptr) {
    grpc::ClientContext context;
    const auto stub = WhatIf();
    const auto stream = stub->Backtest(&context, request);
    v1::BacktestResponse response;
    v1::BacktestResponse all;
    while (stream->Read(&response)) {
      EXPECT_FALSE(all.has_summary());
      EXPECT_TRUE(!response.has_progress() || all.groups().empty());
      if (!response.has_progress()) all.MergeFrom(response);
    }
    if (result != nullptr) *result = all;
    return stream->Finish();
  }
  v1::BacktestResponse Backtest(const std::string& yaml) {
    v1::BacktestRequest request;
    request.set_yaml(yaml);
    v1::BacktestResponse result;
    EXPECT_EQ(Summary(TryBacktest(request, &result)), "OK");
    EXPECT_TRUE(result.has_summary());
    return result;
  }

  v1::CounterfactualResponse Suppose(const v1::CounterfactualRequest& request,
                                     const std::string& expected = "OK") {
    grpc::ClientContext context;
    v1::CounterfactualResponse response;
    EXPECT_EQ(Summary(WhatIf()->Counterfactual(&context, request, &response)),
              expected);
    return response;
  }

  // Three channels about the tiers of two customers.
  void SayTiers() {
    Write({PutFact("1", "tier", "gold"), PutFact("2", "tier", "gold")});
    Report({MakeClaim("web", "1", "tier", "silver", "a"),
            MakeClaim("app", "1", "tier", "gold", "b"),
            MakeClaim("shop", "1", "tier", "silver", "c"),
            MakeClaim("web", "2", "tier", "gold", "d")});
  }

  mutable std::unique_ptr<SqliteScratch> scratch_;
};

// "+1 -0 ~0 =2 web tier CONTRADICTS 2>3"
std::string TextOf(const v1::BacktestGroup& group) {
  return absl::StrCat("+", group.raised(), " -", group.vanished(), " ~",
                      group.changed(), " =", group.same(), " ", group.channel(),
                      " ", group.attribute(), " ",
                      v1::Verdict_Name(group.verdict()), " ",
                      group.open_in_force(), ">", group.open_candidate());
}

std::vector<std::string> GroupsOf(const v1::BacktestResponse& result) {
  std::vector<std::string> groups;
  for (const v1::BacktestGroup& group : result.groups()) {
    groups.push_back(TextOf(group));
  }
  return groups;
}

TEST_P(WhatIfTest, TheVocabularyInForceChangesNothing) {
  SayTiers();
  const v1::BacktestResponse result = Backtest(kVocabulary);
  EXPECT_THAT(GroupsOf(result),
              ElementsAre("+0 -0 ~0 =1 shop tier VERDICT_CONTRADICTS 1>1",
                          "+0 -0 ~0 =1 web tier VERDICT_CONTRADICTS 1>1"));
  EXPECT_THAT(result.examples(), IsEmpty());
  const v1::BacktestSummary& summary = result.summary();
  EXPECT_EQ(summary.claims(), 4u);
  EXPECT_EQ(summary.commits(), 3u);
  EXPECT_EQ(summary.vocabulary_version(), 1u);
  EXPECT_EQ(NumberOf(summary.revision()), 3u);
  EXPECT_EQ(summary.open_candidate(), OpenFindings().total());
  ASSERT_EQ(result.weeks_size(), 1);
  EXPECT_EQ(result.weeks(0).week(), "2026-W01");
  EXPECT_EQ(result.weeks(0).in_force(), 2);
  EXPECT_EQ(result.weeks(0).candidate(), 2);
}

TEST_P(WhatIfTest, SaysWhatACandidateRaisesAndWhatVanishes) {
  SayTiers();
  // The shop may not know the tier; nobody may say what the web says.
  const std::string candidate = absl::StrReplaceAll(
      kVocabulary,
      {{"          name: {}\n          tier: {}\n", "          name: {}\n"},
       {"gold: {aliases: [Gold Member]}",
        "gold: {aliases: [Gold Member, silver]}"},
       {"silver: {aliases: [tier 2]}", "plain: {aliases: [tier 2]}"}});
  ASSERT_NE(candidate, kVocabulary);
  const v1::BacktestResponse result = Backtest(candidate);
  EXPECT_THAT(GroupsOf(result),
              ElementsAre("+0 -1 ~0 =0 shop tier VERDICT_CONTRADICTS 1>0",
                          "+0 -1 ~0 =0 web tier VERDICT_CONTRADICTS 1>0",
                          "+1 -0 ~0 =0 shop tier VERDICT_NOT_ENTITLED 0>1"));
  ASSERT_EQ(result.examples_size(), 3);
  const v1::BacktestExample& gone = result.examples(1);
  EXPECT_FALSE(gone.has_candidate());
  EXPECT_EQ(gone.in_force().channel(), "web");
  EXPECT_THAT(gone.in_force().explanation(), HasSubstr("silver"));
  const v1::BacktestExample& raised = result.examples(2);
  EXPECT_FALSE(raised.has_in_force());
  EXPECT_EQ(raised.candidate().family(), v1::FINDING_FAMILY_DISCLOSURE);
  EXPECT_EQ(raised.candidate().entity().id(), "1");
  // Nothing has changed.
  EXPECT_EQ(OpenFindings().total(), 2);
  EXPECT_EQ(Info().vocabulary_version(), 1);
}

TEST_P(WhatIfTest, WhatACandidateWouldRefuseIsCounted) {
  SayTiers();
  std::string candidate = kVocabulary;
  candidate.erase(candidate.find("  shop:\n"));
  const v1::BacktestResponse result = Backtest(candidate);
  EXPECT_EQ(result.summary().claims_refused(), 1u);
  EXPECT_EQ(result.summary().claims_refused_in_force(), 0u);
  EXPECT_EQ(result.summary().vanished(), 1);
}

class WhatIfPrivacyTest : public WhatIfTest {
 protected:
  std::string InitialVocabulary() const override {
    return absl::StrReplaceAll(
        kVocabulary,
        {{"name: {type: text}", "name: {type: text, personal: true}"}});
  }
};

TEST_P(WhatIfPrivacyTest, WhomWasErasedItKnowsNothingOf) {
  Write({PutFact("1", "name", "Ann"), PutFact("2", "name", "Ben")});
  Report({MakeClaim("web", "1", "name", "Bob", "a"),
          MakeClaim("app", "1", "name", "Ann", "b")});
  EXPECT_EQ(Backtest(InitialVocabulary()).summary().same(), 1);
  grpc::ClientContext context;
  v1::EraseSubjectRequest request;
  v1::EraseSubjectResponse response;
  *request.mutable_entity() = Customer("1");
  request.set_actor("anna");
  request.set_reason("asked");
  ASSERT_EQ(Summary(privacy_->EraseSubject(&context, request, &response)),
            "OK");
  Report({MakeClaim("app", "2", "name", "Bob", "c")});
  const v1::BacktestResponse result = Backtest(InitialVocabulary());
  EXPECT_THAT(GroupsOf(result),
              ElementsAre("+0 -0 ~0 =1 app name VERDICT_CONTRADICTS 1>1"));
  EXPECT_EQ(result.summary().claims_erased(), 2u);
  EXPECT_EQ(result.summary().claims(), 3u);
}

CONCORDAT_ON_BOTH_ENGINES(WhatIfPrivacyTest);

TEST_P(WhatIfTest, SaysWhatIsWrongWithTheRequest) {
  struct Case {
    const char* expected;
    void (*make)(v1::BacktestRequest&);
  };
  const Case cases[] = {
      {"INVALID_ARGUMENT INVALID_FIELD yaml",
       [](v1::BacktestRequest& r) { r.clear_yaml(); }},
      {"INVALID_ARGUMENT INVALID_VOCABULARY yaml",
       [](v1::BacktestRequest& r) { r.set_yaml("name: 7a b"); }},
      {"INVALID_ARGUMENT LIMIT_EXCEEDED file_name",
       [](v1::BacktestRequest& r) { r.set_file_name(std::string(600, 'x')); }},
      {"INVALID_ARGUMENT LIMIT_EXCEEDED examples",
       [](v1::BacktestRequest& r) { r.set_examples(21); }},
      {"INVALID_ARGUMENT INVALID_FIELD examples",
       [](v1::BacktestRequest& r) { r.set_examples(-1); }},
      {"INVALID_ARGUMENT INVALID_FIELD until",
       [](v1::BacktestRequest& r) {
         r.mutable_since()->set_seconds(9);
         r.mutable_until()->set_seconds(9);
       }},
      {"INVALID_ARGUMENT INVALID_FIELD since",
       [](v1::BacktestRequest& r) {
         r.mutable_since()->set_seconds(int64_t{1} << 60);
       }},
  };
  for (const Case& c : cases) {
    v1::BacktestRequest request;
    request.set_yaml(kVocabulary);
    c.make(request);
    EXPECT_EQ(Summary(TryBacktest(request)), c.expected);
  }
}

TEST_P(WhatIfTest, SaysSinceWhenHistoryIsWhole) {
  SayTiers();
  const absl::Status put = store().Write(
      [](Transaction& tx) { return rows::PutLogStart(tx, Revision(2)); });
  ASSERT_TRUE(put.ok()) << put;
  v1::BacktestRequest request;
  request.set_yaml(kVocabulary);
  const WireError error = ErrorOf(TryBacktest(request));
  EXPECT_EQ(error.summary, "OUT_OF_RANGE REVISION_COMPACTED");
  EXPECT_THAT(error.message, HasSubstr("restored from a backup"));
  EXPECT_EQ(NumberOf(error.metadata.at("oldest_revision")), 2u);
}

// "closes 1 web tier CONTRADICTS"
std::vector<std::string> CountsOf(const v1::CounterfactualResponse& response) {
  std::vector<std::string> counts;
  for (const v1::CounterfactualCount& count : response.counts()) {
    counts.push_back(absl::StrCat(
        v1::CounterfactualOutcome_Name(count.outcome()).substr(23), " ",
        count.count(), " ", count.channel(), " ", count.attribute(), " ",
        v1::Verdict_Name(count.verdict())));
  }
  return counts;
}

TEST_P(WhatIfTest, SaysWhatClosesAndWhatOpens) {
  SayTiers();
  v1::CounterfactualRequest request;
  request.set_channel("web");
  std::vector<std::string> counts;
  int64_t findings = 0;
  int64_t claims = 0;
  do {
    const v1::CounterfactualResponse page = Suppose(request);
    for (const std::string& count : CountsOf(page)) counts.push_back(count);
    for (const v1::CounterfactualExample& example : page.examples()) {
      EXPECT_EQ(example.entity().id(), "1");
      EXPECT_NE(example.explanation(), "");
    }
    findings += page.findings_looked_at();
    claims += page.claims_looked_at();
    request.set_page_token(page.next_page_token());
    request.set_page_size(request.page_size() == 0 ? 1000 : 0);
  } while (!request.page_token().empty());
  EXPECT_THAT(counts,
              UnorderedElementsAre("CLOSES 1 web tier VERDICT_CONTRADICTS",
                                   "CLOSES 1 shop tier VERDICT_CONTRADICTS",
                                   "OPENS 1 app tier VERDICT_CONTRADICTS"));
  EXPECT_EQ(findings, 2);
  EXPECT_EQ(claims, 4);
  EXPECT_EQ(OpenFindings().total(), 2);
}

TEST_P(WhatIfTest, SaysWhatIsWrongWithAnAssumption) {
  v1::CounterfactualRequest request;
  Suppose(request, "INVALID_ARGUMENT INVALID_FIELD assumption");
  request.set_channel("nobody");
  Suppose(request, "INVALID_ARGUMENT UNKNOWN_CHANNEL channel");
  request.set_source("nobody");
  Suppose(request, "INVALID_ARGUMENT UNKNOWN_SOURCE source");
  request.set_source("crm");
  request.set_examples(101);
  Suppose(request, "INVALID_ARGUMENT LIMIT_EXCEEDED examples");
  request.set_examples(1);
  request.set_page_token("x");
  Suppose(request, "INVALID_ARGUMENT MALFORMED_TOKEN");
}

class WhatIfCommandTest : public WhatIfTest {
 protected:
  Printed Run(const std::vector<std::string>& words) {
    client::App app;
    client::AddBacktestCommand(app);
    client::AddCounterfactualCommand(app);
    return client::RunCommand(app, words, server_->address());
  }
  // A file with the shop's contract without the tier.
  std::string CandidateFile() {
    const std::string path = files_.path() + "/candidate.yaml";
    std::ofstream(path) << absl::StrReplaceAll(
        kVocabulary,
        {{"          name: {}\n          tier: {}\n", "          name: {}\n"}});
    return path;
  }

  TemporaryDirectory files_;
};

TEST_P(WhatIfCommandTest, PrintsABacktest) {
  SayTiers();
  const std::string file = CandidateFile();
  const Printed table = Run({"vocabulary", "backtest", file});
  EXPECT_EQ(table.exit_code, 0) << table.error;
  EXPECT_THAT(table.out, HasSubstr("OPEN THEN"));
  EXPECT_THAT(table.out, HasSubstr("2026-W01"));
  EXPECT_THAT(table.out, HasSubstr("raised      NOT_ENTITLED"));
  EXPECT_THAT(table.out, HasSubstr("1 raised, 0 vanished, 0 changed, 2 the "
                                   "same; open 2 now, 3 then"));
  EXPECT_THAT(table.out, HasSubstr("2 groups without a difference (--all)"));
  EXPECT_THAT(Run({"vocabulary", "backtest", file, "--all"}).out,
              Not(HasSubstr("without a difference")));
  const Printed csv = Run({"-o", "csv", "vocabulary", "backtest", file});
  EXPECT_THAT(csv.out,
              HasSubstr("DISCLOSURE,shop,tier,NOT_ENTITLED,1,0,0,0,0,1"));
  const Printed json =
      Run({"-o", "json", "vocabulary", "backtest", file, "--examples", "0"});
  EXPECT_THAT(json.out, HasSubstr("\"summary\""));
  EXPECT_THAT(json.out, Not(HasSubstr("\"examples\"")));
  EXPECT_EQ(Run({"vocabulary", "backtest", file, "--fail-on-raised"}).exit_code,
            1);
  EXPECT_EQ(Run({"vocabulary", "backtest", file, "--fail-on-raised", "--until",
                 "2000-01-01T00:00:00Z"})
                .exit_code,
            0);
  EXPECT_EQ(Run({"vocabulary", "backtest", file, "--since", "soon"}).exit_code,
            2);
  EXPECT_EQ(Run({"vocabulary", "backtest", "/nowhere.yaml"}).exit_code, 4);
}

TEST_P(WhatIfCommandTest, PrintsACounterfactual) {
  SayTiers();
  const Printed table =
      Run({"findings", "counterfactual", "--if-right", "web"});
  EXPECT_EQ(table.exit_code, 0) << table.error;
  EXPECT_THAT(table.out, HasSubstr("2 would close, 0 stay, 0 cannot be told, 1 "
                                   "would open; looked at 2 findings and 4 "
                                   "claims"));
  const Printed csv = Run({"-o", "csv", "findings", "counterfactual",
                           "--if-right", "web", "--channel", "app"});
  EXPECT_THAT(csv.out, HasSubstr("opens,app,tier,CONTRADICTS,1"));
  EXPECT_THAT(csv.out, Not(HasSubstr("closes")));
  EXPECT_EQ(Run({"findings", "counterfactual", "--if-right", "web",
                 "--fail-on-opening"})
                .exit_code,
            1);
  EXPECT_EQ(Run({"findings", "counterfactual"}).exit_code, 2);
  EXPECT_EQ(Run({"findings", "counterfactual", "--if-right", "web",
                 "--if-source-right", "crm"})
                .exit_code,
            2);
}

// More than is replayed in memory where there is another place.
class LongBacktestTest : public WhatIfTest {
 protected:
  ServerOptions Options() const override {
    ServerOptions options = ServiceTest::Options();
    options.scratch = &gate_;
    return options;
  }
  void Fill() {
    Write({PutFact("1", "tier", "gold")});
    for (int batch = 0; batch < 51; ++batch) {
      std::vector<v1::Claim> claims;
      for (int i = 0; i < 1000; ++i) {
        claims.push_back(
            MakeClaim("web", "1", "tier", "gold", absl::StrCat(batch, "-", i)));
      }
      Report(claims);
    }
  }

  mutable GatedScratch gate_;
};

TEST_P(LongBacktestTest, OneRunsAtATimeAndKeepsNobodyWaiting) {
  Fill();
  v1::BacktestRequest request;
  request.set_yaml(kVocabulary);
  const auto stub = WhatIf();
  grpc::ClientContext context;
  const auto first = stub->Backtest(&context, request);
  gate_.AwaitAsked();
  EXPECT_EQ(Summary(TryBacktest(request)), "RESOURCE_EXHAUSTED OVERLOADED");
  // Writers and readers go on.
  Write({PutFact("2", "tier", "gold")});
  EXPECT_EQ(OpenFindings().total(), 0);

  context.TryCancel();
  gate_.Let();
  v1::BacktestResponse response;
  while (first->Read(&response)) {
  }
  EXPECT_EQ(first->Finish().error_code(), grpc::StatusCode::CANCELLED);
  const absl::Time until = absl::Now() + kPatience;
  v1::BacktestResponse result;
  grpc::Status status;
  do {
    status = TryBacktest(request, &result);
  } while (Summary(status) == "RESOURCE_EXHAUSTED OVERLOADED" &&
           absl::Now() < until);
  EXPECT_EQ(Summary(status), "OK");
  EXPECT_EQ(result.summary().claims(), 51'000u);
  // At the start, and before and after each.
  EXPECT_EQ(gate_.cleared(), 5);
}

CONCORDAT_ON_BOTH_ENGINES(WhatIfTest);
CONCORDAT_ON_BOTH_ENGINES(WhatIfCommandTest);
INSTANTIATE_TEST_SUITE_P(Engines, LongBacktestTest,
                         testing::Values(Engine::kMemory), EngineName);

class WhatIfRestartTest : public WhatIfTest {};

TEST_P(WhatIfRestartTest, WhatAKilledProcessLeftIsRemovedAtTheStart) {
  const std::string left = directory() + "/scratch/candidate";
  ASSERT_TRUE(std::filesystem::create_directories(left));
  std::ofstream(left + "/concordat.db") << "sealed";
  RestartServer();
  EXPECT_FALSE(std::filesystem::exists(directory() + "/scratch"));
}

INSTANTIATE_TEST_SUITE_P(Engines, WhatIfRestartTest,
                         testing::Values(Engine::kSqlite), EngineName);

class WhatIfWithoutVocabularyTest : public WhatIfTest {
 protected:
  std::string InitialVocabulary() const override { return ""; }
};

TEST_P(WhatIfWithoutVocabularyTest, SaysThatThereIsNone) {
  v1::BacktestRequest request;
  request.set_yaml(kVocabulary);
  EXPECT_EQ(Summary(TryBacktest(request)), "FAILED_PRECONDITION NO_VOCABULARY");
  v1::CounterfactualRequest other;
  other.set_channel("web");
  Suppose(other, "FAILED_PRECONDITION NO_VOCABULARY");
}

CONCORDAT_ON_BOTH_ENGINES(WhatIfWithoutVocabularyTest);

}  // namespace
}  // namespace concordat
