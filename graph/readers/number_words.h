// Words that stand for powers of ten: the inside of graph/reading.h for
// decimals and money.
#ifndef CONCORDAT_GRAPH_READERS_NUMBER_WORDS_H_
#define CONCORDAT_GRAPH_READERS_NUMBER_WORDS_H_

#include "absl/strings/string_view.h"

namespace concordat::readers {

// The power of ten that `word` (folded, without a point at its end) stands
// for: 6 for "million", "mio", "млн", 4 for "万"; 0 where it is none.
// `language` (ISO 639 or "") decides the words that languages share: a
// "billion" is 10^12 in German and 10^9 in English.
int PowerOfWord(absl::string_view word, absl::string_view language);

// Whether `word` is a sign or a word for hundredths ("%", "Prozent") or
// thousandths; gives the power, -2 or -3, or 0.
int PowerOfShare(absl::string_view word);

}  // namespace concordat::readers

#endif  // CONCORDAT_GRAPH_READERS_NUMBER_WORDS_H_
