// The page as a whole.
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "client/report/escape.h"
#include "client/report/html_assets.h"
#include "client/report/html_sections.h"
#include "client/report/render.h"
#include "client/report/text.h"
#include "proto/sha256.h"

namespace concordat::client::report {
namespace {

// A source of a Content-Security-Policy that allows this text and no other.
std::string HashSource(absl::string_view text) {
  return absl::StrCat("'sha256-",
                      absl::Base64Escape(Sha256().Add(text).Finish()), "'");
}

void AddHead(const AuditReport& report, Output& out) {
  out.Add(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
      "<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\""
      "default-src 'none'; base-uri 'none'; form-action 'none'; "
      "style-src ",
      HashSource(PageStyle()), "; script-src ", HashSource(PageScript()),
      "\">\n<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n<meta name=\"referrer\" "
      "content=\"no-referrer\">\n<meta name=\"color-scheme\" "
      "content=\"light dark\">\n<title>");
  out.Add(Markup(Headline(report)), "</title>\n<style>", PageStyle(),
          "</style>\n</head>\n<body>\n");
}

}  // namespace

absl::Status RenderHtml(const AuditReport& report, FindingSource& findings,
                        const RenderOptions& options, const ByteSink& sink) {
  Output out(sink);
  AddHead(report, out);
  out.Add("<main>\n");
  AddVerdictSection(report, options, out);
  AddPlotSections(report, out);
  AddHeatSections(report, out);
  AddCauseSection(report, out);
  AddScorecardSection(report, out);
  AddGapSection(report, out);
  AddExampleSection(report, out);
  const absl::Status listed = AddFindingSection(report, findings, options, out);
  if (!listed.ok()) return listed;
  out.Add("</main>\n<script>", PageScript(), "</script>\n</body>\n</html>\n");
  return out.Finish();
}

}  // namespace concordat::client::report
