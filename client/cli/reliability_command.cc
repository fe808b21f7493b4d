// concordat reliability list|suggest
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/app.h"
#include "client/cli/reliability_text.h"
#include "client/status_macros.h"
#include "client/times.h"

namespace concordat::client {
namespace {

struct ListFlags {
  std::vector<std::string> channels;
  bool learn = false;
};

struct SuggestFlags {
  std::string entity;
  std::string attribute;
};

TableRow RowOf(const std::string& channel, const std::string& attribute,
               double reliability, double samples, const std::string& shared) {
  return {channel, attribute, absl::StrFormat("%.3f", reliability),
          absl::StrFormat("%.0f", samples), shared};
}

absl::StatusOr<int> List(const App& app, const ListFlags& flags) {
  v1::ListReliabilityRequest request;
  for (const std::string& channel : flags.channels)
    request.add_channels(channel);
  request.set_learn(flags.learn);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::ListReliabilityResponse response,
                          client->ListReliability(request));
  ListPrinter printer(app.format(), {"CHANNEL", "ATTRIBUTE", "RIGHT", "REPORTS",
                                     "ONE WITNESS WITH"});
  for (const v1::ChannelReliability& channel : response.channels()) {
    std::string shared;
    for (const v1::SharedWitness& other : channel.shared())
      absl::StrAppendFormat(&shared, "%s%s (%.2f)", shared.empty() ? "" : ", ",
                            other.channel(), other.probability());
    printer.Add(channel,
                RowOf(channel.channel(), "(all)", channel.reliability(),
                      channel.samples(), shared));
    for (const v1::AttributeReliability& of : channel.attributes())
      printer.Add(of, RowOf(channel.channel(),
                            absl::StrCat(of.entity_type(), ".", of.attribute()),
                            of.reliability(), of.samples(), ""));
  }
  printer.Flush();
  if (response.has_learned_at()) {
    std::fprintf(stderr,
                 "learned on %s from %lld items, the truth of %lld of which is "
                 "known\n",
                 FormatTime(response.learned_at()).c_str(),
                 static_cast<long long>(response.items()),
                 static_cast<long long>(response.known_items()));
  } else {
    std::fprintf(stderr, "nothing was learned yet: --learn\n");
  }
  return kDone;
}

absl::StatusOr<int> Suggest(const App& app, const SuggestFlags& flags) {
  v1::SuggestValueRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_entity(), ParseEntity(flags.entity));
  request.set_attribute(flags.attribute);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::SuggestValueResponse response,
                          client->SuggestValue(request));
  std::string text = SidesText(response.sides(), response.suggestion());
  if (response.has_known())
    absl::StrAppend(&text, "the graph says ",
                    response.known().has_raw()
                        ? Printable(response.known().raw())
                        : "that there is none",
                    "\n");
  PrintAnswer(app.format(), response, text);
  return kDone;
}

}  // namespace

void AddReliabilityCommands(App& app) {
  CLI::App* const noun = app.Noun(
      "reliability", "How often channels are right, and what is probably true");
  const auto list = std::make_shared<ListFlags>();
  CLI::App* verb = app.Verb(
      noun, "list", "How often each channel is right, as far as was learned",
      "  concordat reliability list\n"
      "  concordat reliability list --channel web,chat --learn",
      [&app, list] { return List(app, *list); });
  verb->add_option("--channel", list->channels, "Only these channels")
      ->delimiter(',');
  verb->add_flag("--learn", list->learn, "Learn anew first");

  const auto suggest = std::make_shared<SuggestFlags>();
  verb =
      app.Verb(noun, "suggest",
               "What channels say of an attribute, and what is probably true",
               "  concordat reliability suggest --entity customer/c-17 "
               "--attribute email",
               [&app, suggest] { return Suggest(app, *suggest); });
  verb->add_option("--entity", suggest->entity, "TYPE/ID")->required();
  verb->add_option("--attribute", suggest->attribute, "Attribute or alias")
      ->required();
}

}  // namespace concordat::client
