#include "tests/access/personal_world.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "concordat/v1/audits.grpc.pb.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/text_format.h"
#include "server/access/api_services.h"
#include "tests/access/test_callers.h"

namespace concordat {
namespace {

constexpr char kWorld[] = R"(
name: personal_world
writing: {date_order: YMD, decimal_mark: ".", currency: EUR}
entity_types:
  customer:
    attributes:
      name: {type: text, personal: true}
      birth_date: {type: date, personal: true}
      balance: {type: money, personal: true}
      iban: {type: text, personal: true}
      email: {type: email, personal: true, identifying: true}
      region: {type: text}
  order:
    attributes:
      note: {type: text, personal: true}
relation_types:
  placed: {from: [customer], to: [order]}
  knows: {from: [customer], to: [customer]}
rules:
  must_be_nobody:
    on: customer
    require: name == "Nobody"
    message: the name must be nobody's
channels:
  partner:
    subject_type: customer
    contract:
      customer: {attributes: ATTRIBUTES}
      order: {attributes: {note: {}}}
  web: {subject_type: customer, contract: {customer: {attributes: ALL}}}
  shop: {subject_type: customer, contract: {customer: {attributes: ALL}}}
)";
constexpr char kAllAttributes[] =
    "{name: {}, birth_date: {}, balance: {}, iban: {}, email: {}, region: {}}";

std::string World(const std::string& attributes, const std::string& access) {
  return absl::StrCat(absl::StrReplaceAll(kWorld, {{"ATTRIBUTES", attributes},
                                                   {"ALL", kAllAttributes}}),
                      access.empty() ? "" : "access:\n", access);
}

google::protobuf::Timestamp Day(int year, int month, int day) {
  google::protobuf::Timestamp time;
  time.set_seconds(absl::ToUnixSeconds(
      absl::FromCivil(absl::CivilDay(year, month, day), absl::UTCTimeZone())));
  return time;
}

v1::Change Fact(const std::string& id, const Secret& secret, const char* value,
                int since) {
  v1::Change change = PutFact(id, secret.attribute, value);
  *change.mutable_put_fact()->mutable_valid_from() = Day(since, 1, 1);
  change.mutable_put_fact()->set_reason(absl::StrCat("said to be ", value));
  return change;
}

v1::Claim Told(const std::string& channel, const Secret& secret,
               const char* value) {
  v1::Claim claim = MakeClaim(channel, "c-1", secret.attribute, value,
                              absl::StrCat(channel, "/", secret.attribute));
  claim.set_exposure(v1::EXPOSURE_TOLD);
  return claim;
}

// A request in text format, as bytes.
std::string Bytes(const google::protobuf::MethodDescriptor& method,
                  const std::string& text) {
  const std::unique_ptr<google::protobuf::Message> message(
      google::protobuf::MessageFactory::generated_factory()
          ->GetPrototype(method.input_type())
          ->New());
  EXPECT_TRUE(
      google::protobuf::TextFormat::ParseFromString(text, message.get()))
      << text;
  return message->SerializeAsString();
}

constexpr char kC1[] = R"({type: "customer" id: "c-1"})";

// One request for each attribute: `%` stands for its name.
std::vector<std::string> ForEach(const std::string& text) {
  std::vector<std::string> requests;
  for (const Secret& secret : Secrets()) {
    requests.push_back(absl::StrReplaceAll(
        text, {{"%NAME", secret.attribute}, {"%SAID", secret.partner}}));
  }
  return requests;
}

}  // namespace

const std::vector<Secret>& Secrets() {
  static const auto* const secrets = new std::vector<Secret>{
      {"name",
       "Quillfeather Zebulon",
       "Thistlewood Zebulon",
       "Nightshade Ophelia",
       "Ravenscroft Ignatius",
       {"uillfeather", "histlewood", "ightshade", "avenscroft"}},
      {"birth_date",
       "1971-03-04",
       "1970-08-09",
       "1982-07-15",
       "1993-11-26",
       {"1971-03", "1970-08", "1982-07", "1993-11"}},
      {"balance",
       "4321.75 EUR",
       "9876.25 EUR",
       "5678.35 EUR",
       "6543.85 EUR",
       {"4321.7", "9876.2", "5678.3", "6543.8"}},
      {"iban",
       "DE89370400440532013000",
       "GB82WEST12345698765432",
       "FR7630006000011234567890189",
       "NL91ABNA0417164300",
       {"370400440532", "WEST1234569", "300060000112", "ABNA041716"}},
      {"email",
       "zebulon@quill.example",
       "zeb@thistle.example",
       "ophelia@night.example",
       "ignatius@raven.example",
       {"zebulon@", "zeb@thistle", "ophelia@", "ignatius@"}}};
  return *secrets;
}

std::string PersonalWorldTest::InitialVocabulary() const {
  return World(kAllAttributes, Access());
}

ServerOptions PersonalWorldTest::Options() const {
  ServerOptions options = ServiceTest::Options();
  const std::shared_ptr<Callers> callers = OneOfEachRole();
  Caller partner;
  partner.name = "partner";
  partner.roles = {Role::kChannel};
  partner.channel = "partner";
  partner.by = RecognisedBy::kKey;
  AddCaller(*callers, partner);
  options.callers = callers;
  ProbeOptions probe;
  probe.channel = "partner";
  probe.address = backend_.address();
  probe.policy.attempts_max = 1;
  options.probes.push_back(probe);
  return options;
}

void PersonalWorldTest::SetUp() {
  backend_.Set([](FakeBackend& backend) {
    backend.on_say = [](int, const v1::WouldSayRequest& request,
                        v1::WouldSayResponse* response) {
      for (const Secret& secret : Secrets()) {
        if (request.attribute() != secret.attribute) continue;
        response->mutable_claim()->set_attribute(secret.attribute);
        response->mutable_claim()->set_value(secret.partner);
        response->set_spoken(absl::StrCat("It is ", secret.partner));
      }
      return grpc::Status::OK;
    };
  });
  ServiceTest::SetUp();
  ASSERT_FALSE(HasFatalFailure());
  std::vector<v1::Change> changes;
  for (const char* id : {"c-1", "c-2"}) {
    for (const Secret& secret : Secrets()) {
      changes.push_back(Fact(id, secret, secret.earlier, 2020));
      changes.push_back(Fact(id, secret, secret.truth, 2025));
    }
  }
  changes.push_back(PutFact("c-1", "region", "north"));
  changes.push_back(PutFact("c-2", "region", "south"));
  changes.push_back(PutOrder("c-1", "o-1"));
  changes.push_back(PutOrder("c-2", "o-2"));
  v1::Change knows = PutOrder("c-1", "c-2");
  knows.mutable_put_relation()->set_relation("knows");
  *knows.mutable_put_relation()->mutable_to() = Customer("c-2");
  changes.push_back(knows);
  changes.push_back(PutLink("partner", "p-1", "c-1"));
  changes.push_back(PutLink("web", "w-1", "c-1"));
  changes.push_back(PutLink("web", "w-2", "c-2"));
  v1::Change merge;
  *merge.mutable_merge()->mutable_duplicate() = Customer("c-9");
  *merge.mutable_merge()->mutable_survivor() = Customer("c-1");
  changes.push_back(PutFact("c-9", "region", "north"));
  changes.push_back(merge);
  revision_ = Write(changes);

  std::vector<v1::Claim> claims;
  for (const Secret& secret : Secrets()) {
    v1::Claim early = Told("shop", secret, secret.earlier);
    *early.mutable_said_at() = Day(2024, 6, 1);
    claims.push_back(early);
    claims.push_back(Told("partner", secret, secret.partner));
    claims.push_back(Told("web", secret, secret.web));
  }
  Report(claims);
  const v1::ListFindingsResponse open = OpenFindings();
  for (const v1::Finding& finding : open.findings()) {
    if (finding.entity().id() == "c-1" && finding.channel() != "web") {
      findings_of_partner_.push_back(finding.id());
    }
  }
  Audit();
}

void PersonalWorldTest::Audit() {
  const auto audits = v1::AuditService::NewStub(server_->InProcessChannel());
  grpc::ClientContext context;
  const auto call = audits->RunAudit(&context);
  v1::RunAuditRequest request;
  request.mutable_spec()->set_channel("partner");
  request.mutable_spec()->set_subject_type("customer");
  call->Write(request);
  std::string csv = "subject,attribute,value\n";
  for (const Secret& secret : Secrets()) {
    absl::StrAppend(&csv, "customer/c-1,", secret.attribute, ",",
                    secret.partner, "\n");
  }
  request.set_csv(csv);
  call->Write(request);
  request.mutable_end();
  call->Write(request);
  v1::RunAuditResponse response;
  while (call->Read(&response)) {
    if (response.has_audit()) audit_ = response.audit().id();
  }
  EXPECT_EQ(Summary(call->Finish()), "OK");
}

std::vector<Path> PersonalWorldTest::Paths() {
  const std::string c1 = kC1;
  const std::string entity = absl::StrCat("entity ", c1);
  const std::string latest = " consistency {latest: true}";
  const std::vector<std::string> all = {"*"};
  std::vector<std::string> by_finding;
  for (const std::string& id : findings_of_partner_) {
    by_finding.push_back(absl::StrCat("id: '", id, "'"));
  }
  const std::string candidate = absl::StrReplaceAll(
      World("{region: {}}", ""), {{"\\", "\\\\"}, {"\n", "\\n"}, {"'", "\\'"}});
  const std::string own = "filter {channels: 'partner'}";
  return {
      {"KnowledgeService/GetEntity", {entity + latest}},
      {"KnowledgeService/GetTimeline",
       ForEach(absl::StrCat(entity, " attribute: '%NAME'", latest))},
      {"KnowledgeService/GetHistory", {entity + latest}},
      {"KnowledgeService/ListFacts", {"type: 'customer'" + latest}},
      {"KnowledgeService/ListLinks",
       {"channel: 'partner'" + latest},
       false,
       100,
       all},
      {"KnowledgeService/ListRelations", {latest}, false, 100, all},
      {"KnowledgeService/ExplainValue",
       ForEach(absl::StrCat(entity, " attribute: '%NAME'", latest))},
      {"KnowledgeService/GetNeighbourhood",
       {absl::StrCat("starts ", c1, latest,
                     " steps {relation: 'knows' direction: "
                     "RELATION_DIRECTION_BOTH} attributes: ['name', "
                     "'birth_date', 'balance', 'iban', 'email']")}},
      {"KnowledgeService/FindPaths",
       {absl::StrCat("from ", c1,
                     " to {type: 'customer' id: 'c-2'} steps "
                     "{relation: 'knows' direction: "
                     "RELATION_DIRECTION_BOTH}",
                     latest)},
       false,
       100,
       all},
      {"HistoryService/GetCommit",
       {absl::StrCat("revision: '", revision_, "'")}},
      {"IdentityService/ListMerges", {entity + latest}, false, 100, all},
      {"IdentityService/ExplainIdentity",
       {absl::StrCat("a {entity ", c1,
                     "} b {entity {type: 'customer' id: "
                     "'c-9'}}",
                     latest)},
       false,
       100,
       all},
      {"ClaimService/CheckClaim",
       ForEach(absl::StrCat("claim {channel: 'partner' ", entity,
                            " attribute: '%NAME' value: '%SAID'}", latest))},
      {"ClaimService/ListHeldClaims", {"channel: 'partner' page_size: 1000"}},
      {"ClaimService/ListUnconfirmed", {"channel: 'shop'"}},
      {"AnswerService/CheckAnswer",
       ForEach(absl::StrCat("channel: 'partner' ", entity,
                            " items {attribute: '%NAME' value: '%SAID'}",
                            latest))},
      {"AnswerService/GetCustomerView",
       {absl::StrCat("channel: 'partner' ", entity, latest)}},
      {"FindingService/ListFindings", {absl::StrCat(own, " page_size: 1000")}},
      {"FindingService/GetFinding", by_finding},
      {"FindingService/UpdateFindings",
       {absl::StrCat(own, " assignee: 'me' dry_run: true")}},
      {"AuditService/ListAuditFindings",
       {absl::StrCat("audit_id: '", audit_, "'")}},
      {"PrivacyService/ExportSubject", {entity}, true},
      {"ReliabilityService/SuggestValue",
       ForEach(absl::StrCat(entity, " attribute: '%NAME'"))},
      {"ProbeService/AskChannels",
       ForEach(absl::StrCat(entity, " attribute: '%NAME'"))},
      {"WatchService/Watch",
       {"filter {channels: 'partner'} snapshot: true"},
       true,
       2},
      {"WhatIfService/Counterfactual",
       {"channel: 'web' examples: 100 page_size: 1000"}},
      {"WhatIfService/Backtest",
       {absl::StrCat("yaml: '", candidate, "' examples: 20")},
       true},
  };
}

RawAnswer PersonalWorldTest::Take(const Path& path, const Headers& headers) {
  const google::protobuf::MethodDescriptor* const method =
      FindMethod(absl::StrCat("/concordat.v1.", path.method));
  EXPECT_NE(method, nullptr) << path.method;
  RawAnswer all;
  for (const std::string& request : path.requests) {
    RawAnswer answer =
        CallRaw(server_->InProcessChannel(), *method, {Bytes(*method, request)},
                headers, path.responses_max);
    if (!answer.status.ok()) all.status = answer.status;
    all.metadata.insert(answer.metadata.begin(), answer.metadata.end());
    for (std::string& response : answer.responses) {
      all.responses.push_back(std::move(response));
    }
  }
  return all;
}

Path PersonalWorldTest::OfTheOther(Path path) {
  for (std::string& request : path.requests) {
    request = absl::StrReplaceAll(request, {{"\"c-1\"", "\"c-2\""}});
  }
  return path;
}

}  // namespace concordat
