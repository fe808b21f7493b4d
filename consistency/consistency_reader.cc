#include "consistency/consistency_reader.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/functional/function_ref.h"
#include "graph/errors.h"
#include "graph/key.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// Ranks are read this many at a time: a scan may not read other rows.
constexpr size_t kRanksAtOnce = 256;
// Findings that a page looks through.
constexpr size_t kRanksPerPageMax = 2000;
// RankOf: what is resolved has its highest bit.
constexpr char kFirstResolvedRank = '\x80';

template <typename T>
bool Allows(const std::vector<T>& allowed, const T& value) {
  return allowed.empty() ||
         std::find(allowed.begin(), allowed.end(), value) != allowed.end();
}

// Visits matching findings, worst first, from the rank key `start`, until
// `visit` returns false or so many were looked at. Gives the rank key where
// that was, empty at the end.
absl::StatusOr<std::string> VisitFindings(
    const Reader& reader, const FindingFilter& filter, absl::string_view start,
    size_t ranks_max, absl::FunctionRef<bool(Finding finding)> visit) {
  // Those that are resolved come last.
  const std::string end =
      filter.AllowsResolved() ? "" : std::string(1, kFirstResolvedRank);
  std::string from(start);
  while (end.empty() || from < end) {
    std::vector<std::string> ranks;
    CONCORDAT_RETURN_IF_ERROR(
        reader.Scan(rows::kFindingRanks, from, end,
                    [&](absl::string_view key, absl::string_view) {
                      ranks.emplace_back(key);
                      return ranks.size() < kRanksAtOnce;
                    }));
    for (const std::string& rank : ranks) {
      if (ranks_max-- == 0) return rank;
      CONCORDAT_ASSIGN_OR_RETURN(std::optional<Finding> finding,
                                 rows::GetFinding(reader, rank.substr(1)));
      if (!finding.has_value() || !filter.Matches(*finding)) continue;
      if (!visit(*std::move(finding))) return rank;
    }
    if (ranks.size() < kRanksAtOnce) break;
    from = ranks.back() + '\0';
  }
  return "";
}

// Adds what a row holds from the attribute `skip_to`, until the page is full.
void AddHeld(absl::string_view key, rows::HeldClaims& row,
             absl::string_view skip_to, size_t limit, HeldClaimPage& page) {
  for (rows::HeldClaim& held : row.claims) {
    if (held.attribute < skip_to) continue;
    if (page.items.size() == limit) {
      page.next = std::string(key) + KeyWriter().String(held.attribute).Take();
      return;
    }
    page.items.push_back({row.entity, std::move(held)});
  }
}

}  // namespace

bool FindingFilter::Matches(const Finding& finding) const {
  const bool state_matches =
      states.empty() ? IsOpen(finding.state) : Allows(states, finding.state);
  return state_matches && Allows(channels, finding.subject.channel) &&
         Allows(attributes, finding.subject.attribute) &&
         Allows(verdicts, finding.verdict) &&
         Allows(families, finding.subject.family) &&
         Allows(entities, finding.subject.entity);
}

bool FindingFilter::AllowsResolved() const {
  return std::find(states.begin(), states.end(), FindingState::kResolved) !=
         states.end();
}

absl::StatusOr<FindingPage> ListFindings(const Reader& reader,
                                         const FindingFilter& filter,
                                         absl::string_view start,
                                         size_t limit) {
  FindingPage page;
  CONCORDAT_ASSIGN_OR_RETURN(
      page.next,
      VisitFindings(reader, filter, start, std::max(limit, kRanksPerPageMax),
                    [&](Finding finding) {
                      if (page.findings.size() == limit) return false;
                      page.findings.push_back(std::move(finding));
                      return true;
                    }));
  return page;
}

absl::StatusOr<int64_t> CountFindings(const Reader& reader,
                                      const FindingFilter& filter) {
  int64_t count = 0;
  const auto end = VisitFindings(reader, filter, "", SIZE_MAX,
                                 [&](const Finding&) { return ++count > 0; });
  CONCORDAT_RETURN_IF_ERROR(end.status());
  return count;
}

// A page starts at an entity, a channel and the attribute that is next there.
absl::StatusOr<HeldClaimPage> ListHeldClaims(
    const Reader& reader, absl::string_view channel,
    const std::vector<EntityId>& entities, absl::string_view start,
    size_t limit) {
  HeldClaimPage page;
  std::string first;  // key of the row that the page starts in
  std::string first_attribute;
  if (!start.empty()) {
    KeyReader place(start);
    const EntityId at = place.Entity();
    first = rows::HeldKey(at, place.String());
    first_attribute = place.String();
    if (!place.ok()) return errors::MalformedToken("page token");
  }
  std::vector<std::string> prefixes;
  prefixes.reserve(std::max<size_t>(entities.size(), 1));
  for (const EntityId& entity : entities) {
    prefixes.push_back(KeyWriter().Entity(entity).Take());
  }
  if (entities.empty()) prefixes.emplace_back();
  for (const std::string& prefix : prefixes) {
    const std::string end = PrefixEnd(prefix);
    if (!end.empty() && end <= first) continue;
    absl::Status problem;
    CONCORDAT_RETURN_IF_ERROR(reader.Scan(
        rows::kHeld, std::max(prefix, first), end,
        [&](absl::string_view key, absl::string_view value) {
          absl::StatusOr<rows::HeldClaims> row = rows::ParseHeld(key, value);
          problem = row.status();
          if (!row.ok()) return false;
          if (!channel.empty() && row->channel != channel) return true;
          const std::string skip_to = key == first ? first_attribute : "";
          AddHeld(key, *row, skip_to, limit, page);
          return page.next.empty();
        }));
    CONCORDAT_RETURN_IF_ERROR(problem);
    if (!page.next.empty()) break;
  }
  return page;
}

}  // namespace concordat
