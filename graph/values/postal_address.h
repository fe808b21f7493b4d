// A postal address by component.
#ifndef CONCORDAT_GRAPH_VALUES_POSTAL_ADDRESS_H_
#define CONCORDAT_GRAPH_VALUES_POSTAL_ADDRESS_H_

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace concordat {

// What a part of an address is. Words that mean one kind of thing share it:
// "Apt", "Suite", "Flat" and "#" all name a kUnit; a floor, a staircase and a
// building do not.
enum class AddressPartKind : uint8_t {
  kHouseName,    // "Rose Cottage"; a company or person before the street
  kHouseNumber,  // "12a", "12bis", "5-7", "6-10-1"
  kStreet,       // the name without its type: "main"
  kStreetType,   // "street"; absent where it is one with the name (German)
  kDirection,    // "n", "se"
  kUnit,
  kFloor,
  kStaircase,
  kBuilding,
  kStructure,  // Russia's "stroenie", counted beside the buildings
  kPoBox,
  kPostcode,  // letters and digits alone: "sw1a2aa", "627011234"
  kLocality,  // a city, or a part of one; there may be several
  kRegion,    // a state or province by its code: "il"
  kCountry,   // ISO 3166-1 alpha-2, lower case
};

inline constexpr int kAddressPartKinds = 15;

// "house_number" ...: the names in canonical writings and traces.
const char* AddressPartKindName(AddressPartKind kind);

// One component. `key` is its normal writing for comparison: romanised, without
// letter case, diacritics, umlaut expansions and punctuation; abbreviations are
// spelt out, exonyms are of one language. Never empty.
struct AddressPart {
  AddressPartKind kind = AddressPartKind::kStreet;
  std::string key;
  friend auto operator<=>(const AddressPart&, const AddressPart&) = default;
};

struct PostalAddress {
  // By kind, then key; without repetition; at least one. Only kLocality and
  // kHouseName may be there more than once.
  std::vector<AddressPart> parts;

  // The first part of this kind, or nullptr.
  const AddressPart* Find(AddressPartKind kind) const;
  // Adds a part; of a kind that may be there once only the first counts.
  // Nothing is added for an empty key.
  void Add(AddressPartKind kind, absl::string_view key);

  friend auto operator<=>(const PostalAddress&, const PostalAddress&) = default;
};

// The canonical writing, equal for equal values:
// "house_number=5, street=hauptstrasse, postcode=80331, locality=munich".
void AppendCanonical(const PostalAddress& address, std::string* out);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_VALUES_POSTAL_ADDRESS_H_
