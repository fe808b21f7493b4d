// A report in each of its formats.
#ifndef CONCORDAT_CLIENT_REPORT_RENDER_H_
#define CONCORDAT_CLIENT_REPORT_RENDER_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/report/audit_report.h"
#include "client/report/finding_source.h"
#include "client/report/output.h"

namespace concordat::client::report {

enum class Format { kHtml, kJunit, kSarif, kCsv, kJsonLines, kMarkdown };

// `html`, `junit`, `sarif`, `csv`, `jsonl`, `markdown`. Errors:
// INVALID_ARGUMENT with what there is.
absl::StatusOr<Format> ParseFormat(absl::string_view name);

// Whether a format shows AuditReport::summary.
bool NeedsSummary(Format format);

struct RenderOptions {
  // Findings that are listed, fresh ones first where that is not all; the
  // report says how many there are. 0: kHtmlFindings in HTML, else all.
  int64_t findings_max = 0;
  // More make a page that browsers open slowly.
  static constexpr int64_t kHtmlFindings = 100'000;
  // The file that was audited, as a path in the repository, for who shows
  // SARIF beside files. Empty: not said.
  std::string artifact;
  // Version of the program, for SARIF.
  std::string version;
  // The findings have personal values; the report warns of them.
  bool shows_values = false;
};

// Writes a report. What it says of findings is what `findings` and the summary
// say: masked where they are. The same input gives the same bytes. Errors: the
// sink's and the source's.
absl::Status Render(Format format, const AuditReport& report,
                    FindingSource& findings, const RenderOptions& options,
                    const ByteSink& sink);

// One page without any other file and without the network: plots, tables, and
// the findings to sort, filter and leaf through.
absl::Status RenderHtml(const AuditReport& report, FindingSource& findings,
                        const RenderOptions& options, const ByteSink& sink);

// JUnit XML as Surefire's and Jenkins' schemas have it: one suite an attribute,
// one case a verdict, which fails where there are findings that are not muted.
absl::Status RenderJunit(const AuditReport& report, const ByteSink& sink);

// SARIF 2.1.0: one result a finding, also of those that are gone.
absl::Status RenderSarif(const AuditReport& report, FindingSource& findings,
                         const RenderOptions& options, const ByteSink& sink);

// RFC 4180, UTF-8, with a header: one record a finding, also of those that are
// gone. No cell is run by a spreadsheet.
absl::Status RenderCsv(const AuditReport& report, FindingSource& findings,
                       const RenderOptions& options, const ByteSink& sink);

// One concordat.v1.AuditFinding a line, as proto JSON, also of those that are
// gone.
absl::Status RenderJsonLines(const AuditReport& report, FindingSource& findings,
                             const RenderOptions& options,
                             const ByteSink& sink);

// A summary for a comment on a change (GitHub flavoured Markdown).
absl::Status RenderMarkdown(const AuditReport& report,
                            const RenderOptions& options, const ByteSink& sink);

}  // namespace concordat::client::report

#endif  // CONCORDAT_CLIENT_REPORT_RENDER_H_
