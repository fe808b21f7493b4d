// Reads the whole tree and fails where a rule of CONTRIBUTING.md is broken,
// with the file, the line and what to do.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/tidy/rules.h"

namespace concordat::tidy {
namespace {

namespace fs = std::filesystem;

constexpr absl::string_view kFolders[] = {
    "graph", "consistency", "proto", "config", "server", "client", "tests"};

std::string Read(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

bool HasSuffix(const std::string& path,
               const std::vector<absl::string_view>& suffixes) {
  return std::any_of(suffixes.begin(), suffixes.end(),
                     [&path](absl::string_view suffix) {
                       return absl::EndsWith(path, suffix);
                     });
}

// The files of the tree whose path ends so, in order of path.
std::vector<File> FilesOf(const std::vector<absl::string_view>& suffixes) {
  const fs::path root = CONCORDAT_SOURCE_DIR;
  std::vector<File> files;
  for (const absl::string_view folder : kFolders) {
    fs::recursive_directory_iterator walk(root / std::string(folder));
    for (; walk != fs::recursive_directory_iterator(); ++walk) {
      if (walk->path().filename() == "node_modules") {
        walk.disable_recursion_pending();
      }
      const std::string path =
          walk->path().lexically_relative(root).generic_string();
      if (walk->is_regular_file() && HasSuffix(path, suffixes)) {
        files.push_back({path, Read(walk->path())});
      }
    }
  }
  std::sort(files.begin(), files.end(),
            [](const File& a, const File& b) { return a.path < b.path; });
  return files;
}

const std::vector<File>& CppFiles() {
  static const auto* const kFiles =
      new std::vector<File>(FilesOf({".h", ".cc"}));
  return *kFiles;
}

void Report(const File& file, const Violations& violations) {
  for (const Violation& violation : violations) {
    ADD_FAILURE_AT(file.path.c_str(), violation.line) << violation.message;
  }
}

void ExpectClean(Violations (*check)(const File&),
                 const std::vector<File>& files) {
  for (const File& file : files) Report(file, check(file));
}

TEST(TidyTest, SeesEveryFolder) {
  std::set<std::string> folders;
  for (const File& file : CppFiles()) {
    folders.insert(file.path.substr(0, file.path.find('/')));
  }
  EXPECT_THAT(folders, testing::UnorderedElementsAreArray(std::begin(kFolders),
                                                          std::end(kFolders)));
}

TEST(TidyTest, LayersAreNotCrossed) { ExpectClean(CheckLayers, CppFiles()); }

TEST(TidyTest, FilesAreWithinTheirBudget) {
  ExpectClean(CheckLength, CppFiles());
}

TEST(TidyTest, EveryFileIsCompiled) {
  const std::vector<File> lists = FilesOf({"CMakeLists.txt"});
  for (const File& file : CppFiles()) Report(file, CheckListed(file, lists));
}

TEST(TidyTest, DeferredWorkHasAnOwner) {
  ExpectClean(CheckTodos, CppFiles());
  ExpectClean(CheckTodos,
              FilesOf({".proto", ".py", ".yaml", "CMakeLists.txt"}));
}

TEST(TidyTest, ThreadsTimeAndEnvironmentStayAtHome) {
  ExpectClean(CheckHomes, CppFiles());
}

TEST(TidyTest, ExceptionsStayAtHome) {
  ExpectClean(CheckExceptions, CppFiles());
}

TEST(TidyTest, HeadersOpenNoNamespace) {
  ExpectClean(CheckUsingNamespace, CppFiles());
}

TEST(TidyTest, IncludeGuardsFollowThePath) {
  ExpectClean(CheckGuard, CppFiles());
}

TEST(TidyTest, LinesFitEightyColumns) {
  ExpectClean(CheckColumns, CppFiles());
  ExpectClean(CheckColumns, FilesOf({".proto"}));
}

TEST(TidyTest, ClassesHaveRealNames) { ExpectClean(CheckNames, CppFiles()); }

}  // namespace
}  // namespace concordat::tidy
