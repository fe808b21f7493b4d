// concordat scorecards show|concord
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "client/cli/app.h"
#include "client/status_macros.h"
#include "client/times.h"

namespace concordat::client {
namespace {

struct ShowFlags {
  std::vector<std::string> channels;
  std::vector<std::string> attributes;
  std::vector<std::string> by;
  std::string label;
  std::string since;
  std::string until;
  std::string objective;
};

std::string PercentText(double share) {
  return absl::StrFormat("%.2f%%", 100 * share);
}

std::string DurationText(const google::protobuf::Duration& duration) {
  return absl::FormatDuration(absl::Seconds(duration.seconds()));
}

std::string QuantilesText(const v1::DurationQuantiles& of) {
  if (of.count() == 0) return "-";
  return absl::StrCat(DurationText(of.p50()), " / ", DurationText(of.p95()),
                      " / ", DurationText(of.p99()));
}

absl::Status AddInstant(absl::string_view flag, const std::string& text,
                        google::protobuf::Timestamp* to) {
  if (text.empty()) return absl::OkStatus();
  CLIENT_ASSIGN_OR_RETURN(const absl::Time instant,
                          ParseInstantFlag(flag, text, absl::Now()));
  to->set_seconds(absl::ToUnixSeconds(instant));
  return absl::OkStatus();
}

// `0.995` or `99.5%`.
absl::Status AddObjective(const std::string& text,
                          v1::GetScorecardRequest& request) {
  if (text.empty()) return absl::OkStatus();
  absl::string_view number = text;
  const bool percent = absl::ConsumeSuffix(&number, "%");
  double share = 0;
  if (!absl::SimpleAtod(number, &share)) {
    return UsageError("--objective: must be a share, as 99.5% or 0.995");
  }
  request.mutable_objective()->set_agreement(percent ? share / 100 : share);
  return absl::OkStatus();
}

absl::StatusOr<v1::GetScorecardRequest> RequestOf(const ShowFlags& flags) {
  static const auto* const kDimensions =
      new std::map<std::string, v1::ScorecardDimension>{
          {"channel", v1::SCORECARD_DIMENSION_CHANNEL},
          {"attribute", v1::SCORECARD_DIMENSION_ATTRIBUTE},
          {"hour", v1::SCORECARD_DIMENSION_HOUR},
          {"day", v1::SCORECARD_DIMENSION_DAY}};
  v1::GetScorecardRequest request;
  request.mutable_channels()->Add(flags.channels.begin(), flags.channels.end());
  request.mutable_attributes()->Add(flags.attributes.begin(),
                                    flags.attributes.end());
  for (const std::string& by : flags.by) {
    const auto dimension = kDimensions->find(by);
    if (dimension == kDimensions->end()) {
      return UsageError(absl::StrCat("--by: there is no `", by,
                                     "`: channel, attribute, hour or day"));
    }
    request.add_group_by(dimension->second);
  }
  if (!flags.label.empty()) {
    if (flags.by.empty()) {
      request.add_group_by(v1::SCORECARD_DIMENSION_CHANNEL);
    }
    request.add_group_by(v1::SCORECARD_DIMENSION_LABEL);
    request.set_label(flags.label);
  }
  if (!flags.since.empty()) {
    CLIENT_RETURN_IF_ERROR(
        AddInstant("--since", flags.since, request.mutable_start_time()));
  }
  if (!flags.until.empty()) {
    CLIENT_RETURN_IF_ERROR(
        AddInstant("--until", flags.until, request.mutable_end_time()));
  }
  CLIENT_RETURN_IF_ERROR(AddObjective(flags.objective, request));
  return request;
}

std::string NameText(const v1::ScorecardRow& row) {
  std::vector<std::string> parts;
  if (!row.channel().empty()) parts.push_back(row.channel());
  if (!row.attribute().empty()) {
    parts.push_back(absl::StrCat(row.entity_type(), ".", row.attribute()));
  }
  if (!row.label_value().empty()) parts.push_back(row.label_value());
  if (row.has_start_time()) parts.push_back(FormatTime(row.start_time()));
  std::string text;
  for (const std::string& part : parts) {
    absl::StrAppend(&text, text.empty() ? "" : " ", part);
  }
  return text.empty() ? "(rest)" : text;
}

std::string BudgetText(const v1::ScorecardRow& row) {
  if (!row.has_objective()) return "-";
  return absl::StrFormat("%s left, burns %.1f / %.1f / %.1f",
                         PercentText(row.objective().remaining()),
                         row.objective().burn_rate_hour(),
                         row.objective().burn_rate_6_hours(),
                         row.objective().burn_rate_3_days());
}

absl::StatusOr<int> Show(const App& app, const ShowFlags& flags) {
  CLIENT_ASSIGN_OR_RETURN(const v1::GetScorecardRequest request,
                          RequestOf(flags));
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::GetScorecardResponse response,
                          client->GetScorecard(request));
  ListPrinter printer(
      app.format(),
      {"OF", "CLAIMS", "AGREE", "95% INTERVAL", "COVERAGE", "LAG P50/95/99",
       "OPENED", "BACK", "FIXED", "TIME TO FIX P50/95/99", "ERROR BUDGET"});
  for (const v1::ScorecardRow& row : response.rows()) {
    const v1::Agreement& agreement = row.agreement();
    const bool judged = agreement.agree() + agreement.contradict() > 0;
    printer.Add(row,
                {NameText(row), absl::StrCat(row.claims()),
                 judged ? PercentText(agreement.rate()) : "-",
                 judged ? absl::StrCat(PercentText(agreement.low()), " to ",
                                       PercentText(agreement.high()))
                        : "-",
                 row.has_coverage() ? PercentText(row.coverage().rate()) : "-",
                 QuantilesText(row.lag()), absl::StrCat(row.findings_opened()),
                 absl::StrCat(row.findings_reopened()),
                 absl::StrCat(row.findings_resolved()),
                 QuantilesText(row.time_to_fix()), BudgetText(row)});
  }
  printer.Flush();
  return kDone;
}

absl::StatusOr<int> ShowConcord(const App& app,
                                const std::vector<std::string>& channels) {
  v1::GetConcordRequest request;
  request.mutable_channels()->Add(channels.begin(), channels.end());
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::GetConcordResponse response,
                          client->GetConcord(request));
  ListPrinter printer(app.format(), {"ATTRIBUTE", "HELD BY SEVERAL",
                                     "ALL AGREE", "PHI", "95% INTERVAL"});
  for (const v1::ConcordRow& row : response.rows()) {
    const bool any = row.held_by_several() > 0;
    printer.Add(
        row, {row.attribute().empty()
                  ? "all"
                  : absl::StrCat(row.entity_type(), ".", row.attribute()),
              absl::StrCat(row.held_by_several()), absl::StrCat(row.agreed()),
              any ? PercentText(row.phi()) : "-",
              any ? absl::StrCat(PercentText(row.low()), " to ",
                                 PercentText(row.high()))
                  : "-"});
  }
  printer.Flush();
  return kDone;
}

}  // namespace

void AddScorecardCommands(App& app) {
  CLI::App* const noun = app.Noun(
      "scorecards", "How well channels agree with the truth, over time");
  const auto flags = std::make_shared<ShowFlags>();
  CLI::App* verb =
      app.Verb(noun, "show", "Agreement, lag, time to fix and error budget",
               "  concordat scorecards show --since 7d --by channel,attribute\n"
               "  concordat scorecards show --channel web --by day -o csv\n"
               "  concordat scorecards show --channel app --label app_version\n"
               "  concordat scorecards show --objective 99.5%",
               [&app, flags] { return Show(app, *flags); });
  verb->add_option("--channel", flags->channels, "Only these channels")
      ->delimiter(',');
  verb->add_option("--attribute", flags->attributes, "Only these attributes")
      ->delimiter(',');
  verb->add_option("--by", flags->by,
                   "What is told apart: channel, attribute, hour, day; "
                   "default: channel")
      ->delimiter(',');
  verb->add_option("--label", flags->label,
                   "Tell values of this label apart, as app_version");
  verb->add_option("--since", flags->since,
                   "From when on, or how long before now; default: 28d");
  verb->add_option("--until", flags->until, "Up to when; default: now");
  verb->add_option("--objective", flags->objective,
                   "How much is to agree, as 99.5%; default: what the "
                   "vocabulary says of the channel");

  const auto channels = std::make_shared<std::vector<std::string>>();
  verb = app.Verb(noun, "concord",
                  "How often all channels would agree, if asked at once",
                  "  concordat scorecards concord --channel web,app",
                  [&app, channels] { return ShowConcord(app, *channels); });
  verb->add_option("--channel", *channels, "Only these channels")
      ->delimiter(',');
}

}  // namespace concordat::client
