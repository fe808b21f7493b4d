#include "config/vocabulary_loader.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "config/access_builder.h"
#include "config/channel_builder.h"
#include "config/harm_builder.h"
#include "config/rule_builder.h"
#include "config/schema_builder.h"
#include "config/vocabulary_problems.h"
#include "config/writing_builder.h"
#include "graph/errors.h"
#include "graph/limits.h"

namespace concordat {
namespace {

std::shared_ptr<const Vocabulary> Build(const v1::Vocabulary& message,
                                        uint64_t version, YamlResult& yaml) {
  VocabularyProblems problems(yaml);
  WritingBuilder writing;
  auto vocabulary = std::make_shared<Vocabulary>();
  vocabulary->version = version;
  vocabulary->name = message.name();
  if (message.name().empty()) {
    problems.Report("name", "is missing; give the vocabulary a name");
  } else {
    CheckName(message.name(), "name", problems);
  }
  BuildSchema(message, writing, problems, vocabulary->schema);
  BuildChannels(message, writing, problems, *vocabulary);
  BuildHarm(message, problems, *vocabulary);
  BuildRules(message, problems, *vocabulary);
  BuildAccess(message, problems, *vocabulary);
  if (!yaml.ok()) return nullptr;
  return vocabulary;
}

}  // namespace

LoadedVocabulary LoadVocabulary(absl::string_view yaml_text,
                                absl::string_view file_name, uint64_t version) {
  LoadedVocabulary loaded;
  loaded.file_name = std::string(file_name);
  YamlOptions options;
  options.max_bytes = limits::kVocabularyBytesMax;
  YamlResult yaml = ReadYaml(yaml_text, loaded.message, options);
  if (yaml.ok()) {
    loaded.vocabulary = Build(loaded.message, version, yaml);
    SortYamlProblems(yaml.problems);
  }
  loaded.problems = std::move(yaml.problems);
  return loaded;
}

absl::Status ToStatus(const LoadedVocabulary& loaded) {
  if (loaded.problems.empty()) return absl::OkStatus();
  std::string text =
      WriteYamlProblem(loaded.file_name, loaded.problems.front());
  if (const size_t more = loaded.problems.size() - 1; more > 0) {
    absl::StrAppend(&text, "; and ", more, " more");
  }
  return errors::InvalidVocabulary(text);
}

}  // namespace concordat
