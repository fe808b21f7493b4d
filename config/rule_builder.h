// The rules of a vocabulary, from its message.
#ifndef CONCORDAT_CONFIG_RULE_BUILDER_H_
#define CONCORDAT_CONFIG_RULE_BUILDER_H_

#include "concordat/v1/vocabulary.pb.h"
#include "config/vocabulary_problems.h"
#include "consistency/vocabulary.h"

namespace concordat {

// Fills `vocabulary.rules` and their index, once the schema is there: rules
// point into it. Reports what is wrong, with the column within an expression.
void BuildRules(const v1::Vocabulary& message, VocabularyProblems& problems,
                Vocabulary& vocabulary);

}  // namespace concordat

#endif  // CONCORDAT_CONFIG_RULE_BUILDER_H_
