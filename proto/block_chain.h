// The blocks of archive files: what concordat/v1/archive_files.proto describes,
// as bytes.
#ifndef CONCORDAT_PROTO_BLOCK_CHAIN_H_
#define CONCORDAT_PROTO_BLOCK_CHAIN_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "concordat/v1/archive_files.pb.h"

namespace concordat {

inline constexpr absl::string_view kArchiveMagic = "CNCDARC1";

enum class BlockKind : uint8_t { kHeader = 1, kRows, kLog, kFooter };

// Kind and length, before a block's message; the digest, after it.
inline constexpr size_t kBlockHeadBytes = 5;
inline constexpr size_t kBlockDigestBytes = 32;
inline constexpr size_t kBlockMessageBytesMax = size_t{64} << 20;

// A block's first bytes.
std::string BlockHead(BlockKind kind, size_t message_bytes);

// The digests of one file's blocks, in order. Not thread-safe.
class BlockChain {
 public:
  BlockChain();
  // The digest of the next block.
  const std::string& Add(absl::string_view head, absl::string_view message);

 private:
  std::string digest_;
};

// The spaces of the rows that tie: commits, claim_keys and vocabularies. What
// was said may be sealed anew or erased after it was recorded; these never
// change.
inline constexpr uint32_t kTiedSpaces[] = {1, 17, 22};

// The digest of a commit, which ties files of one history together.
std::string TieOf(const v1::LogRecord& record);

}  // namespace concordat

#endif  // CONCORDAT_PROTO_BLOCK_CHAIN_H_
