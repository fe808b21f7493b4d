// concordat privacy erase|erasures|export
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "client/status_macros.h"
#include "client/times.h"

namespace concordat::client {
namespace {

constexpr int kPageSizeMax = 1000;

struct Flags {
  std::string entity;
  std::string reason;
  std::string request_id;
  std::string unchanged_since;
  bool yes = false;
};

std::string Describe(const v1::EraseSubjectResponse& response) {
  const v1::Erasure& erasure = response.erasure();
  std::string text = absl::StrCat(
      EntityText(erasure.entity()),
      response.replayed() ? " had been erased on " : " was erased on ",
      FormatTime(erasure.at()), ": values of ", erasure.facts(), " facts, ",
      erasure.held_claims(), " claims that channels hold, ", erasure.findings(),
      " findings\n");
  if (!response.scrubbed()) {
    absl::StrAppend(&text,
                    "the store's files are being cleaned, once a reader that "
                    "began before has ended\n");
  }
  return text;
}

absl::StatusOr<int> Erase(const App& app, const Flags& flags) {
  v1::EraseSubjectRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_entity(), ParseEntity(flags.entity));
  if (!flags.yes) {
    return UsageError(absl::StrCat(
        "nothing brings back what is known of ", flags.entity,
        ", no backup and nobody; say --yes to erase it for ever, or see it "
        "first: concordat privacy export ",
        flags.entity));
  }
  request.set_reason(flags.reason);
  request.set_request_id(flags.request_id);
  request.set_unchanged_since(flags.unchanged_since);
  request.set_actor(UserName());
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::EraseSubjectResponse response,
                          client->EraseSubject(request));
  PrintAnswer(app.format(), response, Describe(response));
  return kDone;
}

absl::StatusOr<int> Erasures(const App& app) {
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  ListPrinter printer(app.format(), {"AT", "ENTITY", "ACTOR", "FACTS", "CLAIMS",
                                     "FINDINGS", "REASON"});
  v1::ListErasuresRequest request;
  request.set_page_size(kPageSizeMax);
  do {
    CLIENT_ASSIGN_OR_RETURN(const v1::ListErasuresResponse page,
                            client->ListErasures(request));
    for (const v1::Erasure& erasure : page.erasures()) {
      printer.Add(erasure,
                  {FormatTime(erasure.at()), EntityText(erasure.entity()),
                   erasure.actor(), absl::StrCat(erasure.facts()),
                   absl::StrCat(erasure.held_claims()),
                   absl::StrCat(erasure.findings()), erasure.reason()});
    }
    printer.Flush();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return kDone;
}

absl::StatusOr<int> Export(const App& app, const Flags& flags) {
  v1::ExportSubjectRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_entity(), ParseEntity(flags.entity));
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_RETURN_IF_ERROR(client->ExportSubject(
      request, [&](const v1::ExportSubjectResponse& part) {
        for (const v1::SubjectRecord& record : part.records()) {
          std::fputs(ToJson(record, false).c_str(), stdout);
        }
        if (app.shows_progress()) {
          std::fprintf(stderr, "\rlog of claims: %llu of %llu revisions",
                       static_cast<unsigned long long>(part.log_read()),
                       static_cast<unsigned long long>(part.log_total()));
        }
        return std::ferror(stdout) == 0;
      }));
  if (app.shows_progress()) std::fputs("\n", stderr);
  if (std::ferror(stdout) != 0) {
    return absl::DataLossError("cannot write standard output");
  }
  return kDone;
}

}  // namespace

void AddPrivacyCommands(App& app) {
  CLI::App* const noun =
      app.Noun("privacy", "A person's rights: to be forgotten, and to be told");
  const auto flags = std::make_shared<Flags>();
  CLI::App* const erase =
      app.Verb(noun, "erase",
               "Erase a person for ever: nobody can read the values again, "
               "not in history nor in backups",
               "  concordat privacy erase customer/c-17 --reason \"request "
               "2026-118\" --yes",
               [&app, flags] { return Erase(app, *flags); });
  erase->add_option("ENTITY", flags->entity, "TYPE/ID")->required();
  erase->add_option("--reason", flags->reason, "Why; kept, so not personal")
      ->required();
  erase->add_option("--request-id", flags->request_id, "Kept in the erasure");
  erase->add_option("--unchanged-since", flags->unchanged_since,
                    "Only if nothing was recorded since this revision token");
  erase->add_flag("--yes", flags->yes, "Yes, for ever");
  app.Verb(noun, "erasures", "Who was erased, when, by whom and why",
           "  concordat privacy erasures\n"
           "  concordat privacy erasures -o json",
           [&app] { return Erasures(app); });
  CLI::App* const all = app.Verb(
      noun, "export",
      "Everything known about one person, in clear, as JSON lines on standard "
      "output",
      "  concordat privacy export customer/c-17 > c-17.jsonl",
      [&app, flags] { return Export(app, *flags); });
  all->add_option("ENTITY", flags->entity, "TYPE/ID")->required();
}

}  // namespace concordat::client
