#include "server/convert/identity.h"

#include "graph/errors.h"
#include "server/convert/common.h"
#include "server/convert/knowledge.h"

namespace concordat::convert {
namespace {

static_assert(static_cast<int>(BrakeKind::kRelations) ==
              static_cast<int>(v1::MERGE_BRAKE_RELATIONS));

void PartyToWire(const ResolvedParty& party, const TokenMint& tokens,
                 v1::ResolvedIdentity* wire) {
  if (party.link.has_value()) {
    ToWire(Change(*party.link), tokens, wire->add_steps());
  }
  for (const MergeRecord& merge : party.merges) {
    ToWire(Change(merge), tokens, wire->add_steps());
  }
  if (!party.cluster.has_value()) return;
  ToWire(party.cluster->canonical, wire->mutable_entity());
  for (const EntityId& member : party.cluster->members) {
    ToWire(member, wire->add_members());
  }
}

}  // namespace

absl::StatusOr<IdentityParty> FromWire(const v1::IdentityParty& wire) {
  switch (wire.who_case()) {
    case v1::IdentityParty::kEntity:
      return IdentityParty(FromWire(wire.entity()));
    case v1::IdentityParty::kSubject:
      return IdentityParty(
          ChannelSubject{wire.subject().channel(), wire.subject().subject()});
    case v1::IdentityParty::WHO_NOT_SET:
      break;
  }
  return errors::InvalidField("who", "must be entity or subject");
}

void ToWire(const IdentityExplanation& explanation, const TokenMint& tokens,
            v1::ExplainIdentityResponse* wire) {
  wire->set_same(explanation.same);
  wire->set_explanation(explanation.sentence);
  PartyToWire(explanation.a, tokens, wire->mutable_a());
  PartyToWire(explanation.b, tokens, wire->mutable_b());
  for (const SharedIdentifier& shared : explanation.shared) {
    v1::SharedIdentifier* const written = wire->add_shared();
    written->set_attribute(shared.attribute);
    written->set_values(shared.values);
    written->set_blocked(shared.blocked);
    written->set_generic(shared.generic);
  }
  for (const DistinctRecord& distinct : explanation.distinct) {
    ToWire(Change(distinct), tokens, wire->add_distinct());
  }
  for (const Brake& brake : explanation.brakes) {
    v1::StandingBrake* const written = wire->add_brakes();
    written->set_brake(static_cast<v1::MergeBrake>(brake.kind));
    written->set_of(brake.of);
    written->set_actual(brake.actual);
    written->set_allowed(brake.allowed);
    written->set_may_be_overridden(brake.may_be_overridden);
  }
}

}  // namespace concordat::convert
