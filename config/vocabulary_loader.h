// A vocabulary from its file.
#ifndef CONCORDAT_CONFIG_VOCABULARY_LOADER_H_
#define CONCORDAT_CONFIG_VOCABULARY_LOADER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "concordat/v1/vocabulary.pb.h"
#include "consistency/vocabulary.h"
#include "proto/yaml_reader.h"

namespace concordat {

struct LoadedVocabulary {
  // nullptr where there are problems.
  std::shared_ptr<const Vocabulary> vocabulary;
  // The file as read, nothing filled in. Where there are problems, what could
  // be read.
  v1::Vocabulary message;
  // For messages.
  std::string file_name;
  // In the order of the file. Problems of writing (YAML, fields, types) hide
  // those of meaning (names that there are not), which are looked for only
  // where there are none of the former.
  std::vector<YamlProblem> problems;
};

// Reads and checks the vocabulary in `yaml_text`; the schema of the file is
// concordat.v1.Vocabulary, at most kVocabularyBytesMax bytes. `version` is put
// into the result. Pure but for ICU's and the time zones' data; thread-safe.
LoadedVocabulary LoadVocabulary(absl::string_view yaml_text,
                                absl::string_view file_name, uint64_t version);

// OK where there are no problems; INVALID_VOCABULARY otherwise: the first
// problem as "file:line: field: message", and how many more there are.
absl::Status ToStatus(const LoadedVocabulary& loaded);

}  // namespace concordat

#endif  // CONCORDAT_CONFIG_VOCABULARY_LOADER_H_
