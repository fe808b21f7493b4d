// Writes a sample report to standard output, for tools that check it, and says
// on standard error how long that took: report_sample FORMAT FINDINGS [values]
#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "client/report/render.h"
#include "tests/report/sample_report.h"

namespace concordat::client::report {
namespace {

int Run(Format format, int64_t count, bool shows_values) {
  ListedFindings all(SampleFindings(count));
  MaskedFindings masked(all);
  FindingSource& shown =
      shows_values ? static_cast<FindingSource&>(all) : masked;
  const absl::Time begin = absl::Now();
  const AuditReport report = SampleReport(all.all(), shown);
  RenderOptions options;
  options.version = "1.2.3";
  options.artifact = "exports/web export.csv";
  options.shows_values = shows_values;
  size_t size = 0;
  const absl::Status rendered =
      Render(format, report, shown, options, [&size](absl::string_view bytes) {
        size += bytes.size();
        if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size())
          return absl::DataLossError("cannot write standard output");
        return absl::OkStatus();
      });
  if (!rendered.ok()) {
    std::fprintf(stderr, "%s\n", rendered.ToString().c_str());
    return 1;
  }
  std::fprintf(stderr, "%lld findings: %.3f s, %.1f MB\n",
               static_cast<long long>(count),
               absl::ToDoubleSeconds(absl::Now() - begin),
               static_cast<double>(size) / 1e6);
  return 0;
}

}  // namespace
}  // namespace concordat::client::report

int main(int argc, char** argv) {
  if (argc < 3 || argc > 4) {
    std::fputs("report_sample FORMAT FINDINGS [values]\n", stderr);
    return 2;
  }
  const auto format = concordat::client::report::ParseFormat(argv[1]);
  if (!format.ok()) {
    std::fprintf(stderr, "%s\n", format.status().ToString().c_str());
    return 2;
  }
  return concordat::client::report::Run(*format, std::atoll(argv[2]),
                                        argc == 4);
}
