#include "server/rpc/suggestions.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "consistency/fusion/fuse.h"
#include "consistency/held_observations.h"
#include "graph/status_macros.h"
#include "server/convert/claims.h"
#include "server/convert/common.h"

namespace concordat {
namespace {

using convert::ToWire;

void AddSide(const Side& side, v1::Side* wire) {
  ToWire(side.claim, wire->mutable_claim());
  wire->set_verdict(static_cast<v1::Verdict>(side.verdict));
  ToWire(side.claim.value, side.reading, wire->mutable_value());
  if (side.value.has_value()) {
    wire->set_number(static_cast<int32_t>(*side.value));
  }
}

// The graph knows a value that no side says.
bool AllAreWrong(const Sides& sides) {
  return std::all_of(
      sides.sides.begin(), sides.sides.end(),
      [](const Side& side) { return IsDisagreement(side.verdict); });
}

}  // namespace

absl::Status Suggest(const LearnedReliability& learned, const EntityId& entity,
                     const Sides& sides, absl::Duration window,
                     google::protobuf::RepeatedPtrField<v1::Side>* wire_sides,
                     v1::Suggestion* suggestion) {
  if (learned.at != absl::InfinitePast()) {
    ToWire(learned.at, suggestion->mutable_learned_at());
  }
  suggestion->set_none(1);
  if (sides.sides.empty()) return absl::OkStatus();
  const std::string name = ObservedName(entity.type, sides.attribute->name);
  std::vector<Testimony> testimonies;
  std::vector<int> places;
  const absl::Time since = sides.NewestSaidAt() - window;
  for (const Side& side : sides.sides) {
    v1::Side* const wire = wire_sides->Add();
    AddSide(side, wire);
    if (!side.value.has_value() || side.claim.said_at < since) continue;
    testimonies.push_back({side.claim.channel, *side.value});
    places.push_back(wire_sides->size() - 1);
  }
  CONCORDAT_ASSIGN_OR_RETURN(
      const Distribution distribution,
      Fuse(learned.model, name, testimonies, sides.leaders.size()));
  for (size_t i = 0; i < places.size(); ++i) {
    v1::Side& wire = *wire_sides->Mutable(places[i]);
    const Witness& witness = distribution.evidence[i];
    wire.set_reliability(witness.reliability.mean());
    wire.set_samples(witness.reliability.samples);
    wire.set_weight(witness.weight);
  }
  for (size_t i = 0; i < sides.leaders.size(); ++i) {
    const Side& leader = sides.sides[sides.leaders[i]];
    v1::ValueProbability* value = suggestion->add_values();
    ToWire(leader.claim.value, leader.reading, value->mutable_value());
    value->set_probability(distribution.values[i]);
  }
  suggestion->set_none(distribution.none);
  if (distribution.decided.has_value()) {
    suggestion->set_decided(static_cast<int32_t>(*distribution.decided));
  }
  suggestion->set_witnesses(distribution.witnesses);
  if (AllAreWrong(sides)) {
    CONCORDAT_ASSIGN_OR_RETURN(
        const AuthorityDoubt doubt,
        DoubtAuthority(learned.model, name, testimonies, std::nullopt));
    suggestion->set_authority_wrong(doubt.probability);
  }
  return absl::OkStatus();
}

}  // namespace concordat
