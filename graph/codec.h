// The encoding of stored records: varints, length-prefixed strings, times in
// microseconds. Compact, and readable by later versions because every record
// starts with the version of its layout.
#ifndef CONCORDAT_GRAPH_CODEC_H_
#define CONCORDAT_GRAPH_CODEC_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace concordat {

// Microseconds since the Unix epoch; the infinities are the ends of int64.
int64_t ToStoredMicros(absl::Time time);
absl::Time FromStoredMicros(int64_t micros);

class Encoder {
 public:
  Encoder& Unsigned(uint64_t number) {
    if (number >= kOneByte) return LongUnsigned(number);
    bytes_.push_back(static_cast<char>(number));
    return *this;
  }
  Encoder& Signed(int64_t number);
  Encoder& Bool(bool truth) { return Unsigned(truth ? 1 : 0); }
  Encoder& Time(absl::Time time);  // 8 bytes
  Encoder& String(absl::string_view text) {
    return Unsigned(text.size()).Append(text);
  }
  Encoder& OptionalString(const std::optional<std::string>& text);
  // As they are, without a length.
  Encoder& Append(absl::string_view bytes) {
    bytes_.append(bytes.data(), bytes.size());
    return *this;
  }
  void Reserve(size_t bytes) { bytes_.reserve(bytes); }

  const std::string& bytes() const { return bytes_; }
  std::string Take() { return std::move(bytes_); }
  void Clear() { bytes_.clear(); }

 private:
  friend class Decoder;
  // Numbers below take one byte, which most do.
  static constexpr uint8_t kOneByte = 0x80;
  Encoder& LongUnsigned(uint64_t number);

  std::string bytes_;
};

// The calling thread's own, empty, with the memory that it had: for bytes that
// are only hashed. Valid until the thread's next call.
Encoder& EmptyEncoder();

// Reads what an Encoder wrote. After the first failure every read gives an
// empty value; call Finish() before trusting any of them.
class Decoder {
 public:
  explicit Decoder(absl::string_view bytes) : rest_(bytes) {}

  uint64_t Unsigned() {
    if (failed_ || rest_.empty()) return LongUnsigned();
    const auto first = static_cast<uint8_t>(rest_.front());
    if (first >= Encoder::kOneByte) return LongUnsigned();
    rest_.remove_prefix(1);
    return first;
  }
  int64_t Signed();
  bool Bool() { return Unsigned() != 0; }
  absl::Time Time();
  std::string String() { return std::string(View()); }
  // Valid as long as the bytes given to the constructor.
  absl::string_view View();
  std::optional<std::string> OptionalString();

  bool done() const { return rest_.empty() || failed_; }
  // What a loop over counted items asks: at the end of the bytes it must read
  // on, or a record cut off between two items would pass for a whole one.
  bool failed() const { return failed_; }
  // What was not read yet.
  absl::string_view rest() const { return rest_; }
  // DATA_LOSS if anything was truncated or is left over.
  absl::Status Finish(absl::string_view record_name) const;

 private:
  uint64_t LongUnsigned();

  absl::string_view rest_;
  bool failed_ = false;
};

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_CODEC_H_
