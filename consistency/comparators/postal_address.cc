#include <algorithm>
#include <cstddef>
#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "consistency/comparators/comparators.h"
#include "consistency/comparators/postal_address_cut.h"

namespace concordat::comparators {
namespace {

using Kind = AddressPartKind;

// What a comparison has found so far.
struct Balance {
  bool shared = false;  // a component that both have
  bool a_more = false;  // a says something that b does not
  bool b_more = false;
  const char* conflict = nullptr;  // the reason of the first conflict

  void Conflict(const char* reason) {
    if (conflict == nullptr) conflict = reason;
  }
};

bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}

bool IsLatin(absl::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

absl::string_view KeyOf(const PostalAddress& address, Kind kind) {
  const AddressPart* const part = address.Find(kind);
  return part == nullptr ? absl::string_view() : part->key;
}

const char* ConflictOf(Kind kind) {
  switch (kind) {
    case Kind::kHouseNumber:
      return "another house number";
    case Kind::kStreet:
      return "another street";
    case Kind::kStreetType:
      return "another type of street";
    case Kind::kDirection:
      return "another direction of the street";
    case Kind::kUnit:
      return "another unit";
    case Kind::kFloor:
      return "another floor";
    case Kind::kStaircase:
      return "another staircase";
    case Kind::kBuilding:
    case Kind::kStructure:
      return "another building";
    case Kind::kPoBox:
      return "another post-office box";
    case Kind::kPostcode:
      return "another postcode";
    case Kind::kHouseName:
      return "another house name";
    case Kind::kLocality:
      return "another locality";
    case Kind::kRegion:
      return "another region";
    case Kind::kCountry:
      return "another country";
  }
  return "";
}

// Whether `shorter` is the postcode `longer` without its fine part: ZIP for
// ZIP+4, the outward code, the sorting area.
bool IsCoarserPostcode(absl::string_view shorter, absl::string_view longer) {
  // Argentina's "1043", now "C1043AAZ".
  if (shorter.size() == 4 && longer.size() == 8 && !IsDigit(longer[0]) &&
      longer.substr(1, 4) == shorter) {
    return true;
  }
  if (!absl::StartsWith(longer, shorter)) return false;
  const size_t s = shorter.size();
  const size_t l = longer.size();
  if (IsDigit(longer[0])) {
    return (s == 5 && l == 9) || (s == 5 && l == 8) || (s == 4 && l == 7) ||
           (s == 4 && l == 6 && !IsDigit(longer[5]));
  }
  return (l - s == 3 && s >= 2) || (s == 3 && l == 7);
}

// Whether `one` lies in the range of house numbers `range`: 5 in "5-7".
bool IsInRange(absl::string_view one, absl::string_view range) {
  const size_t cut = range.find('-');
  if (cut == absl::string_view::npos || absl::StrContains(one, "-")) {
    return false;
  }
  const absl::string_view last = range.substr(cut + 1);
  return one == range.substr(0, cut) || one == last;
}

// Whether two names of streets may be one with a name cut to its initial:
// "v.hugo" and "victorhugo".
bool IsInitialOf(absl::string_view cut, absl::string_view full) {
  size_t at = 0;
  size_t dots = 0;
  for (size_t i = 0; i < cut.size(); ++i) {
    if (i + 1 < cut.size() && cut[i + 1] == '.') {
      // The initial, then anything up to the rest.
      if (at >= full.size() || full[at] != cut[i]) return false;
      const absl::string_view rest = cut.substr(i + 2);
      if (++dots > 2 || rest.empty()) return false;
      if (absl::StrContains(rest, ".")) {
        ++at;
        ++i;
        const size_t next = full.find(rest[0], at);
        if (next == absl::string_view::npos) return false;
        at = next;
        continue;
      }
      return absl::EndsWith(full.substr(at), rest) && rest.size() > 2;
    }
    if (at >= full.size() || full[at] != cut[i]) return false;
    ++at;
  }
  return false;
}

// Whether `longer` is `shorter` with a word for "street" behind it.
bool AddsGluedType(absl::string_view shorter, absl::string_view longer) {
  if (shorter.size() < 3 || !absl::StartsWith(longer, shorter)) return false;
  const absl::string_view rest = longer.substr(shorter.size());
  for (const char* type : {"strasse", "strat", "platz", "gasse", "allee", "weg",
                           "gatan", "gata", "gade", "plein"}) {
    if (rest == type) return true;
  }
  return false;
}

// Whether the locality `longer` is `shorter` more closely said: with the number
// of a district, or with more words: "frankfurt", "frankfurt am main". Words
// that make another town's name of it do not count.
bool IsCoarserLocality(absl::string_view shorter, absl::string_view longer) {
  if (!absl::StartsWith(longer, shorter) || longer.size() <= shorter.size() ||
      longer[shorter.size()] != ' ') {
    return false;
  }
  const absl::string_view last = longer.substr(longer.rfind(' ') + 1);
  for (const char* other :
       {"beach",  "city",   "citi",  "springs", "park",     "heights", "hills",
        "falls",  "island", "lake",  "vallei",  "iunction", "bai",     "grove",
        "rapids", "oder",   "rock",  "bluffs",  "point",    "port",    "forest",
        "wels",   "ville",  "upper", "lower"}) {
    if (last == other) return false;
  }
  return true;
}

// Whether the locality `longer` is a whole address without commas that ends
// with `shorter`: "the old rectory mill ln ludlow". One or two words more make
// another town's name.
bool IsRunOn(absl::string_view shorter, absl::string_view longer) {
  constexpr int kWordsMore = 3;
  if (!absl::EndsWith(longer, shorter) || longer.size() <= shorter.size() ||
      longer[longer.size() - shorter.size() - 1] != ' ') {
    return false;
  }
  const absl::string_view more =
      longer.substr(0, longer.size() - shorter.size());
  return std::count(more.begin(), more.end(), ' ') >= kWordsMore;
}

// Whether the house's name on one side is a place on the other: which it is
// cannot be told from the writing.
bool IsNamedAsHouse(absl::string_view place, const PostalAddress& address) {
  std::string joined;
  for (const char c : place) {
    if (c != ' ') joined.push_back(c);
  }
  for (const AddressPart& part : address.parts) {
    if (part.kind == Kind::kHouseName &&
        absl::string_view(part.key) == joined) {
      return true;
    }
  }
  return false;
}

using Keys = absl::InlinedVector<absl::string_view, 4>;

Keys KeysOf(const PostalAddress& address, Kind kind) {
  Keys keys;
  for (const AddressPart& part : address.parts) {
    if (part.kind == kind) keys.push_back(part.key);
  }
  return keys;
}

// The words of all localities, in order.
Keys WordsOf(const Keys& localities) {
  Keys words;
  for (absl::string_view key : localities) {
    while (!key.empty()) {
      const size_t space = std::min(key.find(' '), key.size());
      if (space > 0) words.push_back(key.substr(0, space));
      key.remove_prefix(std::min(space + 1, key.size()));
    }
  }
  std::sort(words.begin(), words.end());
  return words;
}

// "f 7 2" and "f 7 3", "quan 1" and "quan 3": sectors of one city. A place
// known to have a number says nothing against the place alone.
bool DifferOnlyInNumber(absl::string_view x, absl::string_view y) {
  if (x.empty() || y.empty() || !IsDigit(x.back()) || !IsDigit(y.back())) {
    return false;
  }
  const size_t end_x = x.find_last_not_of("0123456789");
  const size_t end_y = y.find_last_not_of("0123456789");
  return end_x != absl::string_view::npos && end_y != absl::string_view::npos &&
         x != y && x.substr(0, end_x + 1) == y.substr(0, end_y + 1);
}

// Localities are several on a side, and which of them a writer gives is free:
// one in common makes two sets compatible.
void CompareLocalities(const PostalAddress& a, const PostalAddress& b,
                       Balance* balance) {
  Keys of_a = KeysOf(a, Kind::kLocality);
  Keys of_b = KeysOf(b, Kind::kLocality);
  if (of_a.empty() && of_b.empty()) return;
  if (of_a.empty() || of_b.empty()) {
    (of_a.empty() ? balance->b_more : balance->a_more) = true;
    return;
  }
  // "Station Estate York" without its commas: which words are a place of their
  // own stays open, so that it is not kSame.
  if (of_a.size() != of_b.size() && WordsOf(of_a) == WordsOf(of_b)) {
    balance->shared = balance->a_more = balance->b_more = true;
    return;
  }
  bool common = false;
  bool other_script = false;
  for (absl::string_view& x : of_a) {
    for (absl::string_view& y : of_b) {
      if (x.empty() || y.empty()) continue;
      if (x != y && !IsCoarserLocality(x, y) && !IsCoarserLocality(y, x) &&
          !IsRunOn(x, y) && !IsRunOn(y, x)) {
        other_script = other_script || IsLatin(x) != IsLatin(y);
        continue;
      }
      common = true;
      if (x.size() < y.size()) balance->b_more = true;
      if (y.size() < x.size()) balance->a_more = true;
      x = y = absl::string_view();
    }
  }
  for (const absl::string_view x : of_a) {
    for (const absl::string_view y : of_b) {
      if (DifferOnlyInNumber(x, y)) balance->Conflict("another district");
    }
  }
  const auto left = [](absl::string_view key) { return !key.empty(); };
  const bool a_left = std::any_of(of_a.begin(), of_a.end(), left);
  const bool b_left = std::any_of(of_b.begin(), of_b.end(), left);
  if (!common) {
    for (const absl::string_view key : of_a) {
      common = common || IsNamedAsHouse(key, b);
    }
    for (const absl::string_view key : of_b) {
      common = common || IsNamedAsHouse(key, a);
    }
  }
  if (common) balance->shared = true;
  balance->a_more = balance->a_more || a_left;
  balance->b_more = balance->b_more || b_left;
  if (!common && !other_script) balance->Conflict("another locality");
}

// House names: only where no number tells the houses apart they must agree.
void CompareHouseNames(const PostalAddress& a, const PostalAddress& b,
                       Balance* balance) {
  const Keys of_a = KeysOf(a, Kind::kHouseName);
  const Keys of_b = KeysOf(b, Kind::kHouseName);
  bool common = false;
  size_t matched = 0;
  for (const absl::string_view x : of_a) {
    for (const absl::string_view y : of_b) {
      if (x != y) continue;
      common = true;
      ++matched;
    }
  }
  balance->shared = balance->shared || common;
  if (matched < of_a.size()) balance->a_more = true;
  if (matched < of_b.size()) balance->b_more = true;
  if (common || of_a.empty() || of_b.empty()) return;
  const auto numbered = [](const PostalAddress& address) {
    return address.Find(Kind::kHouseNumber) != nullptr ||
           address.Find(Kind::kPoBox) != nullptr;
  };
  if (!numbered(a) && !numbered(b)) balance->Conflict("another house name");
}

// Whether the two keys of one kind are compatible without being equal; says
// which says more.
bool AreCompatible(Kind kind, absl::string_view a, absl::string_view b,
                   Balance* balance) {
  switch (kind) {
    case Kind::kPostcode:
      if (IsCoarserPostcode(a, b)) return balance->b_more = true;
      if (IsCoarserPostcode(b, a)) return balance->a_more = true;
      return false;
    case Kind::kHouseNumber:
      if (IsInRange(a, b)) return balance->b_more = true;
      if (IsInRange(b, a)) return balance->a_more = true;
      return false;
    case Kind::kStreet:
      if (IsInitialOf(a, b) || AddsGluedType(a, b)) {
        return balance->b_more = true;
      }
      if (IsInitialOf(b, a) || AddsGluedType(b, a)) {
        return balance->a_more = true;
      }
      // Another script that cannot be romanised with certainty says nothing.
      if (IsLatin(a) != IsLatin(b)) {
        return balance->a_more = balance->b_more = true;
      }
      return false;
    case Kind::kRegion:
      return IsLatin(a) != IsLatin(b) &&
             (balance->a_more = balance->b_more = true);
    default:
      return false;
  }
}

// The place at the end of a street that was written without a comma: "rue hugo
// lyon" against "rue hugo", "lyon". Where a type stands before its name nothing
// says where the name ends, so that the two writings have two normal forms;
// held against the other side's places it is likely, and never kSame.
PostalAddress Resplit(const PostalAddress& address,
                      const PostalAddress& other) {
  const absl::string_view street = KeyOf(address, Kind::kStreet);
  const absl::string_view base = KeyOf(other, Kind::kStreet);
  if (base.empty() || street.size() <= base.size() ||
      !absl::StartsWith(street, base)) {
    return address;
  }
  for (const AddressPart& part : other.parts) {
    if (part.kind != Kind::kLocality) continue;
    std::string joined(base);
    for (const char c : part.key) {
      if (c != ' ') joined.push_back(c);
    }
    if (street != joined) continue;
    PostalAddress split;
    for (const AddressPart& mine : address.parts) {
      split.Add(mine.kind, mine.kind == Kind::kStreet ? base : mine.key);
    }
    split.Add(Kind::kLocality, part.key);
    return split;
  }
  return address;
}

// The only part within a house that an address names, or nullptr.
const AddressPart* OnlyInside(const PostalAddress& address) {
  const AddressPart* only = nullptr;
  for (const AddressPart& part : address.parts) {
    if (part.kind < Kind::kUnit || part.kind > Kind::kStructure) continue;
    if (only != nullptr) return nullptr;
    only = &part;
  }
  return only;
}

// "Floor 4" and "Apt 4": one number for two kinds of thing is a mistake, where
// "Floor 4" and "Apt 12" may both be true.
void CompareInside(const PostalAddress& a, const PostalAddress& b,
                   Balance* balance) {
  const AddressPart* const of_a = OnlyInside(a);
  const AddressPart* const of_b = OnlyInside(b);
  if (of_a == nullptr || of_b == nullptr || of_a->kind == of_b->kind ||
      of_a->key != of_b->key) {
    return;
  }
  balance->Conflict("another kind of unit");
}

Balance Weigh(const PostalAddress& a, const PostalAddress& b) {
  Balance balance;
  for (int i = 0; i < kAddressPartKinds; ++i) {
    const auto kind = static_cast<Kind>(i);
    if (kind == Kind::kLocality || kind == Kind::kHouseName) continue;
    const absl::string_view of_a = KeyOf(a, kind);
    const absl::string_view of_b = KeyOf(b, kind);
    if (of_a.empty() && of_b.empty()) continue;
    if (of_a.empty() || of_b.empty()) {
      (of_a.empty() ? balance.b_more : balance.a_more) = true;
      continue;
    }
    const bool alike =
        of_a == of_b || AreCompatible(kind, of_a, of_b, &balance);
    if (!alike) {
      balance.Conflict(ConflictOf(kind));
    } else if (kind != Kind::kStreetType && kind != Kind::kDirection) {
      balance.shared = true;
    }
  }
  CompareInside(a, b, &balance);
  CompareHouseNames(a, b, &balance);
  CompareLocalities(a, b, &balance);
  return balance;
}

Comparison Judged(const Balance& balance) {
  if (balance.conflict != nullptr) {
    return {Likeness::kDifferent, balance.conflict};
  }
  if (!balance.shared) {
    return {Likeness::kUndecided, "no component in common"};
  }
  if (balance.a_more && balance.b_more) {
    return {Likeness::kOverlapping, "each has components that the other lacks"};
  }
  if (balance.a_more) return {Likeness::kFiner, "components are missing"};
  if (balance.b_more) return {Likeness::kCoarser, "components are missing"};
  return {Likeness::kSame, ""};
}

}  // namespace

Comparison Compare(const PostalAddress& a, const PostalAddress& b,
                   const Sides& sides) {
  static_cast<void>(sides);
  if (a == b) return {Likeness::kSame, ""};
  const Comparison judged = Judged(Weigh(a, b));
  if (judged.likeness != Likeness::kDifferent) return judged;
  const PostalAddress split_a = Resplit(a, b);
  const PostalAddress split_b = Resplit(b, a);
  if (!(split_a == a && split_b == b)) {
    const Comparison split = Judged(Weigh(split_a, split_b));
    if (split.likeness != Likeness::kSame) return split;
    return {Likeness::kOverlapping, "where the street's name ends is open"};
  }
  if (address::AreCutDifferently(a, b) &&
      Weigh(address::Uncut(a), address::Uncut(b)).conflict == nullptr) {
    return {Likeness::kOverlapping,
            "the same words, of which the part is open"};
  }
  if (address::AreNamedInTwoLanguages(a, b) &&
      Weigh(address::Unnamed(a), address::Unnamed(b)).conflict == nullptr) {
    return {Likeness::kOverlapping, "the street's name in two languages"};
  }
  return judged;
}

}  // namespace concordat::comparators
