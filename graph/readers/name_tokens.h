// The words of a written name of a person or an organisation.
#ifndef CONCORDAT_GRAPH_READERS_NAME_TOKENS_H_
#define CONCORDAT_GRAPH_READERS_NAME_TOKENS_H_

#include <cstddef>
#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "graph/name_letters.h"

namespace concordat::readers {

struct NameToken {
  // Latin: the base (graph/name_letters.h). Else folded.
  std::string text;
  NameScript script = NameScript::kLatin;
  // "Dr.", "J.": a full stop follows.
  bool dotted = false;
  // "J.R.R.": only single letters between full stops, more than one.
  bool initials = false;
  // What stands between this word and the one before it.
  bool comma_before = false;
  bool hyphen_before = false;
  // "'t", and "O'" before a space.
  bool apostrophe_before = false;
  bool apostrophe_after = false;
  // Known of ASCII only, other text being folded: all letters are capitals;
  // none is.
  bool upper = false;
  bool lower = false;
};

using NameTokens = absl::InlinedVector<NameToken, 6>;

// What a name is read with: more words are no name.
inline constexpr size_t kNameTokensMax = 24;

// Splits `writing`. Whether a word with full stops inside is one (Ph.D.) or
// several (St.John) is asked of `is_word`, which may be null. False where there
// are more than `most` words.
bool SplitName(absl::string_view writing, bool (*is_word)(absl::string_view),
               size_t most, NameTokens* tokens);

}  // namespace concordat::readers

#endif  // CONCORDAT_GRAPH_READERS_NAME_TOKENS_H_
