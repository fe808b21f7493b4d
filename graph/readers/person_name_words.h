// The words of person names that are not names: honorifics, degrees, particles
// and what people write where they know no name.
#ifndef CONCORDAT_GRAPH_READERS_PERSON_NAME_WORDS_H_
#define CONCORDAT_GRAPH_READERS_PERSON_NAME_WORDS_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace concordat::readers {

enum class WordRole : uint8_t {
  kNone,
  // Never part of a name: Mr, Herr, Dr.
  kTitle,
  // A title where it comes first: Sir, pan.
  kTitleInFront,
  // The same, but also a name: Don, Dean. A title only before two names.
  kTitleOrName,
  // Goes with a title before it: the med. of Dr. med.
  kAfterTitle,
  // A degree or honour, behind the name: PhD, Esq.
  kDegree,
  // The same, but also a name or initials: MA, MD. A degree only where it is
  // set off or written in capitals.
  kDegreeOrName,
  // Says that a maiden or other name follows: née, geb., alias.
  kConnector,
};

// The role of a word as it is without dots, in lower-case Latin letters or
// folded in its own script.
WordRole RoleOf(absl::string_view word);

enum class ParticleKind : uint8_t {
  kNone,
  // Belongs to the family name wherever it stands: von, van, de.
  kAlways,
  // Also a given name: Ben, Al. Not where it comes first.
  kNotInFront,
  // Only after another particle or before one: der, den, het, 't.
  kWithOthers,
  // Makes one word with the next, and is never left out: Mc, St.
  kPrefix,
};

ParticleKind ParticleOf(absl::string_view base);

// The name that `base` abbreviates by custom, some only with a full stop:
// "william" for "wm". Empty where it is none.
absl::string_view NameOfAbbreviation(absl::string_view base, bool dotted);

// Whether `base` is a given name that Spanish joins with María: Mª José.
bool IsBesideMaria(absl::string_view base);

// The length of the Thai title that is written together with the first name;
// 0 where there is none.
size_t ThaiTitleLength(absl::string_view name);

// Whether `base` is an Irish surname that O stands before: O Brien.
bool IsNameAfterO(absl::string_view base);

// Whether `base` is one of the frequent Vietnamese surnames, beside which Van
// is a middle name.
bool IsVietnameseSurname(absl::string_view base);

// Whether the whole writing, folded and without marks at its ends, says that no
// name is known: "unknown", "n/a", "нет данных".
bool IsNoName(absl::string_view writing);

// The length of the Japanese, Chinese or Korean honorific at the end of `name`;
// 0 where there is none.
size_t EastAsianHonorificLength(absl::string_view name);

// The length of the surname at the beginning of a name in simplified Han
// characters, and its reading where pinyin alone would choose another one
// (曾 is zeng). 0 where the first character is no usual Chinese surname.
struct HanSurname {
  size_t length = 0;
  absl::string_view reading;
};
HanSurname ChineseSurnameOf(absl::string_view name);

// Whether `base` can be one syllable of a Chinese or Korean given name.
bool IsEastAsianSyllable(absl::string_view base);

}  // namespace concordat::readers

#endif  // CONCORDAT_GRAPH_READERS_PERSON_NAME_WORDS_H_
