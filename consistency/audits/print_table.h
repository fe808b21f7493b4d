// A table of what is known by prints.
#ifndef CONCORDAT_CONSISTENCY_AUDITS_PRINT_TABLE_H_
#define CONCORDAT_CONSISTENCY_AUDITS_PRINT_TABLE_H_

#include <sys/mman.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>

#include "absl/numeric/int128.h"

namespace concordat::audits {

// Entries, which have a member `key`: a print, so that it needs no hash, and 0
// where a place is free. Open addressing with linear probing, in parts that
// grow one at a time and by a quarter, so that it never needs twice its memory.
// Nothing is ever removed. Readers may be many, while nobody inserts.
template <typename Entry>
class PrintTable {
 public:
  PrintTable() = default;
  PrintTable(PrintTable&&) noexcept = default;
  PrintTable& operator=(PrintTable&&) noexcept = default;

  // Has the memory where the key would be fetched, to be there for a Find soon.
  void Prefetch(uint64_t key) const {
    const Part& part = PartOf(key);
    if (part.places != 0) {
      __builtin_prefetch(&part.entries[part.PlaceOf(key)]);
    }
  }

  // nullptr where there is none. Valid until the next Insert.
  const Entry* Find(uint64_t key) const {
    const Part& part = PartOf(key);
    if (part.places == 0 || key == 0) return nullptr;
    const Entry& place = part.entries[part.PlaceFor(key)];
    return place.key == key ? &place : nullptr;
  }
  Entry* Find(uint64_t key) {
    return const_cast<Entry*>(std::as_const(*this).Find(key));
  }

  // The entry of the key, which is new, all zero but for its key, where there
  // was none. Valid until the next Insert.
  Entry& Insert(uint64_t key) {
    Part& part = PartOf(key);
    // At most seven of eight places are taken.
    if ((part.used + 1) * 8 > part.places * 7) Grow(part);
    Entry& place = part.entries[part.PlaceFor(key)];
    if (place.key != key) {
      place.key = key;
      ++part.used;
      ++size_;
    }
    return place;
  }

  size_t size() const { return size_; }
  size_t bytes() const { return places_ * sizeof(Entry); }

 private:
  static constexpr size_t kPartsBits = 6;

  struct FreeMemory {
    void operator()(Entry* entries) const { std::free(entries); }
  };

  struct Part {
    std::unique_ptr<Entry[], FreeMemory> entries;
    size_t places = 0;
    size_t used = 0;

    // The bits below those that choose the part, spread over the places
    // (Lemire, "Fast Random Integer Generation in an Interval", 2019).
    size_t PlaceOf(uint64_t key) const {
      const uint64_t spread = key << kPartsBits;
      return static_cast<size_t>(
          absl::Uint128High64(absl::uint128(spread) * places));
    }
    // Where the key is, or else would be. There is a free place.
    size_t PlaceFor(uint64_t key) const {
      size_t at = PlaceOf(key);
      while (entries[at].key != 0 && entries[at].key != key) {
        if (++at == places) at = 0;
      }
      return at;
    }
  };

  static constexpr size_t kPlacesMin = 8;

  Part& PartOf(uint64_t key) { return parts_[key >> (64 - kPartsBits)]; }
  const Part& PartOf(uint64_t key) const {
    return parts_[key >> (64 - kPartsBits)];
  }

  // Zeroed. Lookups are all over it, so that with ordinary pages most would
  // first miss the processor's table of pages.
  static Entry* Allocate(size_t places) {
    static_assert(std::is_trivially_copyable_v<Entry>);
    constexpr size_t kHugePage = size_t{1} << 21;
    const size_t bytes =
        (places * sizeof(Entry) + kHugePage - 1) / kHugePage * kHugePage;
    void* const memory = bytes > kHugePage
                             ? std::aligned_alloc(kHugePage, bytes)
                             : std::malloc(places * sizeof(Entry));
    // As operator new would end.
    if (memory == nullptr) std::abort();
    if (bytes > kHugePage) madvise(memory, bytes, MADV_HUGEPAGE);
    return static_cast<Entry*>(std::memset(memory, 0, places * sizeof(Entry)));
  }

  void Grow(Part& part) {
    Part grown;
    grown.places = part.places + part.places / 4 + kPlacesMin;
    grown.used = part.used;
    grown.entries.reset(Allocate(grown.places));
    for (size_t i = 0; i < part.places; ++i) {
      const Entry& entry = part.entries[i];
      if (entry.key != 0) grown.entries[grown.PlaceFor(entry.key)] = entry;
    }
    places_ += grown.places - part.places;
    part = std::move(grown);
  }

  std::array<Part, size_t{1} << kPartsBits> parts_;
  size_t size_ = 0;
  size_t places_ = 0;
};

}  // namespace concordat::audits

#endif  // CONCORDAT_CONSISTENCY_AUDITS_PRINT_TABLE_H_
