#include "tests/faults/faulty_disk.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
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
    sqlite3_file* real = From(file)->real();
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
    const int code = self->disk->Fail(FaultyDisk::Change::kWrite);
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
      const int code = self->disk->Fail(FaultyDisk::Change::kTruncate);
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
    const int code = self->disk->Fail(FaultyDisk::Change::kSync);
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
  static const sqlite3_io_methods methods = [] {
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
  return &methods;
}

std::string NextName() {
  static int count = 0;
  return "faulty-disk-" + std::to_string(++count);
}

std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
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
  const int code = disk->Fail(Change::kRemove);
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

int FaultyDisk::Fail(Change change) {
  ++changes_;
  if (!armed_) return SQLITE_OK;
  int code = SQLITE_OK;
  switch (fault_) {
    case DiskFault::kPowerCut:
      code = SQLITE_IOERR;
      break;
    case DiskFault::kFull:
      if (change == Change::kWrite) code = SQLITE_FULL;
      break;
    case DiskFault::kWriteError:
      if (change == Change::kWrite) code = SQLITE_IOERR_WRITE;
      break;
    case DiskFault::kSyncError:
      if (change == Change::kSync) code = SQLITE_IOERR_FSYNC;
      break;
  }
  if (code == SQLITE_OK) return SQLITE_OK;
  if (failed_) return lasting_ ? code : SQLITE_OK;
  if (skip_-- > 0) return SQLITE_OK;
  failed_ = true;
  return code;
}

void FaultyDisk::Remember(const std::string& path, sqlite3_file* real,
                          int64_t begin, int64_t end) {
  File& file = files_[path];
  for (int64_t offset = begin - begin % kSectorBytes; offset < end;
       offset += kSectorBytes) {
    auto [sector, is_new] = file.unsynced.try_emplace(offset);
    sector->second.lost = false;
    if (!is_new) continue;
    // What lies past the end of the file reads as zeros.
    sector->second.before.assign(kSectorBytes, '\0');
    real->pMethods->xRead(real, sector->second.before.data(), kSectorBytes,
                          offset);
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
    std::string bytes = ReadAll(path);
    size_t size = bytes.size();
    if (!keep()) size = static_cast<size_t>(file.durable_size);
    for (const auto& [offset, sector] : file.unsynced) {
      if (keep()) continue;
      const auto begin = static_cast<size_t>(offset);
      if (bytes.size() < begin + kSectorBytes) {
        bytes.resize(begin + kSectorBytes);
      }
      bytes.replace(begin, kSectorBytes, sector.before);
    }
    bytes.resize(size);
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
    // Shared memory does not outlive the machine.
    std::filesystem::remove(path + "-shm");
  }
  files_.clear();
  Heal();
}

}  // namespace concordat
