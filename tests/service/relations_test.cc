// Relations as a client sees them: cardinality when they are written,
// neighbourhoods and paths when they are read. On the sample vocabulary of
// business customers.
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "gmock/gmock.h"
#include "graph/limits.h"
#include "grpcpp/grpcpp.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

// 2020-01-01.
constexpr int64_t k2020 = 1'577'836'800;
constexpr int64_t kDay = 86'400;

v1::EntityRef Ref(const std::string& type, const std::string& id) {
  v1::EntityRef ref;
  ref.set_type(type);
  ref.set_id(id);
  return ref;
}
v1::EntityRef Person(const std::string& id) { return Ref("person", id); }
v1::EntityRef Company(const std::string& id) { return Ref("organisation", id); }

v1::Change Put(const v1::EntityRef& from, const std::string& relation,
               const v1::EntityRef& to) {
  v1::Change change;
  *change.mutable_put_relation()->mutable_from() = from;
  change.mutable_put_relation()->set_relation(relation);
  *change.mutable_put_relation()->mutable_to() = to;
  return change;
}

v1::Change PutName(const std::string& person, const std::string& name) {
  v1::Change change;
  *change.mutable_put_fact()->mutable_entity() = Person(person);
  change.mutable_put_fact()->set_attribute("full_name");
  change.mutable_put_fact()->set_value(name);
  return change;
}

v1::WriteKnowledgeRequest RequestOf(const std::vector<v1::Change>& changes) {
  v1::WriteKnowledgeRequest request;
  for (const v1::Change& change : changes) *request.add_changes() = change;
  return request;
}

v1::RelationStep Step(const std::string& relation,
                      v1::RelationDirection direction) {
  v1::RelationStep step;
  step.set_relation(relation);
  step.set_direction(direction);
  return step;
}

// "depth type/id" each.
std::vector<std::string> Entities(const v1::GetNeighbourhoodResponse& found) {
  std::vector<std::string> texts;
  for (const v1::Neighbour& neighbour : found.entities()) {
    texts.push_back(absl::StrCat(neighbour.depth(), " ",
                                 neighbour.entity().type(), "/",
                                 neighbour.entity().id()));
  }
  return texts;
}

std::string Text(const v1::WalkedRelation& walked) {
  return absl::StrCat(
      walked.near().id(), " ",
      walked.backwards() ? walked.inverse() : walked.relation().relation(), " ",
      walked.far().id());
}

std::vector<std::string> Relations(const v1::GetNeighbourhoodResponse& found) {
  std::vector<std::string> texts;
  for (const v1::WalkedRelation& walked : found.relations()) {
    texts.push_back(Text(walked));
  }
  return texts;
}

template <typename Response>
std::vector<std::string> Cuts(const Response& found) {
  std::vector<std::string> texts;
  for (const v1::WalkCut& cut : found.cuts()) {
    texts.push_back(absl::StrCat(
        v1::WalkLimit_Name(cut.limit()), " ", cut.allowed(), " at ",
        cut.entities(0).id().substr(0, 8), " of ", cut.entity_count()));
  }
  return texts;
}

class RelationsTest : public ServiceTest {
 protected:
  std::string InitialVocabulary() const override {
    std::ifstream file(CONCORDAT_SOURCE_DIR
                       "/config/vocabularies/business.yaml");
    return std::string{std::istreambuf_iterator<char>(file), {}};
  }

  grpc::Status TryFind(const v1::GetNeighbourhoodRequest& request,
                       v1::GetNeighbourhoodResponse* response) {
    grpc::ClientContext context;
    return knowledge_->GetNeighbourhood(&context, request, response);
  }
  v1::GetNeighbourhoodResponse Find(v1::GetNeighbourhoodRequest request) {
    if (!request.has_consistency()) *request.mutable_consistency() = Latest();
    v1::GetNeighbourhoodResponse response;
    const grpc::Status status = TryFind(request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  v1::FindPathsResponse Find(v1::FindPathsRequest request) {
    *request.mutable_consistency() = Latest();
    v1::FindPathsResponse response;
    grpc::ClientContext context;
    const grpc::Status status =
        knowledge_->FindPaths(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  static v1::GetNeighbourhoodRequest From(const v1::EntityRef& start,
                                          int depth = 1) {
    v1::GetNeighbourhoodRequest request;
    *request.add_starts() = start;
    request.set_depth(depth);
    return request;
  }

  // Runs `concordat entities` against the server: what it prints.
  std::string Cli(std::vector<const char*> words, int exit_code) {
    client::App app;
    client::AddNeighbourCommands(app);
    const std::string address = server_->address();
    std::vector<const char*> line = {"concordat", "--server", address.c_str(),
                                     "entities"};
    line.insert(line.end(), words.begin(), words.end());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    EXPECT_EQ(app.Run(static_cast<int>(line.size()), line.data()), exit_code);
    return testing::internal::GetCapturedStdout() +
           testing::internal::GetCapturedStderr();
  }

  // Acme with two contracts: ada signs both and uses one, bob and cem use.
  std::string WriteAcme() {
    return Write({Put(Ref("contract", "k1"), "held_by", Company("acme")),
                  Put(Ref("contract", "k2"), "held_by", Company("acme")),
                  Put(Ref("contract", "k1"), "signed_by", Person("ada")),
                  Put(Ref("contract", "k2"), "signed_by", Person("ada")),
                  Put(Person("ada"), "uses", Ref("contract", "k1")),
                  Put(Person("bob"), "uses", Ref("contract", "k1")),
                  Put(Person("cem"), "uses", Ref("contract", "k2")),
                  Put(Person("bob"), "member_of", Ref("household", "h")),
                  Put(Person("dan"), "member_of", Ref("household", "h")),
                  PutName("ada", "Ada Lovelace"), PutName("bob", "Bob Burns"),
                  PutName("dan", "Dan Burns")});
  }
};

TEST_P(RelationsTest, TheHouseholdOfACustomerWithTheirNames) {
  WriteAcme();
  v1::GetNeighbourhoodRequest request = From(Person("dan"), 2);
  *request.add_steps() = Step("member_of", v1::RELATION_DIRECTION_BOTH);
  request.add_attributes("displayName");
  const v1::GetNeighbourhoodResponse found = Find(request);
  EXPECT_THAT(Entities(found),
              ElementsAre("0 person/dan", "1 household/h", "2 person/bob"));
  EXPECT_THAT(Relations(found),
              ElementsAre("dan member_of h", "h has_member bob"));
  ASSERT_THAT(found.entities(2).facts(), SizeIs(1));
  EXPECT_EQ(found.entities(2).facts(0).fact().attribute(), "name");
  EXPECT_EQ(found.entities(2).facts(0).fact().value(), "Bob Burns");
  EXPECT_THAT(found.entities(1).facts(), IsEmpty());
  EXPECT_NE(found.revision(), "");
  EXPECT_GT(found.work(), 0);
}

TEST_P(RelationsTest, TheContractsOfAnOrganisationWhoSignsAndWhoUses) {
  WriteAcme();
  v1::GetNeighbourhoodRequest request = From(Company("acme"), 2);
  for (const char* relation : {"holds", "used_by", "signed_by"}) {
    *request.add_steps() = Step(relation, v1::RELATION_DIRECTION_OUTGOING);
  }
  EXPECT_THAT(Relations(Find(request)),
              ElementsAre("acme holds k1", "acme holds k2", "k1 signed_by ada",
                          "k1 used_by ada", "k1 used_by bob",
                          "k2 signed_by ada", "k2 used_by cem"));
  request.add_types("person");
  const v1::GetNeighbourhoodResponse people = Find(request);
  EXPECT_THAT(Entities(people),
              ElementsAre("0 organisation/acme", "2 person/ada", "2 person/bob",
                          "2 person/cem"));
  EXPECT_THAT(Relations(people), SizeIs(5));
}

TEST_P(RelationsTest, AnsweredAtAnInstantAndAtARevision) {
  v1::Change moved_in = Put(Person("bob"), "member_of", Ref("household", "h"));
  moved_in.mutable_put_relation()->mutable_valid_from()->set_seconds(k2020);
  const std::string before = Write({PutName("bob", "Bob Burns")});
  Write({moved_in});
  v1::GetNeighbourhoodRequest request = From(Person("bob"));
  EXPECT_THAT(Entities(Find(request)), SizeIs(2));
  request.mutable_valid_at()->set_seconds(k2020 - 1);
  EXPECT_THAT(Entities(Find(request)), SizeIs(1));
  request.clear_valid_at();
  *request.mutable_consistency() = ExactlyAt(before);
  EXPECT_THAT(Entities(Find(request)), SizeIs(1));
  EXPECT_EQ(Find(request).revision(), before);
  // The household was not known then.
  *request.mutable_starts(0) = Ref("household", "h");
  v1::GetNeighbourhoodResponse none;
  EXPECT_EQ(Summary(TryFind(request, &none)), "NOT_FOUND NOT_FOUND starts[0]");
}

TEST_P(RelationsTest, CardinalityIsRefusedWithWhatWouldBeRight) {
  Write({Put(Person("bob"), "member_of", Ref("household", "h1"))});
  const v1::Change move =
      Put(Person("bob"), "member_of", Ref("household", "h2"));
  const WireError refused = ErrorOf(TryWrite(RequestOf({move})));
  EXPECT_EQ(refused.summary,
            "FAILED_PRECONDITION CARDINALITY_EXCEEDED changes[0].put_relation");
  EXPECT_THAT(refused.metadata,
              UnorderedElementsAre(Pair("relation", "member_of"),
                                   Pair("constraint", "many_to_one"),
                                   Pair("end", "from")));
  EXPECT_EQ(refused.message.find("bob"), std::string::npos);
  EXPECT_FALSE(refused.retryable);

  // Ending the one and beginning the other in one write.
  v1::Change end = Put(Person("bob"), "member_of", Ref("household", "h1"));
  v1::Change begin = move;
  end.mutable_put_relation()->mutable_valid_to()->set_seconds(k2020);
  begin.mutable_put_relation()->mutable_valid_from()->set_seconds(k2020);
  EXPECT_EQ(Summary(TryWrite(RequestOf({begin, end}))),
            "FAILED_PRECONDITION CARDINALITY_EXCEEDED changes[0].put_relation");
  EXPECT_TRUE(TryWrite(RequestOf({end, begin})).ok());
  EXPECT_THAT(Relations(Find(From(Person("bob")))),
              ElementsAre("bob member_of h2"));
}

TEST_P(RelationsTest, NoOrganisationIsItsOwnParent) {
  Write({Put(Company("a"), "subsidiary_of", Company("b")),
         Put(Company("b"), "subsidiary_of", Company("c"))});
  const WireError refused = ErrorOf(
      TryWrite(RequestOf({Put(Company("c"), "subsidiary_of", Company("a"))})));
  EXPECT_EQ(refused.summary,
            "FAILED_PRECONDITION CARDINALITY_EXCEEDED changes[0].put_relation");
  EXPECT_EQ(refused.metadata.at("constraint"), "acyclic");
}

TEST_P(RelationsTest, TheShortestPaths) {
  WriteAcme();
  v1::FindPathsRequest request;
  *request.mutable_from() = Person("ada");
  *request.mutable_to() = Ref("household", "h");
  const v1::FindPathsResponse found = Find(request);
  std::vector<std::string> paths;
  for (const v1::RelationPath& path : found.paths()) {
    std::string text;
    for (const v1::WalkedRelation& walked : path.relations()) {
      absl::StrAppend(&text, text.empty() ? "" : ", ", Text(walked));
    }
    paths.push_back(std::move(text));
  }
  EXPECT_THAT(paths,
              UnorderedElementsAre(
                  "ada uses k1, k1 used_by bob, bob member_of h",
                  "ada signatory_of k1, k1 used_by bob, bob member_of h"));
  EXPECT_THAT(found.cuts(), IsEmpty());
  EXPECT_NE(found.revision(), "");

  request.set_max_paths(1);
  EXPECT_THAT(Find(request).paths(), SizeIs(1));
  EXPECT_THAT(Cuts(Find(request)),
              ElementsAre("WALK_LIMIT_PATHS 1 at bob of 1"));
  request.set_max_length(2);
  EXPECT_THAT(Find(request).paths(), IsEmpty());
  EXPECT_THAT(Cuts(Find(request)),
              ElementsAre("WALK_LIMIT_DEPTH 2 at ada of 1"));
  // Nobody uses a household.
  request.clear_max_length();
  *request.add_steps() = Step("used_by", v1::RELATION_DIRECTION_BOTH);
  EXPECT_THAT(Find(request).paths(), IsEmpty());
  EXPECT_THAT(Find(request).cuts(), IsEmpty());
}

TEST_P(RelationsTest, EveryLimitIsReachedAndNamed) {
  std::vector<v1::Change> changes;
  for (int i = 0; i < 30; ++i) {
    changes.push_back(
        Put(Person(absl::StrCat("p", i)), "works_for", Company("acme")));
  }
  Write(changes);
  v1::GetNeighbourhoodRequest request = From(Company("acme"), 2);
  EXPECT_THAT(Cuts(Find(request)), IsEmpty());
  request.set_depth(1);
  EXPECT_THAT(Cuts(Find(request)),
              ElementsAre("WALK_LIMIT_DEPTH 1 at p0 of 30"));
  request.set_depth(2);
  request.set_fan_out(10);
  EXPECT_THAT(Cuts(Find(request)),
              ElementsAre("WALK_LIMIT_FAN_OUT 10 at acme of 1"));
  request.clear_fan_out();
  request.set_work(20);
  EXPECT_THAT(Cuts(Find(request)),
              ElementsAre("WALK_LIMIT_WORK 20 at acme of 1"));
  EXPECT_EQ(Find(request).work(), 20);
  request.clear_work();
  request.set_max_results(29);
  EXPECT_THAT(Cuts(Find(request)),
              ElementsAre("WALK_LIMIT_RESULTS 29 at acme of 1"));
  EXPECT_THAT(Find(request).entities(), SizeIs(30));
}

TEST_P(RelationsTest, WhatDoesNotFitIntoAMessageIsNamed) {
  v1::GetNeighbourhoodRequest request;
  for (int hub = 0; hub < 6; ++hub) {
    const v1::EntityRef company = Company(absl::StrCat("acme", hub));
    *request.add_starts() = company;
    std::vector<v1::Change> changes;
    for (int i = 0; i < 1000; ++i) {
      changes.push_back(
          Put(Person(absl::StrCat(hub, "-", i, "-", std::string(240, 'p'))),
              "works_for", company));
    }
    Write(changes);
  }
  request.set_max_results(10'000);
  const v1::GetNeighbourhoodResponse found = Find(request);
  ASSERT_THAT(found.cuts(), SizeIs(2));
  EXPECT_EQ(found.cuts(0).limit(), v1::WALK_LIMIT_DEPTH);
  EXPECT_EQ(found.cuts(1).limit(), v1::WALK_LIMIT_MESSAGE_BYTES);
  EXPECT_EQ(found.cuts(1).entity_count(), 1);
  EXPECT_LT(static_cast<int64_t>(found.ByteSizeLong()),
            limits::kMessageBytesMax);
  EXPECT_THAT(found.entities(), SizeIs(6006));
  EXPECT_THAT(found.relations(), AllOf(Not(IsEmpty()), Not(SizeIs(6000))));
}

TEST_P(RelationsTest, BadRequestsNameTheField) {
  WriteAcme();
  struct Bad {
    const char* summary;
    std::function<void(v1::GetNeighbourhoodRequest&)> spoil;
  };
  const Bad kBad[] = {
      {"INVALID_ARGUMENT INVALID_FIELD consistency",
       [](auto& request) { request.clear_consistency(); }},
      {"INVALID_ARGUMENT INVALID_FIELD starts",
       [](auto& request) { request.clear_starts(); }},
      {"INVALID_ARGUMENT LIMIT_EXCEEDED starts",
       [](auto& request) {
         for (int i = 0; i < 100; ++i) *request.add_starts() = Person("ada");
       }},
      {"INVALID_ARGUMENT UNKNOWN_ENTITY_TYPE starts[0].type",
       [](auto& request) { *request.mutable_starts(0) = Ref("persn", "a"); }},
      {"INVALID_ARGUMENT INVALID_FIELD starts[0].id",
       [](auto& request) { *request.mutable_starts(0) = Person(""); }},
      {"NOT_FOUND NOT_FOUND starts[1]",
       [](auto& request) { *request.add_starts() = Person("nobody"); }},
      {"INVALID_ARGUMENT UNKNOWN_RELATION steps[0].relation",
       [](auto& request) { request.add_steps()->set_relation("used"); }},
      {"INVALID_ARGUMENT INVALID_FIELD steps[0].direction",
       [](auto& request) {
         request.add_steps()->set_direction(
             static_cast<v1::RelationDirection>(9));
       }},
      {"INVALID_ARGUMENT LIMIT_EXCEEDED steps",
       [](auto& request) {
         for (int i = 0; i < 101; ++i) request.add_steps();
       }},
      {"INVALID_ARGUMENT UNKNOWN_ENTITY_TYPE types[0]",
       [](auto& request) { request.add_types("persn"); }},
      {"INVALID_ARGUMENT INVALID_FIELD attributes[1]",
       [](auto& request) {
         request.add_attributes("name");
         request.add_attributes("nam");
       }},
      {"INVALID_ARGUMENT LIMIT_EXCEEDED depth",
       [](auto& request) { request.set_depth(11); }},
      {"INVALID_ARGUMENT INVALID_FIELD depth",
       [](auto& request) { request.set_depth(-1); }},
      {"INVALID_ARGUMENT LIMIT_EXCEEDED fan_out",
       [](auto& request) { request.set_fan_out(1001); }},
      {"INVALID_ARGUMENT LIMIT_EXCEEDED work",
       [](auto& request) { request.set_work(100'001); }},
      {"INVALID_ARGUMENT LIMIT_EXCEEDED max_results",
       [](auto& request) { request.set_max_results(10'001); }},
      {"INVALID_ARGUMENT INVALID_FIELD valid_at",
       [](auto& request) {
         request.mutable_valid_at()->set_seconds(kDay * 365 * 10'000);
       }},
  };
  for (const Bad& bad : kBad) {
    v1::GetNeighbourhoodRequest request = From(Person("ada"));
    *request.mutable_consistency() = Latest();
    bad.spoil(request);
    v1::GetNeighbourhoodResponse response;
    EXPECT_EQ(Summary(TryFind(request, &response)), bad.summary);
  }

  v1::FindPathsRequest paths;
  *paths.mutable_consistency() = Latest();
  *paths.mutable_from() = Person("ada");
  const auto summary = [&] {
    v1::FindPathsResponse response;
    grpc::ClientContext context;
    return Summary(knowledge_->FindPaths(&context, paths, &response));
  };
  EXPECT_EQ(summary(), "INVALID_ARGUMENT UNKNOWN_ENTITY_TYPE to.type");
  *paths.mutable_to() = Person("ada");
  EXPECT_EQ(summary(), "INVALID_ARGUMENT INVALID_FIELD to");
  *paths.mutable_to() = Person("nobody");
  EXPECT_EQ(summary(), "NOT_FOUND NOT_FOUND to");
  *paths.mutable_to() = Person("bob");
  paths.set_max_paths(101);
  EXPECT_EQ(summary(), "INVALID_ARGUMENT LIMIT_EXCEEDED max_paths");
  paths.clear_max_paths();
  paths.set_max_length(11);
  EXPECT_EQ(summary(), "INVALID_ARGUMENT LIMIT_EXCEEDED max_length");
}

TEST_P(RelationsTest, OnTheCommandLine) {
  WriteAcme();
  EXPECT_EQ(Cli({"neighbours", "--relation", "member_of", "person/dan",
                 "--depth", "2", "--with", "name"},
                client::kDone),
            "person/dan  name: Dan Burns\n"
            "└─ member_of household/h\n"
            "   └─ has_member person/bob  name: Bob Burns\n"
            "cut: DEPTH 2 at person/bob: nothing beyond was looked at; more "
            "with --depth\n");
  EXPECT_EQ(Cli({"paths", "person/ada", "person/cem"}, client::kDone),
            "person/ada -[signatory_of]-> contract/k2 -[used_by]-> "
            "person/cem\n");
  EXPECT_EQ(Cli({"paths", "person/ada", "person/cem", "--relation", "works_for",
                 "-o", "json"},
                client::kDone)
                .find("paths"),
            std::string::npos);
  EXPECT_EQ(
      Cli({"paths", "person/dan", "person/ada", "-o", "csv"}, client::kDone),
      "path,step,from_type,from_id,relation,to_type,to_id\n"
      "1,1,person,dan,member_of,household,h\n"
      "1,2,person,bob,member_of,household,h\n"
      "1,3,person,bob,uses,contract,k1\n"
      "1,4,contract,k1,signed_by,person,ada\n"
      "2,1,person,dan,member_of,household,h\n"
      "2,2,person,bob,member_of,household,h\n"
      "2,3,person,bob,uses,contract,k1\n"
      "2,4,person,ada,uses,contract,k1\n");
  EXPECT_EQ(Cli({"neighbours", "organisation/acme", "--type", "contract", "-o",
                 "csv"},
                client::kDone),
            "steps,type,id,relation,through_type,through_id,facts\n"
            "0,organisation,acme,,,,\n"
            "1,contract,k1,holds,organisation,acme,\n"
            "1,contract,k2,holds,organisation,acme,\n"
            "cut: DEPTH 1 at contract/k1 and 1 more: nothing beyond was looked "
            "at; more with --depth\n");
  Cli({"paths", "person/ada"}, client::kUsage);
  Cli({"neighbours", "person/ada", "--direction", "up"}, client::kUsage);
  Cli({"neighbours", "person/nobody"}, client::kRefused);
  Cli({"neighbours", "person/ada", "--depth", "11"}, client::kRefused);
}

TEST_P(RelationsTest, TheLimitsAreListed) {
  const v1::GetServerInfoResponse info = Info();
  EXPECT_EQ(info.limits().at("walk_depth_max"), 10);
  EXPECT_EQ(info.limits().at("walk_fan_out_max"), 1000);
  EXPECT_EQ(info.limits().at("walk_work_max"), 100'000);
  EXPECT_EQ(info.limits().at("walk_results_max"), 10'000);
  EXPECT_EQ(info.limits().at("paths_max"), 100);
  EXPECT_EQ(info.limits().at("relation_check_rows_max"), 100'000);
}

CONCORDAT_ON_BOTH_ENGINES(RelationsTest);

}  // namespace
}  // namespace concordat
