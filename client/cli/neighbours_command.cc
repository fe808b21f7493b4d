// concordat entities neighbours|paths
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "client/cli/neighbours_text.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

struct Flags {
  std::vector<std::string> entities;
  std::vector<std::string> relations;
  std::string direction = "both";
  std::vector<std::string> types;
  std::vector<std::string> attributes;
  int depth = 0;
  int fan_out = 0;
  int limit = 0;
  std::string valid_at;
  std::string at_revision;
};

// Where and along what to walk: what both requests share.
template <typename Request>
absl::Status FillWalk(const Flags& flags, Request& request) {
  *request.mutable_consistency() = ConsistencyAt(flags.at_revision);
  if (!flags.valid_at.empty())
    CLIENT_RETURN_IF_ERROR(ParseTimeFlag("--valid-at", flags.valid_at,
                                         request.mutable_valid_at()));
  const v1::RelationDirection direction =
      flags.direction == "outgoing"   ? v1::RELATION_DIRECTION_OUTGOING
      : flags.direction == "incoming" ? v1::RELATION_DIRECTION_INCOMING
                                      : v1::RELATION_DIRECTION_BOTH;
  for (const std::string& relation : flags.relations) {
    v1::RelationStep* const step = request.add_steps();
    step->set_relation(relation);
    step->set_direction(direction);
  }
  if (flags.relations.empty()) request.add_steps()->set_direction(direction);
  request.set_fan_out(flags.fan_out);
  return absl::OkStatus();
}

// Beneath a table; beside what programs read.
void PrintCuts(const App& app,
               const google::protobuf::RepeatedPtrField<v1::WalkCut>& cuts) {
  const bool table = app.format() == OutputFormat::kTable;
  std::fputs(CutsText(cuts).c_str(), table ? stdout : stderr);
}

absl::StatusOr<int> Neighbours(const App& app, const Flags& flags) {
  v1::GetNeighbourhoodRequest request;
  for (const std::string& entity : flags.entities) {
    CLIENT_ASSIGN_OR_RETURN(*request.add_starts(), ParseEntity(entity));
  }
  CLIENT_RETURN_IF_ERROR(FillWalk(flags, request));
  for (const std::string& type : flags.types) request.add_types(type);
  for (const std::string& name : flags.attributes) request.add_attributes(name);
  request.set_depth(flags.depth);
  request.set_max_results(flags.limit);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::GetNeighbourhoodResponse response,
                          client->GetNeighbourhood(request));
  if (app.format() == OutputFormat::kCsv) {
    ListPrinter printer(app.format(), NeighboursHeader());
    const std::vector<TableRow> rows = NeighbourRows(response);
    for (int i = 0; i < response.entities_size(); ++i)
      printer.Add(response.entities(i), rows[i]);
    printer.Flush();
  } else {
    PrintAnswer(app.format(), response, NeighboursText(response));
  }
  PrintCuts(app, response.cuts());
  return kDone;
}

absl::StatusOr<int> Paths(const App& app, const Flags& flags) {
  if (flags.entities.size() != 2)
    return UsageError("give two entities: where paths start, where they end");
  v1::FindPathsRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_from(),
                          ParseEntity(flags.entities[0]));
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_to(),
                          ParseEntity(flags.entities[1]));
  CLIENT_RETURN_IF_ERROR(FillWalk(flags, request));
  request.set_max_length(flags.depth);
  request.set_max_paths(flags.limit);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::FindPathsResponse response,
                          client->FindPaths(request));
  if (app.format() == OutputFormat::kCsv) {
    ListPrinter printer(app.format(), {"path", "step", "from_type", "from_id",
                                       "relation", "to_type", "to_id"});
    for (int i = 0; i < response.paths_size(); ++i) {
      int step = 0;
      for (const v1::WalkedRelation& walked : response.paths(i).relations()) {
        const v1::Relation& relation = walked.relation();
        printer.Add(walked, {absl::StrCat(i + 1), absl::StrCat(++step),
                             relation.from().type(), relation.from().id(),
                             relation.relation(), relation.to().type(),
                             relation.to().id()});
      }
    }
    printer.Flush();
  } else {
    std::string text;
    for (const v1::RelationPath& path : response.paths())
      absl::StrAppend(&text, PathText(path), "\n");
    if (response.paths().empty()) text = "no path\n";
    PrintAnswer(app.format(), response, text);
  }
  PrintCuts(app, response.cuts());
  return kDone;
}

void AddWalkFlags(CLI::App* verb, Flags& flags) {
  verb->add_option("--relation", flags.relations,
                   "Follow only this relation, or inverse of one; may be "
                   "given several times (default: every relation)")
      ->allow_extra_args(false);
  verb->add_option("--direction", flags.direction,
                   "Which way to follow them (default: both)")
      ->check(CLI::IsMember({"outgoing", "incoming", "both"}));
  verb->add_option("--fan-out", flags.fan_out,
                   "Relations to follow from one entity, at most 1000 "
                   "(default: 1000)");
  verb->add_option("--valid-at", flags.valid_at,
                   "Instant of valid time: RFC 3339 or a date (default: now)");
  verb->add_option("--at-revision", flags.at_revision,
                   "As known at this revision token (default: latest)");
}

}  // namespace

void AddNeighbourCommands(App& app) {
  CLI::App* const noun = app.Noun("entities", "Entities of the graph");
  const auto flags = std::make_shared<Flags>();
  CLI::App* verb = app.Verb(
      noun, "neighbours", "What relations lead to from an entity",
      "  concordat entities neighbours household/h-3 --with name\n"
      "  concordat entities neighbours customer/c-17 --relation member_of "
      "--depth 2\n"
      "  concordat entities neighbours organisation/acme --depth 2 --type "
      "person -o json",
      [&app, flags] { return Neighbours(app, *flags); });
  verb->add_option("ENTITY", flags->entities, "TYPE/ID, one or several")
      ->required();
  verb->add_option("--depth", flags->depth,
                   "Steps away from it, at most 10 (default: 1)");
  verb->add_option("--type", flags->types,
                   "Give only entities of this type; may be given several "
                   "times (default: all)")
      ->allow_extra_args(false);
  verb->add_option("--with", flags->attributes,
                   "Attribute to give with each entity, * for all; may be "
                   "given several times");
  verb->add_option("--limit", flags->limit,
                   "Entities to give, at most 10000 (default: 1000)");
  AddWalkFlags(verb, *flags);

  verb = app.Verb(noun, "paths", "The shortest ways between two entities",
                  "  concordat entities paths person/ada person/bob\n"
                  "  concordat entities paths person/ada organisation/acme "
                  "--relation uses --relation contract_of",
                  [&app, flags] { return Paths(app, *flags); });
  verb->add_option("ENTITY", flags->entities, "TYPE/ID, twice: from and to")
      ->required();
  verb->add_option("--depth", flags->depth,
                   "Relations of a path, at most 10 (default: 10)");
  verb->add_option("--limit", flags->limit,
                   "Paths to give, at most 100 (default: 10)");
  AddWalkFlags(verb, *flags);
}

}  // namespace concordat::client
