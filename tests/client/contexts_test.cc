#include "client/cli/contexts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "client/connection.h"
#include "tests/client/temporary_file.h"

namespace concordat::client {
namespace {

using testing::HasSubstr;

TEST(Contexts, AreKeptForTheirOwnerOnly) {
  const TemporaryFile file("");
  const std::string path = file.path();
  v1::ContextsFile contexts;
  contexts.set_current("test");
  (*contexts.mutable_contexts())["test"].set_server("localhost:7401");
  ASSERT_TRUE(SaveContexts(path, contexts).ok());
  struct stat info = {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  const auto read = LoadContexts(path);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(ContextOf(*read, "")->server(), "localhost:7401");
  EXPECT_EQ(ContextOf(*read, "test")->server(), "localhost:7401");
  EXPECT_THAT(std::string(ContextOf(*read, "tset").status().message()),
              HasSubstr("did you mean `test`"));
}

TEST(Contexts, NoFileMeansTheDefault) {
  const auto none = LoadContexts("/nowhere/contexts.yaml");
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_EQ(ContextOf(*none, "")->server(), kDefaultAddress);
}

TEST(Contexts, ABrokenFileSaysWhere) {
  const TemporaryFile file("current: a\ncontext: {}\n");
  EXPECT_THAT(std::string(LoadContexts(file.path()).status().message()),
              HasSubstr(":2: context"));
}

TEST(TargetOf, ReadsAddresses) {
  EXPECT_EQ(*TargetOf("localhost:7400"), "dns:///localhost:7400");
  EXPECT_EQ(*TargetOf("example.org"), "dns:///example.org:7400");
  EXPECT_EQ(*TargetOf("[::1]:80"), "dns:///[::1]:80");
  EXPECT_EQ(*TargetOf("[::1]"), "dns:///[::1]:7400");
  EXPECT_EQ(*TargetOf("unix:/run/x.sock"), "unix:/run/x.sock");
  for (const char* address :
       {"", "a b", "http://x", "x:", "x:0", "x:99999", ":7400", "unix:"})
    EXPECT_TRUE(absl::IsInvalidArgument(TargetOf(address).status())) << address;
}

}  // namespace
}  // namespace concordat::client
