// concordat mutes put|list|lift
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "client/cli/app.h"
#include "client/cli/finding_flags.h"
#include "client/cli/judgement_text.h"
#include "client/status_macros.h"
#include "client/times.h"

namespace concordat::client {
namespace {

struct Flags {
  FindingFlags which;
  std::string id;
  std::string reason;
  std::string owner;
  std::string actor;
  std::string until;
  std::string lasts;
  bool dry_run = false;
  bool ended = false;
};

// `channel web, attribute tier or email`
std::string ScopeText(const v1::FindingFilter& scope) {
  std::vector<std::string> parts;
  const auto add = [&parts](absl::string_view name, const auto& values) {
    if (values.empty()) return;
    parts.push_back(absl::StrCat(name, " ", absl::StrJoin(values, " or ")));
  };
  add("finding", scope.ids());
  add("channel", scope.channels());
  add("attribute", scope.attributes());
  add("rule", scope.rules());
  std::vector<std::string> names;
  for (const int verdict : scope.verdicts())
    names.push_back(VerdictText(static_cast<v1::Verdict>(verdict)));
  add("verdict", names);
  names.clear();
  for (const int family : scope.families()) {
    names.push_back(ShortName(
        v1::FindingFamily_Name(static_cast<v1::FindingFamily>(family)),
        "FINDING_FAMILY_"));
  }
  add("family", names);
  names.clear();
  for (const v1::Label& label : scope.labels())
    names.push_back(absl::StrCat(label.name(), "=", label.value()));
  add("label", names);
  if (scope.has_entity())
    parts.push_back(absl::StrCat("entity ", EntityText(scope.entity())));
  return absl::StrJoin(parts, ", ");
}

absl::StatusOr<google::protobuf::Timestamp> ExpiryOf(const Flags& flags) {
  google::protobuf::Timestamp expires_at;
  if (flags.until.empty() == flags.lasts.empty())
    return UsageError("say when it ends: --for 7d, or --until 2026-12-24");
  if (!flags.until.empty()) {
    CLIENT_RETURN_IF_ERROR(ParseTimeFlag("--until", flags.until, &expires_at));
    return expires_at;
  }
  CLIENT_ASSIGN_OR_RETURN(const absl::Duration lasts,
                          ParseDurationFlag("--for", flags.lasts));
  const absl::Time end = absl::Now() + lasts;
  expires_at.set_seconds(absl::ToUnixSeconds(end));
  return expires_at;
}

absl::StatusOr<int> Put(const App& app, const Flags& flags) {
  v1::PutMuteRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_scope(), FilterOf(flags.which));
  if (request.scope().ByteSizeLong() == 0)
    return UsageError("say what to mute: an ID, or a flag such as --channel");
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_expires_at(), ExpiryOf(flags));
  request.set_reason(flags.reason);
  request.set_actor(flags.actor.empty() ? UserName() : flags.actor);
  request.set_owner(flags.owner.empty() ? request.actor() : flags.owner);
  request.set_dry_run(flags.dry_run);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::PutMuteResponse response,
                          client->PutMute(request));
  const v1::Mute& mute = response.mute();
  PrintAnswer(
      app.format(), response,
      absl::StrCat(flags.dry_run ? "would mute " : "muted ", response.matched(),
                   " open findings, and those to come, of ",
                   ScopeText(mute.scope()), " until ",
                   FormatTime(mute.expires_at()),
                   flags.dry_run ? "" : absl::StrCat(": ", mute.id()), "\n"));
  return kDone;
}

absl::StatusOr<int> List(const App& app, const Flags& flags) {
  v1::ListMutesRequest request;
  request.set_include_ended(flags.ended);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::ListMutesResponse response,
                          client->ListMutes(request));
  ListPrinter printer(app.format(), {"ID", "OWNER", "EXPIRES", "SCOPE",
                                     "REASON", "ENDED", "BY", "WHY"});
  for (const v1::Mute& mute : response.mutes()) {
    printer.Add(mute, {mute.id(), mute.owner(), FormatTime(mute.expires_at()),
                       ScopeText(mute.scope()), mute.reason(),
                       mute.has_ended_at() ? FormatTime(mute.ended_at()) : "",
                       mute.ended_by(), mute.ended_reason()});
  }
  printer.Flush();
  return kDone;
}

absl::StatusOr<int> Lift(const App& app, const Flags& flags) {
  v1::LiftMuteRequest request;
  request.set_id(flags.id);
  request.set_reason(flags.reason);
  request.set_actor(flags.actor.empty() ? UserName() : flags.actor);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::LiftMuteResponse response,
                          client->LiftMute(request));
  PrintAnswer(
      app.format(), response,
      absl::StrCat("lifted ", flags.id, ": findings of ",
                   ScopeText(response.mute().scope()), " are shown again\n"));
  return kDone;
}

void AddPut(App& app, CLI::App* noun) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* const verb = app.Verb(
      noun, "put", "Hide findings, and those to come, for a reason and a time",
      "  concordat mutes put --channel web --attribute tier --for 7d \\\n"
      "    --reason \"cache is being replaced, WEB-812\" --owner anna\n"
      "  concordat mutes put --label app_version=4.2 --until 2026-12-24 "
      "--reason \"fixed in 4.3\" --dry-run",
      [&app, flags] { return Put(app, *flags); });
  verb->add_option("ID", flags->which.ids, "Ids of findings");
  AddScopeFlags(verb, flags->which);
  verb->add_option("--reason", flags->reason, "Why")->required();
  verb->add_option("--owner", flags->owner, "Who answers for it; default: you");
  verb->add_option("--actor", flags->actor, "Who puts it; default: you");
  verb->add_option("--for", flags->lasts, "How long: 12h, 7d");
  verb->add_option("--until", flags->until, "Until when: RFC 3339 or a date");
  verb->add_flag("--dry-run", flags->dry_run, "Only say what it would hide");
}

}  // namespace

void AddMuteCommands(App& app) {
  CLI::App* const noun =
      app.Noun("mutes", "What people have decided not to be told of");
  AddPut(app, noun);
  const auto flags = std::make_shared<Flags>();
  CLI::App* verb = app.Verb(noun, "list", "The mutes in force",
                            "  concordat mutes list\n"
                            "  concordat mutes list --ended",
                            [&app, flags] { return List(app, *flags); });
  verb->add_flag("--ended", flags->ended, "Also those that ended");
  verb = app.Verb(noun, "lift", "End a mute before it expires",
                  "  concordat mutes lift mute-812 --reason \"fixed\"",
                  [&app, flags] { return Lift(app, *flags); });
  verb->add_option("ID", flags->id, "Id of the mute")->required();
  verb->add_option("--reason", flags->reason, "Why")->required();
  verb->add_option("--actor", flags->actor, "Who lifts it; default: you");
}

}  // namespace concordat::client
