#include "graph/readers/postal_address_street.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace concordat::readers::address {
namespace {

using Tokens = std::vector<Token>;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsLetterOrBis(const Token& token) {
  const absl::string_view text = token.text;
  return token.letters && (text == "bis" || text == "ter" || text == "quater" ||
                           (text.size() == 1 && text != "#"));
}

// "20A".
bool EndsWithLetter(const Token& token) {
  return !token.letters && !token.digits && IsDigit(token.text[0]) &&
         !IsDigit(token.text.back()) && token.text.size() <= 5 &&
         !absl::EndsWith(token.text, "th");
}

// The floor behind a Dutch house number: "123-III", "123 hs".
bool IsDutchAddition(const Draft& draft, const Token& token) {
  if (!draft.manner.Knows(kDutch) || !token.letters) return false;
  return RomanValue(token.text) > 0 || token.text == "hs" ||
         token.text == "huis" || token.text == "bg";
}

// French "12 B" is "12 bis".
std::string FrenchNumber(std::string number) {
  if (number.size() < 2 || !IsDigit(number[number.size() - 2])) return number;
  const char last = number.back();
  const char* const ending = last == 'b'   ? "bis"
                             : last == 't' ? "ter"
                             : last == 'q' ? "quater"
                                           : nullptr;
  if (ending == nullptr) return number;
  number.pop_back();
  return number + ending;
}

// The letter or "bis" at `at` belongs to the number before it.
bool JoinsNumber(const Draft& draft, size_t at, size_t end, bool first) {
  const Tokens& tokens = draft.words.tokens;
  const Token& token = tokens[at];
  if (IsDutchAddition(draft, token)) return true;
  if (!IsLetterOrBis(token)) return false;
  if (token.text.size() > 1) {
    return token.text != "ter" || !draft.manner.Knows(kEnglish);
  }
  if (token.before == Gap::kSlash || token.before == Gap::kHyphen) return true;
  if (!first) {
    return at + 1 == end || !token.Is(Role::kStop) ||
           draft.manner.Knows(kNordic | kGerman);
  }
  // "10 E 42nd St", "12 A Street", "5 A. Dumas", "7 C/ Mayor".
  if (token.direction != nullptr || token.dotted || at + 1 >= end) return false;
  if (token.type != nullptr || token.Is(Role::kStop)) return false;
  return tokens[at + 1].type == nullptr || draft.manner.Knows(kFrench) ||
         at + 2 < end;
}

size_t EndOfNumber(const Draft& draft, size_t at, size_t end, bool first) {
  const Tokens& tokens = draft.words.tokens;
  size_t to = at + 1;
  for (int more = 0; to < end && more < 4; ++more) {
    const Token& token = tokens[to];
    const bool tied =
        token.before == Gap::kSlash || token.before == Gap::kHyphen;
    if (tied && !token.letters && token.text.size() <= 6) {
      ++to;
    } else if (tokens[to - 1].text.back() <= '9' &&
               JoinsNumber(draft, to, end, first)) {
      ++to;
    } else {
      break;
    }
  }
  return to;
}

// "5 к 2" in one word: the house and its building.
bool AddRussianNumber(absl::string_view text, Draft* draft) {
  const size_t mark = text.find_first_not_of("0123456789");
  if (mark == absl::string_view::npos || mark == 0 || mark + 1 >= text.size() ||
      !IsDigit(text[mark + 1]) || (text[mark] != 'k' && text[mark] != 's')) {
    return false;
  }
  draft->address.Add(AddressPartKind::kHouseNumber,
                     NumberKey(text.substr(0, mark)));
  draft->address.Add(text[mark] == 'k' ? AddressPartKind::kBuilding
                                       : AddressPartKind::kStructure,
                     NumberKey(text.substr(mark + 1)));
  return true;
}

// Where a street ends whose type stands behind its name and is followed by more
// words: "Main St Springfield".
size_t EndBehindType(const Tokens& tokens, size_t begin, size_t end) {
  const auto is_type = [&](size_t i) {
    return tokens[i].type != nullptr &&
           (tokens[i].type->customs & kEnglish) != 0;
  };
  const bool last_is_type =
      is_type(end - 1) ||
      (end - begin > 2 && tokens[end - 1].direction != nullptr &&
       is_type(end - 2));
  if (last_is_type && end - begin <= 4) return end;
  for (size_t i = begin + 1; i < end; ++i) {
    if (!is_type(i)) continue;
    size_t to = i + 1;
    while (to < end && is_type(to) && tokens[to].expand == nullptr) ++to;
    if (to < end && tokens[to].direction != nullptr &&
        (to + 1 == end || tokens[to].text.size() <= 2)) {
      ++to;
    }
    return to;
  }
  return end;
}

// Where a street ends that a city of many names follows without a comma, and
// perhaps its state: "rue Hugo Lyon", "Broadway New York NY".
size_t EndBeforeCity(const Draft& draft, size_t begin, size_t end) {
  const Tokens& tokens = draft.words.tokens;
  if (end - begin < 2 || tokens[end - 1].type != nullptr) return end;
  size_t last = end;
  if (end - begin > 2 && tokens[end - 1].text.size() <= 3 &&
      !FindRegion(tokens[end - 1].text, draft.manner.country).empty()) {
    --last;
  }
  for (size_t size = std::min<size_t>(3, last - begin - 1); size > 0; --size) {
    const size_t city = last - size;
    const Token& before = tokens[city - 1];
    // "rue de Lyon", "Avenue Paris", "Saint-Germain".
    if (before.Is(Role::kStop) || before.type != nullptr ||
        before.expand != nullptr || tokens[city].before == Gap::kHyphen ||
        FindCity(draft.words.Joined(city, last)).empty()) {
      continue;
    }
    return city;
  }
  return last;
}

// The last house number behind the name, or `end`.
size_t FindTrailingNumber(const Draft& draft, size_t begin, size_t end) {
  const Tokens& tokens = draft.words.tokens;
  for (size_t i = end; i-- > begin + 1;) {
    if (!IsHouseNumber(draft, i, end)) continue;
    // Of "5-7" and "5/10" the first part.
    if (tokens[i].before == Gap::kHyphen || tokens[i].before == Gap::kSlash) {
      if (!tokens[i - 1].letters && i - 1 > begin) continue;
    }
    if (HasNumberedDistricts(tokens[i - 1].text) && i - 1 > begin) continue;
    // "ул. 8 Марта", "rue du 8 mai", "Calle 5 de Mayo".
    if (i + 1 < end && tokens[begin].type != nullptr &&
        (i == begin + 1 || tokens[i - 1].Is(Role::kStop)) &&
        tokens[i + 1].letters && tokens[i + 1].text.size() > 1 &&
        tokens[i + 1].before == Gap::kSpace) {
      continue;
    }
    // "20 A 4", "20A 4": the flat behind the staircase.
    if (i >= begin + 3 && IsLetterOrBis(tokens[i - 1]) &&
        tokens[i - 2].digits && !tokens[i - 1].Is(Role::kNumberMark)) {
      continue;
    }
    if (i >= begin + 2 && EndsWithLetter(tokens[i - 1])) continue;
    return i;
  }
  return end;
}

// Adds a street whose number, before it, has been read.
Place TakeNumberedStreet(size_t begin, size_t end, Draft* draft) {
  const Tokens& tokens = draft->words.tokens;
  size_t street_end = end;
  if (draft->manner.Has(kEnglish) && begin < end) {
    street_end = EndBehindType(tokens, begin, end);
  }
  if (street_end == end) street_end = EndBeforeCity(*draft, begin, end);
  if (begin < street_end) AddStreetName(begin, street_end, draft);
  // "12 Main St 4B": a unit without its word.
  if (street_end < end && !tokens[street_end].letters) {
    const size_t to = EndOfNumber(*draft, street_end, end, false);
    draft->address.Add(AddressPartKind::kUnit,
                       NumberKey(draft->words.Joined(street_end, to)));
    street_end = to;
  }
  return {street_end, end};
}

// Adds the Turkish quarter that stands before a street; returns its end.
size_t TakeQuarter(size_t begin, size_t end, Draft* draft) {
  for (size_t i = begin + 1; i + 1 < end; ++i) {
    if (!IsQuarter(draft->words.tokens[i])) continue;
    AddPlace({begin, i + 1}, draft);
    return i + 1;
  }
  return begin;
}

}  // namespace

bool IsQuarter(const Token& token) {
  return token.text == "mah" || token.text == "mahallesi" ||
         token.text == "mahalle" || token.text == "mh";
}

bool HasGluedType(absl::string_view word) {
  constexpr absl::string_view kTypes[] = {
      "strasse", "str",   "strat", "gatan", "gata",  "gade",   "platz",
      "gasse",   "allee", "alle",  "weg",   "plein", "gracht", "vej",
      "vegen",   "vagen", "veien", "katu",  "kade",  "singel"};
  for (const absl::string_view type : kTypes) {
    if (word.size() > type.size() + 2 && absl::EndsWith(word, type)) {
      return true;
    }
  }
  return false;
}

bool HasNumberedDistricts(absl::string_view city) {
  constexpr absl::string_view kCities[] = {
      "quan",       "phuong", "q",    "p",         "dublin", "praha",
      "prague",     "paris",  "lion", "marseille", "wien",   "budapest",
      "bratislava", "vienna", "brno", "plzen"};
  return std::find(std::begin(kCities), std::end(kCities), city) !=
         std::end(kCities);
}

bool IsHouseNumber(const Draft& draft, size_t at, size_t end) {
  const Tokens& tokens = draft.words.tokens;
  const Token& token = tokens[at];
  if (at >= end || token.used || token.letters || !IsDigit(token.text[0])) {
    return false;
  }
  if (token.text.size() > 7) return false;
  // "8-Mai-1945" is a name.
  if (at > 0 && token.before == Gap::kHyphen && tokens[at - 1].letters &&
      tokens[at - 1].text.size() > 1) {
    return false;
  }
  // "17. Juni".
  const bool german_ordinal =
      token.dotted && at + 1 < end && tokens[at + 1].letters &&
      tokens[at + 1].text.size() > 1 && draft.manner.Knows(kGerman | kNordic);
  const bool addition =
      at + 1 < end && token.digits && IsDutchAddition(draft, tokens[at + 1]);
  return !german_ordinal && (addition || !IsOrdinalNumber(tokens, at, end));
}

size_t EndOfHouseNumber(const Draft& draft, size_t at, size_t end) {
  return EndOfNumber(draft, at, end, false);
}

void AddHouseNumber(size_t at, size_t end, bool first, Draft* draft) {
  const Tokens& tokens = draft->words.tokens;
  if (end - at == 1 && draft->manner.Knows(kRussian) &&
      AddRussianNumber(tokens[at].text, draft)) {
    return;
  }
  // Parts between slashes.
  absl::InlinedVector<std::string, 4> parts(1);
  bool hyphen = false;
  for (size_t i = at; i < end; ++i) {
    const Token& token = tokens[i];
    const bool tied = i > at && !token.letters;
    if (tied && token.before == Gap::kSlash) {
      parts.emplace_back();
    } else if (tied) {
      parts.back().push_back('-');
      hyphen = true;
    }
    parts.back().append(NumberKey(token.text));
  }
  const Manner& manner = draft->manner;
  if (first && hyphen && parts.size() == 1 && manner.In("ca")) {
    const size_t cut = parts[0].find('-');
    parts = {parts[0].substr(0, cut), parts[0].substr(cut + 1)};
    hyphen = false;
  } else if (parts.size() == 1 ||
             !(manner.In("au") || manner.In("nz") || manner.In("at") ||
               manner.In("pl") || manner.In("tr") || manner.In("be"))) {
    std::string whole = parts[0];
    for (size_t i = 1; i < parts.size(); ++i) {
      absl::StrAppend(&whole, "/", parts[i]);
    }
    if (manner.In("fr")) whole = FrenchNumber(std::move(whole));
    draft->address.Add(AddressPartKind::kHouseNumber, whole);
    return;
  }
  const bool unit_first = manner.Knows(kEnglish);
  draft->address.Add(AddressPartKind::kHouseNumber,
                     unit_first ? parts.back() : parts.front());
  draft->address.Add(AddressPartKind::kUnit,
                     unit_first ? parts.front() : parts.back());
  // Austria: staircase and door.
  if (parts.size() > 2) {
    draft->address.Add(AddressPartKind::kStaircase, parts[1]);
  }
}

Place TakeStreet(size_t begin, size_t end, Draft* draft) {
  Tokens& tokens = draft->words.tokens;
  const Manner& manner = draft->manner;
  if (tokens[begin].Is(Role::kNumberMark) && begin + 1 < end &&
      IsHouseNumber(*draft, begin + 1, end) && end - begin > 2) {
    ++begin;
  }
  if (manner.Knows(kTurkish)) begin = TakeQuarter(begin, end, draft);
  if (tokens[begin].Is(Role::kCardinal) && end - begin > 2) {
    draft->address.Add(AddressPartKind::kHouseNumber,
                       tokens[begin].ordinal->value);
    return TakeNumberedStreet(begin + 1, end, draft);
  }
  const bool number_first = manner.Has(kEnglish | kFrench);
  size_t number = FindTrailingNumber(*draft, begin, end);
  const bool leads =
      end - begin > 1 && IsHouseNumber(*draft, begin, end) &&
      (number_first || number == end || manner.customs == kAnyCustom);
  if (leads) {
    const size_t name = EndOfNumber(*draft, begin, end, true);
    AddHouseNumber(begin, name, true, draft);
    return TakeNumberedStreet(name, end, draft);
  }
  if (number == end) {
    size_t street_end = end;
    if (manner.Has(kEnglish) && end - begin > 2) {
      street_end = EndBehindType(tokens, begin, end);
    }
    AddStreetName(begin, street_end, draft);
    return {street_end, end};
  }
  size_t to = EndOfNumber(*draft, number, end, false);
  AddHouseNumber(number, to, false, draft);
  size_t name_end = number;
  // "дом № 5".
  for (int marks = 0; marks < 2 && name_end > begin + 1 &&
                      tokens[name_end - 1].Is(Role::kNumberMark);
       ++marks) {
    --name_end;
  }
  AddStreetName(begin, name_end, draft);
  // "20 A 4".
  if (to < end && tokens[to].digits && tokens[to].text.size() <= 3 &&
      (IsLetterOrBis(tokens[to - 1]) || EndsWithLetter(tokens[to - 1]))) {
    draft->address.Add(AddressPartKind::kUnit, NumberKey(tokens[to].text));
    ++to;
  }
  return {to, end};
}

void AddPlace(const Place& place, Draft* draft) {
  const Tokens& tokens = draft->words.tokens;
  size_t begin = place.begin;
  size_t end = place.end;
  if (end > begin + 1 && tokens[begin].Is(Role::kCityMark)) ++begin;
  if (begin >= end) return;
  std::string joined;  // without the district
  std::string spaced;
  std::string district;
  for (size_t i = begin; i < end; ++i) {
    const Token& token = tokens[i];
    const std::string word =
        token.expand != nullptr &&
                (i == begin ||
                 absl::string_view(token.expand->value) == "saint" ||
                 draft->manner.Knows(kSpanish | kTurkish))
            ? FoldWord(token.expand->value)
        : token.letters ? std::string(token.text)
                        : NumberKey(token.text);
    const bool last = i + 1 == end && i > begin;
    if (last && (!token.letters || word.size() == 1)) {
      district = word;
      break;
    }
    joined += word;
    if (!spaced.empty()) spaced.push_back(' ');
    spaced += word;
  }
  if (draft->manner.In("sg") && joined == "s") joined = spaced = "singapore";
  // Vietnamese "Q1", "P5".
  if (draft->manner.Knows(kVietnamese) && end - begin == 1 &&
      joined.size() > 1 && IsDigit(joined[1])) {
    if (joined[0] == 'q') spaced = "quan " + joined.substr(1);
    if (joined[0] == 'p' || joined[0] == 'f') {
      spaced = "phuong " + joined.substr(1);
    }
  }
  // Indian quarters: "Andheri (W)".
  if (draft->manner.In("in") && end - begin > 1) {
    for (const char* side : {"east", "west", "north", "south"}) {
      if (district.size() == 1 && district[0] == side[0]) {
        absl::StrAppend(&spaced, " ", side);
        joined += side;
        district.clear();
      }
    }
  }
  const absl::string_view whole = FindCity(joined + district);
  const absl::string_view city = whole.empty() ? FindCity(joined) : whole;
  std::string key = city.empty() ? spaced : std::string(city);
  if (whole.empty() && !district.empty()) absl::StrAppend(&key, " ", district);
  draft->address.Add(AddressPartKind::kLocality, key);
}

}  // namespace concordat::readers::address
