// What an audit came to, as every format of a report shows it.
#ifndef CONCORDAT_CLIENT_REPORT_AUDIT_REPORT_H_
#define CONCORDAT_CLIENT_REPORT_AUDIT_REPORT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/report/finding_source.h"
#include "concordat/v1/audits.pb.h"
#include "concordat/v1/scorecards.pb.h"

namespace concordat::client::report {

// Findings of one attribute and verdict.
struct FindingKind {
  std::string entity_type;  // empty: about nobody who is known
  std::string attribute;    // empty: about the whole
  v1::Verdict verdict = v1::VERDICT_UNSPECIFIED;
  int64_t findings = 0;  // without those that are gone
  int64_t muted = 0;     // of them
  std::map<v1::AuditChange, int64_t> changes;
  // The first of them, fresh ones before others.
  std::vector<v1::AuditFinding> examples;
};

// How long what is STALE had been superseded.
struct LagHistogram {
  static constexpr size_t kBuckets = 9;
  // Up to so many seconds; the last bucket has all that is longer.
  static constexpr std::array<int64_t, kBuckets - 1> kBounds = {
      60, 600, 3'600, 21'600, 86'400, 3 * 86'400, 7 * 86'400, 28 * 86'400};
  std::array<int64_t, kBuckets> findings = {};
};

// What one pass through the findings tells.
struct FindingSummary {
  int64_t findings = 0;  // without those that are gone
  int64_t gone = 0;      // since the baseline
  int64_t muted = 0;
  // In order of entity type, attribute and verdict.
  std::vector<FindingKind> kinds;
  LagHistogram lags;
  // The first of all, at most kHeadMax.
  std::vector<v1::AuditFinding> head;
  static constexpr size_t kHeadMax = 50;

  int64_t all() const { return findings + gone; }
};

// Goes once through the findings and keeps `examples` of each kind. Errors: the
// source's.
absl::StatusOr<FindingSummary> Summarize(FindingSource& source,
                                         int64_t examples);

// What an audit of the channel's past came to.
struct HistoryPoint {
  std::string audit_id;
  google::protobuf::Timestamp at;  // Audit.as_at
  v1::Agreement agreement;  // of rows; of entities, where it is of a sample
  int64_t findings = 0;
};

// How one channel speaks of one attribute, by its newest audit.
struct ChannelAttribute {
  std::string channel;
  std::string entity_type;
  std::string attribute;
  v1::Agreement agreement;
};

// All that a report shows beside the findings themselves. Every time in a
// report comes from here, so that the same audit gives the same bytes.
struct AuditReport {
  v1::Audit audit;  // SUCCEEDED
  // Empty: there is no baseline.
  std::string baseline_audit_id;
  // What became of findings since the baseline.
  std::vector<v1::AuditChangeCount> changes;
  // Audits of the same channel, scope and sampling up to this one, the oldest
  // first.
  std::vector<HistoryPoint> history;
  // The newest audits of all channels up to this one, in order of channel and
  // attribute.
  std::vector<ChannelAttribute> channels;
  // The scorecard of the channel up to the audit, by attribute.
  std::vector<v1::ScorecardRow> scorecard;
  // Why something is left out, a sentence each.
  std::vector<std::string> notes;
  FindingSummary summary;
};

// Agreement with its 95% interval (Wilson, 1927).
v1::Agreement AgreementOf(int64_t agree, int64_t contradict, int64_t undecided);

// That of all rows of an audit.
v1::Agreement AgreementOf(const v1::AuditResult& result);

// Findings of which the same became.
int64_t CountOf(const AuditReport& report, v1::AuditChange change);

// What a sample says: `Something is wrong with 1.20% of 2,500,000 entities (95%
// interval 1.00% to 1.43%), by a sample of 10,000.`
std::string SampleText(const v1::AuditEstimate& estimate);

// Takes out of the causes which codes were said: kMasked stands for them.
void MaskCauses(v1::AuditResult* result);

// One line: `Audit 3 of web: 99.65% agree, 580 findings, 3 new`.
std::string Headline(const AuditReport& report);

}  // namespace concordat::client::report

#endif  // CONCORDAT_CLIENT_REPORT_AUDIT_REPORT_H_
