// concordat values explain|types
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/app.h"
#include "client/cli/values_text.h"
#include "client/status_macros.h"
#include "client/values/explanation.h"
#include "client/values/words.h"
#include "concordat/v1/client_files.pb.h"

namespace concordat::client {
namespace {

struct Flags {
  // A type; with --channel, an attribute.
  std::string type;
  std::string a;
  std::string b;
  std::vector<std::string> context;
  std::string channel;
  std::string other_channel;
  std::string entity_type;
};

void ToMessage(const std::string& raw, const values::ExplainedSide& side,
               v1::ReadValue* value) {
  value->set_raw(raw);
  value->set_normal(side.normal);
  value->set_problem(side.problem);
  for (const auto& [rule, result] : side.steps) {
    v1::ReadingStep* const step = value->add_steps();
    step->set_rule(rule);
    step->set_result(result);
  }
}

// Here, by the code that the server runs.
absl::StatusOr<v1::ExplainValuesResponse> ExplainOffline(const Flags& flags) {
  const absl::StatusOr<values::Explanation> explanation = values::ExplainPair(
      flags.type, absl::StrJoin(flags.context, ";"), flags.a, flags.b);
  if (!explanation.ok()) return UsageError(explanation.status().message());
  v1::ExplainValuesResponse response;
  v1::Likeness likeness = v1::LIKENESS_UNSPECIFIED;
  v1::Likeness_Parse(absl::StrCat("LIKENESS_", explanation->likeness),
                     &likeness);
  response.set_likeness(likeness);
  response.set_reason(explanation->reason);
  response.set_type(flags.type);
  ToMessage(flags.a, explanation->a, response.mutable_a());
  ToMessage(flags.b, explanation->b, response.mutable_b());
  return response;
}

// By the contract of a channel.
absl::StatusOr<v1::ExplainValuesResponse> ExplainByContract(
    const App& app, const Flags& flags) {
  if (!flags.context.empty())
    return UsageError(
        "give either --channel, whose contract says how it writes, or "
        "--context KEY=VALUE; a saved server is named before the command: "
        "concordat --context NAME values explain ...");
  v1::ExplainValuesRequest request;
  request.set_channel(flags.channel);
  request.set_other_channel(flags.other_channel);
  request.set_entity_type(flags.entity_type);
  request.set_attribute(flags.type);
  request.set_value_a(flags.a);
  request.set_value_b(flags.b);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  return client->ExplainValues(request);
}

absl::StatusOr<int> Explain(const App& app, const Flags& flags) {
  const bool offline = flags.channel.empty();
  if (offline && !(flags.other_channel.empty() && flags.entity_type.empty()))
    return UsageError("--other-channel and --entity-type need --channel");
  CLIENT_ASSIGN_OR_RETURN(
      const v1::ExplainValuesResponse response,
      offline ? ExplainOffline(flags) : ExplainByContract(app, flags));
  if (app.format() == OutputFormat::kCsv) {
    ListPrinter printer(app.format(), {"verdict", "reason", "a", "b"});
    printer.Add(response,
                {PairVerdictText(response.likeness()), PairReasonText(response),
                 response.a().normal(), response.b().normal()});
    printer.Flush();
  } else {
    PrintAnswer(app.format(), response, ExplanationText(response));
  }
  return kDone;
}

absl::StatusOr<int> Types(const App& app) {
  ListPrinter printer(app.format(), {"KIND", "NAME", "MEANING"});
  const auto add = [&printer](const char* kind, const values::Word& word) {
    v1::ValueWord message;
    message.set_kind(kind);
    message.set_name(std::string(word.name));
    message.set_meaning(std::string(word.meaning));
    printer.Add(message, {kind, message.name(), message.meaning()});
  };
  for (const values::Word& word : values::PairTypes()) add("type", word);
  for (const values::Word& word : values::ContextKeys()) add("context", word);
  printer.Flush();
  return kDone;
}

}  // namespace

void AddValueCommands(App& app) {
  CLI::App* const noun =
      app.Noun("values",
               "What written values mean, and when they mean the "
               "same");
  const auto flags = std::make_shared<Flags>();
  CLI::App* verb = app.Verb(
      noun, "explain",
      "Hold two writings of a value against each other, step by step. Without "
      "--channel no server is asked",
      "  concordat values explain date 3/4/2026 2026-04-03 \\\n"
      "      --context a.locale=en_GB\n"
      "  concordat values explain money '€40.50' '40,50' \\\n"
      "      --context 'b.locale=de_DE;currency=EUR'\n"
      "  concordat values explain --channel web tier 'Gold Member' gold\n"
      "  concordat values explain --channel web --other-channel app \\\n"
      "      --entity-type order status versandt shipped\n"
      "  concordat values explain decimal -- -12 -12.0",
      [&app, flags] { return Explain(app, *flags); });
  verb->add_option("TYPE", flags->type,
                   "Type of the values, see `concordat values types`; with "
                   "--channel the attribute, or an alias of it")
      ->required();
  verb->add_option("A", flags->a, "One value; with --channel as it writes")
      ->required();
  verb->add_option("B", flags->b,
                   "The other; with --channel as the authority writes")
      ->required();
  verb->add_option("--context", flags->context,
                   "How they are written, KEY=VALUE or KEY=VALUE;KEY=VALUE, "
                   "a.KEY or b.KEY for one of them; can be repeated. (A saved "
                   "server is named before `values`)")
      ->allow_extra_args(false);
  verb->add_option("--channel", flags->channel,
                   "By the contract of this channel, which writes A; asks the "
                   "server");
  verb->add_option("--other-channel", flags->other_channel,
                   "The channel that writes B, instead of the authority");
  verb->add_option("--entity-type", flags->entity_type,
                   "Entity type of the attribute (default: the channel's)");

  app.Verb(noun, "types", "List the types and the keys of --context",
           "  concordat values types", [&app] { return Types(app); });
}

}  // namespace concordat::client
