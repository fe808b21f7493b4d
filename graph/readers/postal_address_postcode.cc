// The postcode: found by its shape and by where it stands.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "graph/readers/postal_address.h"

namespace concordat::readers::address {
namespace {

using Tokens = std::vector<Token>;

// Whether `text` has the shape of `pattern`: 'a' a letter, '9' a digit, '*'
// either.
bool Fits(absl::string_view text, absl::string_view pattern) {
  if (text.size() != pattern.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (pattern[i] == 'a'   ? !absl::ascii_isalpha(c)
        : pattern[i] == '9' ? !absl::ascii_isdigit(c)
                            : !absl::ascii_isalnum(c)) {
      return false;
    }
  }
  return true;
}

bool FitsAny(absl::string_view text,
             std::initializer_list<absl::string_view> patterns) {
  return std::any_of(
      patterns.begin(), patterns.end(),
      [&](absl::string_view pattern) { return Fits(text, pattern); });
}

struct Shapes {
  absl::string_view countries;
  // Sizes of digit groups: "5", "5-4".
  absl::string_view shapes;
};

constexpr Shapes kShapes[] = {
    {"us pr", "5 5-4 9"},
    {"pt", "4-3 7 4"},
    {"br", "5-3 8 2-3"},
    {"jp", "3-4 7"},
    {"pl", "2-3 5"},
    {"cz sk se gr", "3-2 5"},
    {"in", "3-3 6"},
    {"ru cn sg ro kz by kg co ec vn", "6"},
    {"ar at ch be dk no hu au nz bg si lu cy za li ph ge lv", "4"},
    {"il", "7 5"},
    {"gb ca ie mt", ""},
    {"is fo", "3"},
    {"nl", "4"},
};
constexpr absl::string_view kFiveDigits = "5";
constexpr absl::string_view kUnknownShapes = "5 5-4 6 2-3 4-3 5-3 4";

absl::string_view ShapesOf(const Manner& manner) {
  if (manner.country.empty()) return kUnknownShapes;
  for (const Shapes& row : kShapes) {
    if (absl::StrContains(row.countries, manner.country)) return row.shapes;
  }
  return kFiveDigits;
}

struct Candidate {
  size_t begin = 0;
  size_t end = 0;
  int score = 0;
  std::string key;
};

// Postcodes of letters and digits cannot be mistaken for anything else.
size_t EndOfLetteredPostcode(const Draft& draft, size_t at) {
  const Tokens& tokens = draft.words.tokens;
  const Manner& manner = draft.manner;
  const absl::string_view text = tokens[at].text;
  const absl::string_view next =
      IsBreak(tokens, at + 1) ? "" : tokens[at + 1].text;
  const bool anywhere = manner.country.empty();
  if (FitsAny(text, {"a99aa", "a999aa", "aa99aa", "aa999aa", "a9a9aa",
                     "aa9a9aa", "a9a9a9"})) {
    return at + 1;
  }
  if (manner.In("ar") && FitsAny(text, {"a9999aaa", "a9999"})) return at + 1;
  if (manner.In("mt")) {
    if (Fits(text, "aaa9999")) return at + 1;
    if (Fits(text, "aaa") && Fits(next, "9999")) return at + 2;
  }
  const bool british =
      FitsAny(text, {"a9", "a99", "aa9", "aa99", "a9a", "aa9a"});
  if (british && Fits(next, "9aa")) return at + 2;
  if (Fits(text, "a9a") && Fits(next, "9a9")) return at + 2;
  if (anywhere || manner.In("ie")) {
    if (FitsAny(text, {"a99****", "a9a****"}) && !tokens[at].letters) {
      return at + 1;
    }
    if (FitsAny(text, {"a99", "a9a"}) && Fits(next, "****")) return at + 2;
  }
  if (anywhere || manner.In("nl")) {
    if (Fits(text, "9999aa")) return at + 1;
    if (Fits(text, "9999") && Fits(next, "aa") &&
        tokens[at + 1].before == Gap::kSpace &&
        (manner.In("nl") || tokens[at + 1].roles == 0)) {
      return at + 2;
    }
  }
  // The outward part alone, at the end.
  const bool last = IsBreak(tokens, at + 1) || tokens[at + 1].used;
  if (last &&
      (at == 0 || (tokens[at - 1].letters && tokens[at - 1].unit == nullptr))) {
    if (manner.In("gb") && british) return at + 1;
    if ((manner.In("ca") && Fits(text, "a9a")) ||
        (manner.In("ie") && FitsAny(text, {"a99", "a9a"}))) {
      return at + 1;
    }
  }
  return at;
}

// The end of the digit groups at `at` that have one of the shapes.
size_t EndOfDigits(const Tokens& tokens, size_t at, absl::string_view shapes) {
  const Token& token = tokens[at];
  if (!token.digits) return at;
  size_t end = at;
  while (!shapes.empty()) {
    const size_t space = std::min(shapes.find(' '), shapes.size());
    const absl::string_view shape = shapes.substr(0, space);
    shapes.remove_prefix(std::min(space + 1, shapes.size()));
    if (token.text.size() != static_cast<size_t>(shape[0] - '0')) continue;
    if (shape.size() == 1) {
      end = std::max(end, at + 1);
    } else if (!IsBreak(tokens, at + 1) && tokens[at + 1].digits &&
               !tokens[at + 1].used && tokens[at + 1].before != Gap::kSlash &&
               tokens[at + 1].text.size() ==
                   static_cast<size_t>(shape[2] - '0') &&
               (tokens[at + 1].before == Gap::kHyphen || shape == "3-2" ||
                shape == "3-3" || shape == "5-4")) {
      end = at + 2;
    }
  }
  return end;
}

bool SegmentHasType(const Tokens& tokens, size_t at) {
  // No street has its type farther away.
  constexpr size_t kNear = 12;
  const size_t first = at > kNear ? at - kNear : 0;
  for (size_t i = at + 1; i-- > first;) {
    if (tokens[i].type != nullptr) return true;
    if (tokens[i].before == Gap::kBreak) break;
  }
  for (size_t i = at + 1; i < at + kNear && !IsBreak(tokens, i); ++i) {
    if (tokens[i].type != nullptr) return true;
  }
  return false;
}

// "D-10115", "NO-0154".
bool HasCountryPrefix(const Tokens& tokens, size_t at) {
  if (at == 0 || !tokens[at].digits || tokens[at].before != Gap::kHyphen) {
    return false;
  }
  const Token& prefix = tokens[at - 1];
  return prefix.letters && prefix.text.size() <= 3 &&
         (prefix.text.size() == 1 || !FindCountryCode(prefix.text).empty());
}

// How sure it is that the digits [begin, end) are the postcode; 0: they are
// not.
int ScoreOfPlace(const Draft& draft, size_t begin, size_t end) {
  const Tokens& tokens = draft.words.tokens;
  const bool starts = tokens[begin].before == Gap::kBreak;
  const bool ends = IsBreak(tokens, end) || tokens[end].used;
  const bool short_code = draft.words.Joined(begin, end).size() <= 4;
  if (begin > 0 && tokens[begin - 1].Is(Role::kPostcodeMark)) return 9;
  if (tokens[begin].before == Gap::kSlash ||
      (!ends && tokens[end].before == Gap::kSlash)) {
    return 0;
  }
  if (begin > 0 && !starts) {
    const Token& before = tokens[begin - 1];
    if (HasCountryPrefix(tokens, begin)) return 7;
    // "FL" is a floor, and Florida.
    const bool unit = before.unit != nullptr && before.text.size() > 1 &&
                      FindRegion(before.text, draft.manner.country).empty();
    if (before.Is(Role::kNumberMark) || before.Is(Role::kBox) || unit) return 0;
  }
  if (end - begin == 2 && tokens[begin + 1].before == Gap::kHyphen) return 5;
  const bool followed = !ends && tokens[end].letters;
  if (starts && followed) {
    // "12345 Main St" begins with the house's number.
    const bool number_first =
        draft.manner.Knows(kEnglish) || (draft.manner.customs == kAnyCustom &&
                                         tokens[end].before == Gap::kSpace);
    if (number_first && begin == 0 &&
        (draft.manner.Knows(kEnglish) || SegmentHasType(tokens, begin))) {
      return 0;
    }
    return short_code && SegmentHasType(tokens, begin) ? 0 : 4;
  }
  if (starts) return short_code ? (begin == 0 || end >= tokens.size()) : 4;
  // Behind words: behind a city, or behind a street.
  if (tokens[begin - 1].digits || (!tokens[begin - 1].letters && followed)) {
    return followed ? 4 : 0;
  }
  if (followed && !draft.manner.Knows(kEnglish)) return short_code ? 1 : 3;
  if (!short_code)
    return SegmentHasType(tokens, begin) && !draft.manner.Has(kEnglish) ? 1 : 4;
  return draft.manner.Knows(kEnglish) && ends ? 3 : 0;
}

// A code whose leading zero a spreadsheet has taken.
bool LacksZero(const Draft& draft, size_t at) {
  const Tokens& tokens = draft.words.tokens;
  if (!tokens[at].digits || tokens[at].text.size() != 4) return false;
  if (draft.manner.In("us")) {
    return at > 0 && tokens[at - 1].text.size() == 2 &&
           !FindRegion(tokens[at - 1].text, "us").empty();
  }
  return ShapesOf(draft.manner) == kFiveDigits && at > 0 &&
         tokens[at].before == Gap::kBreak && !IsBreak(tokens, at + 1) &&
         tokens[at + 1].letters && !SegmentHasType(tokens, at) &&
         draft.manner.Knows(kGerman | kItalian | kSpanish | kFrench);
}

Candidate CandidateAt(const Draft& draft, size_t at, absl::string_view shapes) {
  const Tokens& tokens = draft.words.tokens;
  Candidate candidate;
  candidate.begin = at;
  candidate.end = EndOfLetteredPostcode(draft, at);
  if (candidate.end > at) {
    candidate.score = 8;
  } else {
    candidate.end = EndOfDigits(tokens, at, shapes);
    if (candidate.end > at) {
      candidate.score = ScoreOfPlace(draft, at, candidate.end);
    } else if (LacksZero(draft, at)) {
      candidate.end = at + 1;
      candidate.score = 2;
      candidate.key.push_back('0');
    }
  }
  if (candidate.score == 0) return candidate;
  absl::StrAppend(&candidate.key, draft.words.Joined(at, candidate.end));
  if (HasCountryPrefix(tokens, at)) {
    candidate.begin = at - 1;
  } else if (at > 0 && tokens[at].digits && tokens[at].before == Gap::kSpace) {
    // "CH 8001 Zürich".
    const Token& prefix = tokens[at - 1];
    const bool code = prefix.letters && prefix.text.size() <= 2 &&
                      (prefix.text.size() == 1 ||
                       FindCountryCode(prefix.text) == draft.manner.country);
    if (code && prefix.before == Gap::kBreak && candidate.end < tokens.size() &&
        FindRegion(prefix.text, draft.manner.country).empty()) {
      candidate.begin = at - 1;
    }
  }
  return candidate;
}

}  // namespace

void TakePostcode(Draft* draft) {
  Tokens& tokens = draft->words.tokens;
  const absl::string_view shapes = ShapesOf(draft->manner);
  Candidate best;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].used || (tokens[i].letters && tokens[i].text.size() != 1 &&
                           !draft->manner.In("mt"))) {
      continue;
    }
    Candidate candidate = CandidateAt(*draft, i, shapes);
    if (candidate.score > 0 && candidate.score >= best.score) {
      best = std::move(candidate);
      i = best.end - 1;
    }
  }
  if (best.score == 0) return;
  draft->address.Add(AddressPartKind::kPostcode, best.key);
  while (best.begin > 0 && tokens[best.begin - 1].Is(Role::kPostcodeMark)) {
    --best.begin;
  }
  Use(best.begin, best.end, &tokens);
  draft->postcode_end = best.end;
}

}  // namespace concordat::readers::address
