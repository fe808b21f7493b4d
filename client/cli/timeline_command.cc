// concordat timeline show
#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "client/cli/fact_text.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

struct Flags {
  std::string entity;
  std::string attribute;
  std::string at_revision;
  bool history = false;
};

void PrintSpans(const App& app, const v1::GetTimelineResponse& response) {
  ListPrinter printer(app.format(),
                      {"SINCE", "UNTIL", "VALUE", "SOURCE", "RECORDED"});
  for (const v1::TimelineSpan& span : response.spans())
    printer.Add(span, {SinceText(span.valid()), UntilText(span.valid()),
                       ValueText(span.fact()), span.fact().fact().source(),
                       FormatTime(span.fact().recorded_at())});
  printer.Flush();
}

void PrintHistory(const App& app, const v1::GetTimelineResponse& response) {
  ListPrinter printer(app.format(), {"RECORDED", "WHAT", "SINCE", "UNTIL",
                                     "VALUE", "SOURCE", "ACTOR", "REASON"});
  for (const v1::RecordedFact& fact : response.history())
    printer.Add(
        fact,
        {FormatTime(fact.recorded_at()),
         fact.retraction() ? "taken back" : "recorded", SinceText(fact.fact()),
         UntilText(fact.fact()), fact.retraction() ? "" : ValueText(fact),
         fact.fact().source(), fact.actor(), fact.fact().reason()});
  printer.Flush();
}

absl::StatusOr<int> Show(const App& app, const Flags& flags) {
  v1::GetTimelineRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_entity(), ParseEntity(flags.entity));
  request.set_attribute(flags.attribute);
  *request.mutable_consistency() = ConsistencyAt(flags.at_revision);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::GetTimelineResponse response,
                          client->GetTimeline(request));
  if (app.format() == OutputFormat::kJson ||
      app.format() == OutputFormat::kYaml)
    PrintAnswer(app.format(), response, "");
  else if (flags.history)
    PrintHistory(app, response);
  else
    PrintSpans(app, response);
  return kDone;
}

}  // namespace

void AddTimelineCommands(App& app) {
  CLI::App* const noun =
      app.Noun("timeline", "The history of an attribute of an entity");
  const auto flags = std::make_shared<Flags>();
  CLI::App* const verb =
      app.Verb(noun, "show", "What holds when, as known at a revision",
               "  concordat timeline show customer/c-17 email\n"
               "  concordat timeline show customer/c-17 email --history",
               [&app, flags] { return Show(app, *flags); });
  verb->add_option("ENTITY", flags->entity, "TYPE/ID")->required();
  verb->add_option("ATTRIBUTE", flags->attribute, "Attribute or alias")
      ->required();
  verb->add_option("--at-revision", flags->at_revision,
                   "As known at this revision token (default: latest)");
  verb->add_flag("--history", flags->history,
                 "Everything that was ever recorded, in order of recording");
}

}  // namespace concordat::client
