// A channel's export into an audit.
#ifndef CONCORDAT_CLIENT_AUDIT_EXPORT_SENDER_H_
#define CONCORDAT_CLIENT_AUDIT_EXPORT_SENDER_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/client.h"
#include "client/import/item_reader.h"
#include "concordat/v1/audits.pb.h"

namespace concordat::client {

// What to send, and for what.
struct ExportOptions {
  v1::AuditSpec spec;
  // Its `kind` is claims. Without a mapping, CSV goes as it is, and the server
  // takes it apart; everything else goes as claims.
  ItemReaderOptions input;
};

// Whoever watches an audit; called by the thread that runs it.
class ExportObserver {
 public:
  virtual ~ExportObserver() = default;
  // A row of a mapped file could not be read; it is not sent.
  virtual void OnProblem(const RowProblem& problem) = 0;
  // `share_sent`: of the file, 0 to 1; negative: not known.
  virtual void OnProgress(const std::string& audit_id,
                          const v1::AuditProgress& progress,
                          double share_sent) = 0;
};

// How it reaches a server.
struct ExportTarget {
  std::function<std::unique_ptr<AuditExportStream>()> open;
  // Waits for the given time before the next try.
  std::function<void(absl::Duration)> wait;
  // Asked now and then: the audit is to be ended.
  std::function<bool()> stopped;
  std::function<void(const std::string& audit_id)> cancel;
};

// Audits one file and gives the audit as it was published. A stream of CSV that
// breaks is opened again and goes on where the server is, six times. Errors:
// the file's, the server's, CANCELLED.
absl::StatusOr<v1::Audit> SendExport(const ExportOptions& options,
                                     const ExportTarget& target,
                                     ExportObserver* observer);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_AUDIT_EXPORT_SENDER_H_
