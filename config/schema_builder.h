// The schema of the graph, from a vocabulary's message.
#ifndef CONCORDAT_CONFIG_SCHEMA_BUILDER_H_
#define CONCORDAT_CONFIG_SCHEMA_BUILDER_H_

#include "concordat/v1/vocabulary.pb.h"
#include "config/vocabulary_problems.h"
#include "config/writing_builder.h"
#include "graph/schema.h"

namespace concordat {

// Fills `schema`, which must be empty: code lists, entity types, relation
// types, sources and the habits of authoritative facts. Reports what is wrong;
// `schema` is then incomplete, but its pointers hold.
void BuildSchema(const v1::Vocabulary& message, WritingBuilder& writing,
                 VocabularyProblems& problems, Schema& schema);

// The schema's code lists by name, as WritingBuilder::Check takes them.
CodeLists AllCodeLists(const Schema& schema);

}  // namespace concordat

#endif  // CONCORDAT_CONFIG_SCHEMA_BUILDER_H_
