// Who tells of findings is killed after the message got through and before it
// could note that: it tells again, under the same id.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "concordat/v1/client_files.pb.h"
#include "google/protobuf/util/json_util.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/service/server_process.h"

namespace concordat {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr char kVocabulary[] = R"(
name: notify_kill_test
entity_types:
  customer: {attributes: {name: {type: text}}}
channels:
  web:
    subject_type: customer
    contract: {customer: {attributes: {name: {}}}}
  app: {like: web}
)";

class NotifyKillTest : public testing::Test {
 protected:
  std::string FileWith(const std::string& name, const std::string& text) {
    std::ofstream(directory_.Sub(name)) << text;
    return directory_.Sub(name);
  }
  Ended Concordat(std::vector<std::string> words) {
    words.insert(words.begin(),
                 {Program("concordat"), "--server", server_.address()});
    return RunToEnd(words);
  }
  void Succeeds(const std::vector<std::string>& words) {
    const Ended ended = Concordat(words);
    ASSERT_EQ(ended.exit_code, 0) << ended.error << ended.out;
  }
  std::vector<std::string> Notify(const std::string& command) const {
    return {
        "findings", "notify", "--once", "--state-file", directory_.Sub("state"),
        "--exec",   command};
  }
  // What the command was given, one after the other.
  std::vector<v1::Notification> Told() const {
    std::vector<v1::Notification> told;
    std::ifstream file(directory_.Sub("told"));
    for (std::string line; std::getline(file, line);) {
      EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(
                      line, &told.emplace_back())
                      .ok())
          << line;
    }
    return told;
  }

  TemporaryDirectory directory_;
  ServerProcess server_{directory_.Sub("data")};
};

TEST_F(NotifyKillTest, TellsAgainUnderTheSameId) {
  Succeeds({"vocabulary", "apply", FileWith("v.yaml", kVocabulary)});
  Succeeds({"facts", "import",
            FileWith("facts.csv",
                     "entity_type,entity_id,attribute,value\n"
                     "customer,c1,name,Ann\n")});
  const std::string note =
      absl::StrCat("{ cat; echo; } >> ", directory_.Sub("told"));
  Succeeds(Notify(note));
  Succeeds({"claims", "import",
            FileWith("claims.csv",
                     "channel,subject,attribute,value\n"
                     "web,customer/c1,name,Bob\n"
                     "app,customer/c1,name,Rob\n")});

  // The shell's parent is who tells.
  const Ended killed = Concordat(Notify(absl::StrCat(note, "; kill -9 $PPID")));
  EXPECT_EQ(killed.signal, 9);
  ASSERT_THAT(Told(), SizeIs(1));
  Succeeds(Notify(note));
  const std::vector<v1::Notification> told = Told();
  ASSERT_THAT(told, SizeIs(3));
  EXPECT_EQ(told[1].ShortDebugString(), told[0].ShortDebugString());
  EXPECT_NE(told[2].id(), told[0].id());
  Succeeds(Notify(note));
  EXPECT_THAT(Told(), SizeIs(3));
}

TEST_F(NotifyKillTest, EndsCleanlyWhenAskedTo) {
  Succeeds({"vocabulary", "apply", FileWith("v.yaml", kVocabulary)});
  Succeeds({"facts", "import",
            FileWith("facts.csv",
                     "entity_type,entity_id,attribute,value\n"
                     "customer,c1,name,Ann\n")});
  Succeeds({"claims", "import",
            FileWith("claims.csv",
                     "channel,subject,attribute,value\n"
                     "web,customer/c1,name,Bob\n")});
  // Where nothing is open, it would follow for ever.
  if (HasFatalFailure()) return;
  // It asks its own parent, while its message is on its way.
  const Ended ended = Concordat(
      {"findings", "notify", "--state-file", directory_.Sub("state"), "--exec",
       absl::StrCat("{ cat; echo; } >> ", directory_.Sub("told"),
                    "; kill -TERM $PPID"),
       "--begin-with-open", "--group-wait", "0s"});
  EXPECT_EQ(ended.exit_code, 0) << ended.error;
  EXPECT_THAT(ended.out, HasSubstr("web name CONTRADICTS: 1 opened"));
  EXPECT_THAT(Told(), SizeIs(1));
  Succeeds(Notify(absl::StrCat("cat >> ", directory_.Sub("told"))));
  EXPECT_THAT(Told(), SizeIs(1));
}

}  // namespace
}  // namespace concordat
