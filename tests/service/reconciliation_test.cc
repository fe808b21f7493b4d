// Differential audits through gRPC: a channel with a sketch against a whole
// server, and what a full audit of the same records finds.
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/client.h"
#include "client/reconcile/differential_audit.h"
#include "client/reconcile/record_sketch.h"
#include "concordat/v1/audits.grpc.pb.h"
#include "concordat/v1/identity.grpc.pb.h"
#include "concordat/v1/reconciliation.grpc.pb.h"
#include "consistency/reconciliation/sketch.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using client::DifferentialAudit;
using client::RecordSketch;
using client::SketchTerms;

constexpr char kReconciled[] = R"(
name: reconciliation_test
writing: {date_order: YMD, decimal_mark: "."}
code_lists:
  tier:
    codes:
      silver: {}
      gold: {aliases: [Gold Member]}
entity_types:
  customer:
    attributes:
      name: {type: text}
      born: {type: date}
      email: {type: email}
      phone: {type: phone}
      owed: {type: money}
      tier: {type: code, code_list: tier, aliases: [level]}
      interests: {type: text, set: true}
      secret: {type: text}
channels:
  web:
    subject_type: customer
    writing: {locale: de_DE, currency: EUR}
    contract:
      customer:
        attributes:
          name: {required: true}
          born: {}
          email: {}
          phone: {}
          owed: {}
          tier: {required: true}
          interests: {}
)";

v1::Claim Record(const std::string& subject, const std::string& attribute,
                 const std::string& value) {
  v1::Claim claim;
  if (subject.find('/') != std::string::npos) {
    claim.mutable_entity()->set_type("customer");
    claim.mutable_entity()->set_id(subject.substr(subject.find('/') + 1));
  } else {
    claim.set_subject(subject);
  }
  claim.set_attribute(attribute);
  if (value != "-") claim.set_value(value);
  return claim;
}

// A channel's backend, with all of its records in memory.
class Backend final : public client::RecordSource {
 public:
  std::vector<v1::Claim> records;
  size_t symbols = 4096;
  // Called before records are given: they may change meanwhile.
  std::function<void(Backend&)> before_find = [](Backend&) {};
  int remade = 0;
  int found = 0;
  int visited = 0;

  absl::StatusOr<RecordSketch> Sketch() override { return *sketch_; }
  absl::Status Remake(std::shared_ptr<const SketchTerms> terms) override {
    ++remade;
    sketch_ = std::make_unique<RecordSketch>(
        *RecordSketch::Create(std::move(terms), symbols));
    for (const v1::Claim& claim : records) Insert(claim);
    return absl::OkStatus();
  }
  absl::Status Find(const client::WantedItems& items, Use use) override {
    before_find(*this);
    int64_t line = 0;
    for (const v1::Claim& claim : records) {
      ++line;
      const bool wanted =
          !claim.has_value() ||
          items.contains(
              sketch_->ItemOf(client::KeyOf(claim), claim.value()).number());
      if (wanted && ++found > 0 && !use(claim, line)) break;
    }
    return absl::OkStatus();
  }
  absl::Status VisitAll(Use use) override {
    for (const v1::Claim& claim : records) {
      if (!use(claim, ++visited)) break;
    }
    return absl::OkStatus();
  }

  void Insert(const v1::Claim& claim) {
    if (claim.has_value()) sketch_->Insert(client::KeyOf(claim), claim.value());
  }
  void Change(size_t at, const std::string& value) {
    sketch_->Update(client::KeyOf(records[at]), records[at].value(), value);
    records[at].set_value(value);
  }

 private:
  std::unique_ptr<RecordSketch> sketch_;
};

class ReconciliationTest : public ServiceTest {
 protected:
  using Strings = std::vector<std::string>;

  std::string InitialVocabulary() const override { return kReconciled; }

  void SetUp() override {
    ServiceTest::SetUp();
    Connect();
  }
  void Connect() {
    audits_ = v1::AuditService::NewStub(server_->InProcessChannel());
    reconciliation_ =
        v1::ReconciliationService::NewStub(server_->InProcessChannel());
    client_ = *client::Client::Create({.address = server_->address()});
  }

  std::shared_ptr<const SketchTerms> Terms() {
    v1::GetSketchTermsRequest request;
    request.set_channel("web");
    absl::StatusOr<v1::GetSketchTermsResponse> response =
        client_->GetSketchTerms(request);
    EXPECT_TRUE(response.ok()) << response.status();
    return *SketchTerms::Create(response->terms());
  }

  static v1::AuditSpec Spec() {
    v1::AuditSpec spec;
    spec.set_channel("web");
    spec.set_actor("qa");
    return spec;
  }

  absl::StatusOr<DifferentialAudit> TryDiff(Backend& backend,
                                            const v1::AuditSpec& spec) {
    return client::RunDifferentialAudit(spec, {.client = client_.get()},
                                        &backend);
  }
  DifferentialAudit Diff(Backend& backend, const v1::AuditSpec& spec = Spec()) {
    if (backend.remade == 0) {
      EXPECT_TRUE(backend.Remake(Terms()).ok());
    }
    absl::StatusOr<DifferentialAudit> done = TryDiff(backend, spec);
    EXPECT_TRUE(done.ok()) << done.status();
    return done.ok() ? *done : DifferentialAudit();
  }

  // A full audit of the same records.
  v1::Audit Full(const Backend& backend, const v1::AuditSpec& spec = Spec()) {
    grpc::ClientContext context;
    const auto call = audits_->RunAudit(&context);
    v1::RunAuditRequest request;
    *request.mutable_spec() = spec;
    call->Write(request);
    request.mutable_claims()->mutable_claims()->Add(backend.records.begin(),
                                                    backend.records.end());
    call->Write(request);
    request.mutable_end();
    call->Write(request);
    v1::RunAuditResponse last;
    while (call->Read(&last)) {
    }
    EXPECT_EQ(Summary(call->Finish()), "OK");
    return last.audit();
  }

  v1::Audit Get(const std::string& id) {
    grpc::ClientContext context;
    v1::GetAuditRequest request;
    request.set_id(id);
    v1::GetAuditResponse response;
    EXPECT_EQ(Summary(audits_->GetAudit(&context, request, &response)), "OK");
    return response.audit();
  }
  v1::Audit Newest() {
    grpc::ClientContext context;
    v1::ListAuditsResponse list;
    EXPECT_EQ(Summary(audits_->ListAudits(&context, {}, &list)), "OK");
    return list.audits_size() == 0 ? v1::Audit() : list.audits(0);
  }

  // All that each finding says, but which audit found it.
  Strings FindingsOf(const std::string& id) {
    Strings findings;
    v1::ListAuditFindingsRequest request;
    request.set_audit_id(id);
    do {
      grpc::ClientContext context;
      v1::ListAuditFindingsResponse page;
      EXPECT_EQ(Summary(audits_->ListAuditFindings(&context, request, &page)),
                "OK");
      for (v1::AuditFinding finding : page.findings()) {
        finding.clear_change();
        finding.clear_first_audit_id();
        findings.push_back(finding.ShortDebugString());
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return findings;
  }
  // "a tier CONTRADICTS"
  Strings Short(const std::string& id) {
    Strings findings;
    v1::ListAuditFindingsRequest request;
    request.set_audit_id(id);
    grpc::ClientContext context;
    v1::ListAuditFindingsResponse page;
    EXPECT_EQ(Summary(audits_->ListAuditFindings(&context, request, &page)),
              "OK");
    for (const v1::AuditFinding& finding : page.findings()) {
      findings.push_back(absl::StrCat(
          finding.has_entity() ? finding.entity().id() : finding.subject(), " ",
          finding.attribute(), " ",
          v1::Verdict_Name(finding.verdict()).substr(8)));
    }
    return findings;
  }
  // What it counted.
  static std::string CountsOf(const v1::Audit& audit) {
    v1::AuditResult result = audit.result();
    result.clear_previous_audit_id();
    result.clear_changes();
    // Of records that are not sent only the attribute is known.
    result.clear_causes();
    result.clear_unexplained_findings();
    result.clear_breakdown();
    result.clear_breakdown_truncated();
    return result.ShortDebugString();
  }

  using Call =
      grpc::ClientReaderWriter<v1::ReconcileRequest, v1::ReconcileResponse>;

  // The next response in which the server wants something, or says the end.
  static bool ReadStep(Call& call, v1::ReconcileResponse* response) {
    while (call.Read(response)) {
      if (response->step_case() != v1::ReconcileResponse::STEP_NOT_SET) {
        return true;
      }
    }
    return false;
  }

  v1::ReconcileRequest Opening(const std::string& symbols,
                               int64_t symbols_max = 4096) {
    v1::ReconcileRequest request;
    *request.mutable_opening()->mutable_spec() = Spec();
    request.mutable_opening()->set_forms(Terms()->forms());
    request.mutable_opening()->set_symbols(symbols);
    request.mutable_opening()->set_symbols_max(symbols_max);
    request.mutable_opening()->set_names_entities(true);
    return request;
  }

  std::unique_ptr<v1::AuditService::Stub> audits_;
  std::unique_ptr<v1::ReconciliationService::Stub> reconciliation_;
  std::unique_ptr<client::Client> client_;
};

TEST_P(ReconciliationTest, EqualSetsTakeOneExchange) {
  Write({PutFact("a", "tier", "gold"), PutFact("b", "tier", "silver"),
         PutFact("a", "name", "Ada"), PutFact("b", "name", "Bo")});
  Backend backend;
  backend.records = {Record("customer/a", "tier", "gold"),
                     Record("customer/a", "name", "Ada"),
                     Record("customer/b", "tier", "silver"),
                     Record("customer/b", "name", "Bo")};
  const DifferentialAudit done = Diff(backend);
  EXPECT_EQ(done.audit.state(), v1::AUDIT_STATE_SUCCEEDED);
  EXPECT_EQ(done.audit.source(), v1::AUDIT_SOURCE_DIFFERENTIAL);
  EXPECT_EQ(done.audit.actor(), "qa");
  EXPECT_EQ(done.audit.result().rows(), 4);
  EXPECT_EQ(done.audit.result().findings(), 0);
  EXPECT_EQ(done.audit.result().entities_covered(), 2);
  EXPECT_EQ(done.figures.symbols(), 8);
  EXPECT_EQ(backend.found, 0);
  EXPECT_EQ(done.full_because, "");
  EXPECT_EQ(Get(done.audit.id()).SerializeAsString(),
            done.audit.SerializeAsString());
}

TEST_P(ReconciliationTest, WritingDifferencesCostNothing) {
  Write({PutFact("a", "tier", "gold"), PutFact("a", "born", "1990-04-03"),
         PutFact("a", "phone", "+49 30 901820"),
         PutFact("a", "email", "a@example.org"),
         PutFact("a", "owed", "1234.50 EUR"), PutFact("a", "name", "Ada")});
  Backend backend;
  backend.records = {Record("customer/a", "level", "GOLD MEMBER"),
                     Record("customer/a", "born", "03.04.1990"),
                     Record("customer/a", "phone", "030 / 90 18 20"),
                     Record("customer/a", "email", "A@Example.Org"),
                     Record("customer/a", "owed", "1.234,50"),
                     Record("customer/a", "name", " ada ")};
  const DifferentialAudit done = Diff(backend);
  EXPECT_EQ(done.figures.only_channel(), 0);
  EXPECT_EQ(done.figures.only_truth(), 0);
  EXPECT_EQ(done.audit.result().rows(), 6);
  EXPECT_EQ(CountsOf(done.audit), CountsOf(Full(backend)));
}

TEST_P(ReconciliationTest, WhatDiffersIsMissingOrTooMuchIsFound) {
  std::vector<v1::Change> changes;
  Backend backend;
  for (int i = 0; i < 300; ++i) {
    const std::string id = absl::StrCat("c", absl::Dec(i, absl::kZeroPad4));
    changes.push_back(PutFact(id, "tier", "gold"));
    changes.push_back(PutFact(id, "name", absl::StrCat("N", i)));
    changes.push_back(PutLink("web", "w-" + id, id));
    if (i == 7) continue;  // nothing of it
    backend.records.push_back(
        Record("w-" + id, "tier", i % 100 == 3 ? "silver" : "Gold"));
    if (i == 8) continue;  // no name
    backend.records.push_back(Record("w-" + id, "name", absl::StrCat("N", i)));
  }
  Write(changes);
  backend.records.push_back(Record("w-nobody", "tier", "gold"));
  backend.records.push_back(Record("w-c0001", "secret", "xyz"));
  backend.records.push_back(Record("w-c0002", "born", "01.01.1990"));
  const DifferentialAudit done = Diff(backend);
  EXPECT_EQ(
      Short(done.audit.id()),
      (Strings{"w-nobody  UNKNOWN_SUBJECT", "c0001 secret NOT_ENTITLED",
               "c0003 tier CONTRADICTS", "c0007  MISSING", "c0008 name MISSING",
               "c0103 tier CONTRADICTS", "c0203 tier CONTRADICTS"}));
  EXPECT_EQ(backend.found, 6);
  EXPECT_EQ(done.figures.only_channel(), 6);
  EXPECT_EQ(done.figures.only_truth(), 6);
  const v1::Audit full = Full(backend);
  EXPECT_EQ(CountsOf(done.audit), CountsOf(full));
  EXPECT_EQ(FindingsOf(done.audit.id()), FindingsOf(full.id()));
  // The same again finds nothing new.
  const DifferentialAudit again = Diff(backend);
  for (const v1::AuditChangeCount& change : again.audit.result().changes()) {
    EXPECT_EQ(change.change(), v1::AUDIT_CHANGE_UNCHANGED);
  }
}

TEST_P(ReconciliationTest, ARecordThatIsKeptUpIsAuditedAsItIs) {
  Write({PutFact("a", "tier", "gold"), PutFact("b", "tier", "gold")});
  Backend backend;
  backend.records = {Record("customer/a", "tier", "gold"),
                     Record("customer/b", "tier", "gold")};
  EXPECT_EQ(Diff(backend).audit.result().findings(), 0);
  backend.Change(0, "silver");
  Write({PutFact("b", "tier", "silver")});
  const DifferentialAudit done = Diff(backend);
  EXPECT_EQ(Short(done.audit.id()),
            (Strings{"a tier CONTRADICTS", "b tier CONTRADICTS"}));
  EXPECT_EQ(backend.remade, 1);
}

TEST_P(ReconciliationTest, AnotherVocabularyHasTheSketchRemade) {
  Write({PutFact("a", "tier", "gold")});
  Backend backend;
  backend.records = {Record("customer/a", "tier", "gold")};
  Diff(backend);
  std::string vocabulary = kReconciled;
  ASSERT_EQ(Summary(Apply(absl::StrCat(vocabulary, "rules: {}\n"))), "OK");
  Diff(backend);
  EXPECT_EQ(backend.remade, 1);
  vocabulary.replace(vocabulary.find("Gold Member"), 11, "Vermeil");
  ASSERT_EQ(Summary(Apply(vocabulary)), "OK");
  EXPECT_EQ(Diff(backend).audit.result().findings(), 0);
  EXPECT_EQ(backend.remade, 2);
}

TEST_P(ReconciliationTest, TermsStayOverARestart) {
  Write({PutFact("a", "tier", "gold")});
  const std::string before = Terms()->wire().SerializeAsString();
  RestartServer();
  Connect();
  EXPECT_EQ(Terms()->wire().SerializeAsString(), before);
  v1::GetSketchTermsRequest request;
  request.set_channel("nobody");
  EXPECT_TRUE(
      absl::IsInvalidArgument(client_->GetSketchTerms(request).status()));
}

TEST_P(ReconciliationTest, WhereTooMuchDiffersAllIsSent) {
  std::vector<v1::Change> changes;
  Backend backend;
  for (int i = 0; i < 400; ++i) {
    const std::string id = absl::StrCat("c", i);
    changes.push_back(PutFact(id, "tier", "gold"));
    backend.records.push_back(Record("customer/" + id, "tier", "silver"));
  }
  Write(changes);
  const DifferentialAudit done = Diff(backend);
  EXPECT_NE(done.full_because, "");
  EXPECT_EQ(backend.visited, 400);
  EXPECT_EQ(done.audit.source(), v1::AUDIT_SOURCE_EXPORT);
  EXPECT_EQ(done.audit.result().findings(), 400);
  EXPECT_EQ(CountsOf(done.audit), CountsOf(Full(backend)));
  // Nor can a small sketch tell.
  Backend small;
  small.records = backend.records;
  for (size_t i = 0; i < 360; ++i) small.records[i].set_value("gold");
  small.symbols = 64;
  EXPECT_NE(Diff(small).full_because, "");
  small.symbols = 4096;
  small.remade = 0;
  EXPECT_EQ(Diff(small).full_because, "");
}

TEST_P(ReconciliationTest, AChannelWithFewRecordsOrNoneIsAudited) {
  Write({PutFact("a", "tier", "gold")});
  Backend backend;
  EXPECT_EQ(Short(Diff(backend).audit.id()), (Strings{"a  MISSING"}));
  std::vector<v1::Change> changes;
  for (int i = 0; i < 600; ++i) {
    changes.push_back(PutFact(absl::StrCat("c", i), "tier", "gold"));
  }
  Write(changes);
  backend.records = {Record("customer/a", "tier", "gold")};
  backend.remade = 0;
  const DifferentialAudit done = Diff(backend);
  EXPECT_NE(done.full_because, "");
  EXPECT_EQ(done.audit.result().entities_missing(), 600);
  backend.records.clear();
  backend.remade = 0;
  EXPECT_EQ(Diff(backend).audit.result().entities_missing(), 601);
}

TEST_P(ReconciliationTest, RecordsThatChangeMeanwhileAreAskedForAgain) {
  Write({PutFact("a", "tier", "gold"), PutFact("b", "tier", "gold")});
  Backend backend;
  backend.records = {Record("customer/a", "tier", "silver"),
                     Record("customer/b", "tier", "gold")};
  ASSERT_TRUE(backend.Remake(Terms()).ok());
  int changes = 0;
  backend.before_find = [&changes](Backend& of) {
    if (changes++ == 0) of.Change(0, "gold");
  };
  const DifferentialAudit done = Diff(backend);
  EXPECT_EQ(done.audit.result().findings(), 0);
  EXPECT_EQ(changes, 2);
  // The first try is no audit that anybody would compare with.
  EXPECT_EQ(done.audit.result().previous_audit_id(), "");
  EXPECT_EQ(Get("1").state(), v1::AUDIT_STATE_FAILED);
  backend.before_find = [&changes](Backend& of) {
    of.Change(0, ++changes % 2 == 0 ? "silver" : "nonsense");
  };
  backend.Change(0, "silver");
  EXPECT_TRUE(absl::IsAborted(TryDiff(backend, Spec()).status()));
}

TEST_P(ReconciliationTest, HostileBytesFailTheAuditOnly) {
  Write({PutFact("a", "tier", "gold")});
  const auto Answer = [&](const std::vector<v1::ReconcileRequest>& requests) {
    grpc::ClientContext context;
    const std::unique_ptr<Call> call = reconciliation_->Reconcile(&context);
    v1::ReconcileResponse response;
    bool open = true;
    for (const v1::ReconcileRequest& request : requests) {
      open = open && call->Write(request) && ReadStep(*call, &response);
    }
    while (open && call->Read(&response)) {
    }
    return Summary(call->Finish());
  };
  reconciliation::Sketch some = *reconciliation::Sketch::Create({0, 8});
  const std::string empty = some.Serialize();
  // 50 items that nobody has: more must be asked for.
  for (uint64_t i = 1; i <= 50; ++i) {
    some.Insert(reconciliation::Item::FromHash(i));
  }
  const std::string fifty = some.Serialize();

  EXPECT_EQ(Answer({v1::ReconcileRequest()}),
            "INVALID_ARGUMENT INVALID_FIELD opening");
  EXPECT_EQ(Answer({Opening("nonsense")}),
            "INVALID_ARGUMENT INVALID_FIELD sketch");
  EXPECT_EQ(Newest().id(), "");  // none of them began one
  EXPECT_EQ(Answer({Opening(empty, 0)}),
            "INVALID_ARGUMENT INVALID_FIELD symbols");
  EXPECT_EQ(Newest().state(), v1::AUDIT_STATE_FAILED);

  v1::ReconcileRequest symbols;
  for (const std::string& bytes :
       {std::string(), std::string("nonsense"), fifty, empty}) {
    symbols.set_symbols(bytes);
    EXPECT_EQ(Answer({Opening(fifty), symbols}).substr(0, 16),
              "INVALID_ARGUMENT");
    EXPECT_EQ(Newest().state(), v1::AUDIT_STATE_FAILED);
    EXPECT_NE(Newest().error(), "");
  }
  v1::ReconcileRequest end;
  end.mutable_records_end();
  EXPECT_EQ(Answer({Opening(fifty), end}),
            "INVALID_ARGUMENT INVALID_FIELD part");
  v1::ReconcileRequest other = Opening(fifty);
  other.mutable_opening()->set_forms("other");
  EXPECT_EQ(Answer({other}), "FAILED_PRECONDITION PRECONDITION_FAILED");
  // Records that were wanted, and do not come.
  reconciliation::Sketch one = *reconciliation::Sketch::Create({0, 8});
  one.Insert(reconciliation::Item::FromHash(5));
  EXPECT_EQ(Answer({Opening(one.Serialize()), end}),
            "FAILED_PRECONDITION PRECONDITION_FAILED");
  EXPECT_EQ(Newest().state(), v1::AUDIT_STATE_FAILED);
  Backend backend;
  backend.records = {Record("customer/a", "tier", "gold")};
  EXPECT_EQ(Diff(backend).audit.result().findings(), 0);
}

// Sketches that parse and are of no set end in a request for all records.
TEST_P(ReconciliationTest, SymbolsOfNoSetAreNotBelieved) {
  Write({PutFact("a", "tier", "gold")});
  std::mt19937_64 random(3);
  for (int i = 0; i < 30; ++i) {
    grpc::ClientContext context;
    const std::unique_ptr<Call> call = reconciliation_->Reconcile(&context);
    const auto noise = [&](size_t begin, size_t end) {
      std::string bytes =
          reconciliation::Sketch::Create({begin, end})->Serialize();
      // Behind the head: of the summary it has the same count in each.
      const size_t from = bytes.size() - (end - begin) * 8;
      for (size_t at = from; at < bytes.size(); ++at) {
        bytes[at] = static_cast<char>(random() & 0x0f);
      }
      return bytes;
    };
    call->Write(Opening(noise(0, 8)));
    v1::ReconcileResponse response;
    int rounds = 0;
    while (ReadStep(*call, &response) && response.has_symbols() &&
           rounds < 100) {
      ++rounds;
      v1::ReconcileRequest request;
      request.set_symbols(
          noise(response.symbols().begin(), response.symbols().end()));
      call->Write(request);
    }
    const std::string id = response.audit_id();
    context.TryCancel();
    call->Finish();
    EXPECT_LT(rounds, 100);
    EXPECT_NE(Get(id).state(), v1::AUDIT_STATE_SUCCEEDED);
    grpc::ClientContext cancel;
    v1::CancelAuditRequest request;
    request.set_id(id);
    v1::CancelAuditResponse cancelled;
    audits_->CancelAudit(&cancel, request, &cancelled);
  }
}

TEST_P(ReconciliationTest, ABrokenStreamFailsTheAudit) {
  Write({PutFact("a", "tier", "gold")});
  reconciliation::Sketch one = *reconciliation::Sketch::Create({0, 8});
  one.Insert(reconciliation::Item::FromHash(5));
  for (const bool cancels : {true, false}) {
    grpc::ClientContext context;
    const std::unique_ptr<Call> call = reconciliation_->Reconcile(&context);
    call->Write(Opening(one.Serialize()));
    v1::ReconcileResponse response;
    ASSERT_TRUE(call->Read(&response));
    EXPECT_EQ(response.step_case(), v1::ReconcileResponse::STEP_NOT_SET);
    EXPECT_NE(response.audit_id(), "");
    ASSERT_TRUE(ReadStep(*call, &response));
    EXPECT_TRUE(response.has_records());
    if (cancels) {
      context.TryCancel();
    } else {
      call->WritesDone();
    }
    EXPECT_EQ(Summary(call->Finish()),
              cancels ? "CANCELLED" : "INVALID_ARGUMENT INVALID_FIELD part");
    v1::Audit audit = Get(response.audit_id());
    while (audit.state() == v1::AUDIT_STATE_RUNNING) audit = Get(audit.id());
    EXPECT_EQ(audit.state(), v1::AUDIT_STATE_FAILED);
    EXPECT_NE(audit.error(), "");
  }
}

TEST_P(ReconciliationTest, ACancelledOneIsCancelled) {
  Write({PutFact("a", "tier", "gold")});
  Backend backend;
  backend.records = {Record("customer/a", "tier", "gold")};
  ASSERT_TRUE(backend.Remake(Terms()).ok());
  const absl::StatusOr<DifferentialAudit> done = client::RunDifferentialAudit(
      Spec(), {.client = client_.get(), .stopped = [] { return true; }},
      &backend);
  EXPECT_TRUE(absl::IsCancelled(done.status())) << done.status();
  EXPECT_EQ(Newest().state(), v1::AUDIT_STATE_CANCELLED);
}

TEST_P(ReconciliationTest, AStopThatComesTooLateLosesNothing) {
  Write({PutFact("a", "tier", "gold")});
  Backend backend;
  backend.records = {Record("customer/a", "tier", "gold")};
  ASSERT_TRUE(backend.Remake(Terms()).ok());
  std::string begun;
  const absl::StatusOr<DifferentialAudit> done = client::RunDifferentialAudit(
      Spec(),
      {.client = client_.get(),
       .stopped =
           [this] { return Newest().state() == v1::AUDIT_STATE_SUCCEEDED; },
       .on_begin = [&begun](const std::string& id) { begun = id; }},
      &backend);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->audit.state(), v1::AUDIT_STATE_SUCCEEDED);
  EXPECT_EQ(begun, done->audit.id());
}

TEST_P(ReconciliationTest, WhoeverSendsRecordsHasThemAll) {
  Write({PutFact("a", "tier", "gold")});
  Backend backend;
  ASSERT_TRUE(backend.Remake(Terms()).ok());
  v1::AuditSpec spec = Spec();
  spec.mutable_sampling()->set_precision(0.01);
  const absl::Status refused = TryDiff(backend, spec).status();
  EXPECT_TRUE(absl::IsInvalidArgument(refused)) << refused;
}

// A made world: facts that changed, were backdated and end, links, and a
// channel's records of every kind.
class World {
 public:
  World(uint64_t seed, bool own_ids) : random_(seed), own_ids_(own_ids) {}

  std::vector<v1::Change> Changes() {
    std::vector<v1::Change> changes;
    for (int i = 0; i < kCustomers; ++i) {
      const std::string id = absl::StrCat("c", i);
      for (const auto& [attribute, values] : Values()) {
        if (Odds(12)) continue;
        const size_t at = random_() % values.size();
        changes.push_back(PutFact(id, attribute, values[at].front()));
        truths_[{i, attribute}] = at;
        if (Odds(20)) {
          changes.push_back(PutFact(id, attribute, values[0].front()));
        }
      }
      if (!Odds(25)) {
        changes.push_back(PutLink("web", absl::StrCat("w", i), id));
      }
    }
    return changes;
  }

  std::vector<v1::Claim> Records() {
    std::vector<v1::Claim> records;
    for (int i = 0; i < kCustomers + 3; ++i) {
      if (Odds(25)) continue;
      const std::string subject =
          absl::StrCat(own_ids_ != Odds(30) ? "w" : "customer/c", i);
      for (const auto& [attribute, values] : Values()) {
        const auto truth = truths_.find({i, attribute});
        const size_t at = truth == truths_.end() || Odds(25)
                              ? random_() % values.size()
                              : truth->second;
        if (Odds(25)) continue;
        std::string value = values[at][random_() % values[at].size()];
        if (Odds(25)) value = "-";
        if (Odds(40)) value = "???";
        records.push_back(Record(subject, attribute, value));
      }
      if (Odds(25)) records.push_back(Record(subject, "secret", "s"));
      if (Odds(25)) records.push_back(Record(subject, "nonsense", "s"));
    }
    return records;
  }

 private:
  static constexpr int kCustomers = 150;
  bool Odds(uint64_t one_in) { return random_() % one_in == 0; }

  // Values of each attribute: as the graph has them, and as the channel.
  static const std::map<std::string, std::vector<std::vector<std::string>>>&
  Values() {
    static const auto* const kValues =
        new std::map<std::string, std::vector<std::vector<std::string>>>{
            {"name", {{"Ada", "ada "}, {"Bo"}, {"Cy", "CY"}}},
            {"born",
             {{"1990-04-03", "03.04.1990"}, {"1991-01-31", "31.1.1991"}}},
            {"email", {{"a@example.org", "A@example.org"}, {"b@example.org"}}},
            {"phone",
             {{"+49 30 901820", "030 901820"}, {"+4930901821", "030/901821"}}},
            {"owed", {{"12.50 EUR", "12,50"}, {"1000 EUR", "1.000,00"}}},
            {"tier", {{"gold", "Gold Member"}, {"silver", "SILVER"}}},
            {"interests", {{"a;b", "b;a"}, {"c"}}}};
    return *kValues;
  }

  std::mt19937_64 random_;
  const bool own_ids_;
  std::map<std::pair<int, std::string>, size_t> truths_;
};

TEST_P(ReconciliationTest, FindsWhatAFullAuditFinds) {
  for (const uint64_t seed : {1, 2, 3, 4}) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    RestartServer();
    Connect();
    World world(seed, seed % 2 == 0);
    const std::vector<v1::Change> changes = world.Changes();
    for (size_t at = 0; at < changes.size(); at += 200) {
      Write({changes.begin() + static_cast<ptrdiff_t>(at),
             changes.begin() +
                 static_cast<ptrdiff_t>(std::min(changes.size(), at + 200))});
    }
    Backend backend;
    backend.records = world.Records();
    v1::AuditSpec spec = Spec();
    for (const bool scoped : {false, true}) {
      if (scoped) spec.mutable_scope()->add_attributes("level");
      const DifferentialAudit done = Diff(backend, spec);
      EXPECT_EQ(done.full_because, "");
      EXPECT_GT(done.audit.result().findings(), 10);
      EXPECT_LT(backend.found, 2 * static_cast<int>(backend.records.size()));
      const v1::Audit full = Full(backend, spec);
      EXPECT_EQ(CountsOf(done.audit), CountsOf(full));
      EXPECT_EQ(FindingsOf(done.audit.id()), FindingsOf(full.id()));
    }
  }
}

CONCORDAT_ON_BOTH_ENGINES(ReconciliationTest);

}  // namespace
}  // namespace concordat
