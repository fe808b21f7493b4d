// concordat entities get|history|list
#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "client/cli/change_text.h"
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

void AppendLeftOut(int64_t count, absl::string_view what, std::string& text) {
  if (count == 0) return;
  absl::StrAppend(&text, "and ", count, " ", what,
                  " more: concordat entities history\n");
}

// What the entity is, in tables one below the other.
std::string Describe(const v1::GetEntityResponse& response) {
  std::string text = EntityText(response.entity()) + "\n";
  TableText facts({"ATTRIBUTE", "VALUE", "SINCE", "UNTIL", "SOURCE"},
                  TerminalWidth());
  std::vector<TableRow> rows;
  for (const v1::RecordedFact& fact : response.facts())
    rows.push_back({fact.fact().attribute(), ValueText(fact),
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
    AppendLeftOut(response.relations_left_out(), "relations", text);
  }
  if (!response.links().empty()) {
    TableText links({"CHANNEL", "SUBJECT", "SINCE", "UNTIL", "SOURCE"},
                    TerminalWidth());
    rows.clear();
    for (const v1::Link& link : response.links())
      rows.push_back({link.channel(), link.subject(), SinceText(link),
                      UntilText(link), link.source()});
    absl::StrAppend(&text, "\n", links.Page(rows));
    AppendLeftOut(response.links_left_out(), "links", text);
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
    printer.Add(
        fact,
        {fact.fact().attribute(), fact.erased() ? kErased : fact.fact().value(),
         fact.fact().has_valid_from() ? SinceText(fact.fact()) : "",
         fact.fact().has_valid_to() ? UntilText(fact.fact()) : "",
         fact.fact().source()});
  printer.Flush();
  return kDone;
}

// What changed, in the columns WHAT, SINCE, UNTIL, VALUE, SOURCE, REASON.
TableRow ChangeCells(const v1::RecordedChange& recorded) {
  const v1::Change& change = recorded.change();
  const auto cells = [](const char* what, const std::string& name,
                        const auto& held, const std::string& value,
                        const std::string& source) {
    return TableRow{absl::StrCat(what, " ", name),
                    SinceText(held),
                    UntilText(held),
                    value,
                    source,
                    held.reason()};
  };
  const auto edge = [](const v1::Relation& relation) {
    return absl::StrCat(EntityText(relation.from()), " ", relation.relation(),
                        " ", EntityText(relation.to()));
  };
  const auto name = [](const v1::Link& link) {
    return absl::StrCat(link.channel(), " ", link.subject());
  };
  switch (change.change_case()) {
    case v1::Change::kPutFact:
      return cells("recorded", change.put_fact().attribute(), change.put_fact(),
                   recorded.erased() ? kErased : ValueText(change.put_fact()),
                   change.put_fact().source());
    case v1::Change::kRetractFact: {
      const v1::FactRetraction& fact = change.retract_fact();
      return {absl::StrCat("taken back ", fact.attribute()),
              SinceText(fact),
              "",
              "",
              fact.has_source() ? fact.source() : "(every source)",
              fact.reason()};
    }
    case v1::Change::kPutRelation:
      return cells("recorded", edge(change.put_relation()),
                   change.put_relation(), "", change.put_relation().source());
    case v1::Change::kRetractRelation:
      return cells("taken back", edge(change.retract_relation()),
                   change.retract_relation(), "",
                   change.retract_relation().source());
    case v1::Change::kPutLink:
      return cells("linked", name(change.put_link()), change.put_link(),
                   EntityText(change.put_link().entity()),
                   change.put_link().source());
    case v1::Change::kRetractLink:
      return cells("unlinked", name(change.retract_link()),
                   change.retract_link(), "", change.retract_link().source());
    default:
      return {
          absl::StrCat(ChangeKindText(change), " ", ChangeSubjectText(change)),
          "", "", ChangeValueText(change)};
  }
}

absl::StatusOr<int> History(const App& app, const Flags& flags) {
  v1::GetHistoryRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_entity(), ParseEntity(flags.entity));
  request.set_page_size(1000);
  *request.mutable_consistency() = ConsistencyAt(flags.at_revision);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  ListPrinter printer(app.format(),
                      {"RECORDED", "ACTOR", "WHAT", "SINCE", "UNTIL", "VALUE",
                       "SOURCE", "REASON", "REVISION"});
  do {
    CLIENT_ASSIGN_OR_RETURN(const v1::GetHistoryResponse page,
                            client->GetHistory(request));
    for (const v1::RecordedChange& recorded : page.changes()) {
      TableRow row = ChangeCells(recorded);
      row.resize(6);
      row.insert(row.begin(),
                 {FormatTime(recorded.recorded_at()), recorded.actor()});
      row.push_back(recorded.revision());
      printer.Add(recorded, std::move(row));
    }
    printer.Flush();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
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

  verb = app.Verb(noun, "history",
                  "Everything that was recorded about one entity: who, when, "
                  "why, from which source",
                  "  concordat entities history customer/c-17\n"
                  "  concordat entities history customer/c-17 -o json",
                  [&app, flags] { return History(app, *flags); });
  verb->add_option("ENTITY", flags->entity, "TYPE/ID")->required();
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
