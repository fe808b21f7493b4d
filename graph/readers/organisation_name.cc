#include <cstddef>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "graph/name_letters.h"
#include "graph/readers/name_tokens.h"
#include "graph/readers/organisation_words.h"
#include "graph/readers/person_name_words.h"
#include "graph/readers/readers.h"
#include "graph/text.h"

namespace concordat::readers {
namespace {

constexpr size_t kWordsMax = 64;

bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}

// The words from `first` on, run together without words for "and", if they can
// be a legal form.
std::string RunTogether(const NameTokens& tokens, size_t first, size_t last) {
  std::string words;
  for (size_t i = first; i < last; ++i) {
    const NameToken& token = tokens[i];
    if (token.text == "und" || token.text == "and" || token.text == "et" ||
        (token.text == "u" && i + 1 < last && tokens[i + 1].text == "co")) {
      continue;
    }
    words += token.script == NameScript::kLatin
                 ? token.text
                 : NativeKey(token.text, token.script);
  }
  return words;
}

// Whether quotation marks set a part of `writing` off.
bool HasQuotes(absl::string_view writing) {
  for (const absl::string_view quote :
       {"\"", "\xc2\xab", "\xe2\x80\x9c", "\xe2\x80\x9d", "\xe2\x80\x9e"}) {
    if (absl::StrContains(writing, quote)) return true;
  }
  return false;
}

// Finds the legal form before the name and removes its words, if it is `only`
// or that is empty.
absl::string_view TakeFormInFront(absl::string_view writing,
                                  absl::string_view region,
                                  absl::string_view only, NameTokens* tokens) {
  const size_t count = tokens->size();
  const size_t most = count < kLegalFormWordsMax ? count : kLegalFormWordsMax;
  for (size_t words = most; words > 0; --words) {
    if (words == count) continue;
    const LegalForm form = LegalFormOf(RunTogether(*tokens, 0, words));
    if (form.form.empty() || (!only.empty() && form.form != only)) continue;
    const bool regional = !region.empty() && StandsInFront(form.form, region);
    if (!form.in_front && !regional &&
        !(HasQuotes(writing) && StandsInFront(form.form, ""))) {
      continue;
    }
    tokens->erase(tokens->begin(),
                  tokens->begin() + static_cast<ptrdiff_t>(words));
    return form.form;
  }
  return "";
}

// Finds the legal form behind or before the name and removes its words. The
// form stays empty where there is none.
absl::string_view TakeLegalForm(absl::string_view writing,
                                absl::string_view region, NameTokens* tokens) {
  const size_t count = tokens->size();
  const size_t most = count < kLegalFormWordsMax ? count : kLegalFormWordsMax;
  for (size_t words = most; words > 0; --words) {
    const size_t first = count - words;
    const LegalForm form = LegalFormOf(RunTogether(*tokens, first, count));
    if (form.form.empty()) continue;
    tokens->resize(first);
    // Some have theirs on both sides: PT Astra Tbk, Oy Karl Fazer Ab.
    if (form.form == "tbk" && first > 1 &&
        !TakeFormInFront(writing, region, "pt", tokens).empty()) {
      return "pt tbk";
    }
    if (form.form == "ab" && first > 1 &&
        !TakeFormInFront(writing, region, "oy", tokens).empty()) {
      return "oy";
    }
    return form.form;
  }
  const absl::string_view in_front =
      TakeFormInFront(writing, region, "", tokens);
  if (!in_front.empty()) return in_front;
  for (NameToken& token : *tokens) {
    if (token.script == NameScript::kLatin) continue;
    const AttachedForm form = AttachedFormOf(token.text);
    if (form.form.empty()) continue;
    token.text = token.text.substr(form.front,
                                   token.text.size() - form.front - form.back);
    token.script = ScriptOf(token.text);
    if (token.script == NameScript::kLatin) {
      token.text = LatinBase(token.text);
    }
    return form.form;
  }
  return "";
}

// Words before a name that are no part of it: the article, "firm", and what
// Romanian companies write before SA and SRL.
bool IsBeforeName(const NameToken& token, absl::string_view form) {
  return token.text == "the" || token.text == "firma" ||
         token.text == "messrs" || (token.text == "fa" && token.dotted) ||
         (token.text == "sc" && token.initials &&
          (form == "sa" || form == "srl"));
}

// Adds a word, with a space only where two numbers would run together.
void AppendWord(absl::string_view word, std::string* out) {
  if (!out->empty() && !word.empty() && IsDigit(out->back()) &&
      IsDigit(word.front())) {
    out->push_back(' ');
  }
  absl::StrAppend(out, word);
}

// The romanisation of `key`, which is not Latin. Of the whole and not word by
// word, for a canonical writing does not know the words.
std::string Romanised(absl::string_view key, NameScript script) {
  // No name is longer; romanising a page of Han would cost milliseconds.
  constexpr size_t kRomanisedBytesMax = 512;
  if (key.size() > kRomanisedBytesMax) return "";
  if (script == NameScript::kArabic || script == NameScript::kHebrew) {
    return NativeSkeleton(key, script);
  }
  return CrossKey(NameKey(RomanisedBase(key, script)), script);
}

// The script of the letters of `key` that are not ASCII.
NameScript NativeScriptOf(absl::string_view key) {
  std::string native;
  for (const char c : key) {
    if (static_cast<unsigned char>(c) >= 0x80) native.push_back(c);
  }
  return ScriptOf(native);
}

// Sets what follows from a key that is not ASCII, and brings the key itself to
// a form that does not change when it is read again: words of several scripts
// that were brought to theirs one by one may run together into something else.
void Settle(OrganisationName* name) {
  for (int pass = 0; pass < 4; ++pass) {
    name->script = NativeScriptOf(name->key);
    std::string next = name->script == NameScript::kLatin
                           ? LatinBase(name->key)
                           : FoldText(NativeKey(name->key, name->script));
    if (next == name->key) break;
    name->key = std::move(next);
  }
  if (IsAscii(name->key)) name->script = NameScript::kLatin;
  if (name->script != NameScript::kLatin) {
    name->latin = Romanised(name->key, name->script);
  }
}

OrganisationName NameOf(const NameTokens& tokens) {
  OrganisationName name;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const NameToken& token = tokens[i];
    const bool inside = i > 0 && i + 1 < tokens.size();
    if (inside && !token.dotted && IsAnd(token.text) &&
        !(token.text.size() == 1 && token.upper)) {
      continue;
    }
    if (token.script == NameScript::kLatin) {
      AppendWord(NameKey(SpeltOut(token.text)), &name.key);
    } else {
      AppendWord(NativeKey(token.text, token.script), &name.key);
    }
  }
  if (!IsAscii(name.key)) Settle(&name);
  return name;
}

// What a canonical writing says; an empty key where `writing` is not one.
OrganisationName NameOfCanonical(absl::string_view writing) {
  const size_t bar = writing.find('|');
  OrganisationName name;
  const absl::string_view form = writing.substr(bar + 1);
  if (!form.empty() && !IsLegalForm(form)) return name;
  const absl::string_view key = writing.substr(0, bar);
  for (const char c : key) {
    const auto byte = static_cast<unsigned char>(c);
    const bool written =
        absl::ascii_islower(byte) || IsDigit(c) || c == ' ' || byte >= 0x80;
    if (!written) return name;
  }
  if (key.empty() || key.front() == ' ' || key.back() == ' ') return name;
  name.key = std::string(key);
  if (!IsAscii(key)) {
    Settle(&name);
    if (name.script == NameScript::kLatin) return {};
  }
  name.legal_form = std::string(form);
  return name;
}

absl::string_view ProblemOf(absl::string_view writing) {
  bool said = false;
  for (const char c : writing) {
    const auto byte = static_cast<unsigned char>(c);
    said = said || absl::ascii_isalnum(byte) || byte >= 0x80;
  }
  if (!said) return "no letters or digits, so no name";
  if (absl::StrContains(writing, "**")) {
    return "masked: characters of the name are hidden";
  }
  if (absl::StrContains(writing, "\xef\xbf\xbd") ||
      absl::StrContains(writing, "??")) {
    return "characters of the name are lost";
  }
  if (writing.size() > 48) return "";
  const bool none = IsAscii(writing) ? IsNoName(absl::AsciiStrToLower(writing))
                                     : IsNoName(writing);
  return none ? "says that no name is known" : "";
}

}  // namespace

Outcome ReadOrganisationName(absl::string_view writing,
                             const Context& context) {
  if (absl::StrContains(writing, '|')) {
    OrganisationName name = NameOfCanonical(writing);
    if (!name.key.empty()) return Scalar(std::move(name));
  }
  const absl::string_view problem = ProblemOf(writing);
  if (!problem.empty()) return Outcome::Problem(std::string(problem));
  NameTokens tokens;
  if (!SplitName(writing, nullptr, kWordsMax, &tokens)) {
    return Outcome::Problem("too many words for the name of an organisation");
  }
  if (tokens.empty()) return Outcome::Problem("no letters, so no name");
  const absl::string_view region = context.habits.region;
  const absl::string_view form =
      FormInRegion(TakeLegalForm(writing, region, &tokens), region);
  if (tokens.empty()) return Outcome::Problem("only a legal form, no name");
  if (!form.empty()) context.log.Add("legal form", form);
  if (tokens.size() > 1 && IsBeforeName(tokens[0], form)) {
    tokens.erase(tokens.begin());
  }
  OrganisationName name = NameOf(tokens);
  if (name.key.empty()) return Outcome::Problem("no letters, so no name");
  name.legal_form = std::string(form);
  return Scalar(std::move(name));
}

}  // namespace concordat::readers
