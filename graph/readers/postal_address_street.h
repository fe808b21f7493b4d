// One street with its number, and one place: the inside of the reader of postal
// addresses, which nobody else includes.
#ifndef CONCORDAT_GRAPH_READERS_POSTAL_ADDRESS_STREET_H_
#define CONCORDAT_GRAPH_READERS_POSTAL_ADDRESS_STREET_H_

#include <cstddef>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "graph/readers/postal_address.h"

namespace concordat::readers::address {

// Words [begin, end) that name a place.
struct Place {
  size_t begin = 0;
  size_t end = 0;
};
using Places = absl::InlinedVector<Place, 8>;

// Whether the number at `at` is an ordinal in a name: "5th", "1-я".
bool IsOrdinalNumber(const std::vector<Token>& tokens, size_t at, size_t end);
// Whether a house number may begin at `at` of a run that ends at `end`.
bool IsHouseNumber(const Draft& draft, size_t at, size_t end);
// Where the house number that begins at `at` ends.
size_t EndOfHouseNumber(const Draft& draft, size_t at, size_t end);
// Adds the number [at, end), and the unit that some customs write with it.
// `first` says that it stands before the street.
void AddHouseNumber(size_t at, size_t end, bool first, Draft* draft);

// Whether the words up to this one name a quarter: Turkish "Mahallesi".
bool IsQuarter(const Token& token);
// Whether a word ends with the word for "street", in one with the name.
bool HasGluedType(absl::string_view word);
// Whether a city's districts are written as its name and a number.
bool HasNumberedDistricts(absl::string_view city);

// Adds the name, type and direction of the street [begin, end).
void AddStreetName(size_t begin, size_t end, Draft* draft);
// Adds the street of the run [begin, end). Returns what is left of it: the
// place that follows without a comma; empty where nothing is left.
Place TakeStreet(size_t begin, size_t end, Draft* draft);
// Adds a locality.
void AddPlace(const Place& place, Draft* draft);

}  // namespace concordat::readers::address

#endif  // CONCORDAT_GRAPH_READERS_POSTAL_ADDRESS_STREET_H_
