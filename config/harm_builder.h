#ifndef CONCORDAT_CONFIG_HARM_BUILDER_H_
#define CONCORDAT_CONFIG_HARM_BUILDER_H_

#include "concordat/v1/vocabulary.pb.h"
#include "config/vocabulary_problems.h"
#include "consistency/vocabulary.h"

namespace concordat {

// What the vocabulary says of findings: how long they settle, and how they are
// ranked. `vocabulary.schema` must be built. Reports what is wrong.
void BuildHarm(const v1::Vocabulary& message, VocabularyProblems& problems,
               Vocabulary& vocabulary);

}  // namespace concordat

#endif  // CONCORDAT_CONFIG_HARM_BUILDER_H_
