#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "consistency/audits/audit_rows.h"
#include "graph/memory_store.h"
#include "gtest/gtest.h"

namespace concordat::audits {
namespace {

AuditFinding MakeFinding(const std::string& id, const std::string& said,
                         int64_t line = 1) {
  AuditFinding finding;
  finding.entity = EntityId{"customer", id};
  finding.attribute = "tier";
  finding.verdict = Verdict::kContradicts;
  finding.said = said;
  finding.truth = "gold";
  finding.explanation = absl::StrCat("held ", said);
  finding.said_at = absl::FromUnixSeconds(1'700'000'000);
  finding.labels = {{"app", "4.2"}};
  finding.line = line;
  return finding;
}

AuditFinding Gone(const std::string& id) {
  AuditFinding finding = MakeFinding(id, "silver");
  finding.gone_audit = 3;
  return finding;
}

std::vector<std::string> Compare(std::vector<AuditFinding> before,
                                 std::vector<AuditFinding> now) {
  static const char* const kNames[] = {"",        "new",  "unchanged",
                                       "updated", "gone", "reopened"};
  std::vector<std::string> seen;
  const std::unique_ptr<FindingSequence> was = SequenceOf(std::move(before));
  const std::unique_ptr<FindingSequence> is = SequenceOf(std::move(now));
  const absl::Status compared = CompareFindings(
      *was, *is,
      [&](AuditChange change, AuditFinding* a,
          AuditFinding* b) -> absl::StatusOr<bool> {
        seen.push_back(absl::StrCat(kNames[static_cast<int>(change)], " ",
                                    (b != nullptr ? b : a)->entity->id));
        return true;
      });
  EXPECT_TRUE(compared.ok()) << compared;
  return seen;
}

using Strings = std::vector<std::string>;

TEST(FindingSequenceTest, SaysWhatBecameOfEach) {
  EXPECT_EQ(
      Compare({MakeFinding("a", "x"), MakeFinding("b", "x"),
               MakeFinding("d", "x"), Gone("e")},
              {MakeFinding("b", "x"), MakeFinding("c", "x"),
               MakeFinding("d", "y"), MakeFinding("e", "x")}),
      (Strings{"gone a", "unchanged b", "new c", "updated d", "reopened e"}));
}

TEST(FindingSequenceTest, AnotherLineIsNoChange) {
  EXPECT_EQ(Compare({MakeFinding("a", "x", 5)}, {MakeFinding("a", "x", 900)}),
            (Strings{"unchanged a"}));
}

TEST(FindingSequenceTest, RowsOfOneContradictionAreOneFindingOfTheLast) {
  std::vector<AuditFinding> findings = {MakeFinding("b", "x", 3),
                                        MakeFinding("a", "x", 9),
                                        MakeFinding("a", "y", 10)};
  SortAndMerge(findings);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].entity->id, "a");
  EXPECT_EQ(findings[0].said, "y");
  EXPECT_EQ(findings[0].rows, 2);
  EXPECT_EQ(findings[1].rows, 1);
}

TEST(FindingSequenceTest, MergesRunsAsIfTheyWereOne) {
  std::vector<std::unique_ptr<FindingSequence>> parts;
  parts.push_back(
      SequenceOf({MakeFinding("a", "x", 1), MakeFinding("c", "x", 2)}));
  parts.push_back(SequenceOf({}));
  parts.push_back(
      SequenceOf({MakeFinding("b", "x", 3), MakeFinding("c", "y", 4)}));
  const auto merged = MergeFindings(std::move(parts));
  ASSERT_TRUE(merged.ok());
  Strings seen;
  while (const AuditFinding* finding = (*merged)->Current()) {
    seen.push_back(absl::StrCat(finding->entity->id, " ", *finding->said, " ",
                                finding->rows));
    ASSERT_TRUE((*merged)->Advance().ok());
  }
  EXPECT_EQ(seen, (Strings{"a x 1", "b x 1", "c y 2"}));
}

TEST(AuditRowsTest, FindingsComeBackAsTheyWere) {
  AuditFinding full = MakeFinding("a", "x", 7);
  full.further = Verdict::kStale;
  full.verdict = Verdict::kNotEntitled;
  full.exposure = Exposure::kTold;
  full.true_since = absl::FromUnixSeconds(1'600'000'000);
  full.lag = absl::Hours(3);
  full.first_audit = 2;
  full.gone_audit = 9;
  AuditFinding nobody;
  nobody.subject = "w-17";
  nobody.verdict = Verdict::kUnknownSubject;
  nobody.said_at = full.said_at;
  const auto parsed = rows::ParseAuditFindings(
      rows::EncodeAuditFindings({full, nobody}, "web"));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  ASSERT_EQ(parsed->size(), 2U);
  const AuditFinding& first = (*parsed)[0];
  EXPECT_EQ(first.entity, full.entity);
  EXPECT_EQ(first.verdict, full.verdict);
  EXPECT_EQ(first.further, full.further);
  EXPECT_EQ(first.exposure, full.exposure);
  EXPECT_EQ(first.said, full.said);
  EXPECT_EQ(first.truth, full.truth);
  EXPECT_EQ(first.explanation, full.explanation);
  EXPECT_EQ(first.true_since, full.true_since);
  EXPECT_EQ(first.lag, full.lag);
  EXPECT_EQ(first.labels, full.labels);
  EXPECT_EQ(first.line, 7);
  EXPECT_EQ(first.first_audit, 2U);
  EXPECT_EQ(first.gone_audit, 9U);
  EXPECT_TRUE(first.personal);
  EXPECT_EQ((*parsed)[1].subject, "w-17");
  EXPECT_FALSE((*parsed)[1].entity.has_value());
}

TEST(AuditRowsTest, RecordsComeBackAsTheyWereTheNewestFirst) {
  MemoryStore store;
  AuditRecord record;
  record.channel = "web";
  record.state = AuditState::kSucceeded;
  record.scope.attributes = {"tier"};
  record.at = Revision(42);
  record.as_at = record.started_at = absl::FromUnixSeconds(1'700'000'000);
  record.attributes = {{"customer", "tier", {}, 3}};
  record.attributes[0].verdicts[5] = 10;
  record.refused = {{3, "INVALID_FIELD", "is no time"}};
  record.findings = 12;
  record.changes[1][14] = 12;
  const absl::Status written =
      store.Write([&](Transaction& tx) -> absl::Status {
        for (int i = 0; i < 3; ++i) {
          const absl::StatusOr<uint64_t> number = rows::TakeAuditNumber(tx);
          if (!number.ok()) return number.status();
          record.number = *number;
          const absl::Status put = rows::PutAudit(tx, record);
          if (!put.ok()) return put;
        }
        return rows::DeleteAudit(tx, 3);
      });
  ASSERT_TRUE(written.ok()) << written;
  std::vector<AuditRecord> records;
  ASSERT_TRUE(
      rows::VisitAudits(**store.Snapshot(), 0, [&](const AuditRecord& one) {
        records.push_back(one);
        return true;
      }).ok());
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].number, 2U);
  EXPECT_EQ(records[1].number, 1U);
  EXPECT_EQ(records[0].scope, record.scope);
  EXPECT_EQ(records[0].at, record.at);
  EXPECT_EQ(records[0].Totals()[5], 10);
  EXPECT_EQ(records[0].attributes[0].missing_values, 3);
  EXPECT_EQ(records[0].refused[0].message, "is no time");
  EXPECT_EQ(records[0].changes, record.changes);
  // A number is never used again.
  ASSERT_TRUE(store
                  .Write([&](Transaction& tx) -> absl::Status {
                    const auto number = rows::TakeAuditNumber(tx);
                    EXPECT_EQ(*number, 4U);
                    return number.status();
                  })
                  .ok());
}

}  // namespace
}  // namespace concordat::audits
