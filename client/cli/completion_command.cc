// concordat completion bash|zsh
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/app.h"

namespace concordat::client {
namespace {

// Long flags of a command, for completion.
std::vector<std::string> FlagsOf(const CLI::App& command) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames())
      flags.push_back(absl::StrCat("--", name));
  return flags;
}

std::vector<const CLI::App*> CommandsOf(const CLI::App& command) {
  return command.get_subcommands([](const CLI::App*) { return true; });
}

std::string NamesOf(const CLI::App& command) {
  return absl::StrJoin(CommandsOf(command), " ",
                       [](std::string* out, const CLI::App* each) {
                         absl::StrAppend(out, each->get_name());
                       });
}

// A bash function made from the commands themselves; zsh runs it through
// bashcompinit. Words that are no command complete as files.
std::string Script(const CLI::App& root) {
  std::string script =
      "# Completion of concordat; made by `concordat completion`.\n"
      "_concordat() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} noun= verb= each words=\n"
      "  for each in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case $each in\n"
      "      -*) ;;\n"
      "      *) if [ -z \"$noun\" ]; then noun=$each;\n"
      "         elif [ -z \"$verb\" ]; then verb=$each; fi ;;\n"
      "    esac\n"
      "  done\n"
      "  case $noun/$verb in\n";
  const std::string global = absl::StrJoin(FlagsOf(root), " ");
  absl::StrAppend(&script, "    /) words='", NamesOf(root), " ", global,
                  "' ;;\n");
  for (const CLI::App* noun : CommandsOf(root)) {
    absl::StrAppend(&script, "    ", noun->get_name(), "/) words='",
                    NamesOf(*noun), "' ;;\n");
    for (const CLI::App* verb : CommandsOf(*noun))
      absl::StrAppend(&script, "    ", noun->get_name(), "/", verb->get_name(),
                      ") words='", absl::StrJoin(FlagsOf(*verb), " "), " ",
                      global, "' ;;\n");
  }
  return absl::StrCat(script,
                      "  esac\n"
                      "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
                      "}\n"
                      "complete -o default -F _concordat concordat\n");
}

}  // namespace

void AddCompletionCommand(App& app) {
  CLI::App* const noun = app.Noun("completion", "Completion for your shell");
  app.Verb(noun, "bash", "Print the script for bash",
           "  concordat completion bash > ~/.local/share/bash-completion/"
           "completions/concordat",
           [&app]() -> absl::StatusOr<int> {
             std::fputs(Script(app.cli()).c_str(), stdout);
             return kDone;
           });
  app.Verb(noun, "zsh", "Print the script for zsh",
           "  concordat completion zsh > ~/.concordat-completion.zsh",
           [&app]() -> absl::StatusOr<int> {
             std::fputs(
                 "autoload -U +X compinit && compinit\n"
                 "autoload -U +X bashcompinit && bashcompinit\n",
                 stdout);
             std::fputs(Script(app.cli()).c_str(), stdout);
             return kDone;
           });
}

}  // namespace concordat::client
