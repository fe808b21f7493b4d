// What differs between two vocabularies.
#ifndef CONCORDAT_CONFIG_VOCABULARY_DIFF_H_
#define CONCORDAT_CONFIG_VOCABULARY_DIFF_H_

#include <string>
#include <vector>

#include "concordat/v1/vocabulary.pb.h"

namespace concordat {

struct VocabularyDifference {
  // Path of the field (YamlPath): "channels.web.promise".
  std::string field;
  // As written in the file: "4h", "[a, b]", "true"; "{}" for something that is
  // there and declares nothing. Empty: it is not there.
  std::string before;
  std::string after;

  friend bool operator==(const VocabularyDifference&,
                         const VocabularyDifference&) = default;
};

// The fields that are not the same, in order of path. A list is one field. A
// field that is written with its default value is like one that is not
// written. Pure; thread-safe.
std::vector<VocabularyDifference> DiffVocabularies(const v1::Vocabulary& before,
                                                   const v1::Vocabulary& after);

}  // namespace concordat

#endif  // CONCORDAT_CONFIG_VOCABULARY_DIFF_H_
