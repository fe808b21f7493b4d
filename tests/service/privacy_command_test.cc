// `concordat privacy erase`, `erasures` and `export`, as users run them against
// a server.
#include <string>
#include <vector>

#include "client/cli/app.h"
#include "gmock/gmock.h"
#include "tests/client/run_command.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using client::Printed;
using testing::HasSubstr;
using testing::Not;

class PrivacyCommandTest : public ServiceTest {
 protected:
  Printed Run(const std::vector<std::string>& words) {
    client::App app;
    client::AddPrivacyCommands(app);
    return client::RunCommand(app, words, server_->address());
  }

  Printed Erase(const std::string& entity) {
    return Run({"privacy", "erase", entity, "--reason", "request 118",
                "--request-id", "e1", "--yes"});
  }
};

TEST_P(PrivacyCommandTest, ExportsOnePersonAsJsonLines) {
  Write({PutFact("c1", "name", "Ann"), PutFact("c2", "name", "Bob")});
  Report({MakeClaim("web", "c1", "name", "Anna", "1")});
  const Printed printed = Run({"privacy", "export", "customer/c1"});
  EXPECT_EQ(printed.exit_code, 0) << printed.error;
  EXPECT_THAT(printed.out, HasSubstr("\"Ann\""));
  EXPECT_THAT(printed.out, HasSubstr("\"Anna\""));
  EXPECT_THAT(printed.out, Not(HasSubstr("Bob")));
  for (size_t begin = 0; begin < printed.out.size();) {
    EXPECT_EQ(printed.out[begin], '{');
    begin = printed.out.find('\n', begin) + 1;
    ASSERT_NE(begin, 0u) << "the last line has no end";
  }
  EXPECT_EQ(Run({"privacy", "export", "customer/nobody"}).exit_code, 4);
  EXPECT_EQ(Run({"privacy", "export"}).exit_code, 2);
}

TEST_P(PrivacyCommandTest, ErasesOnlyOnceItIsSaidTwice) {
  Write({PutFact("c1", "tier", "gold")});
  const Printed careless =
      Run({"privacy", "erase", "customer/c1", "--reason", "request 118"});
  EXPECT_EQ(careless.exit_code, 2);
  EXPECT_THAT(careless.error, HasSubstr("--yes"));
  EXPECT_EQ(Run({"privacy", "erase", "customer/c1", "--yes"}).exit_code, 2);
  EXPECT_THAT(Run({"-o", "csv", "privacy", "erasures"}).out,
              Not(HasSubstr("customer/c1")));

  const Printed erased = Erase("customer/c1");
  EXPECT_EQ(erased.exit_code, 0) << erased.error;
  EXPECT_THAT(erased.out, HasSubstr("customer/c1 was erased on"));
  EXPECT_THAT(Erase("customer/c1").out, HasSubstr("had been erased on"));
  EXPECT_EQ(Erase("customer/nobody").exit_code, 4);

  const Printed listed = Run({"-o", "csv", "privacy", "erasures"});
  EXPECT_EQ(listed.exit_code, 0) << listed.error;
  EXPECT_THAT(listed.out, HasSubstr(",customer/c1,"));
  EXPECT_THAT(listed.out, HasSubstr(",request 118"));
  EXPECT_THAT(Run({"-o", "json", "privacy", "erasures"}).out,
              HasSubstr("\"e1\""));
  EXPECT_THAT(Run({"privacy", "export", "customer/c1"}).out,
              HasSubstr("\"erasure\""));
}

TEST_P(PrivacyCommandTest, ErasesNothingThatWasChangedSince) {
  const std::string seen = Write({PutFact("c1", "tier", "gold")});
  Write({PutFact("c1", "tier", "silver")});
  const Printed printed =
      Run({"privacy", "erase", "customer/c1", "--reason", "request 118",
           "--unchanged-since", seen, "--yes"});
  EXPECT_NE(printed.exit_code, 0);
  EXPECT_THAT(Run({"-o", "csv", "privacy", "erasures"}).out,
              Not(HasSubstr("customer/c1")));
}

CONCORDAT_ON_BOTH_ENGINES(PrivacyCommandTest);

}  // namespace
}  // namespace concordat
