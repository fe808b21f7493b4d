#include "tests/conformance/backends.h"

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/memory_store.h"
#include "graph/status_macros.h"
#include "server/security/sealed_store.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/conformance/mutant_store.h"

namespace concordat {
namespace {

absl::StatusOr<std::unique_ptr<Store>> OpenMemory(const std::string&) {
  return std::make_unique<MemoryStore>();
}

absl::StatusOr<std::unique_ptr<Store>> OpenSqlite(const std::string& directory,
                                                  SqliteSchema schema) {
  SqliteOptions options;
  options.schema = std::move(schema);
  options.directory = directory;
  options.spaces = kTestSpaces;
  // Small, so that the cases reach the code that spills and checkpoints.
  options.writer_cache_bytes = 256 << 10;
  options.reader_cache_bytes = 64 << 10;
  options.checkpoint_bytes = 256 << 10;
  CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<Store> store,
                             SqliteStore::Open(options));
  return store;
}

absl::StatusOr<std::unique_ptr<Store>> OpenNewest(
    const std::string& directory) {
  return OpenSqlite(directory, SqliteSchema());
}

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
                             OpenNewest(directory));
  return std::make_unique<SealedWithItsStore>(std::move(store));
}

// Opens an empty directory as a build of that version did, and a store that is
// there as this build does.
Backend FromVersion(int32_t version) {
  return {.name = absl::StrCat("SqliteFromLayout", version),
          .open =
              [version](const std::string& directory) {
                SqliteSchema schema;
                if (!std::filesystem::exists(directory + "/concordat.db")) {
                  std::erase_if(schema.migrations, [&](const auto& migration) {
                    return migration.to_version > version;
                  });
                }
                return OpenSqlite(directory, std::move(schema));
              },
          .durable = true,
          .reopens = true};
}

std::vector<Backend> EveryEngine() {
  std::vector<Backend> backends = {
      {.name = "Memory", .open = OpenMemory},
      {.name = "Sqlite", .open = OpenNewest, .durable = true, .on_disk = true},
      {.name = "Sealed", .open = OpenSealed, .durable = true},
      {.name = "SqliteReopened",
       .open = OpenNewest,
       .durable = true,
       .reopens = true},
  };
  const SqliteSchema newest;
  for (int32_t version = newest.oldest_version; version < newest.version();
       ++version) {
    backends.push_back(FromVersion(version));
  }
  return backends;
}

}  // namespace

std::vector<Backend> Backends() {
  const char* mutant = std::getenv("CONCORDAT_MUTANT");
  if (mutant == nullptr) return EveryEngine();
  const std::optional<Defect> defect = FindDefect(mutant);
  if (!defect.has_value()) {
    std::cerr << "there is no mutant " << mutant << "\n";
    std::abort();
  }
  return {{.name = "Mutant", .open = [defect](const std::string&) {
             return absl::StatusOr<std::unique_ptr<Store>>(
                 std::make_unique<MutantStore>(*defect));
           }}};
}

}  // namespace concordat
