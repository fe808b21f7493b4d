// The bytes of an import: a file, a gzip file or standard input.
#ifndef CONCORDAT_CLIENT_IMPORT_BYTE_SOURCE_H_
#define CONCORDAT_CLIENT_IMPORT_BYTE_SOURCE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace concordat::client {

// Reads forward once. Not thread-safe.
class ByteSource {
 public:
  // `-` is standard input. gzip is recognised by its content. NOT_FOUND or
  // PERMISSION_DENIED where the file cannot be opened.
  static absl::StatusOr<std::unique_ptr<ByteSource>> Open(
      const std::string& path);
  ~ByteSource();
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  // Fills the front of `buffer` and says how much; 0: the end. DATA_LOSS where
  // compressed data is damaged or cut off.
  absl::StatusOr<size_t> Read(absl::Span<char> buffer);

  // Gives the bytes back that were read last: they are read again.
  void Unread(std::string bytes);

  // Share of the file that was read, 0 to 1; negative where its size is not
  // known (standard input).
  double share_read() const;

  // Identity of the content: from its size, its first and its last 64 KiB.
  // Empty for standard input.
  const std::string& fingerprint() const { return fingerprint_; }

 private:
  struct Input;
  explicit ByteSource(std::unique_ptr<Input> input);

  const std::unique_ptr<Input> input_;
  std::string fingerprint_;
  std::string unread_;
};

// 32 hexadecimal digits that stand for `text`, the same on every machine.
std::string StableHash(absl::Span<const char> text);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_IMPORT_BYTE_SOURCE_H_
