#include "server/watch/filter.h"

#include <algorithm>

namespace concordat {
namespace {

EventSubject About(const FactRecord& fact, absl::Span<const EntityId>) {
  return {.kind = WatchKind::kFact,
          .entities = {&fact.entity},
          .attribute = fact.attribute,
          .channel = ""};
}

EventSubject About(const RelationRecord& relation, absl::Span<const EntityId>) {
  return {.kind = WatchKind::kRelation,
          .entities = {&relation.from, &relation.to},
          .attribute = relation.relation,
          .channel = ""};
}

EventSubject About(const LinkRecord& link, absl::Span<const EntityId> former) {
  EventSubject subject{.kind = WatchKind::kLink,
                       .entities = {},
                       .attribute = "",
                       .channel = link.channel};
  // What a retraction says of the entity is ignored when it is recorded.
  if (!link.entity.id.empty()) subject.entities.push_back(&link.entity);
  for (const EntityId& entity : former) subject.entities.push_back(&entity);
  return subject;
}

EventSubject About(const MergeRecord& merge, absl::Span<const EntityId>) {
  return {.kind = WatchKind::kIdentity,
          .entities = {&merge.duplicate, &merge.survivor},
          .attribute = "",
          .channel = ""};
}

EventSubject About(const DistinctRecord& distinct, absl::Span<const EntityId>) {
  return {.kind = WatchKind::kIdentity,
          .entities = {&distinct.a, &distinct.b},
          .attribute = "",
          .channel = ""};
}

}  // namespace

EventSubject EventSubjectOf(const Change& change,
                            absl::Span<const EntityId> former) {
  return std::visit([&](const auto& record) { return About(record, former); },
                    change);
}

EventSubject EventSubjectOf(const rows::JudgedClaim& judged) {
  EventSubject subject{.kind = WatchKind::kClaim,
                       .entities = {},
                       .attribute = judged.attribute.empty()
                                        ? judged.claim.attribute
                                        : judged.attribute,
                       .channel = judged.claim.channel};
  // A build before did not record it.
  const std::optional<EntityId>& entity =
      judged.attribute.empty() ? judged.claim.entity : judged.about;
  if (entity.has_value()) subject.entities.push_back(&*entity);
  return subject;
}

EventSubject EventSubjectOf(const FindingSubject& finding) {
  return {.kind = WatchKind::kFinding,
          .entities = {&finding.entity},
          .attribute = finding.attribute,
          .channel = finding.channel};
}

EventSubject EventSubjectOf(const HeldClaim& held) {
  return {.kind = WatchKind::kClaim,
          .entities = {&held.entity()},
          .attribute = held.attribute(),
          .channel = held.channel()};
}

bool WatchFilter::Matches(const EventSubject& event) const {
  const auto any = [&](auto holds) {
    return std::any_of(event.entities.begin(), event.entities.end(), holds);
  };
  return Allows(event.kind) &&
         (channels.empty() || channels.contains(event.channel)) &&
         (attributes.empty() || attributes.contains(event.attribute)) &&
         (entities.empty() ||
          any([&](const EntityId* e) { return entities.contains(*e); })) &&
         (types.empty() ||
          any([&](const EntityId* e) { return types.contains(e->type); }));
}

}  // namespace concordat
