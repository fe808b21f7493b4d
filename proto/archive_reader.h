#ifndef CONCORDAT_PROTO_ARCHIVE_READER_H_
#define CONCORDAT_PROTO_ARCHIVE_READER_H_

#include <cstdint>
#include <istream>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "concordat/v1/archive_files.pb.h"
#include "proto/block_chain.h"

namespace concordat {

// Reads an archive file, block by block, and believes none before its digest
// was checked. What it has given is what was written, up to there; that nothing
// is missing is known when Next() has said that there is no more.
//
// Every error is DATA_LOSS and names the file and the block, counted from 1;
// FAILED_PRECONDITION where the format is of a newer version.
// Not thread-safe.
class ArchiveReader {
 public:
  // Reads the header. `in` must outlive this; `name` is for errors.
  static absl::StatusOr<std::unique_ptr<ArchiveReader>> Open(
      std::istream* in, absl::string_view name);

  const v1::ArchiveHeader& header() const { return header_; }

  // Reads the next block of rows or of commits. False: the footer was read, it
  // fits, and nothing comes after it.
  absl::StatusOr<bool> Next();

  // What Next() read: that of the other kind is empty.
  const v1::ArchiveRows& rows() const { return rows_; }
  const v1::ArchiveLog& log() const { return log_; }
  v1::ArchiveLog& mutable_log() { return log_; }

  // After the last Next().
  const v1::ArchiveFooter& footer() const { return footer_; }

 private:
  ArchiveReader(std::istream* in, absl::string_view name)
      : in_(*in), name_(name) {}

  // Reads a block whose digest fits into `message_`.
  absl::StatusOr<BlockKind> ReadBlock();
  absl::Status ReadHeader();
  absl::Status CountRows();
  absl::Status CountCommits();
  absl::Status CheckFooter();
  absl::Status Corrupt(absl::string_view what) const;

  std::istream& in_;
  const std::string name_;
  BlockChain chain_;
  uint64_t block_ = 0;  // the one being read, from 1
  std::string message_;
  v1::ArchiveHeader header_;
  v1::ArchiveRows rows_;
  v1::ArchiveLog log_;
  v1::ArchiveFooter counted_;
  v1::ArchiveFooter footer_;
};

// Reads the file to its end: OK, or the first error. `reader` then has the
// footer.
absl::Status VerifyArchive(ArchiveReader& reader);

}  // namespace concordat

#endif  // CONCORDAT_PROTO_ARCHIVE_READER_H_
