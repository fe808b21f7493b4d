#include "proto/did_you_mean.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace concordat {
namespace {

// Edits of one letter (also swaps of neighbours) that turn `a` into `b`.
size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1),
      row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1,
                         last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::string DidYouMean(absl::string_view name,
                       const std::vector<std::string>& known) {
  constexpr size_t kNameBytesMax = 64;
  constexpr size_t kListedMax = 20;
  constexpr size_t kComparedMax = 200;
  if (known.size() > kComparedMax) return "";
  const std::string* nearest = nullptr;
  // More than a third of its letters wrong is another word.
  size_t least = std::min(name.size(), kNameBytesMax) / 3 + 1;
  for (const std::string& candidate : known) {
    if (name.size() > kNameBytesMax || candidate.size() > kNameBytesMax) {
      continue;
    }
    const size_t distance = EditDistance(absl::AsciiStrToLower(name),
                                         absl::AsciiStrToLower(candidate));
    if (distance < least) {
      least = distance;
      nearest = &candidate;
    }
  }
  if (nearest != nullptr) {
    return absl::StrCat("; did you mean `", *nearest, "`?");
  }
  if (known.empty() || known.size() > kListedMax) return "";
  return absl::StrCat("; there is ", absl::StrJoin(known, ", "));
}

}  // namespace concordat
