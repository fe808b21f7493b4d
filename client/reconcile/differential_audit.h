// Audits of a channel by its sketch: of a conversation that costs as much as
// differs.
#ifndef CONCORDAT_CLIENT_RECONCILE_DIFFERENTIAL_AUDIT_H_
#define CONCORDAT_CLIENT_RECONCILE_DIFFERENTIAL_AUDIT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/client.h"
#include "client/reconcile/record_sketch.h"
#include "concordat/v1/audits.pb.h"

namespace concordat::client {

// Numbers of items.
using WantedItems = absl::flat_hash_set<uint64_t>;

// The records of a channel: what its backend gives. Called by one thread, the
// one that runs the audit.
class RecordSource {
 public:
  // Takes a record, and the line of the file that it is from, or 0 where it is
  // from none; false: no more are wanted. `channel` may be left out.
  using Use = absl::FunctionRef<bool(v1::Claim record, int64_t line)>;

  virtual ~RecordSource() = default;

  // A copy of the sketch of the records as they are now.
  virtual absl::StatusOr<RecordSketch> Sketch() = 0;
  // Makes the sketch anew, since the vocabulary reads values otherwise now.
  virtual absl::Status Remake(std::shared_ptr<const SketchTerms> terms) = 0;
  // Gives the records of these items, by RecordSketch::ItemOf: by an index that
  // the backend has, or a pass over all. What has changed since is left out.
  // Beside them what the channel says that is in no sketch, such as that there
  // is none.
  virtual absl::Status Find(const WantedItems& items, Use use) = 0;
  // Gives all of them, for a full audit.
  virtual absl::Status VisitAll(Use use) = 0;
};

struct DifferentialAudit {
  // As it was published.
  v1::Audit audit;
  // What the comparison took; all zero but the bytes where the audit was a full
  // one after all.
  v1::ReconcileFigures figures;
  // Of the messages and their frames, each way; what a full audit took
  // included.
  int64_t bytes_sent = 0;
  int64_t bytes_received = 0;
  // Messages that were waited for.
  int64_t rounds = 0;
  // Why every record was sent; empty: only those that differ were.
  std::string full_because;
};

// How it reaches a server, and is watched.
struct DifferentialTarget {
  Client* client;
  // Asked now and then: the audit is to be ended. May be empty.
  std::function<bool()> stopped;
  // Told of each audit as it begins. Whoever will not wait until `stopped` is
  // asked may cancel it by its id. May be empty.
  std::function<void(const std::string& audit_id)> on_begin;
};

// Audits the channel of `spec`, whose `as_at` is best left unset: the sketch is
// of now. Where the terms have changed, the sketch is remade; where records
// change while they are asked for, it begins anew, three times at most; where
// too much differs, all records are sent. Errors: those of the calls and of
// `source`; CANCELLED.
absl::StatusOr<DifferentialAudit> RunDifferentialAudit(
    const v1::AuditSpec& spec, const DifferentialTarget& target,
    RecordSource* source);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_RECONCILE_DIFFERENTIAL_AUDIT_H_
