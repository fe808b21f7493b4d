// The relation types of a vocabulary, from its message.
#ifndef CONCORDAT_CONFIG_RELATION_BUILDER_H_
#define CONCORDAT_CONFIG_RELATION_BUILDER_H_

#include "concordat/v1/vocabulary.pb.h"
#include "config/vocabulary_problems.h"
#include "graph/schema.h"

namespace concordat {

// Fills schema.relation_types, once its entity types are there. Reports what is
// wrong.
void BuildRelationTypes(const v1::Vocabulary& message,
                        VocabularyProblems& problems, Schema& schema);

}  // namespace concordat

#endif  // CONCORDAT_CONFIG_RELATION_BUILDER_H_
