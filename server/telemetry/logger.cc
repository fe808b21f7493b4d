#include "server/telemetry/logger.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace concordat {
namespace {

const char* NameOf(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "info";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "error";
}

// RFC 8259, section 7. Bytes above 0x7f pass: messages are UTF-8.
void AppendJsonString(absl::string_view text, std::string& out) {
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppendFormat(&out, "\\u%04x", static_cast<int>(c));
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

}  // namespace

void Logger::Log(Severity severity, absl::string_view message,
                 std::initializer_list<Field> fields) {
  std::string line = absl::StrCat(
      "{\"time\":\"",
      absl::FormatTime(absl::RFC3339_full, clock_->Now(), absl::UTCTimeZone()),
      "\",\"severity\":\"", NameOf(severity), "\",\"message\":");
  AppendJsonString(message, line);
  for (const auto& [name, value] : fields) {
    if (value.empty()) continue;
    line.push_back(',');
    AppendJsonString(name, line);
    line.push_back(':');
    AppendJsonString(value, line);
  }
  line += "}\n";
  MutexLock lock(&mutex_);
  *out_ << line << std::flush;
}

}  // namespace concordat
