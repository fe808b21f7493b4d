#ifndef CONCORDAT_SERVER_AUDIT_ROW_SOURCE_H_
#define CONCORDAT_SERVER_AUDIT_ROW_SOURCE_H_

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "server/audit/audit_run.h"
#include "server/executor.h"

namespace concordat {

// Gets the rows of an audit that nobody sends. Of one audit. Thread-safe.
class RowSource {
 public:
  virtual ~RowSource() = default;

  // Once, after the run has begun: brings all that there is to it, in the
  // background. `done` is called once, from another thread, when nothing comes
  // any more. `executor` outlives that.
  virtual void Start(std::shared_ptr<AuditRun> run, Executor* executor,
                     std::function<void(const absl::Status&)> done) = 0;
  // Has it end soon.
  virtual void Cancel() = 0;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_AUDIT_ROW_SOURCE_H_
