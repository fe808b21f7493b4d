#include "consistency/consistency_reader.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "absl/functional/function_ref.h"
#include "graph/errors.h"
#include "graph/identity.h"
#include "graph/key.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// Ranks are read this many at a time: a scan may not read other rows.
constexpr size_t kRanksAtOnce = 256;
// Findings that a page looks through.
constexpr size_t kRanksPerPageMax = 2000;
bool AllowsResolved(const FindingFilter& filter) {
  return std::find(filter.states.begin(), filter.states.end(),
                   FindingState::kResolved) != filter.states.end();
}

using VisitFinding = absl::FunctionRef<bool(Finding finding)>;

// The ids of the findings that a filter can be about at most, where it says so.
absl::StatusOr<std::optional<std::vector<std::string>>> NamedBy(
    const Reader& reader, const FindingScope& scope) {
  if (!scope.ids.empty()) return scope.ids;
  if (scope.entities.empty()) return std::nullopt;
  std::vector<std::string> ids;
  for (const EntityId& entity : scope.entities) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<std::string> of_entity,
                               rows::FindingsOf(reader, entity));
    ids.insert(ids.end(), of_entity.begin(), of_entity.end());
  }
  return std::optional(std::move(ids));
}

// Visits those of few findings that match.
absl::StatusOr<std::string> VisitNamed(const Reader& reader, const Mutes& mutes,
                                       const FindingFilter& filter,
                                       const std::vector<std::string>& ids,
                                       absl::string_view start,
                                       VisitFinding visit) {
  std::map<std::string, Finding> by_rank;
  for (const std::string& id : ids) {
    CONCORDAT_ASSIGN_OR_RETURN(std::optional<Finding> finding,
                               rows::GetFinding(reader, id));
    if (!finding.has_value() || !filter.Matches(*finding, mutes)) continue;
    std::string rank = RankOf(*finding) + id;
    if (rank >= start) by_rank.emplace(std::move(rank), *std::move(finding));
  }
  for (auto& [rank, finding] : by_rank) {
    if (!visit(std::move(finding))) return rank;
  }
  return "";
}

// Visits matching findings, worst first, from the rank key `start`, until
// `visit` returns false or so many were looked at. Gives the rank key where
// that was, empty at the end.
absl::StatusOr<std::string> VisitFindings(
    const Reader& reader, const Mutes& mutes, const FindingFilter& filter,
    absl::string_view start, size_t ranks_max, VisitFinding visit) {
  CONCORDAT_ASSIGN_OR_RETURN(const auto named, NamedBy(reader, filter.scope));
  if (named.has_value()) {
    return VisitNamed(reader, mutes, filter, *named, start, visit);
  }
  // Those that are resolved come last.
  const std::string end =
      AllowsResolved(filter) ? "" : std::string(1, kResolvedRank);
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
      CONCORDAT_ASSIGN_OR_RETURN(
          std::optional<Finding> finding,
          rows::GetFinding(reader, rank.substr(kRankBytes)));
      if (!finding.has_value() || !filter.Matches(*finding, mutes)) continue;
      if (!visit(*std::move(finding))) return rank;
    }
    if (ranks.size() < kRanksAtOnce) break;
    from = ranks.back() + '\0';
  }
  return "";
}

// That of the graver family, where both were opened.
absl::StatusOr<std::string> FindingOf(const Reader& reader,
                                      const HeldClaim& held) {
  for (const FindingFamily family : kChannelFamilies) {
    std::string id = FingerprintOf(
        {held.entity(), held.attribute(), held.channel(), family});
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> finding,
                               reader.Get(rows::kFindings, id));
    if (finding.has_value()) return id;
  }
  return "";
}

}  // namespace

bool FindingFilter::Matches(const Finding& finding, const Mutes& mutes) const {
  if (!scope.Matches(finding) || !Allows(assignees, finding.assignee)) {
    return false;
  }
  const FindingState shown = mutes.StateOf(finding);
  if (!states.empty()) return Allows(states, shown);
  return !scope.ids.empty() || IsOpen(shown);
}

absl::StatusOr<Mutes> ReadMutes(const Reader& reader) {
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<Mute> mutes,
                             rows::GetMutes(reader, /*ended=*/false));
  const Identity identity(reader, Revision::Latest());
  for (Mute& mute : mutes) {
    std::vector<EntityId> members;
    for (const EntityId& entity : mute.scope.entities) {
      absl::StatusOr<Cluster> cluster = identity.ClusterOf(entity);
      if (IsBeyondLimits(cluster.status())) cluster = Cluster{entity, {entity}};
      CONCORDAT_RETURN_IF_ERROR(cluster.status());
      members.insert(members.end(), cluster->members.begin(),
                     cluster->members.end());
    }
    mute.scope.entities = std::move(members);
  }
  return Mutes(std::move(mutes));
}

absl::StatusOr<FindingPage> ListFindings(const Reader& reader,
                                         const Mutes& mutes,
                                         const FindingFilter& filter,
                                         absl::string_view start,
                                         size_t limit) {
  FindingPage page;
  CONCORDAT_ASSIGN_OR_RETURN(
      page.next,
      VisitFindings(reader, mutes, filter, start,
                    std::max(limit, kRanksPerPageMax), [&](Finding finding) {
                      if (page.findings.size() == limit) {
                        return false;
                      }
                      page.findings.push_back(std::move(finding));
                      return true;
                    }));
  return page;
}

absl::StatusOr<int64_t> CountFindings(const Reader& reader, const Mutes& mutes,
                                      const FindingFilter& filter) {
  int64_t count = 0;
  const auto end = VisitFindings(reader, mutes, filter, "", SIZE_MAX,
                                 [&](const Finding&) { return ++count > 0; });
  CONCORDAT_RETURN_IF_ERROR(end.status());
  return count;
}

// A page starts at a key.
absl::StatusOr<HeldClaimPage> ListHeldClaims(
    const Reader& reader, const HeldReader& held, absl::string_view channel,
    const std::vector<EntityId>& entities, absl::string_view start,
    size_t limit) {
  HeldClaimPage page;
  std::vector<std::string> prefixes;
  prefixes.reserve(std::max<size_t>(entities.size(), 1));
  for (const EntityId& entity : entities) {
    prefixes.push_back(KeyWriter().Entity(entity).Take());
  }
  if (entities.empty()) prefixes.emplace_back();
  for (const std::string& prefix : prefixes) {
    const std::string end = PrefixEnd(prefix);
    if (!end.empty() && end <= start) continue;
    const absl::string_view begin = std::max<absl::string_view>(prefix, start);
    CONCORDAT_RETURN_IF_ERROR(held.Visit(
        begin, end, [&](absl::string_view key, const HeldClaim& claim) {
          if (!channel.empty() && claim.channel() != channel) return true;
          if (page.items.size() == limit) {
            page.next = std::string(key);
            return false;
          }
          page.items.push_back({claim, ""});
          return true;
        }));
    if (!page.next.empty()) break;
  }
  for (HeldClaimPage::Item& item : page.items) {
    CONCORDAT_ASSIGN_OR_RETURN(item.finding_id, FindingOf(reader, item.held));
  }
  return page;
}

absl::StatusOr<HeldClaimPage> ListHeldClaims(
    const Reader& reader, absl::string_view channel,
    const std::vector<EntityId>& entities, absl::string_view start,
    size_t limit) {
  CONCORDAT_ASSIGN_OR_RETURN(const HeldReader held,
                             HeldReader::Open(reader, entities));
  return ListHeldClaims(reader, held, channel, entities, start, limit);
}

}  // namespace concordat
