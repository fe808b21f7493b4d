#ifndef CONCORDAT_SERVER_RPC_ADMIN_SERVICE_H_
#define CONCORDAT_SERVER_RPC_ADMIN_SERVICE_H_

#include <atomic>
#include <cstdint>

#include "absl/status/status.h"
#include "concordat/v1/admin.grpc.pb.h"
#include "grpcpp/support/byte_buffer.h"
#include "server/rpc/service_context.h"

namespace concordat {

// concordat.v1.AdminService. Thread-safe.
class AdminServiceHandlers final
    : public v1::AdminService::WithCallbackMethod_Backup<
          v1::AdminService::WithCallbackMethod_ArchiveLog<
              v1::AdminService::WithRawCallbackMethod_ImportLog<
                  v1::AdminService::WithCallbackMethod_Compact<
                      v1::AdminService::Service>>>> {
 public:
  // `context` must outlive this.
  explicit AdminServiceHandlers(const ServiceContext* context)
      : context_(*context) {}

  // Goes on, in the background, with a compaction that was begun before the
  // server started. Errors: the store's.
  absl::Status ResumeCompaction();
  // Set while anything compacts.
  std::atomic<bool>* compacting() { return &compacting_; }

  grpc::ServerWriteReactor<v1::BackupResponse>* Backup(
      grpc::CallbackServerContext* rpc,
      const v1::BackupRequest* request) override;
  grpc::ServerWriteReactor<v1::ArchiveLogResponse>* ArchiveLog(
      grpc::CallbackServerContext* rpc,
      const v1::ArchiveLogRequest* request) override;
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* ImportLog(
      grpc::CallbackServerContext* rpc) override;
  grpc::ServerWriteReactor<v1::CompactResponse>* Compact(
      grpc::CallbackServerContext* rpc,
      const v1::CompactRequest* request) override;

 private:
  const ServiceContext& context_;
  std::atomic<bool> compacting_ = false;
  std::atomic<int64_t> byte_streams_ = 0;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_ADMIN_SERVICE_H_
