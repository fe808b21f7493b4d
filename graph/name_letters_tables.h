// The data behind graph/name_letters.h, which nobody else includes.
#ifndef CONCORDAT_GRAPH_NAME_LETTERS_TABLES_H_
#define CONCORDAT_GRAPH_NAME_LETTERS_TABLES_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace concordat::name_tables {

struct Rewrite {
  absl::string_view from;
  absl::string_view to;
  bool at_end = false;
  bool at_start = false;
};

// Longest first where one begins like another.
absl::Span<const Rewrite> SlavicRewrites();
absl::Span<const Rewrite> GreekRewrites();
absl::Span<const Rewrite> JapaneseRewrites();
absl::Span<const Rewrite> KoreanRewrites();

// The usual base of a Slavic name for bases that no rule brings to it (Pyotr
// for Petr); empty where there is none.
absl::string_view UsualSlavicWriting(absl::string_view base);

// Given names of the East and South Slavic languages whose Latin writings vary,
// separated by spaces. Names that another language writes with a difference
// that matters (Jan and Ian, Pawel and Pavel) are left out.
extern const char kSlavicGivenNames[];

}  // namespace concordat::name_tables

#endif  // CONCORDAT_GRAPH_NAME_LETTERS_TABLES_H_
