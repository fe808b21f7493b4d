#ifndef CONCORDAT_CONSISTENCY_FINDING_DIFFERENCE_H_
#define CONCORDAT_CONSISTENCY_FINDING_DIFFERENCE_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consistency/findings.h"
#include "consistency/verdict.h"
#include "graph/store.h"

namespace concordat {

// Findings of one kind.
struct FindingGroup {
  FindingFamily family = FindingFamily::kDisagreement;
  std::string channel;
  // Of kRule: the rule.
  std::string attribute;
  Verdict verdict = Verdict::kContradicts;

  friend auto operator<=>(const FindingGroup&, const FindingGroup&) = default;
};
// The group of a finding by its newest verdict.
FindingGroup GroupOf(const Finding& finding);

// How many findings of a group are in which of two stores.
struct GroupDifference {
  int64_t raised = 0;    // only in the second
  int64_t vanished = 0;  // only in the first
  int64_t changed = 0;   // in both, with another verdict
  int64_t same = 0;
  // Open in the first, and in the second, with the group's verdict.
  int64_t open_first = 0;
  int64_t open_second = 0;

  GroupDifference& operator+=(const GroupDifference& other);
  friend bool operator==(const GroupDifference&,
                         const GroupDifference&) = default;
};

// Findings that were said first in one week.
struct WeekVolume {
  int64_t first = 0;
  int64_t second = 0;

  friend bool operator==(const WeekVolume&, const WeekVolume&) = default;
};

// A finding that differs: raised where only `second` is there, vanished where
// only `first` is.
struct FindingPair {
  std::optional<Finding> first;
  std::optional<Finding> second;
};

struct FindingDifferenceOptions {
  // Counted are findings that were said first, in one store or the other, from
  // `since` until just before `until`.
  absl::Time since = absl::InfinitePast();
  absl::Time until = absl::InfiniteFuture();
  // Of each kind in each group, the most harmful first.
  size_t examples = 3;
};

// Holds the findings of two stores against each other, by id. Only those count
// that were ever shown. What it keeps grows with the groups and the weeks, not
// with the findings. Not thread-safe.
class FindingDifference {
 public:
  explicit FindingDifference(const FindingDifferenceOptions& options)
      : options_(options) {}

  // Compares the next findings, about `limit` of either store; false where
  // there are no more. Each call must see the same states. Errors: the
  // readers'.
  absl::StatusOr<bool> Compare(const Reader& first, const Reader& second,
                               size_t limit);

  uint64_t compared() const { return compared_; }
  const std::map<FindingGroup, GroupDifference>& groups() const {
    return groups_;
  }
  GroupDifference Total() const;
  // By the Monday that the week begins with, 00:00 UTC.
  const std::map<absl::Time, WeekVolume>& weeks() const { return weeks_; }
  // In order of group; raised, then vanished, then changed.
  std::vector<FindingPair> Examples(size_t limit) const;

 private:
  // The findings of one store in order of id, read some at a time.
  struct Side {
    std::deque<Finding> ready;
    std::string next;
    bool ended = false;
  };
  // The examples of a group by kind, the most harmful first.
  struct Kept {
    std::vector<FindingPair> raised;
    std::vector<FindingPair> vanished;
    std::vector<FindingPair> changed;
  };

  static absl::Status Fill(const Reader& reader, size_t limit, Side& side);
  bool IsWithin(const std::optional<Finding>& finding) const;
  void Add(std::optional<Finding> first, std::optional<Finding> second);
  void Keep(std::vector<FindingPair>& kept, FindingPair pair) const;

  const FindingDifferenceOptions options_;
  Side first_;
  Side second_;
  uint64_t compared_ = 0;
  std::map<FindingGroup, GroupDifference> groups_;
  std::map<absl::Time, WeekVolume> weeks_;
  std::map<FindingGroup, Kept> kept_;
};

// The Monday, 00:00 UTC, that an instant's week begins with.
absl::Time WeekOf(absl::Time at);
// The week by ISO 8601: "2026-W03".
std::string IsoWeek(absl::Time at);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_FINDING_DIFFERENCE_H_
