// Audits that ask the channel itself, whatever it answers.
#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "concordat/v1/audits.grpc.pb.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"
#include "tests/service/fake_backend.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using Strings = std::vector<std::string>;

class ProbeAuditsTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    audits_ = v1::AuditService::NewStub(server_->InProcessChannel());
  }

  ServerOptions Options() const override {
    ServerOptions options = ServiceTest::Options();
    ProbeOptions probe;
    probe.channel = "web";
    probe.address = backend_.address();
    probe.policy.failures_max = 6;
    probe.policy.attempts_max = 3;
    probe.deadline = deadline_;
    options.probes = {probe};
    return options;
  }

  // Some hundreds of customers, of which web has wrong what `is_wrong` says.
  template <typename Wrong>
  void Fill(int customers, Wrong is_wrong) {
    std::vector<v1::Change> changes;
    for (int i = 0; i < customers; ++i) {
      const std::string id = absl::StrCat("c", i);
      const std::string tier = i % 4 == 0 ? "gold" : "silver";
      changes.push_back(PutFact(id, "name", absl::StrCat("Name ", i)));
      changes.push_back(PutFact(id, "tier", tier));
      backend_.holds[id] = {
          {"name", absl::StrCat(is_wrong(i) ? "Other " : "Name ", i)},
          {"tier", tier}};
      if (changes.size() >= 900) {
        Write(changes);
        changes.clear();
      }
    }
    if (!changes.empty()) Write(changes);
  }

  static v1::StartAuditRequest Request() {
    v1::StartAuditRequest request;
    request.mutable_spec()->set_channel("web");
    request.mutable_spec()->mutable_probe();
    return request;
  }
  grpc::Status Start(const v1::StartAuditRequest& request, v1::Audit* audit) {
    grpc::ClientContext context;
    v1::StartAuditResponse response;
    const grpc::Status status =
        audits_->StartAudit(&context, request, &response);
    *audit = response.audit();
    return status;
  }
  v1::Audit Get(const std::string& id) {
    grpc::ClientContext context;
    v1::GetAuditRequest request;
    request.set_id(id);
    v1::GetAuditResponse response;
    EXPECT_EQ(Summary(audits_->GetAudit(&context, request, &response)), "OK");
    return response.audit();
  }
  // Waits for its end. Time passes meanwhile, so that pauses do.
  v1::Audit Await(const std::string& id, bool time_passes = true) {
    v1::Audit audit = Get(id);
    while (audit.state() == v1::AUDIT_STATE_RUNNING) {
      if (time_passes) clock_.Advance(absl::Seconds(1));
      audit = Get(id);
    }
    return audit;
  }
  v1::Audit Run(const v1::StartAuditRequest& request) {
    v1::Audit audit;
    EXPECT_EQ(Summary(Start(request, &audit)), "OK");
    return Await(audit.id());
  }

  Strings Findings(const std::string& id) {
    grpc::ClientContext context;
    v1::ListAuditFindingsRequest request;
    request.set_audit_id(id);
    request.set_page_size(1000);
    for (const v1::AuditChange change :
         {v1::AUDIT_CHANGE_NEW, v1::AUDIT_CHANGE_UNCHANGED,
          v1::AUDIT_CHANGE_UPDATED, v1::AUDIT_CHANGE_GONE}) {
      request.mutable_filter()->add_changes(change);
    }
    v1::ListAuditFindingsResponse page;
    EXPECT_EQ(Summary(audits_->ListAuditFindings(&context, request, &page)),
              "OK");
    Strings findings;
    for (const v1::AuditFinding& finding : page.findings()) {
      std::string text =
          absl::StrCat(finding.entity().id(), " ", finding.attribute(), " ",
                       v1::Verdict_Name(finding.verdict()).substr(8));
      if (finding.change() == v1::AUDIT_CHANGE_GONE) text += " GONE";
      findings.push_back(std::move(text));
    }
    return findings;
  }

  static Strings RefusedOf(const v1::Audit& audit) {
    Strings refused;
    for (const v1::AuditRefusedRow& row : audit.result().refused()) {
      refused.push_back(row.reason());
    }
    std::sort(refused.begin(), refused.end());
    return refused;
  }

  // Before the server, which is told its address.
  mutable FakeBackend backend_;
  absl::Duration deadline_ = absl::Seconds(30);
  std::unique_ptr<v1::AuditService::Stub> audits_;
};

TEST_P(ProbeAuditsTest, AskAboutEverybodyAndJudgeTheAnswers) {
  Write({PutFact("a", "tier", "gold"), PutFact("a", "name", "Ann"),
         PutFact("b", "tier", "silver"), PutFact("b", "name", "Bob"),
         PutFact("c", "name", "Cid"), PutFact("d", "name", "Dan"),
         PutOrder("a", "o1"), PutLink("web", "w-a", "a"),
         PutLink("shop", "s-a", "a")});
  backend_.holds = {{"a", {{"tier", "Gold"}, {"name", "Ann"}}},
                    {"b", {{"tier", "gold"}, {"name", std::nullopt}}},
                    {"d", {}}};
  const v1::Audit audit = Run(Request());
  EXPECT_EQ(audit.state(), v1::AUDIT_STATE_SUCCEEDED) << audit.error();
  EXPECT_EQ(audit.source(), v1::AUDIT_SOURCE_PROBE);
  EXPECT_EQ(audit.result().rows(), 4);
  EXPECT_EQ(audit.result().entities_covered(), 3);
  EXPECT_EQ(audit.result().entities_missing(), 1);
  EXPECT_FALSE(audit.result().has_estimate());
  EXPECT_EQ(Findings(audit.id()),
            (Strings{"b name MISSING", "b tier CONTRADICTS", "c  MISSING",
                     "d name MISSING"}));
  const std::vector<v1::FetchRecordsRequest> asked = backend_.fetched();
  ASSERT_EQ(asked.size(), 1);
  EXPECT_EQ(asked[0].channel(), "web");
  EXPECT_EQ(asked[0].subjects_size(), 4);
  EXPECT_EQ(asked[0].subjects(0).entity().id(), "a");
  ASSERT_EQ(asked[0].subjects(0).subjects_size(), 1);
  EXPECT_EQ(asked[0].subjects(0).subjects(0), "w-a");
  EXPECT_EQ(asked[0].subjects(1).subjects_size(), 0);
  EXPECT_EQ(Strings(asked[0].attributes().begin(), asked[0].attributes().end()),
            (Strings{"birth_date", "email", "name", "tier"}));
}

TEST_P(ProbeAuditsTest, KeepToWhatTheBackendTakes) {
  Fill(50, [](int) { return false; });
  backend_.described.set_subjects_per_request_max(7);
  backend_.described.set_concurrent_requests_max(1);
  backend_.described.set_requests_per_second_max(2);
  const absl::Time before = clock_.Now();
  const v1::Audit audit = Run(Request());
  EXPECT_EQ(audit.state(), v1::AUDIT_STATE_SUCCEEDED) << audit.error();
  EXPECT_EQ(audit.result().findings(), 0);
  EXPECT_EQ(backend_.fetched().size(), 8);
  for (const v1::FetchRecordsRequest& request : backend_.fetched()) {
    EXPECT_LE(request.subjects_size(), 7);
  }
  EXPECT_EQ(backend_.most_at_a_time(), 1);
  EXPECT_GE(clock_.Now() - before, absl::Seconds(3));
}

TEST_P(ProbeAuditsTest, FollowMergesAndScope) {
  Write({PutFact("a", "tier", "gold"), PutFact("a2", "name", "Ann"),
         PutFact("b", "tier", "gold")});
  v1::Change merge;
  *merge.mutable_merge()->mutable_duplicate() = Customer("a2");
  *merge.mutable_merge()->mutable_survivor() = Customer("a");
  Write({merge});
  backend_.holds = {{"a", {{"tier", "gold"}, {"name", "Ann"}}},
                    {"b", {{"tier", "gold"}}}};
  v1::Audit audit = Run(Request());
  EXPECT_EQ(audit.state(), v1::AUDIT_STATE_SUCCEEDED) << audit.error();
  EXPECT_EQ(backend_.asked_about(), (Strings{"a", "b"}));
  EXPECT_EQ(Findings(audit.id()), Strings{});
  v1::StartAuditRequest request = Request();
  request.mutable_spec()->mutable_scope()->add_attributes("email");
  audit = Run(request);
  EXPECT_EQ(audit.state(), v1::AUDIT_STATE_SUCCEEDED) << audit.error();
  EXPECT_EQ(backend_.fetched().size(), 1);  // nobody has one
}

TEST_P(ProbeAuditsTest, RepeatWhatFailsForAWhile) {
  Fill(10, [](int i) { return i == 3; });
  backend_.describes = false;
  backend_.on_fetch = [this](int call, const auto& request, auto* response) {
    if (call == 0) return grpc::Status(grpc::UNAVAILABLE, "");
    if (call == 1) return FakeBackend::BusyFor(20);
    backend_.Answer(request, response);
    return grpc::Status::OK;
  };
  const absl::Time before = clock_.Now();
  const v1::Audit audit = Run(Request());
  EXPECT_EQ(audit.state(), v1::AUDIT_STATE_SUCCEEDED) << audit.error();
  EXPECT_EQ(backend_.fetched().size(), 3);
  EXPECT_GE(clock_.Now() - before, absl::Seconds(20));
  EXPECT_EQ(Findings(audit.id()), (Strings{"c3 name CONTRADICTS"}));
}

TEST_P(ProbeAuditsTest, FailWhereTheBackendDoesAndLeaveTheLastOneStanding) {
  Fill(10, [](int i) { return i == 3; });
  const v1::Audit good = Run(Request());
  ASSERT_EQ(good.state(), v1::AUDIT_STATE_SUCCEEDED) << good.error();
  backend_.on_fetch = [](int, const auto&, auto*) {
    return grpc::Status(grpc::UNAVAILABLE, "Jane Roe broke it");
  };
  // Repeated as often as one call may be; of several calls at once, as often as
  // a backend may fail.
  for (const char* why : {"UNAVAILABLE after 3 attempts",
                          "UNAVAILABLE after 6 attempts: so many attempts"}) {
    const v1::Audit bad = Run(Request());
    backend_.Set([](FakeBackend& backend) {
      backend.described.set_subjects_per_request_max(2);
    });
    EXPECT_EQ(bad.state(), v1::AUDIT_STATE_FAILED);
    EXPECT_TRUE(absl::StrContains(bad.error(), why)) << bad.error();
    EXPECT_FALSE(absl::StrContains(bad.error(), "Jane")) << bad.error();
  }
  // Left alone, it is not asked.
  const size_t asked = backend_.fetched().size();
  v1::Audit audit;
  EXPECT_EQ(Summary(Start(Request(), &audit)), "OK");
  EXPECT_EQ(Await(audit.id(), false).state(), v1::AUDIT_STATE_FAILED);
  EXPECT_EQ(backend_.fetched().size(), asked);
  EXPECT_EQ(Findings(good.id()), (Strings{"c3 name CONTRADICTS"}));
  // Then it is well.
  backend_.Set([](FakeBackend& backend) { backend.on_fetch = nullptr; });
  clock_.Advance(absl::Seconds(31));
  const v1::Audit again = Run(Request());
  EXPECT_EQ(again.state(), v1::AUDIT_STATE_SUCCEEDED) << again.error();
  EXPECT_EQ(again.result().previous_audit_id(), good.id());
}

TEST_P(ProbeAuditsTest, FailAtOnceWhereNothingElseWouldHelp) {
  Fill(10, [](int) { return false; });
  backend_.on_fetch = [](int, const auto&, auto*) {
    return grpc::Status(grpc::PERMISSION_DENIED, "");
  };
  const v1::Audit audit = Run(Request());
  EXPECT_EQ(audit.state(), v1::AUDIT_STATE_FAILED);
  EXPECT_TRUE(absl::StrContains(audit.error(), "PERMISSION_DENIED after 1 "))
      << audit.error();
  EXPECT_EQ(backend_.fetched().size(), 1);
}

TEST_P(ProbeAuditsTest, AreCancelledThoughTheBackendHangs) {
  Fill(10, [](int) { return false; });
  backend_.hangs = true;
  v1::Audit audit;
  ASSERT_EQ(Summary(Start(Request(), &audit)), "OK");
  backend_.AwaitCalls(1);
  EXPECT_EQ(Get(audit.id()).progress().phase(), "asking the channel");
  EXPECT_EQ(Get(audit.id()).progress().entities_total(), 10);
  grpc::ClientContext context;
  v1::CancelAuditRequest request;
  request.set_id(audit.id());
  v1::CancelAuditResponse response;
  EXPECT_EQ(Summary(audits_->CancelAudit(&context, request, &response)), "OK");
  EXPECT_EQ(Await(audit.id(), false).state(), v1::AUDIT_STATE_CANCELLED);
  // The server ends as well though it does.
  ASSERT_EQ(Summary(Start(Request(), &audit)), "OK");
  backend_.AwaitCalls(2);
  StopServer();
}

class ShortDeadlineTest : public ProbeAuditsTest {
 protected:
  ShortDeadlineTest() { deadline_ = absl::Milliseconds(40); }
};

TEST_P(ShortDeadlineTest, ABackendThatIsTooSlowIsCut) {
  Fill(3, [](int) { return false; });
  backend_.hangs = true;
  const v1::Audit audit = Run(Request());
  EXPECT_EQ(audit.state(), v1::AUDIT_STATE_FAILED);
  EXPECT_TRUE(
      absl::StrContains(audit.error(), "DEADLINE_EXCEEDED after 3 attempts"))
      << audit.error();
}

TEST_P(ProbeAuditsTest, RefuseWhatMakesNoSenseAndGoOn) {
  Fill(6, [](int) { return false; });
  backend_.on_fetch = [this](int, const auto& request, auto* response) {
    backend_.Answer(request, response);
    // In the index's order: c0 to c5.
    response->mutable_records(0)->set_key("nobody");
    response->mutable_records(1)->mutable_claims(0)->set_value(
        std::string(5000, 'x'));
    response->mutable_records(2)->mutable_claims(0)->set_attribute("colour");
    *response->mutable_records(3)->mutable_claims(0)->mutable_entity() =
        Customer("c5");
    response->mutable_records(4)->mutable_error()->set_code(13);
    response->add_records()->set_key("5");
    return grpc::Status::OK;
  };
  const v1::Audit audit = Run(Request());
  EXPECT_EQ(audit.state(), v1::AUDIT_STATE_SUCCEEDED) << audit.error();
  EXPECT_EQ(RefusedOf(audit),
            (Strings{"INVALID_FIELD", "INVALID_FIELD", "INVALID_FIELD",
                     "INVALID_FIELD", "LIMIT_EXCEEDED", "PROBE_FAILED",
                     "UNKNOWN_ATTRIBUTE"}));
  EXPECT_EQ(audit.result().refused_rows(), 7);
  // Nobody answered about c0 and c4: that does not make them missing.
  EXPECT_EQ(audit.result().entities_missing(), 0);
  EXPECT_EQ(audit.result().entities_covered(), 4);
  EXPECT_EQ(Findings(audit.id()),
            (Strings{"c1 name MISSING", "c2 name MISSING", "c3 name MISSING"}));
}

TEST_P(ProbeAuditsTest, RefuseAnAnswerThatIsTooLarge) {
  Fill(3, [](int) { return false; });
  backend_.on_fetch = [](int, const auto&, auto* response) {
    response->add_records()->set_key(std::string(5 << 20, 'x'));
    return grpc::Status::OK;
  };
  const v1::Audit audit = Run(Request());
  EXPECT_EQ(audit.state(), v1::AUDIT_STATE_FAILED);
  EXPECT_TRUE(absl::StrContains(audit.error(), "RESOURCE_EXHAUSTED"))
      << audit.error();
}

TEST_P(ProbeAuditsTest, OfASampleSayHowSureTheyAre) {
  Fill(1000, [](int i) { return i % 10 == 0; });
  v1::StartAuditRequest request = Request();
  request.mutable_spec()->mutable_sampling()->set_precision(0.05);
  request.mutable_spec()->mutable_sampling()->set_seed(7);
  const v1::Audit audit = Run(request);
  ASSERT_EQ(audit.state(), v1::AUDIT_STATE_SUCCEEDED) << audit.error();
  const v1::AuditEstimate& estimate = audit.result().estimate();
  EXPECT_EQ(estimate.sampled(), 278);
  EXPECT_EQ(estimate.population(), 1000);
  EXPECT_EQ(estimate.confidence(), 0.95);
  EXPECT_LE(estimate.low(), 0.1);
  EXPECT_GE(estimate.high(), 0.1);
  EXPECT_LE(estimate.high() - estimate.low(), 0.1);
  EXPECT_EQ(estimate.sampled_wrong(), audit.result().findings());
  EXPECT_EQ(audit.result().entities_missing(), 0);
  EXPECT_EQ(audit.sampling().seed(), 7);
  const Strings first = backend_.asked_about();
  const std::set<std::string> sample(first.begin(), first.end());
  EXPECT_EQ(sample.size(), 278);
  // The same seed gives the same sample, and a larger one contains it; the
  // audits are compared.
  const v1::Audit same = Run(request);
  EXPECT_EQ(same.result().previous_audit_id(), audit.id());
  const Strings second = backend_.asked_about();
  EXPECT_EQ(second.size(), 2 * 278);
  EXPECT_EQ(std::set<std::string>(second.begin() + 278, second.end()), sample);
  EXPECT_EQ(same.result().estimate().sampled_wrong(), estimate.sampled_wrong());
  for (const v1::AuditChangeCount& change : same.result().changes()) {
    EXPECT_EQ(change.change(), v1::AUDIT_CHANGE_UNCHANGED);
  }
  request.mutable_spec()->mutable_sampling()->set_precision(0.04);
  const v1::Audit larger = Run(request);
  EXPECT_EQ(larger.result().estimate().sampled(), 376);
  EXPECT_EQ(larger.result().previous_audit_id(), "");
  Strings third = backend_.asked_about();
  third.erase(third.begin(), third.begin() + 2 * 278);
  const std::set<std::string> all(third.begin(), third.end());
  EXPECT_EQ(all.size(), 376);
  for (const std::string& id : first) EXPECT_TRUE(all.contains(id)) << id;
}

TEST_P(ProbeAuditsTest, DivideASampleAmongStrata) {
  Fill(1000, [](int i) { return i % 4 == 0 ? i % 8 == 0 : i % 100 == 1; });
  v1::StartAuditRequest request = Request();
  v1::SamplingSpec& sampling = *request.mutable_spec()->mutable_sampling();
  sampling.set_precision(0.05);
  sampling.set_stratify_by("loyalty_tier");
  const v1::Audit even = Run(request);
  ASSERT_EQ(even.state(), v1::AUDIT_STATE_SUCCEEDED) << even.error();
  const v1::AuditEstimate& estimate = even.result().estimate();
  ASSERT_EQ(estimate.strata_size(), 2);
  EXPECT_EQ(estimate.strata(0).name(), "silver");
  EXPECT_EQ(estimate.strata(0).population(), 750);
  EXPECT_EQ(estimate.strata(0).sampled(), 209);
  EXPECT_EQ(estimate.strata(1).name(), "gold");
  EXPECT_EQ(estimate.strata(1).sampled(), 69);
  EXPECT_NEAR(estimate.strata(1).rate(), 0.5, 0.2);
  const double truth = (125 + 10) / 1000.0;
  EXPECT_LE(estimate.low(), truth);
  EXPECT_GE(estimate.high(), truth);
  sampling.set_allocation(v1::SAMPLE_ALLOCATION_NEYMAN);
  const v1::Audit neyman = Run(request);
  ASSERT_EQ(neyman.state(), v1::AUDIT_STATE_SUCCEEDED) << neyman.error();
  const v1::AuditEstimate& better = neyman.result().estimate();
  EXPECT_EQ(better.sampled(), 278);
  EXPECT_GT(better.strata(1).sampled(), 120);
  EXPECT_LE(better.low(), truth);
  EXPECT_GE(better.high(), truth);
  EXPECT_LT(better.high() - better.low(), estimate.high() - estimate.low());
}

TEST_P(ProbeAuditsTest, OfASequentialSampleEndWhenTheyMay) {
  Fill(1000, [](int i) { return i % 200 == 0; });
  backend_.described.set_subjects_per_request_max(20);
  v1::StartAuditRequest request = Request();
  v1::SamplingSpec& sampling = *request.mutable_spec()->mutable_sampling();
  sampling.set_sequential(true);
  sampling.set_decide_rate(0.2);
  const v1::Audit audit = Run(request);
  ASSERT_EQ(audit.state(), v1::AUDIT_STATE_SUCCEEDED) << audit.error();
  const v1::AuditEstimate& estimate = audit.result().estimate();
  EXPECT_TRUE(estimate.stopped_early());
  EXPECT_LT(estimate.sampled(), 100);
  EXPECT_EQ(estimate.sampled() % 20, 0);
  EXPECT_LT(estimate.high(), 0.2);
  EXPECT_LE(estimate.low(), 0.005);
  // What was asked in vain is not counted.
  EXPECT_EQ(audit.result().rows(), 2 * estimate.sampled());
  // Everybody, where nothing is ever precise enough.
  sampling.clear_decide_rate();
  sampling.set_precision(0.0001);
  const v1::Audit whole = Run(request);
  EXPECT_EQ(whole.result().estimate().sampled(), 1000);
  EXPECT_FALSE(whole.result().estimate().stopped_early());
  EXPECT_DOUBLE_EQ(whole.result().estimate().low(), 0.005);
  EXPECT_DOUBLE_EQ(whole.result().estimate().high(), 0.005);
}

TEST_P(ProbeAuditsTest, SayWhatOfTheRequestIsWrong) {
  Write({PutFact("a", "tier", "gold")});
  struct Row {
    std::string summary;
    std::function<void(v1::AuditSpec&)> change;
  };
  for (const Row& row : std::vector<Row>{
           {"FAILED_PRECONDITION PRECONDITION_FAILED",
            [](auto& spec) { spec.set_channel("shop"); }},
           {"INVALID_ARGUMENT UNKNOWN_CHANNEL spec.channel",
            [](auto& spec) { spec.set_channel("fax"); }},
           {"INVALID_ARGUMENT INVALID_FIELD spec.as_at",
            [](auto& spec) { spec.mutable_as_at()->set_seconds(1); }},
           {"INVALID_ARGUMENT INVALID_FIELD spec.sampling",
            [](auto& spec) {
              spec.clear_probe();
              spec.mutable_sampling()->set_precision(0.1);
            }},
           {"INVALID_ARGUMENT INVALID_FIELD spec.sampling.precision",
            [](auto& spec) { spec.mutable_sampling(); }},
           {"INVALID_ARGUMENT INVALID_FIELD spec.sampling.confidence",
            [](auto& spec) {
              spec.mutable_sampling()->set_precision(0.1);
              spec.mutable_sampling()->set_confidence(95);
            }},
           {"INVALID_ARGUMENT LIMIT_EXCEEDED spec.sampling.entities_max",
            [](auto& spec) {
              spec.mutable_sampling()->set_entities_max(2'000'000);
            }},
       }) {
    v1::StartAuditRequest request = Request();
    row.change(*request.mutable_spec());
    v1::Audit audit;
    EXPECT_EQ(Summary(Start(request, &audit)), row.summary);
  }
  v1::StartAuditRequest request = Request();
  request.mutable_spec()->mutable_sampling()->set_precision(0.1);
  request.mutable_spec()->mutable_sampling()->set_stratify_by("colour");
  const v1::Audit audit = Run(request);
  EXPECT_EQ(audit.state(), v1::AUDIT_STATE_FAILED);
  EXPECT_TRUE(absl::StrContains(audit.error(), "colour")) << audit.error();
}

CONCORDAT_ON_BOTH_ENGINES(ProbeAuditsTest);
CONCORDAT_ON_BOTH_ENGINES(ShortDeadlineTest);

}  // namespace
}  // namespace concordat
