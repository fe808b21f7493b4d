// The encoding of protobuf's messages
// (protobuf.dev/programming-guides/encoding), for the few that are too many, or
// too large, to be made of objects: batches of claims and what watches are
// sent.
#ifndef CONCORDAT_SERVER_CONVERT_WIRE_FORMAT_H_
#define CONCORDAT_SERVER_CONVERT_WIRE_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace concordat::convert {

// How a field is encoded: the low bits of its tag.
enum class WireType : uint32_t {
  kVarint = 0,
  kFixed64 = 1,
  kBytes = 2,  // strings and messages
  kGroup = 3,
  kEndGroup = 4,
  kFixed32 = 5,
};

inline constexpr int kWireTypeBits = 3;

constexpr uint32_t TagOf(int field, WireType type) {
  return (static_cast<uint32_t>(field) << kWireTypeBits) |
         static_cast<uint32_t>(type);
}

void AppendVarint(uint64_t number, std::string& out);
void AppendNumber(int field, uint64_t number, std::string& out);
void AppendBytes(int field, absl::string_view bytes, std::string& out);
// How many AppendBytes adds.
size_t BytesSize(int field, absl::string_view bytes);

// Reads the fields of one message. After the first failure all reads fail. What
// it gives are views of the message.
class FieldReader {
 public:
  explicit FieldReader(absl::string_view message)
      : next_(message.data()), end_(message.data() + message.size()) {}

  // The next field's tag; 0 at the end and after a failure.
  uint32_t Tag();
  uint64_t Varint();
  absl::string_view Bytes();
  // Past a field that nobody asked for.
  void Skip(uint32_t tag);
  bool failed() const { return failed_; }
  bool at_end() const { return failed_ || next_ == end_; }

 private:
  void SkipBytes(size_t size);
  void SkipGroup(uint32_t begin, int depth);

  const char* next_;
  const char* const end_;
  bool failed_ = false;
};

}  // namespace concordat::convert

#endif  // CONCORDAT_SERVER_CONVERT_WIRE_FORMAT_H_
