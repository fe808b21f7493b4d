#include "consistency/audits/name_table.h"

#include <cstring>

namespace concordat::audits {

NameTable::Number NameTable::Add(uint64_t print, Kind kind,
                                 absl::string_view name) {
  if (name_bytes_left_ < name.size()) {
    names_.push_back(std::make_unique<char[]>(kNameBlockBytes));
    name_bytes_left_ = kNameBlockBytes;
  }
  char* const copy = names_.back().get() + (kNameBlockBytes - name_bytes_left_);
  std::memcpy(copy, name.data(), name.size());
  name_bytes_left_ -= name.size();
  const auto number = static_cast<Number>(entries_.size());
  entries_.push_back({copy, static_cast<uint16_t>(name.size()), kind});
  places_.Insert(print).number = number;
  return number;
}

size_t NameTable::bytes() const {
  return places_.bytes() + entries_.bytes() + names_.size() * kNameBlockBytes;
}

}  // namespace concordat::audits
