#ifndef CONCORDAT_CLIENT_ARCHIVE_HISTORY_IMPORT_H_
#define CONCORDAT_CLIENT_ARCHIVE_HISTORY_IMPORT_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "client/client.h"

namespace concordat::client {

struct HistoryImported {
  uint64_t recorded = 0;
  uint64_t revision = 0;  // the newest of the server's store
};

// Records the commits of an exported history in the server's store. The file is
// read to its end and checked first. Where the server has some of the commits,
// of an import that broke off, it goes on behind them. `progress` is told how
// many commits are durable.
// Errors: those of VerifyArchiveFile, of ImportLog.
absl::StatusOr<HistoryImported> ImportHistory(
    Client& client, const std::string& path,
    const std::function<void(uint64_t recorded)>& progress);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_ARCHIVE_HISTORY_IMPORT_H_
