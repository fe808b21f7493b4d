#include "graph/name_letters.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "graph/name_letters_tables.h"

namespace concordat {
namespace {

using name_tables::Rewrite;

bool IsVowel(char c) {
  return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y';
}

bool IsConsonant(char c) { return absl::ascii_islower(c) && !IsVowel(c); }

// For patterns of a few letters, for which a call of memcmp costs more.
bool StartsWithShort(absl::string_view text, absl::string_view pattern) {
  if (text.size() < pattern.size()) return false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (text[i] != pattern[i]) return false;
  }
  return true;
}

bool EndsWithShort(absl::string_view text, absl::string_view pattern) {
  if (text.size() < pattern.size()) return false;
  for (size_t i = pattern.size(), at = text.size(); i > 0;) {
    if (text[--at] != pattern[--i]) return false;
  }
  return true;
}

// Whether the e at `at` of `word` belongs to a name of its own and not to the
// writing of an umlaut: Michael, Samuel, Noelle, Kaelyn, Paez.
bool IsOwnVowel(absl::string_view word, size_t at) {
  const absl::string_view rest = word.substr(at + 1);
  const char before = word[at - 1];
  if (rest.empty() || !IsConsonant(rest[0])) return true;
  if (before == 'u' && at >= 2 &&
      (word[at - 2] == 'q' || word[at - 2] == 'x' || word[at - 2] == 'y')) {
    return true;
  }
  if (rest == "z" || rest == "nz") return before == 'a';
  if (rest[0] != 'l') return false;
  return rest.size() == 1 || rest[1] == 's' || IsVowel(rest[1]) ||
         rest == "lle" || rest == "lla" || rest == "llo";
}

// Whether the aa at `at` is a Nordic å and not a long a (Daan) or two (Aaron).
bool IsNordicA(absl::string_view word, size_t at) {
  const absl::string_view here = word.substr(at);
  if (at == 0) {
    static constexpr absl::string_view kNot[] = {
        "aaron", "aali", "aami", "aara", "aadi", "aafi", "aalt", "aart"};
    for (const absl::string_view other : kNot) {
      if (absl::StartsWith(word, other)) return false;
    }
    return word.size() > 3;
  }
  if (here == "aas") return word.size() >= 6;
  static constexpr absl::string_view kAround[] = {
      "gaard", "haak", "haal", "haav", "kaare", "paal",  "staal",
      "baard", "maal", "graa", "blaa", "braat", "taarn", "maans",
      "raaen", "vaag", "skaa", "naav", "laas",  "saag",  "aaga"};
  for (const absl::string_view around : kAround) {
    const size_t found = word.find(around);
    if (found != absl::string_view::npos && found <= at &&
        at < found + around.size()) {
      return true;
    }
  }
  return false;
}

// Whether the dj at `at` is how đ is written: Djordje, Andjelic, not Nadja.
bool IsDj(absl::string_view word, size_t at) {
  return at == 0 || word[at - 1] == 'r' || word[at - 1] == 'n' ||
         absl::EndsWith(word, "ic");
}

// One pass over the standard writings of letters with diacritics.
bool CollapseOnce(std::string* word) {
  const absl::string_view in = *word;
  bool changed = false;
  std::string collapsed;
  for (size_t at = 0; at < in.size(); ++at) {
    const char c = in[at];
    const char before = at > 0 ? in[at - 1] : 0;
    bool drop = false;
    if (c == 'e' && (before == 'a' || before == 'o' || before == 'u')) {
      drop = !IsOwnVowel(in, at);
    } else if (c == 'a' && before == 'a') {
      drop = IsNordicA(in, at - 1);
    } else if (c == 'j' && before == 'd') {
      drop = IsDj(in, at - 1);
    }
    if (drop && !changed) {
      collapsed.assign(in.data(), at);
      changed = true;
    } else if (changed && !drop) {
      collapsed.push_back(c);
    }
  }
  if (changed) *word = std::move(collapsed);
  return changed;
}

// Each pass shortens the word; more than a few are needed by no name.
constexpr int kPassesMax = 8;

// Rules by their first letter, so that most letters look at none.
class Rewriter {
 public:
  explicit Rewriter(absl::Span<const Rewrite> rules) {
    for (const Rewrite& rule : rules) {
      by_letter_[static_cast<size_t>(rule.from[0] - 'a')].push_back(rule);
    }
  }

  std::string Run(absl::string_view base) const {
    std::string word(base);
    std::string next;
    for (int pass = 0; pass < kPassesMax && RunOnce(word, &next); ++pass) {
      word.swap(next);
    }
    return word;
  }

 private:
  // Applies the first rule that matches at each place, from left to right.
  // False, and *out undefined, where none does.
  bool RunOnce(absl::string_view in, std::string* out) const {
    bool changed = false;
    for (size_t at = 0; at < in.size();) {
      const Rewrite* const rule = RuleAt(in, at);
      if (rule != nullptr) {
        // A rule that changes nothing keeps the later ones away.
        if (!changed && rule->to != rule->from) {
          out->assign(in.data(), at);
          changed = true;
        }
        if (changed) out->append(rule->to.data(), rule->to.size());
        at += rule->from.size();
      } else {
        if (changed) out->push_back(in[at]);
        ++at;
      }
    }
    return changed;
  }

  const Rewrite* RuleAt(absl::string_view in, size_t at) const {
    if (!absl::ascii_islower(static_cast<unsigned char>(in[at]))) {
      return nullptr;
    }
    const absl::string_view rest = in.substr(at);
    for (const Rewrite& rule : by_letter_[static_cast<size_t>(in[at] - 'a')]) {
      if (StartsWithShort(rest, rule.from) &&
          (!rule.at_end || rest.size() == rule.from.size()) &&
          (!rule.at_start || at == 0)) {
        return &rule;
      }
    }
    return nullptr;
  }

  std::vector<Rewrite> by_letter_[26];
};

}  // namespace

std::string SlavicKey(absl::string_view base) {
  static const auto* const kRewriter =
      new Rewriter(name_tables::SlavicRewrites());
  const absl::string_view known = name_tables::UsualSlavicWriting(base);
  return kRewriter->Run(known.empty() ? base : known);
}

bool IsSlavic(absl::string_view slavic_key) {
  static const auto* const kNames = [] {
    auto* const set = new absl::flat_hash_set<std::string>;
    for (const absl::string_view name :
         absl::StrSplit(name_tables::kSlavicGivenNames, ' ')) {
      set->insert(SlavicKey(name));
    }
    return set;
  }();
  if (slavic_key.size() >= 5) {
    static constexpr absl::string_view kEndings[] = {
        "ov",    "ova", "ev",   "eva",   "ski",   "skaia", "cki",
        "ckaia", "vic", "vna",  "cuk",   "enko",  "skoi",  "kin",
        "kina",  "cin", "cina", "svili", "iants", "ishin"};
    for (const absl::string_view ending : kEndings) {
      if (EndsWithShort(slavic_key, ending)) return true;
    }
  }
  return kNames->contains(slavic_key);
}

std::string NameKey(absl::string_view base) {
  // Pinyin without its diaeresis: lü is lyu in passports (GB/T 28039) and lv
  // on keyboards.
  if (base.size() == 2 || base.size() == 3) {
    if (base == "lyu" || base == "lv") return "lu";
    if (base == "nyu" || base == "nv") return "nu";
  }
  std::string slavic = SlavicKey(base);
  if (IsSlavic(slavic)) return slavic;
  std::string key(base);
  // What is longer is no word, and looking around each of its letters would
  // cost quadratic time.
  constexpr size_t kWordMax = 128;
  for (int pass = 0; pass < kPassesMax && key.size() <= kWordMax; ++pass) {
    if (!CollapseOnce(&key)) break;
  }
  // Losing an umlaut's e may leave what a Slavic name looks like.
  slavic = SlavicKey(key);
  return key.size() != base.size() && IsSlavic(slavic) ? slavic : key;
}

std::string GreekKey(absl::string_view base) {
  static const auto* const kRewriter =
      new Rewriter(name_tables::GreekRewrites());
  return kRewriter->Run(base);
}

std::string JapaneseKey(absl::string_view base) {
  static const auto* const kRewriter =
      new Rewriter(name_tables::JapaneseRewrites());
  return kRewriter->Run(base);
}

std::string KoreanKey(absl::string_view base) {
  static const auto* const kRewriter =
      new Rewriter(name_tables::KoreanRewrites());
  return kRewriter->Run(base);
}

std::string CrossKey(absl::string_view latin_key, NameScript script) {
  switch (script) {
    case NameScript::kLatin:
    case NameScript::kHan:
      return std::string(latin_key);
    case NameScript::kCyrillic:
      return SlavicKey(latin_key);
    case NameScript::kGreek:
      return GreekKey(latin_key);
    case NameScript::kKana:
      return JapaneseKey(latin_key);
    case NameScript::kHangul:
      return KoreanKey(latin_key);
    case NameScript::kArabic:
    case NameScript::kHebrew:
    case NameScript::kThai:
    case NameScript::kOther:
      break;
  }
  return Skeleton(latin_key, script);
}

bool IsRomaji(absl::string_view base) {
  static constexpr absl::string_view kOnsets[] = {
      "ssh", "tch", "tts", "kky", "ppy", "sh", "ch", "ts", "ky", "gy",
      "ny",  "hy",  "by",  "py",  "my",  "ry", "sy", "ty", "zy", "jy",
      "kk",  "ss",  "tt",  "pp",  "k",   "s",  "t",  "n",  "h",  "m",
      "y",   "r",   "w",   "g",   "z",   "d",  "b",  "p",  "j",  "f"};
  size_t at = 0;
  while (at < base.size()) {
    const absl::string_view rest = base.substr(at);
    if (rest[0] != 'y' && IsVowel(rest[0])) {
      ++at;
      continue;
    }
    size_t length = 0;
    for (const absl::string_view onset : kOnsets) {
      const size_t size = onset.size();
      if (absl::StartsWith(rest, onset) && rest.size() > size &&
          rest[size] != 'y' && IsVowel(rest[size])) {
        length = size + 1;
        break;
      }
    }
    // The syllable n, and the h of a long o.
    if (length == 0 && rest[0] == 'n') length = 1;
    if (length == 0 && rest[0] == 'm' && rest.size() > 1 &&
        (rest[1] == 'b' || rest[1] == 'p' || rest[1] == 'm')) {
      length = 1;
    }
    if (length == 0 && rest[0] == 'h' && at > 0 && base[at - 1] == 'o') {
      length = 1;
    }
    if (length == 0) return false;
    at += length;
  }
  return true;
}

}  // namespace concordat
