#ifndef CONCORDAT_SERVER_RPC_AUDIT_STREAM_H_
#define CONCORDAT_SERVER_RPC_AUDIT_STREAM_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "concordat/v1/audits.pb.h"
#include "graph/mutex.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "server/audit/audit_book.h"
#include "server/rpc/service_context.h"

namespace concordat {

// What is to be audited at the state that the spec asks for. Errors:
// NO_VOCABULARY, UNKNOWN_CHANNEL, INVALID_FIELD, those of ReadSession::Open.
absl::StatusOr<AuditSpec> ReadAuditSpec(const ServiceContext& context,
                                        const v1::AuditSpec& spec);
// The same of an audit whose rows somebody sends.
absl::StatusOr<AuditSpec> ReadSpecOfRows(const ServiceContext& context,
                                         const v1::AuditSpec& spec);
// How far an audit is that runs.
void ShowProgress(const ServiceContext& context, ExportFeed& feed,
                  v1::AuditProgress* progress);

// One call of RunAudit. Takes rows as fast as they are audited, and no faster.
// The audit may outlive it.
class AuditStream final
    : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
      public std::enable_shared_from_this<AuditStream> {
 public:
  // `context` and `book` must outlive it; it lives until the call is done.
  static AuditStream* Start(const ServiceContext* context, AuditBook* book,
                            grpc::CallbackServerContext* rpc);

  void OnReadDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnWriteDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnDone() override { self_.reset(); }

 private:
  AuditStream(const ServiceContext* context, AuditBook* book,
              grpc::CallbackServerContext* rpc)
      : context_(*context), book_(*book), rpc_(rpc) {}

  // The first message. Not on gRPC's thread, for it writes to the store.
  void Open() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<std::shared_ptr<ExportFeed>> OpenFeed(
      const grpc::ByteBuffer& message);
  // Something has moved on: takes what was read, writes, or ends.
  void Continue() ABSL_LOCKS_EXCLUDED(mutex_);
  void TakeMessage() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status TakePart(const std::shared_ptr<const std::string>& message);
  void Write(bool last) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void End(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const ServiceContext& context_;
  AuditBook& book_;
  grpc::CallbackServerContext* const rpc_;
  // Whoever listens to the audit may still be here when the call is done.
  std::shared_ptr<AuditStream> self_;
  grpc::ByteBuffer received_;
  grpc::ByteBuffer sent_;

  Mutex mutex_;
  std::shared_ptr<ExportFeed> feed_ ABSL_GUARDED_BY(mutex_);
  bool has_message_ ABSL_GUARDED_BY(mutex_) = false;  // in received_
  bool taking_ ABSL_GUARDED_BY(mutex_) = false;
  bool reads_ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool all_came_ ABSL_GUARDED_BY(mutex_) = false;  // AuditEnd
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool wrote_last_ ABSL_GUARDED_BY(mutex_) = false;
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;  // nobody reads answers
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time wrote_at_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_AUDIT_STREAM_H_
