#include "proto/archive_reader.h"

#include "absl/strings/str_cat.h"

namespace concordat {
namespace {

constexpr uint32_t kFormatVersion = 1;

bool ReadExactly(std::istream& in, size_t size, std::string& bytes) {
  bytes.resize(size);
  in.read(bytes.data(), static_cast<std::streamsize>(size));
  return static_cast<size_t>(in.gcount()) == size;
}

}  // namespace

absl::Status ArchiveReader::Corrupt(absl::string_view what) const {
  return absl::DataLossError(
      absl::StrCat(name_, ": block ", block_, ": ", what));
}

absl::StatusOr<std::unique_ptr<ArchiveReader>> ArchiveReader::Open(
    std::istream* in, absl::string_view name) {
  std::unique_ptr<ArchiveReader> reader(new ArchiveReader(in, name));
  const absl::Status read = reader->ReadHeader();
  if (!read.ok()) return read;
  return reader;
}

absl::Status ArchiveReader::ReadHeader() {
  std::string magic;
  if (!ReadExactly(in_, kArchiveMagic.size(), magic) ||
      magic != kArchiveMagic) {
    return absl::DataLossError(absl::StrCat(
        name_, ": is no file of Concordat: it does not begin with ",
        kArchiveMagic));
  }
  const absl::StatusOr<BlockKind> kind = ReadBlock();
  if (!kind.ok()) return kind.status();
  if (*kind != BlockKind::kHeader || !header_.ParseFromString(message_)) {
    return Corrupt("is no header");
  }
  if (header_.format_version() != kFormatVersion) {
    return absl::FailedPreconditionError(
        absl::StrCat(name_, ": has version ", header_.format_version(),
                     " of the format, and this program knows ", kFormatVersion,
                     "; use the version that wrote it"));
  }
  counted_.set_last_revision(header_.after_revision());
  return absl::OkStatus();
}

absl::StatusOr<BlockKind> ArchiveReader::ReadBlock() {
  ++block_;
  std::string head;
  if (!ReadExactly(in_, kBlockHeadBytes, head)) {
    return Corrupt("is missing or cut off; the file is not whole");
  }
  size_t size = 0;
  for (size_t i = 1; i < kBlockHeadBytes; ++i) {
    size = size << 8 | static_cast<unsigned char>(head[i]);
  }
  if (size > kBlockMessageBytesMax) return Corrupt("its length is damaged");
  std::string digest;
  if (!ReadExactly(in_, size, message_) ||
      !ReadExactly(in_, kBlockDigestBytes, digest)) {
    return Corrupt("is cut off, or its length is damaged");
  }
  if (chain_.Add(head, message_) != digest) {
    return Corrupt(
        "its checksum does not fit: the block is damaged, or not the one that "
        "belongs here");
  }
  return static_cast<BlockKind>(head[0]);
}

absl::StatusOr<bool> ArchiveReader::Next() {
  rows_.Clear();
  log_.Clear();
  const absl::StatusOr<BlockKind> kind = ReadBlock();
  if (!kind.ok()) return kind.status();
  absl::Status read;
  switch (*kind) {
    case BlockKind::kRows:
      read = CountRows();
      break;
    case BlockKind::kLog:
      read = CountCommits();
      break;
    case BlockKind::kFooter:
      read = CheckFooter();
      break;
    default:
      read = Corrupt("is of a kind that does not belong here");
  }
  if (!read.ok()) return read;
  return *kind != BlockKind::kFooter;
}

absl::Status ArchiveReader::CountRows() {
  if (header_.content() == v1::ARCHIVE_CONTENT_LOG ||
      !rows_.ParseFromString(message_) ||
      rows_.keys_size() != rows_.values_size()) {
    return Corrupt("holds no rows");
  }
  v1::ArchiveFooter::SpaceCount* count =
      counted_.spaces_size() == 0
          ? nullptr
          : counted_.mutable_spaces(counted_.spaces_size() - 1);
  if (count == nullptr || count->space() != rows_.space()) {
    count = counted_.add_spaces();
    count->set_space(rows_.space());
    count->set_name(rows_.name());
  }
  count->set_rows(count->rows() + rows_.keys_size());
  return absl::OkStatus();
}

absl::Status ArchiveReader::CountCommits() {
  if (header_.content() != v1::ARCHIVE_CONTENT_LOG ||
      !log_.ParseFromString(message_) || log_.records().empty()) {
    return Corrupt("holds no commits");
  }
  for (const v1::LogRecord& record : log_.records()) {
    if (record.revision() != counted_.last_revision() + 1) {
      return Corrupt(absl::StrCat("revision ", record.revision(),
                                  " comes after ", counted_.last_revision()));
    }
    counted_.set_last_revision(record.revision());
  }
  counted_.set_commits(counted_.commits() + log_.records_size());
  return absl::OkStatus();
}

absl::Status ArchiveReader::CheckFooter() {
  if (!footer_.ParseFromString(message_)) return Corrupt("is no footer");
  counted_.set_blocks(block_ - 1);
  counted_.set_last_tie(footer_.last_tie());
  if (header_.content() != v1::ARCHIVE_CONTENT_LOG) {
    counted_.set_last_revision(footer_.last_revision());
  }
  // What a later writer says beside the counts is not compared.
  v1::ArchiveFooter known = footer_;
  known.DiscardUnknownFields();
  if (known.SerializeAsString() != counted_.SerializeAsString()) {
    return Corrupt("its counts are not what the file holds");
  }
  if (in_.peek() != std::istream::traits_type::eof()) {
    return Corrupt("something comes after the last block");
  }
  return absl::OkStatus();
}

absl::Status VerifyArchive(ArchiveReader& reader) {
  while (true) {
    const absl::StatusOr<bool> more = reader.Next();
    if (!more.ok()) return more.status();
    if (!*more) return absl::OkStatus();
  }
}

}  // namespace concordat
