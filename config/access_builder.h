// Who may know what, from a vocabulary's message.
#ifndef CONCORDAT_CONFIG_ACCESS_BUILDER_H_
#define CONCORDAT_CONFIG_ACCESS_BUILDER_H_

#include "concordat/v1/vocabulary.pb.h"
#include "config/vocabulary_problems.h"
#include "consistency/vocabulary.h"

namespace concordat {

// Fills `vocabulary.access`, against its schema and channels, which must be
// built. Reports what is wrong.
void BuildAccess(const v1::Vocabulary& message, VocabularyProblems& problems,
                 Vocabulary& vocabulary);

}  // namespace concordat

#endif  // CONCORDAT_CONFIG_ACCESS_BUILDER_H_
