#include "consistency/finding_difference.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "consistency/finding_rows.h"
#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

absl::CivilDay MondayOf(absl::Time at) {
  const absl::CivilDay day(absl::ToCivilSecond(at, absl::UTCTimeZone()));
  return absl::PrevWeekday(day + 1, absl::Weekday::monday);
}

// What an example is ranked by: what there is, or would be.
const Finding& Shown(const FindingPair& pair) {
  return pair.second.has_value() ? *pair.second : *pair.first;
}

bool ComesFirst(const FindingPair& a, const FindingPair& b) {
  const Finding& one = Shown(a);
  const Finding& other = Shown(b);
  const std::string rank = RankOf(one);
  const std::string other_rank = RankOf(other);
  return rank != other_rank ? rank < other_rank : one.id < other.id;
}

}  // namespace

FindingGroup GroupOf(const Finding& finding) {
  return {.family = finding.subject.family,
          .channel = finding.subject.channel,
          .attribute = finding.subject.attribute,
          .verdict = finding.verdict};
}

GroupDifference& GroupDifference::operator+=(const GroupDifference& other) {
  raised += other.raised;
  vanished += other.vanished;
  changed += other.changed;
  same += other.same;
  open_first += other.open_first;
  open_second += other.open_second;
  return *this;
}

absl::Time WeekOf(absl::Time at) {
  return absl::FromCivil(MondayOf(at), absl::UTCTimeZone());
}

std::string IsoWeek(absl::Time at) {
  // A week is of the year that its Thursday is in.
  const absl::CivilDay thursday = MondayOf(at) + 3;
  return absl::StrFormat("%04d-W%02d", thursday.year(),
                         (absl::GetYearDay(thursday) - 1) / 7 + 1);
}

absl::Status FindingDifference::Fill(const Reader& reader, size_t limit,
                                     Side& side) {
  if (side.ended || !side.ready.empty()) return absl::OkStatus();
  std::vector<std::string> ids;
  CONCORDAT_RETURN_IF_ERROR(
      reader.Scan(rows::kFindings, side.next, "",
                  [&](absl::string_view key, absl::string_view) {
                    ids.emplace_back(key);
                    return ids.size() < limit;
                  }));
  side.ended = ids.size() < limit;
  if (!ids.empty()) side.next = ids.back() + '\0';
  for (const std::string& id : ids) {
    CONCORDAT_ASSIGN_OR_RETURN(std::optional<Finding> finding,
                               rows::GetFinding(reader, id));
    if (!finding.has_value()) return errors::Internal("a finding is gone");
    side.ready.push_back(*std::move(finding));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> FindingDifference::Compare(const Reader& first,
                                                const Reader& second,
                                                size_t limit) {
  CONCORDAT_RETURN_IF_ERROR(Fill(first, limit, first_));
  CONCORDAT_RETURN_IF_ERROR(Fill(second, limit, second_));
  const auto take = [](Side& side) {
    std::optional<Finding> finding = std::move(side.ready.front());
    side.ready.pop_front();
    return finding;
  };
  // Until one of them has to be read on.
  while ((first_.ended || !first_.ready.empty()) &&
         (second_.ended || !second_.ready.empty())) {
    if (first_.ready.empty() && second_.ready.empty()) return false;
    const bool only_first =
        second_.ready.empty() ||
        (!first_.ready.empty() &&
         first_.ready.front().id < second_.ready.front().id);
    const bool only_second =
        first_.ready.empty() ||
        (!second_.ready.empty() &&
         second_.ready.front().id < first_.ready.front().id);
    std::optional<Finding> one;
    std::optional<Finding> other;
    if (!only_second) one = take(first_);
    if (!only_first) other = take(second_);
    ++compared_;
    Add(std::move(one), std::move(other));
  }
  return true;
}

bool FindingDifference::IsWithin(const std::optional<Finding>& finding) const {
  return finding.has_value() && finding->first_said_at >= options_.since &&
         finding->first_said_at < options_.until;
}

// What is on both sides is neither raised nor vanished, though it may have been
// said first at different times.
void FindingDifference::Add(std::optional<Finding> first,
                            std::optional<Finding> second) {
  if (first.has_value() && !first->confirmed) first.reset();
  if (second.has_value() && !second->confirmed) second.reset();
  const bool first_within = IsWithin(first);
  const bool second_within = IsWithin(second);
  if (!first_within && !second_within) return;
  if (first_within) ++weeks_[WeekOf(first->first_said_at)].first;
  if (second_within) ++weeks_[WeekOf(second->first_said_at)].second;
  if (first.has_value() && IsOpen(first->state)) {
    ++groups_[GroupOf(*first)].open_first;
  }
  if (second.has_value() && IsOpen(second->state)) {
    ++groups_[GroupOf(*second)].open_second;
  }
  const FindingGroup group = GroupOf(second.has_value() ? *second : *first);
  GroupDifference& counts = groups_[group];
  if (!first.has_value()) {
    ++counts.raised;
    Keep(kept_[group].raised, {std::nullopt, std::move(second)});
  } else if (!second.has_value()) {
    ++counts.vanished;
    Keep(kept_[group].vanished, {std::move(first), std::nullopt});
  } else if (first->verdict != second->verdict) {
    ++counts.changed;
    Keep(kept_[group].changed, {std::move(first), std::move(second)});
  } else {
    ++counts.same;
  }
}

void FindingDifference::Keep(std::vector<FindingPair>& kept,
                             FindingPair pair) const {
  if (options_.examples == 0) return;
  if (kept.size() == options_.examples) {
    if (!ComesFirst(pair, kept.back())) return;
    kept.pop_back();
  }
  const auto place =
      std::upper_bound(kept.begin(), kept.end(), pair, ComesFirst);
  kept.insert(place, std::move(pair));
}

GroupDifference FindingDifference::Total() const {
  GroupDifference total;
  for (const auto& entry : groups_) total += entry.second;
  return total;
}

std::vector<FindingPair> FindingDifference::Examples(size_t limit) const {
  std::vector<FindingPair> examples;
  for (const auto& entry : kept_) {
    for (const auto* kind : {&entry.second.raised, &entry.second.vanished,
                             &entry.second.changed}) {
      for (const FindingPair& pair : *kind) {
        if (examples.size() == limit) return examples;
        examples.push_back(pair);
      }
    }
  }
  return examples;
}

}  // namespace concordat
