#include "consistency/causes/cause_records.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "consistency/causes/cause_matches.h"
#include "graph/errors.h"
#include "graph/limits.h"

namespace concordat {
namespace {

constexpr size_t kNobody = static_cast<size_t>(-1);

// That a found cause may be an earlier one.
struct Likeness {
  size_t found = 0;
  size_t earlier = 0;
  bool exact = false;
  bool open = false;
  double overlap = 0;  // Jaccard, 0 to 1
};

// One run.
class FollowUp {
 public:
  FollowUp(absl::Span<const CauseRecord> earlier, const FoundCauses& found,
           const CauseObservations& observations, const CauseRun& run,
           const CauseFollowUp& options)
      : earlier_(earlier),
        found_(found),
        dimensions_(observations.dimensions()),
        run_(run),
        options_(options),
        earlier_of_(found.causes.size(), kNobody),
        found_of_(earlier.size(), kNobody) {
    for (const CauseRecord& record : earlier) ids_.insert(record.id);
    CountAll(observations);
    Match();
  }

  std::vector<CauseUpdate> Updates() {
    std::vector<CauseUpdate> updates;
    for (size_t f = 0; f < found_.causes.size(); ++f) {
      updates.push_back(UpdateFound(f));
    }
    for (size_t e = 0; e < earlier_.size(); ++e) {
      if (found_of_[e] == kNobody) updates.push_back(UpdateUnfound(e, updates));
    }
    return updates;
  }

 private:
  // What the earlier ones come to now, and whom they are like.
  void CountAll(const CauseObservations& observations) {
    std::vector<CauseConditions> found;
    for (const FoundCause& cause : found_.causes) {
      found.push_back(cause.conditions);
    }
    std::vector<CauseConditions> asked;
    for (size_t begin = 0; begin < earlier_.size(); begin += kCauseSetMax) {
      asked.clear();
      const size_t end = std::min(earlier_.size(), begin + kCauseSetMax);
      for (size_t e = begin; e < end; ++e) {
        asked.push_back(earlier_[e].conditions);
      }
      const MatchCounts counts(observations, found, asked);
      for (size_t e = begin; e < end; ++e) {
        figures_.push_back(counts.Figures(e - begin));
        for (size_t f = 0; f < found.size(); ++f) {
          Compare(f, e, counts.OverlapOf(f, e - begin));
        }
      }
    }
  }

  void Compare(size_t f, size_t e, const MatchCounts::Overlap& overlap) {
    const CauseConditions& now = found_.causes[f].conditions;
    const CauseConditions& then = earlier_[e].conditions;
    const bool nested =
        Implies(now, then, dimensions_) || Implies(then, now, dimensions_);
    Likeness likeness = {f, e, now == then,
                         earlier_[e].state == CauseState::kOpen, 0};
    if (overlap.either > 0) {
      likeness.overlap = static_cast<double>(overlap.both) /
                         static_cast<double>(overlap.either);
    }
    const double least =
        nested ? options_.overlap_nested_min : options_.overlap_other_min;
    if (likeness.exact || likeness.overlap >= least) alike_.push_back(likeness);
  }

  void Match() {
    std::sort(alike_.begin(), alike_.end(),
              [this](const Likeness& a, const Likeness& b) {
                if (a.exact != b.exact) return a.exact;
                if (a.open != b.open) return a.open;
                if (a.overlap != b.overlap) return a.overlap > b.overlap;
                if (a.found != b.found) return a.found < b.found;
                return earlier_[a.earlier].id < earlier_[b.earlier].id;
              });
    for (const Likeness& likeness : alike_) {
      if (earlier_of_[likeness.found] != kNobody ||
          found_of_[likeness.earlier] != kNobody) {
        continue;
      }
      earlier_of_[likeness.found] = likeness.earlier;
      found_of_[likeness.earlier] = likeness.found;
    }
  }

  CauseUpdate UpdateFound(size_t f) {
    const FoundCause& cause = found_.causes[f];
    CauseUpdate update;
    CauseRecord& record = update.record;
    if (earlier_of_[f] == kNobody) {
      record.id = NewId(cause.conditions);
      record.opened = run_;
      record.since = run_;
      update.change = CauseChange::kNew;
    } else {
      record = earlier_[earlier_of_[f]];
      const bool same = record.conditions == cause.conditions;
      update.change = same ? CauseChange::kOngoing : CauseChange::kChanged;
      if (record.state == CauseState::kClosed) {
        record.since = run_;
        update.change = CauseChange::kReopened;
      }
    }
    record.state = CauseState::kOpen;
    record.merged_into.clear();
    record.conditions = cause.conditions;
    record.figures = cause.figures;
    record.members = cause.members;
    record.title = CauseTitle(cause.conditions, cause.figures, dimensions_);
    return update;
  }

  CauseUpdate UpdateUnfound(size_t e, const std::vector<CauseUpdate>& found) {
    CauseUpdate update = {earlier_[e], CauseChange::kNone};
    CauseRecord& record = update.record;
    record.members = 0;
    if (record.state == CauseState::kClosed) return update;
    record.figures = figures_[e];
    const std::string heir = HeirOf(e, found);
    if (!heir.empty()) {
      record.merged_into = heir;
      update.change = CauseChange::kMerged;
    } else if (record.figures.observations == 0) {
      update.change = CauseChange::kSilent;
    } else if (IsBack(record.figures)) {
      update.change = CauseChange::kClosed;
    } else {
      update.change = CauseChange::kOngoing;
      record.title = CauseTitle(record.conditions, record.figures, dimensions_);
      return update;
    }
    if (update.change != CauseChange::kSilent) {
      record.state = CauseState::kClosed;
      record.since = run_;
    }
    return update;
  }

  // The id of a found cause that holds wherever this one does, or that shares
  // its findings; empty where there is none.
  std::string HeirOf(size_t e, const std::vector<CauseUpdate>& found) const {
    for (size_t f = 0; f < found_.causes.size(); ++f) {
      const bool alike = std::any_of(
          alike_.begin(), alike_.end(), [&](const Likeness& likeness) {
            return likeness.found == f && likeness.earlier == e;
          });
      // With no findings left it is not what the other explains.
      const bool within = figures_[e].findings > 0 &&
                          Implies(earlier_[e].conditions,
                                  found_.causes[f].conditions, dimensions_);
      if (alike || within) return found[f].record.id;
    }
    return "";
  }

  bool IsBack(const CauseFigures& figures) const {
    return figures.observations >= options_.back_observations_min &&
           (figures.risk_ratio.low <= 1 ||
            figures.risk_ratio.ratio <= options_.back_ratio_max);
  }

  // A former cause may have it, and other conditions by now.
  std::string NewId(const CauseConditions& conditions) {
    for (int attempt = 0;; ++attempt) {
      std::string id = CauseId(conditions, attempt);
      if (ids_.insert(id).second) return id;
    }
  }

  absl::Span<const CauseRecord> earlier_;
  const FoundCauses& found_;
  const Dimensions& dimensions_;
  const CauseRun& run_;
  const CauseFollowUp& options_;
  // Of the earlier ones, as of now.
  std::vector<CauseFigures> figures_;
  std::vector<Likeness> alike_;
  // By found cause and by earlier one: the other; kNobody.
  std::vector<size_t> earlier_of_;
  std::vector<size_t> found_of_;
  absl::flat_hash_set<std::string> ids_;
};

}  // namespace

absl::StatusOr<std::vector<CauseUpdate>> FollowUpCauses(
    absl::Span<const CauseRecord> earlier, const FoundCauses& found,
    const CauseObservations& observations, const CauseRun& run,
    const CauseFollowUp& options) {
  const auto count = static_cast<int64_t>(earlier.size());
  if (count > limits::kCauseRecordsMax) {
    return errors::LimitExceeded("cause_records_max", count,
                                 limits::kCauseRecordsMax);
  }
  absl::flat_hash_set<std::string> ids;
  for (const CauseRecord& record : earlier) {
    if (!ids.insert(record.id).second) {
      return errors::InvalidField("id", "is there twice");
    }
  }
  return FollowUp(earlier, found, observations, run, options).Updates();
}

}  // namespace concordat
