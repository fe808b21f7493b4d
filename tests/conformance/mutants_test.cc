// The suite is worth what it notices: each wrong store of mutant_store.h must
// fail it, and the right one must pass.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/conformance/mutant_store.h"

namespace concordat {

void PrintTo(const DefectName& defect, std::ostream* out) {
  *out << defect.name;
}

namespace {

// How the suite ends on a store with the defect: an exit code. The seeded run
// against a model is left out, so that each defect is found by a case that is
// named after what it shows.
int RunSuite(const std::string& mutant) {
  const std::string command = absl::StrCat(
      "CONCORDAT_MUTANT=", mutant, " '", CONCORDAT_BINARY_DIR,
      "/bin/store_conformance_test' --gtest_fail_fast --gtest_brief=1 "
      "--gtest_filter='Backends/*/Mutant:-*ModelTest*' >/dev/null 2>&1");
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class MutantsTest : public testing::TestWithParam<DefectName> {};

TEST_P(MutantsTest, DoesNotSurvive) {
  const bool control = GetParam().defect == Defect::kNone;
  EXPECT_EQ(RunSuite(GetParam().name), control ? 0 : 1);
}

INSTANTIATE_TEST_SUITE_P(Defects, MutantsTest,
                         testing::ValuesIn(AllDefects().begin(),
                                           AllDefects().end()),
                         [](const auto& defect) {
                           return std::string(defect.param.name);
                         });

TEST(MutantListTest, HasAtLeastTwenty) {
  // One of them is the control.
  EXPECT_GT(AllDefects().size(), 20u);
}

}  // namespace
}  // namespace concordat
