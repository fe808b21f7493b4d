#include "client/notify/state_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>

#include "client/notify/dead_letters.h"
#include "tests/conformance/temporary_directory.h"

namespace concordat::client {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class StateFileTest : public testing::Test {
 protected:
  std::unique_ptr<StateFile> Open() {
    auto file = StateFile::Open(path_);
    EXPECT_TRUE(file.ok()) << file.status();
    return file.ok() ? *std::move(file) : nullptr;
  }

  TemporaryDirectory directory_;
  const std::string path_ = directory_.Sub("state");
};

TEST_F(StateFileTest, GivesBackWhatWasSaved) {
  v1::NotifyState state;
  state.set_revision("AZ_-");
  state.add_outbox()->set_id("one");
  state.add_mutes("m1");
  {
    const auto file = Open();
    EXPECT_EQ(file->Load().status().code(), absl::StatusCode::kNotFound);
    ASSERT_TRUE(file->Save(state).ok());
    state.mutable_outbox()->DeleteSubrange(0, 1);
    ASSERT_TRUE(file->Save(state).ok());
  }
  const auto loaded = Open()->Load();
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(loaded->ShortDebugString(), state.ShortDebugString());
}

TEST_F(StateFileTest, OneProcessAtATimeHasIt) {
  auto first = Open();
  EXPECT_EQ(StateFile::Open(path_).status().code(),
            absl::StatusCode::kFailedPrecondition);
  first = nullptr;
  EXPECT_TRUE(StateFile::Open(path_).ok());
}

TEST_F(StateFileTest, SaysWhereItIsNone) {
  std::ofstream(path_) << "facts.csv";
  const absl::Status status = Open()->Load().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("delete it"));
}

TEST(DeadLettersTest, AreLinesOfJson) {
  const TemporaryDirectory directory;
  const std::string path = directory.Sub("dead.jsonl");
  const DeadLetters letters(path);
  for (const std::string id : {"one", "two"}) {
    v1::DeadLetter letter;
    letter.mutable_notification()->set_id(id);
    letter.set_problem("HTTP 400");
    letter.set_attempts(1);
    ASSERT_TRUE(letters.Add(letter).ok());
  }
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  EXPECT_THAT(line, StartsWith(R"({"notification":{"id":"one"},)"));
  EXPECT_THAT(line, HasSubstr(R"("problem":"HTTP 400")"));
  std::getline(file, line);
  EXPECT_THAT(line, HasSubstr("two"));
  EXPECT_FALSE(std::getline(file, line));
}

TEST(DeadLettersTest, SayWhereTheyCannotBeKept) {
  EXPECT_FALSE(DeadLetters("/nowhere/dead.jsonl").Add({}).ok());
}

}  // namespace
}  // namespace concordat::client
