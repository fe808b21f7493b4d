#include "consistency/opened_findings.h"

#include "absl/strings/numbers.h"
#include "consistency/rows.h"
#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// The first half of an id, which is 32 hexadecimal digits (FingerprintOf).
uint64_t PrefixOf(absl::string_view finding_id) {
  constexpr size_t kDigits = 16;
  uint64_t prefix = 0;
  (void)absl::SimpleHexAtoi(finding_id.substr(0, kDigits), &prefix);
  return prefix;
}

}  // namespace

// The ranks are the shortest rows that name every finding.
absl::Status OpenedFindings::Load(const Reader& reader) {
  known_.clear();
  return reader.Scan(rows::kFindingRanks, "", "",
                     [&](absl::string_view rank, absl::string_view) {
                       Add(rank.substr(1));
                       return true;
                     });
}

void OpenedFindings::Add(absl::string_view finding_id) {
  known_.insert(PrefixOf(finding_id));
}

bool OpenedFindings::MayHold(absl::string_view finding_id) const {
  return known_.contains(PrefixOf(finding_id));
}

}  // namespace concordat
