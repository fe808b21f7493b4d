// Channels and their contracts, from a vocabulary's message.
#ifndef CONCORDAT_CONFIG_CHANNEL_BUILDER_H_
#define CONCORDAT_CONFIG_CHANNEL_BUILDER_H_

#include "concordat/v1/vocabulary.pb.h"
#include "config/vocabulary_problems.h"
#include "config/writing_builder.h"
#include "consistency/vocabulary.h"

namespace concordat {

// Fills `vocabulary.channels`, which must be empty, against
// `vocabulary.schema`, which must be built. Reports what is wrong.
//
// A channel writes as it declares, not as the schema does: nothing of
// `writing` of the vocabulary is taken over, only that of a channel that it is
// `like`. An attribute's own writing goes over its channel's member by member;
// its promise is its channel's where it declares none.
void BuildChannels(const v1::Vocabulary& message, WritingBuilder& writing,
                   VocabularyProblems& problems, Vocabulary& vocabulary);

}  // namespace concordat

#endif  // CONCORDAT_CONFIG_CHANNEL_BUILDER_H_
