#include "consistency/knowledge.h"

#include "graph/limits.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// A generation's facts and links. A fact with its timeline and its reading
// takes about 1 KiB, a link 200 bytes: together at most about 300 MiB.
constexpr size_t kCachedFactsMax = 1 << 17;
constexpr size_t kCachedLinksMax = 1 << 17;

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
          std::make_move_iterator(records.begin() + end)));
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
    : entities_(kCachedFactsMax), links_(kCachedLinksMax) {}

void KnowledgeCache::Clear() {
  entities_.Clear();
  links_.Clear();
}

StoredKnowledge::StoredKnowledge(const Reader& reader, Revision at,
                                 const Vocabulary& vocabulary,
                                 KnowledgeCache* cache)
    : graph_(reader, at), vocabulary_(vocabulary), cache_(cache) {}

absl::StatusOr<std::optional<EntityId>> StoredKnowledge::Resolve(
    const Claim& claim) {
  if (claim.entity.has_value()) {
    CONCORDAT_ASSIGN_OR_RETURN(const KnownEntity* known, About(*claim.entity));
    if (!known->empty()) return claim.entity;
    CONCORDAT_ASSIGN_OR_RETURN(const bool exists, graph_.Exists(*claim.entity));
    return exists ? claim.entity : std::nullopt;
  }
  std::pair<std::string, std::string> name{claim.channel, claim.subject};
  if (cache_ != nullptr) {
    if (const EntityId* entity = cache_->links_.Find(name)) return *entity;
  }
  CONCORDAT_ASSIGN_OR_RETURN(std::optional<EntityId> entity,
                             graph_.ResolveLink(claim.channel, claim.subject));
  if (cache_ != nullptr && entity.has_value()) {
    cache_->links_.Insert(name, *entity);
  }
  return entity;
}

absl::StatusOr<const KnownEntity*> StoredKnowledge::About(
    const EntityId& entity) {
  if (cache_ != nullptr) {
    if (const auto* known = cache_->entities_.Find(entity)) return known->get();
  }
  auto known = std::make_unique<KnownEntity>();
  size_t weight = 1;
  const EntityType* type = vocabulary_.schema.FindEntityType(entity.type);
  if (type != nullptr) {
    CONCORDAT_ASSIGN_OR_RETURN(std::vector<FactRecord> records,
                               graph_.FactsOf(entity));
    weight += records.size();
    *known = SplitByAttribute(std::move(records), *type);
  }
  if (cache_ != nullptr) {
    return cache_->entities_.Insert(entity, std::move(known), weight).get();
  }
  last_ = std::move(known);
  return last_.get();
}

absl::StatusOr<std::vector<EntityId>> StoredKnowledge::IdentifiedBy(
    const EntityId& other_than, const Attribute& attribute,
    const Value& value) {
  CONCORDAT_ASSIGN_OR_RETURN(
      std::vector<EntityId> entities,
      graph_.EntitiesOnceIdentifiedBy(other_than.type, attribute.name,
                                      value.Canonical()));
  if (static_cast<int64_t>(entities.size()) >
      limits::kEntitiesPerIdentifierMax) {
    return std::vector<EntityId>();
  }
  std::erase(entities, other_than);
  return entities;
}

}  // namespace concordat
