// How a written postal address is taken apart: the inside of the reader of
// postal addresses, which nobody else includes.
//
// 1. Words (postal_address_folding.cc): the writing becomes words in one
//    alphabet, with what stood between them.
// 2. Fixed shapes (postal_address_shapes.cc, postal_address_postcode.cc):
//    country, postcode, post-office box, flats and floors are found by their
//    shape or by the word before them, wherever they stand. What is left falls
//    into runs of words.
// 3. Runs (postal_address_runs.cc, postal_address_street.cc): one run is the
//    street with its number; the others are places, or the name of the house.
// Addresses in Chinese characters and Hangul, which have no spaces and say
// behind each name what it is, are read by postal_address_cjk.cc alone.
#ifndef CONCORDAT_GRAPH_READERS_POSTAL_ADDRESS_H_
#define CONCORDAT_GRAPH_READERS_POSTAL_ADDRESS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "graph/schema.h"
#include "graph/values/postal_address.h"

namespace concordat::readers::address {

// Customs of writing, as bits: what a short word means depends on them.
enum Custom : uint32_t {
  kEnglish = 1u << 0,
  kFrench = 1u << 1,
  kGerman = 1u << 2,
  kSpanish = 1u << 3,
  kItalian = 1u << 4,
  kPortuguese = 1u << 5,
  kDutch = 1u << 6,
  kNordic = 1u << 7,
  kFinnish = 1u << 8,
  kPolish = 1u << 9,
  kCzech = 1u << 10,    // and Slovak, Slovene, Croatian
  kRussian = 1u << 11,  // and Ukrainian, Bulgarian, Belarusian, Serbian
  kTurkish = 1u << 12,
  kHungarian = 1u << 13,
  kRomanian = 1u << 14,
  kGreek = 1u << 15,
  kMalay = 1u << 16,  // and Indonesian
  kVietnamese = 1u << 17,
  kBaltic = 1u << 18,
  kThai = 1u << 19,
  kHebrew = 1u << 20,
  kAnyCustom = ~0u,
};

// What a word may be.
enum class Role : uint8_t {
  kType,          // of a street; value: the type
  kUnit,          // before (or, for floors, after) an identifier; value: kind
  kNumberMark,    // before a house number: "No", "дом"
  kDirection,     // value: "n"
  kOrdinal,       // value: the number
  kCardinal,      // "One" before a street; value: the number
  kTens,          // "forty" of "forty-second"; value: the number
  kExpand,        // in a name; value: the full word
  kStop,          // "de", "the": may be missing in a name
  kBox,           // post-office box
  kBoxFiller,     // "P.O." before, "postale" behind
  kPostcodeMark,  // "ZIP", "CEP"
  kCityMark,      // "г."
  kRegionMark,    // "обл."
  kFiller,        // says nothing: "Cedex", "s/n"
};

struct WordRow {
  const char* words;  // spellings, separated by spaces
  Role role;
  const char* value;
  uint32_t customs;
};

// The tables, one a kind of word; spellings are folded when they are loaded.
absl::Span<const WordRow> StreetWordRows();
absl::Span<const WordRow> OtherWordRows();

struct NameRow {
  const char* key;    // what it is called here
  const char* names;  // separated by '|'
  const char* scope;  // regions: the country; else ""
};
absl::Span<const NameRow> CityRows();
absl::Span<const NameRow> RegionRows();
absl::Span<const NameRow> CountryRows();
// What stands where an address should, without being one.
absl::Span<const absl::string_view> PlaceholderRows();

// The rows of a folded word, in the order of the tables.
absl::Span<const WordRow* const> FindWord(absl::string_view folded);
// The key of a city known by several names; "" where it is none. `joined` is
// folded and without spaces, as for all names below.
absl::string_view FindCity(absl::string_view joined);
// ISO code, lower case, of a country by a name in one of many languages, or by
// an unmistakable abbreviation; "" where it is none.
absl::string_view FindCountry(absl::string_view joined);
// The same for two- and three-letter ISO codes.
absl::string_view FindCountryCode(absl::string_view joined);
// The code of a state or province of `country` (lower case), or of any where
// `country` is empty; "" where it is none.
absl::string_view FindRegion(absl::string_view joined,
                             absl::string_view country);
bool IsPlaceholder(absl::string_view joined);

// What is known of the writer.
struct Manner {
  std::string country;  // ISO, lower case; "" unknown
  uint32_t customs = kAnyCustom;

  bool Has(uint32_t custom) const { return (customs & custom) != 0; }
  // Whether one of these customs is known to apply.
  bool Knows(uint32_t custom) const {
    return customs != kAnyCustom && Has(custom);
  }
  bool In(absl::string_view a) const { return country == a; }
};
Manner MannerOf(const WritingHabits& habits);
Manner MannerOfCountry(absl::string_view country);

enum class Gap : uint8_t { kSpace, kDot, kHyphen, kSlash, kBreak };

struct Token {
  absl::string_view text;  // folded; contiguous with its neighbours'
  Gap before = Gap::kBreak;
  bool digits = false;   // digits alone
  bool letters = false;  // no digit
  bool dotted = false;   // a full stop follows
  bool used = false;     // has gone into a part already
  // Roles, as far as the customs allow; nullptr where it has not that role.
  const WordRow* type = nullptr;
  const WordRow* unit = nullptr;
  const WordRow* direction = nullptr;
  const WordRow* ordinal = nullptr;
  const WordRow* expand = nullptr;
  uint32_t roles = 0;  // bit a Role

  bool Is(Role role) const {
    return ((roles >> static_cast<unsigned>(role)) & 1u) != 0;
  }
};

// The writing as words. `buffer` holds their letters and must outlive them.
struct Words {
  std::string buffer;
  std::vector<Token> tokens;

  // The joined letters of tokens [begin, end).
  absl::string_view Joined(size_t begin, size_t end) const;
};

// Whether no word of the same segment stands at `at`.
bool IsBreak(const std::vector<Token>& tokens, size_t at);
// Marks [begin, end) as gone into a part.
void Use(size_t begin, size_t end, std::vector<Token>* tokens);

// Folds one word as the tables are folded. Fold(Fold(x)) == Fold(x).
std::string FoldWord(absl::string_view word);
Words SplitWords(absl::string_view writing, const Manner& manner);
// Of a writer of unknown customs: those of the first word for a street that
// only some customs have.
void GuessCustoms(const Words& words, Manner* manner);
// Gives the tokens their roles.
void AssignRoles(const Manner& manner, Words* words);

// Numbers without leading zeros: "05-17" is "5-17".
std::string NumberKey(absl::string_view text);
// The value of a Roman number up to 39, as floors have it; 0 for what is none.
int RomanValue(absl::string_view text);

// No address has more parts; a longer list of words is something else.
inline constexpr size_t kPartsMax = 24;

// An address on its way to its parts.
struct Draft {
  Words words;
  Manner manner;
  PostalAddress address;
  size_t postcode_end = 0;  // index behind the postcode; 0: none
};

void TakeCountry(Draft* draft);
void TakePostcode(Draft* draft);
void TakeBoxes(Draft* draft);
void TakeUnits(Draft* draft);
// The street, its number, and the places. Adds nothing where there are more
// runs than an address has.
void TakeRuns(Draft* draft);

// Whether `writing` has characters that postal_address_cjk.cc reads.
bool HasEastAsian(absl::string_view writing);
PostalAddress ReadEastAsian(absl::string_view writing, const Manner& manner);

}  // namespace concordat::readers::address

#endif  // CONCORDAT_GRAPH_READERS_POSTAL_ADDRESS_H_
