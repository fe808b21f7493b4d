// The characters of numbers in their plain form: the inside of graph/reading.h
// for the types whose values have digits.
#ifndef CONCORDAT_GRAPH_READERS_NUMBER_TEXT_H_
#define CONCORDAT_GRAPH_READERS_NUMBER_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace concordat::readers {

// A mark that separates decimals in every locale that writes it (U+066B), as
// it stays in plain number text: "1,234" is open, this is not.
inline constexpr absl::string_view kArabicDecimalMark = "\xd9\xab";

// `text` with decimal digits of every script as ASCII ones, every kind of
// space, dash, apostrophe and prime as the ASCII one, the Arabic thousands
// separator as '_', vulgar fractions written out (1½ is "1 1/2"), superscripts
// with a caret (m² is "m^2"), characters that nobody can see removed, and the
// rest in NFKC. Letter case stays: mW is not MW. For an ASCII `text` only runs
// of spaces change, so callers may leave it out.
std::string PlainNumberText(absl::string_view text);

// Whether all that is not ASCII in it are signs of currencies and degrees, so
// that PlainNumberText changes nothing but runs of spaces.
bool IsPlainNumberText(absl::string_view text);

}  // namespace concordat::readers

#endif  // CONCORDAT_GRAPH_READERS_NUMBER_TEXT_H_
