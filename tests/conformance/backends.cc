#include "tests/conformance/backends.h"

#include <utility>

#include "graph/memory_store.h"
#include "graph/status_macros.h"
#include "server/storage/sqlite/sqlite_store.h"

namespace concordat {
namespace {

absl::StatusOr<std::unique_ptr<Store>> OpenMemory(const std::string&) {
  return std::make_unique<MemoryStore>();
}

absl::StatusOr<std::unique_ptr<Store>> OpenSqlite(
    const std::string& directory) {
  SqliteOptions options;
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

}  // namespace

std::vector<Backend> Backends() {
  return {
      {.name = "Memory", .open = OpenMemory},
      {.name = "Sqlite", .open = OpenSqlite, .durable = true},
      {.name = "SqliteReopened",
       .open = OpenSqlite,
       .durable = true,
       .reopens = true},
  };
}

}  // namespace concordat
