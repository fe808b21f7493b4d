#ifndef CONCORDAT_SERVER_RPC_PRIVACY_SERVICE_H_
#define CONCORDAT_SERVER_RPC_PRIVACY_SERVICE_H_

#include "concordat/v1/privacy.grpc.pb.h"
#include "server/rpc/service_context.h"

namespace concordat {

// concordat.v1.PrivacyService. Thread-safe.
class PrivacyServiceHandlers final
    : public v1::PrivacyService::CallbackService {
 public:
  // `context` must outlive this.
  explicit PrivacyServiceHandlers(const ServiceContext* context)
      : context_(*context) {}

  grpc::ServerUnaryReactor* EraseSubject(
      grpc::CallbackServerContext* rpc, const v1::EraseSubjectRequest* request,
      v1::EraseSubjectResponse* response) override;
  grpc::ServerUnaryReactor* ListErasures(
      grpc::CallbackServerContext* rpc, const v1::ListErasuresRequest* request,
      v1::ListErasuresResponse* response) override;
  grpc::ServerWriteReactor<v1::ExportSubjectResponse>* ExportSubject(
      grpc::CallbackServerContext* rpc,
      const v1::ExportSubjectRequest* request) override;

 private:
  const ServiceContext& context_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_PRIVACY_SERVICE_H_
