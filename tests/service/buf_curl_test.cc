// A client that nobody here wrote: `buf curl` learns the API by reflection.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/service/server_process.h"

namespace concordat {
namespace {

namespace fs = std::filesystem;

// Where `./run lint` puts it, else on the path; empty where it is neither.
std::string FindBuf() {
  const char* const path = std::getenv("PATH");
  std::vector<std::string> folders =
      absl::StrSplit(path == nullptr ? "" : path, ':');
  folders.insert(
      folders.begin(),
      absl::StrCat(CONCORDAT_SOURCE_DIR, "/build/tools/node_modules/.bin"));
  for (const std::string& folder : folders) {
    if (fs::exists(fs::path(folder) / "buf")) return fs::path(folder) / "buf";
  }
  return "";
}

TEST(BufCurlTest, CallsAServerThatItKnowsOnlyByReflection) {
  const std::string buf = FindBuf();
  if (buf.empty()) {
    GTEST_SKIP() << "buf is not installed (`./run lint` fetches it from npm; "
                    "Debian does not package it)";
  }
  const TemporaryDirectory directory;
  const ServerProcess server(directory.Sub("data"));
  ASSERT_NE(server.address(), "");
  const Ended called =
      RunToEnd({buf, "curl", "--protocol", "grpc", "--http2-prior-knowledge",
                absl::StrCat("http://", server.address(),
                             "/concordat.v1.ServerService/GetServerInfo")});
  EXPECT_EQ(called.exit_code, 0) << called.error;
  EXPECT_THAT(called.out, testing::ContainsRegex("\"engine\": *\"sqlite\""));
  EXPECT_THAT(called.out, testing::HasSubstr("claims_per_batch_max"));
}

}  // namespace
}  // namespace concordat
