#ifndef CONCORDAT_CLIENT_GRPC_WATCH_H_
#define CONCORDAT_CLIENT_GRPC_WATCH_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "client/watch.h"
#include "concordat/v1/watch.grpc.pb.h"

namespace concordat::client {

// A Watch over gRPC: one call after the other, each after the last revision of
// those before.
class GrpcWatch final : public Watch {
 public:
  // `stub` must outlive this; `address` is for errors.
  GrpcWatch(v1::WatchService::StubInterface* stub, std::string address,
            v1::WatchRequest request, WatchPatience patience);
  ~GrpcWatch() override;

  absl::StatusOr<v1::WatchResponse> Next() override;
  const std::string& revision() const override { return revision_; }
  int64_t snapshots_restarted() const override { return restarted_; }
  int64_t resumed() const override { return resumed_; }
  void Cancel() override;

 private:
  // False after Cancel.
  bool Open();
  // How the call ended; forgets it.
  absl::Status Close();
  // Puts the parts of a commit together; false where it is not whole yet.
  bool Complete(v1::WatchResponse& response);
  // Whether to try again after `status`, having waited.
  bool Retries(const absl::Status& status);

  v1::WatchService::StubInterface* const stub_;
  const std::string address_;
  v1::WatchRequest request_;
  const WatchPatience patience_;
  std::string revision_;
  bool answered_ = false;         // at some time
  bool in_snapshot_ = false;      // rows of one that is not complete came
  v1::WatchedCommit incomplete_;  // without events where there is none
  int64_t restarted_ = 0;
  int64_t resumed_ = 0;
  absl::Time failing_since_ = absl::InfiniteFuture();
  absl::Duration next_wait_;

  std::mutex mutex_;
  bool cancelled_ = false;                        // under mutex_
  std::unique_ptr<grpc::ClientContext> context_;  // set under mutex_
  std::unique_ptr<grpc::ClientReaderInterface<v1::WatchResponse>> reader_;
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_GRPC_WATCH_H_
