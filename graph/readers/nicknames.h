// Nicknames and spelling variants of given names. They hold only where an
// attribute asks for them (Attribute::nicknames).
#ifndef CONCORDAT_GRAPH_READERS_NICKNAMES_H_
#define CONCORDAT_GRAPH_READERS_NICKNAMES_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace concordat::readers {

// Whether the two keys (graph/name_letters.h: NameKey, or SlavicKey of a name
// in Cyrillic) stand for one given name: Bob and Robert, Kate and Katherine,
// Саша and Александра. A short form of several names (Alex, Sasha) goes with
// each of them, so this is not transitive. Thread-safe.
bool ShareGivenName(absl::string_view a, absl::string_view b);

// One line per given name: the name, its variants and its short forms,
// separated by spaces.
absl::Span<const absl::string_view> EnglishNicknames();
absl::Span<const absl::string_view> EuropeanNicknames();
absl::Span<const absl::string_view> SlavicNicknames();

}  // namespace concordat::readers

#endif  // CONCORDAT_GRAPH_READERS_NICKNAMES_H_
