// Another vocabulary comes into force: what was judged before is judged by it.
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using testing::IsEmpty;

constexpr char kRule[] = R"(
rules:
  gold_has_birth_date:
    description: A gold customer has told when he was born.
    on: customer
    when: tier == "gold"
    require: has(birth_date)
    message: "{tier}, and no birth date."
)";

std::string With(const std::string& from, const std::string& to) {
  const std::string changed = absl::StrReplaceAll(kVocabulary, {{from, to}});
  EXPECT_NE(changed, kVocabulary) << from;
  return changed;
}

class RejudgementTest : public ServiceTest {
 protected:
  void ApplyAndWait(const std::string& yaml) {
    const grpc::Status applied = Apply(yaml);
    ASSERT_TRUE(applied.ok()) << applied.error_message();
    Await();
  }
  // The committer is at it while nobody asks for anything else.
  void Await() {
    while (Info().counters().at("rejudging") != 0) {
    }
  }

  // "web tier STALE OPEN changed vocabulary": each that is not gone.
  std::vector<std::string> Findings(const std::string& customer,
                                    bool also_resolved) {
    v1::ListFindingsRequest request;
    *request.mutable_filter()->mutable_entity() = Customer(customer);
    if (also_resolved) {
      request.mutable_filter()->add_states(v1::FINDING_STATE_RESOLVED);
    }
    grpc::ClientContext context;
    v1::ListFindingsResponse list;
    EXPECT_TRUE(findings_->ListFindings(&context, request, &list).ok());
    std::vector<std::string> found;
    for (const v1::Finding& finding : list.findings()) {
      EXPECT_FALSE(finding.vindicated());
      found.push_back(absl::StrCat(
          finding.rule().empty()
              ? absl::StrCat(finding.channel(), " ", finding.attribute())
              : finding.rule(),
          " ", v1::Verdict_Name(finding.verdict()).substr(8), " ",
          v1::FindingState_Name(finding.state()).substr(14), " by ",
          LastActorOf(finding.id())));
    }
    return found;
  }

  std::string LastActorOf(const std::string& id) {
    grpc::ClientContext context;
    v1::GetFindingRequest request;
    v1::GetFindingResponse response;
    request.set_id(id);
    EXPECT_TRUE(findings_->GetFinding(&context, request, &response).ok());
    return response.history().rbegin()->actor();
  }
};

struct RejudgedCase {
  const char* name;
  std::string before;
  std::string after;
  std::vector<std::string> open;
  std::vector<std::string> resolved;
};

// Ann is gold since two hours; web says silver, and app says another name.
std::vector<RejudgedCase> Cases() {
  const std::string stale = "web tier STALE OPEN by claim";
  const std::string wrong = "app name CONTRADICTS OPEN by claim";
  return {
      {"nothing_that_matters",
       kVocabulary,
       With("name: service_test", "name: renamed"),
       {stale, wrong},
       {}},
      {"a_longer_promise",
       kVocabulary,
       With("promise: 1h", "promise: 1d"),
       {wrong},
       {"web tier STALE RESOLVED by changed vocabulary"}},
      {"a_shorter_promise",
       With("promise: 1h", "promise: 1d"),
       kVocabulary,
       {"web tier STALE OPEN by changed vocabulary", wrong},
       {}},
      {"a_contract_without_the_attribute",
       kVocabulary,
       With("          tier: {}\n  app", "  app"),
       {"web tier NOT_ENTITLED OPEN by changed vocabulary", stale, wrong},
       {}},
      {"a_channel_is_gone",
       kVocabulary,
       With("  app: {like: web}\n", ""),
       {stale},
       {"app name CONTRADICTS RESOLVED by changed vocabulary"}},
      {"a_new_rule",
       kVocabulary,
       absl::StrCat(kVocabulary, kRule),
       {"gold_has_birth_date CONTRADICTS OPEN by changed vocabulary", stale,
        wrong},
       {}},
      {"a_rule_is_gone",
       absl::StrCat(kVocabulary, kRule),
       kVocabulary,
       {stale, wrong},
       {"gold_has_birth_date CONTRADICTS RESOLVED by changed vocabulary"}},
      {"a_settle_time",
       kVocabulary,
       With("name: {type: text}", "name: {type: text, settle: 1d}"),
       {stale, wrong},
       {}},
  };
}

TEST_P(RejudgementTest, WhatWasJudgedIsJudgedByTheNewVocabulary) {
  int number = 0;
  for (const RejudgedCase& test : Cases()) {
    SCOPED_TRACE(test.name);
    ApplyAndWait(test.before);
    const std::string id = absl::StrCat("ann", ++number);
    v1::Change gold = PutFact(id, "tier", "gold");
    gold.mutable_put_fact()->mutable_valid_from()->set_seconds(
        absl::ToUnixSeconds(clock_.Now() - absl::Hours(2)));
    Write({PutFact(id, "tier", "silver"), gold, PutFact(id, "name", "Ann")});
    v1::Claim silver = MakeClaim("web", id, "tier", "silver", "");
    v1::Claim eve = MakeClaim("app", id, "name", "Eve", "");
    Report({silver, eve});
    ApplyAndWait(test.after);
    EXPECT_THAT(Findings(id, false),
                testing::UnorderedElementsAreArray(test.open));
    EXPECT_THAT(Findings(id, true), testing::IsSupersetOf(test.resolved));

    // The next starts with nothing open.
    ApplyAndWait(kVocabulary);
    clock_.Advance(absl::Minutes(1));
    Report({MakeClaim("web", id, "tier", "gold", ""),
            MakeClaim("app", id, "name", "Ann", "")});
    Write({PutFact(id, "birth_date", "1990-01-01")});
    ASSERT_THAT(Findings(id, false), IsEmpty());
  }
}

// More than one step, and a server that ends in between.
TEST_P(RejudgementTest, GoesOnAfterARestart) {
  constexpr int kCustomers = 900;
  std::vector<v1::Change> facts;
  std::vector<v1::Claim> claims;
  for (int i = 0; i < kCustomers; ++i) {
    const std::string id = absl::StrCat("c", i);
    facts.push_back(PutFact(id, "name", "Ann"));
    claims.push_back(MakeClaim("app", id, "name", "Eve", ""));
  }
  Write(facts);
  Report(claims);
  ASSERT_TRUE(Apply(With("  app: {like: web}\n", "")).ok());
  RestartServer();
  Await();
  EXPECT_THAT(OpenFindings().findings(), IsEmpty());

  ASSERT_TRUE(Apply(kVocabulary).ok());
  // Beside what is asked for.
  for (int i = 0; i < 20; ++i) {
    Write({PutFact("another", "name", absl::StrCat("Ann ", i))});
  }
  Await();
  v1::ListFindingsRequest request;
  request.set_count_total(true);
  grpc::ClientContext context;
  v1::ListFindingsResponse list;
  ASSERT_TRUE(findings_->ListFindings(&context, request, &list).ok());
  EXPECT_EQ(list.total(), kCustomers);
  EXPECT_EQ(list.findings(0).state(), v1::FINDING_STATE_REOPENED);
}

CONCORDAT_ON_BOTH_ENGINES(RejudgementTest);

}  // namespace
}  // namespace concordat
