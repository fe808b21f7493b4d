// The same question to several channels, whatever they answer.
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "concordat/v1/probes.grpc.pb.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"
#include "tests/service/fake_backend.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using Strings = std::vector<std::string>;

class MysteryShopperTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    probes_ = v1::ProbeService::NewStub(server_->InProcessChannel());
    Write({PutFact("a", "tier", "gold"), PutFact("a", "name", "Ann"),
           PutLink("web", "w-a", "a")});
  }

  ServerOptions Options() const override {
    ServerOptions options = ServiceTest::Options();
    for (auto& [channel, backend] : backends_) {
      ProbeOptions probe;
      probe.channel = channel;
      probe.address = backend.address();
      probe.policy.attempts_max = 1;
      options.probes.push_back(probe);
    }
    return options;
  }

  static v1::AskChannelsRequest About(const std::string& attribute) {
    v1::AskChannelsRequest request;
    *request.mutable_entity() = Customer("a");
    request.set_attribute(attribute);
    request.set_question("Which tier am I?");
    return request;
  }
  void Says(const std::string& channel, const std::string& value) {
    backends_[channel].says["a"].mutable_claim()->set_value(value);
    backends_[channel].says["a"].set_spoken("You are " + value);
  }
  grpc::Status TryAsk(const v1::AskChannelsRequest& request,
                      v1::AskChannelsResponse* response) {
    grpc::ClientContext context;
    return probes_->AskChannels(&context, request, response);
  }
  v1::AskChannelsResponse Ask(const v1::AskChannelsRequest& request) {
    v1::AskChannelsResponse response;
    EXPECT_EQ(Summary(TryAsk(request, &response)), "OK");
    return response;
  }
  // "web ANSWERED AGREES 1" of each.
  static Strings Shown(const v1::AskChannelsResponse& response) {
    Strings shown;
    for (const v1::ChannelAnswer& answer : response.answers()) {
      std::string text =
          absl::StrCat(answer.channel(), " ",
                       v1::ProbeOutcome_Name(answer.outcome()).substr(14));
      if (answer.has_judgement()) {
        absl::StrAppend(
            &text, " ",
            v1::Verdict_Name(answer.judgement().verdict()).substr(8), " ",
            answer.value_number());
      }
      if (answer.has_error()) {
        absl::StrAppend(&text, " ", Summary(answer.error()));
      }
      shown.push_back(std::move(text));
    }
    return shown;
  }

  // Before the server, which is told their addresses.
  mutable std::map<std::string, FakeBackend> backends_ = [] {
    std::map<std::string, FakeBackend> backends;
    for (const char* channel : {"app", "shop", "web"}) backends[channel];
    return backends;
  }();
  std::unique_ptr<v1::ProbeService::Stub> probes_;
};

TEST_P(MysteryShopperTest, AsksAllAndHoldsThemAgainstTruthAndEachOther) {
  Says("web", "Gold Member");
  Says("app", "gold");
  Says("shop", "GOLD");
  v1::AskChannelsResponse response = Ask(About("loyalty_tier"));
  EXPECT_EQ(Shown(response),
            (Strings{"app ANSWERED AGREES 1", "shop ANSWERED AGREES 1",
                     "web ANSWERED AGREES 1"}));
  EXPECT_TRUE(response.all_agree());
  EXPECT_EQ(response.answered(), 3);
  EXPECT_EQ(response.truth().raw(), "gold");
  EXPECT_EQ(response.answers(2).spoken(), "You are Gold Member");
  EXPECT_EQ(response.answers(2).attempts(), 1);
  EXPECT_GT(response.answers(2).latency().nanos(), 0);
  Says("app", "silver");
  response = Ask(About("tier"));
  EXPECT_FALSE(response.all_agree());
  EXPECT_EQ(Shown(response),
            (Strings{"app ANSWERED CONTRADICTS 2", "shop ANSWERED AGREES 1",
                     "web ANSWERED AGREES 1"}));
  // Nothing of that is recorded.
  EXPECT_EQ(HeldClaims().claims_size(), 0);
  EXPECT_EQ(OpenFindings().findings_size(), 0);
}

TEST_P(MysteryShopperTest, ComparesWhatTheGraphDoesNotKnow) {
  Says("web", "1980-02-03");
  Says("app", "1980-02-04");
  v1::AskChannelsRequest request = About("birth_date");
  request.add_channels("web");
  request.add_channels("app");
  v1::AskChannelsResponse response = Ask(request);
  EXPECT_EQ(Shown(response), (Strings{"app ANSWERED UNVERIFIABLE 2",
                                      "web ANSWERED UNVERIFIABLE 1"}));
  EXPECT_FALSE(response.all_agree());
  EXPECT_FALSE(response.has_truth());
  // That there is none, they may agree about as well.
  for (const char* channel : {"web", "app"}) {
    backends_[channel].says["a"].mutable_claim()->clear_value();
  }
  response = Ask(request);
  EXPECT_TRUE(response.all_agree());
  Says("web", "1980-02-03");
  EXPECT_FALSE(Ask(request).all_agree());
}

TEST_P(MysteryShopperTest, OneThatFailsDoesNotHideTheOthers) {
  Says("web", "gold");
  backends_["app"].says["a"].set_declines(true);
  backends_["shop"].on_say = [](int, const auto&, auto*) {
    return grpc::Status(grpc::UNAVAILABLE, "Jane Roe broke it");
  };
  v1::AskChannelsResponse response = Ask(About("tier"));
  EXPECT_EQ(Shown(response),
            (Strings{"app DECLINED", "shop FAILED UNAVAILABLE PROBE_FAILED",
                     "web ANSWERED AGREES 1"}));
  EXPECT_FALSE(response.all_agree());  // nobody to agree with
  EXPECT_EQ(response.answered(), 1);
  EXPECT_EQ(response.ShortDebugString().find("Jane"), std::string::npos);
  backends_["app"].says.clear();
  EXPECT_EQ(Shown(Ask(About("tier")))[0], "app UNKNOWN_SUBJECT");
}

TEST_P(MysteryShopperTest, WaitsNoLongerThanItIsToldTo) {
  Says("web", "gold");
  backends_["app"].hangs = true;
  v1::AskChannelsRequest request = About("tier");
  request.set_wait_seconds(1);
  const v1::AskChannelsResponse response = Ask(request);
  EXPECT_EQ(Shown(response)[0], "app FAILED UNAVAILABLE PROBE_FAILED");
  EXPECT_EQ(Shown(response)[2], "web ANSWERED AGREES 1");
}

TEST_P(MysteryShopperTest, EndsWithTheServer) {
  backends_["app"].hangs = true;
  grpc::ClientContext context;
  v1::AskChannelsResponse response;
  grpc::Status status;
  Mutex mutex;
  CondVar over;
  bool is_over = false;
  const v1::AskChannelsRequest request = About("tier");
  // Within the process a call ends with the transport, whatever the server
  // does.
  probes_ = v1::ProbeService::NewStub(NetworkChannel());
  probes_->async()->AskChannels(&context, &request, &response,
                                [&](grpc::Status ended) {
                                  MutexLock lock(&mutex);
                                  status = std::move(ended);
                                  is_over = true;
                                  over.NotifyAll();
                                });
  backends_["app"].AwaitCalls(1);
  StopServer();
  MutexLock lock(&mutex);
  while (!is_over) over.Wait(&mutex);
  ASSERT_EQ(Summary(status), "OK");
  EXPECT_EQ(Shown(response)[0], "app FAILED UNAVAILABLE SHUTTING_DOWN");
}

TEST_P(MysteryShopperTest, RefusesAnswersThatMakeNoSense) {
  struct Row {
    std::string shown;
    std::function<void(v1::WouldSayResponse&)> change;
  };
  for (const Row& row : std::vector<Row>{
           {"INVALID_ARGUMENT INVALID_FIELD answer",
            [](auto& said) { said.Clear(); }},
           {"INVALID_ARGUMENT INVALID_FIELD answer",
            [](auto& said) { said.set_declines(false); }},
           {"INVALID_ARGUMENT INVALID_FIELD claim.attribute",
            [](auto& said) { said.mutable_claim()->set_attribute("name"); }},
           {"INVALID_ARGUMENT INVALID_FIELD claim.attribute",
            [](auto& said) { said.mutable_claim()->set_attribute("hue"); }},
           {"INVALID_ARGUMENT INVALID_FIELD claim.channel",
            [](auto& said) { said.mutable_claim()->set_channel("app"); }},
           {"INVALID_ARGUMENT INVALID_FIELD claim.entity",
            [](auto& said) {
              *said.mutable_claim()->mutable_entity() = Customer("b");
            }},
           {"INVALID_ARGUMENT INVALID_FIELD claim.subject",
            [](auto& said) { said.mutable_claim()->set_subject("w-b"); }},
           {"INVALID_ARGUMENT LIMIT_EXCEEDED claim.value",
            [](auto& said) {
              said.mutable_claim()->set_value(std::string(4097, 'x'));
            }},
           {"INVALID_ARGUMENT LIMIT_EXCEEDED spoken",
            [](auto& said) { said.set_spoken(std::string(4097, 'x')); }},
       }) {
    Says("web", "gold");
    row.change(backends_["web"].says["a"]);
    v1::AskChannelsRequest request = About("tier");
    request.add_channels("web");
    EXPECT_EQ(Shown(Ask(request)),
              Strings{absl::StrCat("web FAILED ", row.shown)});
    backends_["web"].says.clear();
  }
  // What cannot be read is an answer all the same.
  Says("web", "platinum or so");
  Says("app", "gold");
  v1::AskChannelsRequest request = About("tier");
  request.add_channels("web");
  request.add_channels("app");
  const v1::AskChannelsResponse response = Ask(request);
  EXPECT_EQ(Shown(response)[1], "web ANSWERED UNDECIDED 0");
  EXPECT_FALSE(response.all_agree());
}

TEST_P(MysteryShopperTest, RecordsWhereItIsToldTo) {
  Says("web", "gold");
  Says("app", "silver");
  v1::AskChannelsRequest request = About("tier");
  request.set_record(true);
  request.set_ask_id("q1");
  request.set_exposure(v1::EXPOSURE_TOLD);
  v1::AskChannelsResponse response = Ask(request);
  EXPECT_EQ(response.answers(0).recorded().status(), v1::CLAIM_STATUS_RECORDED);
  EXPECT_NE(response.answers(0).recorded().finding_id(), "");
  EXPECT_FALSE(response.answers(1).has_recorded());  // shop knows nobody
  EXPECT_NE(response.recorded_revision(), "");
  EXPECT_EQ(HeldClaims().claims_size(), 2);
  EXPECT_EQ(HeldClaims().claims(0).claim().exposure(), v1::EXPOSURE_TOLD);
  EXPECT_EQ(OpenFindings().findings_size(), 1);
  response = Ask(request);
  EXPECT_EQ(response.answers(0).recorded().status(),
            v1::CLAIM_STATUS_DUPLICATE);
}

TEST_P(MysteryShopperTest, TellsBackendsWhoIsMeant) {
  v1::WouldSayRequest asked;
  backends_["web"].on_say = [&](int, const auto& request, auto* response) {
    asked = request;
    response->set_declines(true);
    return grpc::Status::OK;
  };
  v1::AskChannelsRequest request = About("loyalty_tier");
  request.add_channels("web");
  Ask(request);
  EXPECT_EQ(asked.channel(), "web");
  EXPECT_EQ(asked.attribute(), "tier");
  EXPECT_EQ(asked.question(), "Which tier am I?");
  EXPECT_EQ(asked.subject().entity().id(), "a");
  ASSERT_EQ(asked.subject().subjects_size(), 1);
  EXPECT_EQ(asked.subject().subjects(0), "w-a");
}

TEST_P(MysteryShopperTest, SaysWhatOfTheRequestIsWrong) {
  struct Row {
    std::string summary;
    std::function<void(v1::AskChannelsRequest&)> change;
  };
  for (const Row& row : std::vector<Row>{
           {"INVALID_ARGUMENT UNKNOWN_ENTITY_TYPE entity.type",
            [](auto& request) { request.mutable_entity()->set_type("cat"); }},
           {"NOT_FOUND NOT_FOUND entity",
            [](auto& request) { request.mutable_entity()->set_id("zed"); }},
           {"INVALID_ARGUMENT INVALID_FIELD attribute",
            [](auto& request) { request.clear_attribute(); }},
           {"INVALID_ARGUMENT UNKNOWN_ATTRIBUTE attribute",
            [](auto& request) { request.set_attribute("hue"); }},
           {"INVALID_ARGUMENT UNKNOWN_CHANNEL channels",
            [](auto& request) { request.add_channels("fax"); }},
           {"INVALID_ARGUMENT LIMIT_EXCEEDED question",
            [](auto& request) {
              request.set_question(std::string(1001, 'x'));
            }},
           {"INVALID_ARGUMENT INVALID_FIELD wait_seconds",
            [](auto& request) { request.set_wait_seconds(-1); }},
           {"INVALID_ARGUMENT INVALID_FIELD ask_id",
            [](auto& request) { request.set_ask_id(std::string(129, 'x')); }},
           {"INVALID_ARGUMENT INVALID_FIELD exposure",
            [](auto& request) {
              request.set_exposure(static_cast<v1::Exposure>(77));
            }},
       }) {
    v1::AskChannelsRequest request = About("tier");
    row.change(request);
    v1::AskChannelsResponse response;
    EXPECT_EQ(Summary(TryAsk(request, &response)), row.summary);
  }
}

TEST_P(MysteryShopperTest, ListsWhoCanBeAsked) {
  backends_["shop"].on_say = [](int, const auto&, auto*) {
    return grpc::Status(grpc::UNAVAILABLE, "");
  };
  for (int i = 0; i < 10; ++i) Ask(About("tier"));
  grpc::ClientContext context;
  v1::ListProbesResponse response;
  ASSERT_EQ(Summary(probes_->ListProbes(&context, {}, &response)), "OK");
  ASSERT_EQ(response.probes_size(), 3);
  EXPECT_EQ(response.probes(0).channel(), "app");
  EXPECT_EQ(response.probes(0).address(), backends_["app"].address());
  EXPECT_EQ(response.probes(0).failures(), 0);
  EXPECT_FALSE(response.probes(0).has_rests_until());
  EXPECT_EQ(response.probes(1).failures(), 10);
  EXPECT_EQ(response.probes(1).rests_until().seconds(),
            absl::ToUnixSeconds(clock_.Now()) + 30);
}

CONCORDAT_ON_BOTH_ENGINES(MysteryShopperTest);

}  // namespace
}  // namespace concordat
