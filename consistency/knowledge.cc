#include "consistency/knowledge.h"

#include "graph/erasure.h"
#include "graph/limits.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// A generation's facts and links. A fact with its timeline and its reading
// takes about 1 KiB, a link 200 bytes: together at most about 300 MiB.
constexpr size_t kCachedFactsMax = 1 << 17;
constexpr size_t kCachedLinksMax = 1 << 17;
constexpr size_t kCachedReadingBytesMax = 32 << 20;

// Splits an entity's records, which are in order of attribute, by attribute.
KnownEntity SplitByAttribute(std::vector<FactRecord> records,
                             const EntityType& type) {
  KnownEntity known;
  size_t begin = 0;
  while (begin < records.size()) {
    size_t end = begin + 1;
    while (end < records.size() &&
           records[end].attribute == records[begin].attribute) {
      ++end;
    }
    const Attribute* attribute = type.FindAttribute(records[begin].attribute);
    if (attribute != nullptr) {
      Timeline timeline(std::vector<FactRecord>(
                            std::make_move_iterator(records.begin() + begin),
                            std::make_move_iterator(records.begin() + end)),
                        attribute->survivorship);
      if (!timeline.facts().empty()) {
        known.emplace(attribute->name,
                      KnownAttribute(*attribute, std::move(timeline)));
      }
    }
    begin = end;
  }
  return known;
}

}  // namespace

KnowledgeCache::KnowledgeCache()
    : entities_(kCachedFactsMax),
      links_(kCachedLinksMax),
      readings_(kCachedReadingBytesMax) {}

void KnowledgeCache::Clear() {
  entities_.Clear();
  links_.Clear();
  readings_.Clear();
}

StoredKnowledge::StoredKnowledge(const Reader& reader, Revision at,
                                 const Vocabulary& vocabulary,
                                 KnowledgeCache* cache)
    : reader_(reader),
      graph_(reader, at),
      vocabulary_(vocabulary),
      cache_(cache) {}

absl::StatusOr<std::optional<EntityId>> StoredKnowledge::Resolve(
    const Claim& claim) {
  if (claim.entity.has_value()) {
    CONCORDAT_ASSIGN_OR_RETURN(const KnownEntity* known, About(*claim.entity));
    if (!known->empty()) return claim.entity;
    CONCORDAT_ASSIGN_OR_RETURN(const bool exists, graph_.Exists(*claim.entity));
    return exists ? claim.entity : std::nullopt;
  }
  return ResolveLink(claim.channel, claim.subject, claim.said_at);
}

absl::StatusOr<std::optional<EntityId>> StoredKnowledge::ResolveLink(
    const std::string& channel, const std::string& id, absl::Time valid_at) {
  if (cache_ == nullptr) return graph_.ResolveLink(channel, id, valid_at);
  const std::pair<std::string, std::string> name{channel, id};
  const KnowledgeCache::Linked* linked = cache_->links_.Find(name);
  if (linked == nullptr) {
    CONCORDAT_ASSIGN_OR_RETURN(const LinkTimeline timeline,
                               graph_.LinkTimelineOf(channel, id));
    // What names nobody is not remembered: ids are the channels' to invent.
    if (timeline.spans().empty()) return std::nullopt;
    KnowledgeCache::Linked read{timeline.spans(), {}};
    for (const LinkRecord& link : timeline.links()) {
      read.entities.push_back(link.entity);
    }
    const size_t weight = read.entities.size();
    linked = &cache_->links_.Insert(name, std::move(read), weight);
  }
  const TimelineSpan* span = SpanAt(linked->spans, valid_at);
  if (span == nullptr) return std::nullopt;
  return linked->entities[span->fact];
}

absl::StatusOr<const KnowledgeCache::Entry*> StoredKnowledge::EntryOf(
    const EntityId& entity) {
  if (cache_ != nullptr) {
    if (const auto* entry = cache_->entities_.Find(entity)) return entry->get();
  } else if (last_ != nullptr && last_entity_ == entity) {
    return last_.get();
  }
  auto entry = std::make_unique<KnowledgeCache::Entry>();
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<ErasureRecord> erasure,
                             rows::GetErasure(reader_, entity));
  if (erasure.has_value()) entry->erased_at = erasure->at;
  size_t weight = 1;
  const EntityType* type = vocabulary_.schema.FindEntityType(entity.type);
  if (type != nullptr) {
    CONCORDAT_ASSIGN_OR_RETURN(std::vector<FactRecord> records,
                               graph_.FactsOf(entity));
    weight += records.size();
    entry->known = SplitByAttribute(std::move(records), *type);
  }
  if (cache_ != nullptr) {
    return cache_->entities_.Insert(entity, std::move(entry), weight).get();
  }
  last_ = std::move(entry);
  last_entity_ = entity;
  return last_.get();
}

absl::StatusOr<const KnownEntity*> StoredKnowledge::About(
    const EntityId& entity) {
  CONCORDAT_ASSIGN_OR_RETURN(const KnowledgeCache::Entry* entry,
                             EntryOf(entity));
  return &entry->known;
}

absl::StatusOr<std::optional<absl::Time>> StoredKnowledge::ErasedAt(
    const EntityId& entity) {
  CONCORDAT_ASSIGN_OR_RETURN(const KnowledgeCache::Entry* entry,
                             EntryOf(entity));
  return entry->erased_at;
}

absl::StatusOr<std::vector<EntityId>> StoredKnowledge::IdentifiedBy(
    const EntityId& other_than, const Attribute& attribute,
    const Scalar& value) {
  CONCORDAT_ASSIGN_OR_RETURN(
      std::vector<EntityId> entities,
      graph_.EntitiesOnceIdentifiedBy(other_than.type, attribute.name,
                                      Value(value).Canonical()));
  if (static_cast<int64_t>(entities.size()) >
      limits::kEntitiesPerIdentifierMax) {
    return std::vector<EntityId>();
  }
  std::erase(entities, other_than);
  return entities;
}

Reading StoredKnowledge::Read(const Attribute& attribute, absl::string_view raw,
                              const WritingHabits& habits) {
  if (cache_ == nullptr) return ReadValue(attribute, raw, habits);
  return cache_->readings().Read(attribute, raw, habits);
}

}  // namespace concordat
