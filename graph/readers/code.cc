// Codes of a code list, booleans, references.
#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "graph/readers/readers.h"
#include "graph/readers/words.h"
#include "graph/text.h"

namespace concordat::readers {
namespace {

// How many codes a problem lists before it stops.
constexpr size_t kCodesListedMax = 12;

// The canonical code for a writing of the list itself; nullptr where none.
const std::string* FindCode(const CodeList& list, absl::string_view folded) {
  const auto found = list.by_writing.find(folded);
  return found == list.by_writing.end() ? nullptr : &found->second;
}

// Whether the folded form of `alias` can start as `folded` does: spares folding
// most of a long list of aliases. True where the first byte does not tell.
bool MayStartAlike(absl::string_view alias, absl::string_view folded) {
  if (alias.empty() || folded.empty()) return false;
  const auto first = static_cast<unsigned char>(alias[0]);
  if (first >= 0x80 || !absl::ascii_isalnum(first)) return true;
  // A letter may combine with what follows it where that is not ASCII.
  return static_cast<char>(absl::ascii_tolower(first)) == folded[0] ||
         !IsAscii(alias);
}

// The entry of this writer's own words for the folded writing; nullptr where
// there is none. An alias for a code that is not of this list belongs to
// another attribute; one for several codes has an empty code.
const std::string* FindOwnWord(const CodeList& list,
                               const WritingHabits& habits,
                               absl::string_view folded) {
  for (const auto& [alias, code] : habits.code_aliases) {
    if (!MayStartAlike(alias, folded) || !FoldsToCode(alias, folded)) continue;
    if (code.empty()) return &code;
    if (const std::string* found = FindCode(list, FoldCode(code))) {
      return found;
    }
  }
  return nullptr;
}

std::string CodeExpected(const CodeList& list) {
  std::string problem =
      absl::StrCat("a code of ", list.name, " expected, one of:");
  const size_t listed = std::min(list.codes.size(), kCodesListedMax);
  for (size_t i = 0; i < listed; ++i) {
    absl::StrAppend(&problem, i == 0 ? " " : ", ", list.codes[i]);
  }
  if (listed < list.codes.size()) problem.append(", ...");
  problem.append("; add the writing to the aliases of the code that it means");
  return problem;
}

// The folded writing without quotation marks around it and a full stop after
// it.
absl::string_view BareWord(absl::string_view folded) {
  if (folded.size() > 2 && folded.front() == folded.back() &&
      (folded.front() == '"' || folded.front() == '\'')) {
    folded = folded.substr(1, folded.size() - 2);
  }
  if (folded.size() > 3 && folded.front() != '.' &&
      (folded.back() == '.' || folded.back() == '!')) {
    folded.remove_suffix(1);
  }
  return folded;
}

// A writing that no list has.
Outcome OwnCode(std::string folded) {
  if (IsPlaceholderCode(folded)) {
    return Outcome::Problem(
        "a placeholder, not a code: declare it as an absence token if it means "
        "that there is none");
  }
  return Scalar(Code{std::move(folded)});
}

}  // namespace

Outcome ReadCode(absl::string_view writing, const Context& context) {
  std::string folded = FoldCode(writing);
  const CodeList* const list = context.attribute.code_list;
  // Without a list every writing is a code of its own.
  if (list == nullptr) return OwnCode(std::move(folded));
  const std::string* code = FindOwnWord(*list, context.habits, folded);
  const bool own = code != nullptr;
  if (!own) code = FindCode(*list, folded);
  if (code == nullptr && list->open) {
    return OwnCode(std::move(folded));
  }
  if (code == nullptr) return Outcome::Problem(CodeExpected(*list));
  if (code->empty()) {
    return Outcome::Problem(
        absl::StrCat("the writing is an alias of several codes of ", list->name,
                     ": leave it to one of them"));
  }
  if (own) {
    context.log.Add("the writer's code alias", *code);
  } else if (context.log.on() && *code != writing) {
    context.log.Add(FoldCode(*code) == folded ? "code writing" : "code alias",
                    *code);
  }
  return Scalar(Code{*code});
}

Outcome ReadBoolean(absl::string_view writing, const Context& context) {
  const std::string folded = FoldText(writing);
  switch (FindTruthWord(BareWord(folded), context.habits.language)) {
    case TruthWord::kTrue:
      return Scalar(Boolean{true});
    case TruthWord::kFalse:
      return Scalar(Boolean{false});
    case TruthWord::kAmbiguous:
      return Outcome::Problem(
          "a truth value in some languages only: set the locale");
    case TruthWord::kNone:
      break;
  }
  return Outcome::Problem("boolean expected, such as true or no");
}

}  // namespace concordat::readers
