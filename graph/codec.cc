#include "graph/codec.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"

namespace concordat {
namespace {

constexpr size_t kTimeBytes = 8;
constexpr size_t kVarintBytesMax = 10;

}  // namespace

int64_t ToStoredMicros(absl::Time time) {
  if (time == absl::InfinitePast()) return std::numeric_limits<int64_t>::min();
  if (time == absl::InfiniteFuture())
    return std::numeric_limits<int64_t>::max();
  return absl::ToUnixMicros(time);
}

absl::Time FromStoredMicros(int64_t micros) {
  if (micros == std::numeric_limits<int64_t>::min())
    return absl::InfinitePast();
  if (micros == std::numeric_limits<int64_t>::max()) {
    return absl::InfiniteFuture();
  }
  return absl::FromUnixMicros(micros);
}

Encoder& Encoder::LongUnsigned(uint64_t number) {
  char bytes[kVarintBytesMax];
  size_t size = 0;
  for (; number >= kOneByte; number >>= 7) {
    bytes[size++] = static_cast<char>(number | kOneByte);
  }
  bytes[size++] = static_cast<char>(number);
  bytes_.append(bytes, size);
  return *this;
}

// Zigzag, so that small negative numbers stay short.
Encoder& Encoder::Signed(int64_t number) {
  return Unsigned((static_cast<uint64_t>(number) << 1) ^
                  static_cast<uint64_t>(number >> 63));
}

// Fixed, little-endian: a present-day microsecond count would take nine bytes
// as a varint, and longer to write.
Encoder& Encoder::Time(absl::Time time) {
  const auto micros = static_cast<uint64_t>(ToStoredMicros(time));
  char bytes[kTimeBytes];
  for (size_t i = 0; i < kTimeBytes; ++i) {
    bytes[i] = static_cast<char>(micros >> (8 * i));
  }
  bytes_.append(bytes, kTimeBytes);
  return *this;
}

Encoder& Encoder::OptionalString(const std::optional<std::string>& text) {
  Bool(text.has_value());
  return text.has_value() ? String(*text) : *this;
}

Encoder& EmptyEncoder() {
  thread_local Encoder encoder;
  encoder.Clear();
  return encoder;
}

uint64_t Decoder::LongUnsigned() {
  uint64_t number = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (failed_ || rest_.empty()) break;
    const auto byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    number |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < Encoder::kOneByte) return number;
  }
  failed_ = true;
  return 0;
}

int64_t Decoder::Signed() {
  const uint64_t number = Unsigned();
  return static_cast<int64_t>(number >> 1) ^ -static_cast<int64_t>(number & 1);
}

absl::Time Decoder::Time() {
  if (failed_ || rest_.size() < kTimeBytes) {
    failed_ = true;
    return {};
  }
  uint64_t micros = 0;
  for (size_t i = 0; i < kTimeBytes; ++i) {
    micros |= static_cast<uint64_t>(static_cast<uint8_t>(rest_[i])) << (8 * i);
  }
  rest_.remove_prefix(kTimeBytes);
  return FromStoredMicros(static_cast<int64_t>(micros));
}

absl::string_view Decoder::View() {
  const uint64_t size = Unsigned();
  if (failed_ || size > rest_.size()) {
    failed_ = true;
    return {};
  }
  const absl::string_view text = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return text;
}

std::optional<std::string> Decoder::OptionalString() {
  if (!Bool()) return std::nullopt;
  return String();
}

absl::Status Decoder::Finish(absl::string_view record_name) const {
  if (!failed_ && rest_.empty()) return absl::OkStatus();
  return errors::StorageCorrupt(
      absl::StrCat("a ", record_name, " record is ",
                   failed_ ? "truncated" : "longer than its content"));
}

}  // namespace concordat
