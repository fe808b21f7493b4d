// concordat.v1.KnowledgeService as a client sees it.
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "graph/revision_token.h"
#include "grpcpp/grpcpp.h"
#include "tests/service/pump.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Pair;
using testing::SizeIs;

// 2020-01-01 and 2025-01-01.
constexpr int64_t k2020 = 1'577'836'800;
constexpr int64_t k2025 = 1'735'689'600;

class KnowledgeTest : public ServiceTest {
 protected:
  grpc::Status Get(const std::string& id,
                   const v1::ReadConsistency& consistency,
                   v1::GetEntityResponse* response) {
    grpc::ClientContext context;
    v1::GetEntityRequest request;
    *request.mutable_entity() = Customer(id);
    *request.mutable_consistency() = consistency;
    return knowledge_->GetEntity(&context, request, response);
  }

  // The value of the first fact that GetEntity gives; "" where there is none.
  std::string ValueOf(const std::string& id,
                      const v1::ReadConsistency& consistency) {
    v1::GetEntityResponse response;
    const grpc::Status status = Get(id, consistency, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.facts().empty() ? "" : response.facts(0).fact().value();
  }

  v1::WriteKnowledgeRequest Request(const v1::Change& change) {
    v1::WriteKnowledgeRequest request;
    *request.add_changes() = change;
    return request;
  }
};

TEST_P(KnowledgeTest, WhatIsWrittenIsReadBack) {
  v1::WriteKnowledgeRequest request;
  request.set_actor("ann");
  *request.add_changes() = PutFact("c1", "loyalty_tier", "Gold Member");
  v1::Fact* fact = request.mutable_changes(0)->mutable_put_fact();
  fact->set_source("crm");
  fact->set_reason("campaign");
  fact->mutable_valid_from()->set_seconds(k2020);
  *request.add_changes() = PutOrder("c1", "o1");
  *request.add_changes() = PutLink("web", "w-1", "c1");
  v1::WriteKnowledgeResponse written;
  const grpc::Status status = TryWrite(request, &written);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_FALSE(written.replayed());

  v1::GetEntityResponse entity;
  ASSERT_TRUE(Get("c1", Latest(), &entity).ok());
  EXPECT_EQ(entity.entity().id(), "c1");
  EXPECT_EQ(entity.revision(), written.revision());
  ASSERT_THAT(entity.facts(), SizeIs(1));
  const v1::RecordedFact& recorded = entity.facts(0);
  EXPECT_EQ(recorded.fact().attribute(), "tier");
  EXPECT_EQ(recorded.fact().value(), "Gold Member");
  EXPECT_EQ(recorded.normal(), "gold");
  EXPECT_EQ(recorded.fact().source(), "crm");
  EXPECT_EQ(recorded.fact().reason(), "campaign");
  EXPECT_EQ(recorded.fact().valid_from().seconds(), k2020);
  EXPECT_FALSE(recorded.fact().has_valid_to());
  EXPECT_EQ(recorded.actor(), "ann");
  EXPECT_EQ(recorded.revision(), written.revision());
  EXPECT_EQ(recorded.recorded_at().seconds(),
            absl::ToUnixSeconds(clock_.Now()));
  ASSERT_THAT(entity.relations(), SizeIs(1));
  EXPECT_EQ(entity.relations(0).to().id(), "o1");
  ASSERT_THAT(entity.links(), SizeIs(1));
  EXPECT_EQ(entity.links(0).subject(), "w-1");
}

TEST_P(KnowledgeTest, AnEntityIsReadAtAnInstantOfValidTime) {
  v1::Change old_name = PutFact("c1", "name", "Ann");
  old_name.mutable_put_fact()->mutable_valid_to()->set_seconds(k2025);
  v1::Change new_name = PutFact("c1", "name", "Anne");
  new_name.mutable_put_fact()->mutable_valid_from()->set_seconds(k2025);
  Write({old_name, new_name});
  grpc::ClientContext context;
  v1::GetEntityRequest request;
  v1::GetEntityResponse response;
  *request.mutable_entity() = Customer("c1");
  *request.mutable_consistency() = Latest();
  request.mutable_valid_at()->set_seconds(k2025 - 1);
  ASSERT_TRUE(knowledge_->GetEntity(&context, request, &response).ok());
  ASSERT_THAT(response.facts(), SizeIs(1));
  EXPECT_EQ(response.facts(0).fact().value(), "Ann");
  EXPECT_EQ(ValueOf("c1", Latest()), "Anne");
}

TEST_P(KnowledgeTest, ATimelineHoldsWhatIsTrueAndWhatWasBelieved) {
  const std::string first = Write({PutFact("c1", "birth_date", "1980-02-03")});
  Write({PutFact("c1", "birth_date", "1980-03-02")});
  grpc::ClientContext context;
  v1::GetTimelineRequest request;
  v1::GetTimelineResponse response;
  *request.mutable_entity() = Customer("c1");
  request.set_attribute("birth_date");
  *request.mutable_consistency() = Latest();
  ASSERT_TRUE(knowledge_->GetTimeline(&context, request, &response).ok());
  ASSERT_THAT(response.spans(), SizeIs(1));
  EXPECT_EQ(response.spans(0).fact().fact().value(), "1980-03-02");
  EXPECT_FALSE(response.spans(0).valid().has_from());
  ASSERT_THAT(response.history(), SizeIs(2));
  EXPECT_EQ(response.history(0).revision(), first);
  EXPECT_EQ(response.history(0).fact().value(), "1980-02-03");
}

TEST_P(KnowledgeTest, RetractionsTakeBackAndHistoryKeeps) {
  const std::string before =
      Write({PutFact("c1", "name", "Ann"), PutFact("c1", "tier", "gold"),
             PutOrder("c1", "o1"), PutLink("web", "w-1", "c1")});
  v1::Change fact;
  *fact.mutable_retract_fact()->mutable_entity() = Customer("c1");
  fact.mutable_retract_fact()->set_attribute("name");
  v1::Change relation;
  *relation.mutable_retract_relation() = PutOrder("c1", "o1").put_relation();
  v1::Change link;
  *link.mutable_retract_link() = PutLink("web", "w-1", "c1").put_link();
  Write({fact, relation, link});

  v1::GetEntityResponse now;
  ASSERT_TRUE(Get("c1", Latest(), &now).ok());
  ASSERT_THAT(now.facts(), SizeIs(1));
  EXPECT_EQ(now.facts(0).fact().attribute(), "tier");
  EXPECT_THAT(now.relations(), IsEmpty());
  EXPECT_THAT(now.links(), IsEmpty());
  v1::GetEntityResponse then;
  ASSERT_TRUE(Get("c1", ExactlyAt(before), &then).ok());
  EXPECT_THAT(then.facts(), SizeIs(2));
  EXPECT_THAT(then.relations(), SizeIs(1));
  EXPECT_THAT(then.links(), SizeIs(1));
  EXPECT_EQ(then.revision(), before);
}

TEST_P(KnowledgeTest, ReadsAreAsFreshAsAskedFor) {
  const std::string first = Write({PutFact("c1", "name", "Ann")});
  const std::string second = Write({PutFact("c1", "name", "Anne")});
  EXPECT_EQ(ValueOf("c1", Latest()), "Anne");
  EXPECT_EQ(ValueOf("c1", ExactlyAt(first)), "Ann");
  v1::ReadConsistency fresh;
  fresh.set_at_least_as_fresh(first);
  EXPECT_EQ(ValueOf("c1", fresh), "Anne");
  fresh.set_at_least_as_fresh(second);
  EXPECT_EQ(ValueOf("c1", fresh), "Anne");
}

// --- Consistency on every read ---------------------------------------------

struct BadConsistency {
  const char* name;
  std::function<v1::ReadConsistency(const std::string& future)> make;
  const char* expected;
};

std::vector<BadConsistency> BadConsistencies() {
  return {
      {"unset", [](const std::string&) { return v1::ReadConsistency(); },
       "INVALID_ARGUMENT INVALID_FIELD consistency"},
      {"latest_but_false",
       [](const std::string&) {
         v1::ReadConsistency consistency;
         consistency.set_latest(false);
         return consistency;
       },
       "INVALID_ARGUMENT INVALID_FIELD consistency.latest"},
      {"malformed", [](const std::string&) { return ExactlyAt("rubbish"); },
       "INVALID_ARGUMENT MALFORMED_TOKEN"},
      {"empty_token", [](const std::string&) { return ExactlyAt(""); },
       "INVALID_ARGUMENT MALFORMED_TOKEN"},
      {"foreign",
       [](const std::string&) {
         return ExactlyAt(TokenMint(42).RevisionToken(Revision(1)));
       },
       "INVALID_ARGUMENT FOREIGN_TOKEN"},
      {"future", [](const std::string& token) { return ExactlyAt(token); },
       "OUT_OF_RANGE FUTURE_REVISION"},
      {"at_least_future",
       [](const std::string& token) {
         v1::ReadConsistency consistency;
         consistency.set_at_least_as_fresh(token);
         return consistency;
       },
       "OUT_OF_RANGE FUTURE_REVISION"},
  };
}

TEST_P(KnowledgeTest, EveryReadRefusesABadConsistency) {
  Write({PutFact("c1", "name", "Ann")});
  const std::string future = FutureToken();
  for (const BadConsistency& bad : BadConsistencies()) {
    SCOPED_TRACE(bad.name);
    const v1::ReadConsistency consistency = bad.make(future);
    const auto refused = [&](auto request, auto response, auto call) {
      grpc::ClientContext context;
      *request.mutable_consistency() = consistency;
      EXPECT_EQ(Summary(call(&context, request, &response)), bad.expected);
    };
    v1::KnowledgeService::Stub& stub = *knowledge_;
    v1::GetEntityRequest entity;
    *entity.mutable_entity() = Customer("c1");
    refused(entity, v1::GetEntityResponse(),
            [&](auto... arguments) { return stub.GetEntity(arguments...); });
    v1::GetTimelineRequest timeline;
    *timeline.mutable_entity() = Customer("c1");
    timeline.set_attribute("name");
    refused(timeline, v1::GetTimelineResponse(),
            [&](auto... arguments) { return stub.GetTimeline(arguments...); });
    v1::ListEntitiesRequest entities;
    entities.set_type("customer");
    refused(entities, v1::ListEntitiesResponse(),
            [&](auto... arguments) { return stub.ListEntities(arguments...); });
    refused(v1::ListFactsRequest(), v1::ListFactsResponse(),
            [&](auto... arguments) { return stub.ListFacts(arguments...); });
    refused(
        v1::ListRelationsRequest(), v1::ListRelationsResponse(),
        [&](auto... arguments) { return stub.ListRelations(arguments...); });
    refused(v1::ListLinksRequest(), v1::ListLinksResponse(),
            [&](auto... arguments) { return stub.ListLinks(arguments...); });
    v1::CheckClaimRequest check;
    *check.mutable_claim() = MakeClaim("web", "c1", "name", "Ann", "");
    refused(check, v1::CheckClaimResponse(), [&](auto... arguments) {
      return claims_->CheckClaim(arguments...);
    });
  }
}

TEST_P(KnowledgeTest, AFutureRevisionIsToldBothNumbers) {
  v1::GetEntityResponse response;
  const WireError error =
      ErrorOf(Get("c1", ExactlyAt(FutureToken()), &response));
  EXPECT_THAT(error.metadata, AllOf(Contains(Pair("requested", "1000000")),
                                    Contains(Key("head"))));
}

// --- Pages -------------------------------------------------------------------

// Reads a list page by page, and writes one more of each kind after the first:
// what was recorded after the first page is not part of the list.
template <typename Call, typename Request, typename Response, typename NameOf>
std::vector<std::string> PageThrough(Call call, Request request,
                                     Response response, NameOf name_of,
                                     const std::function<void()>& meanwhile) {
  std::vector<std::string> names;
  std::set<std::string> revisions;
  request.set_page_size(7);
  *request.mutable_consistency() = Latest();
  int pages = 0;
  do {
    grpc::ClientContext context;
    response.Clear();
    const grpc::Status status = call(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    if (!status.ok()) break;
    name_of(response, &names);
    revisions.insert(response.revision());
    request.set_page_token(response.next_page_token());
    if (++pages == 1) meanwhile();
  } while (!request.page_token().empty() && pages < 100);
  EXPECT_THAT(revisions, SizeIs(1)) << "all pages show one revision";
  return names;
}

class PageTest : public KnowledgeTest {
 protected:
  // 20 customers, each with a name, an order and a link.
  void SetUp() override {
    ServiceTest::SetUp();
    std::vector<v1::Change> changes;
    for (int i = 10; i < 30; ++i) {
      const std::string id = absl::StrCat("c", i);
      changes.push_back(PutFact(id, "name", "N"));
      changes.push_back(PutOrder(id, absl::StrCat("o", i)));
      changes.push_back(PutLink("web", absl::StrCat("w", i), id));
      expected_.push_back(id);
    }
    Write(changes);
  }

  void WriteMore() {
    Write({PutFact("c15x", "name", "N"), PutOrder("c15x", "o"),
           PutLink("web", "w15x", "c15x")});
  }

  std::vector<std::string> expected_;
};

TEST_P(PageTest, EveryListGoesToItsEndAtOneRevision) {
  const auto more = [this] { WriteMore(); };
  const auto names = [](const v1::EntityRef& entity,
                        std::vector<std::string>* out) {
    if (entity.type() == "customer") out->push_back(entity.id());
  };
  v1::KnowledgeService::Stub& stub = *knowledge_;
  v1::ListEntitiesRequest request;
  request.set_type("customer");
  EXPECT_EQ(PageThrough([&](auto... a) { return stub.ListEntities(a...); },
                        request, v1::ListEntitiesResponse(),
                        [&](const auto& page, auto* out) {
                          for (const auto& e : page.entities()) names(e, out);
                        },
                        more),
            expected_);
  expected_.insert(expected_.begin() + 6, "c15x");
  EXPECT_EQ(PageThrough([&](auto... a) { return stub.ListFacts(a...); },
                        v1::ListFactsRequest(), v1::ListFactsResponse(),
                        [&](const auto& page, auto* out) {
                          for (const auto& f : page.facts())
                            names(f.fact().entity(), out);
                        },
                        more),
            expected_);
  EXPECT_EQ(PageThrough([&](auto... a) { return stub.ListRelations(a...); },
                        v1::ListRelationsRequest(), v1::ListRelationsResponse(),
                        [&](const auto& page, auto* out) {
                          for (const auto& r : page.relations())
                            names(r.from(), out);
                        },
                        more),
            expected_);
  EXPECT_EQ(PageThrough([&](auto... a) { return stub.ListLinks(a...); },
                        v1::ListLinksRequest(), v1::ListLinksResponse(),
                        [&](const auto& page, auto* out) {
                          for (const auto& l : page.links())
                            names(l.entity(), out);
                        },
                        more),
            expected_);
}

TEST_P(PageTest, APageTokenIsBelievedOnlyWhereItBelongs) {
  v1::ListEntitiesRequest request;
  request.set_type("customer");
  request.set_page_size(3);
  *request.mutable_consistency() = Latest();
  v1::ListEntitiesResponse page;
  const auto list = [&] {
    grpc::ClientContext context;
    return Summary(knowledge_->ListEntities(&context, request, &page));
  };
  ASSERT_EQ(list(), "OK");
  const std::string token = page.next_page_token();
  request.set_type("order");
  request.set_page_token(token);
  EXPECT_EQ(list(), "INVALID_ARGUMENT MALFORMED_TOKEN") << "another request";
  request.set_type("customer");
  std::string forged = token;
  forged[forged.size() / 2] = forged[forged.size() / 2] == 'A' ? 'B' : 'A';
  request.set_page_token(forged);
  EXPECT_EQ(list(), "INVALID_ARGUMENT MALFORMED_TOKEN") << "forged";
  request.set_page_token(page.revision());
  EXPECT_EQ(list(), "INVALID_ARGUMENT MALFORMED_TOKEN") << "another kind";
  request.set_page_token(
      TokenMint(42).PageToken({Revision(1), ""}, "entities/customer"));
  EXPECT_EQ(list(), "INVALID_ARGUMENT MALFORMED_TOKEN") << "another store";
  request.set_page_token(token);
  request.set_page_size(1001);
  EXPECT_EQ(list(), "INVALID_ARGUMENT LIMIT_EXCEEDED page_size");
  request.set_page_size(-1);
  EXPECT_EQ(list(), "INVALID_ARGUMENT INVALID_FIELD page_size");
  request.set_page_size(1000);
  EXPECT_EQ(list(), "OK");
}

// --- Retries and preconditions ---------------------------------------------

TEST_P(KnowledgeTest, ARetriedWriteHasOneEffect) {
  v1::WriteKnowledgeRequest request = Request(PutFact("c1", "name", "Ann"));
  request.set_request_id("r1");
  v1::WriteKnowledgeResponse first;
  ASSERT_TRUE(TryWrite(request, &first).ok());
  Write({PutFact("c1", "name", "Anne")});
  v1::WriteKnowledgeResponse again;
  ASSERT_TRUE(TryWrite(request, &again).ok());
  EXPECT_TRUE(again.replayed());
  EXPECT_EQ(again.revision(), first.revision());
  EXPECT_EQ(ValueOf("c1", Latest()), "Anne") << "nothing was written again";
}

TEST_P(KnowledgeTest, ARequestIdBelongsToOneRequest) {
  v1::WriteKnowledgeRequest request = Request(PutFact("c1", "name", "Ann"));
  request.set_request_id("r1");
  ASSERT_TRUE(TryWrite(request).ok());
  constexpr char kReused[] = "ALREADY_EXISTS REQUEST_ID_REUSED request_id";
  v1::WriteKnowledgeRequest other = request;
  other.mutable_changes(0)->mutable_put_fact()->set_value("Bob");
  EXPECT_EQ(Summary(TryWrite(other)), kReused);
  other = request;
  other.set_actor("somebody else");
  EXPECT_EQ(Summary(TryWrite(other)), kReused);
  other = request;
  v1::Precondition::ValueIs* value =
      other.add_preconditions()->mutable_value_is();
  *value->mutable_entity() = Customer("c1");
  value->set_attribute("name");
  value->set_value("Bob");
  EXPECT_EQ(Summary(TryWrite(other)), kReused);
  EXPECT_EQ(ValueOf("c1", Latest()), "Ann");
}

TEST_P(KnowledgeTest, PreconditionsDecide) {
  const std::string first = Write({PutFact("c1", "tier", "gold")});
  const std::string second = Write({PutFact("c1", "name", "Ann")});
  const auto write_if = [&](const v1::Precondition& condition) {
    v1::WriteKnowledgeRequest request = Request(PutFact("c2", "name", "N"));
    *request.add_preconditions() = condition;
    return Summary(TryWrite(request));
  };
  v1::Precondition value_is;
  *value_is.mutable_value_is()->mutable_entity() = Customer("c1");
  value_is.mutable_value_is()->set_attribute("loyalty_tier");
  constexpr char kFailed[] =
      "FAILED_PRECONDITION PRECONDITION_FAILED preconditions[0]";
  EXPECT_EQ(write_if(value_is), kFailed) << "there must be none";
  value_is.mutable_value_is()->set_value("silver");
  EXPECT_EQ(write_if(value_is), kFailed);
  v1::Precondition unchanged;
  *unchanged.mutable_unchanged_since()->mutable_entity() = Customer("c1");
  unchanged.mutable_unchanged_since()->set_revision(first);
  EXPECT_EQ(write_if(unchanged), kFailed);
  unchanged.mutable_unchanged_since()->set_revision("rubbish");
  EXPECT_EQ(write_if(unchanged),
            "INVALID_ARGUMENT MALFORMED_TOKEN preconditions[0].revision");
  EXPECT_EQ(write_if(v1::Precondition()),
            "INVALID_ARGUMENT INVALID_FIELD preconditions[0].condition");

  v1::GetEntityResponse response;
  EXPECT_EQ(Summary(Get("c2", Latest(), &response)), "NOT_FOUND NOT_FOUND");
  value_is.mutable_value_is()->set_value("Gold Member");
  EXPECT_EQ(write_if(value_is), "OK") << "compared by meaning";
  unchanged.mutable_unchanged_since()->set_revision(second);
  EXPECT_EQ(write_if(unchanged), "OK");
}

// --- Writes that are refused -------------------------------------------------

struct BadWrite {
  const char* name;
  std::function<void(v1::WriteKnowledgeRequest&)> spoil;
  std::string expected;
};

v1::Fact& FactOf(v1::WriteKnowledgeRequest& request) {
  return *request.mutable_changes(1)->mutable_put_fact();
}

std::vector<BadWrite> BadWrites() {
  using Write = v1::WriteKnowledgeRequest&;
  const std::string fact = "changes[1].put_fact.";
  const std::string invalid = "INVALID_ARGUMENT INVALID_FIELD ";
  const std::string limit = "INVALID_ARGUMENT LIMIT_EXCEEDED ";
  return {
      {"no_changes", [](Write w) { w.clear_changes(); }, invalid + "changes"},
      {"too_many_changes",
       [](Write w) {
         while (w.changes_size() < 1001)
           *w.add_changes() = PutFact("c", "name", "N");
       },
       limit + "changes"},
      {"empty_change", [](Write w) { w.mutable_changes(1)->Clear(); },
       invalid + "changes[1].change"},
      {"unknown_type",
       [](Write w) { FactOf(w).mutable_entity()->set_type("custmer"); },
       absl::StrCat("INVALID_ARGUMENT UNKNOWN_ENTITY_TYPE ", fact,
                    "entity.type")},
      {"unknown_attribute", [](Write w) { FactOf(w).set_attribute("nane"); },
       absl::StrCat("INVALID_ARGUMENT UNKNOWN_ATTRIBUTE ", fact, "attribute")},
      {"unknown_source", [](Write w) { FactOf(w).set_source("rumour"); },
       absl::StrCat("INVALID_ARGUMENT UNKNOWN_SOURCE ", fact, "source")},
      {"unknown_relation",
       [](Write w) {
         *w.mutable_changes(1) = PutOrder("c1", "o1");
         w.mutable_changes(1)->mutable_put_relation()->set_relation("plced");
       },
       "INVALID_ARGUMENT UNKNOWN_RELATION changes[1].put_relation.relation"},
      {"relation_between_others",
       [](Write w) {
         *w.mutable_changes(1) = PutOrder("c1", "o1");
         *w.mutable_changes(1)->mutable_put_relation()->mutable_to() =
             Customer("c2");
       },
       invalid + "changes[1].put_relation.to.type"},
      {"unknown_channel",
       [](Write w) { *w.mutable_changes(1) = PutLink("wbe", "s", "c1"); },
       "INVALID_ARGUMENT UNKNOWN_CHANNEL changes[1].put_link.channel"},
      {"empty_id", [](Write w) { FactOf(w).mutable_entity()->clear_id(); },
       invalid + fact + "entity.id"},
      {"control_character_in_id",
       [](Write w) { FactOf(w).mutable_entity()->set_id("c\n1"); },
       invalid + fact + "entity.id"},
      {"nul_in_id",
       [](Write w) {
         FactOf(w).mutable_entity()->set_id(std::string("c\0", 2));
       },
       invalid + fact + "entity.id"},
      {"long_id",
       [](Write w) {
         FactOf(w).mutable_entity()->set_id(std::string(257, 'x'));
       },
       limit + fact + "entity.id"},
      {"long_value",
       [](Write w) {
         FactOf(w).set_attribute("name");
         FactOf(w).set_value(std::string(4097, 'x'));
       },
       limit + fact + "value"},
      {"bad_date", [](Write w) { FactOf(w).set_value("1980-02-30"); },
       absl::StrCat("INVALID_ARGUMENT UNREADABLE_VALUE ", fact, "value")},
      {"time_out_of_range",
       [](Write w) {
         FactOf(w).mutable_valid_from()->set_seconds(1'000'000'000'000);
       },
       invalid + fact + "valid_from"},
      {"bad_nanos",
       [](Write w) { FactOf(w).mutable_valid_from()->set_nanos(-1); },
       invalid + fact + "valid_from"},
      {"ends_before_it_starts",
       [](Write w) {
         FactOf(w).mutable_valid_from()->set_seconds(k2025);
         FactOf(w).mutable_valid_to()->set_seconds(k2020);
       },
       invalid + fact + "valid_to"},
      {"long_reason",
       [](Write w) { FactOf(w).set_reason(std::string(513, 'x')); },
       limit + fact + "reason"},
      {"long_actor", [](Write w) { w.set_actor(std::string(513, 'x')); },
       limit + "actor"},
      {"long_request_id",
       [](Write w) { w.set_request_id(std::string(257, 'x')); },
       limit + "request_id"},
      {"too_many_preconditions",
       [](Write w) {
         for (int i = 0; i < 101; ++i) {
           auto* value = w.add_preconditions()->mutable_value_is();
           *value->mutable_entity() = Customer("c1");
           value->set_attribute("name");
         }
       },
       limit + "preconditions"},
  };
}

TEST_P(KnowledgeTest, ABadWriteIsRefusedWholeAndPrecisely) {
  for (const BadWrite& bad : BadWrites()) {
    SCOPED_TRACE(bad.name);
    v1::WriteKnowledgeRequest request;
    *request.add_changes() = PutFact("refused", "name", "N");
    *request.add_changes() = PutFact("c1", "birth_date", "1980-02-03");
    bad.spoil(request);
    EXPECT_EQ(Summary(TryWrite(request)), bad.expected);
  }
  v1::GetEntityResponse response;
  EXPECT_EQ(Summary(Get("refused", Latest(), &response)),
            "NOT_FOUND NOT_FOUND");
}

TEST_P(KnowledgeTest, UnknownNamesAreToldWhatIsKnown) {
  EXPECT_THAT(ErrorOf(TryWrite(Request(PutFact("c1", "nane", "N")))).metadata,
              AllOf(Contains(Pair("name", "nane")),
                    Contains(Pair("entity_type", "customer")),
                    Contains(Pair("known", "birth_date, email, name, tier"))));
  v1::Change wrong_type = PutFact("c1", "name", "N");
  wrong_type.mutable_put_fact()->mutable_entity()->set_type("custmer");
  EXPECT_THAT(ErrorOf(TryWrite(Request(wrong_type))).metadata,
              Contains(Pair("known", "customer, order")));
  EXPECT_THAT(ErrorOf(TryWrite(Request(PutLink("wbe", "s", "c1")))).metadata,
              Contains(Pair("known", "app, shop, web")));
  // Reads say so too.
  Write({PutFact("c1", "name", "Ann")});
  grpc::ClientContext context;
  v1::GetTimelineRequest request;
  v1::GetTimelineResponse response;
  *request.mutable_entity() = Customer("c1");
  request.set_attribute("nane");
  *request.mutable_consistency() = Latest();
  const WireError error =
      ErrorOf(knowledge_->GetTimeline(&context, request, &response));
  EXPECT_EQ(error.summary, "INVALID_ARGUMENT UNKNOWN_ATTRIBUTE attribute");
  EXPECT_THAT(error.message, HasSubstr("birth_date, email, name, tier"));
}

TEST_P(KnowledgeTest, LimitsNameThemselvesAndBothNumbers) {
  v1::Change change = PutFact("c1", "name", std::string(4097, 'x'));
  EXPECT_THAT(ErrorOf(TryWrite(Request(change))).metadata,
              AllOf(Contains(Pair("limit", "value_bytes_max")),
                    Contains(Pair("actual", "4097")),
                    Contains(Pair("allowed", "4096"))));
}

// --- The stream --------------------------------------------------------------

TEST_P(KnowledgeTest, AStreamIsAnsweredInOrderAndOutlivesAFailedWrite) {
  constexpr int kWrites = 60;
  grpc::ClientContext context;
  const auto stream = knowledge_->StreamKnowledge(&context);
  const auto answers =
      Pump<v1::StreamKnowledgeResponse>(*stream, kWrites, [this](int i) {
        // Every third is refused when it is converted, every fifth when it is
        // validated; both are quicker than a commit and must not overtake one.
        v1::Change change = PutFact(absl::StrCat("c", i), "name", "N");
        if (i % 3 == 1) change.Clear();
        if (i % 5 == 1) change = PutFact("c", "nane", "N");
        v1::StreamKnowledgeRequest request;
        *request.mutable_write() = Request(change);
        return request;
      });
  EXPECT_TRUE(stream->Finish().ok());
  ASSERT_THAT(answers, SizeIs(kWrites));
  uint64_t last = 0;
  for (int i = 0; i < kWrites; ++i) {
    SCOPED_TRACE(i);
    const v1::StreamKnowledgeResponse& response = answers[i];
    const std::string refusal =
        i % 5 == 1   ? "INVALID_ARGUMENT UNKNOWN_ATTRIBUTE "
                       "changes[0].put_fact.attribute"
        : i % 3 == 1 ? "INVALID_ARGUMENT INVALID_FIELD changes[0].change"
                     : "";
    if (!refusal.empty()) {
      EXPECT_EQ(Summary(response.failure()), refusal);
      continue;
    }
    ASSERT_TRUE(response.has_written());
    const uint64_t number = NumberOf(response.written().revision());
    EXPECT_GT(number, last);
    last = number;
  }
}

TEST_P(KnowledgeTest, AStreamSentAgainHasOneEffect) {
  std::vector<std::string> revisions;
  for (const bool again : {false, true}) {
    grpc::ClientContext context;
    const auto stream = knowledge_->StreamKnowledge(&context);
    const auto answers =
        Pump<v1::StreamKnowledgeResponse>(*stream, 20, [this](int i) {
          v1::StreamKnowledgeRequest request;
          *request.mutable_write() = Request(PutFact("c1", "name", "N"));
          request.mutable_write()->set_request_id(absl::StrCat("r", i));
          return request;
        });
    std::vector<std::string> answered;
    for (const v1::StreamKnowledgeResponse& answer : answers) {
      EXPECT_EQ(answer.written().replayed(), again);
      answered.push_back(answer.written().revision());
    }
    EXPECT_TRUE(stream->Finish().ok());
    EXPECT_THAT(answered, SizeIs(20));
    if (!again) revisions = answered;
    EXPECT_EQ(answered, revisions);
  }
}

CONCORDAT_ON_BOTH_ENGINES(KnowledgeTest);
CONCORDAT_ON_BOTH_ENGINES(PageTest);

}  // namespace
}  // namespace concordat
