// Readings of what was written before.
#ifndef CONCORDAT_GRAPH_READING_CACHE_H_
#define CONCORDAT_GRAPH_READING_CACHE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "graph/generation_cache.h"
#include "graph/reading.h"
#include "graph/schema.h"

namespace concordat {

// Remembers the readings of types that are dear to read (phone numbers, names,
// addresses ...) by attribute, writer and raw bytes; the others are read anew,
// which is faster than looking them up. Bounded. Not thread-safe, but where it
// says so.
class ReadingCache {
 public:
  // Holds about `bytes_max` bytes of raw values and normal forms.
  explicit ReadingCache(size_t bytes_max);

  // As ReadValue(attribute, raw, habits). `attribute` and `habits` are known by
  // their addresses: Clear before either is changed or destroyed. Valid until
  // the next call.
  const Reading& Read(const Attribute& attribute, absl::string_view raw,
                      const WritingHabits& habits);
  void Clear() { readings_.Clear(); }

  // Since the start, of the types that are remembered. Any thread may ask.
  uint64_t hits() const { return hits_.load(std::memory_order_relaxed); }
  uint64_t misses() const { return misses_.load(std::memory_order_relaxed); }

 private:
  // What a reading depends on; `raw` is the caller's, or the cache's own copy.
  struct Asked {
    const Attribute* attribute;
    const WritingHabits* habits;
    absl::string_view raw;
  };
  struct Key {
    const Attribute* attribute;
    const WritingHabits* habits;
    std::string raw;

    operator Asked() const { return {attribute, habits, raw}; }  // NOLINT
  };
  struct KeyHash {
    using is_transparent = void;  // NOLINT(readability-identifier-naming)
    size_t operator()(const Asked& key) const {
      return absl::HashOf(key.attribute, key.habits, key.raw);
    }
  };
  struct KeyEq {
    using is_transparent = void;  // NOLINT(readability-identifier-naming)
    bool operator()(const Asked& a, const Asked& b) const {
      return a.attribute == b.attribute && a.habits == b.habits &&
             a.raw == b.raw;
    }
  };

  GenerationCache<Key, Reading, KeyHash, KeyEq> readings_;
  Reading last_;  // of a type that is not remembered
  std::atomic<uint64_t> hits_ = 0;
  std::atomic<uint64_t> misses_ = 0;
};

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_READING_CACHE_H_
