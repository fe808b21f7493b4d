#include "consistency/knowledge.h"

#include <algorithm>
#include <iterator>

#include "graph/erasure.h"
#include "graph/revision_token.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// A generation's facts and links. A fact with its timeline and its reading
// takes about 1 KiB, a link 200 bytes: together at most about 50 MiB. What
// agrees is remembered apart, in far less.
constexpr size_t kCachedFactsMax = 1 << 14;
constexpr size_t kCachedLinksMax = 1 << 14;
constexpr size_t kCachedClustersMax = 1 << 15;
constexpr size_t kCachedReadingBytesMax = 16 << 20;

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
      clusters_(kCachedClustersMax),
      links_(kCachedLinksMax),
      readings_(kCachedReadingBytesMax) {}

void KnowledgeCache::Clear() {
  entities_.Clear();
  clusters_.Clear();
  any_merges_.reset();
  links_.Clear();
  readings_.Clear();
}

StoredKnowledge::StoredKnowledge(const Reader& reader, Revision at,
                                 const Vocabulary& vocabulary,
                                 KnowledgeCache* cache)
    : reader_(reader),
      identity_(reader, at),
      vocabulary_(vocabulary),
      cache_(cache) {}

absl::StatusOr<bool> StoredKnowledge::AnyMerges() {
  std::optional<bool>& known =
      cache_ == nullptr ? any_merges_ : cache_->any_merges_;
  if (known.has_value()) return *known;
  CONCORDAT_ASSIGN_OR_RETURN(const bool any, identity_.AnyMerges());
  known = any;
  return any;
}

absl::StatusOr<Cluster> StoredKnowledge::ClusterOf(const EntityId& entity) {
  CONCORDAT_ASSIGN_OR_RETURN(const bool any, AnyMerges());
  if (!any) return Cluster{entity, {entity}};
  if (cache_ != nullptr) {
    if (const Cluster* known = cache_->clusters_.Find(entity)) return *known;
  }
  CONCORDAT_ASSIGN_OR_RETURN(Cluster cluster, identity_.ClusterOf(entity));
  if (cache_ != nullptr) {
    cache_->clusters_.Insert(entity, cluster, cluster.members.size());
  }
  return cluster;
}

absl::StatusOr<std::optional<EntityId>> StoredKnowledge::Resolve(
    const Claim& claim) {
  if (claim.entity.has_value()) {
    CONCORDAT_ASSIGN_OR_RETURN(const KnownEntity* known, About(*claim.entity));
    if (!known->empty()) return claim.entity;
    CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster, ClusterOf(*claim.entity));
    CONCORDAT_ASSIGN_OR_RETURN(const bool exists, identity_.Exists(cluster));
    return exists ? claim.entity : std::nullopt;
  }
  return ResolveLink(claim.channel, claim.subject, claim.said_at);
}

absl::StatusOr<const KnowledgeCache::Linked*> StoredKnowledge::LinkedOf(
    const std::string& channel, const std::string& id) {
  const std::pair<std::string, std::string> name{channel, id};
  if (cache_ == nullptr) {
    if (last_linked_.has_value() && last_link_ == name) return &*last_linked_;
  } else if (const auto* linked = cache_->links_.Find(name)) {
    return linked;
  }
  CONCORDAT_ASSIGN_OR_RETURN(const LinkTimeline timeline,
                             identity_.graph().LinkTimelineOf(channel, id));
  // What names nobody is not remembered: ids are the channels' to invent.
  if (timeline.spans().empty()) return nullptr;
  KnowledgeCache::Linked read{timeline.spans(), {}};
  for (const LinkRecord& link : timeline.links()) {
    read.entities.push_back(link.entity);
  }
  if (cache_ == nullptr) {
    last_linked_ = std::move(read);
    last_link_ = name;
    return &*last_linked_;
  }
  const size_t weight = read.entities.size();
  return &cache_->links_.Insert(name, std::move(read), weight);
}

absl::StatusOr<std::optional<EntityId>> StoredKnowledge::ResolveLink(
    const std::string& channel, const std::string& id, absl::Time valid_at) {
  CONCORDAT_ASSIGN_OR_RETURN(const KnowledgeCache::Linked* linked,
                             LinkedOf(channel, id));
  const TimelineSpan* span =
      linked == nullptr ? nullptr : SpanAt(linked->spans, valid_at);
  if (span == nullptr) return std::nullopt;
  return linked->entities[span->fact];
}

absl::StatusOr<ValidTime> StoredKnowledge::ResolvedOver(
    const ReportedClaim& claim) {
  if (claim.names_entity) return ValidTime();
  CONCORDAT_ASSIGN_OR_RETURN(
      const KnowledgeCache::Linked* linked,
      LinkedOf(std::string(claim.channel), std::string(claim.subject)));
  return SpanAt(linked->spans, claim.said_at)->valid;
}

absl::StatusOr<const KnowledgeCache::Entry*> StoredKnowledge::EntryOf(
    const EntityId& entity) {
  CONCORDAT_ASSIGN_OR_RETURN(const bool any_merges, AnyMerges());
  Cluster cluster;
  const EntityId* canonical = &entity;
  if (any_merges) {
    CONCORDAT_ASSIGN_OR_RETURN(cluster, ClusterOf(entity));
    canonical = &cluster.canonical;
  }
  if (cache_ != nullptr) {
    if (const auto* entry = cache_->entities_.Find(*canonical)) {
      return entry->get();
    }
  } else if (last_ != nullptr && last_entity_ == *canonical) {
    return last_.get();
  }
  if (!any_merges) cluster = {entity, {entity}};
  auto entry = std::make_unique<KnowledgeCache::Entry>();
  size_t weight = 1;
  last_.reset();  // goes with last_records_
  CONCORDAT_RETURN_IF_ERROR(ReadCluster(cluster, *entry, weight));
  if (cache_ != nullptr) {
    return cache_->entities_.Insert(cluster.canonical, std::move(entry), weight)
        .get();
  }
  last_ = std::move(entry);
  last_entity_ = cluster.canonical;
  return last_.get();
}

absl::Status StoredKnowledge::ReadCluster(const Cluster& cluster,
                                          KnowledgeCache::Entry& entry,
                                          size_t& weight) {
  if (cache_ == nullptr && !any_erasures_.has_value()) {
    CONCORDAT_ASSIGN_OR_RETURN(any_erasures_, rows::HoldsErasures(reader_));
  }
  for (const EntityId& member : cluster.members) {
    if (cache_ == nullptr && !*any_erasures_) break;
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<ErasureRecord> erasure,
                               rows::GetErasure(reader_, member));
    if (erasure.has_value()) entry.erased_at = erasure->at;
  }
  const EntityType* type =
      vocabulary_.schema.FindEntityType(cluster.canonical.type);
  if (type == nullptr) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<FactRecord> records,
                             identity_.FactsOf(cluster));
  weight += records.size();
  CONCORDAT_ASSIGN_OR_RETURN(records,
                             identity_.AsOneEntity(std::move(records)));
  if (cache_ == nullptr) last_records_ = records;
  entry.known = SplitByAttribute(std::move(records), *type);
  CONCORDAT_ASSIGN_OR_RETURN(const bool any_merges, AnyMerges());
  if (!any_merges) return absl::OkStatus();
  for (auto& known : entry.known) {
    if (known.second.attribute().type != ValueType::kReference) continue;
    CONCORDAT_RETURN_IF_ERROR(ReadReferences(known.second));
  }
  return absl::OkStatus();
}

absl::Status StoredKnowledge::ReadReferences(KnownAttribute& known) {
  const Attribute& attribute = known.attribute();
  const std::vector<FactRecord>& facts = known.timeline().facts();
  for (size_t i = 0; i < facts.size(); ++i) {
    if (!facts[i].value.has_value()) continue;
    Reading reading =
        ReadValue(attribute, *facts[i].value, vocabulary_.schema.habits);
    if (!reading.value.has_value()) continue;
    std::vector<Scalar> members(reading.value->members().begin(),
                                reading.value->members().end());
    for (Scalar& member : members) {
      auto& reference = std::get<Reference>(member);
      CONCORDAT_ASSIGN_OR_RETURN(const EntityId canonical,
                                 CanonicalOf({reference.type, reference.id}));
      reference = {canonical.type, canonical.id};
    }
    reading.value = attribute.ordered  ? Value::List(std::move(members))
                    : attribute.is_set ? Value::Set(std::move(members))
                                       : Value(std::move(members.front()));
    known.SetReading(i, std::move(reading));
  }
  return absl::OkStatus();
}

absl::StatusOr<EntityId> StoredKnowledge::CanonicalOf(const EntityId& entity) {
  CONCORDAT_ASSIGN_OR_RETURN(const bool any, AnyMerges());
  if (!any) return entity;
  CONCORDAT_ASSIGN_OR_RETURN(Cluster cluster, ClusterOf(entity));
  return std::move(cluster.canonical);
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
  const std::string normal = Value(value).Canonical();
  if (attribute.identity.blocked.contains(normal)) {
    return std::vector<EntityId>();
  }
  CONCORDAT_ASSIGN_OR_RETURN(
      std::optional<std::vector<EntityId>> entities,
      identity_.EntitiesNamedBy(other_than.type, attribute.name, normal,
                                attribute.identity.max_entities));
  if (!entities.has_value()) return std::vector<EntityId>();
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster own, ClusterOf(other_than));
  std::erase(*entities, own.canonical);
  return *std::move(entities);
}

absl::StatusOr<std::vector<FactRecord>> StoredKnowledge::RecordsOf(
    const EntityId& entity, const Attribute& attribute) {
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster, ClusterOf(entity));
  if (last_ != nullptr && last_entity_ == cluster.canonical) {
    std::vector<FactRecord> known;
    std::copy_if(last_records_.begin(), last_records_.end(),
                 std::back_inserter(known), [&](const FactRecord& record) {
                   return record.attribute == attribute.name;
                 });
    return known;
  }
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<FactRecord> records,
                             identity_.FactsOf(cluster, attribute.name));
  return identity_.AsOneEntity(std::move(records));
}

absl::StatusOr<absl::Time> StoredKnowledge::RecordedAt(const std::string& token,
                                                       absl::Time otherwise) {
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t store_id,
                             rows::ReadStoreId(reader_));
  const absl::StatusOr<Revision> revision =
      TokenMint(store_id).ReadRevision(token);
  if (!revision.ok() || *revision > this->revision()) return otherwise;
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<rows::CommitRecord> commit,
                             rows::GetCommit(reader_, *revision));
  return commit.has_value() ? commit->at : otherwise;
}

Reading StoredKnowledge::Read(const Attribute& attribute, absl::string_view raw,
                              const WritingHabits& habits) {
  if (cache_ == nullptr) return ReadValue(attribute, raw, habits);
  return cache_->readings().Read(attribute, raw, habits);
}

}  // namespace concordat
