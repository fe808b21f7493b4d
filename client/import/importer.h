// One file into the server: reads, batches, sends, remembers how far it came.
#ifndef CONCORDAT_CLIENT_IMPORT_IMPORTER_H_
#define CONCORDAT_CLIENT_IMPORT_IMPORTER_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/client.h"
#include "client/import/batch_sender.h"
#include "client/import/item_reader.h"

namespace concordat::client {

// What an import has done so far.
struct ImportReport {
  int64_t rows = 0;      // Rows read, bad ones among them.
  int64_t bad_rows = 0;  // Rows that could not be read; nothing was sent.
  int64_t items = 0;     // Items sent.
  int64_t recorded = 0;
  int64_t duplicates = 0;  // Were there already; changed nothing.
  int64_t refused = 0;     // By the server.
  double share_read = -1;  // 0 to 1; negative: not known.
};

// Whoever watches an import; called by the thread that runs it.
class ImportObserver {
 public:
  virtual ~ImportObserver() = default;
  // A row, or an item of one, was not imported.
  virtual void OnProblem(const RowProblem& problem) = 0;
  // Claims were judged; one result a claim, in order.
  virtual void OnClaims(const v1::StreamClaimsRequest& claims,
                        const v1::StreamClaimsResponse& response) = 0;
  // Some more was read or answered.
  virtual void OnProgress(const ImportReport& report) = 0;
};

// What to import and how.
struct ImportOptions {
  ItemReaderOptions input;
  // Who writes; for knowledge.
  std::string actor;
  // Where progress is kept; empty: nowhere. Written at most twice a second
  // after the first two seconds, and when the import fails; removed when it is
  // done.
  std::string checkpoint_path;
  // Go on where the checkpoint says, if there is one for this very file.
  bool resume = false;
};

// How an import reaches a server.
struct ImportTarget {
  std::function<std::unique_ptr<ClaimStream>()> open_claims;
  std::function<std::unique_ptr<KnowledgeStream>()> open_knowledge;
  BatchSender::Wait wait;
};

// Imports one file in bounded memory: at most kBatchesInFlightMax + 1 batches
// of 1000 items. Bad rows and refused items are reported and skipped. Errors:
// the file cannot be read, or the server refuses everything or stays away; the
// checkpoint then says where to go on.
absl::StatusOr<ImportReport> ImportFile(const ImportOptions& options,
                                        const ImportTarget& target,
                                        ImportObserver* observer);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_IMPORT_IMPORTER_H_
