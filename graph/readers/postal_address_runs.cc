// The words between the parts known by shape: one run of them is the street
// with its number, the others are places or the name of the house.
#include <algorithm>

#include "absl/container/inlined_vector.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "graph/readers/postal_address.h"
#include "graph/readers/postal_address_street.h"

namespace concordat::readers::address {
namespace {

using Tokens = std::vector<Token>;

struct Run {
  size_t begin = 0;
  size_t end = 0;
  int score = 0;
  bool number = false;  // nothing but a house number
};

using Runs = absl::InlinedVector<Run, 8>;

// "sin número" and the like: the house has none.
bool IsWithoutNumber(const Tokens& tokens, size_t at) {
  if (IsBreak(tokens, at + 1) || !tokens[at + 1].Is(Role::kNumberMark)) {
    return false;
  }
  for (const char* without :
       {"sin", "sem", "sans", "senza", "ohne", "bez", "without"}) {
    if (tokens[at].text == without) return true;
  }
  return false;
}

// Words without meaning for the comparison are gone before runs are made.
void DropFillers(Tokens* tokens) {
  for (size_t i = 0; i < tokens->size(); ++i) {
    Token& token = (*tokens)[i];
    const bool sn = token.text == "s" && i + 1 < tokens->size() &&
                    (*tokens)[i + 1].before == Gap::kSlash &&
                    (*tokens)[i + 1].text == "n";
    if (IsWithoutNumber(*tokens, i)) {
      token.used = (*tokens)[i + 1].used = true;
      continue;
    }
    if (sn) (*tokens)[i + 1].used = true;
    if (!sn && !token.Is(Role::kFiller)) continue;
    token.used = true;
    // "Cedex 08".
    if (i + 1 < tokens->size() && (*tokens)[i + 1].digits &&
        (*tokens)[i + 1].text.size() <= 2 && !sn) {
      (*tokens)[i + 1].used = true;
    }
  }
}

Runs FindRuns(const Tokens& tokens) {
  Runs runs;
  bool open = false;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].used) {
      open = false;
      continue;
    }
    if (!open || tokens[i].before == Gap::kBreak) {
      runs.push_back({i, i + 1, 0, false});
      open = true;
    } else {
      runs.back().end = i + 1;
    }
  }
  return runs;
}

// Behind "No", "дом №".
size_t BehindMarks(const Tokens& tokens, const Run& run) {
  size_t at = run.begin;
  while (at + 1 < run.end && at < run.begin + 2 &&
         tokens[at].Is(Role::kNumberMark)) {
    ++at;
  }
  return at;
}

// Whether the run is a house number, perhaps with its mark, and nothing else.
bool IsNumberRun(const Draft& draft, const Run& run) {
  const Tokens& tokens = draft.words.tokens;
  const size_t at = BehindMarks(tokens, run);
  return IsHouseNumber(draft, at, run.end) &&
         EndOfHouseNumber(draft, at, run.end) == run.end;
}

// The type words that name nothing but streets.
bool IsStrongType(const Token& token) {
  const absl::string_view type = token.type->value;
  for (const char* strong :
       {"street", "avenue", "road", "drive", "lane", "boulevard", "parkway",
        "highway", "expressway", "freeway", "terrace", "circle", "crescent",
        "close", "alley", "court", "square", "way"}) {
    if (type == strong) return true;
  }
  return (token.type->customs & kEnglish) == 0;
}

// How likely tokens [begin, end) are the street by their type alone.
int ScoreOfType(const Draft& draft, size_t begin, size_t end, bool numbered) {
  const Tokens& tokens = draft.words.tokens;
  for (size_t i = begin; i < end; ++i) {
    const Token& token = tokens[i];
    if (token.type == nullptr || end - begin < 2) continue;
    if (!IsStrongType(token) && !numbered) continue;
    const bool saint = token.expand != nullptr &&
                       absl::string_view(token.expand->value) == "saint";
    if (saint && (i == begin || i + 1 < end) && !numbered) continue;
    // One or two letters may be anything but for their mark.
    const bool marked = token.dotted || token.text.size() > 2 || numbered ||
                        (i + 1 < end && tokens[i + 1].before == Gap::kSlash) ||
                        i + 1 == end;
    if (marked) return 4;
  }
  for (size_t i = begin; i < end; ++i) {
    if (tokens[i].letters && HasGluedType(tokens[i].text)) return 4;
  }
  return 0;
}

int ScoreOf(const Draft& draft, const Run& run) {
  const Tokens& tokens = draft.words.tokens;
  bool numbered = IsHouseNumber(draft, run.begin, run.end);
  bool marked = false;
  for (size_t i = run.begin + 1; i < run.end; ++i) {
    if (!IsHouseNumber(draft, i, run.end)) continue;
    numbered = true;
    marked = marked || tokens[i - 1].Is(Role::kNumberMark);
  }
  int score = ScoreOfType(draft, run.begin, run.end, numbered);
  // A city with the number of its district is no street.
  const bool district =
      run.end - run.begin == 2 && HasNumberedDistricts(tokens[run.begin].text);
  const bool city_mark =
      tokens[run.begin].Is(Role::kCityMark) && tokens[run.begin].dotted;
  if (numbered && !district) score += marked ? 4 : 3;
  if (score <= 3 && (district || city_mark || !numbered)) return 0;
  // Right behind a postcode stands its city.
  if (score <= 3 && run.begin == draft.postcode_end && run.begin > 0 &&
      tokens[run.begin].before != Gap::kBreak) {
    return 0;
  }
  return score;
}

// The index of the street's run, or runs.size().
size_t FindStreet(const Draft& draft, Runs* runs) {
  for (Run& run : *runs) {
    run.number = IsNumberRun(draft, run);
    if (!run.number) run.score = ScoreOf(draft, run);
  }
  // "Avenida Paulista, 1000" and "5, rue Hugo": the number beside a street.
  for (size_t i = 0; i < runs->size(); ++i) {
    if (!(*runs)[i].number) continue;
    const bool after = i > 0 && !(*runs)[i - 1].number &&
                       ((*runs)[i - 1].score > 0 || i + 1 == runs->size() ||
                        (*runs)[i + 1].score == 0);
    const size_t beside = after ? i - 1 : i + 1;
    if (beside < runs->size() && !(*runs)[beside].number) {
      (*runs)[beside].score += 2;
    }
  }
  size_t best = runs->size();
  for (size_t i = 0; i < runs->size(); ++i) {
    const int score = (*runs)[i].score;
    if (score > 0 && (best == runs->size() || score > (*runs)[best].score)) {
      best = i;
    }
  }
  return best;
}

void TakeNumberRuns(const Runs& runs, size_t street, Draft* draft) {
  for (size_t i = 0; i < runs.size(); ++i) {
    if (!runs[i].number) continue;
    const size_t at = BehindMarks(draft->words.tokens, runs[i]);
    const bool has =
        draft->address.Find(AddressPartKind::kHouseNumber) != nullptr;
    if (!has && street < runs.size()) {
      AddHouseNumber(at, runs[i].end, i < street, draft);
    } else if (has) {
      draft->address.Add(AddressPartKind::kUnit,
                         NumberKey(draft->words.Joined(at, runs[i].end)));
    } else {
      draft->address.Add(AddressPartKind::kHouseNumber,
                         NumberKey(draft->words.Joined(at, runs[i].end)));
    }
  }
}

bool IsAmbiguousRegion(absl::string_view joined) {
  for (const char* known :
       {"newiork", "washington", "victoria", "saopaulo", "riodeianeiro",
        "quebec",  "delaware",   "nevada",   "kansas",   "oklahoma",
        "wioming", "para",       "miss",     "mass",     "man",
        "ill",     "wash",       "ore",      "cal",      "ark",
        "penn",    "ont",        "que",      "del",      "tex",
        "mo",      "indiana",    "georgia"}) {
    if (joined == known) return true;
  }
  return false;
}

// The region that a place ends with: [first, place->end) is cut off.
bool TakeRegionSuffix(Place* place, Draft* draft) {
  const Tokens& tokens = draft->words.tokens;
  const size_t size = place->end - place->begin;
  const size_t longest = std::min<size_t>(3, size - 1);
  for (size_t count = longest; count > 0; --count) {
    const size_t first = place->end - count;
    const absl::string_view joined = draft->words.Joined(first, place->end);
    absl::string_view region = FindRegion(joined, draft->manner.country);
    if (region.empty() && count == 1 && draft->manner.In("it") &&
        joined.size() == 2 && tokens[first].letters) {
      region = joined;  // an Italian province
    }
    if (region.empty()) continue;
    const absl::string_view rest = draft->words.Joined(place->begin, first);
    const bool code = joined.size() <= 3 && count == 1;
    if (!code && IsAmbiguousRegion(joined) && FindCity(rest).empty()) continue;
    if (first == place->begin + 1 && tokens[place->begin].direction != nullptr)
      continue;
    draft->address.Add(AddressPartKind::kRegion, region);
    place->end = first;
    return true;
  }
  return false;
}

// Finds the region among the places: the last that is one.
void TakeRegion(Places* places, Draft* draft) {
  const Tokens& tokens = draft->words.tokens;
  for (size_t i = places->size(); i-- > 0;) {
    Place& place = (*places)[i];
    // Russian "Московская обл.".
    const bool first_mark = tokens[place.begin].Is(Role::kRegionMark);
    if ((first_mark || tokens[place.end - 1].Is(Role::kRegionMark)) &&
        place.end - place.begin > 1) {
      draft->address.Add(AddressPartKind::kRegion,
                         draft->words.Joined(place.begin + first_mark,
                                             place.end - !first_mark));
      place.end = place.begin;
      return;
    }
    const absl::string_view joined =
        draft->words.Joined(place.begin, place.end);
    const absl::string_view region = FindRegion(joined, draft->manner.country);
    const bool alone = places->size() == 1;
    if (!region.empty() &&
        (joined.size() <= 3 || !alone || !IsAmbiguousRegion(joined)) &&
        !(alone && draft->manner.country.empty() && joined.size() > 3 &&
          draft->address.Find(AddressPartKind::kCountry) == nullptr &&
          !FindCity(joined).empty())) {
      draft->address.Add(AddressPartKind::kRegion, region);
      place.end = place.begin;
      return;
    }
    if (place.end - place.begin > 1 && TakeRegionSuffix(&place, draft)) return;
  }
}

// A place, or a Turkish district and its province: "Kadıköy/İstanbul".
void AddPlaces(const Run& run, const Draft& draft, Places* places) {
  const Tokens& tokens = draft.words.tokens;
  size_t begin = run.begin;
  for (size_t i = run.begin + 1; i < run.end; ++i) {
    if (tokens[i].before != Gap::kSlash || !draft.manner.Knows(kTurkish)) {
      continue;
    }
    places->push_back({begin, i});
    begin = i;
  }
  // "Kadıköy İstanbul", where the slash is missing.
  const absl::string_view last = tokens[run.end - 1].text;
  for (const char* province : {"istanbul", "ankara", "izmir", "bursa"}) {
    if (!draft.manner.Knows(kTurkish) || run.end - begin < 2 ||
        last != province) {
      continue;
    }
    places->push_back({begin, run.end - 1});
    begin = run.end - 1;
    break;
  }
  places->push_back({begin, run.end});
}

}  // namespace

void TakeRuns(Draft* draft) {
  Tokens& tokens = draft->words.tokens;
  DropFillers(&tokens);
  Runs runs = FindRuns(tokens);
  if (runs.size() > kPartsMax) {
    draft->address.parts.clear();
    return;
  }
  const size_t street = FindStreet(*draft, &runs);
  Places places;
  bool behind = false;  // something stands behind the street
  if (street < runs.size()) {
    const Place rest = TakeStreet(runs[street].begin, runs[street].end, draft);
    if (rest.end > rest.begin) {
      AddPlaces({rest.begin, rest.end, 0, false}, *draft, &places);
    }
    behind = !places.empty();
    for (size_t i = street + 1; i < runs.size(); ++i) {
      behind = behind || !runs[i].number;
    }
  }
  TakeNumberRuns(runs, street, draft);
  size_t names = 0;
  for (size_t i = 0; i < runs.size(); ++i) {
    const Run& run = runs[i];
    if (i == street || run.number) continue;
    // What stands before the street is the house or the firm, unless the city
    // comes first in this address.
    const bool name = street < runs.size() && i < street && behind &&
                      runs[street].begin >= draft->postcode_end &&
                      (draft->postcode_end == 0 ||
                       draft->postcode_end > runs[street].begin) &&
                      !tokens[run.begin].Is(Role::kCityMark) &&
                      !IsQuarter(tokens[run.end - 1]);
    const bool before_code = street < runs.size() && i < street && behind &&
                             draft->postcode_end > runs[street].end;
    if ((name || before_code) && !draft->manner.Knows(kRussian | kHungarian)) {
      if (++names <= 2) {
        draft->address.Add(AddressPartKind::kHouseName,
                           draft->words.Joined(run.begin, run.end));
      }
      continue;
    }
    AddPlaces(run, *draft, &places);
  }
  TakeRegion(&places, draft);
  for (const Place& place : places) AddPlace(place, draft);
}

}  // namespace concordat::readers::address
