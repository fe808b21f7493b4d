#include "graph/identity_explanation.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

std::string NameOf(const EntityId& entity) {
  return absl::StrCat(entity.type, "/", entity.id);
}

absl::StatusOr<ResolvedParty> Resolve(const Identity& identity,
                                      const EntityId& entity, absl::Time) {
  ResolvedParty party;
  CONCORDAT_ASSIGN_OR_RETURN(party.merges, identity.PathOf(entity));
  CONCORDAT_ASSIGN_OR_RETURN(party.cluster, identity.ClusterOf(entity));
  CONCORDAT_ASSIGN_OR_RETURN(const bool known, identity.Exists(*party.cluster));
  if (!known) return errors::NotFound("this entity");
  return party;
}

absl::StatusOr<ResolvedParty> Resolve(const Identity& identity,
                                      const ChannelSubject& name,
                                      absl::Time now) {
  CONCORDAT_ASSIGN_OR_RETURN(
      const LinkTimeline timeline,
      identity.graph().LinkTimelineOf(name.channel, name.subject));
  const LinkRecord* const link = timeline.At(now);
  if (link == nullptr) return ResolvedParty();
  CONCORDAT_ASSIGN_OR_RETURN(ResolvedParty party,
                             Resolve(identity, link->entity, now));
  party.link = *link;
  return party;
}

absl::StatusOr<ResolvedParty> Resolve(const Identity& identity,
                                      const IdentityParty& party,
                                      absl::string_view field, absl::Time now) {
  absl::StatusOr<ResolvedParty> resolved = std::visit(
      [&](const auto& who) { return Resolve(identity, who, now); }, party);
  if (resolved.ok()) return resolved;
  return WithField(field, resolved.status());
}

std::string Counted(size_t count, absl::string_view noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

std::string WhyOne(const IdentityExplanation& e) {
  std::string sentence =
      absl::StrCat("Both are ", NameOf(e.a.cluster->canonical));
  std::vector<std::string> by;
  const size_t links =
      (e.a.link.has_value() ? 1 : 0) + (e.b.link.has_value() ? 1 : 0);
  const size_t merges = e.a.merges.size() + e.b.merges.size();
  if (links > 0) by.push_back(Counted(links, "link"));
  if (merges > 0) by.push_back(Counted(merges, "merge"));
  if (by.empty()) return sentence + ".";
  return absl::StrCat(sentence, ", by ", absl::StrJoin(by, " and "), ".");
}

std::string WhyTwo(const IdentityExplanation& e) {
  std::string sentence =
      absl::StrCat(NameOf(e.a.cluster->canonical), " and ",
                   NameOf(e.b.cluster->canonical), " are two");
  if (!e.distinct.empty()) {
    const Provenance& recorded = e.distinct.back().recorded;
    const std::string& who =
        recorded.actor.empty() ? recorded.source : recorded.actor;
    return absl::StrCat(sentence, ": they were declared distinct",
                        who.empty() ? "" : " by ", who, ".");
  }
  std::vector<std::string> evidence;
  for (const SharedIdentifier& shared : e.shared) {
    if (shared.values > 0) evidence.push_back(shared.attribute);
  }
  absl::StrAppend(
      &sentence, ": nobody merged them, and they ",
      evidence.empty()
          ? "share nothing that identifies"
          : absl::StrCat("share values of ", absl::StrJoin(evidence, ", ")));
  std::vector<std::string> brakes;
  for (const Brake& brake : e.brakes) {
    brakes.push_back(brake.of.empty() ? std::string(BrakeName(brake.kind))
                                      : absl::StrCat(BrakeName(brake.kind),
                                                     " of ", brake.of));
  }
  if (brakes.empty()) return sentence + ".";
  return absl::StrCat(sentence, "; a merge would meet ",
                      absl::StrJoin(brakes, ", "), ".");
}

}  // namespace

absl::StatusOr<IdentityExplanation> ExplainIdentity(const Schema& schema,
                                                    const Identity& identity,
                                                    const IdentityParty& a,
                                                    const IdentityParty& b,
                                                    absl::Time now) {
  IdentityExplanation e;
  CONCORDAT_ASSIGN_OR_RETURN(e.a, Resolve(identity, a, "a", now));
  CONCORDAT_ASSIGN_OR_RETURN(e.b, Resolve(identity, b, "b", now));
  if (!e.a.cluster.has_value() || !e.b.cluster.has_value()) {
    const bool neither = !e.a.cluster.has_value() && !e.b.cluster.has_value();
    e.sentence = absl::StrCat(neither ? "Both channels' own ids link"
                              : !e.a.cluster.has_value()
                                  ? "The one channel's own id links"
                                  : "The other channel's own id links",
                              " to nobody; record the link.");
    return e;
  }
  e.same = e.a.cluster->canonical == e.b.cluster->canonical;
  if (e.same) {
    e.sentence = WhyOne(e);
    return e;
  }
  CONCORDAT_ASSIGN_OR_RETURN(
      e.shared,
      SharedIdentifiers(schema, identity, *e.a.cluster, *e.b.cluster, now));
  CONCORDAT_ASSIGN_OR_RETURN(
      e.distinct, identity.DistinctBetween(*e.a.cluster, *e.b.cluster));
  CONCORDAT_ASSIGN_OR_RETURN(
      e.brakes, BrakesOnMerge(schema, identity, e.a.cluster->canonical,
                              e.b.cluster->canonical, now));
  e.sentence = WhyTwo(e);
  return e;
}

}  // namespace concordat
