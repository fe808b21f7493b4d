#include "consistency/coverage.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "consistency/consistency_reader.h"
#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// Held claims that one page judges.
constexpr size_t kJudgedPerPage = 5000;

// Said again now it would be late: so what was right then is not known to be
// known now.
absl::StatusOr<std::optional<Unconfirmed>> UnconfirmedSince(
    const HeldClaim& held, const Vocabulary& vocabulary, Knowledge& knowledge,
    absl::Time now) {
  Claim claim = held.judged.claim;
  claim.entity = held.entity();
  const Channel* channel = vocabulary.FindChannel(claim.channel);
  if (channel == nullptr || claim.erased) return std::nullopt;
  const absl::Time said_at = claim.said_at;
  claim.said_at = now;
  // How old its copy was is said of then.
  claim.as_of = absl::InfinitePast();
  claim.as_of_revision.clear();
  const absl::StatusOr<Judgement> judged = Judge(claim, vocabulary, knowledge);
  if (IsBeyondLimits(judged.status())) return std::nullopt;
  CONCORDAT_RETURN_IF_ERROR(judged.status());
  absl::Time changed_at = absl::InfinitePast();
  if (judged->verdict == Verdict::kStale) {
    changed_at = judged->superseded_at;
  } else if (judged->verdict == Verdict::kMissing &&
             judged->truth.has_value()) {
    changed_at = judged->truth->valid.from;
  }
  if (said_at >= changed_at) return std::nullopt;
  return Unconfirmed{held, changed_at,
                     changed_at + judged->promise + channel->clock_skew};
}

}  // namespace

absl::StatusOr<UnconfirmedPage> ListUnconfirmed(
    const Reader& reader, const Vocabulary& vocabulary, Knowledge& knowledge,
    absl::Time now, absl::string_view channel,
    const std::vector<EntityId>& entities, absl::string_view start,
    size_t limit) {
  UnconfirmedPage page;
  page.next = std::string(start);
  CONCORDAT_ASSIGN_OR_RETURN(const HeldReader held,
                             HeldReader::Open(reader, entities));
  size_t judged = 0;
  do {
    CONCORDAT_ASSIGN_OR_RETURN(
        HeldClaimPage looked_at,
        ListHeldClaims(reader, held, channel, entities, page.next,
                       limit - page.items.size()));
    for (HeldClaimPage::Item& item : looked_at.items) {
      CONCORDAT_ASSIGN_OR_RETURN(
          std::optional<Unconfirmed> unconfirmed,
          UnconfirmedSince(item.held, vocabulary, knowledge, now));
      if (unconfirmed.has_value()) {
        page.items.push_back(*std::move(unconfirmed));
      }
    }
    judged += looked_at.items.size();
    page.next = std::move(looked_at.next);
  } while (!page.next.empty() && page.items.size() < limit &&
           judged < kJudgedPerPage);
  return page;
}

}  // namespace concordat
