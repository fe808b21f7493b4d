#include "tests/histories/runner.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "consistency/consistency_reader.h"
#include "consistency/explanation.h"
#include "consistency/finding_rows.h"
#include "consistency/judge.h"
#include "consistency/knowledge.h"
#include "graph/limits.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat::histories {
namespace {

// What arrives within a minute is one commit, and so many are one transaction.
constexpr absl::Duration kTogether = absl::Minutes(1);
constexpr size_t kCommitsPerTransaction = 64;

constexpr size_t kPage = 1000;

FindingFilter AnyFinding() {
  FindingFilter any;
  any.states = {FindingState::kObserved,     FindingState::kOpen,
                FindingState::kAcknowledged, FindingState::kMuted,
                FindingState::kResolved,     FindingState::kReopened};
  return any;
}

// Calls `visit` with each finding and its events.
template <typename Visit>
absl::Status ForEachFinding(const Reader& reader, Visit visit) {
  std::string start;
  do {
    CONCORDAT_ASSIGN_OR_RETURN(
        FindingPage page,
        ListFindings(reader, Mutes(), AnyFinding(), start, kPage));
    for (Finding& finding : page.findings) {
      CONCORDAT_ASSIGN_OR_RETURN(const std::vector<FindingEvent> events,
                                 rows::GetFindingEvents(reader, finding.id));
      visit(std::move(finding), events);
    }
    start = std::move(page.next);
  } while (!start.empty());
  return absl::OkStatus();
}

}  // namespace

absl::Status Runner::Run(absl::Span<const Event> events) {
  std::vector<Commit> commits;
  absl::Time began_at;
  for (const Event& event : events) {
    const bool is_claim = std::holds_alternative<Claim>(event.what);
    const bool joins =
        !commits.empty() && commits.back().claims.empty() != is_claim &&
        event.arrives_at - began_at < kTogether &&
        commits.back().claims.size() + commits.back().changes.size() <
            limits::kChangesPerWriteMax;
    if (!joins) {
      if (commits.size() == kCommitsPerTransaction) {
        CONCORDAT_RETURN_IF_ERROR(Run(std::exchange(commits, {})));
      }
      commits.push_back({event.arrives_at, {}, {}});
      began_at = event.arrives_at;
    }
    Commit& commit = commits.back();
    commit.at = event.arrives_at;
    if (is_claim) {
      commit.claims.push_back(std::get<Claim>(event.what));
    } else {
      commit.changes.push_back(std::get<Change>(event.what));
    }
  }
  return Run(std::move(commits));
}

absl::Status Runner::Write(std::vector<Change> changes) {
  return Run({Commit{now_, std::move(changes), {}}});
}

absl::Status Runner::Report(const std::vector<Claim>& claims) {
  return Run({Commit{now_, {}, claims}});
}

absl::Status Runner::WaitUntil(absl::Time time) {
  return store_.Write([&](Transaction& tx) -> absl::Status {
    CONCORDAT_RETURN_IF_ERROR(SettleUntil(tx, time));
    now_ = std::max(now_, time);
    return rows::PutHead(tx, head_);
  });
}

absl::Status Runner::Run(std::vector<Commit> commits) {
  recorded_ = 0;
  return store_.Write([&](Transaction& tx) -> absl::Status {
    for (const Commit& commit : commits) {
      CONCORDAT_RETURN_IF_ERROR(RunOne(tx, commit));
    }
    CONCORDAT_RETURN_IF_ERROR(checker_.held().KeepUp(tx));
    return rows::PutHead(tx, head_);
  });
}

absl::Status Runner::RunOne(Transaction& tx, const Commit& commit) {
  CONCORDAT_RETURN_IF_ERROR(SettleUntil(tx, commit.at));
  now_ = std::max(now_, commit.at);
  const CommitStamp stamp{.revision = head_.Next(), .at = now_};
  ++commits_;
  if (!commit.changes.empty()) {
    WriteBatch batch;
    batch.changes = commit.changes;
    CONCORDAT_RETURN_IF_ERROR(ValidateWrite(vocabulary_, batch));
    CONCORDAT_RETURN_IF_ERROR(
        checker_.Write(tx, vocabulary_, std::move(batch), stamp).status());
    head_ = stamp.revision;
    return absl::OkStatus();
  }
  CONCORDAT_ASSIGN_OR_RETURN(
      const ReportOutcome outcome,
      checker_.Report(tx, vocabulary_, commit.claims, stamp));
  for (const ClaimOutcome& claim : outcome.claims) {
    if (claim.status == ClaimOutcome::Status::kRejected) return claim.error;
  }
  recorded_ += outcome.recorded;
  if (outcome.recorded > 0) head_ = stamp.revision;
  return absl::OkStatus();
}

absl::Status Runner::SettleUntil(Transaction& tx, absl::Time time) {
  while (checker_.next_due() <= time) {
    now_ = std::max(now_, checker_.next_due());
    bool used = false;
    CONCORDAT_RETURN_IF_ERROR(
        checker_.Settle(tx, vocabulary_, {.revision = head_.Next(), .at = now_},
                        limits::kChangesPerWriteMax, used));
    if (used) head_ = head_.Next();
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<SeenFinding>> SeeFindings(const Reader& reader) {
  std::vector<SeenFinding> findings;
  CONCORDAT_RETURN_IF_ERROR(ForEachFinding(
      reader, [&](Finding finding, const std::vector<FindingEvent>& events) {
        // About several channels, which do not make a mistake together here.
        if (IsCross(finding.subject.family)) return;
        SeenFinding seen{std::move(finding), {}};
        for (const FindingEvent& event : events) {
          if (IsOpen(event.state)) seen.shown.insert(event.verdict);
        }
        findings.push_back(std::move(seen));
      }));
  return findings;
}

absl::StatusOr<int64_t> CountOpened(const Reader& reader) {
  int64_t opened = 0;
  CONCORDAT_RETURN_IF_ERROR(ForEachFinding(
      reader, [&](const Finding&, const std::vector<FindingEvent>& events) {
        bool open = false;
        for (const FindingEvent& event : events) {
          if (IsOpen(event.state) && !open) ++opened;
          open = IsOpen(event.state);
        }
      }));
  return opened;
}

absl::StatusOr<Replayed> ReplayFindings(const Reader& reader,
                                        const Vocabulary& vocabulary,
                                        const std::vector<SeenFinding>& seen) {
  Replayed replayed;
  for (const SeenFinding& one : seen) {
    const Finding& finding = one.finding;
    StoredKnowledge knowledge(reader, finding.judged_at, vocabulary, nullptr);
    CONCORDAT_ASSIGN_OR_RETURN(const Judgement judgement,
                               Judge(finding.claim, vocabulary, knowledge));
    const Verdict verdict = finding.subject.family == FindingFamily::kDisclosure
                                ? judgement.verdict
                                : judgement.substance();
    if (verdict == finding.verdict &&
        Explain(finding.claim, judgement) == finding.explanation) {
      ++replayed.same;
    } else {
      replayed.different.push_back(finding.id);
    }
  }
  return replayed;
}

absl::StatusOr<std::vector<Claim>> HeldClaims(const Reader& reader) {
  std::vector<Claim> claims;
  std::string start;
  do {
    CONCORDAT_ASSIGN_OR_RETURN(const HeldClaimPage page,
                               ListHeldClaims(reader, "", {}, start, kPage));
    for (const HeldClaimPage::Item& item : page.items) {
      claims.push_back(item.held.judged.claim);
      claims.back().claim_id = absl::StrCat("audit-", claims.size());
    }
    start = page.next;
  } while (!start.empty());
  return claims;
}

}  // namespace concordat::histories
