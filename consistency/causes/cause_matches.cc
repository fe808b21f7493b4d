#include "consistency/causes/cause_matches.h"

#include <algorithm>

#include "consistency/causes/usual_counts.h"

namespace concordat {
namespace {

CauseSet SetOf(size_t count) {
  return count >= kCauseSetMax ? ~CauseSet{0} : (CauseSet{1} << count) - 1;
}

CauseSet OnlyOf(size_t index) { return CauseSet{1} << index; }

// Whether a condition on a shared dimension is among them.
bool HasPlace(const CauseConditions& conditions, const Dimensions& dimensions) {
  return std::any_of(conditions.begin(), conditions.end(),
                     [&](const CauseCondition& condition) {
                       const size_t d =
                           dimensions.FindDimension(condition.dimension);
                       return d == dimensions.size() || dimensions.is_shared(d);
                     });
}

CauseSet WithPlace(absl::Span<const CauseConditions> causes,
                   const Dimensions& dimensions) {
  CauseSet set = 0;
  for (size_t i = 0; i < causes.size(); ++i) {
    if (HasPlace(causes[i], dimensions)) set |= OnlyOf(i);
  }
  return set;
}

}  // namespace

CauseMatcher::CauseMatcher(const Dimensions& dimensions,
                           absl::Span<const CauseConditions> causes)
    : every_(SetOf(causes.size())) {
  for (size_t d = 0; d < dimensions.size(); ++d) {
    Asked asked{d, dimensions.is_shared(d), {}};
    for (size_t i = 0; i < causes.size(); ++i) {
      for (const CauseCondition& condition : causes[i]) {
        if (condition.dimension != dimensions.name(d)) continue;
        if (asked.not_refuted.empty()) {
          asked.not_refuted.assign(dimensions.values(d) + 1, every_);
        }
        const DimensionValue whole = dimensions.Find(d, condition.value);
        for (DimensionValue v = 0; v < asked.not_refuted.size(); ++v) {
          const bool holds =
              whole != kNoDimensionValue && dimensions.IsWithin(d, v, whole);
          if (!holds) asked.not_refuted[v] &= ~OnlyOf(i);
        }
      }
    }
    if (!asked.not_refuted.empty()) asked_.push_back(std::move(asked));
  }
  // What is asked of a dimension that is not there holds nowhere.
  for (size_t i = 0; i < causes.size(); ++i) {
    for (const CauseCondition& condition : causes[i]) {
      if (dimensions.FindDimension(condition.dimension) == dimensions.size()) {
        every_ &= ~OnlyOf(i);
      }
    }
  }
}

CauseMatcher::Matches CauseMatcher::Match(const DimensionValue* tuple) const {
  Matches matches = {every_, every_};
  for (const Asked& asked : asked_) {
    CauseSet& set = asked.shared ? matches.place : matches.event;
    set &= asked.not_refuted[tuple[asked.dimension]];
  }
  return matches;
}

MatchCounts::MatchCounts(const CauseObservations& observations,
                         absl::Span<const CauseConditions> found,
                         absl::Span<const CauseConditions> asked)
    : found_with_place_(WithPlace(found, observations.dimensions())),
      asked_with_place_(WithPlace(asked, observations.dimensions())),
      usual_(asked.size()),
      findings_total_(observations.findings().total()),
      agreements_total_(observations.agreements().total()) {
  const Dimensions& dimensions = observations.dimensions();
  const CauseMatcher of_found(dimensions, found);
  const CauseMatcher of_asked(dimensions, asked);
  const bool same = found == asked;
  const auto count = [&](const TupleCounts& tuples, Counts* counts) {
    // Neighbours are often alike.
    Key last;
    int64_t* of_last = nullptr;
    for (size_t i = 0; i < tuples.size(); ++i) {
      Key key;
      key.first = of_found.Match(tuples.tuple(i));
      key.second = same ? key.first : of_asked.Match(tuples.tuple(i));
      if (of_last == nullptr || !(key == last)) {
        of_last = &(*counts)[key];
        last = key;
      }
      *of_last += tuples.count(i);
    }
  };
  count(observations.findings(), &findings_);
  count(observations.agreements(), &agreements_);
  for (size_t i = 0; i < asked.size(); ++i) {
    if ((asked_with_place_ & OnlyOf(i)) != 0 || asked[i].empty()) continue;
    const size_t d = dimensions.FindDimension(asked[i].front().dimension);
    const DimensionValue value = dimensions.Find(d, asked[i].front().value);
    if (value == kNoDimensionValue) continue;
    usual_[i] =
        UsualCountsOf(observations, d)[dimensions.level(d, value)].count();
  }
}

bool MatchCounts::IsBackground(const Key& key, size_t index) const {
  return (key.first.place & found_with_place_) == 0 &&
         (key.first.all() & ~found_with_place_) == 0 &&
         (key.second.place & asked_with_place_ & OnlyOf(index)) == 0;
}

CauseFigures MatchCounts::Figures(size_t index) const {
  CauseFigures figures;
  figures.against_usual = (asked_with_place_ & OnlyOf(index)) == 0;
  EventCount inside;
  EventCount outside;
  EventCount elsewhere;  // whatever else holds there
  const auto add = [&](const Counts& counts, bool findings) {
    for (const auto& [key, n] : counts) {
      const bool is_inside = (key.second.place & OnlyOf(index)) != 0;
      const bool is_event = findings && (key.second.event & OnlyOf(index)) != 0;
      if (is_inside) figures.observations += n;
      if (is_inside && is_event) figures.findings += n;
      for (EventCount* side : {is_inside ? &inside : &elsewhere, &outside}) {
        if (side == &outside && !IsBackground(key, index)) continue;
        side->observations += static_cast<double>(n);
        if (is_event) side->events += static_cast<double>(n);
      }
    }
  };
  add(findings_, true);
  add(agreements_, false);
  if (findings_total_ > 0) {
    figures.share = static_cast<double>(figures.findings) /
                    static_cast<double>(findings_total_);
  }
  if (outside.observations <= 0) outside = elsewhere;
  if (figures.against_usual) {
    outside = {std::min(usual_[index], inside.observations),
               inside.observations};
  }
  figures.rate_inside = inside.rate();
  figures.rate_outside = outside.rate();
  figures.risk_ratio = RiskRatioOf(inside, outside);
  return figures;
}

MatchCounts::Overlap MatchCounts::OverlapOf(size_t f, size_t a) const {
  Overlap overlap;
  for (const auto& [key, n] : findings_) {
    const bool first = (key.first.all() & OnlyOf(f)) != 0;
    const bool second = (key.second.all() & OnlyOf(a)) != 0;
    if (first && second) overlap.both += n;
    if (first || second) overlap.either += n;
  }
  return overlap;
}

std::vector<std::pair<CauseSet, int64_t>> MatchCounts::FindingsBySet() const {
  absl::flat_hash_map<CauseSet, int64_t> by_set;
  for (const auto& [key, n] : findings_) by_set[key.second.all()] += n;
  std::vector<std::pair<CauseSet, int64_t>> sorted(by_set.begin(),
                                                   by_set.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

}  // namespace concordat
