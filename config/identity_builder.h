// The vocabulary's brakes on over-merging.
#ifndef CONCORDAT_CONFIG_IDENTITY_BUILDER_H_
#define CONCORDAT_CONFIG_IDENTITY_BUILDER_H_

#include <string>

#include "concordat/v1/vocabulary.pb.h"
#include "config/vocabulary_problems.h"
#include "graph/schema.h"

namespace concordat {

// What entity types and attributes declare. The attributes of `schema` and its
// habits must be there: blocked values are read like facts.
void BuildIdentity(const v1::Vocabulary& message, VocabularyProblems& problems,
                   Schema& schema);

// What a channel declares; `path` is that of its `identity`.
LinkCap BuildLinkCap(const v1::ChannelIdentity& from, const std::string& path,
                     VocabularyProblems& problems);

}  // namespace concordat

#endif  // CONCORDAT_CONFIG_IDENTITY_BUILDER_H_
