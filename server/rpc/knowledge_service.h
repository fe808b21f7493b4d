#ifndef CONCORDAT_SERVER_RPC_KNOWLEDGE_SERVICE_H_
#define CONCORDAT_SERVER_RPC_KNOWLEDGE_SERVICE_H_

#include "concordat/v1/knowledge.grpc.pb.h"
#include "server/rpc/service_context.h"

namespace concordat {

// concordat.v1.KnowledgeService. Thread-safe.
class KnowledgeServiceHandlers final
    : public v1::KnowledgeService::WithCallbackMethod_WriteKnowledge<
          v1::KnowledgeService::WithRawCallbackMethod_StreamKnowledge<
              v1::KnowledgeService::WithCallbackMethod_GetEntity<
                  v1::KnowledgeService::WithCallbackMethod_ListEntities<
                      v1::KnowledgeService::WithCallbackMethod_GetTimeline<
                          v1::KnowledgeService::WithCallbackMethod_ListFacts<
                              v1::KnowledgeService::WithCallbackMethod_ListRelations<
                                  v1::KnowledgeService::
                                      WithCallbackMethod_ListLinks<
                                          v1::KnowledgeService::
                                              WithCallbackMethod_ExplainValue<
                                                  v1::KnowledgeService::
                                                      WithCallbackMethod_GetHistory<
                                                          v1::KnowledgeService::
                                                              Service>>>>>>>>>> {
 public:
  // `context` must outlive this.
  explicit KnowledgeServiceHandlers(const ServiceContext* context)
      : context_(*context) {}

  grpc::ServerUnaryReactor* WriteKnowledge(
      grpc::CallbackServerContext* rpc,
      const v1::WriteKnowledgeRequest* request,
      v1::WriteKnowledgeResponse* response) override;
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StreamKnowledge(
      grpc::CallbackServerContext* rpc) override;
  grpc::ServerUnaryReactor* GetEntity(grpc::CallbackServerContext* rpc,
                                      const v1::GetEntityRequest* request,
                                      v1::GetEntityResponse* response) override;
  grpc::ServerUnaryReactor* ListEntities(
      grpc::CallbackServerContext* rpc, const v1::ListEntitiesRequest* request,
      v1::ListEntitiesResponse* response) override;
  grpc::ServerUnaryReactor* GetTimeline(
      grpc::CallbackServerContext* rpc, const v1::GetTimelineRequest* request,
      v1::GetTimelineResponse* response) override;
  grpc::ServerUnaryReactor* ListFacts(grpc::CallbackServerContext* rpc,
                                      const v1::ListFactsRequest* request,
                                      v1::ListFactsResponse* response) override;
  grpc::ServerUnaryReactor* ListRelations(
      grpc::CallbackServerContext* rpc, const v1::ListRelationsRequest* request,
      v1::ListRelationsResponse* response) override;
  grpc::ServerUnaryReactor* ListLinks(grpc::CallbackServerContext* rpc,
                                      const v1::ListLinksRequest* request,
                                      v1::ListLinksResponse* response) override;
  grpc::ServerUnaryReactor* ExplainValue(
      grpc::CallbackServerContext* rpc, const v1::ExplainValueRequest* request,
      v1::ExplainValueResponse* response) override;
  grpc::ServerUnaryReactor* GetHistory(
      grpc::CallbackServerContext* rpc, const v1::GetHistoryRequest* request,
      v1::GetHistoryResponse* response) override;

 private:
  const ServiceContext& context_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_KNOWLEDGE_SERVICE_H_
