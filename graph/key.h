// Keys of stored rows: parts joined so that byte order of keys is the order of
// their parts.
#ifndef CONCORDAT_GRAPH_KEY_H_
#define CONCORDAT_GRAPH_KEY_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "graph/ids.h"
#include "graph/revision.h"

namespace concordat {

class KeyWriter {
 public:
  KeyWriter() = default;
  // Takes over a string's memory, not what it holds.
  explicit KeyWriter(std::string memory) : bytes_(std::move(memory)) {
    bytes_.clear();
  }

  // `text` must not hold a zero byte: that ends the part.
  KeyWriter& String(absl::string_view text);
  KeyWriter& Entity(const EntityId& entity);
  KeyWriter& Number(uint64_t number);  // 8 bytes, big-endian
  KeyWriter& Short(uint32_t number);   // 4 bytes, big-endian
  KeyWriter& Time(absl::Time time);    // 8 bytes, earlier sorts first
  KeyWriter& At(Revision revision) { return Number(revision.number()); }

  const std::string& bytes() const { return bytes_; }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Takes a key apart again, in the order it was written. ok() turns false where
// the key is too short.
class KeyReader {
 public:
  explicit KeyReader(absl::string_view key) : rest_(key) {}

  std::string String() { return std::string(View()); }
  absl::string_view View();
  EntityId Entity();
  uint64_t Number();
  uint32_t Short();
  absl::Time Time();
  Revision At() { return Revision(Number()); }

  bool ok() const { return ok_; }
  absl::string_view rest() const { return rest_; }

 private:
  absl::string_view rest_;
  bool ok_ = true;
};

// The least key above every key that starts with `prefix`; empty where there is
// none (see Reader::Scan).
std::string PrefixEnd(absl::string_view prefix);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_KEY_H_
