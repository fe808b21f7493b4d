#include "tests/consistency/world.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "consistency/consistency_reader.h"
#include "consistency/knowledge.h"
#include "graph/errors.h"
#include "graph/status_macros.h"
#include "gtest/gtest.h"
#include "tests/consistency/test_vocabulary.h"

namespace concordat {

absl::Time Noon() {
  return absl::FromCivil(absl::CivilHour(2026, 3, 10, 12), absl::UTCTimeZone());
}

FactRecord MakeFact(const std::string& attribute,
                    std::optional<std::string> value, ValidTime valid,
                    const EntityId& entity) {
  FactRecord fact;
  fact.entity = entity;
  fact.attribute = attribute;
  fact.value = std::move(value);
  fact.valid = valid;
  return fact;
}

FactRecord MakeRetraction(const std::string& attribute, absl::Time from,
                          const EntityId& entity) {
  FactRecord fact = MakeFact(attribute, std::nullopt, {.from = from}, entity);
  fact.retraction = true;
  return fact;
}

LinkRecord MakeLink(const std::string& channel, const std::string& subject,
                    const EntityId& entity) {
  LinkRecord link;
  link.channel = channel;
  link.subject = subject;
  link.entity = entity;
  return link;
}

Claim MakeClaim(const std::string& channel, const std::string& attribute,
                std::optional<std::string> value, absl::Time said_at) {
  Claim claim;
  claim.channel = channel;
  claim.entity = kAda;
  claim.attribute = attribute;
  claim.value = std::move(value);
  claim.said_at = said_at;
  claim.said_at_given = true;
  return claim;
}

std::string ReasonOf(const absl::Status& status) {
  if (status.ok()) return "OK";
  const std::optional<ErrorDetail> detail = DetailOf(status);
  if (!detail.has_value()) return status.ToString();
  const std::string reason(ErrorReasonName(detail->reason));
  return detail->field.empty() ? reason
                               : absl::StrCat(reason, " ", detail->field);
}

std::string Describe(const Finding& finding) {
  return absl::StrCat(finding.subject.channel, " ", finding.subject.attribute,
                      " ", VerdictName(finding.verdict), " ",
                      FindingStateName(finding.state), " ", finding.count);
}

World::World() { FillTestVocabulary(vocabulary_); }

void World::Restart() {
  checker_ = MakeChecker();
  EXPECT_EQ(ReasonOf(checker_->Load(**store_.Snapshot())), "OK");
}

void World::ApplyHeld() {
  EXPECT_EQ(ReasonOf(store_.Write([this](Transaction& tx) {
              return checker_->held().ApplyAll(tx);
            })),
            "OK");
}

Revision World::Write(std::vector<Change> changes) {
  WriteBatch batch;
  batch.changes = std::move(changes);
  const CommitStamp stamp{.revision = head_.Next(), .at = now_};
  const auto write = [&]() -> absl::Status {
    CONCORDAT_RETURN_IF_ERROR(ValidateWrite(vocabulary_, batch));
    return store_.Write([&](Transaction& tx) -> absl::Status {
      CONCORDAT_RETURN_IF_ERROR(
          checker_->Write(tx, vocabulary_, batch, stamp).status());
      CONCORDAT_RETURN_IF_ERROR(checker_->held().KeepUp(tx));
      return rows::PutHead(tx, stamp.revision);
    });
  };
  EXPECT_EQ(ReasonOf(write()), "OK");
  head_ = stamp.revision;
  return head_;
}

std::vector<ClaimOutcome> World::Report(std::vector<Claim> claims) {
  const CommitStamp stamp{.revision = head_.Next(), .at = now_};
  ReportOutcome report;
  const absl::Status status =
      store_.Write([&](Transaction& tx) -> absl::Status {
        CONCORDAT_ASSIGN_OR_RETURN(
            report, checker_->Report(tx, vocabulary_, claims, stamp));
        CONCORDAT_RETURN_IF_ERROR(checker_->held().KeepUp(tx));
        return report.recorded == 0 ? absl::OkStatus()
                                    : rows::PutHead(tx, stamp.revision);
      });
  EXPECT_EQ(ReasonOf(status), "OK");
  if (report.recorded > 0) head_ = stamp.revision;
  return report.claims;
}

Judgement World::Ask(const Claim& claim, Trace trace) {
  const std::unique_ptr<Reader> reader = *store_.Snapshot();
  StoredKnowledge knowledge(*reader, head_, vocabulary_, nullptr);
  const absl::StatusOr<Judgement> judgement =
      Judge(claim, vocabulary_, knowledge, trace);
  EXPECT_EQ(ReasonOf(judgement.status()), "OK");
  return judgement.ok() ? *judgement : Judgement();
}

std::vector<Finding> World::Findings() {
  FindingFilter any;
  any.states = {FindingState::kObserved,     FindingState::kOpen,
                FindingState::kAcknowledged, FindingState::kMuted,
                FindingState::kResolved,     FindingState::kReopened};
  const auto page = ListFindings(**store_.Snapshot(), Mutes(), any, "", 10000);
  EXPECT_EQ(ReasonOf(page.status()), "OK");
  return page.ok() ? page->findings : std::vector<Finding>();
}

std::vector<std::string> World::DescribeFindings() {
  std::vector<std::string> described;
  for (const Finding& finding : Findings()) {
    described.push_back(Describe(finding));
  }
  return described;
}

std::vector<FindingEvent> World::EventsOf(const std::string& finding_id) {
  const auto events = rows::GetFindingEvents(**store_.Snapshot(), finding_id);
  EXPECT_EQ(ReasonOf(events.status()), "OK");
  return events.ok() ? *events : std::vector<FindingEvent>();
}

std::vector<std::string> World::Held() {
  const auto page = ListHeldClaims(**store_.Snapshot(), "", {}, "", 10000);
  EXPECT_EQ(ReasonOf(page.status()), "OK");
  std::vector<std::string> described;
  if (!page.ok()) return described;
  for (const HeldClaimPage::Item& item : page->items) {
    const rows::JudgedClaim& judged = item.held.judged;
    described.push_back(absl::StrCat(
        judged.claim.channel, " ", judged.attribute, "=",
        judged.claim.value.value_or("none"), " ", VerdictName(judged.verdict)));
  }
  return described;
}

StoredRows World::AllRows() { return StoredRowsOf(**store_.Snapshot()); }

}  // namespace concordat
