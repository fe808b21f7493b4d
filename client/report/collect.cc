#include "client/report/collect.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/report/verdict_rules.h"
#include "client/status_macros.h"

namespace concordat::client::report {
namespace {

constexpr int kPageSize = 1000;
constexpr int kAuditsPageSize = 50;
constexpr int64_t kHourSeconds = 3600;
constexpr int64_t kScorecardSeconds = 28 * 24 * kHourSeconds;

// Whether an audit is the other one, or earlier.
bool IsUpTo(const v1::Audit& audit, const v1::Audit& last) {
  uint64_t a = 0;
  uint64_t b = 0;
  return absl::SimpleAtoi(audit.id(), &a) && absl::SimpleAtoi(last.id(), &b) &&
         a <= b;
}

// Audits that succeeded up to the given one, the newest first, at most `max` of
// them, while `use` says so.
absl::Status ForEachAudit(Client& client, const v1::Audit& last,
                          const std::string& channel, int max,
                          const std::function<bool(const v1::Audit&)>& use) {
  v1::ListAuditsRequest request;
  request.set_channel(channel);
  request.add_states(v1::AUDIT_STATE_SUCCEEDED);
  request.set_page_size(kAuditsPageSize);
  int seen = 0;
  do {
    CLIENT_ASSIGN_OR_RETURN(const v1::ListAuditsResponse page,
                            client.ListAudits(request));
    for (const v1::Audit& audit : page.audits()) {
      if (!IsUpTo(audit, last)) continue;
      if (++seen > max || !use(audit)) return absl::OkStatus();
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

// Whether what they came to can be compared: they are of the same part of what
// there is.
bool IsLike(const v1::Audit& a, const v1::Audit& b) {
  return a.scope().SerializeAsString() == b.scope().SerializeAsString() &&
         a.has_sampling() == b.has_sampling() &&
         a.sampling().SerializeAsString() == b.sampling().SerializeAsString();
}

v1::Agreement HistoryAgreementOf(const v1::AuditResult& result) {
  if (!result.has_estimate()) return AgreementOf(result);
  const v1::AuditEstimate& estimate = result.estimate();
  v1::Agreement agreement;
  agreement.set_agree(estimate.sampled() - estimate.sampled_wrong());
  agreement.set_contradict(estimate.sampled_wrong());
  agreement.set_rate(1 - estimate.rate());
  agreement.set_low(1 - estimate.high());
  agreement.set_high(1 - estimate.low());
  return agreement;
}

// Whether an audit found again exactly what the one before it had found, at the
// same revision. Then only the later one counts: it says nothing new.
bool Repeats(const v1::Audit& later, const v1::Audit& past) {
  const auto counts = [](const v1::Audit& audit) {
    std::map<std::tuple<std::string, std::string, int>, int64_t> rows;
    for (const v1::AuditCount& count : audit.result().counts())
      rows[{count.entity_type(), count.attribute(), count.verdict()}] +=
          count.rows();
    return rows;
  };
  const auto& changes = later.result().changes();
  return later.result().previous_audit_id() == past.id() &&
         later.revision() == past.revision() &&
         std::all_of(changes.begin(), changes.end(),
                     [](const v1::AuditChangeCount& count) {
                       return count.change() == v1::AUDIT_CHANGE_UNCHANGED;
                     }) &&
         counts(later) == counts(past);
}

absl::Status CollectHistory(Client& client, AuditReport* report) {
  const v1::Audit& audit = report->audit;
  v1::Audit later;
  const absl::Status listed = ForEachAudit(
      client, audit, audit.channel(), kAuditsOfOthersMax,
      [&](const v1::Audit& past) {
        if (!IsLike(past, audit)) return true;
        const bool repeats = later.has_result() && Repeats(later, past);
        later = past;
        if (repeats) return true;
        HistoryPoint& point = report->history.emplace_back();
        point.audit_id = past.id();
        point.at = past.as_at();
        point.agreement = HistoryAgreementOf(past.result());
        point.findings = past.result().findings();
        return report->history.size() < static_cast<size_t>(kHistoryMax);
      });
  std::reverse(report->history.begin(), report->history.end());
  return listed;
}

void AddChannel(const v1::Audit& audit, AuditReport* report) {
  std::map<std::pair<std::string, std::string>, v1::AuditResult> attributes;
  for (const v1::AuditCount& count : audit.result().counts()) {
    if (count.attribute().empty()) continue;
    *attributes[{count.entity_type(), count.attribute()}].add_counts() = count;
  }
  for (const auto& [name, result] : attributes)
    report->channels.push_back(
        {audit.channel(), name.first, name.second, AgreementOf(result)});
}

// The newest audit of each channel; of this one's channel, this one. Audits of
// another part do not speak for it.
absl::Status CollectChannels(Client& client, AuditReport* report) {
  const v1::Audit& audit = report->audit;
  AddChannel(audit, report);
  CLIENT_ASSIGN_OR_RETURN(const v1::GetVocabularyResponse in_force,
                          client.GetVocabulary(v1::GetVocabularyRequest()));
  for (const auto& [channel, known] : in_force.vocabulary().channels()) {
    if (channel == audit.channel()) continue;
    CLIENT_RETURN_IF_ERROR(ForEachAudit(client, audit, channel,
                                        kAuditsOfOthersMax,
                                        [&](const v1::Audit& other) {
                                          if (!IsLike(other, audit))
                                            return true;
                                          AddChannel(other, report);
                                          return false;
                                        }));
  }
  std::sort(report->channels.begin(), report->channels.end(),
            [](const ChannelAttribute& a, const ChannelAttribute& b) {
              return std::tie(a.channel, a.entity_type, a.attribute) <
                     std::tie(b.channel, b.entity_type, b.attribute);
            });
  return absl::OkStatus();
}

absl::Status CollectScorecard(Client& client, AuditReport* report) {
  v1::GetScorecardRequest request;
  request.add_channels(report->audit.channel());
  // Whole hours that were over when the audit began: they do not change.
  const int64_t start = report->audit.start_time().seconds();
  const int64_t end = start - start % kHourSeconds;
  request.mutable_end_time()->set_seconds(end);
  request.mutable_start_time()->set_seconds(end - kScorecardSeconds);
  request.add_group_by(v1::SCORECARD_DIMENSION_ATTRIBUTE);
  absl::StatusOr<v1::GetScorecardResponse> response =
      client.GetScorecard(request);
  if (absl::IsUnimplemented(response.status())) {
    report->notes.emplace_back(
        "Scorecards are left out: this server keeps none.");
    return absl::OkStatus();
  }
  if (absl::IsInvalidArgument(response.status())) {
    report->notes.emplace_back(
        "The scorecard is left out: the channel is not in the vocabulary any "
        "more.");
    return absl::OkStatus();
  }
  CLIENT_RETURN_IF_ERROR(response.status());
  report->scorecard.assign(response->rows().begin(), response->rows().end());
  return absl::OkStatus();
}

absl::Status CollectChanges(Client& client, const AuditChoice& choice,
                            AuditReport* report) {
  const v1::AuditResult& result = report->audit.result();
  report->baseline_audit_id = choice.baseline_audit_id.empty()
                                  ? result.previous_audit_id()
                                  : choice.baseline_audit_id;
  if (report->baseline_audit_id.empty()) return absl::OkStatus();
  if (choice.baseline_audit_id.empty()) {
    // Without its findings nothing can be said of any that are gone.
    v1::GetAuditRequest get;
    get.set_id(report->baseline_audit_id);
    const absl::Status found = client.GetAudit(get).status();
    if (absl::IsNotFound(found)) {
      report->notes.push_back(absl::StrCat(
          "What became of findings is left out: audit ",
          report->baseline_audit_id, ", which came before, was deleted."));
      report->baseline_audit_id.clear();
      return absl::OkStatus();
    }
    CLIENT_RETURN_IF_ERROR(found);
    report->changes.assign(result.changes().begin(), result.changes().end());
    return absl::OkStatus();
  }
  v1::CompareAuditsRequest request;
  request.set_audit_id(choice.audit_id);
  request.set_baseline_audit_id(choice.baseline_audit_id);
  CLIENT_ASSIGN_OR_RETURN(const v1::CompareAuditsResponse compared,
                          client.CompareAudits(request));
  report->changes.assign(compared.changes().begin(), compared.changes().end());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<AuditReport> CollectReport(Client& client,
                                          const AuditChoice& choice) {
  v1::GetAuditRequest request;
  request.set_id(choice.audit_id);
  CLIENT_ASSIGN_OR_RETURN(v1::GetAuditResponse response,
                          client.GetAudit(request));
  AuditReport report;
  report.audit = std::move(*response.mutable_audit());
  if (report.audit.state() != v1::AUDIT_STATE_SUCCEEDED)
    return absl::FailedPreconditionError(
        absl::StrCat("there is no report of audit ", choice.audit_id,
                     ": it has not succeeded"));
  if (report.audit.source() == v1::AUDIT_SOURCE_DIFFERENTIAL)
    report.notes.emplace_back(
        "A differential audit knows the circumstances of what differs only: "
        "causes are by attribute and verdict, and nothing is shown by label or "
        "by day.");
  CLIENT_RETURN_IF_ERROR(CollectChanges(client, choice, &report));
  CLIENT_RETURN_IF_ERROR(CollectHistory(client, &report));
  CLIENT_RETURN_IF_ERROR(CollectChannels(client, &report));
  CLIENT_RETURN_IF_ERROR(CollectScorecard(client, &report));
  return report;
}

absl::Status ServerFindings::ForEach(const FindingVisitor& visit) {
  v1::ListAuditFindingsRequest request;
  request.set_audit_id(choice_.audit_id);
  request.set_baseline_audit_id(choice_.baseline_audit_id);
  request.set_page_size(kPageSize);
  // Without them, those that are gone would be left out.
  for (int change = v1::AuditChange_MIN; change <= v1::AuditChange_MAX;
       ++change) {
    if (change != v1::AUDIT_CHANGE_UNSPECIFIED)
      request.mutable_filter()->add_changes(
          static_cast<v1::AuditChange>(change));
  }
  do {
    CLIENT_ASSIGN_OR_RETURN(const v1::ListAuditFindingsResponse page,
                            client_.ListAuditFindings(request));
    for (const v1::AuditFinding& finding : page.findings())
      CLIENT_RETURN_IF_ERROR(visit(finding));
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

}  // namespace concordat::client::report
