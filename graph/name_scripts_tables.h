// Letters of other scripts, behind graph/name_letters.h, which alone uses it.
#ifndef CONCORDAT_GRAPH_NAME_SCRIPTS_TABLES_H_
#define CONCORDAT_GRAPH_NAME_SCRIPTS_TABLES_H_

#include <unicode/umachine.h>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "graph/name_letters.h"
#include "graph/name_letters_tables.h"

namespace concordat::name_tables {

// What stands for the letter in a base; empty for what is not written.
absl::string_view LetterOf(UChar32 letter);

// The letter that `letter` is a spelling variant of: ё of е, آ of ا.
UChar32 PlainLetter(UChar32 letter);

// The Japanese form of a character as the simplified one, and variants that
// registers of persons write for the same surname: 髙 as 高.
UChar32 PlainHan(UChar32 character);

// The Revised Romanization of Hangul by position in the syllable.
extern const char* const kInitials[19];
extern const char* const kMedials[21];
extern const char* const kFinals[28];

// What Latin letters become in a skeleton, longest first.
absl::Span<const Rewrite> SkeletonRules(NameScript script);

}  // namespace concordat::name_tables

#endif  // CONCORDAT_GRAPH_NAME_SCRIPTS_TABLES_H_
