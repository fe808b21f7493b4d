#include "client/audit/gates.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace concordat::client {
namespace {

v1::AuditResult Result() {
  v1::AuditResult result;
  result.set_rows(1010);
  result.set_refused_rows(10);
  result.set_entities_covered(95);
  result.set_entities_missing(5);
  const auto add = [&](v1::Verdict verdict, int64_t rows) {
    v1::AuditCount* count = result.add_counts();
    count->set_verdict(verdict);
    count->set_rows(rows);
  };
  add(v1::VERDICT_AGREES, 980);
  add(v1::VERDICT_CONTRADICTS, 12);
  add(v1::VERDICT_STALE, 8);
  return result;
}

std::vector<v1::AuditChangeCount> Changes() {
  std::vector<v1::AuditChangeCount> changes;
  const auto add = [&](v1::AuditChange change, v1::Verdict verdict,
                       int64_t findings) {
    v1::AuditChangeCount count;
    count.set_change(change);
    count.set_verdict(verdict);
    count.set_findings(findings);
    changes.push_back(count);
  };
  add(v1::AUDIT_CHANGE_NEW, v1::VERDICT_CONTRADICTS, 3);
  add(v1::AUDIT_CHANGE_UNCHANGED, v1::VERDICT_CONTRADICTS, 9);
  add(v1::AUDIT_CHANGE_UNCHANGED, v1::VERDICT_STALE, 8);
  add(v1::AUDIT_CHANGE_GONE, v1::VERDICT_STALE, 3);
  return changes;
}

struct GateCase {
  const char* text;
  bool holds;
};

class GateTest : public testing::TestWithParam<GateCase> {};

TEST_P(GateTest, HoldsOrNot) {
  const auto gate = Gate::Parse(GetParam().text);
  ASSERT_TRUE(gate.ok()) << gate.status();
  EXPECT_EQ(gate->Holds(Result(), Changes()), GetParam().holds)
      << gate->Explain(Result(), Changes());
}

INSTANTIATE_TEST_SUITE_P(
    Gates, GateTest,
    testing::Values(
        GateCase{"contradicts>0", true}, GateCase{"contradicts>12", false},
        GateCase{"contradicts>=12", true}, GateCase{"CONTRADICTS > 11", true},
        GateCase{"contradicts>1%", true}, GateCase{"contradicts>1.2%", false},
        GateCase{"any>=20", true}, GateCase{"any>20", false},
        GateCase{"agrees<99%", true}, GateCase{"agrees<98%", false},
        GateCase{"refused>0", true}, GateCase{"refused>1%", false},
        GateCase{"missing_entities>=5%", true},
        GateCase{"missing_entities>5", false},
        GateCase{"new:contradicts>0", true}, GateCase{"new:stale>0", false},
        GateCase{"new:any>=15%", true}, GateCase{"new:any>15%", false},
        GateCase{"gone:any=3", true}, GateCase{"reopened:any>0", false}));

TEST(GateParseTest, SaysWhatWouldBeRight) {
  for (const char* text :
       {"", "contradicts", "contradicts>", "contradicts>x", "wrong>1",
        "old:any>1", "new:refused>0", "contradicts>-1", "contradicts>nan"}) {
    const auto gate = Gate::Parse(text);
    ASSERT_FALSE(gate.ok()) << text;
    EXPECT_NE(std::string(gate.status().message()).find("CHANGE"),
              std::string::npos)
        << gate.status();
  }
}

TEST(GateParseTest, ASlipOfThePenIsRecognised) {
  const auto gate = Gate::Parse("contradict>0");
  EXPECT_NE(std::string(gate.status().message()).find("contradicts"),
            std::string::npos)
      << gate.status();
}

TEST(GateShareTest, AnyShareOfNothingIsTooMuch) {
  v1::AuditChangeCount fresh;
  fresh.set_change(v1::AUDIT_CHANGE_NEW);
  fresh.set_verdict(v1::VERDICT_STALE);
  fresh.set_findings(1);
  EXPECT_TRUE(Gate::Parse("new:any>500%")->Holds({}, {fresh}));
  EXPECT_FALSE(Gate::Parse("new:any>0%")->Holds({}, {}));
}

}  // namespace
}  // namespace concordat::client
