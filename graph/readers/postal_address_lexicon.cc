// The tables by word, built once.
#include <unicode/locid.h>
#include <unicode/unistr.h>

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "graph/readers/postal_address.h"

namespace concordat::readers::address {
namespace {

using Rows = absl::InlinedVector<const WordRow*, 4>;
using WordMap = absl::flat_hash_map<std::string, Rows>;
using NameMap = absl::flat_hash_map<std::string, std::string>;

const WordMap& WordsByFolding() {
  static const WordMap* const kMap = [] {
    auto* const built = new WordMap;
    for (const auto rows : {StreetWordRows(), OtherWordRows()}) {
      for (const WordRow& row : rows) {
        for (const absl::string_view word :
             absl::StrSplit(row.words, ' ', absl::SkipEmpty())) {
          (*built)[FoldWord(word)].push_back(&row);
        }
      }
    }
    return built;
  }();
  return *kMap;
}

// For readers of names in the language of `locale`, all countries' names.
void AddCountryNames(const char* locale, NameMap* map) {
  const icu::Locale language(locale);
  for (const char* const* code = icu::Locale::getISOCountries();
       *code != nullptr; ++code) {
    icu::UnicodeString name;
    icu::Locale("", *code).getDisplayCountry(language, name);
    std::string text;
    name.toUTF8String(text);
    const std::string folded = FoldWord(text);
    // Folding must not make "fi" of Fiji.
    if (folded.size() < 4) continue;
    map->try_emplace(folded, absl::AsciiStrToLower(*code));
  }
}

const NameMap& CountriesByName() {
  static const NameMap* const kMap = [] {
    auto* const built = new NameMap;
    for (const NameRow& row : CountryRows()) {
      for (const absl::string_view name : absl::StrSplit(row.names, '|')) {
        built->try_emplace(FoldWord(name), row.key);
      }
    }
    for (const char* const locale :
         {"en", "de", "fr", "es", "it", "pt",      "nl", "pl", "ru",
          "uk", "tr", "sv", "da", "nb", "fi",      "cs", "sk", "hu",
          "ro", "el", "bg", "hr", "sr", "sr_Latn", "lt", "lv", "et",
          "sl", "ca", "ar", "he", "vi", "id"}) {
      AddCountryNames(locale, built);
    }
    return built;
  }();
  return *kMap;
}

const NameMap& CountriesByCode() {
  static const NameMap* const kMap = [] {
    auto* const built = new NameMap;
    for (const char* const* code = icu::Locale::getISOCountries();
         *code != nullptr; ++code) {
      const std::string key = absl::AsciiStrToLower(*code);
      built->try_emplace(key, key);
    }
    // Folding must not make a code of two letters from one of three.
    for (const char* const* code = icu::Locale::getISOCountries();
         *code != nullptr; ++code) {
      const std::string folded =
          FoldWord(icu::Locale("", *code).getISO3Country());
      if (folded.size() < 3) continue;
      built->try_emplace(folded, absl::AsciiStrToLower(*code));
    }
    return built;
  }();
  return *kMap;
}

const NameMap& CitiesByName() {
  static const NameMap* const kMap = [] {
    auto* const built = new NameMap;
    for (const NameRow& row : CityRows()) {
      // Folded word by word, as other localities are.
      std::string key;
      for (const absl::string_view word : absl::StrSplit(row.key, ' ')) {
        absl::StrAppend(&key, key.empty() ? "" : " ", FoldWord(word));
      }
      built->try_emplace(FoldWord(row.key), key);
      for (const absl::string_view name : absl::StrSplit(row.names, '|')) {
        built->try_emplace(FoldWord(name), key);
      }
    }
    return built;
  }();
  return *kMap;
}

// By country, and under "" those of all: there the first of the table counts.
const absl::flat_hash_map<std::string, NameMap>& RegionsByCountry() {
  static const absl::flat_hash_map<std::string, NameMap>* const kMap = [] {
    auto* const built = new absl::flat_hash_map<std::string, NameMap>;
    for (const NameRow& row : RegionRows()) {
      const auto add = [&](absl::string_view name) {
        const std::string folded = FoldWord(name);
        (*built)[row.scope].try_emplace(folded, row.key);
        (*built)[""].try_emplace(folded, row.key);
      };
      add(row.key);
      for (const absl::string_view name : absl::StrSplit(row.names, '|')) {
        add(name);
      }
    }
    return built;
  }();
  return *kMap;
}

absl::string_view Find(const NameMap& map, absl::string_view key) {
  const auto found = map.find(key);
  return found == map.end() ? absl::string_view() : found->second;
}

struct CountryCustoms {
  const char* countries;
  uint32_t customs;
};

constexpr CountryCustoms kCustoms[] = {
    {"us gb au nz ie in sg za hk ph ng ke pk mt", kEnglish},
    {"my id bn", kEnglish | kMalay},
    {"vn", kEnglish | kVietnamese},
    {"th", kEnglish | kThai},
    {"il", kEnglish | kHebrew},
    {"lt lv ee", kBaltic},
    {"ca", kEnglish | kFrench},
    {"de at li", kGerman},
    {"fr mc", kFrench},
    {"ch", kGerman | kFrench | kItalian},
    {"lu", kFrench | kGerman},
    {"be", kDutch | kFrench},
    {"nl", kDutch},
    {"es mx ar co cl pe ve ec uy py bo cr pa do gt", kSpanish},
    {"it sm va", kItalian},
    {"pt br ao mz", kPortuguese},
    {"se dk no is", kNordic},
    {"fi", kFinnish | kNordic},
    {"pl", kPolish},
    {"cz sk si hr ba me", kCzech},
    {"rs", kRussian | kCzech},
    {"ru ua by kz bg kg md mk", kRussian},
    {"tr", kTurkish},
    {"hu", kHungarian},
    {"ro", kRomanian},
    {"gr cy", kGreek},
};

struct LanguageCountry {
  absl::string_view language;
  uint32_t customs;
};

constexpr LanguageCountry kLanguages[] = {
    {"en", kEnglish},    {"de", kGerman},
    {"fr", kFrench},     {"es", kSpanish},
    {"it", kItalian},    {"pt", kPortuguese},
    {"nl", kDutch},      {"sv", kNordic},
    {"da", kNordic},     {"nb", kNordic},
    {"no", kNordic},     {"fi", kFinnish | kNordic},
    {"pl", kPolish},     {"cs", kCzech},
    {"sk", kCzech},      {"hr", kCzech},
    {"sl", kCzech},      {"ru", kRussian},
    {"uk", kRussian},    {"bg", kRussian},
    {"be", kRussian},    {"sr", kRussian | kCzech},
    {"tr", kTurkish},    {"hu", kHungarian},
    {"ro", kRomanian},   {"el", kGreek},
    {"id", kMalay},      {"ms", kMalay},
    {"vi", kVietnamese}, {"lt", kBaltic},
    {"lv", kBaltic},     {"et", kBaltic},
    {"th", kThai},       {"he", kHebrew},
};

// Russian abbreviations leave the middle of a word out: "пр-т", "б-р", "р-н".
void JoinAbbreviations(Words* words) {
  std::vector<Token>& tokens = words->tokens;
  size_t out = 0;
  for (size_t i = 0; i < tokens.size(); ++i, ++out) {
    tokens[out] = tokens[i];
    const size_t next = i + 1;
    if (next >= tokens.size() || tokens[next].before != Gap::kHyphen ||
        !tokens[i].letters || !tokens[next].letters ||
        tokens[i].text.size() > 3 || tokens[next].text.size() > 3) {
      continue;
    }
    const absl::string_view joined = words->Joined(i, next + 1);
    if (FindWord(joined).empty()) continue;
    tokens[out].text = joined;
    tokens[out].dotted = tokens[next].dotted;
    ++i;
  }
  tokens.resize(out);
}

}  // namespace

absl::Span<const WordRow* const> FindWord(absl::string_view folded) {
  const WordMap& map = WordsByFolding();
  const auto found = map.find(folded);
  if (found == map.end()) return {};
  return found->second;
}

absl::string_view FindCity(absl::string_view joined) {
  return Find(CitiesByName(), joined);
}

absl::string_view FindCountry(absl::string_view joined) {
  return Find(CountriesByName(), joined);
}

absl::string_view FindCountryCode(absl::string_view joined) {
  if (joined.size() < 2 || joined.size() > 4) return "";
  return Find(CountriesByCode(), joined);
}

absl::string_view FindRegion(absl::string_view joined,
                             absl::string_view country) {
  const auto& countries = RegionsByCountry();
  const auto found = countries.find(country);
  return found == countries.end() ? absl::string_view()
                                  : Find(found->second, joined);
}

bool IsPlaceholder(absl::string_view joined) {
  static const absl::flat_hash_set<std::string>* const kSet = [] {
    auto* const built = new absl::flat_hash_set<std::string>;
    for (const absl::string_view row : PlaceholderRows()) {
      const Words words = SplitWords(FoldWord(row), Manner());
      built->insert(words.buffer);
    }
    return built;
  }();
  return kSet->contains(joined);
}

Manner MannerOfCountry(absl::string_view country) {
  Manner manner;
  manner.country = absl::AsciiStrToLower(country);
  if (manner.country.empty()) return manner;
  static const absl::flat_hash_map<std::string, uint32_t>* const kByCountry =
      [] {
        auto* const built = new absl::flat_hash_map<std::string, uint32_t>;
        for (const CountryCustoms& row : kCustoms) {
          for (const absl::string_view code :
               absl::StrSplit(row.countries, ' ')) {
            built->emplace(code, row.customs);
          }
        }
        return built;
      }();
  const auto found = kByCountry->find(manner.country);
  if (found != kByCountry->end()) manner.customs = found->second;
  return manner;
}

Manner MannerOf(const WritingHabits& habits) {
  if (!habits.region.empty()) return MannerOfCountry(habits.region);
  Manner manner;
  for (const LanguageCountry& row : kLanguages) {
    if (row.language == absl::string_view(habits.language)) {
      manner.customs = row.customs;
    }
  }
  return manner;
}

void GuessCustoms(const Words& words, Manner* manner) {
  if (manner->customs != kAnyCustom) return;
  for (const Token& token : words.tokens) {
    if (!token.letters || token.used) continue;
    if (token.text.size() < 4 && token.text != "ul" && token.text != "rue") {
      continue;
    }
    uint32_t customs = 0;
    for (const WordRow* const row : FindWord(token.text)) {
      if (row->role == Role::kType) customs |= row->customs;
    }
    if (customs == 0) continue;
    manner->customs = customs;
    return;
  }
}

void AssignRoles(const Manner& manner, Words* words) {
  if (manner.Knows(kRussian)) JoinAbbreviations(words);
  for (Token& token : words->tokens) {
    if (token.digits || token.text.size() > 24) continue;
    for (const WordRow* const row : FindWord(token.text)) {
      if (row->customs != kAnyCustom && !manner.Has(row->customs)) continue;
      token.roles |= 1u << static_cast<unsigned>(row->role);
      const WordRow** const slot =
          row->role == Role::kType        ? &token.type
          : row->role == Role::kUnit      ? &token.unit
          : row->role == Role::kDirection ? &token.direction
          : row->role == Role::kOrdinal || row->role == Role::kTens ||
                  row->role == Role::kCardinal
              ? &token.ordinal
          : row->role == Role::kExpand ? &token.expand
                                       : nullptr;
      if (slot != nullptr && *slot == nullptr) *slot = row;
    }
  }
}

}  // namespace concordat::readers::address
