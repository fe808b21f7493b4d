#include "tests/conformance/backends.h"

#include <utility>

#include "graph/memory_store.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "server/security/sealed_store.h"
#include "server/storage/sqlite/sqlite_store.h"

namespace concordat {
namespace {

absl::StatusOr<std::unique_ptr<Store>> OpenMemory(const std::string&) {
  return std::make_unique<MemoryStore>();
}

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteWith(
    const std::string& directory, absl::Span<const Space> spaces) {
  SqliteOptions options;
  options.directory = directory;
  options.spaces = spaces;
  // Small, so that the cases reach the code that spills and checkpoints.
  options.writer_cache_bytes = 256 << 10;
  options.reader_cache_bytes = 64 << 10;
  options.checkpoint_bytes = 256 << 10;
  CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<Store> store,
                             SqliteStore::Open(options));
  return store;
}

absl::StatusOr<std::unique_ptr<Store>> OpenSqlite(
    const std::string& directory) {
  return OpenSqliteWith(directory, kTestSpaces);
}

constexpr Space kSealedSpaces[] = {kApples, kPears, kLast, rows::kSubjectKeys};

// A sealed store with the one behind it.
class SealedWithItsStore final : public Store {
 public:
  explicit SealedWithItsStore(std::unique_ptr<Store> store)
      : store_(std::move(store)), sealed_(store_.get(), kTestSpaces) {}

  absl::StatusOr<std::unique_ptr<Reader>> Snapshot() override {
    return sealed_.Snapshot();
  }
  absl::Status Write(
      absl::FunctionRef<absl::Status(Transaction&)> work) override {
    return sealed_.Write(work);
  }
  absl::Status Scrub() override { return sealed_.Scrub(); }
  absl::string_view engine() const override { return sealed_.engine(); }

 private:
  const std::unique_ptr<Store> store_;
  SealedStore sealed_;
};

absl::StatusOr<std::unique_ptr<Store>> OpenSealed(
    const std::string& directory) {
  CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<Store> store,
                             OpenSqliteWith(directory, kSealedSpaces));
  return std::make_unique<SealedWithItsStore>(std::move(store));
}

}  // namespace

std::vector<Backend> Backends() {
  return {
      {.name = "Memory", .open = OpenMemory},
      {.name = "Sqlite", .open = OpenSqlite, .durable = true},
      {.name = "Sealed", .open = OpenSealed, .durable = true},
      {.name = "SqliteReopened",
       .open = OpenSqlite,
       .durable = true,
       .reopens = true},
  };
}

}  // namespace concordat
