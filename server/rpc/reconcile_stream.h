#ifndef CONCORDAT_SERVER_RPC_RECONCILE_STREAM_H_
#define CONCORDAT_SERVER_RPC_RECONCILE_STREAM_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "concordat/v1/reconciliation.pb.h"
#include "graph/mutex.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "server/audit/audit_book.h"
#include "server/audit/set_comparison.h"
#include "server/rpc/service_context.h"

namespace concordat {

// One call of Reconcile: a conversation, in which one message is answered
// before the next is read. The audit ends with it, unless it wants all rows.
class ReconcileStream final
    : public grpc::ServerBidiReactor<v1::ReconcileRequest,
                                     v1::ReconcileResponse>,
      public std::enable_shared_from_this<ReconcileStream> {
 public:
  // `context` and `book` must outlive it; it lives until the call is done.
  static ReconcileStream* Start(const ServiceContext* context, AuditBook* book,
                                grpc::CallbackServerContext* rpc);

  void OnReadDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnWriteDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnDone() override { self_.reset(); }

 private:
  // What it waits for.
  enum class State {
    kOpening,  // the first message
    kLoading,  // the truth
    kSymbols,
    kRecords,
    kRoom,  // for the records that were read
    kEnding,
  };

  ReconcileStream(const ServiceContext* context, AuditBook* book,
                  grpc::CallbackServerContext* rpc)
      : context_(*context), book_(*book), rpc_(rpc) {}

  // Has the work done on one of the audits' threads.
  void Submit(std::function<absl::Status()> work) ABSL_LOCKS_EXCLUDED(mutex_);
  // The audit fails, or where there is none yet the call ends.
  void Fail(const absl::Status& why) ABSL_LOCKS_EXCLUDED(mutex_);
  // The audit has moved on, or its end is near.
  void Continue() ABSL_LOCKS_EXCLUDED(mutex_);

  absl::Status Open() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status Begin() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status TakeSymbols(const std::string& bytes)
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status WantAll(const std::string& why) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status TakeRecords() ABSL_LOCKS_EXCLUDED(mutex_);
  // The next of the items, or that there is none.
  void WantRecords() ABSL_LOCKS_EXCLUDED(mutex_);
  v1::ReconcileResponse& NewResponse();
  void Write() ABSL_LOCKS_EXCLUDED(mutex_);
  void End(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const ServiceContext& context_;
  AuditBook& book_;
  grpc::CallbackServerContext* const rpc_;
  std::shared_ptr<ReconcileStream> self_;

  // Of whoever has the turn: there is one at a time.
  v1::ReconcileRequest received_;
  v1::ReconcileResponse sent_;
  v1::ReconcileOpening opening_;
  audits::ItemKey key_;
  std::optional<SetComparison> comparison_;
  size_t items_sent_ = 0;

  Mutex mutex_;
  std::shared_ptr<ExportFeed> feed_ ABSL_GUARDED_BY(mutex_);
  State state_ ABSL_GUARDED_BY(mutex_) = State::kOpening;
  bool wants_all_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool wrote_last_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_RECONCILE_STREAM_H_
