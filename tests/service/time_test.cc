// Both time axes, several sources, ends and histories, as clients of
// concordat.v1.KnowledgeService see them.
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

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr int64_t k2020 = 1'577'836'800;
constexpr int64_t k2022 = 1'640'995'200;
constexpr int64_t k2024 = 1'704'067'200;

v1::Change Said(const std::string& source, const std::string& value,
                int64_t from = 0,
                v1::Validation validation = v1::VALIDATION_UNSPECIFIED) {
  v1::Change change = PutFact("c1", "name", value);
  change.mutable_put_fact()->set_source(source);
  change.mutable_put_fact()->set_validation(validation);
  if (from != 0) {
    change.mutable_put_fact()->mutable_valid_from()->set_seconds(from);
  }
  return change;
}

v1::Change EndName(int64_t to) {
  v1::Change change;
  *change.mutable_end_fact()->mutable_entity() = Customer("c1");
  change.mutable_end_fact()->set_attribute("name");
  change.mutable_end_fact()->set_reason("over");
  change.mutable_end_fact()->mutable_valid_to()->set_seconds(to);
  return change;
}

class TimeTest : public ServiceTest {
 protected:
  static std::string WithRule(const std::string& rule) {
    const std::string before = "name: {type: text";
    EXPECT_THAT(kVocabulary, HasSubstr(before));
    return absl::StrReplaceAll(
        kVocabulary,
        {{before, absl::StrCat(before, ", survivorship: ", rule)}});
  }

  // The name at an instant; "-" for none.
  std::string NameAt(int64_t valid_at,
                     const v1::ReadConsistency& consistency = Latest()) {
    grpc::ClientContext context;
    v1::GetEntityRequest request;
    v1::GetEntityResponse response;
    *request.mutable_entity() = Customer("c1");
    *request.mutable_consistency() = consistency;
    request.mutable_valid_at()->set_seconds(valid_at);
    const grpc::Status status =
        knowledge_->GetEntity(&context, request, &response);
    if (!status.ok()) return Summary(status);
    return response.facts().empty() ? "-" : response.facts(0).fact().value();
  }

  v1::ExplainValueResponse Explain(int64_t valid_at) {
    grpc::ClientContext context;
    v1::ExplainValueRequest request;
    v1::ExplainValueResponse response;
    *request.mutable_entity() = Customer("c1");
    request.set_attribute("name");
    *request.mutable_consistency() = Latest();
    request.mutable_valid_at()->set_seconds(valid_at);
    const grpc::Status status =
        knowledge_->ExplainValue(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  // "crm WON", "erp LOST PRIORITY".
  std::vector<std::string> Outcomes(int64_t valid_at) {
    std::vector<std::string> outcomes;
    const v1::ExplainValueResponse explained = Explain(valid_at);
    for (const v1::ValueCandidate& candidate : explained.candidates()) {
      std::string text = absl::StrCat(
          candidate.fact().fact().source(), " ",
          v1::CandidateOutcome_Name(candidate.outcome()).substr(18));
      if (candidate.decided_by() != v1::VALUE_DECISION_UNSPECIFIED) {
        absl::StrAppend(
            &text, " ",
            v1::ValueDecision_Name(candidate.decided_by()).substr(15));
      }
      outcomes.push_back(text);
    }
    return outcomes;
  }

  std::vector<v1::RecordedChange> History(int page_size) {
    std::vector<v1::RecordedChange> changes;
    v1::GetHistoryRequest request;
    *request.mutable_entity() = Customer("c1");
    *request.mutable_consistency() = Latest();
    request.set_page_size(page_size);
    do {
      grpc::ClientContext context;
      v1::GetHistoryResponse response;
      const grpc::Status status =
          knowledge_->GetHistory(&context, request, &response);
      EXPECT_TRUE(status.ok()) << status.error_message();
      changes.insert(changes.end(), response.changes().begin(),
                     response.changes().end());
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return changes;
  }
};

TEST_P(TimeTest, AnotherRuleAnswersOtherwiseOverTheSameStore) {
  Write({Said("crm", "Ann"), Said("erp", "Anne", k2022)});
  const std::string before = Info().revision();
  EXPECT_EQ(NameAt(k2024), "Anne");
  EXPECT_THAT(Outcomes(k2024), ElementsAre("erp WON", "crm LOST START"));

  ASSERT_TRUE(Apply(WithRule("{by: [priority], sources: [crm, erp]}")).ok());
  EXPECT_EQ(NameAt(k2024), "Ann");
  EXPECT_THAT(Outcomes(k2024), ElementsAre("crm WON", "erp LOST PRIORITY"));
  // Under the rule in force now; what was recorded is what it was.
  EXPECT_EQ(NameAt(k2024, ExactlyAt(before)), "Ann");

  ASSERT_TRUE(Apply(WithRule("{by: [priority], sources: [erp, crm]}")).ok());
  EXPECT_EQ(NameAt(k2024), "Anne");
  EXPECT_EQ(NameAt(k2020), "Ann");
  EXPECT_THAT(Outcomes(k2020), ElementsAre("crm WON", "erp NOT_THEN"));

  // Nothing was rewritten.
  grpc::ClientContext context;
  v1::ListFactsRequest request;
  v1::ListFactsResponse response;
  *request.mutable_consistency() = Latest();
  ASSERT_TRUE(knowledge_->ListFacts(&context, request, &response).ok());
  ASSERT_THAT(response.facts(), SizeIs(2));
  EXPECT_EQ(response.facts(0).revision(), response.facts(1).revision());
  EXPECT_EQ(response.facts(0).revision(), before);
}

// What is held is judged again, and what is said from then on.
TEST_P(TimeTest, ClaimsAreJudgedByTheRuleInForce) {
  Write({Said("crm", "Ann Lee"), Said("erp", "Bea Kay", k2022)});
  const auto verdict = [&](const char* id) {
    return Report({MakeClaim("web", "c1", "name", "Ann Lee", id)})
        .results(0)
        .verdict();
  };
  EXPECT_NE(verdict("1"), v1::VERDICT_AGREES);
  ASSERT_THAT(OpenFindings().findings(), SizeIs(1));
  ASSERT_TRUE(Apply(WithRule("{by: [priority], sources: [crm, erp]}")).ok());
  EXPECT_THAT(OpenFindings().findings(), IsEmpty());
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(verdict("2"), v1::VERDICT_AGREES);
  EXPECT_THAT(OpenFindings().findings(), IsEmpty());
}

TEST_P(TimeTest, WhyNamesTheRuleAndEveryStep) {
  ASSERT_TRUE(
      Apply(WithRule("{by: [validation, priority], sources: [erp]}")).ok());
  Write({Said("crm", "Ann", 0, v1::VALIDATION_VERIFIED),
         Said("erp", "Anne", 0, v1::VALIDATION_UNVERIFIED),
         Said("", "Bob", 0, v1::VALIDATION_INVALID)});
  const v1::ExplainValueResponse response = Explain(k2024);
  EXPECT_EQ(response.attribute(), "name");
  EXPECT_EQ(response.vocabulary_version(), 2);
  EXPECT_EQ(response.valid_at().seconds(), k2024);
  EXPECT_THAT(response.rule_by(), ElementsAre("validation", "priority"));
  EXPECT_THAT(response.rule_sources(), ElementsAre("erp"));
  ASSERT_THAT(response.candidates(), SizeIs(3));
  EXPECT_EQ(response.candidates(0).fact().fact().value(), "Ann");
  EXPECT_THAT(response.candidates(0).steps(), IsEmpty());
  const v1::ValueCandidate& erp = response.candidates(1);
  EXPECT_EQ(erp.outcome(), v1::CANDIDATE_OUTCOME_LOST);
  EXPECT_EQ(erp.decided_by(), v1::VALUE_DECISION_VALIDATION);
  ASSERT_THAT(erp.steps(), SizeIs(2));
  EXPECT_FALSE(erp.steps(0).decided());
  EXPECT_EQ(erp.steps(1).explanation(),
            "validation: crm verified, erp unverified");
  EXPECT_EQ(response.candidates(2).decided_by(), v1::VALUE_DECISION_INVALID);
  for (const v1::ValueCandidate& candidate : response.candidates()) {
    EXPECT_THAT(candidate.explanation(), Not(HasSubstr("Ann")));
  }
}

TEST_P(TimeTest, WhyOfWhatIsNotKnown) {
  const auto why = [&](const std::string& id, const std::string& attribute,
                       const v1::ReadConsistency& consistency) {
    grpc::ClientContext context;
    v1::ExplainValueRequest request;
    v1::ExplainValueResponse response;
    *request.mutable_entity() = Customer(id);
    request.set_attribute(attribute);
    *request.mutable_consistency() = consistency;
    return Summary(knowledge_->ExplainValue(&context, request, &response));
  };
  Write({Said("crm", "Ann")});
  EXPECT_EQ(why("c2", "name", Latest()), "NOT_FOUND NOT_FOUND");
  EXPECT_EQ(why("c1", "nmae", Latest()),
            "INVALID_ARGUMENT UNKNOWN_ATTRIBUTE attribute");
  EXPECT_EQ(why("c1", "name", {}),
            "INVALID_ARGUMENT INVALID_FIELD consistency");
  EXPECT_EQ(why("c1", "email", Latest()), "OK");
}

TEST_P(TimeTest, EveryListIsReadOnBothAxes) {
  v1::Change link = PutLink("web", "w1", "c1");
  link.mutable_put_link()->mutable_valid_from()->set_seconds(k2022);
  v1::Change order = PutOrder("c1", "o1");
  order.mutable_put_relation()->mutable_valid_from()->set_seconds(k2022);
  const std::string open = Write({Said("crm", "Ann", k2022), link, order});
  v1::Change end_link;
  end_link.mutable_end_link()->set_channel("web");
  end_link.mutable_end_link()->set_subject("w1");
  end_link.mutable_end_link()->mutable_valid_to()->set_seconds(k2024);
  v1::Change end_order;
  *end_order.mutable_end_relation()->mutable_from() = Customer("c1");
  end_order.mutable_end_relation()->set_relation(
      order.put_relation().relation());
  *end_order.mutable_end_relation()->mutable_to() = order.put_relation().to();
  end_order.mutable_end_relation()->mutable_valid_to()->set_seconds(k2024);
  const std::string ended = Write({EndName(k2024), end_link, end_order});

  struct Case {
    std::string revision;
    int64_t valid_at;  // 0: not asked for
    int found;
  };
  for (const Case& test :
       {Case{open, k2020, 0}, Case{open, k2022, 1}, Case{open, k2024, 1},
        Case{open, 0, 1}, Case{ended, k2020, 0}, Case{ended, k2022, 1},
        Case{ended, k2024 - 1, 1}, Case{ended, k2024, 0}, Case{ended, 0, 1}}) {
    SCOPED_TRACE(absl::StrCat(test.revision == open ? "open" : "ended", " at ",
                              test.valid_at));
    const auto found = [&](auto request, auto response, auto call, auto items) {
      grpc::ClientContext context;
      *request.mutable_consistency() = ExactlyAt(test.revision);
      if (test.valid_at != 0) {
        request.mutable_valid_at()->set_seconds(test.valid_at);
      }
      const grpc::Status status = call(&context, request, &response);
      EXPECT_TRUE(status.ok()) << status.error_message();
      return items(response).size();
    };
    EXPECT_EQ(found(
                  v1::ListFactsRequest(), v1::ListFactsResponse(),
                  [&](auto... all) { return knowledge_->ListFacts(all...); },
                  [](const auto& r) { return r.facts(); }),
              test.found);
    EXPECT_EQ(
        found(
            v1::ListRelationsRequest(), v1::ListRelationsResponse(),
            [&](auto... all) { return knowledge_->ListRelations(all...); },
            [](const auto& r) { return r.relations(); }),
        test.found);
    EXPECT_EQ(found(
                  v1::ListLinksRequest(), v1::ListLinksResponse(),
                  [&](auto... all) { return knowledge_->ListLinks(all...); },
                  [](const auto& r) { return r.links(); }),
              test.found);
    if (test.valid_at == 0) continue;
    v1::GetEntityRequest request;
    *request.mutable_entity() = Customer("c1");
    *request.mutable_consistency() = ExactlyAt(test.revision);
    request.mutable_valid_at()->set_seconds(test.valid_at);
    grpc::ClientContext context;
    v1::GetEntityResponse entity;
    ASSERT_TRUE(knowledge_->GetEntity(&context, request, &entity).ok());
    EXPECT_THAT(entity.facts(), SizeIs(test.found));
    EXPECT_THAT(entity.relations(), SizeIs(test.found));
    EXPECT_THAT(entity.links(), SizeIs(test.found));
  }
}

TEST_P(TimeTest, APageTokenOfAnotherInstantIsRefused) {
  Write({Said("crm", "Ann"), PutFact("c2", "name", "Bob")});
  v1::ListFactsRequest request;
  *request.mutable_consistency() = Latest();
  request.set_page_size(1);
  request.mutable_valid_at()->set_seconds(k2022);
  v1::ListFactsResponse page;
  {
    grpc::ClientContext context;
    ASSERT_TRUE(knowledge_->ListFacts(&context, request, &page).ok());
  }
  ASSERT_NE(page.next_page_token(), "");
  request.set_page_token(page.next_page_token());
  request.mutable_valid_at()->set_seconds(k2024);
  grpc::ClientContext context;
  EXPECT_EQ(Summary(knowledge_->ListFacts(&context, request, &page)),
            "INVALID_ARGUMENT MALFORMED_TOKEN");
}

// The test's clock stands still: nothing is told apart by its time.
TEST_P(TimeTest, TheHistoryOfAnEntityHasWhoWhyAndFromWhere) {
  v1::WriteKnowledgeRequest request;
  request.set_actor("ann");
  *request.add_changes() = Said("crm", "Ann");
  *request.add_changes() = Said("crm", "Anne");
  *request.add_changes() = PutFact("c2", "name", "Bob");
  v1::Change order = PutOrder("c1", "o1");
  order.mutable_put_relation()->set_reason("bought");
  *request.add_changes() = order;
  ASSERT_TRUE(TryWrite(request).ok());
  v1::Change link = PutLink("web", "w1", "c1");
  link.mutable_put_link()->set_reason("signed up");
  link.mutable_put_link()->set_source("crm");
  Write({link, EndName(k2024)});
  v1::Change back;
  *back.mutable_retract_fact()->mutable_entity() = Customer("c1");
  back.mutable_retract_fact()->set_attribute("name");
  back.mutable_retract_fact()->set_source("crm");
  Write({back});

  const std::vector<v1::RecordedChange> all = History(100);
  ASSERT_THAT(all, SizeIs(6));
  EXPECT_EQ(all[0].change().put_fact().value(), "Ann");
  EXPECT_EQ(all[0].actor(), "ann");
  EXPECT_EQ(all[1].change().put_fact().value(), "Anne");
  EXPECT_EQ(all[0].revision(), all[1].revision());
  EXPECT_EQ(all[0].recorded_at().seconds(), all[5].recorded_at().seconds());
  EXPECT_EQ(all[1].ordinal(), 1);
  EXPECT_EQ(all[2].change().put_relation().reason(), "bought");
  EXPECT_EQ(all[2].ordinal(), 3);
  EXPECT_EQ(all[3].change().put_link().reason(), "signed up");
  EXPECT_EQ(all[3].change().put_link().source(), "crm");
  EXPECT_EQ(all[4].change().put_fact().value(), "Anne");
  EXPECT_EQ(all[4].change().put_fact().reason(), "over");
  EXPECT_EQ(all[4].change().put_fact().valid_to().seconds(), k2024);
  EXPECT_TRUE(all[5].change().retract_fact().has_source());
  EXPECT_EQ(all[5].change().retract_fact().source(), "crm");
  for (const int size : {1, 2, 5}) {
    const std::vector<v1::RecordedChange> paged = History(size);
    ASSERT_THAT(paged, SizeIs(6));
    for (size_t i = 0; i < paged.size(); ++i) {
      EXPECT_EQ(paged[i].SerializeAsString(), all[i].SerializeAsString());
    }
  }
}

TEST_P(TimeTest, PreconditionsAskTheWinner) {
  ASSERT_TRUE(Apply(WithRule("{by: [priority], sources: [crm, erp]}")).ok());
  Write({Said("crm", "Ann"), Said("erp", "Bea", k2020)});
  const auto write_if = [&](const char* name) {
    v1::WriteKnowledgeRequest request;
    *request.add_changes() = PutFact("c1", "birth_date", "1980-02-03");
    v1::Precondition::ValueIs* is =
        request.add_preconditions()->mutable_value_is();
    *is->mutable_entity() = Customer("c1");
    is->set_attribute("name");
    is->set_value(name);
    return Summary(TryWrite(request));
  };
  EXPECT_EQ(write_if("Bea"),
            "FAILED_PRECONDITION PRECONDITION_FAILED preconditions[0]");
  EXPECT_EQ(write_if("Ann"), "OK");
}

CONCORDAT_ON_BOTH_ENGINES(TimeTest);

}  // namespace
}  // namespace concordat
