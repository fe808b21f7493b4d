#include "proto/block_chain.h"

#include <algorithm>
#include <iterator>

#include "proto/sha256.h"

namespace concordat {
namespace {

void AppendLength(size_t length, std::string& bytes) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(length >> shift & 0xff));
  }
}

}  // namespace

std::string BlockHead(BlockKind kind, size_t message_bytes) {
  std::string head(1, static_cast<char>(kind));
  AppendLength(message_bytes, head);
  return head;
}

BlockChain::BlockChain() : digest_(kArchiveMagic) {}

const std::string& BlockChain::Add(absl::string_view head,
                                   absl::string_view message) {
  digest_ = Sha256().Add(digest_).Add(head).Add(message).Finish();
  return digest_;
}

std::string TieOf(const v1::LogRecord& record) {
  Sha256 digest;
  for (const v1::LogRow& row : record.rows()) {
    if (std::find(std::begin(kTiedSpaces), std::end(kTiedSpaces),
                  row.space()) == std::end(kTiedSpaces)) {
      continue;
    }
    std::string head(1, static_cast<char>(row.space()));
    AppendLength(row.key().size(), head);
    AppendLength(row.value().size(), head);
    digest.Add(head).Add(row.key()).Add(row.value());
  }
  return digest.Finish();
}

}  // namespace concordat
