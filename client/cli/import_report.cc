#include "client/cli/import_report.h"

#include <algorithm>
#include <cerrno>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "client/status_macros.h"
#include "concordat/v1/client_files.pb.h"

namespace concordat::client {
namespace {

constexpr absl::Duration kShowEvery = absl::Milliseconds(200);

absl::StatusOr<std::FILE*> Create(const std::string& path,
                                  const TableRow& header) {
  std::FILE* const file = std::fopen(path.c_str(), "we");
  if (file == nullptr)
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path));
  std::fputs(CsvLine(header, false).c_str(), file);
  return file;
}

// Channels or attributes in order of name.
template <typename Map>
std::vector<std::string> KeysOf(const Map& map) {
  std::set<std::string> keys;
  for (const auto& [key, value] : map) keys.insert(key);
  return {keys.begin(), keys.end()};
}

std::string Percent(int64_t part, int64_t whole) {
  if (whole == 0) return "-";
  return absl::StrFormat(
      "%.1f%%", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string SubjectText(const v1::Claim& claim) {
  return claim.has_entity() ? EntityText(claim.entity()) : claim.subject();
}

}  // namespace

ImportReporter::ImportReporter(ImportReportOptions options)
    : options_(std::move(options)) {}

absl::StatusOr<std::unique_ptr<ImportReporter>> ImportReporter::Create(
    ImportReportOptions options) {
  std::unique_ptr<ImportReporter> report(
      new ImportReporter(std::move(options)));
  const ImportReportOptions& kept = report->options_;
  if (!kept.rejects_path.empty()) {
    CLIENT_ASSIGN_OR_RETURN(
        std::FILE* const file,
        client::Create(kept.rejects_path,
                       {"file", "line", "column", "reason"}));
    report->rejects_.reset(file);
  }
  if (!kept.results_path.empty()) {
    CLIENT_ASSIGN_OR_RETURN(
        std::FILE* const file,
        client::Create(kept.results_path,
                       {"claim_id", "channel", "subject", "attribute", "status",
                        "verdict", "further_verdict", "finding_id"}));
    report->results_.reset(file);
  }
  return report;
}

void ImportReporter::Begin(const std::string& file) {
  file_ = file == "-" ? "standard input" : file;
  started_ = absl::Now();
  shown_ = started_;
}

void ImportReporter::OnProblem(const RowProblem& problem) {
  if (rejects_ != nullptr)
    std::fputs(CsvLine({file_, absl::StrCat(problem.line), problem.column,
                        problem.reason},
                       false)
                   .c_str(),
               rejects_.get());
  if (++problems_ > kProblemsPrinted) return;
  ClearProgress();
  std::fprintf(
      stderr, "%s:%lld: %s%s%s\n", file_.c_str(),
      static_cast<long long>(problem.line), Printable(problem.column).c_str(),
      problem.column.empty() ? "" : ": ", Printable(problem.reason).c_str());
  if (problems_ == kProblemsPrinted)
    std::fprintf(stderr, "further problems are only counted%s\n",
                 rejects_ == nullptr ? " (--rejects FILE gets them all)" : "");
}

void ImportReporter::OnClaims(const v1::StreamClaimsRequest& claims,
                              const v1::StreamClaimsResponse& response) {
  for (int i = 0; i < response.results_size(); ++i) {
    const v1::Claim& claim = claims.claims(i);
    const v1::ClaimResult& result = response.results(i);
    summary_.Add(claim.channel(), AttributeName(claim.attribute()), result);
    if (options_.fail_on.is_set() &&
        options_.fail_on.Matches(result.verdict(), result.further_verdict()))
      found_ = true;
    if (results_ == nullptr) continue;
    std::fputs(
        CsvLine(
            {claim.claim_id(), claim.channel(), SubjectText(claim),
             claim.attribute(),
             ShortName(v1::ClaimStatus_Name(result.status()), "CLAIM_STATUS_"),
             VerdictText(result.verdict()),
             VerdictText(result.further_verdict()), result.finding_id()},
            false)
            .c_str(),
        results_.get());
  }
}

const std::string& ImportReporter::AttributeName(
    const std::string& written) const {
  const auto name = options_.attribute_names.find(written);
  return name == options_.attribute_names.end() ? written : name->second;
}

void ImportReporter::ClearProgress() {
  if (progress_on_screen_) std::fputs("\r\x1b[K", stderr);
  progress_on_screen_ = false;
}

void ImportReporter::OnProgress(const ImportReport& report) {
  if (!options_.shows_progress) return;
  const absl::Time now = absl::Now();
  if (now - shown_ < kShowEvery) return;
  shown_ = now;
  const double seconds = absl::ToDoubleSeconds(now - started_);
  const std::string share =
      report.share_read < 0
          ? ""
          : absl::StrFormat(" %3.0f%%", 100 * report.share_read);
  std::fprintf(stderr, "\r\x1b[K%s%s  %lld rows  %.0f rows/s", file_.c_str(),
               share.c_str(), static_cast<long long>(report.rows),
               static_cast<double>(report.rows) / seconds);
  std::fflush(stderr);
  progress_on_screen_ = true;
}

void ImportReporter::End(const ImportReport& report) {
  ClearProgress();
  const double seconds =
      std::max(1e-3, absl::ToDoubleSeconds(absl::Now() - started_));
  std::fprintf(
      stderr,
      "%s: %lld rows, %lld items: %lld recorded, %lld there already, %lld "
      "refused; %lld bad rows (%.1f s, %.0f rows/s)\n",
      file_.c_str(), static_cast<long long>(report.rows),
      static_cast<long long>(report.items),
      static_cast<long long>(report.recorded),
      static_cast<long long>(report.duplicates),
      static_cast<long long>(report.refused),
      static_cast<long long>(report.bad_rows), seconds,
      static_cast<double>(report.rows) / seconds);
}

void ImportReporter::PrintVerdicts() const {
  std::vector<v1::Verdict> present;
  TableRow header = {"CHANNEL"};
  for (int number = 1; v1::Verdict_IsValid(number); ++number) {
    const auto verdict = static_cast<v1::Verdict>(number);
    if (summary_.verdict_count(verdict) == 0) continue;
    present.push_back(verdict);
    header.push_back(VerdictText(verdict));
  }
  TableText table(header, TerminalWidth());
  std::vector<TableRow> rows;
  for (const std::string& channel : KeysOf(summary_.by_channel())) {
    TableRow& row = rows.emplace_back(TableRow{channel});
    for (const v1::Verdict verdict : present) {
      int64_t count = 0;
      for (const auto& [attribute, counts] : summary_.by_channel().at(channel))
        count += counts[static_cast<size_t>(verdict)];
      row.push_back(absl::StrCat(count));
    }
  }
  std::printf("\nclaims by verdict\n%s", table.Page(rows).c_str());
}

// Whichever there are fewer of, channels or attributes, are the columns.
void ImportReporter::PrintShares() const {
  const std::vector<std::string> channels = KeysOf(summary_.by_channel());
  std::set<std::string> names;
  for (const auto& [channel, by_attribute] : summary_.by_channel())
    for (const std::string& attribute : KeysOf(by_attribute))
      names.insert(attribute);
  const std::vector<std::string> attributes(names.begin(), names.end());
  const auto share = [this](const std::string& channel,
                            const std::string& attribute) {
    const auto& by_attribute = summary_.by_channel().at(channel);
    const auto found = by_attribute.find(attribute);
    if (found == by_attribute.end()) return Percent(0, 0);
    const ClaimSummary::Share s = ClaimSummary::ShareOf(found->second);
    return Percent(s.agree, s.compared);
  };
  const bool channels_across = channels.size() <= attributes.size();
  const auto& across = channels_across ? channels : attributes;
  TableRow header = {channels_across ? "ATTRIBUTE" : "CHANNEL"};
  header.insert(header.end(), across.begin(), across.end());
  TableText table(header, TerminalWidth());
  std::vector<TableRow> rows;
  for (const std::string& down : channels_across ? attributes : channels) {
    TableRow& row = rows.emplace_back(TableRow{down});
    for (const std::string& other : across)
      row.push_back(channels_across ? share(other, down) : share(down, other));
  }
  std::printf("\nshare that agrees, of what could be compared\n%s",
              table.Page(rows).c_str());
}

void ImportReporter::PrintSummary(OutputFormat format) const {
  if (format == OutputFormat::kTable) {
    if (summary_.by_channel().empty()) return;
    PrintVerdicts();
    PrintShares();
    return;
  }
  ListPrinter printer(format, {"channel", "attribute", "verdict", "claims"});
  for (const std::string& channel : KeysOf(summary_.by_channel())) {
    const auto& attributes = summary_.by_channel().at(channel);
    for (const std::string& attribute : KeysOf(attributes))
      for (size_t verdict = 1; verdict < ClaimSummary::kVerdicts; ++verdict) {
        v1::ImportedClaims line;
        line.set_channel(channel);
        line.set_attribute(attribute);
        line.set_verdict(VerdictText(static_cast<v1::Verdict>(verdict)));
        line.set_claims(attributes.at(attribute)[verdict]);
        if (line.claims() == 0) continue;
        printer.Add(line, {channel, attribute, line.verdict(),
                           absl::StrCat(line.claims())});
      }
  }
  printer.Flush();
}

absl::Status ImportReporter::Finish(OutputFormat format, bool claims) {
  ClearProgress();
  if (problems_ > kProblemsPrinted)
    std::fprintf(stderr, "%lld problems in all\n",
                 static_cast<long long>(problems_));
  if (claims) PrintSummary(format);
  for (File* const file : {&rejects_, &results_}) {
    if (*file == nullptr) continue;
    const bool fine = std::ferror(file->get()) == 0;
    if (std::fclose(file->release()) != 0 || !fine)
      return absl::DataLossError("--rejects or --results: the disk refused");
  }
  return absl::OkStatus();
}

}  // namespace concordat::client
