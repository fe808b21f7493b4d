#include "server/convert/wire_format.h"

#include <limits>

namespace concordat::convert {
namespace {

constexpr int kVarintBits = 64;
constexpr uint64_t kMore = 0x80;
constexpr int kBitsPerByte = 7;
// As deep as protobuf's own parsers go by default.
constexpr int kGroupDepthMax = 100;

WireType TypeOf(uint32_t tag) {
  return static_cast<WireType>(tag & ((1 << kWireTypeBits) - 1));
}

size_t VarintSize(uint64_t number) {
  size_t bytes = 1;
  for (; number >= kMore; number >>= kBitsPerByte) ++bytes;
  return bytes;
}

}  // namespace

void AppendVarint(uint64_t number, std::string& out) {
  for (; number >= kMore; number >>= kBitsPerByte) {
    out.push_back(static_cast<char>(number | kMore));
  }
  out.push_back(static_cast<char>(number));
}

void AppendNumber(int field, uint64_t number, std::string& out) {
  AppendVarint(TagOf(field, WireType::kVarint), out);
  AppendVarint(number, out);
}

void AppendBytes(int field, absl::string_view bytes, std::string& out) {
  AppendVarint(TagOf(field, WireType::kBytes), out);
  AppendVarint(bytes.size(), out);
  out.append(bytes.data(), bytes.size());
}

size_t BytesSize(int field, absl::string_view bytes) {
  return VarintSize(TagOf(field, WireType::kBytes)) + VarintSize(bytes.size()) +
         bytes.size();
}

uint32_t FieldReader::Tag() {
  if (next_ == end_ || failed_) return 0;
  const uint64_t tag = Varint();
  if (tag > std::numeric_limits<uint32_t>::max() || tag >> kWireTypeBits == 0) {
    failed_ = true;
  }
  return failed_ ? 0 : static_cast<uint32_t>(tag);
}

uint64_t FieldReader::Varint() {
  uint64_t number = 0;
  for (int shift = 0; shift < kVarintBits && next_ != end_;
       shift += kBitsPerByte) {
    const auto byte = static_cast<uint8_t>(*next_++);
    number |= static_cast<uint64_t>(byte & (kMore - 1)) << shift;
    if (byte < kMore) return number;
  }
  failed_ = true;
  return 0;
}

absl::string_view FieldReader::Bytes() {
  const uint64_t size = Varint();
  if (size > static_cast<uint64_t>(end_ - next_)) failed_ = true;
  if (failed_) return {};
  const absl::string_view bytes(next_, size);
  next_ += size;
  return bytes;
}

void FieldReader::Skip(uint32_t tag) {
  switch (TypeOf(tag)) {
    case WireType::kVarint:
      Varint();
      return;
    case WireType::kBytes:
      Bytes();
      return;
    case WireType::kFixed64:
      return SkipBytes(sizeof(uint64_t));
    case WireType::kFixed32:
      return SkipBytes(sizeof(uint32_t));
    case WireType::kGroup:
      return SkipGroup(tag, kGroupDepthMax);
    case WireType::kEndGroup:
      break;
  }
  failed_ = true;
}

void FieldReader::SkipBytes(size_t size) {
  if (static_cast<size_t>(end_ - next_) < size) {
    failed_ = true;
  } else {
    next_ += size;
  }
}

// Our messages have none, but one of a field that is not known may come.
void FieldReader::SkipGroup(uint32_t begin, int depth) {
  const uint32_t end = begin + static_cast<uint32_t>(WireType::kEndGroup) -
                       static_cast<uint32_t>(WireType::kGroup);
  while (const uint32_t tag = Tag()) {
    if (tag == end) return;
    if (TypeOf(tag) != WireType::kGroup) {
      Skip(tag);
    } else if (depth > 0) {
      SkipGroup(tag, depth - 1);
    } else {
      break;
    }
  }
  failed_ = true;
}

}  // namespace concordat::convert
