// When rules are to be evaluated again because time goes on.
//
//   rule_due  "due" time rule root -> (what is due)
//             "next" root rule -> time (where it stands among those)
#ifndef CONCORDAT_CONSISTENCY_RULE_ROWS_H_
#define CONCORDAT_CONSISTENCY_RULE_ROWS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "graph/ids.h"
#include "graph/store.h"

namespace concordat::rows {

inline constexpr Space kRuleDue{31, "rule_due"};

// A rule of an entity.
struct RuleOf {
  std::string rule;
  EntityId root;
};

// Puts it in the place of when it was due before; InfiniteFuture: it is not.
absl::Status PutRuleDue(Transaction& tx, const RuleOf& rule, absl::Time due);
// What is due at `now`, the longest due first.
absl::StatusOr<std::vector<RuleOf>> DueRules(const Reader& reader,
                                             absl::Time now, size_t limit);
// InfiniteFuture: none is.
absl::StatusOr<absl::Time> NextDueRule(const Reader& reader);

}  // namespace concordat::rows

#endif  // CONCORDAT_CONSISTENCY_RULE_ROWS_H_
