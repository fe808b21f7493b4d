// Written text: whether it is UTF-8, and its normal writing for comparison.
//
// All functions are total, pure and thread-safe. ASCII takes a path without
// ICU, so the common case costs one pass and at most one allocation.
#ifndef CONCORDAT_GRAPH_TEXT_H_
#define CONCORDAT_GRAPH_TEXT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace concordat {

// Whether every byte is below 0x80.
bool IsAscii(absl::string_view text);

// Whether `text` is well-formed UTF-8: no overlong forms, no surrogates,
// nothing above U+10FFFF. NUL is well-formed.
bool IsValidUtf8(absl::string_view text);

// Without white space (Unicode's White_Space) at both ends.
absl::string_view TrimWhiteSpace(absl::string_view text);

// NFKC, case-folded by Unicode's default rules, without invisible characters
// (soft hyphen, zero-width space, direction marks, controls), runs of white
// space as one space, none at the ends. Every dash is '-', every apostrophe,
// prime and single quotation mark "'", every double one '"'. Diacritics and
// punctuation count. FoldText(FoldText(x)) == FoldText(x). Ill-formed bytes are
// kept as they are, and so is the case of a text with more than 30 combining
// marks in a row.
std::string FoldText(absl::string_view text);

// The normal writing of a code or of one of its aliases: folded, with '-', '_'
// and space all written '_'; "Gold Plus", "gold-plus" and "GOLD_PLUS" are
// alike. A mark at an end counts: "A-" is not "A". The keys of
// CodeList::by_writing are written so.
std::string FoldCode(absl::string_view text);

// FoldText(a) == FoldText(b), without allocating where both are ASCII.
bool EqualsFolded(absl::string_view a, absl::string_view b);

// FoldText(raw) == folded, without allocating where `raw` is ASCII.
bool FoldsTo(absl::string_view raw, absl::string_view folded);

// FoldCode(raw) == folded, without allocating where `raw` is ASCII.
bool FoldsToCode(absl::string_view raw, absl::string_view folded);

// How many bytes at the start of `text` are written like `pattern`, without
// letter case, any run of white space being like any other; npos where it does
// not start so. Non-ASCII text has to be in NFKC.
size_t MatchPrefix(absl::string_view text, absl::string_view pattern);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_TEXT_H_
