// concordat claims check
#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "client/cli/judgement_text.h"
#include "client/import/row_mapper.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

struct Flags {
  std::string channel;
  std::string subject;
  std::string entity;
  std::string attribute;
  std::string value;
  bool absent = false;
  std::string said_at;
  std::string as_of;
  std::string exposure;
  std::string at_revision;
  std::vector<std::string> fail_on;
};

absl::StatusOr<v1::Claim> ClaimOf(const Flags& flags) {
  v1::Claim claim;
  claim.set_channel(flags.channel);
  if (flags.subject.empty() == flags.entity.empty())
    return UsageError("give either --subject or --entity");
  if (!flags.entity.empty()) {
    CLIENT_ASSIGN_OR_RETURN(*claim.mutable_entity(), ParseEntity(flags.entity));
  } else {
    claim.set_subject(flags.subject);
  }
  claim.set_attribute(flags.attribute);
  if (flags.absent == !flags.value.empty())
    return UsageError("give either --value or --absent");
  if (!flags.absent) claim.set_value(flags.value);
  if (!flags.said_at.empty())
    CLIENT_RETURN_IF_ERROR(
        ParseTimeFlag("--said-at", flags.said_at, claim.mutable_said_at()));
  if (!flags.as_of.empty())
    CLIENT_RETURN_IF_ERROR(
        ParseTimeFlag("--as-of", flags.as_of, claim.mutable_as_of()));
  v1::Exposure exposure = v1::EXPOSURE_UNSPECIFIED;
  if (!flags.exposure.empty() && !ParseExposure(flags.exposure, &exposure))
    return UsageError(absl::StrCat("--exposure: ", kExposureReason));
  claim.set_exposure(exposure);
  return claim;
}

absl::StatusOr<int> Check(const App& app, const Flags& flags) {
  CLIENT_ASSIGN_OR_RETURN(const FailOn fail_on, FailOn::Parse(flags.fail_on));
  v1::CheckClaimRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_claim(), ClaimOf(flags));
  *request.mutable_consistency() = ConsistencyAt(flags.at_revision);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::CheckClaimResponse response,
                          client->CheckClaim(request));
  const v1::Judgement& judgement = response.judgement();
  if (app.format() == OutputFormat::kCsv) {
    ListPrinter printer(app.format(),
                        {"verdict", "further_verdict", "explanation"});
    printer.Add(response, {VerdictText(judgement.verdict()),
                           VerdictText(judgement.further_verdict()),
                           judgement.explanation()});
    printer.Flush();
  } else {
    PrintAnswer(app.format(), response, JudgementText(judgement));
  }
  return fail_on.Matches(judgement.verdict(), judgement.further_verdict())
             ? kFound
             : kDone;
}

}  // namespace

void AddCheckCommand(App& app) {
  CLI::App* const noun = app.Noun("claims", "What channels report");
  const auto flags = std::make_shared<Flags>();
  CLI::App* const verb = app.Verb(
      noun, "check",
      "Judge one claim, with evidence, and record nothing: may I say this?",
      "  concordat claims check --channel web --entity customer/c-17 \\\n"
      "      --attribute tier --value gold\n"
      "  concordat claims check --channel billing --subject 4711 \\\n"
      "      --attribute email --absent --said-at 2026-03-01 --fail-on any",
      [&app, flags] { return Check(app, *flags); });
  verb->add_option("--channel", flags->channel, "Channel that says it")
      ->required();
  verb->add_option("--subject", flags->subject, "The channel's own id");
  verb->add_option("--entity", flags->entity, "The graph's id, TYPE/ID");
  verb->add_option("--attribute", flags->attribute, "Attribute or alias")
      ->required();
  verb->add_option("--value", flags->value, "What it says");
  verb->add_flag("--absent", flags->absent, "It says that there is none");
  verb->add_option("--said-at", flags->said_at,
                   "When: RFC 3339 or a date (default: now)");
  verb->add_option("--as-of", flags->as_of, "How old its data was");
  verb->add_option("--exposure", flags->exposure,
                   "HELD, SHOWN, TOLD or HEARD (default: HELD)");
  verb->add_option("--at-revision", flags->at_revision,
                   "Against the graph at this revision (default: latest)");
  verb->add_option("--fail-on", flags->fail_on,
                   "Exit with 1 on these verdicts; `any`: whatever is wrong")
      ->delimiter(',');
}

}  // namespace concordat::client
