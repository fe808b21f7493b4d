#include "server/storage/sqlite/checked_vfs.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "server/storage/sqlite/sqlite_schema.h"

namespace concordat {
namespace {

constexpr int kContentBytes = kSqlitePageBytes - kPageCheckBytes;

// The header of a database file, as SQLite's documentation of the format has
// it: big-endian numbers at fixed places of the first page.
constexpr int kHeaderBytes = 100;
constexpr char kMagic[16] = "SQLite format 3";
constexpr int kReservedAt = 20;
constexpr int kUserVersionAt = 60;
constexpr int kApplicationIdAt = 68;

// The log: a header, then frames, each a header and a page.
constexpr int kLogHeaderBytes = 32;
constexpr int kFrameHeaderBytes = 24;
constexpr int kFrameBytes = kFrameHeaderBytes + kSqlitePageBytes;

// Whoever reads less than SQLite's smallest page looks at a header.
constexpr int kPageBytesMin = 512;

uint32_t BigEndian(const unsigned char* bytes) {
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 |
         uint32_t{bytes[2]} << 8 | uint32_t{bytes[3]};
}

uint64_t CheckOf(const void* page, sqlite3_int64 offset) {
  const auto number = static_cast<uint64_t>(offset / kSqlitePageBytes) + 1;
  return XXH3_64bits_withSeed(page, kContentBytes, number);
}

// Of a whole page in the log; never 0, which stands for unknown.
uint64_t LogHashOf(const void* page) {
  return std::max<uint64_t>(1, XXH3_64bits(page, kSqlitePageBytes));
}

// The frame of a transfer of `size` bytes that begins `lead` bytes into it.
std::optional<size_t> FrameAt(sqlite3_int64 offset, int lead) {
  const sqlite3_int64 begin = offset - kLogHeaderBytes - lead;
  if (begin < 0 || begin % kFrameBytes != 0) return std::nullopt;
  return static_cast<size_t>(begin / kFrameBytes);
}

}  // namespace

// What SQLite sees as an open file; the one of the parent lies right behind.
struct CheckedFile {
  enum class Kind { kDatabase, kLog, kOther };
  enum class Checks { kUndecided, kOn, kOff };

  // Behind a pointer, because SQLite hands out the memory and the parent's
  // file follows at a fixed distance.
  struct State {
    Kind kind = Kind::kOther;
    Checks checks = Checks::kUndecided;
    bool checks_new_files = false;
    std::shared_ptr<CheckedVfs::LogPages> pages;
  };

  sqlite3_file base;
  State* state;

  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  static CheckedFile* From(sqlite3_file* file) {
    return reinterpret_cast<CheckedFile*>(file);
  }

  // Whether the pages of the file are checked; asks the file where it is not
  // known yet and there is a header.
  bool Checked() {
    if (state->checks == Checks::kUndecided) {
      std::array<unsigned char, kHeaderBytes> header;
      const int code =
          real()->pMethods->xRead(real(), header.data(), kHeaderBytes, 0);
      if (code != SQLITE_OK) return state->checks_new_files;
      state->checks = Decide(header.data());
    }
    return state->checks == Checks::kOn;
  }

  // No single damaged byte of a checked file's header makes it look like an
  // unchecked one: the reserved bytes and the version must both say so.
  static Checks Decide(const unsigned char* header) {
    if (std::memcmp(header, kMagic, sizeof(kMagic)) != 0) return Checks::kOn;
    if (header[kReservedAt] == kPageCheckBytes) return Checks::kOn;
    const bool ours =
        BigEndian(header + kApplicationIdAt) == kSqliteApplicationId;
    const bool first_layout = BigEndian(header + kUserVersionAt) == 1;
    return ours && !first_layout ? Checks::kOn : Checks::kOff;
  }

  int CheckRead(const void* data, int size, sqlite3_int64 offset, int code) {
    if (size < kPageBytesMin || !Checked()) return code;
    if (code == SQLITE_IOERR_SHORT_READ) {
      // The one read past the end that is no damage is that of a new file.
      sqlite3_int64 end = 0;
      const int sized = real()->pMethods->xFileSize(real(), &end);
      if (sized != SQLITE_OK) return sized;
      return end == 0 ? code : SQLITE_IOERR_DATA;
    }
    if (code != SQLITE_OK) return code;
    if (size != kSqlitePageBytes || offset % kSqlitePageBytes != 0) {
      return SQLITE_IOERR_DATA;
    }
    uint64_t stored = 0;
    std::memcpy(&stored, static_cast<const char*>(data) + kContentBytes,
                kPageCheckBytes);
    return stored == CheckOf(data, offset) ? SQLITE_OK : SQLITE_IOERR_DATA;
  }

  int CheckLogRead(const void* data, int size, sqlite3_int64 offset) {
    if (size == kFrameBytes) {
      // Recovery, which compares SQLite's own checksums next.
      if (const auto frame = FrameAt(offset, 0); frame.has_value()) {
        state->pages->Learn(*frame, LogHashOf(static_cast<const char*>(data) +
                                              kFrameHeaderBytes));
      }
      return SQLITE_OK;
    }
    if (size != kSqlitePageBytes) return SQLITE_OK;
    const auto frame = FrameAt(offset, kFrameHeaderBytes);
    if (!frame.has_value()) return SQLITE_OK;
    const uint64_t known = state->pages->Get(*frame);
    return known == 0 || known == LogHashOf(data) ? SQLITE_OK
                                                  : SQLITE_IOERR_DATA;
  }

  int WritePage(const void* data, int size, sqlite3_int64 offset) {
    const auto* bytes = static_cast<const unsigned char*>(data);
    if (offset == 0 && size >= kHeaderBytes) {
      // The first page says what the file is from now on.
      state->checks =
          bytes[kReservedAt] == kPageCheckBytes ? Checks::kOn : Checks::kOff;
    }
    if (!Checked()) return real()->pMethods->xWrite(real(), data, size, offset);
    if (size != kSqlitePageBytes || offset % kSqlitePageBytes != 0) {
      return SQLITE_IOERR_DATA;
    }
    // A copy, for the page may be in use by SQLite's cache.
    std::array<char, kSqlitePageBytes> page;
    std::memcpy(page.data(), data, kContentBytes);
    const uint64_t check = CheckOf(data, offset);
    std::memcpy(page.data() + kContentBytes, &check, kPageCheckBytes);
    return real()->pMethods->xWrite(real(), page.data(), size, offset);
  }

  static int Close(sqlite3_file* file) {
    CheckedFile* self = From(file);
    delete self->state;
    return self->real()->pMethods->xClose(self->real());
  }
  static int Read(sqlite3_file* file, void* data, int size,
                  sqlite3_int64 offset) {
    CheckedFile* self = From(file);
    const int code =
        self->real()->pMethods->xRead(self->real(), data, size, offset);
    switch (self->state->kind) {
      case Kind::kDatabase:
        return self->CheckRead(data, size, offset, code);
      case Kind::kLog:
        if (code != SQLITE_OK) return code;
        return self->CheckLogRead(data, size, offset);
      case Kind::kOther:
        break;
    }
    return code;
  }
  static int Write(sqlite3_file* file, const void* data, int size,
                   sqlite3_int64 offset) {
    CheckedFile* self = From(file);
    if (self->state->kind == Kind::kDatabase) {
      return self->WritePage(data, size, offset);
    }
    if (self->state->kind == Kind::kLog && size == kSqlitePageBytes) {
      if (const auto frame = FrameAt(offset, kFrameHeaderBytes);
          frame.has_value()) {
        self->state->pages->Put(*frame, LogHashOf(data));
      }
    }
    return self->real()->pMethods->xWrite(self->real(), data, size, offset);
  }
  static int Truncate(sqlite3_file* file, sqlite3_int64 size) {
    CheckedFile* self = From(file);
    if (self->state->kind == Kind::kLog) {
      const sqlite3_int64 left =
          std::max<sqlite3_int64>(0, size - kLogHeaderBytes) / kFrameBytes;
      self->state->pages->Truncate(static_cast<size_t>(left));
    }
    return self->real()->pMethods->xTruncate(self->real(), size);
  }
  static int Sync(sqlite3_file* file, int flags) {
    sqlite3_file* real = From(file)->real();
    return real->pMethods->xSync(real, flags);
  }
  static int FileSize(sqlite3_file* file, sqlite3_int64* size) {
    sqlite3_file* real = From(file)->real();
    return real->pMethods->xFileSize(real, size);
  }
  static int Lock(sqlite3_file* file, int level) {
    sqlite3_file* real = From(file)->real();
    return real->pMethods->xLock(real, level);
  }
  static int Unlock(sqlite3_file* file, int level) {
    sqlite3_file* real = From(file)->real();
    return real->pMethods->xUnlock(real, level);
  }
  static int CheckReservedLock(sqlite3_file* file, int* reserved) {
    sqlite3_file* real = From(file)->real();
    return real->pMethods->xCheckReservedLock(real, reserved);
  }
  static int FileControl(sqlite3_file* file, int operation, void* argument) {
    sqlite3_file* real = From(file)->real();
    return real->pMethods->xFileControl(real, operation, argument);
  }
  static int SectorSize(sqlite3_file* file) {
    sqlite3_file* real = From(file)->real();
    return real->pMethods->xSectorSize(real);
  }
  static int DeviceCharacteristics(sqlite3_file* file) {
    sqlite3_file* real = From(file)->real();
    return real->pMethods->xDeviceCharacteristics(real);
  }
  static int ShmMap(sqlite3_file* file, int region, int size, int extend,
                    void volatile** memory) {
    sqlite3_file* real = From(file)->real();
    return real->pMethods->xShmMap(real, region, size, extend, memory);
  }
  static int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
    sqlite3_file* real = From(file)->real();
    return real->pMethods->xShmLock(real, offset, count, flags);
  }
  static void ShmBarrier(sqlite3_file* file) {
    sqlite3_file* real = From(file)->real();
    real->pMethods->xShmBarrier(real);
  }
  static int ShmUnmap(sqlite3_file* file, int remove) {
    sqlite3_file* real = From(file)->real();
    return real->pMethods->xShmUnmap(real, remove);
  }
};

namespace {

// Version 2 has shared memory but no memory-mapped pages, which would be read
// past us.
const sqlite3_io_methods* Methods() {
  static const sqlite3_io_methods kMethods = [] {
    sqlite3_io_methods m;
    std::memset(&m, 0, sizeof(m));
    m.iVersion = 2;
    m.xClose = CheckedFile::Close;
    m.xRead = CheckedFile::Read;
    m.xWrite = CheckedFile::Write;
    m.xTruncate = CheckedFile::Truncate;
    m.xSync = CheckedFile::Sync;
    m.xFileSize = CheckedFile::FileSize;
    m.xLock = CheckedFile::Lock;
    m.xUnlock = CheckedFile::Unlock;
    m.xCheckReservedLock = CheckedFile::CheckReservedLock;
    m.xFileControl = CheckedFile::FileControl;
    m.xSectorSize = CheckedFile::SectorSize;
    m.xDeviceCharacteristics = CheckedFile::DeviceCharacteristics;
    m.xShmMap = CheckedFile::ShmMap;
    m.xShmLock = CheckedFile::ShmLock;
    m.xShmBarrier = CheckedFile::ShmBarrier;
    m.xShmUnmap = CheckedFile::ShmUnmap;
    return m;
  }();
  return &kMethods;
}

std::string NextName() {
  static std::atomic<int> count = 0;
  return absl::StrCat("concordat-checked-", ++count);
}

}  // namespace

void CheckedVfs::LogPages::Put(size_t frame, uint64_t hash) {
  MutexLock lock(&mutex_);
  if (frame >= hashes_.size()) hashes_.resize(frame + 1);
  hashes_[frame] = hash;
}

void CheckedVfs::LogPages::Learn(size_t frame, uint64_t hash) {
  MutexLock lock(&mutex_);
  if (frame >= hashes_.size()) hashes_.resize(frame + 1);
  if (hashes_[frame] == 0) hashes_[frame] = hash;
}

uint64_t CheckedVfs::LogPages::Get(size_t frame) {
  MutexLock lock(&mutex_);
  return frame < hashes_.size() ? hashes_[frame] : 0;
}

void CheckedVfs::LogPages::Truncate(size_t frames) {
  MutexLock lock(&mutex_);
  if (frames < hashes_.size()) hashes_.resize(frames);
}

absl::StatusOr<std::unique_ptr<CheckedVfs>> CheckedVfs::Register(
    const std::string& parent, bool checks_new_files) {
  sqlite3_vfs* found =
      sqlite3_vfs_find(parent.empty() ? nullptr : parent.c_str());
  if (found == nullptr) {
    return errors::Internal(absl::StrCat("SQLite knows no VFS ", parent));
  }
  std::unique_ptr<CheckedVfs> vfs(new CheckedVfs(found, checks_new_files));
  if (sqlite3_vfs_register(&vfs->vfs_, /*makeDflt=*/0) != SQLITE_OK) {
    return errors::Internal("SQLite does not take our VFS");
  }
  return vfs;
}

CheckedVfs::CheckedVfs(sqlite3_vfs* parent, bool checks_new_files)
    : name_(NextName()),
      parent_(parent),
      checks_new_files_(checks_new_files),
      vfs_(*parent) {
  vfs_.szOsFile = static_cast<int>(sizeof(CheckedFile)) + parent_->szOsFile;
  vfs_.pNext = nullptr;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  vfs_.xOpen = &CheckedVfs::Open;
  vfs_.xDelete = &CheckedVfs::Delete;
  vfs_.xAccess = &CheckedVfs::Access;
  vfs_.xFullPathname = &CheckedVfs::FullPath;
  // The remaining methods (time, randomness, libraries) do not look at the
  // object they are called on, so they are the parent's.
}

CheckedVfs::~CheckedVfs() { sqlite3_vfs_unregister(&vfs_); }

std::shared_ptr<CheckedVfs::LogPages> CheckedVfs::PagesOf(const char* path) {
  MutexLock lock(&mutex_);
  std::weak_ptr<LogPages>& known = logs_[path];
  std::shared_ptr<LogPages> pages = known.lock();
  if (pages == nullptr) {
    pages = std::make_shared<LogPages>();
    known = pages;
  }
  return pages;
}

int CheckedVfs::Open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file,
                     int flags, int* flags_out) {
  auto* checked = static_cast<CheckedVfs*>(vfs->pAppData);
  CheckedFile* self = CheckedFile::From(file);
  self->base.pMethods = nullptr;
  self->state = nullptr;
  sqlite3_file* real = self->real();
  std::memset(real, 0, static_cast<size_t>(checked->parent_->szOsFile));
  const int code =
      checked->parent_->xOpen(checked->parent_, path, real, flags, flags_out);
  // SQLite closes a file that has methods even if opening it failed.
  if (real->pMethods == nullptr) return code;
  self->base.pMethods = Methods();
  self->state = new CheckedFile::State;
  self->state->checks_new_files = checked->checks_new_files_;
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0 && path != nullptr) {
    self->state->kind = CheckedFile::Kind::kDatabase;
  } else if ((flags & SQLITE_OPEN_WAL) != 0 && path != nullptr) {
    self->state->kind = CheckedFile::Kind::kLog;
    self->state->pages = checked->PagesOf(path);
  }
  return code;
}

int CheckedVfs::Delete(sqlite3_vfs* vfs, const char* path, int sync_directory) {
  auto* checked = static_cast<CheckedVfs*>(vfs->pAppData);
  return checked->parent_->xDelete(checked->parent_, path, sync_directory);
}

int CheckedVfs::Access(sqlite3_vfs* vfs, const char* path, int flags,
                       int* out) {
  auto* checked = static_cast<CheckedVfs*>(vfs->pAppData);
  return checked->parent_->xAccess(checked->parent_, path, flags, out);
}

int CheckedVfs::FullPath(sqlite3_vfs* vfs, const char* path, int size,
                         char* out) {
  auto* checked = static_cast<CheckedVfs*>(vfs->pAppData);
  return checked->parent_->xFullPathname(checked->parent_, path, size, out);
}

}  // namespace concordat
