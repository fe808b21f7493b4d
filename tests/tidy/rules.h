// The rules that CONTRIBUTING.md states and no compiler keeps. Each is a pure
// function of a file's path and text, so that a test can show that it catches
// what it is for.
#ifndef CONCORDAT_TESTS_TIDY_RULES_H_
#define CONCORDAT_TESTS_TIDY_RULES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace concordat::tidy {

// A file of the tree; `path` is relative to the root, with slashes.
struct File {
  std::string path;
  std::string text;
};

struct Violation {
  int line = 0;  // from 1
  std::string message;
};

using Violations = std::vector<Violation>;

// An #include that its layer may not have: of another layer, of wire types, or
// of a library that has one home.
Violations CheckLayers(const File& file);

// More than 250 lines in a header, 500 in a source, 800 in a test.
Violations CheckLength(const File& file);

// A source, or a header outside tests/, that no CMakeLists.txt above it names:
// it is not compiled, or not compiled alone. A commented-out name is none.
Violations CheckListed(const File& file, const std::vector<File>& cmake_lists);

// A deferred-work mark without an owner in parentheses.
Violations CheckTodos(const File& file);

// Threads, the environment, sleeping and the wall clock outside their homes.
Violations CheckHomes(const File& file);

// try, catch and throw outside the files that wrap a library which throws.
Violations CheckExceptions(const File& file);

// A using-directive in a header.
Violations CheckUsingNamespace(const File& file);

// A header whose guard is not CONCORDAT_PATH_H_.
Violations CheckGuard(const File& file);

// A line of more than 80 characters that is neither an #include nor a URL.
Violations CheckColumns(const File& file);

// A class named after nothing: Util, Manager, Helper.
Violations CheckNames(const File& file);

// The text with comments and the contents of literals blanked, lines kept.
std::string CodeOf(absl::string_view text);

// The text with everything but comments blanked, lines kept.
std::string CommentsOf(absl::string_view text);

}  // namespace concordat::tidy

#endif  // CONCORDAT_TESTS_TIDY_RULES_H_
