// What an import shows: progress, problems, results and the summary.
#ifndef CONCORDAT_CLIENT_CLI_IMPORT_REPORT_H_
#define CONCORDAT_CLIENT_CLI_IMPORT_REPORT_H_

#include <cstdio>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "client/cli/app.h"
#include "client/cli/judgement_text.h"
#include "client/import/claim_summary.h"
#include "client/import/importer.h"

namespace concordat::client {

// Problems that are printed; the others are counted, and go to --rejects.
inline constexpr int64_t kProblemsPrinted = 20;

// What to write beside the terminal.
struct ImportReportOptions {
  std::string rejects_path;  // Empty: nowhere.
  std::string results_path;
  bool shows_progress = false;
  FailOn fail_on;
  // Alias of an attribute -> its name, so that one attribute is one row of the
  // summary however a channel calls it.
  absl::flat_hash_map<std::string, std::string> attribute_names;
};

// Watches the imports of one command. Not thread-safe.
class ImportReporter final : public ImportObserver {
 public:
  static absl::StatusOr<std::unique_ptr<ImportReporter>> Create(
      ImportReportOptions options);

  // The next file; its name goes with every problem.
  void Begin(const std::string& file);

  void OnProblem(const RowProblem& problem) override;
  void OnClaims(const v1::StreamClaimsRequest& claims,
                const v1::StreamClaimsResponse& response) override;
  void OnProgress(const ImportReport& report) override;

  // The file is done: adds it up, and prints a line about it.
  void End(const ImportReport& report);

  // Prints the summary of claims, and closes the files. DATA_LOSS where one
  // could not be written.
  absl::Status Finish(OutputFormat format, bool claims);

  bool has_problems() const { return problems_ > 0; }
  // A claim got a verdict that --fail-on names.
  bool has_found() const { return found_; }

 private:
  struct FileCloser {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, FileCloser>;

  explicit ImportReporter(ImportReportOptions options);
  void ClearProgress();
  const std::string& AttributeName(const std::string& written) const;
  void PrintSummary(OutputFormat format) const;
  void PrintVerdicts() const;
  void PrintShares() const;

  const ImportReportOptions options_;
  File rejects_;
  File results_;
  std::string file_;
  int64_t problems_ = 0;
  bool found_ = false;
  ClaimSummary summary_;
  absl::Time started_;
  absl::Time shown_;
  bool progress_on_screen_ = false;
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_CLI_IMPORT_REPORT_H_
