// Names, numbered in the order in which they came.
#ifndef CONCORDAT_CONSISTENCY_AUDITS_NAME_TABLE_H_
#define CONCORDAT_CONSISTENCY_AUDITS_NAME_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "consistency/audits/print_table.h"
#include "consistency/audits/reserved_array.h"

namespace concordat::audits {

// Finds a name of a kind by its print, or by its place: exports mostly have
// them in one order, so whoever has found one does well to look at the next
// first. About 40 bytes each, beside the name. Nothing is ever removed. Readers
// may be many, while nobody adds.
class NameTable {
 public:
  using Number = uint32_t;
  static constexpr Number kNone = UINT32_MAX;
  using Kind = uint16_t;

  explicit NameTable(size_t size_max) : entries_(size_max) {}

  // `print` is that of the name and its kind.
  void Prefetch(uint64_t print) const { places_.Prefetch(print); }
  Number Find(uint64_t print) const {
    const Place* const place = places_.Find(print);
    return place == nullptr ? kNone : place->number;
  }

  absl::string_view NameAt(Number number) const {
    const Entry& entry = entries_[number];
    return {entry.name, entry.size};
  }
  Kind KindAt(Number number) const { return entries_[number].kind; }
  bool Is(Number number, Kind kind, absl::string_view name) const {
    return number < size() && entries_[number].kind == kind &&
           NameAt(number) == name;
  }

  size_t size() const { return entries_.size(); }
  bool is_full() const { return !entries_.has_room(1); }
  size_t bytes() const;

  // There is no name with the print yet, and it is not full. `name` has at most
  // 65,535 bytes.
  Number Add(uint64_t print, Kind kind, absl::string_view name);

 private:
  struct Entry {
    const char* name;
    uint16_t size;
    Kind kind;
  };
  struct Place {
    uint64_t key;
    Number number;
  };
  static constexpr size_t kNameBlockBytes = size_t{1} << 18;

  PrintTable<Place> places_;
  ReservedArray<Entry> entries_;
  std::vector<std::unique_ptr<char[]>> names_;
  size_t name_bytes_left_ = 0;
};

}  // namespace concordat::audits

#endif  // CONCORDAT_CONSISTENCY_AUDITS_NAME_TABLE_H_
