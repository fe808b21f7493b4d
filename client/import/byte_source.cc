#include "client/import/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace concordat::client {
namespace {

constexpr int kSampleBytes = 64 << 10;
constexpr unsigned kZlibBufferBytes = 256 << 10;

// Bytes at `offset`, for the fingerprint; short where reading fails, which the
// import itself will report.
std::string ReadAt(int descriptor, int64_t offset) {
  std::string text(kSampleBytes, '\0');
  const ssize_t bytes = pread(descriptor, text.data(), text.size(), offset);
  text.resize(bytes < 0 ? 0 : static_cast<size_t>(bytes));
  return text;
}

}  // namespace

struct ByteSource::Input {
  ~Input() { gzclose(file); }

  gzFile file = nullptr;
  std::string name;
  int64_t bytes = -1;  // On disk; negative: not known.
};

std::string StableHash(absl::Span<const char> text) {
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return absl::StrFormat("%016x%016x", hash.high64, hash.low64);
}

ByteSource::ByteSource(std::unique_ptr<Input> input)
    : input_(std::move(input)) {}

ByteSource::~ByteSource() = default;

absl::StatusOr<std::unique_ptr<ByteSource>> ByteSource::Open(
    const std::string& path) {
  const bool is_stdin = path == "-";
  const int descriptor =
      is_stdin ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  struct stat info = {};
  const bool known = fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode);
  if (S_ISDIR(info.st_mode)) {
    close(descriptor);
    return absl::InvalidArgumentError(absl::StrCat(path, " is a directory"));
  }
  std::string fingerprint;
  if (known && !is_stdin) {
    const int64_t tail = std::max<int64_t>(0, info.st_size - kSampleBytes);
    fingerprint =
        StableHash(absl::StrCat(info.st_size, ":", ReadAt(descriptor, 0), ":",
                                ReadAt(descriptor, tail)));
  }
  auto input = std::make_unique<Input>();
  input->file = gzdopen(descriptor, "rb");
  if (input->file == nullptr) {
    close(descriptor);
    return absl::ResourceExhaustedError("out of memory");
  }
  gzbuffer(input->file, kZlibBufferBytes);
  input->name = is_stdin ? "standard input" : path;
  input->bytes = known && !is_stdin ? info.st_size : -1;
  std::unique_ptr<ByteSource> source(new ByteSource(std::move(input)));
  source->fingerprint_ = std::move(fingerprint);
  return source;
}

void ByteSource::Unread(std::string bytes) { unread_.insert(0, bytes); }

absl::StatusOr<size_t> ByteSource::Read(absl::Span<char> buffer) {
  if (!unread_.empty()) {
    const size_t size = unread_.copy(buffer.data(), buffer.size());
    unread_.erase(0, size);
    return size;
  }
  const int bytes =
      gzread(input_->file, buffer.data(), static_cast<unsigned>(buffer.size()));
  int code = Z_OK;
  gzerror(input_->file, &code);
  // A file that is cut off ends with Z_BUF_ERROR and what could be read.
  if (bytes < 0 || (bytes == 0 && code == Z_BUF_ERROR)) {
    if (code == Z_ERRNO)
      return absl::ErrnoToStatus(errno,
                                 absl::StrCat("cannot read ", input_->name));
    return absl::DataLossError("the compressed data is damaged or cut off");
  }
  return static_cast<size_t>(bytes);
}

double ByteSource::share_read() const {
  if (input_->bytes <= 0) return -1;
  return std::min(1.0, static_cast<double>(gzoffset(input_->file)) /
                           static_cast<double>(input_->bytes));
}

}  // namespace concordat::client
