// The name of a person: its parts without their order, their case and the
// standard ways to write them.
#ifndef CONCORDAT_GRAPH_VALUES_PERSON_NAME_H_
#define CONCORDAT_GRAPH_VALUES_PERSON_NAME_H_

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "graph/name_letters.h"

namespace concordat {

enum class NamePartKind : uint8_t {
  // A given or a family name; which one is not known from a writing. Particles
  // belong to it: "vanderberg".
  kName,
  // "j": the beginning of a name.
  kInitial,
  // "jr", "sr", "2", "3", "4".
  kGeneration,
};

struct NamePart {
  NamePartKind kind = NamePartKind::kName;
  // Latin also where the name is written in Cyrillic but its key stands for
  // all of its romanisations (IsSlavic).
  NameScript script = NameScript::kLatin;
  // NameKey, or NativeKey where not Latin.
  std::string key;
  // Follows from `key` where that is not Latin: its romanisation, to be held
  // against Latin parts; of Han and Hangul "surname given"; of scripts
  // without vowels the skeleton. Else empty.
  std::string latin;

  friend auto operator<=>(const NamePart&, const NamePart&) = default;
};

// A name keeps the script that it was written in where the Latin letters would
// lose something: 王伟 and 汪伟 are two persons, though Wang Wei may be either.
// So equal names are equal in meaning, and names in two scripts may mean the
// same without being equal (consistency/comparison.h decides that).
struct PersonName {
  // Sorted; never empty, and never a generation alone.
  std::vector<NamePart> parts;

  friend auto operator<=>(const PersonName&, const PersonName&) = default;
};

// The canonical writing, equal for equal values: "ivanova|iulia", "john|m.",
// "john|smith|(jr)". The bars say that each part is read as it stands; one part
// alone is written with a bar at its end.
void AppendCanonical(const PersonName& name, std::string* out);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_VALUES_PERSON_NAME_H_
