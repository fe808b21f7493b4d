// Where the parts of the vocabulary loader report what is wrong.
#ifndef CONCORDAT_CONFIG_VOCABULARY_PROBLEMS_H_
#define CONCORDAT_CONFIG_VOCABULARY_PROBLEMS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "proto/did_you_mean.h"
#include "proto/yaml_reader.h"

namespace concordat {

// The keys of a map; a protobuf map has no order.
template <typename Map>
std::vector<std::string> SortedKeys(const Map& map) {
  std::vector<std::string> keys;
  keys.reserve(map.size());
  for (const auto& [key, value] : map) keys.push_back(key);
  std::sort(keys.begin(), keys.end());
  return keys;
}

// Collects problems of meaning, each with the line of its field. Thread-
// compatible.
class VocabularyProblems {
 public:
  // `yaml` knows the lines and outlives this; problems are added to its own.
  explicit VocabularyProblems(YamlResult& yaml) : yaml_(yaml) {}
  VocabularyProblems(const VocabularyProblems&) = delete;
  VocabularyProblems& operator=(const VocabularyProblems&) = delete;

  void Report(const std::string& path, std::string message) {
    if (HasAllYamlProblems(options_, yaml_.problems)) return;
    AddYamlProblem({yaml_.LineOf(path), path, std::move(message)}, options_,
                   yaml_.problems);
  }

  // The end of a message about `name`, where a key of `map` was expected
  // (DidYouMean). Nothing where `map` is large or no more is reported.
  template <typename Map>
  std::string Suggest(absl::string_view name, const Map& map) const {
    constexpr size_t kComparedMax = 200;
    if (HasAllYamlProblems(options_, yaml_.problems) ||
        map.size() > kComparedMax) {
      return "";
    }
    return DidYouMean(name, SortedKeys(map));
  }

  // The keys of the map at `path` in the order of the file.
  std::vector<std::string> KeysOf(absl::string_view path) const {
    return yaml_.KeysOf(path);
  }

  // Whether the field was written at all, if only as empty.
  bool IsWritten(absl::string_view path) const { return yaml_.Has(path); }

 private:
  YamlResult& yaml_;
  const YamlOptions options_;
};

// Reports a name that is not [a-z][a-z0-9_]* or longer than kNameBytesMax.
// Names appear in paths, columns and URLs.
void CheckName(absl::string_view name, const std::string& path,
               VocabularyProblems& problems);

// Reports a name that is not [A-Za-z][A-Za-z0-9_-]* or longer than
// kNameBytesMax. Channels and sources exist already, and have such names.
void CheckSystemName(absl::string_view name, const std::string& path,
                     VocabularyProblems& problems);

// Reports a writing (alias, code, token) that is empty, longer than
// `bytes_max`, or has white space at an end.
void CheckWriting(absl::string_view writing, int64_t bytes_max,
                  const std::string& path, VocabularyProblems& problems);

}  // namespace concordat

#endif  // CONCORDAT_CONFIG_VOCABULARY_PROBLEMS_H_
