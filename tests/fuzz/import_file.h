// A file of an import that is only in memory.
#ifndef CONCORDAT_TESTS_FUZZ_IMPORT_FILE_H_
#define CONCORDAT_TESTS_FUZZ_IMPORT_FILE_H_

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "client/import/item_reader.h"
#include "tests/fuzz/input.h"

namespace concordat::fuzz {

// Has a path as long as it lives.
class MemoryFile {
 public:
  explicit MemoryFile(absl::string_view content)
      : descriptor_(memfd_create("fuzzed", MFD_CLOEXEC)) {
    CONCORDAT_FUZZ_CHECK(descriptor_ >= 0);
    CONCORDAT_FUZZ_CHECK(write(descriptor_, content.data(), content.size()) ==
                         static_cast<ssize_t>(content.size()));
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::string path() const {
    return absl::StrCat("/proc/self/fd/", descriptor_);
  }

 private:
  const int descriptor_;
};

// Reads a whole file into items. Whatever it holds: a bad row adds nothing and
// says why, the position only goes forward, and what was read goes over the
// wire, which takes valid UTF-8 only.
inline void ReadItems(client::ItemReaderOptions options) {
  using client::ItemReader;
  const client::ItemKind kind = options.kind;
  absl::StatusOr<std::unique_ptr<ItemReader>> reader =
      ItemReader::Open(std::move(options));
  if (!reader.ok()) return;
  client::Batch batch(kind);
  int64_t offset = (*reader)->position().offset;
  while (true) {
    const size_t before = batch.size();
    const absl::StatusOr<ItemReader::Event> event = (*reader)->Next(batch);
    if (!event.ok() || *event == ItemReader::Event::kEnd) break;
    CONCORDAT_FUZZ_CHECK((*reader)->position().offset > offset);
    offset = (*reader)->position().offset;
    if (*event == ItemReader::Event::kRow) continue;
    CONCORDAT_FUZZ_CHECK(batch.size() == before);
    CONCORDAT_FUZZ_CHECK(!(*reader)->problem().reason.empty());
    CONCORDAT_FUZZ_CHECK((*reader)->problem().line > 0);
  }
  std::string bytes;
  if (kind == client::ItemKind::kClaims) {
    CONCORDAT_FUZZ_CHECK(batch.claims().SerializeToString(&bytes));
    v1::StreamClaimsRequest again;
    CONCORDAT_FUZZ_CHECK(again.ParseFromString(bytes));
    CONCORDAT_FUZZ_CHECK(again.claims_size() == static_cast<int>(batch.size()));
  } else {
    CONCORDAT_FUZZ_CHECK(batch.knowledge().SerializeToString(&bytes));
    v1::StreamKnowledgeRequest again;
    CONCORDAT_FUZZ_CHECK(again.ParseFromString(bytes));
    CONCORDAT_FUZZ_CHECK(again.write().changes_size() ==
                         static_cast<int>(batch.size()));
  }
}

}  // namespace concordat::fuzz

#endif  // CONCORDAT_TESTS_FUZZ_IMPORT_FILE_H_
