#include "client/cli/contexts.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/output.h"
#include "client/connection.h"
#include "client/files.h"
#include "client/status_macros.h"
#include "proto/did_you_mean.h"
#include "proto/yaml_reader.h"

namespace concordat::client {
namespace {

constexpr int64_t kFileBytesMax = 1 << 20;

}  // namespace

absl::StatusOr<std::string> ContextsPath() {
  const char* const config = std::getenv("XDG_CONFIG_HOME");
  if (config != nullptr && *config == '/')
    return absl::StrCat(config, "/concordat/contexts.yaml");
  const char* const home = std::getenv("HOME");
  if (home != nullptr && *home != '\0')
    return absl::StrCat(home, "/.config/concordat/contexts.yaml");
  return absl::FailedPreconditionError(
      "neither XDG_CONFIG_HOME nor HOME is set; name the server by --server");
}

absl::StatusOr<v1::ContextsFile> LoadContexts(const std::string& path) {
  v1::ContextsFile contexts;
  const absl::StatusOr<std::string> text = ReadFile(path, kFileBytesMax);
  if (absl::IsNotFound(text.status())) return contexts;
  CLIENT_RETURN_IF_ERROR(text.status());
  const YamlResult read = ReadYaml(*text, contexts);
  std::vector<std::string> problems;
  for (const YamlProblem& problem : read.problems)
    problems.push_back(WriteYamlProblem(path, problem));
  if (problems.empty()) return contexts;
  return absl::InvalidArgumentError(absl::StrJoin(problems, "\n"));
}

absl::Status SaveContexts(const std::string& path,
                          const v1::ContextsFile& contexts) {
  const std::filesystem::path folder =
      std::filesystem::path(path).parent_path();
  std::error_code error;
  if (std::filesystem::create_directories(folder, error))
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all,
                                 error);
  if (error)
    return absl::ErrnoToStatus(error.value(),
                               absl::StrCat("cannot make ", folder.string()));
  return ReplaceFile(path, ToYaml(contexts));
}

absl::StatusOr<v1::SavedContext> ContextOf(const v1::ContextsFile& contexts,
                                           const std::string& name) {
  const std::string& wanted = name.empty() ? contexts.current() : name;
  if (wanted.empty()) {
    v1::SavedContext none;
    none.set_server(kDefaultAddress);
    return none;
  }
  const auto found = contexts.contexts().find(wanted);
  if (found != contexts.contexts().end()) return found->second;
  std::vector<std::string> known;
  for (const auto& [key, context] : contexts.contexts()) known.push_back(key);
  return absl::NotFoundError(absl::StrCat("there is no context `", wanted, "`",
                                          DidYouMean(wanted, known)));
}

}  // namespace concordat::client
