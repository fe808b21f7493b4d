// Text, codes of a code list, booleans.
#include <algorithm>
#include <cstddef>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "graph/readers/readers.h"
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

// The canonical code that this writer's own words give. An alias for a code
// that is not of this list belongs to another attribute.
const std::string* FindByAlias(const CodeList& list,
                               const WritingHabits& habits,
                               absl::string_view folded) {
  for (const auto& [alias, code] : habits.code_aliases) {
    if (!MayStartAlike(alias, folded) || FoldCode(alias) != folded) continue;
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
  return problem;
}

constexpr absl::string_view kTrueWords[] = {
    "true", "yes", "y", "1", "on", "ja", "oui", "si", "s\xc3\xad", "wahr"};
constexpr absl::string_view kFalseWords[] = {"false", "no",   "n",   "0",
                                             "off",   "nein", "non", "falsch"};

}  // namespace

Outcome ReadText(absl::string_view writing, const Context& context) {
  static_cast<void>(context);
  return Scalar(Text{FoldText(writing)});
}

Outcome ReadCode(absl::string_view writing, const Context& context) {
  const CodeList* const list = context.attribute.code_list;
  if (list == nullptr) {
    return Outcome::Problem("the attribute names no code list");
  }
  const std::string folded = FoldCode(writing);
  const std::string* code = FindByAlias(*list, context.habits, folded);
  if (code != nullptr) {
    context.log.Add("the writer's code alias", *code);
    return Scalar(Code{*code});
  }
  code = FindCode(*list, folded);
  if (code == nullptr) return Outcome::Problem(CodeExpected(*list));
  if (context.log.on() && *code != writing) {
    context.log.Add(FoldCode(*code) == folded ? "code writing" : "code alias",
                    *code);
  }
  return Scalar(Code{*code});
}

Outcome ReadBoolean(absl::string_view writing, const Context& context) {
  static_cast<void>(context);
  const std::string folded = FoldText(writing);
  const auto is = [&folded](absl::string_view word) { return word == folded; };
  if (std::any_of(std::begin(kTrueWords), std::end(kTrueWords), is)) {
    return Scalar(Boolean{true});
  }
  if (std::any_of(std::begin(kFalseWords), std::end(kFalseWords), is)) {
    return Scalar(Boolean{false});
  }
  return Outcome::Problem("boolean expected, such as true or no");
}

}  // namespace concordat::readers
