#ifndef CONCORDAT_CONSISTENCY_KNOWLEDGE_H_
#define CONCORDAT_CONSISTENCY_KNOWLEDGE_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "consistency/judge.h"
#include "graph/generation_cache.h"
#include "graph/identity.h"
#include "graph/reading_cache.h"
#include "graph/store.h"

namespace concordat {

// What was read lately, kept between transactions by whoever is the only one
// to write. It must be told of every change. Not thread-safe.
class KnowledgeCache {
 public:
  KnowledgeCache();

  // After a fact of the entity, by its canonical id, was recorded, or it was
  // erased.
  void ForgetEntity(const EntityId& canonical) { entities_.Erase(canonical); }
  // After ids that facts may refer to were made one entity, or split.
  void ForgetEntities() { entities_.Clear(); }
  // After the id was made one entity with others, or split from them.
  void ForgetIdentity(const EntityId& id) {
    any_merges_.reset();
    clusters_.Erase(id);
    entities_.Erase(id);
  }
  // After a link was recorded.
  void ForgetLink(const std::string& channel, const std::string& subject) {
    links_.Erase({channel, subject});
  }
  // After a transaction failed or the vocabulary changed.
  void Clear();

  // What channels wrote lately, read.
  ReadingCache& readings() { return readings_; }
  const ReadingCache& readings() const { return readings_; }

 private:
  friend class StoredKnowledge;
  struct Entry {
    KnownEntity known;
    std::optional<absl::Time> erased_at;
  };
  // By canonical id.
  GenerationCache<EntityId, std::unique_ptr<Entry>> entities_;
  // By any id; not used until something is merged.
  GenerationCache<EntityId, Cluster> clusters_;
  std::optional<bool> any_merges_;
  // Whom a channel's own id names, and when.
  struct Linked {
    std::vector<TimelineSpan> spans;
    std::vector<EntityId> entities;  // by TimelineSpan::fact
  };
  GenerationCache<std::pair<std::string, std::string>, Linked> links_;
  ReadingCache readings_;
};

// The graph in a store, at a revision, for the judge. Not thread-safe.
class StoredKnowledge : public Knowledge {
 public:
  // All must outlive this. `cache` may be nullptr; with a cache, `at` must be
  // the newest revision of the store.
  StoredKnowledge(const Reader& reader, Revision at,
                  const Vocabulary& vocabulary, KnowledgeCache* cache);

  Revision revision() const override { return identity_.graph().revision(); }
  // The ids that are one entity with this one.
  absl::StatusOr<Cluster> ClusterOf(const EntityId& entity);

  // The stretch around said_at over which the claim's subject names whom it
  // does then. `claim` was judged under this knowledge, and had a subject.
  absl::StatusOr<ValidTime> ResolvedOver(const ReportedClaim& claim);

  absl::StatusOr<std::optional<EntityId>> Resolve(const Claim& claim) override;
  absl::StatusOr<const KnownEntity*> About(const EntityId& entity) override;
  absl::StatusOr<std::optional<absl::Time>> ErasedAt(
      const EntityId& entity) override;
  absl::StatusOr<std::vector<EntityId>> IdentifiedBy(
      const EntityId& other_than, const Attribute& attribute,
      const Scalar& value) override;
  absl::StatusOr<std::optional<EntityId>> ResolveLink(
      const std::string& channel, const std::string& id,
      absl::Time valid_at) override;
  absl::StatusOr<EntityId> CanonicalOf(const EntityId& entity) override;
  absl::StatusOr<std::vector<FactRecord>> RecordsOf(
      const EntityId& entity, const Attribute& attribute) override;
  absl::StatusOr<absl::Time> RecordedAt(const std::string& token,
                                        absl::Time otherwise) override;
  Reading Read(const Attribute& attribute, absl::string_view raw,
               const WritingHabits& habits) override;

 private:
  // nullptr where the channel's own id was never linked. Valid until the next
  // call.
  absl::StatusOr<const KnowledgeCache::Linked*> LinkedOf(
      const std::string& channel, const std::string& id);
  absl::StatusOr<bool> AnyMerges();
  absl::StatusOr<const KnowledgeCache::Entry*> EntryOf(const EntityId& entity);
  // Adds to `weight` how many facts were read.
  absl::Status ReadCluster(const Cluster& cluster, KnowledgeCache::Entry& entry,
                           size_t& weight);
  // Reads the attribute's references, with canonical ids in them.
  absl::Status ReadReferences(KnownAttribute& known);

  const Reader& reader_;
  const Identity identity_;
  const Vocabulary& vocabulary_;
  KnowledgeCache* const cache_;
  // What was asked for last, where there is no cache.
  std::optional<bool> any_merges_;
  std::optional<bool> any_erasures_;
  std::unique_ptr<KnowledgeCache::Entry> last_;
  EntityId last_entity_;
  std::vector<FactRecord> last_records_;
  std::optional<KnowledgeCache::Linked> last_linked_;
  std::pair<std::string, std::string> last_link_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_KNOWLEDGE_H_
