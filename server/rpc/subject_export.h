// Everything known about one person, part by part.
#ifndef CONCORDAT_SERVER_RPC_SUBJECT_EXPORT_H_
#define CONCORDAT_SERVER_RPC_SUBJECT_EXPORT_H_

#include <deque>
#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "concordat/v1/privacy.pb.h"
#include "consistency/rows.h"
#include "graph/link_timeline.h"
#include "graph/revision.h"
#include "server/rpc/read_session.h"
#include "server/rpc/service_context.h"

namespace concordat {

// Reads what is recorded by entity first, then goes through the log of claims,
// which is in order of revision: whose claims they are is not indexed, because
// that would cost every claim a write and serve this export alone. Each part
// reads a state of its own, all up to the revision at which it began. Not
// thread-safe.
class SubjectExport {
 public:
  // `context` must outlive this.
  SubjectExport(const ServiceContext& context, EntityId entity);

  // Fills the next part; false where there is none. Errors: NOT_FOUND, the
  // store's.
  absl::StatusOr<bool> Next(v1::ExportSubjectResponse& part);

 private:
  absl::Status Begin();
  absl::Status AddChanges(const ReadSession& session);
  absl::Status AddHeld(const ReadSession& session);
  absl::Status AddFindings(const ReadSession& session);
  absl::Status ReadLog();
  bool IsTheirs(const Claim& claim) const;
  void Add(v1::SubjectRecord record) { ready_.push_back(std::move(record)); }

  const ServiceContext& context_;
  const EntityId entity_;
  // All ids that name the person.
  Cluster cluster_;
  bool begun_ = false;
  bool done_ = false;
  Revision revision_;
  uint64_t log_read_ = 0;
  // What was read and not sent yet.
  std::deque<v1::SubjectRecord> ready_;
  // Channel and subject -> whom they name when.
  std::map<std::pair<std::string, std::string>, LinkTimeline> names_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_SUBJECT_EXPORT_H_
