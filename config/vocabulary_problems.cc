#include "config/vocabulary_problems.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "graph/limits.h"
#include "graph/text.h"

namespace concordat {
namespace {

bool CheckLength(absl::string_view text, int64_t bytes_max,
                 const std::string& path, VocabularyProblems& problems) {
  if (static_cast<int64_t>(text.size()) <= bytes_max) return true;
  problems.Report(path, absl::StrCat("has ", text.size(), " bytes; at most ",
                                     bytes_max, " are allowed"));
  return false;
}

}  // namespace

void CheckName(absl::string_view name, const std::string& path,
               VocabularyProblems& problems) {
  if (!CheckLength(name, limits::kNameBytesMax, path, problems)) return;
  const bool valid =
      !name.empty() && absl::ascii_islower(name.front()) &&
      std::all_of(name.begin(), name.end(), [](char c) {
        return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
      });
  if (valid) return;
  problems.Report(path,
                  "is not a name; names are lower-case letters, digits and "
                  "`_`, and start with a letter");
}

void CheckSystemName(absl::string_view name, const std::string& path,
                     VocabularyProblems& problems) {
  if (!CheckLength(name, limits::kNameBytesMax, path, problems)) return;
  const bool valid = !name.empty() && absl::ascii_isalpha(name.front()) &&
                     std::all_of(name.begin(), name.end(), [](char c) {
                       return absl::ascii_isalnum(c) || c == '_' || c == '-';
                     });
  if (valid) return;
  problems.Report(path,
                  "is not a name; names of channels and sources are letters, "
                  "digits, `_` and `-`, and start with a letter");
}

void CheckWriting(absl::string_view writing, int64_t bytes_max,
                  const std::string& path, VocabularyProblems& problems) {
  if (!CheckLength(writing, bytes_max, path, problems)) return;
  if (writing.empty()) {
    problems.Report(path, "is empty; write the text, or leave it out");
  } else if (TrimWhiteSpace(writing) != writing) {
    problems.Report(path, "has white space at an end; take it away");
  }
}

}  // namespace concordat
