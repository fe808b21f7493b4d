// `concordat probes` and `audits run --probe`, as users run them.
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "gmock/gmock.h"
#include "tests/client/run_command.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/service/fake_backend.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using client::Printed;
using testing::HasSubstr;
using testing::Not;

class ProbesCommandTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    std::vector<v1::Change> changes;
    for (int i = 0; i < 200; ++i) {
      const std::string id = absl::StrCat("c", i);
      const std::string tier = i < 50 ? "gold" : "silver";
      changes.push_back(PutFact(id, "name", "Ann"));
      changes.push_back(PutFact(id, "tier", tier));
      backends_["web"].holds[id] = {{"name", i % 20 == 0 ? "Bob" : "Ann"},
                                    {"tier", tier}};
    }
    Write(changes);
    for (auto& [channel, backend] : backends_) {
      backend.says["c0"].mutable_claim()->set_value("gold");
      backend.says["c1"].mutable_claim()->set_value(channel == "web" ? "silver"
                                                                     : "gold");
    }
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

  Printed Run(const std::vector<std::string>& words) {
    client::App app;
    client::AddAuditCommands(app);
    client::AddProbeCommands(app);
    return client::RunCommand(app, words, server_->address());
  }

  mutable std::map<std::string, FakeBackend> backends_ = [] {
    std::map<std::string, FakeBackend> backends;
    for (const char* channel : {"app", "web"}) backends[channel];
    return backends;
  }();
  TemporaryDirectory files_;
};

TEST_P(ProbesCommandTest, AsksAndSaysWhatEachAnswered) {
  Printed printed =
      Run({"probes", "ask", "customer/c0", "--attribute", "tier"});
  EXPECT_EQ(printed.exit_code, 0) << printed.error;
  EXPECT_THAT(printed.out, HasSubstr("customer/c0 tier: gold"));
  EXPECT_THAT(printed.out, HasSubstr("2 answered and all agree"));
  printed = Run({"probes", "ask", "customer/c1", "--attribute", "tier",
                 "--fail-on-split"});
  EXPECT_EQ(printed.exit_code, 1);
  EXPECT_THAT(printed.out, HasSubstr("CONTRADICTS"));
  EXPECT_THAT(printed.out, HasSubstr("do not all agree"));
  EXPECT_EQ(Run({"probes", "ask", "customer/c1", "--attribute", "tier",
                 "--channel", "web", "--fail-on", "any"})
                .exit_code,
            1);
  EXPECT_EQ(Run({"probes", "ask", "c1", "--attribute", "tier"}).exit_code, 2);
  EXPECT_EQ(Run({"probes", "ask", "customer/c1", "--attribute", "tier",
                 "--exposure", "loud"})
                .exit_code,
            2);
  printed = Run({"probes", "ask", "customer/c1", "--attribute", "hue"});
  EXPECT_EQ(printed.exit_code, 4);
}

TEST_P(ProbesCommandTest, RunsScripts) {
  const std::string path = absl::StrCat(files_.path(), "/questions.csv");
  std::ofstream(path) << "subject,attribute,question\n"
                         "customer/c0,tier,Which tier am I?\n"
                         "customer/c1,tier,Which tier am I?\n"
                         "customer/c2,tier,Which tier am I?\n";
  Printed printed = Run({"probes", "run", path});
  EXPECT_EQ(printed.exit_code, 0) << printed.error;
  EXPECT_THAT(printed.out,
              HasSubstr("3 questions; of 2 that two channels or more answered, "
                        "all agreed on 1: phi 50.00%"));
  EXPECT_EQ(Run({"probes", "run", path, "--phi-min", "0.6"}).exit_code, 1);
  EXPECT_EQ(Run({"probes", "run", path, "--phi-min", "0.5"}).exit_code, 0);
  std::ofstream(path, std::ios::app) << "customer/nobody,tier,\n";
  printed = Run({"probes", "run", path, "-o", "json"});
  EXPECT_EQ(printed.exit_code, 4);
  EXPECT_THAT(printed.error, HasSubstr("question 4: "));
  EXPECT_THAT(printed.out, HasSubstr("\"phi\": 0.5"));
  EXPECT_EQ(HeldClaims().claims_size(), 0);
  EXPECT_EQ(
      Run({"probes", "run", path, "--record", "--run-id", "r1"}).exit_code, 4);
  EXPECT_EQ(HeldClaims().claims_size(), 4);
}

TEST_P(ProbesCommandTest, AuditsByAskingAndShowsTheInterval) {
  Printed printed = Run({"audits", "run", "web", "--probe"});
  EXPECT_EQ(printed.exit_code, 0) << printed.error;
  EXPECT_THAT(printed.out, HasSubstr("audit 1 of web: SUCCEEDED"));
  EXPECT_THAT(printed.out, HasSubstr("10 findings"));
  EXPECT_THAT(printed.out, Not(HasSubstr("sure")));
  printed = Run({"audits", "run", "web", "--probe", "--sample-precision", "5%",
                 "--confidence", "90%", "--stratify-by", "tier"});
  EXPECT_EQ(printed.exit_code, 0) << printed.error;
  EXPECT_THAT(printed.out, HasSubstr("of 200 entities: "));
  EXPECT_THAT(printed.out, HasSubstr("90% sure; 116 looked at"));
  EXPECT_THAT(printed.out, HasSubstr("silver"));
  printed = Run({"audits", "run", "web", "--probe", "--sequential",
                 "--decide-rate", "40%"});
  EXPECT_EQ(printed.exit_code, 0) << printed.error;
  EXPECT_THAT(printed.out, HasSubstr("which was enough"));
  printed = Run({"audits", "run", "shop", "--probe"});
  EXPECT_EQ(printed.exit_code, 4);
  EXPECT_THAT(printed.error, HasSubstr("--probe shop=HOST:PORT"));
}

TEST_P(ProbesCommandTest, SaysWhichFlagIsWrong) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{
           {"--probe", "--held"},
           {"--held", "--sample-precision", "1%"},
           {"--probe", "--sample-precision", "much"},
           {"--probe", "--sample-precision", "101%"},
           {"--probe", "--confidence", "95%"},
           {"--probe", "--stratify-by", "tier"},
       }) {
    std::vector<std::string> line = {"audits", "run", "web"};
    line.insert(line.end(), words.begin(), words.end());
    EXPECT_EQ(Run(line).exit_code, 2) << words.back();
  }
}

TEST_P(ProbesCommandTest, ListsWhoCanBeAsked) {
  const Printed printed = Run({"probes", "list"});
  EXPECT_EQ(printed.exit_code, 0) << printed.error;
  EXPECT_THAT(printed.out, HasSubstr(backends_["web"].address()));
}

CONCORDAT_ON_BOTH_ENGINES(ProbesCommandTest);

}  // namespace
}  // namespace concordat
