#include "consistency/consistency_reader.h"

#include <algorithm>
#include <utility>

#include "absl/functional/function_ref.h"
#include "graph/errors.h"
#include "graph/key.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// Ranks are read this many at a time: a scan may not read other rows.
constexpr size_t kRanksAtOnce = 256;

template <typename T>
bool Allows(const std::vector<T>& allowed, const T& value) {
  return allowed.empty() ||
         std::find(allowed.begin(), allowed.end(), value) != allowed.end();
}

// Visits matching findings, worst first, from the rank key `start`, until
// `visit` returns false.
absl::Status VisitFindings(
    const Reader& reader, const FindingFilter& filter, absl::string_view start,
    absl::FunctionRef<bool(const std::string& rank_key, Finding finding)>
        visit) {
  std::string from(start);
  while (true) {
    std::vector<std::string> ranks;
    CONCORDAT_RETURN_IF_ERROR(
        reader.Scan(rows::kFindingRanks, from, "",
                    [&](absl::string_view key, absl::string_view) {
                      ranks.emplace_back(key);
                      return ranks.size() < kRanksAtOnce;
                    }));
    for (const std::string& rank : ranks) {
      CONCORDAT_ASSIGN_OR_RETURN(std::optional<Finding> finding,
                                 rows::GetFinding(reader, rank.substr(1)));
      if (!finding.has_value() || !filter.Matches(*finding)) continue;
      if (!visit(rank, *std::move(finding))) return absl::OkStatus();
    }
    if (ranks.size() < kRanksAtOnce) return absl::OkStatus();
    from = ranks.back() + '\0';
  }
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

absl::StatusOr<FindingPage> ListFindings(const Reader& reader,
                                         const FindingFilter& filter,
                                         absl::string_view start,
                                         size_t limit) {
  FindingPage page;
  CONCORDAT_RETURN_IF_ERROR(VisitFindings(
      reader, filter, start, [&](const std::string& rank_key, Finding finding) {
        if (page.findings.size() == limit) {
          page.next = rank_key;
          return false;
        }
        page.findings.push_back(std::move(finding));
        return true;
      }));
  return page;
}

absl::StatusOr<int64_t> CountFindings(const Reader& reader,
                                      const FindingFilter& filter) {
  int64_t count = 0;
  CONCORDAT_RETURN_IF_ERROR(VisitFindings(
      reader, filter, "", [&](const std::string&, const Finding&) {
        ++count;
        return true;
      }));
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
