#include "server/storage/sqlite/wal_damage.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <fstream>

#include "graph/errors.h"
#include "server/storage/sqlite/checked_vfs.h"

namespace concordat {
namespace {

// The format of the log is fixed by SQLite's documentation.
constexpr size_t kLogHeaderBytes = 32;
constexpr size_t kFrameHeaderBytes = 24;
constexpr size_t kFrameBytes = kFrameHeaderBytes + kSqlitePageBytes;
constexpr uint32_t kMagicLittleEndian = 0x377f0682;
constexpr uint32_t kMagicBigEndian = 0x377f0683;
// What a disk writes as a whole.
constexpr uint64_t kSectorBytes = 512;
// Damage to a checksum makes its own frame wrong and the one after it.
constexpr int kWrongInARowMax = 2;

using Bytes = const unsigned char*;

uint32_t BigEndian(Bytes bytes) {
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 |
         uint32_t{bytes[2]} << 8 | uint32_t{bytes[3]};
}

uint32_t LittleEndian(Bytes bytes) {
  return uint32_t{bytes[3]} << 24 | uint32_t{bytes[2]} << 16 |
         uint32_t{bytes[1]} << 8 | uint32_t{bytes[0]};
}

struct Checksum {
  uint32_t first = 0;
  uint32_t second = 0;

  static Checksum At(Bytes bytes) {
    return {BigEndian(bytes), BigEndian(bytes + 4)};
  }
  // `size` is a multiple of 8.
  void Add(Bytes bytes, size_t size, bool big_endian) {
    for (size_t i = 0; i < size; i += 8) {
      first += (big_endian ? BigEndian(bytes + i) : LittleEndian(bytes + i)) +
               second;
      second += (big_endian ? BigEndian(bytes + i + 4)
                            : LittleEndian(bytes + i + 4)) +
                first;
    }
  }
  friend bool operator==(const Checksum&, const Checksum&) = default;
};

// Takes the frames of a log in order and tells when they prove damage.
class Frames {
 public:
  Frames(Bytes header, bool big_endian)
      : salt_(Checksum::At(header + 16)),
        before_(Checksum::At(header + 24)),
        big_endian_(big_endian) {}

  // False once the rest says nothing more.
  bool Take(Bytes frame, uint64_t offset) {
    const bool commits = BigEndian(frame + 4) != 0;
    const bool right = IsRight(frame);
    before_ = Checksum::At(frame + 16);
    if (right) {
      if (wrong_ > 0) {
        in_tail_ = true;
        if (commits) ++later_commits_;
      }
      return true;
    }
    if (in_tail_ || ++wrong_ > kWrongInARowMax) return false;
    // A header across two sectors may be half of one frame, half of another.
    const bool whole =
        offset % kSectorBytes + kFrameHeaderBytes <= kSectorBytes;
    wrong_commits_ = wrong_ == 1 && commits && whole;
    return true;
  }

  bool Damaged() const {
    const int commits = later_commits_ + (wrong_commits_ ? 1 : 0);
    return later_commits_ > 0 && commits >= 2;
  }

 private:
  bool IsRight(Bytes frame) const {
    if (Checksum::At(frame + 8) != salt_) return false;
    Checksum sum = before_;
    sum.Add(frame, 8, big_endian_);
    sum.Add(frame + kFrameHeaderBytes, kSqlitePageBytes, big_endian_);
    return sum == Checksum::At(frame + 16);
  }

  const Checksum salt_;
  Checksum before_;  // As the frame before says, right or wrong.
  const bool big_endian_;
  int wrong_ = 0;
  bool wrong_commits_ = false;
  bool in_tail_ = false;
  int later_commits_ = 0;
};

bool IsZero(Bytes bytes, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    if (bytes[i] != 0) return false;
  }
  return true;
}

absl::Status Damage() {
  return errors::StorageCorrupt(
      "the write-ahead log, before its last commit; what it holds from there "
      "on would be lost by opening it. Restore a backup");
}

}  // namespace

absl::Status CheckLogForDamage(const std::string& path) {
  std::ifstream log(path, std::ios::binary);
  if (!log) return absl::OkStatus();
  const auto read = [&](unsigned char* bytes, size_t size) {
    log.read(reinterpret_cast<char*>(bytes),
             static_cast<std::streamsize>(size));
    return static_cast<size_t>(log.gcount()) == size;
  };
  std::array<unsigned char, kLogHeaderBytes> header;
  std::array<unsigned char, kFrameBytes> frame;
  if (!read(header.data(), header.size()) ||
      !read(frame.data(), frame.size())) {
    return absl::OkStatus();
  }
  const uint32_t magic = BigEndian(header.data());
  const bool big_endian = magic == kMagicBigEndian;
  Checksum sum;
  sum.Add(header.data(), kFrameHeaderBytes, big_endian);
  const bool sound = (big_endian || magic == kMagicLittleEndian) &&
                     sum == Checksum::At(header.data() + kFrameHeaderBytes);
  // The header is in one sector and synced before the first frame: it is there
  // whole or not at all.
  if (!sound) {
    return IsZero(header.data(), header.size()) ? absl::OkStatus() : Damage();
  }
  if (BigEndian(header.data() + 8) != kSqlitePageBytes) return absl::OkStatus();
  Frames frames(header.data(), big_endian);
  uint64_t offset = kLogHeaderBytes;
  while (frames.Take(frame.data(), offset) &&
         read(frame.data(), frame.size())) {
    offset += kFrameBytes;
  }
  if (log.bad()) {
    return errors::StorageUnavailable("cannot read the write-ahead log");
  }
  return frames.Damaged() ? Damage() : absl::OkStatus();
}

}  // namespace concordat
