#include "graph/readers/nicknames.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/str_split.h"
#include "graph/name_letters.h"
#include "graph/text.h"

namespace concordat::readers {
namespace {

// The groups that a key is in.
using Groups = absl::InlinedVector<uint16_t, 4>;

const auto& GroupsByKey() {
  static const auto* const kByKey = [] {
    auto* const map = new absl::flat_hash_map<std::string, Groups>;
    uint16_t group = 0;
    const auto add = [&](const std::string& key) {
      Groups& groups = (*map)[key];
      if (groups.empty() || groups.back() != group) groups.push_back(group);
    };
    for (const auto lines :
         {EnglishNicknames(), EuropeanNicknames(), SlavicNicknames()}) {
      const bool slavic = lines.data() == SlavicNicknames().data();
      for (const absl::string_view line : lines) {
        for (const absl::string_view name :
             absl::StrSplit(line, ' ', absl::SkipEmpty())) {
          add(NameKey(LatinBase(FoldText(name))));
          if (slavic) add(SlavicKey(name));
        }
        ++group;
      }
    }
    return map;
  }();
  return *kByKey;
}

}  // namespace

bool ShareGivenName(absl::string_view a, absl::string_view b) {
  const auto& by_key = GroupsByKey();
  const auto of_a = by_key.find(a);
  const auto of_b = by_key.find(b);
  if (of_a == by_key.end() || of_b == by_key.end()) return false;
  return std::any_of(
      of_a->second.begin(), of_a->second.end(), [&](uint16_t group) {
        return std::find(of_b->second.begin(), of_b->second.end(), group) !=
               of_b->second.end();
      });
}

}  // namespace concordat::readers
