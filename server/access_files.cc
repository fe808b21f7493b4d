#include "server/access_files.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

constexpr absl::Duration kEvery = absl::Seconds(1);
// So long before a certificate ends, and once a day from then on, it is said.
constexpr absl::Duration kWarnBefore = absl::Hours(7 * 24);
constexpr absl::Duration kWarnEvery = absl::Hours(24);

// What tells a file from the one that takes its place.
std::string MarkOf(const std::string& path) {
  std::error_code error;
  const auto written = std::filesystem::last_write_time(path, error);
  const auto size = std::filesystem::file_size(path, error);
  return absl::StrCat(path, "@", written.time_since_epoch().count(), "/", size,
                      ";");
}

std::string MarksOf(const Callers& callers) {
  std::string marks;
  for (const std::string& file : callers.files) marks += MarkOf(file);
  return marks;
}

std::string AllAuthorities(const Callers& callers) {
  std::string all;
  for (const auto& [domain, pem] : callers.authorities) {
    absl::StrAppend(&all, pem, "\n");
  }
  return all;
}

}  // namespace

AccessFiles::AccessFiles(Paths paths, const Clock* clock, Logger* logger)
    : paths_(std::move(paths)), clock_(*clock), logger_(*logger) {}

absl::Status AccessFiles::Load() {
  if (paths_.certificate.empty() != paths_.key.empty()) {
    return errors::InvalidField(
        "tls", "a certificate needs its key, and a key its certificate");
  }
  if (paths_.callers.empty()) {
    callers_ = Callers::Anybody();
  } else {
    CONCORDAT_ASSIGN_OR_RETURN(callers_, LoadCallers(paths_.callers));
    seen_ = MarksOf(*callers_);
  }
  if (paths_.certificate.empty()) return absl::OkStatus();
  stage_ = std::make_unique<CertificateStage>(paths_.stage);
  return LoadCertificates();
}

absl::Status AccessFiles::LoadCertificates() {
  return stage_->Refresh(paths_.certificate, paths_.key,
                         AllAuthorities(*callers_), clock_.Now());
}

void AccessFiles::Follow(
    std::function<void(std::shared_ptr<const Callers> callers)> replace) {
  ReplaceBy(std::move(replace));
  task_.Start(kEvery, [this] { LookAgain(); });
}

bool AccessFiles::CallersChanged() {
  if (paths_.callers.empty()) return false;
  // The file itself is always one of them.
  const std::string marks = MarksOf(*callers_);
  if (marks == seen_) return false;
  seen_ = marks;
  return true;
}

void AccessFiles::LookAgain() {
  if (CallersChanged()) {
    absl::StatusOr<std::shared_ptr<const Callers>> callers =
        LoadCallers(paths_.callers);
    if (callers.ok()) {
      callers_ = *std::move(callers);
      seen_ = MarksOf(*callers_);
      replace_(callers_);
      logger_.Log(Severity::kInfo, "callers were read anew");
      callers_problem_.clear();
    } else {
      Report("callers", callers.status(), callers_problem_);
    }
  }
  if (stage_ == nullptr) return;
  Report("certificate", LoadCertificates(), certificate_problem_);
  const absl::Time now = clock_.Now();
  if (stage_->expires_at() - now < kWarnBefore &&
      now - warned_at_ >= kWarnEvery) {
    warned_at_ = now;
    logger_.Log(
        Severity::kWarning, "the server's certificate ends soon",
        {{"at", absl::FormatTime(absl::RFC3339_sec, stage_->expires_at(),
                                 absl::UTCTimeZone())}});
  }
}

void AccessFiles::Report(const char* what, const absl::Status& status,
                         std::string& reported) {
  if (status.message() == reported) return;
  reported = std::string(status.message());
  if (status.ok()) return;
  logger_.Log(Severity::kError, "not taken: what was there before stays",
              {{"file", what}, {"problem", reported}});
}

}  // namespace concordat
