// A report with everything in it, and text that means harm wherever others
// write text.
#ifndef CONCORDAT_TESTS_REPORT_SAMPLE_REPORT_H_
#define CONCORDAT_TESTS_REPORT_SAMPLE_REPORT_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "client/report/audit_report.h"
#include "client/report/finding_source.h"
#include "client/report/render.h"

namespace concordat::client::report {

// Is in every personal value of the sample, so that a report that has it says
// what it must not.
inline constexpr char kSecret[] = "SECRET";

// What breaks out of one format or another.
const std::vector<std::string>& HostileTexts();

// Findings in memory.
class ListedFindings final : public FindingSource {
 public:
  explicit ListedFindings(std::vector<v1::AuditFinding> findings)
      : findings_(std::move(findings)) {}
  absl::Status ForEach(const FindingVisitor& visit) override;
  const std::vector<v1::AuditFinding>& all() const { return findings_; }

 private:
  const std::vector<v1::AuditFinding> findings_;
};

// The i-th finding of the sample: verdicts, changes, states and hostile texts
// take turns.
v1::AuditFinding SampleFinding(int64_t i);
std::vector<v1::AuditFinding> SampleFindings(int64_t count);

// An audit with these findings; its summary is made from what `shown` shows.
AuditReport SampleReport(const std::vector<v1::AuditFinding>& findings,
                         FindingSource& shown);

// A report as text.
std::string Rendered(Format format, const AuditReport& report,
                     FindingSource& findings, const RenderOptions& options);

// The sample in a format, masked or not.
std::string SampleIn(Format format, int64_t findings, bool shows_values);

}  // namespace concordat::client::report

#endif  // CONCORDAT_TESTS_REPORT_SAMPLE_REPORT_H_
