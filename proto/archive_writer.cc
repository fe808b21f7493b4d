#include "proto/archive_writer.h"

namespace concordat {

template <typename Message>
std::string ArchiveWriter::Block(BlockKind kind, const Message& message) {
  const std::string bytes = message.SerializeAsString();
  std::string block = BlockHead(kind, bytes.size());
  const std::string& digest = chain_.Add(block, bytes);
  block.reserve(block.size() + bytes.size() + digest.size());
  block += bytes;
  block += digest;
  footer_.set_blocks(footer_.blocks() + 1);
  return block;
}

std::string ArchiveWriter::Header(const v1::ArchiveHeader& header) {
  footer_.set_last_revision(header.after_revision());
  if (header.content() == v1::ARCHIVE_CONTENT_LOG) {
    footer_.set_last_tie(header.tie());
  }
  return std::string(kArchiveMagic) + Block(BlockKind::kHeader, header);
}

std::string ArchiveWriter::Rows(const v1::ArchiveRows& rows) {
  v1::ArchiveFooter::SpaceCount* count = nullptr;
  if (footer_.spaces_size() > 0) {
    count = footer_.mutable_spaces(footer_.spaces_size() - 1);
  }
  if (count == nullptr || count->space() != rows.space()) {
    count = footer_.add_spaces();
    count->set_space(rows.space());
    count->set_name(rows.name());
  }
  count->set_rows(count->rows() + rows.keys_size());
  return Block(BlockKind::kRows, rows);
}

std::string ArchiveWriter::Log(const v1::ArchiveLog& log) {
  footer_.set_commits(footer_.commits() + log.records_size());
  last_ = *log.records().rbegin();
  footer_.set_last_revision(last_.revision());
  return Block(BlockKind::kLog, log);
}

std::string ArchiveWriter::Footer() {
  if (footer_.commits() > 0) footer_.set_last_tie(TieOf(last_));
  const v1::ArchiveFooter footer = footer_;
  return Block(BlockKind::kFooter, footer);
}

}  // namespace concordat
