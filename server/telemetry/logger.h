#ifndef CONCORDAT_SERVER_TELEMETRY_LOGGER_H_
#define CONCORDAT_SERVER_TELEMETRY_LOGGER_H_

#include <initializer_list>
#include <ostream>
#include <utility>

#include "absl/strings/string_view.h"
#include "graph/clock.h"
#include "graph/mutex.h"

namespace concordat {

enum class Severity { kInfo, kWarning, kError };

// Writes one JSON object a line: time, severity, message and fields. Callers
// give names and numbers, never personal values. Thread-safe.
class Logger {
 public:
  using Field = std::pair<absl::string_view, absl::string_view>;

  // Both must outlive this.
  Logger(std::ostream* out, const Clock* clock) : clock_(clock), out_(out) {}

  void Log(Severity severity, absl::string_view message,
           std::initializer_list<Field> fields = {})
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const Clock* const clock_;
  Mutex mutex_;
  std::ostream* const out_ ABSL_PT_GUARDED_BY(mutex_);
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_TELEMETRY_LOGGER_H_
