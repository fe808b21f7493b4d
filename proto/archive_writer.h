#ifndef CONCORDAT_PROTO_ARCHIVE_WRITER_H_
#define CONCORDAT_PROTO_ARCHIVE_WRITER_H_

#include <string>

#include "concordat/v1/archive_files.pb.h"
#include "proto/block_chain.h"

namespace concordat {

// Makes the bytes of an archive file, block by block: the header, rows or
// commits in order, the footer. Each call gives what comes next in the file.
// Not thread-safe.
class ArchiveWriter {
 public:
  std::string Header(const v1::ArchiveHeader& header);
  std::string Rows(const v1::ArchiveRows& rows);
  // At least one commit.
  std::string Log(const v1::ArchiveLog& log);
  // Counts what was written.
  std::string Footer();

 private:
  template <typename Message>
  std::string Block(BlockKind kind, const Message& message);

  BlockChain chain_;
  v1::ArchiveFooter footer_;
  v1::LogRecord last_;
};

}  // namespace concordat

#endif  // CONCORDAT_PROTO_ARCHIVE_WRITER_H_
