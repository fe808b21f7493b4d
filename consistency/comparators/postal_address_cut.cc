// What two addresses have in common beyond the parts that they were cut into.
#include "consistency/comparators/postal_address_cut.h"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace concordat::comparators::address {
namespace {

using Kind = AddressPartKind;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

absl::string_view FindKey(const PostalAddress& address, Kind kind) {
  const AddressPart* const part = address.Find(kind);
  return part == nullptr ? absl::string_view() : part->key;
}

// The kinds that the words of one run may fall into, one way or another.
bool IsCutAtWill(Kind kind) {
  return kind == Kind::kHouseName || kind == Kind::kHouseNumber ||
         kind == Kind::kStreet || kind == Kind::kUnit ||
         kind == Kind::kLocality;
}

// What is said in such parts, however it was cut: the letters, and the numbers
// whole, so that 12 is not 21.
struct Bag {
  std::string letters;
  std::vector<absl::string_view> numbers;
  std::vector<Kind> shape;
};

Bag BagOf(const PostalAddress& address) {
  Bag bag;
  for (const AddressPart& part : address.parts) {
    if (!IsCutAtWill(part.kind)) continue;
    bag.shape.push_back(part.kind);
    const absl::string_view key = part.key;
    for (size_t i = 0; i < key.size(); ++i) {
      if (!IsDigit(key[i])) {
        if (key[i] != ' ' && key[i] != '.' && key[i] != '-') {
          bag.letters.push_back(key[i]);
        }
        continue;
      }
      const size_t end =
          std::min(key.find_first_not_of("0123456789", i), key.size());
      bag.numbers.push_back(key.substr(i, end - i));
      i = end - 1;
    }
  }
  std::sort(bag.letters.begin(), bag.letters.end());
  std::sort(bag.numbers.begin(), bag.numbers.end());
  return bag;
}

bool EndsWithAny(absl::string_view key,
                 std::initializer_list<absl::string_view> endings) {
  return std::any_of(
      endings.begin(), endings.end(), [key](absl::string_view ending) {
        return key.size() > ending.size() + 2 && absl::EndsWith(key, ending);
      });
}

// The language of a street's name in a country whose streets have two; 0
// unknown. Belgium: Dutch, French. Finland: Finnish, Swedish. Malta: Maltese,
// English.
int LanguageOfStreet(const PostalAddress& address) {
  const absl::string_view type = FindKey(address, Kind::kStreetType);
  if (type == "triq") return 5;
  const absl::string_view name = FindKey(address, Kind::kStreet);
  if (EndsWithAny(name, {"tie", "katu", "kuia", "polku", "aukio", "tori",
                         "ranta", "kari", "raitti"})) {
    return 3;
  }
  if (EndsWithAny(name, {"vagen", "gatan", "grand", "stigen", "torget",
                         "stranden", "bagen", "straket"})) {
    return 4;
  }
  if (type.empty() && EndsWithAny(name, {"strat", "lan", "plein", "weg", "kade",
                                         "dref", "markt", "steenweg"})) {
    return 1;
  }
  return type.empty() ? 0 : 2;
}

}  // namespace

bool AreCutDifferently(const PostalAddress& a, const PostalAddress& b) {
  const Bag of_a = BagOf(a);
  const Bag of_b = BagOf(b);
  return of_a.shape != of_b.shape && of_a.numbers == of_b.numbers &&
         of_a.letters == of_b.letters;
}

PostalAddress Uncut(const PostalAddress& address) {
  PostalAddress rest;
  for (const AddressPart& part : address.parts) {
    if (!IsCutAtWill(part.kind)) rest.Add(part.kind, part.key);
  }
  return rest;
}

bool AreNamedInTwoLanguages(const PostalAddress& a, const PostalAddress& b) {
  const int of_a = LanguageOfStreet(a);
  const int of_b = LanguageOfStreet(b);
  const int low = std::min(of_a, of_b);
  const int high = std::max(of_a, of_b);
  if (!((low == 1 && high == 2) || (low == 3 && high == 4) ||
        (low == 2 && high == 5))) {
    return false;
  }
  const absl::string_view postcode = FindKey(a, Kind::kPostcode);
  const absl::string_view number = FindKey(a, Kind::kHouseNumber);
  return !postcode.empty() && postcode == FindKey(b, Kind::kPostcode) &&
         !number.empty() && number == FindKey(b, Kind::kHouseNumber);
}

PostalAddress Unnamed(const PostalAddress& address) {
  PostalAddress rest;
  for (const AddressPart& part : address.parts) {
    if (part.kind != Kind::kStreet && part.kind != Kind::kStreetType) {
      rest.Add(part.kind, part.key);
    }
  }
  return rest;
}

}  // namespace concordat::comparators::address
