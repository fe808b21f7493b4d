#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "consistency/comparators/comparators.h"
#include "graph/name_letters.h"

namespace concordat::comparators {
namespace {

// Whether the letters of `script` say how a name is romanised. Of the others
// a mismatch proves nothing; kana is here because it also writes foreign names.
bool HasRomanisation(NameScript script) {
  return script == NameScript::kCyrillic || script == NameScript::kGreek;
}

// The consonants, k and c as one: Майкрософт and Microsoft.
std::string Consonants(absl::string_view latin) {
  return Skeleton(absl::StrReplaceAll(latin, {{"c", "k"}, {"q", "k"}}),
                  NameScript::kThai);
}

enum class Called : uint8_t { kSame, kDifferent, kUnknown };

// Whether the names, without their legal forms, are the same.
Called CompareNames(const OrganisationName& a, const OrganisationName& b) {
  if (a.script == b.script) {
    return a.key == b.key ? Called::kSame : Called::kDifferent;
  }
  const bool a_latin = a.script == NameScript::kLatin;
  if (!a_latin && b.script != NameScript::kLatin) return Called::kUnknown;
  const OrganisationName& latin = a_latin ? a : b;
  const OrganisationName& native = a_latin ? b : a;
  const std::string key = CrossKey(latin.key, native.script);
  if (!key.empty() && key == native.latin) return Called::kSame;
  if (!HasRomanisation(native.script)) return Called::kUnknown;
  return Consonants(key) == Consonants(native.latin) ? Called::kUnknown
                                                     : Called::kDifferent;
}

// Legal forms by which those of other countries are translated.
bool IsTranslation(absl::string_view form) {
  return form == "ltd" || form == "llc" || form == "inc" || form == "corp" ||
         form == "jsc" || form == "co" || form == "plc";
}

// Whether what was read as the legal form of `with` is a part of the name of
// `other`: AB Foods and AB Foods plc.
bool MayBelongToName(const OrganisationName& with,
                     const OrganisationName& other) {
  if (with.legal_form.empty()) return false;
  const std::string form = absl::StrReplaceAll(with.legal_form, {{" ", ""}});
  return other.key == absl::StrCat(form, with.key) ||
         other.key == absl::StrCat(with.key, form);
}

// Pte and Pvt both stand for "private", each in other countries.
bool IsPrivateLimited(absl::string_view form) {
  return form == "pte ltd" || form == "pvt ltd";
}

}  // namespace

Comparison Compare(const OrganisationName& a, const OrganisationName& b,
                   const Sides& sides) {
  static_cast<void>(sides);
  switch (CompareNames(a, b)) {
    case Called::kDifferent:
      if (MayBelongToName(a, b) || MayBelongToName(b, a)) {
        return {Likeness::kUndecided,
                "what may be a legal form may be a part of the name: set the "
                "channel's region"};
      }
      return {Likeness::kDifferent, "another name"};
    case Called::kUnknown:
      return {Likeness::kUndecided,
              "the characters do not say how the name is romanised"};
    case Called::kSame:
      break;
  }
  if (a.legal_form == b.legal_form) return {Likeness::kSame, ""};
  if (a.legal_form.empty()) {
    return {Likeness::kCoarser, "the legal form is missing"};
  }
  if (b.legal_form.empty()) {
    return {Likeness::kFiner, "the legal form is missing"};
  }
  if (a.script != b.script) {
    const bool a_latin = a.script == NameScript::kLatin;
    const absl::string_view latin = a_latin ? a.legal_form : b.legal_form;
    const absl::string_view native = a_latin ? b.legal_form : a.legal_form;
    // OOO and AO are written in Latin letters too, and are read as llc and jsc.
    if (IsTranslation(latin) && !(IsTranslation(native) && latin != "ltd" &&
                                  latin != "inc" && latin != "corp")) {
      return {Likeness::kUndecided, "the legal form may be translated"};
    }
  }
  if (IsPrivateLimited(a.legal_form) && IsPrivateLimited(b.legal_form)) {
    return {Likeness::kUndecided,
            "the legal form is of another country: set the channel's region"};
  }
  return {Likeness::kDifferent, "another legal form"};
}

}  // namespace concordat::comparators
