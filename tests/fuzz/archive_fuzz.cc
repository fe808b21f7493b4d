// A backup or a log from a file. Whatever is in it, it is read to its end or
// refused with the block that is wrong; nothing of it is believed that its
// digest does not fit.
#include <sstream>
#include <string>

#include "google/protobuf/stubs/logging.h"
#include "proto/archive_reader.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace concordat;
  static const bool silent = [] {
    google::protobuf::SetLogHandler(nullptr);
    return true;
  }();
  (void)silent;
  std::istringstream file(
      std::string(reinterpret_cast<const char*>(data), size));
  const auto reader = ArchiveReader::Open(&file, "fuzz");
  if (!reader.ok()) return 0;
  while (true) {
    const absl::StatusOr<bool> more = (*reader)->Next();
    if (!more.ok()) {
      CONCORDAT_FUZZ_CHECK(!more.status().message().empty());
      return 0;
    }
    if (!*more) return 0;
  }
}
