// concordat.v1.VocabularyService as an admin sees it, and what holds while no
// vocabulary is in force.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kInvalid[] = "INVALID_ARGUMENT INVALID_VOCABULARY";

std::string Changed(const std::string& from, const std::string& to) {
  const std::string changed = absl::StrReplaceAll(kVocabulary, {{from, to}});
  EXPECT_NE(changed, kVocabulary) << from;
  return changed;
}

class VocabularyTest : public ServiceTest {
 protected:
  grpc::Status ApplyWith(const v1::ApplyVocabularyRequest& request,
                         v1::ApplyVocabularyResponse* response) {
    grpc::ClientContext context;
    return vocabulary_->ApplyVocabulary(&context, request, response);
  }

  grpc::Status Get(uint64_t version, v1::GetVocabularyResponse* response) {
    grpc::ClientContext context;
    v1::GetVocabularyRequest request;
    request.set_version(version);
    return vocabulary_->GetVocabulary(&context, request, response);
  }
};

TEST_P(VocabularyTest, AppliedVersionsStayReadable) {
  v1::ApplyVocabularyRequest request;
  v1::ApplyVocabularyResponse applied;
  request.set_yaml(Changed("  app: {like: web}\n", ""));
  request.set_actor("ann");
  request.set_reason("the app is gone");
  ASSERT_TRUE(ApplyWith(request, &applied).ok());
  EXPECT_EQ(applied.version(), 2);
  EXPECT_FALSE(applied.unchanged());
  EXPECT_EQ(applied.revision(), Info().revision());
  EXPECT_EQ(Info().vocabulary_version(), 2);

  v1::ApplyVocabularyResponse again;
  ASSERT_TRUE(ApplyWith(request, &again).ok());
  EXPECT_TRUE(again.unchanged());
  EXPECT_EQ(again.version(), 2);
  EXPECT_EQ(again.revision(), applied.revision());

  v1::GetVocabularyResponse got;
  ASSERT_TRUE(Get(0, &got).ok());
  EXPECT_EQ(got.version(), 2);
  EXPECT_EQ(got.yaml(), request.yaml());
  EXPECT_EQ(got.actor(), "ann");
  EXPECT_EQ(got.reason(), "the app is gone");
  EXPECT_EQ(got.applied_at().seconds(), absl::ToUnixSeconds(clock_.Now()));
  EXPECT_THAT(got.vocabulary().channels(), SizeIs(2));
  ASSERT_TRUE(Get(1, &got).ok());
  EXPECT_EQ(got.yaml(), kVocabulary);
  EXPECT_EQ(Summary(Get(3, &got)), "NOT_FOUND NOT_FOUND");
}

TEST_P(VocabularyTest, TheExpectedVersionMustBeInForce) {
  v1::ApplyVocabularyRequest request;
  v1::ApplyVocabularyResponse response;
  request.set_yaml(Changed("promise: 1h", "promise: 2h"));
  for (const uint64_t wrong : {0, 2}) {
    request.set_expected_version(wrong);
    EXPECT_EQ(ErrorOf(ApplyWith(request, &response)).summary.substr(0, 39),
              "FAILED_PRECONDITION PRECONDITION_FAILED");
  }
  EXPECT_EQ(Info().vocabulary_version(), 1);
  request.set_expected_version(1);
  ASSERT_TRUE(ApplyWith(request, &response).ok());
  EXPECT_EQ(response.version(), 2);
}

TEST_P(VocabularyTest, WhatIsInUseMayNotGo) {
  Write({PutFact("c1", "birth_date", "1980-02-03")});
  struct Case {
    const char* name;
    std::string yaml;
    const char* expected;
  };
  constexpr char kInUse[] = "FAILED_PRECONDITION VOCABULARY_IN_USE";
  const std::string birth_date = "      birth_date: {type: date}\n";
  const std::string terms = "          birth_date: {}\n";
  const Case cases[] = {
      {"attribute_goes",
       absl::StrReplaceAll(kVocabulary, {{birth_date, ""}, {terms, ""}}),
       kInUse},
      {"type_changes", Changed("{type: date}", "{type: text}"), kInUse},
      {"becomes_a_set", Changed("{type: date}", "{type: date, set: true}"),
       kInUse},
      {"unused_attribute_changes",
       Changed("name: {type: text}", "name: {type: integer}"), "OK"},
  };
  for (const Case& in_use : cases) {
    SCOPED_TRACE(in_use.name);
    EXPECT_EQ(Summary(Apply(in_use.yaml)), in_use.expected);
  }
}

TEST_P(VocabularyTest, ProblemsHaveLineFieldAndAdvice) {
  const std::string broken = Changed("{type: date}", "{type: dat}");
  grpc::ClientContext context;
  v1::ValidateVocabularyRequest request;
  v1::ValidateVocabularyResponse response;
  request.set_yaml(broken);
  request.set_file_name("shop.yaml");
  ASSERT_TRUE(
      vocabulary_->ValidateVocabulary(&context, request, &response).ok());
  ASSERT_THAT(response.problems(), SizeIs(1));
  EXPECT_EQ(response.problems(0).line(), 14);
  EXPECT_THAT(response.problems(0).field(), HasSubstr("birth_date.type"));
  EXPECT_THAT(response.problems(0).message(), HasSubstr("date"));

  EXPECT_EQ(Summary(Apply(broken)).substr(0, sizeof(kInvalid) - 1), kInvalid);
  EXPECT_EQ(Info().vocabulary_version(), 1);

  grpc::ClientContext valid;
  request.set_yaml(kVocabulary);
  ASSERT_TRUE(vocabulary_->ValidateVocabulary(&valid, request, &response).ok());
  EXPECT_THAT(response.problems(), IsEmpty());
}

TEST_P(VocabularyTest, ADiffListsWhatWouldChange) {
  grpc::ClientContext context;
  v1::DiffVocabularyRequest request;
  v1::DiffVocabularyResponse response;
  request.set_yaml(Changed("promise: 1h", "promise: 2h"));
  ASSERT_TRUE(vocabulary_->DiffVocabulary(&context, request, &response).ok());
  EXPECT_EQ(response.version(), 1);
  ASSERT_THAT(response.changes(), SizeIs(1));
  EXPECT_EQ(response.changes(0).field(), "channels.web.promise");
  EXPECT_NE(response.changes(0).before(), response.changes(0).after());
}

TEST_P(VocabularyTest, AbsurdTextsAreRefused) {
  EXPECT_EQ(Summary(Apply("")), "INVALID_ARGUMENT INVALID_FIELD yaml");
  EXPECT_EQ(Summary(Apply(std::string((1 << 20) + 1, '#'))),
            "INVALID_ARGUMENT LIMIT_EXCEEDED yaml");
  EXPECT_EQ(Summary(Apply("a: [")).substr(0, sizeof(kInvalid) - 1), kInvalid);
  v1::ApplyVocabularyRequest request;
  v1::ApplyVocabularyResponse response;
  request.set_yaml(kVocabulary);
  request.set_actor(std::string(513, 'x'));
  EXPECT_EQ(Summary(ApplyWith(request, &response)),
            "INVALID_ARGUMENT LIMIT_EXCEEDED actor");
}

// The same, before anything was applied.
class NoVocabularyTest : public VocabularyTest {
 protected:
  std::string InitialVocabulary() const override { return ""; }
};

TEST_P(NoVocabularyTest, WhatNeedsAVocabularySaysSo) {
  constexpr char kNone[] = "FAILED_PRECONDITION NO_VOCABULARY";
  v1::WriteKnowledgeRequest write;
  *write.add_changes() = PutFact("c1", "name", "N");
  const WireError error = ErrorOf(TryWrite(write));
  EXPECT_EQ(error.summary, kNone);
  EXPECT_THAT(error.message, HasSubstr("vocabulary apply"));
  v1::Claim claim = MakeClaim("web", "c1", "name", "N", "1");
  EXPECT_EQ(Summary(TryReport({claim})), kNone);
  claim.clear_about();
  EXPECT_EQ(Summary(TryReport({claim})), kNone) << "even of a bad claim";

  grpc::ClientContext checked;
  v1::CheckClaimRequest check;
  v1::CheckClaimResponse judged;
  *check.mutable_consistency() = Latest();
  EXPECT_EQ(Summary(claims_->CheckClaim(&checked, check, &judged)), kNone);
  grpc::ClientContext read;
  v1::GetEntityRequest get;
  v1::GetEntityResponse entity;
  *get.mutable_consistency() = Latest();
  EXPECT_EQ(Summary(knowledge_->GetEntity(&read, get, &entity)), kNone);
  v1::GetVocabularyResponse got;
  EXPECT_EQ(Summary(Get(0, &got)), kNone);
  EXPECT_EQ(Summary(Get(1, &got)), "NOT_FOUND NOT_FOUND");
}

TEST_P(NoVocabularyTest, AStreamOfWritesIsAnsweredOneByOne) {
  grpc::ClientContext context;
  const auto stream = knowledge_->StreamKnowledge(&context);
  v1::StreamKnowledgeRequest request;
  *request.mutable_write()->add_changes() = PutFact("c1", "name", "N");
  v1::StreamKnowledgeResponse response;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(stream->Write(request));
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(Summary(response.failure()), "FAILED_PRECONDITION NO_VOCABULARY");
  }
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_P(NoVocabularyTest, WhatNeedsNoneWorks) {
  EXPECT_EQ(Info().vocabulary_version(), 0);
  EXPECT_THAT(HeldClaims().claims(), IsEmpty());
  EXPECT_THAT(OpenFindings().findings(), IsEmpty());
  grpc::ClientContext context;
  v1::DiffVocabularyRequest request;
  v1::DiffVocabularyResponse response;
  request.set_yaml(kVocabulary);
  ASSERT_TRUE(vocabulary_->DiffVocabulary(&context, request, &response).ok());
  EXPECT_EQ(response.version(), 0);
  EXPECT_GT(response.changes_size(), 10);
}

CONCORDAT_ON_BOTH_ENGINES(VocabularyTest);
CONCORDAT_ON_BOTH_ENGINES(NoVocabularyTest);

}  // namespace
}  // namespace concordat
