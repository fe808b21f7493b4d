// Each rule catches what it is for, and nothing beside it.
#include "tests/tidy/rules.h"

#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace concordat::tidy {
namespace {

struct Case {
  std::string name;
  Violations (*check)(const File&);
  std::string path;
  std::string text;
  // The lines at fault.
  std::vector<int> lines;
};

void PrintTo(const Case& c, std::ostream* os) { *os << c.name; }

std::vector<int> LinesAtFault(const Violations& violations) {
  std::vector<int> lines;
  for (const Violation& violation : violations) lines.push_back(violation.line);
  return lines;
}

std::string Repeat(absl::string_view line, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) absl::StrAppend(&text, line);
  return text;
}

class RuleTest : public testing::TestWithParam<Case> {};

TEST_P(RuleTest, FindsExactlyTheLinesAtFault) {
  const Case& c = GetParam();
  EXPECT_EQ(LinesAtFault(c.check({c.path, c.text})), c.lines);
}

const char kGuarded[] =
    "// What it is.\n#ifndef CONCORDAT_A_B_C_H_\n#define CONCORDAT_A_B_C_H_\n"
    "\n#endif  // CONCORDAT_A_B_C_H_\n";

INSTANTIATE_TEST_SUITE_P(
    Layers, RuleTest,
    testing::Values(
        Case{"graph_may_see_graph",
             CheckLayers,
             "graph/a.cc",
             "#include <string>\n#include \"graph/b.h\"\n",
             {}},
        Case{"graph_must_not_see_consistency",
             CheckLayers,
             "graph/a.cc",
             "\n#include \"consistency/b.h\"\n",
             {2}},
        Case{"graph_must_not_see_wire_types",
             CheckLayers,
             "graph/a.h",
             "#include \"concordat/v1/claims.pb.h\"\n",
             {1}},
        Case{"graph_must_not_see_protobuf",
             CheckLayers,
             "graph/a.h",
             "#include <google/protobuf/message.h>\n",
             {1}},
        Case{"graph_must_not_see_sqlite",
             CheckLayers,
             "graph/a.cc",
             "#include <sqlite3.h>\n",
             {1}},
        Case{"consistency_must_not_see_icu",
             CheckLayers,
             "consistency/a.cc",
             "#include \"unicode/unistr.h\"\n",
             {1}},
        Case{"consistency_must_not_see_config",
             CheckLayers,
             "consistency/checks/a.cc",
             "#include \"config/b.h\"\n",
             {1}},
        Case{"storage_must_not_see_wire_types",
             CheckLayers,
             "server/storage/sqlite/a.cc",
             "#include \"graph/store.h\"\n"
             "#include \"concordat/v1/claims.grpc.pb.h\"\n",
             {2}},
        Case{"storage_must_not_see_grpc",
             CheckLayers,
             "server/storage/sqlite/a.cc",
             "#include <grpcpp/grpcpp.h>\n",
             {1}},
        Case{"storage_must_not_see_rpc",
             CheckLayers,
             "server/storage/sqlite/a.cc",
             "#include \"server/rpc/a.h\"\n",
             {1}},
        Case{"convert_may_see_wire_types",
             CheckLayers,
             "server/convert/a.h",
             "#include \"concordat/v1/claims.pb.h\"\n",
             {}},
        Case{"ingest_must_not_see_wire_types",
             CheckLayers,
             "server/ingest/a.h",
             "#include \"concordat/v1/claims.pb.h\"\n",
             {1}},
        Case{"server_must_not_see_client",
             CheckLayers,
             "server/main.cc",
             "#include \"client/client.h\"\n",
             {1}},
        Case{"client_must_not_see_graph",
             CheckLayers,
             "client/cli/a.cc",
             "#include \"client/client.h\"\n#include \"graph/ids.h\"\n",
             {2}},
        Case{"tests_see_everything",
             CheckLayers,
             "tests/server/a_test.cc",
             "#include \"server/server.h\"\n#include \"client/client.h\"\n",
             {}}),
    testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(
    Shape, RuleTest,
    testing::Values(
        Case{"header_in_budget",
             CheckLength,
             "graph/a.h",
             Repeat("\n", 250),
             {}},
        Case{"header_over_budget",
             CheckLength,
             "graph/a.h",
             Repeat("\n", 251),
             {251}},
        Case{"source_over_budget",
             CheckLength,
             "graph/a.cc",
             Repeat("\n", 501),
             {501}},
        Case{"test_in_budget",
             CheckLength,
             "tests/a_test.cc",
             Repeat("\n", 800),
             {}},
        Case{"test_over_budget",
             CheckLength,
             "tests/a_test.cc",
             Repeat("\n", 801),
             {801}},
        Case{"right_guard", CheckGuard, "a/b/c.h", kGuarded, {}},
        Case{"guard_of_another_path", CheckGuard, "a/b/d.h", kGuarded, {1}},
        Case{"no_guard", CheckGuard, "a/b/c.h", "int x;\n", {1}},
        Case{"pragma_once", CheckGuard, "a/b/c.h", "#pragma once\n", {1}},
        Case{"eighty_characters",
             CheckColumns,
             "a.cc",
             absl::StrCat("// ", Repeat("é", 77), "\n"),
             {}},
        Case{"eighty_one_characters",
             CheckColumns,
             "a.cc",
             absl::StrCat("\n// ", Repeat("x", 78), "\n"),
             {2}},
        Case{"long_url",
             CheckColumns,
             "a.cc",
             absl::StrCat("// https://", Repeat("x", 78), "\n"),
             {}}),
    testing::PrintToStringParamName());

INSTANTIATE_TEST_SUITE_P(
    Words, RuleTest,
    testing::Values(
        Case{"todo_without_owner",
             CheckTodos,
             "a.cc",
             "// TODO: soon\n// TODO() soon\n/* FIXME */\n",
             {1, 2, 3}},
        Case{"todo_with_owner", CheckTodos, "a.cc", "// TODO(ada): soon\n", {}},
        Case{"todo_in_a_literal", CheckTodos, "a.cc", "f(\"TODO\");\n", {}},
        Case{"todo_in_cmake", CheckTodos, "CMakeLists.txt", "# TODO x\n", {1}},
        Case{"thread_in_graph",
             CheckHomes,
             "graph/a.cc",
             "\nstd::thread worker(Run);\n",
             {2}},
        Case{"thread_in_server",
             CheckHomes,
             "server/a.cc",
             "std::thread worker(Run);\n",
             {}},
        Case{"thread_in_a_comment",
             CheckHomes,
             "graph/a.cc",
             "// std::thread\n",
             {}},
        Case{"this_thread_is_no_thread",
             CheckHomes,
             "graph/a.cc",
             "std::this_thread::get_id();\n",
             {}},
        Case{"environment_in_consistency",
             CheckHomes,
             "consistency/a.cc",
             "std::getenv(\"HOME\");\n",
             {1}},
        Case{"sleep_in_a_test",
             CheckHomes,
             "tests/a_test.cc",
             "absl::SleepFor(x);\nstd::this_thread::sleep_for(x);\n",
             {1, 2}},
        Case{"detached_thread",
             CheckHomes,
             "server/a.cc",
             "worker.detach();\n",
             {1}},
        Case{"wall_clock_in_graph",
             CheckHomes,
             "graph/a.cc",
             "absl::Now();\n",
             {1}},
        Case{"try_in_graph",
             CheckExceptions,
             "graph/a.cc",
             "try {\n} catch (...) {\n}\n",
             {1, 2}},
        Case{"try_in_the_engine",
             CheckExceptions,
             "server/storage/sqlite/a.cc",
             "try {\n} catch (...) {\n}\n",
             {}},
        Case{"retry_is_no_try",
             CheckExceptions,
             "graph/a.cc",
             "retry(); TryParse();\n",
             {}},
        Case{"using_namespace_in_header",
             CheckUsingNamespace,
             "graph/a.h",
             "\nusing namespace std;\n",
             {2}},
        Case{"using_declaration",
             CheckUsingNamespace,
             "graph/a.h",
             "using std::string;\n",
             {}},
        Case{"vague_name",
             CheckNames,
             "graph/a.h",
             "class StoreManager {\nstruct Text {\n",
             {1}}),
    testing::PrintToStringParamName());

struct ListedCase {
  std::string name;
  std::string path;
  std::string cmake;
  bool listed;
};

void PrintTo(const ListedCase& c, std::ostream* os) { *os << c.name; }

class ListedTest : public testing::TestWithParam<ListedCase> {};

TEST_P(ListedTest, FindsFilesThatNothingCompiles) {
  const ListedCase& c = GetParam();
  const std::vector<File> lists = {{"a/CMakeLists.txt", c.cmake}};
  EXPECT_EQ(CheckListed({c.path, ""}, lists).empty(), c.listed);
}

INSTANTIATE_TEST_SUITE_P(
    Listed, ListedTest,
    testing::Values(
        ListedCase{"named", "a/x_test.cc", "f(x SOURCES x_test.cc)", true},
        ListedCase{"named_below", "a/b/x.cc", "f(x\n  b/x.cc)", true},
        ListedCase{"another", "a/x_test.cc", "f(xx_test.cc)", false},
        ListedCase{"commented_out", "a/x_test.cc", "f(\n# x_test.cc\n)", false},
        ListedCase{"another_folder", "c/x.cc", "f(x.cc)", false},
        ListedCase{"header", "a/x.h", "f()", false},
        ListedCase{"test_header", "tests/a/x.h", "f()", true}),
    testing::PrintToStringParamName());

TEST(LexerTest, KeepsLinesAndSeparatesCodeFromComments) {
  const absl::string_view text =
      "int a = 1'000;  // one\n"
      "f(\"// two\", '\"', R\"(/* three\n)\");  /* four\nfive */ g();\n";
  EXPECT_EQ(CodeOf(text),
            "int a = 1'000;        \n"
            "f(        ,    , R          \n  );         \n        g();\n");
  EXPECT_TRUE(absl::StrContains(CommentsOf(text), "// one"));
  EXPECT_FALSE(absl::StrContains(CommentsOf(text), "two"));
  EXPECT_FALSE(absl::StrContains(CommentsOf(text), "three"));
  EXPECT_TRUE(absl::StrContains(CommentsOf(text), "four\nfive"));
}

}  // namespace
}  // namespace concordat::tidy
