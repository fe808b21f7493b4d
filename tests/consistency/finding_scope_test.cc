// Goal: a scope covers what it names, and nothing else.
#include "consistency/finding_scope.h"

#include <ostream>
#include <string>

#include "gtest/gtest.h"

namespace concordat {
namespace {

struct Case {
  const char* name;
  FindingScope scope;
  bool of_web;   // covers what web says of ada's tier
  bool of_rule;  // covers that ada's order_total is broken
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class FindingScopeTest : public testing::TestWithParam<Case> {};

TEST_P(FindingScopeTest, Covers) {
  const Case& c = GetParam();
  Finding web;
  web.id = "w";
  web.subject = {
      .entity = {"customer", "ada"}, .attribute = "tier", .channel = "web"};
  web.verdict = Verdict::kStale;
  web.claim.labels = {{"team", "north"}, {"app_version", "4.2"}};
  Finding rule;
  rule.id = "r";
  rule.subject = {.entity = {"customer", "ada"},
                  .attribute = "order_total",
                  .channel = "",
                  .family = FindingFamily::kRule};
  EXPECT_EQ(c.scope.Matches(web), c.of_web);
  EXPECT_EQ(c.scope.Matches(rule), c.of_rule);
}

INSTANTIATE_TEST_SUITE_P(
    Scopes, FindingScopeTest,
    testing::Values(
        Case{"Everything", {}, true, true},
        Case{"Id", {.ids = {"w", "x"}}, true, false},
        Case{"Channel", {.channels = {"web"}}, true, false},
        Case{"Attribute", {.attributes = {"tier"}}, true, false},
        Case{"AttributeOfTheNameOfARule",
             {.attributes = {"order_total"}},
             false,
             false},
        Case{"Rule", {.rules = {"order_total"}}, false, true},
        Case{"RuleOfTheNameOfAnAttribute", {.rules = {"tier"}}, false, false},
        Case{"AttributeOrRule",
             {.attributes = {"tier"}, .rules = {"order_total"}},
             true,
             true},
        Case{"Verdict", {.verdicts = {Verdict::kStale}}, true, false},
        Case{"Family", {.families = {FindingFamily::kRule}}, false, true},
        Case{"Entity", {.entities = {{"customer", "ada"}}}, true, true},
        Case{"OtherEntity", {.entities = {{"customer", "bea"}}}, false, false},
        Case{"Label", {.labels = {{"app_version", "4.2"}}}, true, false},
        Case{"OtherLabel", {.labels = {{"app_version", "4.3"}}}, false, false},
        Case{"AllMustHold",
             {.channels = {"web"}, .attributes = {"email"}},
             false,
             false}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace concordat
