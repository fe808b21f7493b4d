// concordat answers check|view
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "client/cli/fact_text.h"
#include "client/cli/judgement_text.h"
#include "client/import/row_mapper.h"
#include "client/status_macros.h"
#include "client/times.h"

namespace concordat::client {
namespace {

struct AboutFlags {
  std::string channel;
  std::string subject;
  std::string entity;
};

struct CheckFlags {
  AboutFlags about;
  std::vector<std::string> statements;
  std::vector<std::string> absent;
  std::string at_revision;
  bool record = false;
  std::string exposure;
  std::string answer_id;
  std::vector<std::string> fail_on;
};

struct ViewFlags {
  AboutFlags about;
  std::vector<std::string> attributes;
  std::string lookback;
};

// Who asks, and about whom.
template <typename Request>
absl::Status SetAbout(const AboutFlags& flags, Request* request) {
  request->set_channel(flags.channel);
  if (flags.subject.empty() == flags.entity.empty())
    return UsageError("give either --subject or --entity");
  if (flags.entity.empty()) {
    request->set_subject(flags.subject);
    return absl::OkStatus();
  }
  CLIENT_ASSIGN_OR_RETURN(*request->mutable_entity(),
                          ParseEntity(flags.entity));
  return absl::OkStatus();
}

void AddAboutFlags(CLI::App* verb, AboutFlags& flags) {
  verb->add_option("--channel", flags.channel, "Channel that asks")->required();
  verb->add_option("--subject", flags.subject, "The channel's own id");
  verb->add_option("--entity", flags.entity, "The graph's id, TYPE/ID");
}

std::string AdviceText(v1::Advice advice) {
  return ShortName(v1::Advice_Name(advice), "ADVICE_");
}

// The columns of what is known: value, since and until.
TableRow KnownCells(const v1::KnownValue& known) {
  return {RawText(known.value()), SinceText(known.valid()),
          UntilText(known.valid())};
}

absl::StatusOr<v1::CheckAnswerRequest> RequestOf(const CheckFlags& flags) {
  v1::CheckAnswerRequest request;
  CLIENT_RETURN_IF_ERROR(SetAbout(flags.about, &request));
  for (const std::string& statement : flags.statements) {
    const size_t equals = statement.find('=');
    if (equals == std::string::npos || equals == 0) {
      return UsageError(absl::StrCat(
          "`", statement, "`: write ATTRIBUTE=VALUE, or --absent ATTRIBUTE"));
    }
    v1::AnswerItem* item = request.add_items();
    item->set_attribute(statement.substr(0, equals));
    item->set_value(statement.substr(equals + 1));
  }
  for (const std::string& attribute : flags.absent)
    request.add_items()->set_attribute(attribute);
  *request.mutable_consistency() = ConsistencyAt(flags.at_revision);
  request.set_record(flags.record);
  v1::Exposure exposure = v1::EXPOSURE_UNSPECIFIED;
  if (!flags.exposure.empty() && !ParseExposure(flags.exposure, &exposure))
    return UsageError(absl::StrCat("--exposure: ", kExposureReason));
  request.set_exposure(exposure);
  request.set_answer_id(flags.answer_id);
  return request;
}

absl::StatusOr<int> Check(const App& app, const CheckFlags& flags) {
  CLIENT_ASSIGN_OR_RETURN(const FailOn fail_on, FailOn::Parse(flags.fail_on));
  CLIENT_ASSIGN_OR_RETURN(const v1::CheckAnswerRequest request,
                          RequestOf(flags));
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::CheckAnswerResponse response,
                          client->CheckAnswer(request));
  ListPrinter printer(
      app.format(), {"ADVICE", "ATTRIBUTE", "ABOUT TO SAY", "TRUE IS", "SINCE",
                     "UNTIL", "VERDICT", "WHY"});
  bool found = false;
  for (int i = 0; i < response.checks_size(); ++i) {
    const v1::AnswerItem& item = request.items(i);
    const v1::AnswerCheck& check = response.checks(i);
    TableRow row = {check.has_error() ? "ERROR" : AdviceText(check.advice()),
                    item.attribute(),
                    item.has_value() ? item.value() : kAbsent};
    const TableRow known =
        check.has_truth() ? KnownCells(check.truth()) : TableRow{"", "", ""};
    row.insert(row.end(), known.begin(), known.end());
    row.push_back(VerdictText(check.verdict()));
    row.push_back(check.has_error() ? check.error().message()
                                    : check.explanation());
    printer.Add(check, std::move(row));
    found = found || check.has_error() ||
            fail_on.Matches(check.verdict(), v1::VERDICT_UNSPECIFIED);
  }
  printer.Flush();
  return found ? kFound : kDone;
}

std::string ViewText(const v1::GetCustomerViewResponse& response) {
  std::string text = absl::StrCat(EntityText(response.entity()), ", as of ",
                                  FormatTime(response.as_of()), "\n");
  if (!response.facts().empty()) {
    TableText table({"ATTRIBUTE", "VALUE", "SINCE", "UNTIL"}, TerminalWidth());
    std::vector<TableRow> rows;
    for (const v1::KnownValue& known : response.facts()) {
      TableRow row = KnownCells(known);
      row.insert(row.begin(), known.attribute());
      rows.push_back(std::move(row));
    }
    absl::StrAppend(&text, "\n", table.Page(rows));
  }
  const auto add_names = [&text](absl::string_view title, const auto& names) {
    std::string list;
    for (const std::string& name : names)
      absl::StrAppend(&list, list.empty() ? "" : ", ", name);
    if (!list.empty()) absl::StrAppend(&text, "\n", title, ": ", list, "\n");
  };
  add_names("not known", response.unknown_attributes());
  add_names("not for this channel to know", response.not_entitled());
  if (!response.corrections().empty()) text += "\nto be put right:\n";
  for (const v1::Correction& correction : response.corrections())
    absl::StrAppend(&text, "  ", correction.attribute(), ": ",
                    Printable(correction.sentence()), "\n");
  return text;
}

absl::StatusOr<int> View(const App& app, const ViewFlags& flags) {
  v1::GetCustomerViewRequest request;
  CLIENT_RETURN_IF_ERROR(SetAbout(flags.about, &request));
  for (const std::string& attribute : flags.attributes)
    request.add_attributes(attribute);
  if (!flags.lookback.empty()) {
    CLIENT_ASSIGN_OR_RETURN(const absl::Duration lookback,
                            ParseDurationFlag("--lookback", flags.lookback));
    request.set_lookback_seconds(absl::ToInt64Seconds(lookback));
  }
  request.mutable_consistency()->set_latest(true);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::GetCustomerViewResponse response,
                          client->GetCustomerView(request));
  if (app.format() == OutputFormat::kCsv) {
    ListPrinter printer(app.format(), {"attribute", "value", "since", "until"});
    for (const v1::KnownValue& known : response.facts()) {
      TableRow row = KnownCells(known);
      row.insert(row.begin(), known.attribute());
      printer.Add(known, std::move(row));
    }
    printer.Flush();
  } else {
    PrintAnswer(app.format(), response, ViewText(response));
  }
  return kDone;
}

void AddCheck(App& app, CLI::App* noun) {
  const auto flags = std::make_shared<CheckFlags>();
  CLI::App* const verb = app.Verb(
      noun, "check",
      "Before a channel speaks: is it so, may it say it, what else to say",
      "  concordat answers check --channel chat --subject 4711 \\\n"
      "      tier=silver delivery_date=2026-03-03\n"
      "  concordat answers check --channel web --entity customer/c-17 \\\n"
      "      --absent iban --fail-on any",
      [&app, flags] { return Check(app, *flags); });
  AddAboutFlags(verb, flags->about);
  verb->add_option("statements", flags->statements,
                   "What it is about to say: ATTRIBUTE=VALUE ...");
  verb->add_option("--absent", flags->absent,
                   "It is about to say that there is none of this attribute")
      ->delimiter(',');
  verb->add_option("--at-revision", flags->at_revision,
                   "Against the graph at this revision (default: latest)");
  verb->add_flag("--record", flags->record,
                 "Also report them as claims: what it would have said");
  verb->add_option("--exposure", flags->exposure,
                   "With --record: HELD, SHOWN, TOLD or HEARD (default: HELD)");
  verb->add_option("--answer-id", flags->answer_id,
                   "With --record: a retry with the same id is recorded once");
  verb->add_option("--fail-on", flags->fail_on,
                   "Exit with 1 on these verdicts; `any`: whatever is wrong")
      ->delimiter(',');
}

void AddView(App& app, CLI::App* noun) {
  const auto flags = std::make_shared<ViewFlags>();
  CLI::App* const verb = app.Verb(
      noun, "view",
      "What a channel may know and say of a customer, and what to put right",
      "  concordat answers view --channel chat --subject 4711\n"
      "  concordat answers view --channel web --entity customer/c-17 \\\n"
      "      --attributes tier,email --lookback 90d",
      [&app, flags] { return View(app, *flags); });
  AddAboutFlags(verb, flags->about);
  verb->add_option("--attributes", flags->attributes,
                   "Only these (default: all that its contract names)")
      ->delimiter(',');
  verb->add_option("--lookback", flags->lookback,
                   "How far back to look for what was told wrongly "
                   "(default: 30d)");
}

}  // namespace

void AddAnswerCommands(App& app) {
  CLI::App* const noun =
      app.Noun("answers", "What a channel may tell a customer");
  AddCheck(app, noun);
  AddView(app, noun);
}

}  // namespace concordat::client
