// The parts of the page, in the order in which they stand.
#ifndef CONCORDAT_CLIENT_REPORT_HTML_SECTIONS_H_
#define CONCORDAT_CLIENT_REPORT_HTML_SECTIONS_H_

#include "client/report/audit_report.h"
#include "client/report/finding_source.h"
#include "client/report/output.h"
#include "client/report/render.h"

namespace concordat::client::report {

// What it came to: tiles, and what was audited against what.
void AddVerdictSection(const AuditReport& report, const RenderOptions& options,
                       Output& out);

// Agreement over time, and how long what is stale had been superseded.
void AddPlotSections(const AuditReport& report, Output& out);

// Heat maps: attribute by verdict, channel by attribute, and by circumstance.
void AddHeatSections(const AuditReport& report, Output& out);

// Causes, with their rates and owners.
void AddCauseSection(const AuditReport& report, Output& out);

// The channel's scorecard, where there is one, and what is missing or refused.
void AddScorecardSection(const AuditReport& report, Output& out);
void AddGapSection(const AuditReport& report, Output& out);

// Some findings of each kind, side by side with the truth.
void AddExampleSection(const AuditReport& report, Output& out);

// The table of findings, the first of them in it, and all that are listed as
// JSON beside it. Errors: the source's.
absl::Status AddFindingSection(const AuditReport& report,
                               FindingSource& findings,
                               const RenderOptions& options, Output& out);

}  // namespace concordat::client::report

#endif  // CONCORDAT_CLIENT_REPORT_HTML_SECTIONS_H_
