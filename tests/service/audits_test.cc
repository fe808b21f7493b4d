// Audits through gRPC: what they count, how they go on, end and are compared.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "concordat/v1/audits.grpc.pb.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

constexpr char kHeader[] = "subject,attribute,value\n";

class AuditsTest : public ServiceTest {
 protected:
  using Call =
      grpc::ClientReaderWriter<v1::RunAuditRequest, v1::RunAuditResponse>;

  // A call of RunAudit, message by message.
  struct Stream {
    grpc::ClientContext context;
    std::unique_ptr<Call> call;
    v1::RunAuditResponse last;

    bool Csv(const std::string& csv) {
      v1::RunAuditRequest request;
      request.set_csv(csv);
      return call->Write(request);
    }
    bool End() {
      v1::RunAuditRequest request;
      request.mutable_end();
      return call->Write(request);
    }
    grpc::Status Finish() {
      while (call->Read(&last)) {
      }
      return call->Finish();
    }
  };

  void SetUp() override {
    ServiceTest::SetUp();
    audits_ = v1::AuditService::NewStub(server_->InProcessChannel());
  }

  std::unique_ptr<Stream> Open(const v1::RunAuditRequest& first) {
    auto stream = std::make_unique<Stream>();
    stream->call = audits_->RunAudit(&stream->context);
    stream->call->Write(first);
    return stream;
  }

  static v1::RunAuditRequest Spec(const std::string& channel) {
    v1::RunAuditRequest request;
    request.mutable_spec()->set_channel(channel);
    request.mutable_spec()->set_subject_type("customer");
    request.mutable_spec()->set_actor("qa");
    return request;
  }

  // Audits an export in one piece.
  grpc::Status TryAudit(const v1::RunAuditRequest& spec, const std::string& csv,
                        v1::Audit* audit) {
    const std::unique_ptr<Stream> stream = Open(spec);
    stream->Csv(csv);
    stream->End();
    const grpc::Status status = stream->Finish();
    *audit = stream->last.audit();
    return status;
  }

  v1::Audit Audit(const std::string& rows) {
    v1::Audit audit;
    EXPECT_EQ(Summary(TryAudit(Spec("web"), kHeader + rows, &audit)), "OK");
    return audit;
  }

  v1::Audit Get(const std::string& id) {
    grpc::ClientContext context;
    v1::GetAuditRequest request;
    request.set_id(id);
    v1::GetAuditResponse response;
    EXPECT_EQ(Summary(audits_->GetAudit(&context, request, &response)), "OK");
    return response.audit();
  }

  // "a tier CONTRADICTS NEW" of each finding, page by page.
  std::vector<std::string> Findings(v1::ListAuditFindingsRequest request) {
    std::vector<std::string> findings;
    do {
      grpc::ClientContext context;
      v1::ListAuditFindingsResponse page;
      EXPECT_EQ(Summary(audits_->ListAuditFindings(&context, request, &page)),
                "OK");
      for (const v1::AuditFinding& finding : page.findings()) {
        std::string text = absl::StrCat(
            finding.has_entity() ? finding.entity().id() : finding.subject(),
            " ", finding.attribute(), " ",
            v1::Verdict_Name(finding.verdict()).substr(8));
        if (finding.change() != v1::AUDIT_CHANGE_UNSPECIFIED) {
          absl::StrAppend(&text, " ",
                          v1::AuditChange_Name(finding.change()).substr(13));
        }
        findings.push_back(std::move(text));
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return findings;
  }
  std::vector<std::string> FindingsOf(const std::string& id,
                                      const std::string& baseline = "") {
    v1::ListAuditFindingsRequest request;
    request.set_audit_id(id);
    request.set_baseline_audit_id(baseline);
    for (int change = v1::AuditChange_MIN + 1; change <= v1::AuditChange_MAX;
         ++change) {
      request.mutable_filter()->add_changes(
          static_cast<v1::AuditChange>(change));
    }
    return Findings(std::move(request));
  }

  std::unique_ptr<v1::AuditService::Stub> audits_;
};

using Strings = std::vector<std::string>;

TEST_P(AuditsTest, CountsEveryRowAndListsWhatContradicts) {
  Write({PutFact("a", "tier", "gold"), PutFact("b", "tier", "silver")});
  const v1::Audit audit =
      Audit("a,tier,Gold\nb,tier,gold\nzed,tier,gold\na,nonsense,1\n\"x\n");
  EXPECT_EQ(audit.state(), v1::AUDIT_STATE_SUCCEEDED);
  EXPECT_EQ(audit.channel(), "web");
  EXPECT_EQ(audit.actor(), "qa");
  EXPECT_EQ(audit.result().rows(), 5);
  EXPECT_EQ(audit.result().refused_rows(), 2);
  EXPECT_EQ(audit.result().entities_covered(), 2);
  ASSERT_EQ(audit.result().refused_size(), 2);
  EXPECT_EQ(audit.result().refused(0).line(), 5);
  EXPECT_EQ(audit.result().refused(0).reason(), "UNKNOWN_ATTRIBUTE");
  EXPECT_EQ(audit.result().refused(1).line(), 6);
  EXPECT_EQ(FindingsOf(audit.id()),
            (Strings{"b tier CONTRADICTS", "zed  UNKNOWN_SUBJECT"}));
  EXPECT_EQ(Get(audit.id()).SerializeAsString(), audit.SerializeAsString());
}

TEST_P(AuditsTest, TheSameAuditTwiceFindsNothingNew) {
  Write({PutFact("a", "tier", "gold"), PutFact("b", "tier", "silver")});
  const v1::Audit first = Audit("a,tier,silver\nb,tier,gold\n");
  const v1::Audit second = Audit("a,tier,silver\nb,tier,gold\n");
  EXPECT_EQ(second.result().previous_audit_id(), first.id());
  EXPECT_EQ(FindingsOf(second.id()), (Strings{"a tier CONTRADICTS UNCHANGED",
                                              "b tier CONTRADICTS UNCHANGED"}));
  const v1::Audit third = Audit("a,tier,gold\nb,tier,gold\n");
  EXPECT_EQ(FindingsOf(third.id()), (Strings{"a tier CONTRADICTS GONE",
                                             "b tier CONTRADICTS UNCHANGED"}));
  const v1::Audit fourth = Audit("a,tier,silver\nb,tier,silver\n");
  EXPECT_EQ(FindingsOf(fourth.id()), (Strings{"a tier CONTRADICTS REOPENED",
                                              "b tier CONTRADICTS GONE"}));
  EXPECT_EQ(
      FindingsOf(fourth.id(), first.id()),
      (Strings{"a tier CONTRADICTS UNCHANGED", "b tier CONTRADICTS GONE"}));
}

TEST_P(AuditsTest, ClaimsAreAuditedAsRowsAre) {
  Write({PutFact("a", "tier", "gold"), PutLink("web", "w-1", "a")});
  const std::unique_ptr<Stream> stream = Open(Spec("web"));
  v1::RunAuditRequest request;
  v1::Claim* claim = request.mutable_claims()->add_claims();
  claim->set_subject("w-1");
  claim->set_attribute("tier");
  claim->set_value("silver");
  *request.mutable_claims()->add_claims() = *claim;
  request.mutable_claims()->mutable_claims(1)->set_value("gold");
  request.mutable_claims()->add_claims()->set_channel("shop");
  ASSERT_TRUE(stream->call->Write(request));
  stream->End();
  EXPECT_EQ(Summary(stream->Finish()), "OK");
  const v1::AuditResult& result = stream->last.audit().result();
  EXPECT_EQ(result.rows(), 3);
  EXPECT_EQ(result.refused_rows(), 1);
  EXPECT_EQ(FindingsOf(stream->last.audit_id()),
            (Strings{"a tier CONTRADICTS"}));
  EXPECT_EQ(result.refused(0).line(), 3);
}

TEST_P(AuditsTest, ClaimsMayHaveTheirLines) {
  struct Case {
    const char* name;
    std::vector<int64_t> lines;
    const char* ends;
  };
  for (const Case& test :
       {Case{"AsManyAsClaims", {7, 30}, "OK"},
        Case{"TooFew", {7}, "INVALID_ARGUMENT INVALID_FIELD claims.lines"},
        Case{"TooMany",
             {7, 8, 9},
             "INVALID_ARGUMENT INVALID_FIELD claims.lines"},
        Case{"Negative",
             {7, -1},
             "INVALID_ARGUMENT INVALID_FIELD claims.lines"}}) {
    SCOPED_TRACE(test.name);
    const std::unique_ptr<Stream> stream = Open(Spec("web"));
    v1::RunAuditRequest request;
    for (int i = 0; i < 2; ++i) {
      request.mutable_claims()->add_claims()->set_channel("shop");
    }
    request.mutable_claims()->mutable_lines()->Add(test.lines.begin(),
                                                   test.lines.end());
    ASSERT_TRUE(stream->call->Write(request));
    stream->End();
    EXPECT_EQ(Summary(stream->Finish()), test.ends);
    const v1::AuditResult& result = stream->last.audit().result();
    for (int i = 0; i < result.refused_size(); ++i) {
      EXPECT_EQ(result.refused(i).line(), test.lines[static_cast<size_t>(i)]);
    }
  }
}

TEST_P(AuditsTest, WhatIsHeldIsAuditedWithoutAFile) {
  Write({PutFact("a", "tier", "gold"), PutFact("b", "tier", "silver"),
         PutFact("c", "tier", "gold")});
  Report({MakeClaim("web", "a", "tier", "gold", "1"),
          MakeClaim("web", "b", "tier", "gold", "2"),
          MakeClaim("app", "c", "tier", "silver", "3")});
  grpc::ClientContext context;
  v1::StartAuditRequest request;
  request.mutable_spec()->set_channel("web");
  v1::StartAuditResponse response;
  ASSERT_EQ(Summary(audits_->StartAudit(&context, request, &response)), "OK");
  v1::Audit audit = response.audit();
  while (audit.state() == v1::AUDIT_STATE_RUNNING) audit = Get(audit.id());
  EXPECT_EQ(audit.state(), v1::AUDIT_STATE_SUCCEEDED);
  EXPECT_EQ(audit.source(), v1::AUDIT_SOURCE_HELD);
  EXPECT_EQ(audit.result().rows(), 2);
  EXPECT_EQ(audit.result().entities_covered(), 2);
  EXPECT_EQ(FindingsOf(audit.id()), (Strings{"b tier CONTRADICTS"}));
  v1::ListAuditFindingsRequest list;
  list.set_audit_id(audit.id());
  grpc::ClientContext list_context;
  v1::ListAuditFindingsResponse findings;
  audits_->ListAuditFindings(&list_context, list, &findings);
  EXPECT_EQ(findings.findings(0).said(), "gold");
  EXPECT_EQ(findings.findings(0).id(), OpenFindings().findings(0).id());
}

TEST_P(AuditsTest, IsHeldAgainstTheRevisionThatIsAskedFor) {
  const std::string before = Write({PutFact("a", "tier", "gold")});
  Write({PutFact("a", "tier", "silver")});
  v1::RunAuditRequest spec = Spec("web");
  *spec.mutable_spec()->mutable_consistency() = ExactlyAt(before);
  v1::Audit audit;
  ASSERT_EQ(
      Summary(TryAudit(spec, absl::StrCat(kHeader, "a,tier,gold\n"), &audit)),
      "OK");
  EXPECT_EQ(audit.result().findings(), 0);
  EXPECT_EQ(audit.revision(), before);
  EXPECT_EQ(Audit("a,tier,gold\n").result().findings(), 1);
}

TEST_P(AuditsTest, AStreamThatBreaksOffIsResumedWhereItWas) {
  Write({PutFact("a", "tier", "gold"), PutFact("b", "tier", "silver")});
  std::unique_ptr<Stream> broken = Open(Spec("web"));
  ASSERT_TRUE(broken->Csv(absl::StrCat(kHeader, "a,tier,silver\nb,ti")));
  // Without `end` it may not be taken for complete.
  broken->call->WritesDone();
  EXPECT_EQ(broken->Finish().error_code(), grpc::StatusCode::CANCELLED);
  const std::string id = broken->last.audit_id();
  EXPECT_EQ(Get(id).state(), v1::AUDIT_STATE_RUNNING);

  v1::RunAuditRequest resume;
  resume.set_resume_audit_id(id);
  const std::unique_ptr<Stream> stream = Open(resume);
  ASSERT_TRUE(stream->call->Read(&stream->last));
  const std::string all = absl::StrCat(kHeader, "a,tier,silver\nb,tier,gold\n");
  EXPECT_EQ(stream->last.progress().bytes(), all.find("b,"));
  stream->Csv(all.substr(stream->last.progress().bytes()));
  stream->End();
  EXPECT_EQ(Summary(stream->Finish()), "OK");
  EXPECT_EQ(stream->last.audit_id(), id);
  EXPECT_EQ(stream->last.audit().result().rows(), 2);
  EXPECT_EQ(FindingsOf(id),
            (Strings{"a tier CONTRADICTS", "b tier CONTRADICTS"}));
}

TEST_P(AuditsTest, NobodyWhoGoesOnFailsItAfterAWhile) {
  Write({PutFact("a", "tier", "gold")});
  std::unique_ptr<Stream> broken = Open(Spec("web"));
  broken->Csv(kHeader);
  broken->call->WritesDone();
  broken->Finish();
  clock_.Advance(absl::Minutes(11));
  v1::RunAuditRequest resume;
  resume.set_resume_audit_id(broken->last.audit_id());
  EXPECT_EQ(Summary(Open(resume)->Finish()), "NOT_FOUND NOT_FOUND");
}

TEST_P(AuditsTest, ACancelledAuditLeavesTheLastOneStanding) {
  Write({PutFact("a", "tier", "gold")});
  const v1::Audit standing = Audit("a,tier,silver\n");
  const std::unique_ptr<Stream> stream = Open(Spec("web"));
  stream->Csv(absl::StrCat(kHeader, "a,tier,gold\n"));
  ASSERT_TRUE(stream->call->Read(&stream->last));
  grpc::ClientContext context;
  v1::CancelAuditRequest request;
  request.set_id(stream->last.audit_id());
  v1::CancelAuditResponse response;
  ASSERT_EQ(Summary(audits_->CancelAudit(&context, request, &response)), "OK");
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_EQ(Get(request.id()).state(), v1::AUDIT_STATE_CANCELLED);
  const v1::Audit next = Audit("a,tier,silver\n");
  EXPECT_EQ(next.result().previous_audit_id(), standing.id());
}

TEST_P(AuditsTest, AnAuditThatRanWhenTheServerEndedHasFailed) {
  Write({PutFact("a", "tier", "gold")});
  std::unique_ptr<Stream> stream = Open(Spec("web"));
  stream->Csv(absl::StrCat(kHeader, "a,tier,silver\n"));
  ASSERT_TRUE(stream->call->Read(&stream->last));
  const std::string id = stream->last.audit_id();
  stream->context.TryCancel();
  stream->Finish();
  stream.reset();
  RestartServer();
  audits_ = v1::AuditService::NewStub(server_->InProcessChannel());
  const v1::Audit audit = Get(id);
  EXPECT_EQ(audit.state(), v1::AUDIT_STATE_FAILED);
  EXPECT_NE(audit.error(), "");
}

TEST_P(AuditsTest, ADeletedAuditIsForgotten) {
  Write({PutFact("a", "tier", "gold")});
  const v1::Audit first = Audit("a,tier,silver\n");
  grpc::ClientContext context;
  v1::DeleteAuditRequest request;
  request.set_id(first.id());
  v1::DeleteAuditResponse response;
  ASSERT_EQ(Summary(audits_->DeleteAudit(&context, request, &response)), "OK");
  grpc::ClientContext list_context;
  v1::ListAuditsResponse list;
  ASSERT_EQ(Summary(audits_->ListAudits(&list_context, {}, &list)), "OK");
  EXPECT_EQ(list.audits_size(), 0);
  EXPECT_EQ(Audit("a,tier,silver\n").result().previous_audit_id(), "");
}

TEST_P(AuditsTest, PagesOfFindingsAreOneList) {
  std::vector<v1::Change> changes;
  std::string rows;
  for (int i = 0; i < 300; ++i) {
    const std::string id = absl::StrCat("c", absl::Dec(i, absl::kZeroPad4));
    changes.push_back(PutFact(id, "tier", "gold"));
    absl::StrAppend(&rows, id, ",tier,", i % 3 == 0 ? "gold" : "silver", "\n");
  }
  Write(changes);
  const v1::Audit audit = Audit(rows);
  EXPECT_EQ(audit.result().findings(), 200);
  v1::ListAuditFindingsRequest request;
  request.set_audit_id(audit.id());
  const std::vector<std::string> all = Findings(request);
  request.set_page_size(7);
  EXPECT_EQ(Findings(request), all);
  EXPECT_EQ(all.size(), 200U);
}

struct BadCase {
  const char* name;
  const char* channel;
  const char* csv;
  const char* error;
};

class BadAuditsTest : public AuditsTest {};

TEST_P(BadAuditsTest, SayWhatIsWrong) {
  for (const BadCase& test : std::initializer_list<BadCase>{
           {"UnknownChannel", "wep", kHeader,
            "INVALID_ARGUMENT UNKNOWN_CHANNEL spec.channel"},
           {"NoChannel", "", kHeader,
            "INVALID_ARGUMENT INVALID_FIELD spec.channel"},
           {"NoHeader", "web", "", "INVALID_ARGUMENT INVALID_FIELD csv"},
           {"UnknownColumn", "web", "subject,attribute,valeu\n",
            "INVALID_ARGUMENT INVALID_FIELD csv"},
           {"NoValue", "web", "subject,attribute\n",
            "INVALID_ARGUMENT INVALID_FIELD csv"},
           {"TwiceTheSame", "web", "subject,attribute,value,value\n",
            "INVALID_ARGUMENT INVALID_FIELD csv"}}) {
    SCOPED_TRACE(test.name);
    v1::Audit audit;
    EXPECT_EQ(Summary(TryAudit(Spec(test.channel), test.csv, &audit)),
              test.error);
  }
}

TEST_P(BadAuditsTest, TheFirstRequestMustSayWhatToAudit) {
  v1::RunAuditRequest request;
  request.set_csv(kHeader);
  EXPECT_EQ(Summary(Open(request)->Finish()),
            "INVALID_ARGUMENT INVALID_FIELD spec");
}

TEST_P(AuditsTest, CausesAreFoundOwnedAndGoOn) {
  std::vector<v1::Change> changes;
  std::string rows = "subject,attribute,value,label.app_version\n";
  for (int i = 0; i < 200; ++i) {
    const std::string id = absl::StrCat("c", i);
    changes.push_back(PutFact(id, "tier", "gold"));
    const bool broken = i % 4 == 0;
    absl::StrAppend(&rows, id, ",tier,", broken ? "silver" : "gold", ",",
                    broken ? "4.2" : "4.1", "\n");
  }
  Write(changes);
  v1::Audit audit;
  ASSERT_EQ(Summary(TryAudit(Spec("web"), rows, &audit)), "OK");
  ASSERT_EQ(audit.result().causes_size(), 1);
  const v1::Cause cause = audit.result().causes(0);
  EXPECT_EQ(cause.change(), v1::CAUSE_CHANGE_NEW);
  EXPECT_EQ(cause.findings(), 50);
  EXPECT_EQ(audit.result().unexplained_findings(), 0);
  const bool by_version =
      cause.conditions_size() == 1 &&
      (cause.conditions(0).dimension() == "label.app_version" ||
       cause.conditions(0).dimension() == "said");
  EXPECT_TRUE(by_version) << cause.title();

  v1::AssignCauseRequest assign;
  assign.set_audit_id(audit.id());
  assign.set_cause_id(cause.id());
  assign.set_owner("app-team");
  grpc::ClientContext context;
  v1::AssignCauseResponse assigned;
  EXPECT_EQ(Summary(audits_->AssignCause(&context, assign, &assigned)), "OK");
  EXPECT_EQ(assigned.cause().owner(), "app-team");
  ASSERT_EQ(Summary(TryAudit(Spec("web"), rows, &audit)), "OK");
  ASSERT_EQ(audit.result().causes_size(), 1);
  EXPECT_EQ(audit.result().causes(0).id(), cause.id());
  EXPECT_EQ(audit.result().causes(0).owner(), "app-team");
  EXPECT_EQ(audit.result().causes(0).change(), v1::CAUSE_CHANGE_ONGOING);

  // Of an earlier audit: those that followed it know, too.
  assign.set_owner("web-team");
  grpc::ClientContext later;
  ASSERT_EQ(Summary(audits_->AssignCause(&later, assign, &assigned)), "OK");
  EXPECT_EQ(Get(audit.id()).result().causes(0).owner(), "web-team");

  v1::ListAuditFindingsRequest list;
  list.set_audit_id(audit.id());
  list.mutable_filter()->add_cause_ids(cause.id());
  EXPECT_EQ(Findings(list).size(), 50);
  list.mutable_filter()->set_cause_ids(0, "cause-0");
  EXPECT_EQ(Findings(list), Strings());

  assign.set_cause_id("cause-0");
  grpc::ClientContext again;
  EXPECT_EQ(Summary(audits_->AssignCause(&again, assign, &assigned)),
            "NOT_FOUND NOT_FOUND");
}

CONCORDAT_ON_BOTH_ENGINES(AuditsTest);
CONCORDAT_ON_BOTH_ENGINES(BadAuditsTest);

}  // namespace
}  // namespace concordat
