#ifndef CONCORDAT_CONSISTENCY_KNOWLEDGE_H_
#define CONCORDAT_CONSISTENCY_KNOWLEDGE_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "consistency/judge.h"
#include "graph/graph_reader.h"
#include "graph/store.h"

namespace concordat {

// A map of bounded weight. Entries live in two generations: when the young one
// is full it becomes the old one and the old one is dropped, so an entry used
// at least once a generation stays. Not thread-safe.
template <typename K, typename V>
class GenerationCache {
 public:
  // Holds at most 2 * `generation_max` of weight, and the newest entry.
  explicit GenerationCache(size_t generation_max) : max_(generation_max) {}

  // nullptr where there is none. Valid until the next Insert or Find.
  V* Find(const K& key) {
    if (auto it = young_.find(key); it != young_.end()) {
      return &it->second.value;
    }
    auto it = old_.find(key);
    if (it == old_.end()) return nullptr;
    Entry entry = std::move(it->second);
    old_.erase(it);
    return &Insert(key, std::move(entry.value), entry.weight);
  }
  V& Insert(const K& key, V value, size_t weight = 1) {
    if (young_weight_ + weight > max_) {
      old_ = std::move(young_);
      young_.clear();
      young_weight_ = 0;
    }
    young_weight_ += weight;
    return young_.insert_or_assign(key, Entry{std::move(value), weight})
        .first->second.value;
  }
  void Erase(const K& key) {
    young_.erase(key);
    old_.erase(key);
  }
  void Clear() {
    young_.clear();
    old_.clear();
    young_weight_ = 0;
  }

 private:
  struct Entry {
    V value;
    size_t weight;
  };
  const size_t max_;
  // Of all that was inserted since the young generation began, also of what
  // was erased or replaced.
  size_t young_weight_ = 0;
  absl::flat_hash_map<K, Entry> young_;
  absl::flat_hash_map<K, Entry> old_;
};

// What was read lately, kept between transactions by whoever is the only one
// to write. It must be told of every change. Not thread-safe.
class KnowledgeCache {
 public:
  KnowledgeCache();

  // After a fact of the entity was recorded.
  void ForgetEntity(const EntityId& entity) { entities_.Erase(entity); }
  // After a link was recorded.
  void ForgetLink(const std::string& channel, const std::string& subject) {
    links_.Erase({channel, subject});
  }
  // After a transaction failed or the vocabulary changed.
  void Clear();

 private:
  friend class StoredKnowledge;
  GenerationCache<EntityId, std::unique_ptr<KnownEntity>> entities_;
  GenerationCache<std::pair<std::string, std::string>, EntityId> links_;
};

// The graph in a store, at a revision, for the judge. Not thread-safe.
class StoredKnowledge : public Knowledge {
 public:
  // All must outlive this. `cache` may be nullptr; with a cache, `at` must be
  // the newest revision of the store.
  StoredKnowledge(const Reader& reader, Revision at,
                  const Vocabulary& vocabulary, KnowledgeCache* cache);

  Revision revision() const override { return graph_.revision(); }
  absl::StatusOr<std::optional<EntityId>> Resolve(const Claim& claim) override;
  absl::StatusOr<const KnownEntity*> About(const EntityId& entity) override;
  absl::StatusOr<std::vector<EntityId>> IdentifiedBy(
      const EntityId& other_than, const Attribute& attribute,
      const Value& value) override;

 private:
  const GraphReader graph_;
  const Vocabulary& vocabulary_;
  KnowledgeCache* const cache_;
  // What About() gave last, where there is no cache.
  std::unique_ptr<KnownEntity> last_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_KNOWLEDGE_H_
