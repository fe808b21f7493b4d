// The parts of an address that are known by a word: country, post-office box,
// unit, floor.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "graph/readers/postal_address.h"

namespace concordat::readers::address {
namespace {

using Tokens = std::vector<Token>;

bool IsPartOfName(const Token& before) {
  for (const WordRow* const row : FindWord(before.text)) {
    if (row->role == Role::kType || row->role == Role::kStop) return true;
  }
  return before.digits;
}

// Whether a postcode stands before a city, as it does outside of the countries
// whose states have two letters.
bool HasLeadingPostcode(const Tokens& tokens) {
  for (size_t i = 1; i + 1 < tokens.size(); ++i) {
    if (tokens[i].digits && tokens[i].text.size() == 5 &&
        tokens[i].before == Gap::kBreak && tokens[i + 1].letters &&
        tokens[i + 1].before == Gap::kSpace) {
      return true;
    }
  }
  return tokens.size() > 1 && tokens[0].digits && tokens[0].text.size() == 5 &&
         tokens[1].letters && tokens.size() <= 4;
}

// The country that tokens [begin, end), all of a segment or its end, name.
absl::string_view CountryAt(const Draft& draft, size_t begin, size_t end,
                            bool whole) {
  const Tokens& tokens = draft.words.tokens;
  const absl::string_view joined = draft.words.Joined(begin, end);
  const absl::string_view home = draft.manner.country;
  const bool is_region = !FindRegion(joined, home).empty() &&
                         !(home.empty() && HasLeadingPostcode(tokens));
  if (is_region) return "";
  absl::string_view country = FindCountry(joined);
  if (!whole && !country.empty()) {
    if (IsPartOfName(tokens[begin - 1])) return "";
    // "New Mexico", "Mexico City".
    const absl::string_view longer = draft.words.Joined(begin - 1, end);
    if (!FindRegion(longer, "").empty() || !FindCity(longer).empty()) return "";
  }
  if (!country.empty()) return country;
  country = FindCountryCode(joined);
  // Italian provinces have two letters too.
  if (home == "it" && country != home) return "";
  // Within a segment a code may be any short word.
  if (whole || (!home.empty() && country == home && begin > 0 &&
                tokens[begin - 1].letters)) {
    return country;
  }
  return "";
}

AddressPartKind KindOf(absl::string_view name) {
  if (name == "floor") return AddressPartKind::kFloor;
  if (name == "staircase") return AddressPartKind::kStaircase;
  if (name == "building") return AddressPartKind::kBuilding;
  if (name == "structure") return AddressPartKind::kStructure;
  return AddressPartKind::kUnit;
}

bool IsIdentifier(const Token& token, bool letter_allowed) {
  if (token.used || token.before == Gap::kBreak) return false;
  if (token.letters) return letter_allowed && token.text.size() == 1;
  return token.text.size() <= 6;
}

// "4B", "4 B", "05-17", "4-B" from `at`; returns its end.
size_t ReadIdentifier(const Tokens& tokens, size_t at, std::string* key) {
  *key = NumberKey(tokens[at].text);
  size_t end = at + 1;
  if (end >= tokens.size() || tokens[end].used) return end;
  const Token& next = tokens[end];
  const bool closes = IsBreak(tokens, end + 1) || tokens[end + 1].used;
  if (next.before == Gap::kHyphen && !next.letters && next.text.size() <= 5) {
    absl::StrAppend(key, "-", NumberKey(next.text));
    return end + 1;
  }
  const bool letter = next.letters && next.text.size() == 1 &&
                      next.text != "#" && tokens[at].digits;
  if (letter &&
      (next.before == Gap::kHyphen || (next.before == Gap::kSpace && closes))) {
    key->append(next.text.data(), next.text.size());
    return end + 1;
  }
  return end;
}

// Drops the ending of an ordinal: "3rd", "3e", "3o".
std::string OrdinalKey(const Token& token) {
  if (token.ordinal != nullptr) return token.ordinal->value;
  const size_t end =
      std::min(token.text.find_first_not_of("0123456789"), token.text.size());
  return NumberKey(token.text.substr(0, end));
}

bool IsOrdinal(const Token& token) {
  if (token.digits) return token.text.size() <= 3;
  if (token.ordinal != nullptr) return true;
  const size_t end = token.text.find_first_not_of("0123456789");
  if (end == 0 || end == absl::string_view::npos || end > 3) return false;
  const absl::string_view ending = token.text.substr(end);
  for (const char* known : {"st", "nd", "rd", "th", "e", "er", "eme", "me", "o",
                            "a", "ro", "do", "to", "re", "ere", "os"}) {
    if (ending == known) return true;
  }
  return false;
}

std::string SideKey(absl::string_view word) {
  if (absl::StartsWith(word, "iz") || absl::StartsWith(word, "esq")) {
    return "izq";
  }
  if (absl::StartsWith(word, "dir")) return "der";
  if (word == "fte" || word == "frt") return "frente";
  if (absl::StartsWith(word, "d") && absl::EndsWith(word, "cha")) return "der";
  if (word == "derecha" || word == "dta" || word == "dto") return "der";
  if (word == "cen" || word == "centro" || word == "ctro") return "centro";
  return NumberKey(word);
}

// Iberian "3º B" and Danish "2. tv": a floor and a door. Returns its end.
size_t TakeFloorAndDoor(size_t at, Draft* draft) {
  Tokens& tokens = draft->words.tokens;
  const Token& token = tokens[at];
  if (at == 0 || token.text.size() > 4 || token.text[0] < '0' ||
      token.text[0] > '9') {
    return at;
  }
  size_t end = at + 1;
  if (draft->manner.Knows(kNordic)) {
    if (!token.digits || IsBreak(tokens, end)) return at;
    const absl::string_view door = tokens[end].text;
    if (door != "tv" && door != "th" && door != "mf") return at;
    draft->address.Add(AddressPartKind::kFloor, NumberKey(token.text));
    draft->address.Add(AddressPartKind::kUnit, door);
    return end + 1;
  }
  if (!draft->manner.Knows(kSpanish | kPortuguese)) return at;
  const char last = token.text.back();
  bool floor = (last == 'o' || last == 'a' || last == 'r') && IsOrdinal(token);
  if (token.digits && !IsBreak(tokens, end) &&
      tokens[end].before == Gap::kDot &&
      (tokens[end].text == "o" || tokens[end].text == "a")) {
    floor = true;
    ++end;
  }
  // "5, 3B", "5, 3 B": a segment of its own behind the house's number.
  const bool own = token.before == Gap::kBreak && !tokens[at - 1].letters;
  const bool door_follows = !IsBreak(tokens, end) && !tokens[end].used &&
                            tokens[end].text.size() <= 9 &&
                            (IsBreak(tokens, end + 1) || tokens[end + 1].used);
  if (!floor && own && !token.digits && !token.letters &&
      IsBreak(tokens, end) && token.text.size() <= 3) {
    draft->address.Add(AddressPartKind::kFloor, OrdinalKey(token));
    draft->address.Add(
        AddressPartKind::kUnit,
        token.text.substr(token.text.find_first_not_of("0123456789")));
    return end;
  }
  if (!floor && own && token.digits && door_follows && tokens[end].letters) {
    const std::string side = SideKey(tokens[end].text);
    floor = tokens[end].text.size() == 1 || side == "izq" || side == "der" ||
            side == "centro";
  }
  if (!floor) return at;
  draft->address.Add(AddressPartKind::kFloor, OrdinalKey(token));
  if (!door_follows) return end;
  draft->address.Add(AddressPartKind::kUnit, IsOrdinal(tokens[end])
                                                 ? OrdinalKey(tokens[end])
                                                 : SideKey(tokens[end].text));
  return end + 1;
}

// "Apt4", "кв15": the designator in one word with its number.
bool TakeGluedUnit(const Token& token, Draft* draft) {
  const absl::string_view text = token.text;
  const size_t cut = text.find_first_of("0123456789");
  if (cut == 0 || cut == absl::string_view::npos || text.size() - cut > 4 ||
      text.find_first_not_of("0123456789", cut) != absl::string_view::npos ||
      (cut < 2 && !draft->manner.Knows(kRussian)) ||
      (cut < 3 && draft->manner.customs == kAnyCustom)) {
    return false;
  }
  for (const WordRow* const row : FindWord(text.substr(0, cut))) {
    if (row->role != Role::kUnit || !draft->manner.Has(row->customs) ||
        absl::string_view(row->value) == "ground") {
      continue;
    }
    draft->address.Add(KindOf(row->value), NumberKey(text.substr(cut)));
    return true;
  }
  return false;
}

// "II/3", "II. em. 3": floors in Roman numbers. Returns the end.
size_t TakeRomanFloor(size_t at, Draft* draft) {
  Tokens& tokens = draft->words.tokens;
  const int floor = tokens[at].letters ? RomanValue(tokens[at].text) : 0;
  const size_t next = at + 1;
  if (floor == 0 || at == 0 || IsBreak(tokens, next) || tokens[next].used) {
    return at;
  }
  size_t end = next;
  if (draft->manner.Knows(kHungarian) && tokens[next].digits &&
      (tokens[next].before == Gap::kSlash || tokens[at].dotted)) {
    draft->address.Add(AddressPartKind::kUnit, NumberKey(tokens[next].text));
    end = next + 1;
  } else if (tokens[next].unit != nullptr && tokens[next].text.size() > 1 &&
             absl::string_view(tokens[next].unit->value) == "floor") {
    end = next + 1;
    if (draft->manner.Knows(kHungarian) && !IsBreak(tokens, end) &&
        tokens[end].digits && !tokens[end].used) {
      draft->address.Add(AddressPartKind::kUnit, NumberKey(tokens[end].text));
      ++end;
    }
  }
  if (end > next) {
    draft->address.Add(AddressPartKind::kFloor, std::to_string(floor));
    return end;
  }
  return at;
}

// A designator and its identifier, in either order, at `at`; returns its end,
// or `at` where there is none.
size_t TakeUnit(size_t at, Draft* draft) {
  Tokens& tokens = draft->words.tokens;
  const Token& token = tokens[at];
  if (token.unit != nullptr && !token.Is(Role::kNumberMark)) {
    const absl::string_view kind = token.unit->value;
    if (kind == "ground") {
      draft->address.Add(AddressPartKind::kFloor, "0");
      return at + 1;
    }
    // Of an unknown custom one or two letters may be anything.
    if (token.text.size() <= 2 && draft->manner.customs == kAnyCustom &&
        (token.unit->customs & kEnglish) == 0 && !token.dotted) {
      return at;
    }
    size_t id = at + 1;
    if (id < tokens.size() && tokens[id].before != Gap::kBreak &&
        (tokens[id].Is(Role::kNumberMark) || tokens[id].text == "#")) {
      ++id;
    }
    const bool letter =
        token.text.size() >= 3 ||
        (token.text.size() == 2 && kind != "unit" && kind != "floor" &&
         draft->manner.customs != kAnyCustom);
    if (id >= tokens.size() || !IsIdentifier(tokens[id], letter)) return at;
    std::string key;
    const size_t end = ReadIdentifier(tokens, id, &key);
    draft->address.Add(KindOf(kind), key);
    return end;
  }
  const size_t word = at + 1;
  if (IsBreak(tokens, word) || tokens[word].used || !IsOrdinal(token)) {
    return at;
  }
  // Hong Kong's "5/F".
  if (tokens[word].before == Gap::kSlash && tokens[word].text == "f" &&
      token.digits) {
    draft->address.Add(AddressPartKind::kFloor, NumberKey(token.text));
    return word + 1;
  }
  const bool ordinal = !token.digits || token.dotted;
  const WordRow* const unit = tokens[word].unit;
  if (unit == nullptr || absl::string_view(unit->value) != "floor" ||
      (tokens[word].text.size() < 2 && !tokens[word].dotted) ||
      (!ordinal && word + 1 < tokens.size() &&
       IsIdentifier(tokens[word + 1], false))) {
    return at;
  }
  draft->address.Add(AddressPartKind::kFloor, OrdinalKey(token));
  // Hungarian "2. em. 5": the door behind the floor.
  if (draft->manner.Knows(kHungarian) && !IsBreak(tokens, word + 1) &&
      tokens[word + 1].digits && !tokens[word + 1].used) {
    draft->address.Add(AddressPartKind::kUnit,
                       NumberKey(tokens[word + 1].text));
    return word + 2;
  }
  return word + 1;
}

}  // namespace

int RomanValue(absl::string_view text) {
  int value = 0;
  int last = 40;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto digit = [](char c) {
      return c == 'i' ? 1 : c == 'v' ? 5 : c == 'x' ? 10 : 0;
    };
    const int one = digit(text[i]);
    if (one == 0 || one > last || text.size() > 6) return 0;
    const int next = i + 1 < text.size() ? digit(text[i + 1]) : 0;
    value += one < next ? -one : one;
    last = one < next ? next : one;
  }
  return value;
}

void TakeCountry(Draft* draft) {
  Tokens& tokens = draft->words.tokens;
  if (tokens.empty()) return;
  size_t first = tokens.size() - 1;
  while (first > 0 && tokens[first].before != Gap::kBreak) --first;
  const size_t longest = std::min<size_t>(tokens.size() - first, 6);
  size_t begin = 0;
  size_t end = 0;
  absl::string_view country;
  // Most addresses end with a number; no country does.
  for (size_t size = tokens.back().letters ? longest : 0;
       size > 0 && country.empty(); --size) {
    begin = tokens.size() - size;
    end = tokens.size();
    country = CountryAt(*draft, begin, end, begin == first);
  }
  if (country.empty() && first > 0) {
    begin = 0;
    end = 1;
    while (end < tokens.size() && tokens[end].before != Gap::kBreak) ++end;
    if (end <= 4) country = FindCountry(draft->words.Joined(0, end));
  }
  if (country.empty()) return;
  draft->address.Add(AddressPartKind::kCountry, country);
  if (country != draft->manner.country) {
    draft->manner = MannerOfCountry(country);
  }
  Use(begin, end, &tokens);
}

void TakeBoxes(Draft* draft) {
  Tokens& tokens = draft->words.tokens;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].used) continue;
    size_t id = i + 1;
    // Russian "а/я".
    const bool russian = tokens[i].text == "a" && id < tokens.size() &&
                         tokens[id].before == Gap::kSlash &&
                         (tokens[id].text == "ia" || tokens[id].text == "ya");
    if (!russian && !tokens[i].Is(Role::kBox)) continue;
    if (russian) ++id;
    while (!IsBreak(tokens, id) &&
           (tokens[id].Is(Role::kBoxFiller) || tokens[id].text == "de" ||
            tokens[id].Is(Role::kNumberMark) || tokens[id].text == "#")) {
      ++id;
    }
    if (IsBreak(tokens, id) || !IsIdentifier(tokens[id], false)) continue;
    std::string key(tokens[id].text);
    size_t end = id + 1;
    // "10 11 12" is one number, grouped.
    while (!IsBreak(tokens, end) && !tokens[end].used && tokens[end].digits &&
           tokens[end].text.size() <= 3 && tokens[end - 1].text.size() <= 3) {
      absl::StrAppend(&key, tokens[end].text);
      ++end;
    }
    size_t begin = i;
    while (begin > 0 && tokens[begin].before != Gap::kBreak &&
           tokens[begin - 1].Is(Role::kBoxFiller)) {
      --begin;
    }
    draft->address.Add(AddressPartKind::kPoBox, NumberKey(key));
    Use(begin, end, &tokens);
  }
}

void TakeUnits(Draft* draft) {
  Tokens& tokens = draft->words.tokens;
  for (size_t i = 0; i < tokens.size();) {
    size_t end = i;
    if (!tokens[i].used) {
      end = TakeUnit(i, draft);
      if (end == i) end = TakeFloorAndDoor(i, draft);
      if (end == i) end = TakeRomanFloor(i, draft);
      if (end == i && TakeGluedUnit(tokens[i], draft)) end = i + 1;
    }
    Use(i, end, &tokens);
    i = std::max(end, i + 1);
  }
}

}  // namespace concordat::readers::address
