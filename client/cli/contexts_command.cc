// concordat contexts list|set|use|remove
#include <cstdio>
#include <map>

#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "client/cli/contexts.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

struct Flags {
  std::string name;
  std::string address;
  v1::SavedContext said;
};

absl::StatusOr<int> List(const App& app) {
  CLIENT_ASSIGN_OR_RETURN(const std::string path, ContextsPath());
  CLIENT_ASSIGN_OR_RETURN(const v1::ContextsFile contexts, LoadContexts(path));
  if (app.format() == OutputFormat::kJson ||
      app.format() == OutputFormat::kYaml) {
    PrintAnswer(app.format(), contexts, "");
    return kDone;
  }
  ListPrinter printer(app.format(), {"CURRENT", "NAME", "SERVER"});
  for (const auto& [name, context] : std::map<std::string, v1::SavedContext>(
           contexts.contexts().begin(), contexts.contexts().end()))
    printer.Add(context, {name == contexts.current() ? "*" : "", name,
                          context.server()});
  printer.Flush();
  return kDone;
}

// Changes the file; `change` says what went wrong.
template <typename Change>
absl::StatusOr<int> Edit(const Change& change) {
  CLIENT_ASSIGN_OR_RETURN(const std::string path, ContextsPath());
  CLIENT_ASSIGN_OR_RETURN(v1::ContextsFile contexts, LoadContexts(path));
  CLIENT_RETURN_IF_ERROR(change(contexts));
  CLIENT_RETURN_IF_ERROR(SaveContexts(path, contexts));
  return kDone;
}

absl::StatusOr<int> Set(const Flags& flags) {
  const auto target = TargetOf(flags.address);
  if (!target.ok()) return UsageError(target.status().message());
  return Edit([&flags](v1::ContextsFile& contexts) {
    v1::SavedContext& context = (*contexts.mutable_contexts())[flags.name];
    context = flags.said;
    context.set_server(flags.address);
    if (contexts.current().empty()) contexts.set_current(flags.name);
    return absl::OkStatus();
  });
}

absl::StatusOr<int> Use(const Flags& flags) {
  return Edit([&flags](v1::ContextsFile& contexts) {
    const auto server = ContextOf(contexts, flags.name);
    if (server.ok()) contexts.set_current(flags.name);
    return server.status();
  });
}

absl::StatusOr<int> Remove(const Flags& flags) {
  return Edit([&flags](v1::ContextsFile& contexts) {
    const auto server = ContextOf(contexts, flags.name);
    contexts.mutable_contexts()->erase(flags.name);
    if (contexts.current() == flags.name) contexts.clear_current();
    return server.status();
  });
}

}  // namespace

void AddContextCommands(App& app) {
  CLI::App* const noun = app.Noun("contexts", "Saved servers");
  const auto flags = std::make_shared<Flags>();
  app.Verb(noun, "list", "All saved servers", "  concordat contexts list",
           [&app] { return List(app); });
  CLI::App* verb =
      app.Verb(noun, "set", "Save a server; the first one is used from then on",
               "  concordat contexts set test localhost:7400\n"
               "  concordat contexts set live unix:/run/concordat.sock\n"
               "  concordat contexts set live shop.example:7400 \\\n"
               "    --ca ca.pem --key-file ~/.config/concordat/qa.key",
               [flags] { return Set(*flags); });
  verb->add_option("NAME", flags->name, "Name")->required();
  verb->add_option("ADDRESS", flags->address, "host:port or unix:/path")
      ->required();
  AddSavedFlags(*verb, flags->said);
  verb = app.Verb(noun, "use", "Use a saved server from now on",
                  "  concordat contexts use test",
                  [flags] { return Use(*flags); });
  verb->add_option("NAME", flags->name, "Name")->required();
  verb = app.Verb(noun, "remove", "Forget a saved server",
                  "  concordat contexts remove test",
                  [flags] { return Remove(*flags); });
  verb->add_option("NAME", flags->name, "Name")->required();
}

}  // namespace concordat::client
