// concordat facts|relations|links end
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "client/cli/write_change.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

struct Flags : WriteFlags {
  std::string one;
  std::string name;
  std::string other;
  std::string at;
  std::string source;
  CLI::Option* has_source = nullptr;
};

absl::StatusOr<int> EndFact(const App& app, const Flags& flags) {
  v1::Change change;
  v1::FactEnd& end = *change.mutable_end_fact();
  CLIENT_ASSIGN_OR_RETURN(*end.mutable_entity(), ParseEntity(flags.one));
  end.set_attribute(flags.name);
  CLIENT_RETURN_IF_ERROR(
      ParseTimeFlag("--at", flags.at, end.mutable_valid_to()));
  if (flags.has_source->count() > 0) end.set_source(flags.source);
  end.set_reason(flags.reason);
  return WriteChange(
      app, flags, change,
      absl::StrCat(flags.one, " ", flags.name, " ends at ", flags.at));
}

absl::StatusOr<int> EndRelation(const App& app, const Flags& flags) {
  v1::Change change;
  v1::RelationEnd& end = *change.mutable_end_relation();
  CLIENT_ASSIGN_OR_RETURN(*end.mutable_from(), ParseEntity(flags.one));
  end.set_relation(flags.name);
  CLIENT_ASSIGN_OR_RETURN(*end.mutable_to(), ParseEntity(flags.other));
  CLIENT_RETURN_IF_ERROR(
      ParseTimeFlag("--at", flags.at, end.mutable_valid_to()));
  end.set_reason(flags.reason);
  return WriteChange(app, flags, change,
                     absl::StrCat(flags.one, " ", flags.name, " ", flags.other,
                                  " ends at ", flags.at));
}

absl::StatusOr<int> EndLink(const App& app, const Flags& flags) {
  v1::Change change;
  v1::LinkEnd& end = *change.mutable_end_link();
  end.set_channel(flags.one);
  end.set_subject(flags.name);
  CLIENT_RETURN_IF_ERROR(
      ParseTimeFlag("--at", flags.at, end.mutable_valid_to()));
  end.set_reason(flags.reason);
  return WriteChange(
      app, flags, change,
      absl::StrCat(flags.one, " ", flags.name, " ends at ", flags.at));
}

void AddCommon(CLI::App* verb, Flags& flags) {
  verb->add_option("--at", flags.at,
                   "When it ends: RFC 3339 or a date; it holds until just "
                   "before")
      ->required();
  AddWriteFlags(verb, flags);
}

}  // namespace

void AddEndCommands(App& app) {
  auto flags = std::make_shared<Flags>();
  CLI::App* verb =
      app.Verb(app.Noun("facts", ""), "end",
               "End what holds of an attribute; what it superseded stays gone",
               "  concordat facts end customer/c-17 tier --at 2026-04-01",
               [&app, flags] { return EndFact(app, *flags); });
  verb->add_option("ENTITY", flags->one, "TYPE/ID")->required();
  verb->add_option("ATTRIBUTE", flags->name, "Attribute or alias")->required();
  flags->has_source =
      verb->add_option("--source", flags->source,
                       "Only what this source says (default: every source)");
  AddCommon(verb, *flags);

  flags = std::make_shared<Flags>();
  verb = app.Verb(app.Noun("relations", ""), "end", "End a relation",
                  "  concordat relations end customer/c-17 member_of "
                  "household/h-3 --at 2026-04-01",
                  [&app, flags] { return EndRelation(app, *flags); });
  verb->add_option("FROM", flags->one, "TYPE/ID")->required();
  verb->add_option("RELATION", flags->name, "Relation type")->required();
  verb->add_option("TO", flags->other, "TYPE/ID")->required();
  AddCommon(verb, *flags);

  flags = std::make_shared<Flags>();
  verb = app.Verb(app.Noun("links", ""), "end",
                  "End what a channel's own id names",
                  "  concordat links end web w-17 --at 2026-04-01",
                  [&app, flags] { return EndLink(app, *flags); });
  verb->add_option("CHANNEL", flags->one, "Channel")->required();
  verb->add_option("SUBJECT", flags->name, "The channel's own id")->required();
  AddCommon(verb, *flags);
}

}  // namespace concordat::client
