#include "graph/readers/person_name_parts.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "graph/name_letters.h"
#include "graph/readers/person_name_words.h"
#include "graph/text.h"

namespace concordat::readers {
namespace {

constexpr size_t kHangulBytes = 3;

// No part of a name is longer; romanising a page of Han would cost
// milliseconds.
constexpr size_t kRomanisedBytesMax = 256;

// Korean surnames of two syllables, and names too long for one of one.
bool HasLongSurname(absl::string_view name) {
  static constexpr absl::string_view kSurnames[] = {
      "황보", "남궁", "제갈", "선우", "독고", "사공", "서문"};
  if (name.size() > 3 * kHangulBytes) return true;
  if (name.size() < 3 * kHangulBytes) return false;
  return std::find(std::begin(kSurnames), std::end(kSurnames),
                   name.substr(0, 2 * kHangulBytes)) != std::end(kSurnames);
}

bool HasVowel(absl::string_view text) {
  return text.find_first_of("aeiouy") != absl::string_view::npos;
}

bool IsCjk(NameScript script) {
  return script == NameScript::kHan || script == NameScript::kKana;
}

// The spellings by which one letter of another alphabet begins a name, where a
// full stop follows: "Yu. Ivanova".
bool IsLetterSpelling(absl::string_view text) {
  static constexpr absl::string_view kSpellings[] = {
      "yu", "ya", "ye", "yo", "zh", "kh", "ts",   "ch", "sh",  "iu", "ia",
      "ju", "ja", "je", "th", "ph", "ps", "shch", "dz", "dzh", "chr"};
  return std::find(std::begin(kSpellings), std::end(kSpellings), text) !=
         std::end(kSpellings);
}

bool IsNameWithoutVowel(absl::string_view text) {
  static constexpr absl::string_view kNames[] = {
      "ng",  "lv",  "st",  "mc",  "hrk", "krk", "vlk", "srb",
      "brk", "trn", "vrh", "crk", "wm",  "chr", "th",  "ph",
      "sch", "brz", "krc", "prc", "2nd", "3rd", "4th"};
  return std::find(std::begin(kNames), std::end(kNames), text) !=
         std::end(kNames);
}

// How the names begin of which it is a usual abbreviation, where that may be
// more than one: "Ant." for Anthony and Antonio. Those of one name are known
// before (NameOfAbbreviation).
absl::string_view BeginningOf(absl::string_view text) {
  static constexpr std::pair<absl::string_view, absl::string_view> kShort[] = {
      {"benj", "benj"}, {"alex", "ale"},  {"ma", "mari"},
      {"ant", "ant"},   {"joh", "joh"},   {"fred", "fred"},
      {"matt", "matt"}, {"theo", "theo"}, {"rich", "rich"}};
  for (const auto& [writing, beginning] : kShort) {
    if (text == writing) return beginning;
  }
  return "";
}

// Japanese and Chinese names are written with or without a space between their
// two parts, and so are Korean ones: the words are joined.
void JoinWithoutSpaces(NameTokens* tokens) {
  const bool has_han = std::any_of(
      tokens->begin(), tokens->end(),
      [](const NameToken& token) { return token.script == NameScript::kHan; });
  NameTokens joined;
  for (NameToken& token : *tokens) {
    const bool joins =
        has_han ? IsCjk(token.script) : token.script == NameScript::kHangul;
    if (IsCjk(token.script) || token.script == NameScript::kHangul) {
      const size_t honorific = EastAsianHonorificLength(token.text);
      if (honorific == token.text.size() && tokens->size() > 1) continue;
      // One character is a surname where the honorific is no part of a name:
      // 王先生.
      const size_t shortest = honorific > kHangulBytes ? 0 : kHangulBytes;
      if (honorific > 0 && token.text.size() > honorific + shortest) {
        token.text.resize(token.text.size() - honorific);
      }
    }
    if (joins && !joined.empty() &&
        (has_han ? IsCjk(joined.back().script)
                 : joined.back().script == NameScript::kHangul)) {
      joined.back().text += token.text;
      joined.back().script = ScriptOf(joined.back().text);
    } else {
      joined.push_back(std::move(token));
    }
  }
  if (!joined.empty()) *tokens = std::move(joined);
}

// "Min-su" and "Xiao-ming" are "Minsu" and "Xiaoming": syllables.
void JoinSyllables(NameTokens* tokens) {
  for (size_t i = 1; i < tokens->size(); ++i) {
    NameToken& token = (*tokens)[i];
    NameToken& before = (*tokens)[i - 1];
    // The last syllable may be a vowel alone: "Yeon-a".
    const bool syllable =
        token.text.size() > 1 || (token.lower && !token.dotted);
    if (token.hyphen_before && syllable && before.text.size() > 1 &&
        IsEastAsianSyllable(before.text) && IsEastAsianSyllable(token.text) &&
        ParticleOf(before.text) == ParticleKind::kNone) {
      before.text += token.text;
      tokens->erase(tokens->begin() + static_cast<ptrdiff_t>(i));
      --i;
    }
  }
}

class PartBuilder {
 public:
  explicit PartBuilder(NameTokens tokens) : tokens_(std::move(tokens)) {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      const NameToken& token = tokens_[i];
      if (i > 0 && token.comma_before && first_comma_ == 0) first_comma_ = i;
      any_lower_ =
          any_lower_ || token.lower || (!token.upper && token.text.size() > 1);
      vietnamese_ = vietnamese_ || IsVietnameseSurname(token.text);
    }
  }

  std::vector<NamePart> Build() {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      // A particle belongs to a name on its own side of a comma.
      if (tokens_[i].comma_before) EndSegment();
      Add(i);
    }
    EndSegment();
    FoldLongVowels();
    return std::move(parts_);
  }

 private:
  void AddInitial(absl::string_view letter, NameScript script) {
    NamePart part;
    part.kind = NamePartKind::kInitial;
    part.key = script == NameScript::kLatin ? std::string(letter)
                                            : RomanisedBase(letter, script);
    // Soft signs and the like name nobody.
    if (!part.key.empty() && part.key.size() <= 4) {
      parts_.push_back(std::move(part));
    }
  }

  // Each letter by itself.
  void AddInitials(const NameToken& token) {
    for (size_t at = 0; at < token.text.size();) {
      size_t length = 1;
      while (at + length < token.text.size() &&
             (static_cast<unsigned char>(token.text[at + length]) & 0xC0) ==
                 0x80) {
        ++length;
      }
      AddInitial(absl::string_view(token.text).substr(at, length),
                 token.script);
      at += length;
    }
  }

  void AddName(absl::string_view base) {
    NamePart part;
    part.key = NameKey(absl::StrCat(pending_, base));
    pending_.clear();
    if (first_name_ == kNone) first_name_ = parts_.size();
    parts_.push_back(std::move(part));
  }

  void EndSegment() {
    if (pending_.empty()) return;
    std::string particle = std::exchange(pending_, "");
    // "Beethoven, Ludwig van".
    if (first_comma_ != 0 && first_name_ != kNone && !parts_.empty() &&
        !vietnamese_) {
      NamePart& family = parts_[first_name_];
      family.key = NameKey(absl::StrCat(particle, family.key));
    } else {
      AddName(particle);
    }
  }

  bool IsSingleLetter(const NameToken& token) const {
    return token.text.size() == 1 ||
           (token.script != NameScript::kLatin && !IsCjk(token.script) &&
            token.script != NameScript::kHangul && token.text.size() == 2);
  }

  // "JRR Tolkien", "AJ Smith": capitals that are no word.
  bool IsRunOfInitials(const NameToken& token) const {
    const absl::string_view text = token.text;
    if (token.script != NameScript::kLatin || tokens_.size() < 2 ||
        text.size() < 2 || text.size() > 3 || IsNameWithoutVowel(text) ||
        !GenerationOf(text).empty()) {
      return false;
    }
    // Text that is not ASCII comes without its capitals.
    if (!HasVowel(text)) return true;
    if (!token.upper || !any_lower_) return false;
    return text.size() == 2 && text != "jo" && text != "al" && text != "ed" &&
           !IsEastAsianSyllable(text) && text != "bo" && text != "ty" &&
           text != "cy" && text != "oz" && text != "io";
  }

  // "Иванов ИИ": two letters that make no syllable.
  static bool IsCyrillicInitials(const NameToken& token) {
    if (token.script != NameScript::kCyrillic || token.text.size() != 4) {
      return false;
    }
    static constexpr absl::string_view kVowels = "аеёиоуыэюяіїє";
    const absl::string_view text = token.text;
    const bool first = absl::StrContains(kVowels, text.substr(0, 2));
    const bool second = absl::StrContains(kVowels, text.substr(2));
    return first == second && text.substr(2) != "я";
  }

  bool HasNextInSegment(size_t i) const {
    return i + 1 < tokens_.size() && !tokens_[i + 1].comma_before &&
           tokens_[i + 1].script == NameScript::kLatin;
  }

  // Whether token `i` is a particle of the name that follows it.
  bool IsParticle(size_t i) const {
    const NameToken& token = tokens_[i];
    const absl::string_view text = token.text;
    const bool next = HasNextInSegment(i);
    if (token.apostrophe_before && text == "t") return true;
    if (token.apostrophe_after && text.size() == 1) return next;
    if (text == "o" && !token.dotted && next) {
      return IsNameAfterO(tokens_[i + 1].text);
    }
    if (vietnamese_ || token.initials) return false;
    // "Robert T. Harrison": a letter alone is an initial, but in "van t Hof".
    if (text.size() == 1 && (token.dotted || pending_.empty())) return false;
    const bool before_comma = first_comma_ != 0 && i < first_comma_;
    const bool hyphen_next = next && tokens_[i + 1].hyphen_before;
    const bool particle_next =
        next && ParticleOf(tokens_[i + 1].text) != ParticleKind::kNone;
    switch (ParticleOf(text)) {
      case ParticleKind::kNone:
        return false;
      case ParticleKind::kAlways:
        return true;
      case ParticleKind::kNotInFront:
        return next && (i > 0 || before_comma || hyphen_next ||
                        (particle_next && i + 2 < tokens_.size()));
      case ParticleKind::kWithOthers:
        return !pending_.empty() || (next && particle_next) ||
               (i > 0 && next && text != "los" && text != "in") ||
               (next && before_comma);
      case ParticleKind::kPrefix:
        return next && tokens_[i + 1].text.size() > 1 &&
               (i > 0 || text != "mac" || before_comma);
    }
    return false;
  }

  // "Ortega y Gasset".
  bool IsAnd(size_t i) const {
    const NameToken& token = tokens_[i];
    return (token.text == "y" || token.text == "e") && !token.dotted && i > 0 &&
           !token.upper && HasNextInSegment(i);
  }

  // The name that token `i` abbreviates as registers do; empty where none.
  absl::string_view Abbreviated(size_t i) const {
    const NameToken& token = tokens_[i];
    if (token.text != "ma") {
      return NameOfAbbreviation(token.text, token.dotted);
    }
    // Mª is folded to ma, which is a surname in Chinese.
    const bool next =
        i + 1 < tokens_.size() && IsBesideMaria(tokens_[i + 1].text);
    const bool before = i > 0 && IsBesideMaria(tokens_[i - 1].text);
    return (token.dotted && tokens_.size() > 1) || next || before ? "maria"
                                                                  : "";
  }

  void Add(size_t i) {
    const NameToken& token = tokens_[i];
    const absl::string_view whole = Abbreviated(i);
    if (!whole.empty()) {
      AddName(whole);
      return;
    }
    if (token.script != NameScript::kLatin) {
      if (token.initials || (IsSingleLetter(token) && token.text.size() < 3) ||
          (i > 0 && IsCyrillicInitials(token))) {
        AddInitials(token);
      } else {
        parts_.push_back(NativePart(token.text, token.script));
      }
      return;
    }
    if (IsAnd(i)) return;
    if (IsParticle(i)) {
      const absl::string_view text = token.text;
      if (absl::StartsWith(text, "sa") &&
          ParticleOf(text) == ParticleKind::kPrefix) {
        pending_ += text == "sainte" ? "ste" : "st";
      } else {
        absl::StrAppend(&pending_, text);
      }
      return;
    }
    if (token.initials || IsRunOfInitials(token)) {
      AddInitials(token);
      return;
    }
    const bool digit = token.text.size() == 1 && token.text[0] <= '9';
    if ((token.text.size() == 1 && !digit) ||
        (token.dotted && IsLetterSpelling(token.text))) {
      AddInitial(token.text, NameScript::kLatin);
      return;
    }
    const absl::string_view beginning =
        token.dotted ? BeginningOf(token.text) : "";
    if (!beginning.empty() && tokens_.size() > 1) {
      AddInitial(beginning, NameScript::kLatin);
      return;
    }
    const absl::string_view generation = GenerationOf(token.text);
    if (!generation.empty() && i > 0) {
      NamePart part;
      part.kind = NamePartKind::kGeneration;
      part.key = std::string(generation);
      parts_.push_back(std::move(part));
      return;
    }
    AddName(token.text);
  }

  // "Tarou" is "Taro" beside names that are Japanese as well.
  void FoldLongVowels() {
    bool any = false;
    for (const NamePart& part : parts_) {
      if (part.kind != NamePartKind::kName) continue;
      if (part.script != NameScript::kLatin) return;
      // Korean names have syllables that look Japanese, and oo for u.
      if (absl::StrContains(part.key, "oo")) return;
      any = any || absl::StrContains(part.key, "ou") ||
            absl::StrContains(part.key, "uu") ||
            (part.key.size() > 3 && absl::StrContains(part.key, "oh"));
    }
    if (!any) return;
    for (const NamePart& part : parts_) {
      if (part.kind == NamePartKind::kName && !IsRomaji(part.key)) return;
    }
    for (NamePart& part : parts_) {
      if (part.kind == NamePartKind::kName) {
        part.key = NameKey(JapaneseKey(part.key));
      }
    }
  }

  static constexpr size_t kNone = static_cast<size_t>(-1);

  const NameTokens tokens_;
  std::vector<NamePart> parts_;
  // Particles that wait for their name.
  std::string pending_;
  size_t first_comma_ = 0;
  size_t first_name_ = kNone;
  bool any_lower_ = false;
  bool vietnamese_ = false;
};

}  // namespace

absl::string_view GenerationOf(absl::string_view word) {
  if (word.empty() || word.size() > 6) return "";
  if (!absl::StrContains("jsi234", word[0])) return "";
  static constexpr std::pair<absl::string_view, absl::string_view> kWords[] = {
      {"jr", "jr"},  {"junior", "jr"}, {"jnr", "jr"}, {"sr", "sr"},
      {"snr", "sr"}, {"senior", "sr"}, {"ii", "2"},   {"2nd", "2"},
      {"2", "2"},    {"iii", "3"},     {"3rd", "3"},  {"3", "3"},
      {"iv", "4"},   {"4th", "4"},     {"4", "4"}};
  for (const auto& [writing, generation] : kWords) {
    if (word == writing) return generation;
  }
  return "";
}

NamePart NativePart(absl::string_view word, NameScript script) {
  NamePart part;
  part.script = script;
  part.key = NativeKey(word, script);
  if (script != NameScript::kCyrillic) {
    // Marks and letters of several scripts may run together into something
    // else; the key has to stay as it is when it is read again.
    for (int pass = 0; pass < 4; ++pass) {
      std::string next = FoldText(NativeKey(part.key, part.script));
      const NameScript now = ScriptOf(next);
      if (now != NameScript::kLatin) part.script = now;
      if (next == part.key) break;
      part.key = std::move(next);
    }
    script = part.script;
  }
  // From the key alone, for a canonical writing says no more.
  const absl::string_view key = part.key;
  if (key.size() > kRomanisedBytesMax) return part;
  switch (script) {
    case NameScript::kCyrillic:
    case NameScript::kGreek:
    case NameScript::kKana: {
      const std::string base = RomanisedBase(key, script);
      if (script == NameScript::kCyrillic) {
        std::string slavic = SlavicKey(base);
        // Щ keeps its script, for Bulgarian romanises it otherwise.
        if (IsSlavic(slavic) && !absl::StrContains(key, "щ")) {
          part.script = NameScript::kLatin;
          part.key = std::move(slavic);
          return part;
        }
      }
      part.latin = CrossKey(NameKey(base), script);
      break;
    }
    case NameScript::kHan: {
      const HanSurname surname = ChineseSurnameOf(key);
      if (surname.length > 0) {
        const std::string first =
            surname.reading.empty()
                ? RomanisedBase(key.substr(0, surname.length), script)
                : std::string(surname.reading);
        part.latin = absl::StrCat(
            NameKey(first), " ",
            NameKey(RomanisedBase(key.substr(surname.length), script)));
      }
      break;
    }
    case NameScript::kHangul: {
      const size_t length = std::min(
          key.size(), HasLongSurname(key) ? 2 * kHangulBytes : kHangulBytes);
      part.latin = absl::StrCat(RomanisedBase(key.substr(0, length), script),
                                " ", RomanisedBase(key.substr(length), script));
      break;
    }
    default:
      part.latin = NativeSkeleton(key, script);
      break;
  }
  return part;
}

std::vector<NamePart> PartsOf(NameTokens tokens, const StepLog& log) {
  bool all_latin = true;
  bool hyphens = false;
  for (const NameToken& token : tokens) {
    all_latin = all_latin && token.script == NameScript::kLatin;
    hyphens = hyphens || token.hyphen_before;
  }
  if (!all_latin) JoinWithoutSpaces(&tokens);
  if (hyphens) JoinSyllables(&tokens);
  std::vector<NamePart> parts = PartBuilder(std::move(tokens)).Build();
  if (log.on() && !all_latin) {
    std::string latin;
    for (const NamePart& part : parts) {
      absl::StrAppend(&latin, latin.empty() ? "" : " ",
                      part.latin.empty() ? part.key : part.latin);
    }
    log.Add("romanised", latin);
  }
  return parts;
}

}  // namespace concordat::readers
