#ifndef CONCORDAT_SERVER_RPC_KNOWLEDGE_SERVICE_H_
#define CONCORDAT_SERVER_RPC_KNOWLEDGE_SERVICE_H_

#include "concordat/v1/knowledge.grpc.pb.h"
#include "server/rpc/service_context.h"

namespace concordat {

namespace internal {

// One link of the chain a call, so that a call more is a line more.
using Knowledge = v1::KnowledgeService;
using Knowledge1 = Knowledge::WithCallbackMethod_WriteKnowledge<
    Knowledge::WithRawCallbackMethod_StreamKnowledge<Knowledge::Service>>;
using Knowledge2 = Knowledge::WithCallbackMethod_GetEntity<Knowledge1>;
using Knowledge3 = Knowledge::WithCallbackMethod_ListEntities<Knowledge2>;
using Knowledge4 = Knowledge::WithCallbackMethod_GetTimeline<Knowledge3>;
using Knowledge5 = Knowledge::WithCallbackMethod_ListFacts<Knowledge4>;
using Knowledge6 = Knowledge::WithCallbackMethod_ListRelations<Knowledge5>;
using Knowledge7 = Knowledge::WithCallbackMethod_ListLinks<Knowledge6>;
using Knowledge8 = Knowledge::WithCallbackMethod_GetNeighbourhood<Knowledge7>;
using Knowledge9 = Knowledge::WithCallbackMethod_FindPaths<Knowledge8>;
using Knowledge10 = Knowledge::WithCallbackMethod_ExplainValue<Knowledge9>;
using KnowledgeCalls = Knowledge::WithCallbackMethod_GetHistory<Knowledge10>;

}  // namespace internal

// concordat.v1.KnowledgeService. Thread-safe.
class KnowledgeServiceHandlers final : public internal::KnowledgeCalls {
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
  grpc::ServerUnaryReactor* GetNeighbourhood(
      grpc::CallbackServerContext* rpc,
      const v1::GetNeighbourhoodRequest* request,
      v1::GetNeighbourhoodResponse* response) override;
  grpc::ServerUnaryReactor* FindPaths(grpc::CallbackServerContext* rpc,
                                      const v1::FindPathsRequest* request,
                                      v1::FindPathsResponse* response) override;

 private:
  const ServiceContext& context_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_KNOWLEDGE_SERVICE_H_
