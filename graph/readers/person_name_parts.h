// From the words of a person's name, without titles, to its parts.
#ifndef CONCORDAT_GRAPH_READERS_PERSON_NAME_PARTS_H_
#define CONCORDAT_GRAPH_READERS_PERSON_NAME_PARTS_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "graph/readers/name_tokens.h"
#include "graph/readers/readers.h"
#include "graph/values/person_name.h"

namespace concordat::readers {

// "jr" for "junior", "3" for "iii"; empty where it is no generational suffix.
absl::string_view GenerationOf(absl::string_view word);

// A name written in a script other than Latin.
NamePart NativePart(absl::string_view word, NameScript script);

// The parts in the order of writing.
std::vector<NamePart> PartsOf(NameTokens tokens, const StepLog& log);

}  // namespace concordat::readers

#endif  // CONCORDAT_GRAPH_READERS_PERSON_NAME_PARTS_H_
