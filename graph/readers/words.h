// Words that readers of several types know: truth values and placeholders in
// many languages. The tables are plain data in files of their own. Thread-safe.
#ifndef CONCORDAT_GRAPH_READERS_WORDS_H_
#define CONCORDAT_GRAPH_READERS_WORDS_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace concordat::readers {

enum class TruthWord : uint8_t {
  kNone,  // no word for a truth value
  kTrue,
  kFalse,
  kAmbiguous,  // yes in one language and no in another, and neither is known
};

// What `folded` (graph/text.h) says as a truth value to somebody who writes
// `language` (ISO 639; empty: not known). (truth_words.cc)
TruthWord FindTruthWord(absl::string_view folded, absl::string_view language);

// Whether `writing` stands where a value should be and says that there is
// none, or that it is not known: "n/a", "unknown", "--", "keine Angabe",
// "<null>". In any letter case. Where a name is expected, words that are names
// too ("Na", "Blank") are none. (placeholder_words.cc)
bool IsPlaceholder(absl::string_view writing, bool is_name);

// The same for a code that is in no list, `folded` by FoldCode: only what could
// hardly be one, such as "n/a", "???" and "unknown", for "none", "na" and
// "pending" are codes too. (placeholder_words.cc)
bool IsPlaceholderCode(absl::string_view folded);

}  // namespace concordat::readers

#endif  // CONCORDAT_GRAPH_READERS_WORDS_H_
