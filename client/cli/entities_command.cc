// concordat entities get|list
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "client/cli/fact_text.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

struct Flags {
  std::string entity;
  std::string type;
  std::string valid_at;
  std::string at_revision;
};

// What the entity is, in tables one below the other.
std::string Describe(const v1::GetEntityResponse& response) {
  std::string text = EntityText(response.entity()) + "\n";
  TableText facts({"ATTRIBUTE", "VALUE", "SINCE", "UNTIL", "SOURCE"},
                  TerminalWidth());
  std::vector<TableRow> rows;
  for (const v1::RecordedFact& fact : response.facts())
    rows.push_back({fact.fact().attribute(), ValueText(fact.fact()),
                    SinceText(fact.fact()), UntilText(fact.fact()),
                    fact.fact().source()});
  absl::StrAppend(&text, "\n", facts.Page(rows));
  if (!response.relations().empty()) {
    TableText relations({"FROM", "RELATION", "TO", "SINCE", "UNTIL"},
                        TerminalWidth());
    rows.clear();
    for (const v1::Relation& relation : response.relations())
      rows.push_back({EntityText(relation.from()), relation.relation(),
                      EntityText(relation.to()), SinceText(relation),
                      UntilText(relation)});
    absl::StrAppend(&text, "\n", relations.Page(rows));
  }
  if (!response.links().empty()) {
    TableText links({"CHANNEL", "SUBJECT", "SOURCE"}, TerminalWidth());
    rows.clear();
    for (const v1::Link& link : response.links())
      rows.push_back({link.channel(), link.subject(), link.source()});
    absl::StrAppend(&text, "\n", links.Page(rows));
  }
  return text;
}

absl::StatusOr<int> Get(const App& app, const Flags& flags) {
  v1::GetEntityRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_entity(), ParseEntity(flags.entity));
  *request.mutable_consistency() = ConsistencyAt(flags.at_revision);
  if (!flags.valid_at.empty())
    CLIENT_RETURN_IF_ERROR(ParseTimeFlag("--valid-at", flags.valid_at,
                                         request.mutable_valid_at()));
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::GetEntityResponse response,
                          client->GetEntity(request));
  if (app.format() != OutputFormat::kCsv) {
    PrintAnswer(app.format(), response, Describe(response));
    return kDone;
  }
  ListPrinter printer(
      app.format(), {"attribute", "value", "valid_from", "valid_to", "source"});
  for (const v1::RecordedFact& fact : response.facts())
    printer.Add(fact,
                {fact.fact().attribute(), fact.fact().value(),
                 fact.fact().has_valid_from() ? SinceText(fact.fact()) : "",
                 fact.fact().has_valid_to() ? UntilText(fact.fact()) : "",
                 fact.fact().source()});
  printer.Flush();
  return kDone;
}

absl::StatusOr<int> List(const App& app, const Flags& flags) {
  v1::ListEntitiesRequest request;
  request.set_type(flags.type);
  request.set_page_size(1000);
  *request.mutable_consistency() = ConsistencyAt(flags.at_revision);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  ListPrinter printer(app.format(), {"TYPE", "ID"});
  do {
    CLIENT_ASSIGN_OR_RETURN(const v1::ListEntitiesResponse page,
                            client->ListEntities(request));
    for (const v1::EntityRef& entity : page.entities())
      printer.Add(entity, {entity.type(), entity.id()});
    printer.Flush();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return kDone;
}

}  // namespace

void AddEntityCommands(App& app) {
  CLI::App* const noun = app.Noun("entities", "Entities of the graph");
  const auto flags = std::make_shared<Flags>();
  CLI::App* verb = app.Verb(
      noun, "get", "What is known of one entity",
      "  concordat entities get customer/c-17\n"
      "  concordat entities get customer/c-17 --valid-at 2026-01-01\n"
      "  concordat entities get customer/c-17 --at-revision TOKEN -o json",
      [&app, flags] { return Get(app, *flags); });
  verb->add_option("ENTITY", flags->entity, "TYPE/ID")->required();
  verb->add_option("--valid-at", flags->valid_at,
                   "Instant of valid time: RFC 3339 or a date (default: now)");
  verb->add_option("--at-revision", flags->at_revision,
                   "As known at this revision token (default: latest)");

  verb = app.Verb(noun, "list", "All entities of a type",
                  "  concordat entities list customer -o csv",
                  [&app, flags] { return List(app, *flags); });
  verb->add_option("TYPE", flags->type, "Entity type")->required();
  verb->add_option("--at-revision", flags->at_revision,
                   "As known at this revision token (default: latest)");
}

}  // namespace concordat::client
