#include "client/simulate/planner.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "absl/strings/str_cat.h"
#include "client/simulate/plants.h"
#include "client/simulate/writing.h"

namespace concordat::simulate {
namespace {

constexpr uint32_t kClaimsMin = 8;
constexpr uint32_t kClaimsSpread = 9;
// How often a place is drawn before a kind, or a claim, is given up.
constexpr int kPlacesMax = 60;
constexpr int kKindsMax = 6;
// Share of the planted faults, of 1000, that come from their one cause.
constexpr uint32_t kCausePerMille = 800;

constexpr const char* kTeams[] = {"north", "south", "night"};
constexpr const char* kRegions[] = {"eu-1", "eu-2", "us-1"};
constexpr const char* kExposures[] = {"HELD", "HELD", "SHOWN", "TOLD"};

constexpr Plant kAsKnown = {"as_known", Verdict::kAgrees, 0,
                            "as the graph knows it; only the writing may "
                            "differ",
                            nullptr};

const Plant& DrawPlant(Random& random) {
  uint32_t total = 0;
  for (const Plant& plant : AllPlants()) total += plant.weight;
  uint32_t draw = random.Below(total);
  for (const Plant& plant : AllPlants()) {
    if (draw < plant.weight) return plant;
    draw -= plant.weight;
  }
  return AllPlants().back();
}

std::string SubjectOf(const Draft& draft, const Customer& customer) {
  if (draft.unlinked) return MakeUnlinkedSubject(draft.channel, customer.index);
  if (draft.order == nullptr) return customer.subjects[draft.channel];
  if (draft.channel == kBilling) return draft.order->billing_id;
  return absl::StrCat("order/", draft.order->entity.id);
}

// Faults have causes: a release, a region, a team. They are what grouping by
// cause is to find.
void Label(Random& random, PlannedClaim& claim) {
  const ChannelInfo& channel = ChannelAt(claim.channel);
  claim.app_version = channel.app_versions[random.Below(3)];
  claim.team = kTeams[random.Below(3)];
  claim.region = kRegions[random.Below(3)];
  claim.exposure = kExposures[random.Below(4)];
  if (!random.PerMille(kCausePerMille)) return;
  switch (claim.verdict) {
    case Verdict::kMeaning:
    case Verdict::kMissing:
      claim.app_version = channel.app_versions[1];
      break;
    case Verdict::kStale:
      claim.region = kRegions[1];
      break;
    case Verdict::kMisidentified:
      claim.team = kTeams[2];
      break;
    default:
      break;
  }
}

PlannedClaim Finish(const Draft& draft, const Plant& plant, Verdict further,
                    const Customer& customer, Random& random) {
  PlannedClaim claim;
  claim.channel = draft.channel;
  claim.subject = SubjectOf(draft, customer);
  claim.entity = draft.statement.entity;
  claim.attribute = draft.statement.attribute;
  claim.value = draft.written.empty()
                    ? WriteValue(*draft.statement.channel, claim.attribute,
                                 draft.statement.value, random)
                    : draft.written;
  claim.said_at_s = draft.statement.said_at_s;
  claim.kind = plant.kind;
  claim.note = plant.note;
  claim.verdict = plant.verdict;
  claim.further = further;
  Label(random, claim);
  return claim;
}

// Whether the verdict on the draft is the plant's, and what the further one
// is. The oracle, not the plant, has the last word.
bool Fits(const Draft& draft, const Plant& plant, Verdict* further) {
  *further = Verdict::kNone;
  const std::optional<Verdict> expected = Expect(draft.statement);
  if (!expected.has_value()) return false;
  if (draft.unlinked) return true;
  if (draft.entitled) return *expected == plant.verdict;
  *further = *expected;
  return *expected == Verdict::kAgrees || *expected == Verdict::kStale ||
         *expected == Verdict::kContradicts;
}

std::optional<PlannedClaim> MakePlanted(const PlantContext& context,
                                        Random& random) {
  for (int i = 0; i < kKindsMax; ++i) {
    const Plant& plant = DrawPlant(random);
    const bool entitled = plant.verdict != Verdict::kNotEntitled;
    for (int j = 0; j < kPlacesMax; ++j) {
      Draft draft;
      Verdict further;
      if (DrawPlace(context, entitled, random, draft) &&
          plant.shape(context, random, draft) && Fits(draft, plant, &further)) {
        return Finish(draft, plant, further, context.customer, random);
      }
    }
  }
  return std::nullopt;
}

std::optional<PlannedClaim> MakePlain(const PlantContext& context,
                                      Random& random) {
  for (int i = 0; i < kPlacesMax; ++i) {
    Draft draft;
    if (!DrawPlace(context, true, random, draft)) continue;
    const Statement& said = draft.statement;
    const Span* const truth =
        SpanAt(said.entity->Of(said.attribute), said.said_at_s);
    if (truth == nullptr) continue;
    draft.statement.value = truth->value;
    return Finish(draft, kAsKnown, Verdict::kNone, context.customer, random);
  }
  return std::nullopt;
}

}  // namespace

Planner::Planner(const WorldOptions& options, double planted_rate)
    : options_(options),
      planted_draws_(
          static_cast<uint64_t>(std::llround(planted_rate * 4294967296.0))) {}

std::vector<PlannedClaim> Planner::Plan(const Customer& customer) const {
  Random random(Mix(options_.seed ^ Mix(~customer.index)));
  const PlantContext context{options_, customer};
  std::vector<PlannedClaim> claims;
  const uint32_t wanted = kClaimsMin + random.Below(kClaimsSpread);
  for (uint32_t i = 0; i < wanted; ++i) {
    std::optional<PlannedClaim> claim;
    if ((random.Next() >> 32) < planted_draws_) {
      claim = MakePlanted(context, random);
    }
    if (!claim.has_value()) claim = MakePlain(context, random);
    if (claim.has_value()) claims.push_back(*std::move(claim));
  }
  std::stable_sort(claims.begin(), claims.end(),
                   [](const PlannedClaim& a, const PlannedClaim& b) {
                     return a.said_at_s < b.said_at_s;
                   });
  return claims;
}

}  // namespace concordat::simulate
