// What can be asked: the types of values and the keys of a context, for help.
#ifndef CONCORDAT_CLIENT_VALUES_WORDS_H_
#define CONCORDAT_CLIENT_VALUES_WORDS_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace concordat::values {

// One line of help.
struct Word {
  absl::string_view name;
  // With an example; no line break.
  absl::string_view meaning;
};

// The types that ParseContext takes.
absl::Span<const Word> PairTypes();

// The keys that ParseContext takes.
absl::Span<const Word> ContextKeys();

}  // namespace concordat::values

#endif  // CONCORDAT_CLIENT_VALUES_WORDS_H_
