#include "client/report/render.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace concordat::client::report {
namespace {

constexpr std::array<std::pair<absl::string_view, Format>, 6> kFormats = {
    {{"html", Format::kHtml},
     {"junit", Format::kJunit},
     {"sarif", Format::kSarif},
     {"csv", Format::kCsv},
     {"jsonl", Format::kJsonLines},
     {"markdown", Format::kMarkdown}}};

}  // namespace

absl::StatusOr<Format> ParseFormat(absl::string_view name) {
  std::vector<absl::string_view> names;
  for (const auto& [known, format] : kFormats) {
    if (known == name) return format;
    names.push_back(known);
  }
  return absl::InvalidArgumentError(absl::StrCat("there is no format `", name,
                                                 "`; there are ",
                                                 absl::StrJoin(names, ", ")));
}

bool NeedsSummary(Format format) {
  return format == Format::kHtml || format == Format::kJunit ||
         format == Format::kMarkdown;
}

absl::Status Render(Format format, const AuditReport& report,
                    FindingSource& findings, const RenderOptions& options,
                    const ByteSink& sink) {
  switch (format) {
    case Format::kHtml:
      return RenderHtml(report, findings, options, sink);
    case Format::kJunit:
      return RenderJunit(report, sink);
    case Format::kSarif:
      return RenderSarif(report, findings, options, sink);
    case Format::kCsv:
      return RenderCsv(report, findings, options, sink);
    case Format::kJsonLines:
      return RenderJsonLines(report, findings, options, sink);
    case Format::kMarkdown:
      return RenderMarkdown(report, options, sink);
  }
  return absl::InternalError("there is no such format");
}

}  // namespace concordat::client::report
