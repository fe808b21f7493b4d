#ifndef CONCORDAT_SERVER_RPC_READ_SESSION_H_
#define CONCORDAT_SERVER_RPC_READ_SESSION_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "concordat/v1/common.pb.h"
#include "graph/graph_reader.h"
#include "graph/identity.h"
#include "graph/revision.h"
#include "server/rpc/service_context.h"

namespace concordat {

// One state of the store for one request, and the revision it is served at:
// the same for everything that the request reads.
class ReadSession {
 public:
  // The newest state.
  static absl::StatusOr<ReadSession> OpenLatest(const ServiceContext& context);
  // The state that the caller asked for. Errors: INVALID_FIELD where no choice
  // was made, FUTURE_REVISION, REVISION_COMPACTED, the token reasons.
  static absl::StatusOr<ReadSession> Open(const ServiceContext& context,
                                          const v1::ReadConsistency& choice);
  // The state that a list's first page was served at, where `page_token` is
  // not empty; else as Open. `request` names the list, `start` gets where the
  // page starts.
  static absl::StatusOr<ReadSession> OpenPage(const ServiceContext& context,
                                              const v1::ReadConsistency& choice,
                                              absl::string_view page_token,
                                              absl::string_view request,
                                              std::string& start);

  // The newest state, whatever the first page was served at: for lists of what
  // has no history.
  static absl::StatusOr<ReadSession> OpenLatestPage(
      const ServiceContext& context, absl::string_view page_token,
      absl::string_view request, std::string& start);

  const Reader& reader() const { return *reader_; }
  Revision revision() const { return revision_; }
  GraphReader graph() const { return GraphReader(*reader_, revision_); }
  Identity identity() const { return Identity(*reader_, revision_); }

 private:
  ReadSession(std::unique_ptr<Reader> reader, Revision revision)
      : reader_(std::move(reader)), revision_(revision) {}

  std::unique_ptr<Reader> reader_;
  Revision revision_;
};

// The rows of a page: 0 means the default. Errors: LIMIT_EXCEEDED,
// INVALID_FIELD.
absl::StatusOr<size_t> PageSize(int32_t asked_for);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_READ_SESSION_H_
