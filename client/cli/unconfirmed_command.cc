// concordat claims unconfirmed
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>

#include "client/cli/app.h"
#include "client/cli/fact_text.h"
#include "client/status_macros.h"
#include "client/times.h"

namespace concordat::client {
namespace {

constexpr int kPageSizeMax = 1000;

struct Flags {
  std::string channel;
  std::string entity;
  int64_t limit = 100;
  bool all = false;
};

absl::StatusOr<int> List(const App& app, const Flags& flags) {
  v1::ListUnconfirmedRequest request;
  request.set_channel(flags.channel);
  if (!flags.entity.empty()) {
    CLIENT_ASSIGN_OR_RETURN(*request.mutable_entity(),
                            ParseEntity(flags.entity));
  }
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  ListPrinter printer(app.format(), {"CHANNEL", "ENTITY", "ATTRIBUTE", "SAID",
                                     "LAST SAID", "CHANGED", "HAD TO KNOW BY"});
  int64_t left = flags.all ? INT64_MAX : flags.limit;
  do {
    request.set_page_size(
        static_cast<int>(std::min<int64_t>(left, kPageSizeMax)));
    CLIENT_ASSIGN_OR_RETURN(const v1::ListUnconfirmedResponse page,
                            client->ListUnconfirmed(request));
    for (const v1::Unconfirmed& one : page.unconfirmed()) {
      const v1::Claim& claim = one.held().claim();
      printer.Add(
          one,
          {claim.channel(), EntityText(one.held().entity()), claim.attribute(),
           ClaimText(claim), FormatTime(claim.said_at()),
           FormatTime(one.changed_at()), FormatTime(one.due_at())});
    }
    printer.Flush();
    left -= page.unconfirmed_size();
    request.set_page_token(page.next_page_token());
  } while (left > 0 && !request.page_token().empty());
  if (!request.page_token().empty())
    std::fprintf(stderr, "there are more: --limit N or --all\n");
  return kDone;
}

}  // namespace

void AddUnconfirmedCommand(App& app) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* const verb =
      app.Verb(app.Noun("claims", ""), "unconfirmed",
               "Where channels were not heard of since the truth changed",
               "  concordat claims unconfirmed --channel web\n"
               "  concordat claims unconfirmed --entity customer/c-17",
               [&app, flags] { return List(app, *flags); });
  verb->add_option("--channel", flags->channel, "Only this channel");
  verb->add_option("--entity", flags->entity, "Only this entity, TYPE/ID");
  verb->add_option("--limit", flags->limit, "How many")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb->add_flag("--all", flags->all, "All of them");
}

}  // namespace concordat::client
