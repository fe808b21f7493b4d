#ifndef CONCORDAT_SERVER_RPC_VOCABULARY_SERVICE_H_
#define CONCORDAT_SERVER_RPC_VOCABULARY_SERVICE_H_

#include "concordat/v1/vocabulary.grpc.pb.h"
#include "server/rpc/service_context.h"

namespace concordat {

// concordat.v1.VocabularyService. Thread-safe.
class VocabularyServiceHandlers final
    : public v1::VocabularyService::CallbackService {
 public:
  // `context` must outlive this.
  explicit VocabularyServiceHandlers(const ServiceContext* context)
      : context_(*context) {}

  grpc::ServerUnaryReactor* ValidateVocabulary(
      grpc::CallbackServerContext* rpc,
      const v1::ValidateVocabularyRequest* request,
      v1::ValidateVocabularyResponse* response) override;
  grpc::ServerUnaryReactor* DiffVocabulary(
      grpc::CallbackServerContext* rpc,
      const v1::DiffVocabularyRequest* request,
      v1::DiffVocabularyResponse* response) override;
  grpc::ServerUnaryReactor* ApplyVocabulary(
      grpc::CallbackServerContext* rpc,
      const v1::ApplyVocabularyRequest* request,
      v1::ApplyVocabularyResponse* response) override;
  grpc::ServerUnaryReactor* GetVocabulary(
      grpc::CallbackServerContext* rpc, const v1::GetVocabularyRequest* request,
      v1::GetVocabularyResponse* response) override;

 private:
  const ServiceContext& context_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_VOCABULARY_SERVICE_H_
