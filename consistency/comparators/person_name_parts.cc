#include "consistency/comparators/person_name_parts.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "graph/name_letters.h"
#include "graph/readers/person_name_words.h"

namespace concordat::comparators::person_name {
namespace {

constexpr Comparison kUnwritten = {
    Likeness::kUndecided,
    "the characters do not say how the name is romanised"};

// Particles that nothing else begins with.
constexpr absl::string_view kLongParticles[] = {
    "vander", "vanden", "vande", "vandem", "vonder", "vonden", "van",   "von",
    "vom",    "zur",    "zum",   "dela",   "delas",  "delos",  "della", "dello",
    "degli",  "dalla",  "dos",   "das",    "vant",   "vanhet"};
// Particles that also begin given names.
constexpr absl::string_view kShortParticles[] = {
    "de", "di", "da", "do",  "du",  "del",  "des", "la",  "le",
    "al", "el", "ul", "bin", "ibn", "bint", "ben", "ter", "ten",
    "te", "af", "av", "zu",  "dal", "der",  "den", "t",   "d"};

// Names that are no surname with a particle: Fred and Alfred are two.
constexpr absl::string_view kWholeNames[] = {
    "alfred",    "alfredo",  "albert",   "alberta", "alberto", "alice",
    "elisabeth", "elisa",    "elvira",   "diana",   "dianne",  "diane",
    "deanna",    "deanne",   "deana",    "leanne",  "leanna",  "leanna",
    "damian",    "danita",   "davina",   "larissa", "laurent", "benita",
    "benito",    "benedict", "dario",    "daria",   "delaine", "lamar",
    "elena",     "eliana",   "denis",    "denise",  "duane",   "delia",
    "dante",     "tess",     "teresa",   "terence", "david",   "debora",
    "alina",     "alana",    "alisa",    "eloise",  "alison",  "dora",
    "dorothea",  "domenica", "domenico", "elmira",  "almira",  "elina",
    "tina",      "delena",   "delisa",   "dolores", "elaine",  "dina",
    "dana",      "lana",     "deana",    "lelia",   "dalia"};

template <size_t kSize>
bool IsOneOf(absl::string_view word, const absl::string_view (&words)[kSize]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

std::vector<const NamePart*> PartsOfKind(const PersonName& name,
                                         NamePartKind kind) {
  std::vector<const NamePart*> parts;
  for (const NamePart& part : name.parts) {
    if (part.kind == kind) parts.push_back(&part);
  }
  return parts;
}

Comparison Partial(bool a_finer) {
  return {a_finer ? Likeness::kFiner : Likeness::kCoarser,
          "a part of the name is missing"};
}

// A name of Han or Hangul: "surname given".
struct Unspaced {
  std::string surname;
  std::string given;
};

bool IsSurname(const Unspaced& name, absl::string_view latin,
               NameScript script) {
  if (script == NameScript::kHan) return latin == name.surname;
  if (CrossKey(latin, script) == CrossKey(name.surname, script)) return true;
  // Usual spellings of surnames that no system explains.
  static constexpr std::pair<absl::string_view, absl::string_view> kUsual[] = {
      {"i", "lee"},     {"i", "yi"},       {"i", "rhee"},
      {"i", "li"},      {"i", "ri"},       {"bak", "park"},
      {"choe", "choi"}, {"choe", "choy"},  {"im", "lim"},
      {"im", "rim"},    {"im", "yim"},     {"no", "roh"},
      {"no", "noh"},    {"ryu", "yoo"},    {"ryu", "yu"},
      {"yu", "ryu"},    {"u", "woo"},      {"heo", "hur"},
      {"heo", "huh"},   {"heo", "her"},    {"seo", "suh"},
      {"seo", "seo"},   {"gu", "koo"},     {"ju", "chu"},
      {"baek", "paik"}, {"baek", "back"},  {"son", "sohn"},
      {"o", "oh"},      {"an", "ahn"},     {"jo", "cho"},
      {"sin", "shin"},  {"sim", "shim"},   {"yeo", "yuh"},
      {"eom", "um"},    {"eom", "uhm"},    {"na", "ra"},
      {"mun", "moon"},  {"yun", "yoon"},   {"jeong", "chung"},
      {"ma", "mah"},    {"yang", "ryang"}, {"ryang", "yang"},
      {"jeon", "chun"}, {"jeon", "jun"},   {"ro", "noh"},
      {"gwak", "kwak"}, {"won", "weon"}};
  return std::find(std::begin(kUsual), std::end(kUsual),
                   std::make_pair(absl::string_view(name.surname), latin)) !=
         std::end(kUsual);
}

// Whether `latin` is a name of Chinese or Korean syllables.
bool IsSyllables(absl::string_view latin) {
  if (latin.size() > 18) return false;
  // At most three syllables of at most six letters.
  std::vector<bool> reached(latin.size() + 1, false);
  reached[0] = true;
  for (size_t from = 0; from < latin.size(); ++from) {
    if (!reached[from]) continue;
    for (size_t size = 1; size <= 6 && from + size <= latin.size(); ++size) {
      if (readers::IsEastAsianSyllable(latin.substr(from, size))) {
        reached[from + size] = true;
      }
    }
  }
  return reached[latin.size()];
}

// `parts` in either order, run together.
bool IsGiven(const std::vector<const NamePart*>& parts,
             const std::string& given, NameScript script) {
  std::string forward;
  std::string backward;
  for (const NamePart* part : parts) {
    forward += part->key;
    backward.insert(0, part->key);
  }
  const auto is = [&](const std::string& latin) {
    return CrossKey(latin, script) == CrossKey(given, script) ||
           NameKey(latin) == given;
  };
  return is(forward) || is(backward);
}

// Whether the given name is there in pinyin, beside a surname that only pinyin
// writes so and that is another one. Spellings that Wade-Giles, Cantonese or
// Hokkien share with the pinyin of another character are left out.
bool HasOtherSurname(std::vector<const NamePart*> names, const Unspaced& name) {
  static constexpr absl::string_view kPinyin[] = {
      "wang",  "zhang", "zhao", "zhou",  "guo", "xie",  "zheng", "zeng",
      "zhong", "xiao",  "dong", "jiang", "cai", "qiu",  "qin",   "xue",
      "qian",  "xiong", "zou",  "jia",   "xia", "zhu",  "song",  "feng",
      "liu",   "huang", "luo",  "cao",   "du",  "deng", "shen",  "cui"};
  if (name.given.empty()) return false;
  for (size_t i = 0; i < names.size(); ++i) {
    const NamePart* const candidate = names[i];
    if (candidate->key == name.surname || !IsOneOf(candidate->key, kPinyin)) {
      continue;
    }
    std::vector<const NamePart*> rest = names;
    rest.erase(rest.begin() + static_cast<ptrdiff_t>(i));
    if (!rest.empty() && IsGiven(rest, name.given, NameScript::kHan)) {
      return true;
    }
  }
  return false;
}

// A name in Han or Hangul against one in Latin letters.
Comparison CompareWithLatin(const NamePart& part, const PersonName& latin) {
  const NameScript script = part.script;
  const std::vector<absl::string_view> words = absl::StrSplit(part.latin, ' ');
  if (words.size() != 2) return kUnwritten;
  const Unspaced name{std::string(words[0]), std::string(words[1])};
  std::vector<const NamePart*> names = PartsOfKind(latin, NamePartKind::kName);
  const auto initials = PartsOfKind(latin, NamePartKind::kInitial);
  const auto surname =
      std::find_if(names.begin(), names.end(), [&](const NamePart* candidate) {
        return IsSurname(name, candidate->key, script);
      });
  if (surname == names.end()) {
    if (initials.empty() && IsGiven(names, name.given, script)) {
      return Partial(true);
    }
    if (script == NameScript::kHan && initials.empty() &&
        HasOtherSurname(names, name)) {
      return {Likeness::kDifferent, "another surname"};
    }
    return kUnwritten;
  }
  names.erase(surname);
  if (names.empty()) {
    if (name.given.empty()) {
      return initials.empty() ? Comparison{Likeness::kSame, ""}
                              : Partial(false);
    }
    const bool fits = initials.empty() ||
                      initials[0]->key.substr(0, 1) == name.given.substr(0, 1);
    if (fits || initials.size() > 1) return Partial(true);
    return kUnwritten;
  }
  if (name.given.empty()) return Partial(false);
  if (IsGiven(names, name.given, script)) return {Likeness::kSame, ""};
  // The same surname with another given name, where that is romanised alike.
  std::string given;
  for (const NamePart* other : names) {
    if (!IsSyllables(other->key)) return kUnwritten;
    given += other->key;
  }
  if (script == NameScript::kHangul &&
      Skeleton(CrossKey(given, script), NameScript::kThai) ==
          Skeleton(CrossKey(name.given, script), NameScript::kThai)) {
    return kUnwritten;
  }
  return {Likeness::kDifferent, "another given name"};
}

// What is longer is no name, and the look at each prefix is quadratic.
constexpr size_t kAlignedBytesMax = 64;

// Whether the Latin letters have a vowel where the Arabic word writes a long
// one: Mahmud has its u, Muhammad has none there. The skeletons are equal.
bool HasLongVowels(absl::string_view native, absl::string_view latin) {
  if (native.size() > kAlignedBytesMax || latin.size() > kAlignedBytesMax) {
    return true;
  }
  constexpr absl::string_view kWaw = "\xd9\x88";
  constexpr absl::string_view kYeh = "\xd9\x8a";
  constexpr absl::string_view kAlef = "\xd8\xa7";
  constexpr size_t kBytes = 2;
  for (size_t at = kBytes; at + kBytes < native.size(); at += kBytes) {
    const absl::string_view letter = native.substr(at, kBytes);
    if (letter != kWaw && letter != kYeh) continue;
    // Persian does not speak the waw before an alef: Khajeh.
    if (native.substr(at + kBytes, kBytes) == kAlef) continue;
    const size_t before =
        NativeSkeleton(native.substr(0, at), NameScript::kArabic).size();
    const absl::string_view vowels = letter == kWaw ? "ouwv" : "iyej";
    bool found = false;
    for (size_t to = 1; to <= latin.size(); ++to) {
      const size_t reached =
          Skeleton(latin.substr(0, to), NameScript::kArabic).size();
      // The h at the end of a prefix counts one letter late.
      const bool here = reached == before || reached + 1 == before;
      found = found || (here && absl::StrContains(vowels, latin[to - 1]));
    }
    if (!found) return false;
  }
  return true;
}

// Whether a Hebrew word has the consonants of `latin`, where vav and het may
// be written or not: David, Levi, Chaim and Haim.
bool FitsHebrew(absl::string_view native, absl::string_view latin) {
  if (native.size() > kAlignedBytesMax || latin.size() > kAlignedBytesMax) {
    return false;
  }
  const std::string wanted = Skeleton(latin, NameScript::kHebrew);
  // Which beginnings of `wanted` the letters so far can stand for.
  std::vector<bool> reached(wanted.size() + 1, false);
  reached[0] = true;
  constexpr size_t kBytes = 2;
  for (size_t at = 0; at < native.size(); at += kBytes) {
    const absl::string_view letter = native.substr(at, kBytes);
    const bool vav = letter == "\xd7\x95";
    const bool het = letter == "\xd7\x97";
    const std::string own = NativeSkeleton(letter, NameScript::kHebrew);
    const char made = vav ? 'b' : het ? 'k' : own.empty() ? 0 : own[0];
    if (made == 0) continue;
    std::vector<bool> next(wanted.size() + 1, false);
    for (size_t i = 0; i <= wanted.size(); ++i) {
      if (!reached[i]) continue;
      if (vav || het || (i > 0 && wanted[i - 1] == made)) next[i] = true;
      if (i < wanted.size() && wanted[i] == made) next[i + 1] = true;
    }
    reached = std::move(next);
  }
  // Written vowels have to be there in Latin letters as well.
  const bool yod =
      native.substr(kBytes).find("\xd7\x99") != absl::string_view::npos;
  const bool vav =
      native.substr(kBytes).find("\xd7\x95") != absl::string_view::npos;
  if (yod && latin.find_first_of("iyejc") == absl::string_view::npos) {
    return false;
  }
  if (vav && latin.find_first_of("ouwvb") == absl::string_view::npos) {
    return false;
  }
  return reached[wanted.size()] && !wanted.empty();
}

// How a part of a native name relates to one in Latin letters.
enum class Fit : uint8_t { kNo, kYes, kOtherVowels };

Fit FitOf(const NamePart& native, const NamePart& latin, NameScript script) {
  if (native.script == NameScript::kLatin) {
    return native.key == latin.key ? Fit::kYes : Fit::kNo;
  }
  if (script == NameScript::kHebrew && FitsHebrew(native.key, latin.key)) {
    return Fit::kYes;
  }
  if (native.latin != Skeleton(latin.key, script)) return Fit::kNo;
  const bool vowels =
      script != NameScript::kArabic || HasLongVowels(native.key, latin.key);
  return vowels ? Fit::kYes : Fit::kOtherVowels;
}

// Georgian and Armenian write all their vowels, so that what shares neither
// its first nor its last consonant is no other romanisation.
bool WritesVowels(absl::string_view key) {
  if (key.size() < 2) return false;
  const auto first = static_cast<unsigned char>(key[0]);
  const auto second = static_cast<unsigned char>(key[1]);
  return first == 0xD4 || first == 0xD5 || (first == 0xD6 && second < 0x90) ||
         (first == 0xE1 && (second == 0x82 || second == 0x83));
}

bool ClearlyDiffer(const NamePart& native, const NamePart& latin) {
  if (!WritesVowels(native.key)) return false;
  const auto classes = [](absl::string_view base) {
    return absl::StrReplaceAll(Skeleton(base, NameScript::kThai), {{"g", "k"},
                                                                   {"q", "k"},
                                                                   {"x", "k"},
                                                                   {"b", "p"},
                                                                   {"f", "p"},
                                                                   {"v", "p"},
                                                                   {"d", "t"},
                                                                   {"z", "s"},
                                                                   {"c", "s"}});
  };
  const std::string a = classes(RomanisedBase(native.key, native.script));
  const std::string b = classes(latin.key);
  return !a.empty() && !b.empty() && a.front() != b.front() &&
         a.back() != b.back();
}

// Names in a script without vowels, or with many romanisations: the consonants
// are compared; where they differ, another romanisation may explain it.
Comparison CompareSkeletons(const PersonName& native, const PersonName& latin,
                            NameScript script) {
  std::vector<const NamePart*> left = PartsOfKind(native, NamePartKind::kName);
  std::vector<const NamePart*> right = PartsOfKind(latin, NamePartKind::kName);
  if (left.size() != native.parts.size() ||
      right.size() != latin.parts.size() || left.size() != right.size()) {
    return kUnwritten;
  }
  size_t letters = 0;
  for (const NamePart* part : left) {
    letters += part->latin.empty() ? part->key.size() : part->latin.size();
  }
  bool other_vowels = false;
  std::vector<const NamePart*> open;
  for (const NamePart* part : left) {
    auto found = right.end();
    bool vowels = false;
    for (auto at = right.begin(); at != right.end(); ++at) {
      const Fit fit = FitOf(*part, **at, script);
      if (fit == Fit::kYes) found = at;
      vowels = vowels || fit == Fit::kOtherVowels;
    }
    if (found != right.end()) {
      right.erase(found);
      continue;
    }
    open.push_back(part);
    other_vowels = other_vowels || vowels;
  }
  // A name without consonants says too little.
  if (open.empty()) {
    return letters >= 2 ? Comparison{Likeness::kSame, ""} : kUnwritten;
  }
  if (open.size() != 1 || right.size() != 1) return kUnwritten;
  if (other_vowels || ClearlyDiffer(*open[0], *right[0])) {
    return {Likeness::kDifferent, "another name"};
  }
  return kUnwritten;
}

}  // namespace

bool InitialFits(const NamePart& initial, const NamePart& name) {
  const absl::string_view letter = initial.key;
  if (name.script == NameScript::kLatin && absl::StartsWith(name.key, letter)) {
    return true;
  }
  if (name.script != NameScript::kLatin) {
    // As the first letter is read by itself: Γ of Γεώργιος is g, though the
    // name may begin with Y in Latin letters.
    size_t size = 1;
    while (size < name.key.size() &&
           (static_cast<unsigned char>(name.key[size]) & 0xC0) == 0x80) {
      ++size;
    }
    const std::string first =
        RomanisedBase(absl::string_view(name.key).substr(0, size), name.script);
    if (!first.empty() &&
        (absl::StartsWith(first, letter) || absl::StartsWith(letter, first))) {
      return true;
    }
  }
  const absl::string_view key =
      name.script == NameScript::kLatin ? name.key : name.latin;
  if (key.empty() || letter.empty()) return false;
  if (absl::StartsWith(key, CrossKey(letter, name.script))) return true;
  if (name.script == NameScript::kLatin && !IsSlavic(name.key)) {
    // What the key of a Latin name has lost: Ä. as Ae., Å. as Aa.
    return letter.size() == 2 && letter[0] == key[0] &&
           (letter == "ae" || letter == "oe" || letter == "ue" ||
            letter == "aa");
  }
  if (absl::StartsWith(key, SlavicKey(letter))) return true;
  // By which Latin letters the sound may be written first.
  static constexpr std::pair<char, absl::string_view> kFirst[] = {
      {'i', "yjiu"}, {'e', "yjie"}, {'h', "kghxc"}, {'c', "ctszk"},
      {'z', "zjg"},  {'s', "sc"},   {'v', "vw"},    {'k', "kxc"},
      {'f', "fpt"},  {'u', "uo"},   {'x', "xk"},    {'d', "dt"}};
  for (const auto& [first, letters] : kFirst) {
    if (key[0] == first && absl::StrContains(letters, letter[0])) return true;
  }
  return false;
}

bool LacksParticle(const NamePart& shorter, const NamePart& longer) {
  if (shorter.script != NameScript::kLatin ||
      longer.script != NameScript::kLatin) {
    return false;
  }
  const absl::string_view whole = longer.key;
  const absl::string_view base = shorter.key;
  if (base.size() < 3 || whole.size() <= base.size() ||
      !absl::EndsWith(whole, base)) {
    return false;
  }
  const absl::string_view particle =
      whole.substr(0, whole.size() - base.size());
  if (IsOneOf(particle, kLongParticles)) return true;
  return IsOneOf(particle, kShortParticles) && !IsOneOf(whole, kWholeNames);
}

NameScript LossyScriptOf(const PersonName& name) {
  for (const NamePart& part : name.parts) {
    switch (part.script) {
      case NameScript::kLatin:
      case NameScript::kCyrillic:
      case NameScript::kGreek:
      case NameScript::kKana:
        break;
      default:
        return part.script;
    }
  }
  return NameScript::kLatin;
}

Comparison CompareUnspaced(const PersonName& a, const PersonName& b) {
  if (a.parts.size() != 1 || b.parts.size() != 1) {
    return {Likeness::kUndecided, "a name in more than one script"};
  }
  const NamePart& part_a = a.parts[0];
  const NamePart& part_b = b.parts[0];
  const bool a_longer = part_a.key.size() > part_b.key.size();
  const absl::string_view whole = a_longer ? part_a.key : part_b.key;
  const absl::string_view base = a_longer ? part_b.key : part_a.key;
  constexpr size_t kBytes = 3;
  if (base.size() == whole.size()) {
    return {Likeness::kDifferent, "another name"};
  }
  bool is_surname = false;
  if (absl::StartsWith(whole, base)) {
    // One character, or as many as a Japanese or a compound surname has. 王小
    // is a full name, not the beginning of 王小明.
    const auto chinese = readers::ChineseSurnameOf(base);
    is_surname = base.size() == kBytes || chinese.length == base.size() ||
                 (chinese.length == 0 && part_a.script == NameScript::kHan) ||
                 (whole.size() >= 4 * kBytes && base.size() == 2 * kBytes);
  }
  const bool is_given = absl::EndsWith(whole, base) &&
                        base.size() >= 2 * kBytes &&
                        whole.size() - base.size() <= 2 * kBytes;
  if (is_surname || is_given) return Partial(a_longer);
  return {Likeness::kDifferent, "another name"};
}

Comparison CompareScripts(const PersonName& a, NameScript script_a,
                          const PersonName& b, NameScript script_b) {
  const bool a_lossy = script_a != NameScript::kLatin;
  if (a_lossy && script_b != NameScript::kLatin) return kUnwritten;
  const PersonName& native = a_lossy ? a : b;
  const PersonName& latin = a_lossy ? b : a;
  const NameScript script = a_lossy ? script_a : script_b;
  for (const NamePart& part : latin.parts) {
    if (part.script != NameScript::kLatin) return kUnwritten;
  }
  Comparison comparison = kUnwritten;
  if (script == NameScript::kHan || script == NameScript::kHangul) {
    if (native.parts.size() == 1) {
      comparison = CompareWithLatin(native.parts[0], latin);
    }
  } else {
    comparison = CompareSkeletons(native, latin, script);
  }
  if (!a_lossy) comparison.likeness = Mirrored(comparison.likeness);
  return comparison;
}

}  // namespace concordat::comparators::person_name
