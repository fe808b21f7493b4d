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
  Encoder& Unsigned(uint64_t number);
  Encoder& Signed(int64_t number);
  Encoder& Bool(bool truth) { return Unsigned(truth ? 1 : 0); }
  Encoder& Time(absl::Time time);  // 8 bytes
  Encoder& String(absl::string_view text);
  Encoder& OptionalString(const std::optional<std::string>& text);
  // As they are, without a length.
  Encoder& Append(absl::string_view bytes);
  void Reserve(size_t bytes) { bytes_.reserve(bytes); }

  const std::string& bytes() const { return bytes_; }
  std::string Take() { return std::move(bytes_); }
  void Clear() { bytes_.clear(); }

 private:
  std::string bytes_;
};

// Reads what an Encoder wrote. After the first failure every read gives an
// empty value; call Finish() before trusting any of them.
class Decoder {
 public:
  explicit Decoder(absl::string_view bytes) : rest_(bytes) {}

  uint64_t Unsigned();
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
  absl::string_view rest_;
  bool failed_ = false;
};

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_CODEC_H_
