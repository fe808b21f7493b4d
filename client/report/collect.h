// The report of an audit, from its server.
#ifndef CONCORDAT_CLIENT_REPORT_COLLECT_H_
#define CONCORDAT_CLIENT_REPORT_COLLECT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/client.h"
#include "client/report/audit_report.h"
#include "client/report/finding_source.h"

namespace concordat::client::report {

// The most that is looked at of what came before an audit.
inline constexpr int kHistoryMax = 100;
inline constexpr int kAuditsOfOthersMax = 500;

// Which audit, since which.
struct AuditChoice {
  std::string audit_id;
  // Empty: the previous one of the same channel and scope.
  std::string baseline_audit_id;
};

// All of a report but the summary of the findings. Nothing in it is later than
// the audit, so that it is the same whenever it is asked for, while the audits
// before are there. A server that keeps no scorecards is no error; the report
// then says so. Errors: the server's; FAILED_PRECONDITION where the audit has
// not succeeded.
absl::StatusOr<AuditReport> CollectReport(Client& client,
                                          const AuditChoice& choice);

// The findings, page by page, each time anew. The client must outlive this.
class ServerFindings final : public FindingSource {
 public:
  ServerFindings(Client& client, AuditChoice choice)
      : client_(client), choice_(std::move(choice)) {}
  // Errors: the server's; the visitor's.
  absl::Status ForEach(const FindingVisitor& visit) override;

 private:
  Client& client_;
  const AuditChoice choice_;
};

}  // namespace concordat::client::report

#endif  // CONCORDAT_CLIENT_REPORT_COLLECT_H_
