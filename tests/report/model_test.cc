// What a report is made of: masking, order, summaries, intervals.
#include <google/protobuf/descriptor.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/report/audit_report.h"
#include "client/report/finding_source.h"
#include "client/report/text.h"
#include "client/report/verdict_rules.h"
#include "gtest/gtest.h"
#include "tests/report/sample_report.h"

namespace concordat::client::report {
namespace {

TEST(Mask, LeavesNoPersonalValue) {
  for (int64_t i = 0; i < 200; ++i) {
    v1::AuditFinding finding = SampleFinding(i);
    ASSERT_TRUE(absl::StrContains(finding.DebugString(), kSecret));
    Mask(&finding);
    EXPECT_FALSE(absl::StrContains(finding.DebugString(), kSecret)) << i;
  }
}

TEST(Mask, DoesNotTellHowLongAValueIsNorWhetherTwoAreTheSame) {
  v1::AuditFinding one;
  one.mutable_entity()->set_id("C1");
  one.set_said("a");
  one.set_truth("");
  v1::AuditFinding other;
  other.mutable_entity()->set_id(std::string(256, 'c'));
  other.set_said(std::string(4096, 'b'));
  other.set_truth("c");
  Mask(&one);
  Mask(&other);
  EXPECT_EQ(one.SerializeAsString(), other.SerializeAsString());
}

TEST(Mask, SaysWhatIsNotThere) {
  v1::AuditFinding finding;
  finding.set_verdict(v1::VERDICT_MISSING);
  finding.set_truth("gold");
  Mask(&finding);
  EXPECT_FALSE(finding.has_said());
  EXPECT_EQ(finding.truth(), kMasked);
  EXPECT_FALSE(finding.has_entity());
}

// A field that is added to the message must be thought of here and in Mask.
TEST(Mask, KnowsEveryField) {
  const std::set<std::string> masked = {"entity", "subject", "said", "truth",
                                        "explanation"};
  const std::set<std::string> open = {"id",
                                      "attribute",
                                      "verdict",
                                      "further_verdict",
                                      "exposure",
                                      "said_at",
                                      "lag_seconds",
                                      "true_since",
                                      "labels",
                                      "line",
                                      "rows",
                                      "change",
                                      "first_audit_id",
                                      "erased",
                                      "state",
                                      "mute_reason",
                                      "cause_id",
                                      "withheld"};
  const auto* const message = v1::AuditFinding::descriptor();
  for (int i = 0; i < message->field_count(); ++i) {
    const std::string& name = message->field(i)->name();
    EXPECT_EQ(masked.count(name) + open.count(name), 1U)
        << "is " << name << " personal?";
  }
}

TEST(MaskCauses, TakesOutTheCodesThatWereSaid) {
  v1::AuditResult result;
  v1::Cause* cause = result.add_causes();
  cause->set_title("said is customer.tier Ann 030 901820, label.team is x");
  v1::CauseCondition* condition = cause->add_conditions();
  condition->set_dimension("said");
  condition->set_value("customer.tier Ann 030 901820");
  condition = cause->add_conditions();
  condition->set_dimension("label.team");
  condition->set_value("x");
  cause = result.add_causes();
  cause->set_id("c2");
  cause->set_title("a title that was cut off, Ann 03...");
  condition = cause->add_conditions();
  condition->set_dimension("said");
  condition->set_value("customer.tier Ann 030 901820");
  MaskCauses(&result);
  EXPECT_EQ(result.causes(0).title(),
            "said is customer.tier (masked), label.team is x");
  EXPECT_EQ(result.causes(0).conditions(0).value(), "customer.tier (masked)");
  EXPECT_EQ(result.causes(0).conditions(1).value(), "x");
  EXPECT_EQ(result.causes(1).title(), "c2");
}

TEST(ValueTexts, TellWhatIsNoneFromWhatIsNotKnown) {
  struct Case {
    v1::Verdict verdict;
    bool has_said;
    bool has_truth;
    bool erased;
    const char* said;
    const char* truth;
  };
  for (const Case& test : {
           Case{v1::VERDICT_CONTRADICTS, true, true, false, "s", "t"},
           Case{v1::VERDICT_CONTRADICTS, false, true, false, "none", "t"},
           Case{v1::VERDICT_EXTRA, true, false, false, "s", "none"},
           Case{v1::VERDICT_MISSING, false, false, false, "none",
                "(not in the audit)"},
           Case{v1::VERDICT_UNKNOWN_SUBJECT, false, false, false,
                "(not in the audit)", "(not in the audit)"},
           Case{v1::VERDICT_CONTRADICTS, false, false, true, "(erased)",
                "(erased)"},
       }) {
    v1::AuditFinding finding;
    finding.set_verdict(test.verdict);
    if (test.has_said) finding.set_said("s");
    if (test.has_truth) finding.set_truth("t");
    finding.set_erased(test.erased);
    EXPECT_EQ(SaidText(finding), test.said) << finding.ShortDebugString();
    EXPECT_EQ(TruthText(finding), test.truth) << finding.ShortDebugString();
  }
}

std::vector<std::string> IdsAtMost(const std::vector<v1::AuditFinding>& all,
                                   int64_t max) {
  ListedFindings source(all);
  std::vector<std::string> ids;
  const absl::Status walked =
      ForEachAtMost(source, static_cast<int64_t>(all.size()), max,
                    [&ids](const v1::AuditFinding& finding) {
                      ids.push_back(finding.id());
                      return absl::OkStatus();
                    });
  EXPECT_TRUE(walked.ok()) << walked;
  return ids;
}

TEST(ForEachAtMost, TakesTheFreshOnesFirstWhereItCannotTakeAll) {
  std::vector<v1::AuditFinding> all;
  for (const v1::AuditChange change :
       {v1::AUDIT_CHANGE_UNCHANGED, v1::AUDIT_CHANGE_NEW, v1::AUDIT_CHANGE_GONE,
        v1::AUDIT_CHANGE_REOPENED}) {
    v1::AuditFinding& finding = all.emplace_back();
    finding.set_id(absl::StrCat(all.size()));
    finding.set_change(change);
  }
  using Ids = std::vector<std::string>;
  EXPECT_EQ(IdsAtMost(all, 0), (Ids{"1", "2", "3", "4"}));
  EXPECT_EQ(IdsAtMost(all, 4), (Ids{"1", "2", "3", "4"}));
  EXPECT_EQ(IdsAtMost(all, 3), (Ids{"2", "4", "1"}));
  EXPECT_EQ(IdsAtMost(all, 1), (Ids{"2"}));
}

TEST(ForEachAtMost, GivesTheVisitorsError) {
  ListedFindings source(SampleFindings(10));
  for (const int64_t max : {0, 5}) {
    const absl::Status walked =
        ForEachAtMost(source, 10, max, [](const v1::AuditFinding&) {
          return absl::DataLossError("the disk is full");
        });
    EXPECT_TRUE(absl::IsDataLoss(walked)) << walked;
  }
}

TEST(Summarize, CountsEveryFindingOnce) {
  ListedFindings source(SampleFindings(1000));
  const FindingSummary summary = *Summarize(source, 2);
  EXPECT_EQ(summary.findings, 800);
  EXPECT_EQ(summary.gone, 200);
  EXPECT_EQ(summary.head.size(), FindingSummary::kHeadMax);
  int64_t findings = 0;
  int64_t all = 0;
  int64_t stale = 0;
  for (const FindingKind& kind : summary.kinds) {
    findings += kind.findings;
    for (const auto& [change, count] : kind.changes) all += count;
    if (kind.verdict == v1::VERDICT_STALE) stale += kind.findings;
    EXPECT_LE(kind.examples.size(), 2U);
    for (const v1::AuditFinding& example : kind.examples) {
      EXPECT_EQ(example.verdict(), kind.verdict);
      EXPECT_NE(example.change(), v1::AUDIT_CHANGE_GONE);
    }
  }
  EXPECT_EQ(findings, 800);
  EXPECT_EQ(all, 1000);
  int64_t lags = 0;
  for (const int64_t count : summary.lags.findings) lags += count;
  EXPECT_EQ(lags, stale);
  EXPECT_GT(stale, 0);
}

TEST(Summarize, PrefersFreshExamples) {
  std::vector<v1::AuditFinding> all;
  for (int i = 0; i < 6; ++i) {
    v1::AuditFinding& finding = all.emplace_back();
    finding.set_id(absl::StrCat(i));
    finding.set_change(i % 2 == 0 ? v1::AUDIT_CHANGE_UNCHANGED
                                  : v1::AUDIT_CHANGE_NEW);
  }
  ListedFindings source(all);
  const auto ids = [&source](int64_t examples) {
    const FindingSummary summary = *Summarize(source, examples);
    std::string text;
    for (const v1::AuditFinding& one : summary.kinds[0].examples)
      absl::StrAppend(&text, one.id());
    return text;
  };
  EXPECT_EQ(ids(0), "");
  EXPECT_EQ(ids(2), "13");
  EXPECT_EQ(ids(4), "1350");
  EXPECT_EQ(ids(9), "135024");
}

TEST(AgreementOf, HasWilsonsInterval) {
  // By R's binom::binom.wilson(90, 100) and (0, 10).
  const v1::Agreement most = AgreementOf(90, 10, 5);
  EXPECT_NEAR(most.rate(), 0.9, 1e-12);
  EXPECT_NEAR(most.low(), 0.8256343, 1e-6);
  EXPECT_NEAR(most.high(), 0.9447708, 1e-6);
  EXPECT_EQ(most.undecided(), 5);
  const v1::Agreement none = AgreementOf(0, 10, 0);
  EXPECT_EQ(none.low(), 0);
  EXPECT_NEAR(none.high(), 0.2775328, 1e-6);
  EXPECT_EQ(AgreementOf(0, 0, 7).rate(), 0);
  EXPECT_EQ(AgreementOf(1'000'000'000, 0, 0).high(), 1);
}

TEST(VerdictRules, NameEveryVerdictThatContradicts) {
  for (int i = 1; i <= v1::Verdict_MAX; ++i) {
    const auto verdict = static_cast<v1::Verdict>(i);
    const VerdictRule* const rule = FindVerdictRule(verdict);
    if (BearingOf(verdict) == Bearing::kContradicts) {
      EXPECT_NE(rule, nullptr) << VerdictName(verdict);
    }
    if (rule != nullptr) {
      EXPECT_EQ(rule->name, VerdictName(verdict));
      EXPECT_NE(BearingOf(verdict), Bearing::kAgrees);
    }
  }
}

TEST(Text, WritesNumbersAndTimes) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(-1234), "-1,234");
  EXPECT_EQ(Grouped(1234567), "1,234,567");
  EXPECT_EQ(Percent(1), "100.00%");
  EXPECT_EQ(Percent(0.999999), "99.99%");
  EXPECT_EQ(Percent(0.0000001), "0.01%");
  EXPECT_EQ(Percent(0), "0.00%");
  EXPECT_EQ(SecondsText(0), "0 s");
  EXPECT_EQ(SecondsText(59), "59 s");
  EXPECT_EQ(SecondsText(61), "1 min 1 s");
  EXPECT_EQ(SecondsText(3600), "1 h");
  EXPECT_EQ(SecondsText(4 * 86'400 + 3 * 3600 + 5), "4 d 3 h");
  EXPECT_EQ(SecondsText(86'400 + 5), "1 d");
  EXPECT_EQ(RatioText(HUGE_VAL), "∞");
}

}  // namespace
}  // namespace concordat::client::report
