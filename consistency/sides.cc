#include "consistency/sides.h"

#include <algorithm>
#include <utility>

#include "consistency/fusion/value_clusters.h"
#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// That two err by themselves in the same way is rare; how rare, for these
// channels, is learned (DoubtAuthority), but what is recorded must follow from
// the log alone.
constexpr size_t kWitnessesMin = 2;

const WritingHabits& HabitsOf(const Channel& channel, const EntityId& entity,
                              const Attribute& attribute) {
  const AttributeTerms* terms = channel.FindTerms(entity.type, attribute.name);
  return terms == nullptr ? channel.habits : terms->habits;
}

// nullopt where the claim takes no side.
absl::StatusOr<std::optional<Side>> SideOf(const Claim& claim,
                                           const Attribute& attribute,
                                           const Vocabulary& vocabulary,
                                           Knowledge& knowledge) {
  const Channel* channel = vocabulary.FindChannel(claim.channel);
  if (channel == nullptr || claim.erased || !claim.value.has_value()) {
    return std::nullopt;
  }
  absl::StatusOr<Judgement> judged = Judge(claim, vocabulary, knowledge);
  if (IsBeyondLimits(judged.status())) return std::nullopt;
  CONCORDAT_RETURN_IF_ERROR(judged.status());
  Side side{claim, judged->substance(), std::move(judged->claimed), {}};
  // What is seen to agree at once is not read.
  if (!side.reading.value.has_value() && IsAgreement(side.verdict)) {
    side.reading = knowledge.Read(attribute, *claim.value,
                                  HabitsOf(*channel, *claim.entity, attribute));
  }
  if (!side.reading.value.has_value()) return std::nullopt;
  return side;
}

bool SpokeSince(const Side& side, absl::Time since) {
  return side.claim.said_at >= since;
}

}  // namespace

absl::Time Sides::NewestSaidAt() const {
  absl::Time newest = absl::InfinitePast();
  for (const Side& side : sides) newest = std::max(newest, side.claim.said_at);
  return newest;
}

std::vector<const Side*> Sides::Within(absl::Duration window) const {
  const absl::Time since = NewestSaidAt() - window;
  std::vector<const Side*> within;
  for (const Side& side : sides) {
    if (SpokeSince(side, since)) within.push_back(&side);
  }
  return within;
}

void AddNewest(absl::Span<const HeldClaim> held, absl::string_view attribute,
               NewestClaims& newest) {
  for (const HeldClaim& one : held) {
    if (one.attribute() != attribute) continue;
    Claim claim = one.judged.claim;
    claim.entity = one.entity();
    claim.attribute = one.attribute();
    const auto [known, is_new] = newest.try_emplace(one.channel(), claim);
    if (!is_new && known->second.said_at < claim.said_at) {
      known->second = std::move(claim);
    }
  }
}

std::vector<Claim> ClaimsOf(NewestClaims newest) {
  std::vector<Claim> claims;
  for (auto& entry : newest) claims.push_back(std::move(entry.second));
  return claims;
}

absl::StatusOr<Sides> CompareSides(absl::Span<const Claim> claims,
                                   const Vocabulary& vocabulary,
                                   Knowledge& knowledge) {
  Sides compared;
  for (const Claim& claim : claims) {
    const EntityType* type =
        vocabulary.schema.FindEntityType(claim.entity->type);
    const Attribute* attribute =
        type == nullptr ? nullptr : type->FindAttribute(claim.attribute);
    if (attribute == nullptr) return Sides();
    compared.attribute = attribute;
    CONCORDAT_ASSIGN_OR_RETURN(
        std::optional<Side> side,
        SideOf(claim, *attribute, vocabulary, knowledge));
    if (side.has_value()) compared.sides.push_back(*std::move(side));
  }
  if (compared.sides.empty()) return compared;
  std::vector<WrittenReading> written;
  for (const Side& side : compared.sides) {
    written.push_back(
        {&side.reading, &HabitsOf(*vocabulary.FindChannel(side.claim.channel),
                                  *side.claim.entity, *compared.attribute)});
  }
  absl::StatusOr<ValueClusters> clusters =
      ClusterValues(*compared.attribute, written);
  // So many different values that none can be told apart.
  if (IsBeyondLimits(clusters.status())) return compared;
  CONCORDAT_RETURN_IF_ERROR(clusters.status());
  for (size_t i = 0; i < compared.sides.size(); ++i) {
    compared.sides[i].value = clusters->of[i];
  }
  compared.leaders = std::move(clusters->leaders);
  return compared;
}

std::vector<Claim> SidesOfFinding(const Finding& finding) {
  std::vector<Claim> claims = finding.others;
  const auto place = std::lower_bound(
      claims.begin(), claims.end(), finding.claim,
      [](const Claim& a, const Claim& b) { return a.channel < b.channel; });
  claims.insert(place, finding.claim);
  return claims;
}

SidesOutcome FindConflict(const Sides& sides, absl::Duration window) {
  absl::Time newest = absl::InfinitePast();
  for (const Side& side : sides.sides) {
    if (side.verdict == Verdict::kUnverifiable) {
      newest = std::max(newest, side.claim.said_at);
    }
  }
  // The graph knows, so each is judged by it.
  if (newest == absl::InfinitePast()) return SidesOutcome::kGone;
  std::optional<size_t> first;
  std::optional<size_t> recent;
  bool all_same = true;
  for (const Side& side : sides.sides) {
    if (side.verdict != Verdict::kUnverifiable) continue;
    if (!side.value.has_value()) {
      all_same = false;
      continue;
    }
    if (!first.has_value()) first = side.value;
    all_same = all_same && first == side.value;
    if (!SpokeSince(side, newest - window)) continue;
    if (!recent.has_value()) recent = side.value;
    if (recent != side.value) return SidesOutcome::kShown;
  }
  return all_same ? SidesOutcome::kGone : SidesOutcome::kOpen;
}

SidesOutcome FindSuspicion(const Sides& sides, absl::Duration window) {
  size_t spoke = 0;
  std::optional<size_t> first;
  for (const Side* side : sides.Within(window)) {
    const bool never_true = side->verdict == Verdict::kContradicts ||
                            side->verdict == Verdict::kExtra;
    // One that says what the authority does, or did, is enough.
    if (!never_true) return SidesOutcome::kGone;
    if (!side->value.has_value()) return SidesOutcome::kOpen;
    if (++spoke == 1) first = side->value;
    if (first != side->value) return SidesOutcome::kOpen;
  }
  if (spoke == 0) return SidesOutcome::kGone;
  return spoke < kWitnessesMin ? SidesOutcome::kOpen : SidesOutcome::kShown;
}

}  // namespace concordat
