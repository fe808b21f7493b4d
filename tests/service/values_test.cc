// concordat.v1.ValueService as a QA tool sees it, and `concordat values
// explain --channel` against it.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "client/cli/app.h"
#include "concordat/v1/values.grpc.pb.h"
#include "gmock/gmock.h"
#include "graph/limits.h"
#include "grpcpp/grpcpp.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

class ValuesTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    values_ = v1::ValueService::NewStub(NetworkChannel());
  }

  // The app writes days first, and has a word of its own for gold.
  std::string InitialVocabulary() const override {
    return absl::StrReplaceAll(
        kVocabulary, {{"  app: {like: web}\n",
                       "  app:\n"
                       "    like: web\n"
                       "    writing:\n"
                       "      {date_order: DMY, code_aliases: {G: gold},\n"
                       "       absence_tokens: [n/a]}\n"}});
  }

  static v1::ExplainValuesRequest Request(const std::string& channel,
                                          const std::string& attribute,
                                          const std::string& a,
                                          const std::string& b) {
    v1::ExplainValuesRequest request;
    request.set_channel(channel);
    request.set_attribute(attribute);
    request.set_value_a(a);
    request.set_value_b(b);
    return request;
  }

  grpc::Status TryExplain(const v1::ExplainValuesRequest& request,
                          v1::ExplainValuesResponse* response) {
    grpc::ClientContext context;
    return values_->ExplainValues(&context, request, response);
  }

  // Expects success.
  v1::ExplainValuesResponse Explain(const v1::ExplainValuesRequest& request) {
    v1::ExplainValuesResponse response;
    const grpc::Status status = TryExplain(request, &response);
    EXPECT_TRUE(status.ok()) << Summary(status);
    return response;
  }

  // Runs `concordat values explain` against the server.
  std::string Cli(std::vector<const char*> words, int exit_code) {
    client::App app;
    client::AddValueCommands(app);
    std::vector<const char*> line = {"concordat", "--server",
                                     server_->address().c_str(), "values",
                                     "explain"};
    line.insert(line.end(), words.begin(), words.end());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    EXPECT_EQ(app.Run(static_cast<int>(line.size()), line.data()), exit_code);
    return testing::internal::GetCapturedStdout() +
           testing::internal::GetCapturedStderr();
  }

  std::unique_ptr<v1::ValueService::Stub> values_;
};

TEST_P(ValuesTest, EachSideIsReadAsItsWriterWrites) {
  const v1::ExplainValuesResponse same =
      Explain(Request("app", "birth_date", "03/02/1980", "1980-02-03"));
  EXPECT_EQ(same.likeness(), v1::LIKENESS_SAME);
  EXPECT_EQ(same.a().raw(), "03/02/1980");
  EXPECT_EQ(same.a().normal(), "1980-02-03");
  EXPECT_GT(same.a().steps_size(), 0);
  EXPECT_EQ(same.b().normal(), "1980-02-03");
  EXPECT_EQ(same.type(), "date");
  EXPECT_EQ(same.attribute(), "birth_date");
  EXPECT_EQ(same.vocabulary_version(), 1);

  EXPECT_EQ(Explain(Request("app", "birth_date", "04/02/1980", "1980-02-03"))
                .likeness(),
            v1::LIKENESS_DIFFERENT);
  const v1::ExplainValuesResponse unclear =
      Explain(Request("web", "birth_date", "03/02/1980", "1980-02-03"));
  EXPECT_EQ(unclear.likeness(), v1::LIKENESS_UNDECIDED);
  EXPECT_THAT(unclear.reason(), HasSubstr("a: "));
  EXPECT_NE(unclear.a().problem(), "");
  EXPECT_EQ(unclear.a().normal(), "");
}

TEST_P(ValuesTest, AnAliasNamesTheAttributeAndItsContractHolds) {
  const v1::ExplainValuesResponse response =
      Explain(Request("app", "loyalty_tier", "G", "Gold Member"));
  EXPECT_EQ(response.likeness(), v1::LIKENESS_SAME);
  EXPECT_EQ(response.attribute(), "tier");
  EXPECT_EQ(response.b().normal(), "gold");
}

TEST_P(ValuesTest, AnotherChannelCanWriteTheOtherValue) {
  v1::ExplainValuesRequest request = Request("shop", "tier", "gold", "G");
  EXPECT_EQ(Explain(request).likeness(), v1::LIKENESS_UNDECIDED);
  request.set_other_channel("app");
  EXPECT_EQ(Explain(request).likeness(), v1::LIKENESS_SAME);
}

TEST_P(ValuesTest, AbsenceIsNoValue) {
  v1::ExplainValuesRequest request = Request("app", "birth_date", "n/a", "");
  request.clear_value_b();
  EXPECT_EQ(Explain(request).likeness(), v1::LIKENESS_SAME);
  request.clear_value_a();
  request.set_value_b("1980-02-03");
  const v1::ExplainValuesResponse response = Explain(request);
  EXPECT_EQ(response.likeness(), v1::LIKENESS_UNDECIDED);
  EXPECT_FALSE(response.a().has_raw());
  EXPECT_NE(response.reason(), "");
}

TEST_P(ValuesTest, OtherTypesCanBeNamed) {
  v1::ExplainValuesRequest request = Request("web", "status", "sent", "SENT");
  v1::ExplainValuesResponse ignored;
  EXPECT_EQ(Summary(TryExplain(request, &ignored)),
            "INVALID_ARGUMENT UNKNOWN_ATTRIBUTE attribute");
  request.set_entity_type("order");
  EXPECT_EQ(Explain(request).likeness(), v1::LIKENESS_SAME);
}

TEST_P(ValuesTest, BadRequestsAreNamedByTheirField) {
  v1::ExplainValuesResponse response;
  v1::ExplainValuesRequest request = Request("wbe", "name", "a", "b");
  EXPECT_EQ(Summary(TryExplain(request, &response)),
            "INVALID_ARGUMENT UNKNOWN_CHANNEL channel");
  request = Request("web", "name", "a", "b");
  request.set_other_channel("ap");
  EXPECT_EQ(Summary(TryExplain(request, &response)),
            "INVALID_ARGUMENT UNKNOWN_CHANNEL other_channel");
  request = Request("web", "name", "a", "b");
  request.set_entity_type("custoner");
  EXPECT_EQ(Summary(TryExplain(request, &response)),
            "INVALID_ARGUMENT UNKNOWN_ENTITY_TYPE entity_type");
  const std::string long_value(limits::kValueBytesMax + 1, 'x');
  const WireError error =
      ErrorOf(TryExplain(Request("web", "name", "a", long_value), &response));
  EXPECT_EQ(error.summary, "INVALID_ARGUMENT LIMIT_EXCEEDED value_b");
  EXPECT_THAT(error.metadata, AllOf(Contains(Pair("limit", "value_bytes_max")),
                                    Contains(Pair("actual", "4097"))));
}

TEST_P(ValuesTest, NothingIsRecorded) {
  const std::string before = Info().revision();
  Explain(Request("web", "name", "Ann", "Anne"));
  EXPECT_EQ(Info().revision(), before);
  EXPECT_THAT(HeldClaims().claims(), IsEmpty());
  EXPECT_THAT(StopAndReadLog(), testing::Not(HasSubstr("Ann")));
}

TEST_P(ValuesTest, TheCliAsksByChannel) {
  const std::string same =
      Cli({"--channel", "app", "birth_date", "03/02/1980", "1980-02-03"}, 0);
  EXPECT_THAT(same, testing::StartsWith("SAME\n"));
  EXPECT_THAT(same, HasSubstr("birth_date (date)"));
  EXPECT_THAT(same, HasSubstr("vocabulary version 1"));
  EXPECT_THAT(Cli({"--channel", "shop", "--other-channel", "app",
                   "--entity-type", "customer", "tier", "gold", "G"},
                  0),
              testing::StartsWith("SAME\n"));
  EXPECT_THAT(Cli({"--channel", "wbe", "tier", "gold", "gold"}, 4),
              HasSubstr("UNKNOWN_CHANNEL"));
  EXPECT_THAT(Cli({"--channel", "app", "--context", "region=DE", "tier", "gold",
                   "gold"},
                  2),
              HasSubstr("give either --channel"));
}

class ValuesWithoutVocabularyTest : public ValuesTest {
 protected:
  std::string InitialVocabulary() const override { return ""; }
};

TEST_P(ValuesWithoutVocabularyTest, SaySo) {
  v1::ExplainValuesResponse response;
  EXPECT_EQ(Summary(TryExplain(Request("web", "name", "a", "b"), &response)),
            "FAILED_PRECONDITION NO_VOCABULARY");
}

CONCORDAT_ON_BOTH_ENGINES(ValuesTest);
CONCORDAT_ON_BOTH_ENGINES(ValuesWithoutVocabularyTest);

}  // namespace
}  // namespace concordat
