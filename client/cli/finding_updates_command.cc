// concordat findings acknowledge|assign|comment
#include <cstdio>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "client/cli/finding_flags.h"
#include "client/cli/judgement_text.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

struct Flags {
  FindingFlags which;
  bool undo = false;
  std::string text;
  std::string comment;
  std::string actor;
  std::string etag;
  bool dry_run = false;
};

// All pages, each of which is a commit of its own.
absl::StatusOr<int> Update(const App& app, const Flags& flags,
                           v1::UpdateFindingsRequest request) {
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_filter(), FilterOf(flags.which));
  if (request.filter().ByteSizeLong() == 0)
    return UsageError("name findings by ID, or by a filter such as --channel");
  request.set_actor(flags.actor.empty() ? UserName() : flags.actor);
  request.set_etag(flags.etag);
  request.set_dry_run(flags.dry_run);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  ListPrinter printer(app.format(), {"ID", "STATE", "VERDICT", "CHANNEL",
                                     "ENTITY", "ATTRIBUTE", "ASSIGNEE"});
  int64_t matched = 0;
  int64_t changed = 0;
  do {
    CLIENT_ASSIGN_OR_RETURN(const v1::UpdateFindingsResponse page,
                            client->UpdateFindings(request));
    for (const v1::Finding& finding : page.findings()) {
      printer.Add(finding, {finding.id(), StateText(finding.state()),
                            VerdictText(finding.verdict()), finding.channel(),
                            EntityText(finding.entity()), finding.attribute(),
                            finding.assignee()});
    }
    matched += page.matched();
    changed += page.changed();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  printer.Flush();
  std::fprintf(stderr, "%lld of %lld findings %s\n",
               static_cast<long long>(changed), static_cast<long long>(matched),
               flags.dry_run ? "would change" : "changed");
  return kDone;
}

void AddCommon(CLI::App* verb, Flags& flags) {
  AddFilterFlags(verb, flags.which);
  verb->add_option("--actor", flags.actor, "Who does it; default: you");
  verb->add_option("--etag", flags.etag,
                   "Only if the one finding is still as this says");
  verb->add_flag("--dry-run", flags.dry_run, "Only say what would change");
}

void AddAcknowledge(App& app, CLI::App* noun) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* const verb = app.Verb(
      noun, "acknowledge", "Take findings on, one or all that match",
      "  concordat findings acknowledge 6f1e…\n"
      "  concordat findings acknowledge --channel web --attribute tier "
      "--dry-run\n"
      "  concordat findings acknowledge 6f1e… --undo",
      [&app, flags] {
        v1::UpdateFindingsRequest request;
        request.set_acknowledged(!flags->undo);
        request.set_comment(flags->comment);
        return Update(app, *flags, std::move(request));
      });
  verb->add_option("ID", flags->which.ids, "Ids of findings");
  verb->add_flag("--undo", flags->undo, "Take that back");
  verb->add_option("--comment", flags->comment, "What to write to them");
  AddCommon(verb, *flags);
}

void AddAssign(App& app, CLI::App* noun) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* const verb = app.Verb(
      noun, "assign", "Say who looks after findings",
      "  concordat findings assign anna 6f1e…\n"
      "  concordat findings assign nobody --channel web",
      [&app, flags] {
        v1::UpdateFindingsRequest request;
        request.set_assignee(flags->text == "nobody" ? "" : flags->text);
        request.set_comment(flags->comment);
        return Update(app, *flags, std::move(request));
      });
  verb->add_option("WHO", flags->text, "Who; `nobody`: nobody any more")
      ->required();
  verb->add_option("ID", flags->which.ids, "Ids of findings");
  verb->add_option("--comment", flags->comment, "What to write to them");
  AddCommon(verb, *flags);
}

void AddComment(App& app, CLI::App* noun) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* const verb = app.Verb(
      noun, "comment", "Write something to findings",
      "  concordat findings comment \"asked billing\" 6f1e…", [&app, flags] {
        v1::UpdateFindingsRequest request;
        request.set_comment(flags->text);
        return Update(app, *flags, std::move(request));
      });
  verb->add_option("TEXT", flags->text, "What to write")->required();
  verb->add_option("ID", flags->which.ids, "Ids of findings");
  AddCommon(verb, *flags);
}

}  // namespace

void AddFindingUpdateCommands(App& app) {
  CLI::App* const noun = app.Noun("findings", "");
  AddAcknowledge(app, noun);
  AddAssign(app, noun);
  AddComment(app, noun);
}

}  // namespace concordat::client
