#include "tests/tidy/rules.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace concordat::tidy {
namespace {

constexpr int kHeaderLinesMax = 250;
constexpr int kSourceLinesMax = 500;
constexpr int kTestLinesMax = 800;
constexpr int kColumnsMax = 80;

// Words that only some files may use, found as whole words in code.
struct Rule {
  std::vector<absl::string_view> words;
  // Files and folders, by prefix.
  std::vector<absl::string_view> homes;
  absl::string_view instead;
};

const std::vector<Rule>& HomeRules() {
  static const auto* const kRules = new std::vector<Rule>{
      {{"std::thread", "std::jthread", "std::async", "pthread_create"},
       {"server/", "client/", "tests/"},
       "what is pure stays single-threaded; the server owns its threads"},
      {{"detach"}, {}, "join every thread"},
      {{"getenv", "secure_getenv"},
       {"client/", "server/main.cc", "tests/"},
       "take an option; only a program's edge reads the environment"},
      {{"sleep", "usleep", "nanosleep", "sleep_for", "sleep_until", "SleepFor"},
       {},
       "wait for what you need, on a condition or a clock that is injected"},
      {{"absl::Now", "system_clock", "gettimeofday", "clock_gettime"},
       {"client/", "server/", "tests/"},
       "take a Clock"},
  };
  return *kRules;
}

// Who may use exceptions: what wraps a library that throws.
const Rule& ExceptionRule() {
  static const auto* const kRule = new Rule{
      {"try", "catch", "throw"},
      {"proto/yaml_tree.cc", "server/storage/sqlite/", "server/main.cc",
       "client/cli/", "tests/"},
      "return an absl::Status; exceptions end where the library throws them"};
  return *kRule;
}

bool IsHeader(absl::string_view path) { return absl::EndsWith(path, ".h"); }

bool IsCpp(absl::string_view path) {
  return IsHeader(path) || absl::EndsWith(path, ".cc");
}

bool IsTest(absl::string_view path) { return absl::StartsWith(path, "tests/"); }

bool IsWord(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
}

bool HasWord(absl::string_view line, absl::string_view word) {
  for (size_t at = line.find(word); at != absl::string_view::npos;
       at = line.find(word, at + 1)) {
    const size_t end = at + word.size();
    const bool begins = at == 0 || !IsWord(line[at - 1]);
    if (begins && (end == line.size() || !IsWord(line[end]))) return true;
  }
  return false;
}

std::vector<std::string> LinesOf(absl::string_view text) {
  return absl::StrSplit(text, '\n');
}

int CountLines(absl::string_view text) {
  return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

void Apply(const Rule& rule, const File& file, Violations* violations) {
  for (const absl::string_view home : rule.homes) {
    if (absl::StartsWith(file.path, home)) return;
  }
  const std::vector<std::string> lines = LinesOf(CodeOf(file.text));
  for (size_t i = 0; i < lines.size(); ++i) {
    for (const absl::string_view word : rule.words) {
      if (!HasWord(lines[i], word)) continue;
      violations->push_back(
          {static_cast<int>(i) + 1, absl::StrCat(word, ": ", rule.instead)});
    }
  }
}

// The words of a CMakeLists.txt, without its comments.
std::vector<std::string> CMakeWords(absl::string_view text) {
  std::vector<std::string> words;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const absl::string_view code = line.substr(0, line.find('#'));
    for (const absl::string_view word :
         absl::StrSplit(code, absl::ByAnyChar(" \t()\""), absl::SkipEmpty())) {
      words.emplace_back(word);
    }
  }
  return words;
}

// "a/b/CMakeLists.txt" -> "a/b/"
absl::string_view FolderOf(absl::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == absl::string_view::npos ? "" : path.substr(0, slash + 1);
}

std::string GuardOf(absl::string_view path) {
  std::string guard = absl::StrCat("CONCORDAT_", path, "_");
  for (char& c : guard) c = IsWord(c) ? absl::ascii_toupper(c) : '_';
  return guard;
}

int CountCharacters(absl::string_view line) {
  return static_cast<int>(std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

}  // namespace

Violations CheckLength(const File& file) {
  if (!IsCpp(file.path)) return {};
  const int allowed = IsTest(file.path)     ? kTestLinesMax
                      : IsHeader(file.path) ? kHeaderLinesMax
                                            : kSourceLinesMax;
  const int lines = CountLines(file.text);
  if (lines <= allowed) return {};
  return {{allowed + 1, absl::StrCat(lines, " lines; at most ", allowed,
                                     ": split it along its design")}};
}

Violations CheckListed(const File& file, const std::vector<File>& cmake_lists) {
  if (!IsCpp(file.path)) return {};
  if (IsHeader(file.path) && IsTest(file.path)) return {};
  for (const File& list : cmake_lists) {
    absl::string_view name = file.path;
    if (!absl::ConsumePrefix(&name, FolderOf(list.path))) continue;
    const std::vector<std::string> words = CMakeWords(list.text);
    if (std::find(words.begin(), words.end(), name) != words.end()) return {};
  }
  return {{1, "no CMakeLists.txt names this file, so nothing compiles it"}};
}

Violations CheckTodos(const File& file) {
  Violations violations;
  const std::vector<std::string> lines =
      LinesOf(IsCpp(file.path) ? CommentsOf(file.text) : file.text);
  for (size_t i = 0; i < lines.size(); ++i) {
    const bool marked = HasWord(lines[i], "TODO") || HasWord(lines[i], "FIXME");
    const size_t owner = lines[i].find("TODO(");
    const bool owned = owner != std::string::npos &&
                       owner + 5 < lines[i].size() &&
                       absl::ascii_isalpha(lines[i][owner + 5]);
    if (marked && !owned) {
      violations.push_back(
          {static_cast<int>(i) + 1, "who will do it? Write TODO(name)"});
    }
  }
  return violations;
}

Violations CheckHomes(const File& file) {
  Violations violations;
  if (!IsCpp(file.path)) return violations;
  for (const Rule& rule : HomeRules()) Apply(rule, file, &violations);
  return violations;
}

Violations CheckExceptions(const File& file) {
  Violations violations;
  if (IsCpp(file.path)) Apply(ExceptionRule(), file, &violations);
  return violations;
}

Violations CheckUsingNamespace(const File& file) {
  Violations violations;
  if (!IsHeader(file.path)) return violations;
  const std::vector<std::string> lines = LinesOf(CodeOf(file.text));
  for (size_t i = 0; i < lines.size(); ++i) {
    if (HasWord(lines[i], "using namespace")) {
      violations.push_back({static_cast<int>(i) + 1,
                            "a header must not open a namespace for others"});
    }
  }
  return violations;
}

Violations CheckGuard(const File& file) {
  if (!IsHeader(file.path)) return {};
  const std::string guard = GuardOf(file.path);
  // The first directives must open the guard and the last line must close it.
  std::vector<std::string> directives;
  for (const std::string& line : LinesOf(file.text)) {
    if (absl::StartsWith(line, "#")) directives.push_back(line);
  }
  const bool right =
      directives.size() >= 3 &&
      directives[0] == absl::StrCat("#ifndef ", guard) &&
      directives[1] == absl::StrCat("#define ", guard) &&
      absl::EndsWith(file.text, absl::StrCat("#endif  // ", guard, "\n"));
  if (right) return {};
  return {{1, absl::StrCat("the include guard must be ", guard)}};
}

Violations CheckColumns(const File& file) {
  Violations violations;
  const std::vector<std::string> lines = LinesOf(file.text);
  for (size_t i = 0; i < lines.size(); ++i) {
    const int columns = CountCharacters(lines[i]);
    if (columns <= kColumnsMax || absl::StartsWith(lines[i], "#include ") ||
        absl::StrContains(lines[i], "https://")) {
      continue;
    }
    violations.push_back(
        {static_cast<int>(i) + 1,
         absl::StrCat(columns, " characters; at most ", kColumnsMax)});
  }
  return violations;
}

Violations CheckNames(const File& file) {
  Violations violations;
  if (!IsCpp(file.path)) return violations;
  const std::vector<std::string> lines = LinesOf(CodeOf(file.text));
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::vector<absl::string_view> words = absl::StrSplit(
        lines[i], absl::ByAnyChar(" {:;<>(),"), absl::SkipEmpty());
    for (size_t j = 0; j + 1 < words.size(); ++j) {
      if (words[j] != "class" && words[j] != "struct") continue;
      for (const absl::string_view vague : {"Util", "Manager", "Helper"}) {
        if (!absl::StrContains(words[j + 1], vague)) continue;
        violations.push_back(
            {static_cast<int>(i) + 1,
             absl::StrCat(words[j + 1], ": name it after what it is")});
      }
    }
  }
  return violations;
}

}  // namespace concordat::tidy
