#include "tests/faults/faulty_disk.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

namespace concordat {

namespace {
constexpr int64_t kSectorBytes = 512;
}  // namespace

// What SQLite sees as an open file; the real one lies right behind it.
struct FaultyFile {
  sqlite3_file base;
  FaultyDisk* disk;
  // Null for temporary files, which no power cut can hurt.
  const std::string* path;

  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  static FaultyFile* From(sqlite3_file* file) {
    return reinterpret_cast<FaultyFile*>(file);
  }

  static int Close(sqlite3_file* file) {
    FaultyFile* self = From(file);
    delete self->path;
    return self->real()->pMethods->xClose(self->real());
  }
  static int Read(sqlite3_file* file, void* data, int size,
                  sqlite3_int64 offset) {
    FaultyFile* self = From(file);
    sqlite3_file* real = self->real();
    if (self->path != nullptr && size >= kSectorBytes) {
      const int code = self->disk->Fail(FaultyDisk::Operation::kRead);
      if (code != SQLITE_OK) return code;
    }
    return real->pMethods->xRead(real, data, size, offset);
  }
  static int Write(sqlite3_file* file, const void* data, int size,
                   sqlite3_int64 offset) {
    FaultyFile* self = From(file);
    sqlite3_file* real = self->real();
    if (self->path == nullptr) {
      return real->pMethods->xWrite(real, data, size, offset);
    }
    const bool was_failed = self->disk->failed_;
    const int code = self->disk->Fail(FaultyDisk::Operation::kWrite);
    // The write during which power fails reaches the disk in part.
    const bool torn = code != SQLITE_OK && !was_failed &&
                      self->disk->fault_ == DiskFault::kPowerCut;
    if (code != SQLITE_OK && !torn) return code;
    self->disk->Remember(*self->path, real, offset, offset + size);
    const int written = real->pMethods->xWrite(real, data, size, offset);
    return torn ? code : written;
  }
  static int Truncate(sqlite3_file* file, sqlite3_int64 size) {
    FaultyFile* self = From(file);
    sqlite3_file* real = self->real();
    if (self->path != nullptr) {
      const int code = self->disk->Fail(FaultyDisk::Operation::kTruncate);
      if (code != SQLITE_OK) return code;
      sqlite3_int64 end = 0;
      real->pMethods->xFileSize(real, &end);
      self->disk->Remember(*self->path, real, size, end);
    }
    return real->pMethods->xTruncate(real, size);
  }
  static int Sync(sqlite3_file* file, int) {
    FaultyFile* self = From(file);
    if (self->path == nullptr) return SQLITE_OK;
    const int code = self->disk->Fail(FaultyDisk::Operation::kSync);
    self->disk->Sync(*self->path, self->real(), code != SQLITE_OK);
    return code;
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

const sqlite3_io_methods* Methods() {
  static const sqlite3_io_methods kMethods = [] {
    sqlite3_io_methods m;
    std::memset(&m, 0, sizeof(m));
    m.iVersion = 2;
    m.xClose = FaultyFile::Close;
    m.xRead = FaultyFile::Read;
    m.xWrite = FaultyFile::Write;
    m.xTruncate = FaultyFile::Truncate;
    m.xSync = FaultyFile::Sync;
    m.xFileSize = FaultyFile::FileSize;
    m.xLock = FaultyFile::Lock;
    m.xUnlock = FaultyFile::Unlock;
    m.xCheckReservedLock = FaultyFile::CheckReservedLock;
    m.xFileControl = FaultyFile::FileControl;
    m.xSectorSize = FaultyFile::SectorSize;
    m.xDeviceCharacteristics = FaultyFile::DeviceCharacteristics;
    m.xShmMap = FaultyFile::ShmMap;
    m.xShmLock = FaultyFile::ShmLock;
    m.xShmBarrier = FaultyFile::ShmBarrier;
    m.xShmUnmap = FaultyFile::ShmUnmap;
    return m;
  }();
  return &kMethods;
}

std::string NextName() {
  static int count = 0;
  return "faulty-disk-" + std::to_string(++count);
}

}  // namespace

FaultyDisk::FaultyDisk()
    : name_(NextName()), real_(sqlite3_vfs_find(nullptr)), vfs_(*real_) {
  vfs_.szOsFile = static_cast<int>(sizeof(FaultyFile)) + real_->szOsFile;
  vfs_.pNext = nullptr;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  vfs_.xOpen = &FaultyDisk::Open;
  vfs_.xDelete = &FaultyDisk::Delete;
  // The remaining methods of the real VFS do not look at the object they are
  // called on, so they are used as they are.
  sqlite3_vfs_register(&vfs_, /*makeDflt=*/0);
}

FaultyDisk::~FaultyDisk() { sqlite3_vfs_unregister(&vfs_); }

int FaultyDisk::Open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file,
                     int flags, int* flags_out) {
  auto* disk = static_cast<FaultyDisk*>(vfs->pAppData);
  FaultyFile* self = FaultyFile::From(file);
  self->base.pMethods = nullptr;
  self->disk = disk;
  self->path = nullptr;
  std::memset(self->real(), 0, static_cast<size_t>(disk->real_->szOsFile));
  const int code =
      disk->real_->xOpen(disk->real_, path, self->real(), flags, flags_out);
  if (code != SQLITE_OK) {
    // SQLite closes a file that has methods even if opening it failed.
    if (self->real()->pMethods != nullptr) self->base.pMethods = Methods();
    return code;
  }
  self->base.pMethods = Methods();
  const bool persistent = (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL |
                                    SQLITE_OPEN_MAIN_JOURNAL)) != 0;
  if (path == nullptr || !persistent) return code;
  self->path = new std::string(path);
  if (disk->files_.count(path) == 0) {
    sqlite3_int64 size = 0;
    self->real()->pMethods->xFileSize(self->real(), &size);
    disk->files_[path].durable_size = size;
  }
  return code;
}

int FaultyDisk::Delete(sqlite3_vfs* vfs, const char* path, int sync_directory) {
  auto* disk = static_cast<FaultyDisk*>(vfs->pAppData);
  const int code = disk->Fail(Operation::kRemove);
  if (code != SQLITE_OK) return code;
  disk->files_.erase(path);
  return disk->real_->xDelete(disk->real_, path, sync_directory);
}

void FaultyDisk::FailAfter(int64_t skip, DiskFault fault, bool lasting) {
  armed_ = true;
  failed_ = false;
  fault_ = fault;
  skip_ = skip;
  lasting_ = lasting || fault == DiskFault::kPowerCut;
}

void FaultyDisk::Heal() {
  armed_ = false;
  failed_ = false;
}

int FaultyDisk::Fail(Operation operation) {
  if (operation != Operation::kRead) ++changes_;
  if (!armed_) return SQLITE_OK;
  const int code = ErrorFor(operation);
  if (code == SQLITE_OK) return SQLITE_OK;
  if (failed_) return lasting_ ? code : SQLITE_OK;
  if (skip_-- > 0) return SQLITE_OK;
  failed_ = true;
  return code;
}

int FaultyDisk::ErrorFor(Operation operation) const {
  switch (fault_) {
    case DiskFault::kPowerCut:
      return operation == Operation::kRead ? SQLITE_OK : SQLITE_IOERR;
    case DiskFault::kFull:
      return operation == Operation::kWrite ? SQLITE_FULL : SQLITE_OK;
    case DiskFault::kWriteError:
      if (operation == Operation::kWrite) return SQLITE_IOERR_WRITE;
      if (operation == Operation::kTruncate) return SQLITE_IOERR_TRUNCATE;
      if (operation == Operation::kRemove) return SQLITE_IOERR_DELETE;
      return SQLITE_OK;
    case DiskFault::kSyncError:
      return operation == Operation::kSync ? SQLITE_IOERR_FSYNC : SQLITE_OK;
    case DiskFault::kReadError:
      return operation == Operation::kRead ? SQLITE_IOERR_READ : SQLITE_OK;
  }
  return SQLITE_OK;
}

void FaultyDisk::Remember(const std::string& path, sqlite3_file* real,
                          int64_t begin, int64_t end) {
  File& file = files_[path];
  const int64_t first = begin - begin % kSectorBytes;
  const int64_t count = (end - first + kSectorBytes - 1) / kSectorBytes;
  if (count <= 0) return;
  // What lies past the end of the file reads as zeros.
  std::string before(static_cast<size_t>(count * kSectorBytes), '\0');
  real->pMethods->xRead(real, before.data(), static_cast<int>(before.size()),
                        first);
  for (int64_t i = 0; i < count; ++i) {
    const int64_t offset = i * kSectorBytes;
    auto [sector, is_new] = file.unsynced.try_emplace(first + offset);
    sector->second.lost = false;
    if (!is_new) continue;
    sector->second.before =
        before.substr(static_cast<size_t>(offset), kSectorBytes);
  }
}

void FaultyDisk::Sync(const std::string& path, sqlite3_file* real, bool fails) {
  File& file = files_[path];
  if (fails) {
    for (auto& [offset, sector] : file.unsynced) sector.lost = true;
    return;
  }
  std::erase_if(file.unsynced,
                [](const auto& sector) { return !sector.second.lost; });
  sqlite3_int64 size = 0;
  real->pMethods->xFileSize(real, &size);
  file.durable_size = size;
}

void FaultyDisk::RestorePower(const std::function<bool()>& keep) {
  for (const auto& [path, file] : files_) {
    auto size = static_cast<int64_t>(std::filesystem::file_size(path));
    if (!keep()) size = file.durable_size;
    {
      std::fstream disk(path, std::ios::binary | std::ios::in | std::ios::out);
      for (const auto& [offset, sector] : file.unsynced) {
        if (keep()) continue;
        disk.seekp(offset);
        disk.write(sector.before.data(), kSectorBytes);
      }
    }
    std::filesystem::resize_file(path, static_cast<uintmax_t>(size));
    // Shared memory does not outlive the machine.
    std::filesystem::remove(path + "-shm");
  }
  files_.clear();
  Heal();
}

}  // namespace concordat
