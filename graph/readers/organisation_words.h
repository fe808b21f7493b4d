// The words of organisations' names that are not names: legal forms,
// abbreviations, words for "and".
#ifndef CONCORDAT_GRAPH_READERS_ORGANISATION_WORDS_H_
#define CONCORDAT_GRAPH_READERS_ORGANISATION_WORDS_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace concordat::readers {

struct LegalForm {
  // As in OrganisationName::legal_form; empty where there is none.
  absl::string_view form;
  // Whether it may stand before the name: ООО, PT, SARL.
  bool in_front = false;
};

// The legal form whose words, run together without "and", are `words`.
LegalForm LegalFormOf(absl::string_view words);

// Whether `form` is the normal form of a legal form.
bool IsLegalForm(absl::string_view form);

// How many words the longest legal form has.
inline constexpr size_t kLegalFormWordsMax = 8;

// Legal forms written with a Chinese, Japanese or Korean name without a space.
// Its length at the front or at the end of `name`, and the form.
struct AttachedForm {
  size_t front = 0;
  size_t back = 0;
  absl::string_view form;
};
AttachedForm AttachedFormOf(absl::string_view name);

// "international" for "intl"; `word` itself where it is no abbreviation.
absl::string_view SpeltOut(absl::string_view word);

// Whether `word` joins two names, in any language: and, und, et, y, e, og, i.
bool IsAnd(absl::string_view word);

// The table of legal forms: the normal form, then its writings, separated by
// bars; a '<' before the normal form says that it may stand in front.
absl::Span<const absl::string_view> LegalFormLines();
absl::Span<const absl::string_view> LegalFormLinesOfTheWorld();

// A form that may stand before a name in `regions`, separated by spaces.
struct RegionalFront {
  absl::string_view form;
  absl::string_view regions;
};

// Whether `form`, which else only stands behind names, stands before them in
// `region`; in any region where that is empty.
bool StandsInFront(absl::string_view form, absl::string_view region);

// Of two names of one form in a country with several languages, the one that
// stands for both.
struct RegionalForm {
  absl::string_view region;
  absl::string_view form;
  absl::string_view same_as;
};

// The normal form of `form` in `region` (ISO 3166-1 alpha-2, may be empty):
// "ag" for "sa" in CH, where both name the same form.
absl::string_view FormInRegion(absl::string_view form,
                               absl::string_view region);

}  // namespace concordat::readers

#endif  // CONCORDAT_GRAPH_READERS_ORGANISATION_WORDS_H_
