#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "consistency/comparators/comparators.h"
#include "consistency/comparators/person_name_parts.h"
#include "graph/name_letters.h"
#include "graph/readers/nicknames.h"

namespace concordat::comparators {
namespace {

using person_name::InitialFits;
using person_name::LacksParticle;

// The parts of one side that are not matched yet. A part is of few kinds, so
// pointers into the name do.
struct Side {
  absl::InlinedVector<const NamePart*, 8> names;
  absl::InlinedVector<const NamePart*, 4> initials;
  const NamePart* generation = nullptr;
  // Whether this side says more somewhere.
  bool finer = false;
  size_t written_names = 0;
};

Side SideOf(const PersonName& name) {
  Side side;
  for (const NamePart& part : name.parts) {
    switch (part.kind) {
      case NamePartKind::kName:
        side.names.push_back(&part);
        break;
      case NamePartKind::kInitial:
        side.initials.push_back(&part);
        break;
      case NamePartKind::kGeneration:
        side.generation = &part;
        break;
    }
  }
  side.written_names = side.names.size();
  return side;
}

// Removes pairs for which `fits`, each part at most once. A name has few parts
// (readers::kNameTokensMax), so looking at all pairs is cheap. Calls `matched`
// for each pair.
template <typename Parts, typename Others, typename Fits>
bool RemovePairs(Parts* parts, Others* others, Fits fits) {
  bool any = false;
  for (size_t i = 0; i < parts->size();) {
    bool found = false;
    for (size_t j = 0; j < others->size(); ++j) {
      if (!fits(*(*parts)[i], *(*others)[j])) continue;
      others->erase(others->begin() + static_cast<ptrdiff_t>(j));
      parts->erase(parts->begin() + static_cast<ptrdiff_t>(i));
      found = any = true;
      break;
    }
    if (!found) ++i;
  }
  return any;
}

// What a part is held against a part of `script` by.
std::string KeyAgainst(const NamePart& part, NameScript script) {
  if (part.script == script) return part.key;
  if (part.script != NameScript::kLatin) return part.latin;
  return CrossKey(part.key, script);
}

// Two names of which one is Latin: the same name, by the other's romanisation?
bool IsSameInLatin(const NamePart& a, const NamePart& b) {
  if (a.script == b.script) return a.key == b.key;
  if (a.script != NameScript::kLatin && b.script != NameScript::kLatin) {
    return false;
  }
  const NameScript script =
      a.script == NameScript::kLatin ? b.script : a.script;
  const std::string& native =
      a.script == NameScript::kLatin ? b.latin : a.latin;
  const NamePart& latin = a.script == NameScript::kLatin ? a : b;
  if (KeyAgainst(latin, script) == native) return true;
  if (script != NameScript::kCyrillic) return false;
  // Other national systems: Mongolian and Kazakh write j for ж, Bulgarian
  // writes sht for щ.
  const std::string with_zh = absl::StrReplaceAll(latin.key, {{"j", "zh"}});
  return CrossKey(with_zh, script) == native ||
         absl::StrReplaceAll(native, {{"sc", "st"}}) ==
             KeyAgainst(latin, script);
}

bool IsNickname(const NamePart& a, const NamePart& b) {
  return readers::ShareGivenName(a.latin.empty() ? a.key : a.latin,
                                 b.latin.empty() ? b.key : b.latin);
}

// Whether the names left of one side, run together, are the one left of the
// other: "Anne Marie" and "Annemarie". Where words part is not known from a
// writing, so this sameness is found here and not in the normal form.
bool IsRunTogether(const Side& parts, const Side& whole) {
  if (whole.names.size() != 1 || parts.names.size() < 2 ||
      parts.names.size() > 3) {
    return false;
  }
  const NamePart& one = *whole.names[0];
  for (const NamePart* part : parts.names) {
    if (part->script != parts.names[0]->script) return false;
  }
  const NameScript of_parts = parts.names[0]->script;
  if (of_parts == NameScript::kLatin && one.script == NameScript::kLatin) {
    // Keys of runs lose at most the letters that NameKey takes from each.
    size_t size = 0;
    for (const NamePart* part : parts.names) size += part->key.size();
    if (size < one.key.size() || size > one.key.size() + 2) return false;
  }
  if (of_parts != one.script && of_parts != NameScript::kLatin &&
      one.script != NameScript::kLatin) {
    return false;
  }
  const NameScript script =
      one.script == NameScript::kLatin ? of_parts : one.script;
  const std::string wanted = KeyAgainst(one, script);
  const auto is = [&](std::initializer_list<size_t> order) {
    std::string run;
    for (const size_t i : order) run += KeyAgainst(*parts.names[i], script);
    return run == wanted ||
           (script == NameScript::kLatin && NameKey(run) == wanted);
  };
  if (parts.names.size() == 2) return is({0, 1}) || is({1, 0});
  return is({0, 1, 2}) || is({0, 2, 1}) || is({1, 0, 2}) || is({1, 2, 0}) ||
         is({2, 0, 1}) || is({2, 1, 0});
}

// "M. Dupont" may be Monsieur.
bool MayBeTitle(const Side& side, const Side& other) {
  return side.names.empty() && side.written_names == 1 &&
         side.initials.size() == 1 && side.initials[0]->key == "m" &&
         other.initials.empty();
}

// Whether a name in kana is left against a Latin one that is not Japanese:
// kana writes ジョン for John by its sound.
bool MayBeForeign(const Side& kana, const Side& latin) {
  const auto is_kana = [](const NamePart* part) {
    return part->script == NameScript::kKana;
  };
  const auto is_foreign = [](const NamePart* part) {
    return part->script == NameScript::kLatin && !IsRomaji(part->key);
  };
  return std::any_of(kana.names.begin(), kana.names.end(), is_kana) &&
         std::any_of(latin.names.begin(), latin.names.end(), is_foreign);
}

// Whether names in two scripts have the same consonants, so that a romanisation
// that is not known here may explain the difference.
bool MayBeRomanised(const Side& a, const Side& b) {
  if (a.names.size() != b.names.size() || a.names.size() > 2) return false;
  for (const NamePart* part : a.names) {
    bool found = false;
    for (const NamePart* other : b.names) {
      if (part->script == other->script) continue;
      const auto skeleton = [](const NamePart& of) {
        return Skeleton(of.latin.empty() ? of.key : of.latin,
                        NameScript::kThai);
      };
      found = found || skeleton(*part) == skeleton(*other);
    }
    if (!found) return false;
  }
  return !a.names.empty();
}

Comparison Judge(Side a, Side b) {
  if (a.generation != nullptr && b.generation != nullptr) {
    if (a.generation->key != b.generation->key) {
      return {Likeness::kDifferent, "another generational suffix"};
    }
  }
  const bool left_a = !a.names.empty() || !a.initials.empty();
  const bool left_b = !b.names.empty() || !b.initials.empty();
  if (left_a && left_b) {
    if (MayBeTitle(a, b) || MayBeTitle(b, a)) {
      return {Likeness::kUndecided,
              "M. is an initial or Monsieur: set the channel's locale"};
    }
    if (a.initials.empty() && b.initials.empty() && MayBeRomanised(a, b)) {
      return {Likeness::kUndecided,
              "the scripts differ, and the vowels cannot be compared"};
    }
    if (MayBeForeign(a, b) || MayBeForeign(b, a)) {
      return {Likeness::kUndecided,
              "kana may write a foreign name by its sound"};
    }
    return {Likeness::kDifferent, "another name"};
  }
  absl::string_view reason = "initials or a particle for a part of the name";
  if (left_a || left_b) reason = "a part of the name is missing";
  a.finer = a.finer || left_a;
  b.finer = b.finer || left_b;
  if ((a.generation == nullptr) != (b.generation == nullptr)) {
    if (!a.finer && !b.finer) reason = "a generational suffix is missing";
    (a.generation != nullptr ? a : b).finer = true;
  }
  if (a.finer && b.finer) return {Likeness::kOverlapping, reason};
  if (a.finer) return {Likeness::kFiner, reason};
  if (b.finer) return {Likeness::kCoarser, reason};
  return {Likeness::kSame, ""};
}

Comparison CompareParts(const PersonName& name_a, const PersonName& name_b,
                        const Sides& sides) {
  Side a = SideOf(name_a);
  Side b = SideOf(name_b);
  RemovePairs(&a.names, &b.names, [](const NamePart& x, const NamePart& y) {
    return x.script == y.script && x.key == y.key;
  });
  RemovePairs(
      &a.initials, &b.initials,
      [](const NamePart& x, const NamePart& y) { return x.key == y.key; });
  RemovePairs(&a.names, &b.names, IsSameInLatin);
  if (sides.attribute.nicknames) {
    RemovePairs(&a.names, &b.names, IsNickname);
  }
  if (IsRunTogether(a, b) || IsRunTogether(b, a)) {
    a.names.clear();
    b.names.clear();
  }
  if (RemovePairs(&a.names, &b.names, LacksParticle)) b.finer = true;
  if (RemovePairs(&b.names, &a.names, LacksParticle)) a.finer = true;
  if (RemovePairs(&a.initials, &b.names, InitialFits)) b.finer = true;
  if (RemovePairs(&b.initials, &a.names, InitialFits)) a.finer = true;
  RemovePairs(
      &a.initials, &b.initials, [](const NamePart& x, const NamePart& y) {
        return absl::StartsWith(x.key, y.key) || absl::StartsWith(y.key, x.key);
      });
  return Judge(std::move(a), std::move(b));
}

}  // namespace

Comparison Compare(const PersonName& a, const PersonName& b,
                   const Sides& sides) {
  if (a == b) return {Likeness::kSame, ""};
  if (b < a) {
    // One order only, so that the verdict is mirrored by construction.
    Comparison mirrored = Compare(b, a, {sides.attribute, sides.b, sides.a});
    mirrored.likeness = Mirrored(mirrored.likeness);
    return mirrored;
  }
  const NameScript script_a = person_name::LossyScriptOf(a);
  const NameScript script_b = person_name::LossyScriptOf(b);
  if (script_a == script_b) {
    if (script_a == NameScript::kHan || script_a == NameScript::kHangul) {
      return person_name::CompareUnspaced(a, b);
    }
    return CompareParts(a, b, sides);
  }
  return person_name::CompareScripts(a, script_a, b, script_b);
}

}  // namespace concordat::comparators
