#ifndef CONCORDAT_SERVER_ACCESS_FILES_H_
#define CONCORDAT_SERVER_ACCESS_FILES_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "graph/clock.h"
#include "server/access/callers.h"
#include "server/access/certificate_stage.h"
#include "server/periodic_task.h"
#include "server/telemetry/logger.h"

namespace concordat {

// Who may call, and the server's certificate and key: files that others
// replace while the server runs. What is new is used within two seconds; what
// is wrong is said in the log, and what was there before stays in use.
class AccessFiles {
 public:
  struct Paths {
    // Empty: whoever reaches the server may call.
    std::string callers;
    // Both or none: connections are encrypted, or are not.
    std::string certificate;
    std::string key;
    // A folder of the server's own, for what gRPC reads.
    std::string stage;
  };

  // All must outlive this.
  AccessFiles(Paths paths, const Clock* clock, Logger* logger);
  // Stops.
  ~AccessFiles() { Stop(); }

  // Reads all for the first time. Errors: INVALID_FIELD, which says what is
  // wrong.
  absl::Status Load();
  const std::shared_ptr<const Callers>& callers() const { return callers_; }
  // nullptr: connections are not encrypted.
  const CertificateStage* certificates() const { return stage_.get(); }

  // From now on looks for what is new; `replace` is called with new callers.
  void Follow(
      std::function<void(std::shared_ptr<const Callers> callers)> replace);
  // Looks once: what Follow does again and again, for a test that does not.
  void LookAgain();
  void ReplaceBy(
      std::function<void(std::shared_ptr<const Callers> callers)> replace) {
    replace_ = std::move(replace);
  }
  void Stop() { task_.Stop(); }

 private:
  absl::Status LoadCertificates();
  // Whether a file that callers are made of was replaced since.
  bool CallersChanged();
  // Says it once, until it is another problem or none.
  void Report(const char* what, const absl::Status& status,
              std::string& reported);

  const Paths paths_;
  const Clock& clock_;
  Logger& logger_;
  std::unique_ptr<CertificateStage> stage_;
  std::shared_ptr<const Callers> callers_;
  std::string seen_;  // of the files that callers are made of
  std::string callers_problem_;
  std::string certificate_problem_;
  absl::Time warned_at_ = absl::InfinitePast();
  std::function<void(std::shared_ptr<const Callers>)> replace_;
  PeriodicTask task_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_ACCESS_FILES_H_
