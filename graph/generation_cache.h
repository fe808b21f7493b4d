// A map of bounded weight that forgets what is not used.
#ifndef CONCORDAT_GRAPH_GENERATION_CACHE_H_
#define CONCORDAT_GRAPH_GENERATION_CACHE_H_

#include <cstddef>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace concordat {

// Entries live in two generations: when the young one is full it becomes the
// old one and the old one is dropped, so an entry used at least once a
// generation stays. With a transparent Hash and Eq it is looked up without
// making a K. Not thread-safe.
template <typename K, typename V,
          typename Hash = typename absl::flat_hash_map<K, V>::hasher,
          typename Eq = typename absl::flat_hash_map<K, V>::key_equal>
class GenerationCache {
 public:
  // Holds at most 2 * `generation_max` of weight, and the newest entry.
  explicit GenerationCache(size_t generation_max) : max_(generation_max) {}

  // Has the memory where the key would be fetched, to be there for a Find soon.
  template <typename Q>
  void Prefetch(const Q& key) const {
    young_.prefetch(key);
  }

  // The same as Find, of what was used lately, without using it.
  template <typename Q>
  const V* Peek(const Q& key) const {
    const auto it = young_.find(key);
    return it == young_.end() ? nullptr : &it->second.value;
  }

  // nullptr where there is none. Valid until the next Insert or Find.
  template <typename Q>
  V* Find(const Q& key) {
    if (auto it = young_.find(key); it != young_.end()) {
      return &it->second.value;
    }
    auto it = old_.find(key);
    if (it == old_.end()) return nullptr;
    auto node = old_.extract(it);
    MakeRoom(node.mapped().weight);
    return &young_.insert(std::move(node)).position->second.value;
  }
  V& Insert(K key, V value, size_t weight = 1) {
    const auto replaced = young_.find(key);
    if (replaced != young_.end()) young_weight_ -= replaced->second.weight;
    MakeRoom(weight);
    return young_
        .insert_or_assign(std::move(key), Entry{std::move(value), weight})
        .first->second.value;
  }
  void Erase(const K& key) {
    if (auto it = young_.find(key); it != young_.end()) {
      young_weight_ -= it->second.weight;
      young_.erase(it);
    }
    old_.erase(key);
  }
  void Clear() {
    young_.clear();
    old_.clear();
    young_weight_ = 0;
    old_weight_ = 0;
  }

  // Of all entries, also of old ones that were erased or used since.
  size_t weight() const { return young_weight_ + old_weight_; }

 private:
  struct Entry {
    V value;
    size_t weight;
  };
  using Map = absl::flat_hash_map<K, Entry, Hash, Eq>;

  void MakeRoom(size_t weight) {
    if (young_weight_ + weight > max_) {
      old_ = std::move(young_);
      old_weight_ = young_weight_;
      young_.clear();
      young_weight_ = 0;
    }
    young_weight_ += weight;
  }

  const size_t max_;
  size_t young_weight_ = 0;
  size_t old_weight_ = 0;
  Map young_;
  Map old_;
};

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_GENERATION_CACHE_H_
