// Which entities, and of them which required attributes, an audit has come
// across: what is left is missing.
#ifndef CONCORDAT_CONSISTENCY_AUDITS_COVERAGE_H_
#define CONCORDAT_CONSISTENCY_AUDITS_COVERAGE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "consistency/audits/truth_index.h"

namespace concordat::audits {

// A bit an entity, and one for each of its required attributes. Thread-safe.
class Coverage {
 public:
  // Of the entities that there are now; those that come later are not counted.
  Coverage(size_t entities, size_t required_max)
      : entities_(entities),
        words_each_((required_max + 1 + kBits - 1) / kBits),
        words_(
            std::make_unique<std::atomic<uint64_t>[]>(entities * words_each_)) {
  }

  size_t entities() const { return entities_; }

  // Something was said of the entity; about its attribute, where `required` is
  // not 0.
  void Note(TruthIndex::EntityNumber entity, uint32_t required) {
    if (entity >= entities_) return;
    Set(entity, 0);
    if (required != 0) Set(entity, required);
  }
  bool IsNoted(TruthIndex::EntityNumber entity, uint32_t required = 0) const {
    return (WordOf(entity, required).load(std::memory_order_relaxed) &
            MaskOf(required)) != 0;
  }
  void Prefetch(TruthIndex::EntityNumber entity) const {
    if (entity < entities_) __builtin_prefetch(&WordOf(entity, 0));
  }

 private:
  static constexpr size_t kBits = 64;

  static uint64_t MaskOf(uint32_t bit) { return uint64_t{1} << (bit % kBits); }
  std::atomic<uint64_t>& WordOf(TruthIndex::EntityNumber entity,
                                uint32_t bit) const {
    return words_[size_t{entity} * words_each_ + bit / kBits];
  }
  void Set(TruthIndex::EntityNumber entity, uint32_t bit) {
    std::atomic<uint64_t>& word = WordOf(entity, bit);
    const uint64_t mask = MaskOf(bit);
    if ((word.load(std::memory_order_relaxed) & mask) == 0) {
      word.fetch_or(mask, std::memory_order_relaxed);
    }
  }

  const size_t entities_;
  const size_t words_each_;
  const std::unique_ptr<std::atomic<uint64_t>[]> words_;
};

}  // namespace concordat::audits

#endif  // CONCORDAT_CONSISTENCY_AUDITS_COVERAGE_H_
