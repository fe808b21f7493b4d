#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "graph/name_letters.h"
#include "graph/readers/name_tokens.h"
#include "graph/readers/person_name_parts.h"
#include "graph/readers/person_name_words.h"
#include "graph/readers/readers.h"
#include "graph/text.h"

namespace concordat::readers {
namespace {

bool IsTitleWord(absl::string_view word) {
  return RoleOf(word) != WordRole::kNone;
}

// What a role means depends on how much of a name stands around it.
class TitleFilter {
 public:
  TitleFilter(NameTokens* tokens, const Context& context)
      : tokens_(*tokens), context_(context) {}

  // Removes titles, degrees and connectors.
  void Run() {
    NameTokens kept;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].comma_before) {
        front_ = true;
        after_title_ = false;
      }
      if (IsDropped(i)) {
        comma_dropped_ = comma_dropped_ || tokens_[i].comma_before;
        continue;
      }
      front_ = after_title_ = false;
      any_lower_ = any_lower_ || !tokens_[i].upper;
      ++names_;
      NameToken& token = kept.emplace_back(std::move(tokens_[i]));
      token.comma_before = token.comma_before || comma_dropped_;
      comma_dropped_ = false;
    }
    const bool dropped = kept.size() != tokens_.size();
    tokens_ = std::move(kept);
    if (!dropped || !context_.log.on()) return;
    std::string rest;
    for (const NameToken& token : tokens_) {
      absl::StrAppend(&rest, rest.empty() ? "" : " ", token.text);
    }
    context_.log.Add("titles and degrees", rest);
  }

 private:
  // Names of more than one letter behind token `i`, up to the next comma.
  size_t NamesAfter(size_t i) const {
    size_t names = 0;
    for (++i; i < tokens_.size() && !tokens_[i].comma_before; ++i) {
      if (tokens_[i].text.size() > 1 && !tokens_[i].initials &&
          RoleOf(tokens_[i].text) == WordRole::kNone &&
          ParticleOf(tokens_[i].text) == ParticleKind::kNone) {
        ++names;
      }
    }
    return names;
  }

  bool IsLast(size_t i) const { return i + 1 == tokens_.size(); }

  bool IsTitle() {
    after_title_ = true;
    return true;
  }

  // Russian and Bulgarian ones with a hyphen: г-н, г-жа, д-р.
  bool IsHyphenated(size_t i) {
    static constexpr absl::string_view kTitles[] = {
        "гн", "гжа", "гну", "гже", "др", "прф", "пан", "пжа", "пн"};
    const NameToken& token = tokens_[i];
    if (i + 1 == tokens_.size() || !tokens_[i + 1].hyphen_before ||
        token.script != NameScript::kCyrillic || token.text.size() > 4) {
      return false;
    }
    const std::string joined = absl::StrCat(token.text, tokens_[i + 1].text);
    return std::find(std::begin(kTitles), std::end(kTitles), joined) !=
           std::end(kTitles);
  }

  bool IsDropped(size_t i) {
    const NameToken& token = tokens_[i];
    if (IsHyphenated(i)) {
      second_half_ = true;
      return true;
    }
    if (std::exchange(second_half_, false)) return IsTitle();
    if (token.hyphen_before && names_ > 0 &&
        (token.text == "san" || token.text == "sama" ||
         token.text == "sensei")) {
      return true;
    }
    // The Arabic Dr is one letter.
    if (token.text == "\xd8\xaf" && front_ && token.dotted &&
        NamesAfter(i) >= 2) {
      return IsTitle();
    }
    const WordRole role = RoleOf(token.text);
    if (after_title_ && (token.dotted || token.lower || token.upper) &&
        (role == WordRole::kAfterTitle || token.text == "h" ||
         token.text == "c" || token.text == "med" || token.text == "ing")) {
      return true;
    }
    switch (role) {
      case WordRole::kNone:
      case WordRole::kAfterTitle:
        return false;
      case WordRole::kTitle:
        return !token.initials && IsTitle();
      case WordRole::kTitleInFront: {
        // "Smith, John, Sr" is no Señor.
        const bool alone = IsLast(i) || tokens_[i + 1].comma_before;
        if (!front_ || token.initials || (alone && names_ > 0)) return false;
        return IsTitle();
      }
      case WordRole::kTitleOrName:
        return front_ && !token.initials && IsTitleBeforeNames(i) && IsTitle();
      case WordRole::kDegree:
        return token.comma_before ? names_ > 0 : names_ > 1;
      case WordRole::kDegreeOrName:
        return IsDegree(token);
      case WordRole::kConnector:
        return names_ > 0 && !IsLast(i);
    }
    return false;
  }

  bool IsTitleBeforeNames(size_t i) const {
    const size_t names = NamesAfter(i);
    if (tokens_[i].text == "d") {
      // "D. José": Don only in Spanish.
      return tokens_[i].dotted && names >= 2 &&
             context_.habits.language == "es";
    }
    if (tokens_[i].text != "m") return names >= 2;
    // Monsieur always has its full stop.
    if (!tokens_[i].dotted) return false;
    return names >= 2 || (names == 1 && context_.habits.language == "fr");
  }

  bool IsDegree(const NameToken& token) const {
    if (names_ < 2)
      return names_ == 1 && token.comma_before && token.upper && any_lower_ &&
             !token.initials;
    if (token.initials) return true;
    return token.upper ? any_lower_ || token.comma_before : false;
  }

  NameTokens& tokens_;
  const Context& context_;
  // Whether nothing but titles stands before, from the last comma on.
  bool front_ = true;
  bool after_title_ = false;
  bool any_lower_ = false;
  bool comma_dropped_ = false;
  // The token before was the first half of a title with a hyphen.
  bool second_half_ = false;
  size_t names_ = 0;
};

// The parts of a canonical writing, which are taken as they stand; none where
// `writing` is not one.
std::vector<NamePart> PartsOfCanonical(absl::string_view writing) {
  std::vector<NamePart> parts;
  if (absl::EndsWith(writing, "|")) writing.remove_suffix(1);
  for (absl::string_view piece : absl::StrSplit(writing, '|')) {
    NamePart part;
    if (absl::ConsumePrefix(&piece, "(") && absl::ConsumeSuffix(&piece, ")")) {
      part.kind = NamePartKind::kGeneration;
      part.key = std::string(GenerationOf(piece));
      if (part.key.empty()) return {};
    } else if (absl::ConsumeSuffix(&piece, ".")) {
      if (piece.size() > 4) return {};
      part.kind = NamePartKind::kInitial;
    }
    if (piece.empty() || parts.size() == kNameTokensMax) return {};
    for (const char c : piece) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x80 && !absl::ascii_islower(byte) &&
          !absl::ascii_isdigit(byte)) {
        return {};
      }
    }
    if (IsAscii(piece)) {
      if (part.kind == NamePartKind::kName && NameKey(piece) != piece) {
        return {};
      }
      if (part.key.empty()) part.key = std::string(piece);
    } else {
      const NameScript script = ScriptOf(piece);
      if (script == NameScript::kLatin || part.kind != NamePartKind::kName) {
        return {};
      }
      part = NativePart(piece, script);
      if (part.key != piece) return {};
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

Outcome Finished(std::vector<NamePart> parts) {
  const bool named =
      std::any_of(parts.begin(), parts.end(), [](const NamePart& part) {
        return part.kind != NamePartKind::kGeneration &&
               part.key.find_first_not_of("0123456789") != std::string::npos;
      });
  if (!named) return Outcome::Problem("only titles, no name");
  std::sort(parts.begin(), parts.end());
  return Scalar(PersonName{std::move(parts)});
}

// Why `writing` cannot be a name; empty where it can.
absl::string_view ProblemOf(absl::string_view writing) {
  bool letters = false;
  for (const char c : writing) {
    const auto byte = static_cast<unsigned char>(c);
    letters = letters || absl::ascii_isalpha(byte) || byte >= 0x80;
    if (c == '*') return "masked: characters of the name are hidden";
    if (c == '?') return "characters of the name are lost";
    if (c == '@') return "an email address, not a name";
  }
  if (absl::StrContains(writing, "\xef\xbf\xbd")) {
    return "characters of the name are lost";
  }
  if (!letters) return "no letters, so no name";
  // Without the marks around it: "(unknown)", "- n/a -".
  const auto is_mark = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x80 && !absl::ascii_isalnum(byte);
  };
  absl::string_view core = writing;
  while (!core.empty() && is_mark(core.front())) core.remove_prefix(1);
  while (!core.empty() && is_mark(core.back())) core.remove_suffix(1);
  // The longest of these writings has fewer bytes.
  if (core.size() > 48) return "";
  const bool none =
      IsAscii(core) ? IsNoName(absl::AsciiStrToLower(core)) : IsNoName(core);
  return none ? "says that no name is known" : "";
}

}  // namespace

Outcome ReadPersonName(absl::string_view writing, const Context& context) {
  if (absl::StrContains(writing, '|')) {
    std::vector<NamePart> parts = PartsOfCanonical(writing);
    if (!parts.empty()) return Finished(std::move(parts));
  }
  const absl::string_view problem = ProblemOf(writing);
  if (!problem.empty()) return Outcome::Problem(std::string(problem));
  NameTokens tokens;
  if (!SplitName(writing, IsTitleWord, kNameTokensMax, &tokens)) {
    return Outcome::Problem("too many words for the name of a person");
  }
  if (!tokens.empty() && tokens[0].script == NameScript::kThai) {
    tokens[0].text.erase(0, ThaiTitleLength(tokens[0].text));
  }
  TitleFilter(&tokens, context).Run();
  if (tokens.empty()) return Outcome::Problem("only titles, no name");
  return Finished(PartsOf(std::move(tokens), context.log));
}

}  // namespace concordat::readers
