#ifndef CONCORDAT_SERVER_RPC_WATCH_SERVICE_H_
#define CONCORDAT_SERVER_RPC_WATCH_SERVICE_H_

#include "concordat/v1/watch.grpc.pb.h"
#include "server/rpc/service_context.h"
#include "server/rpc/watch_stream.h"

namespace concordat {

// concordat.v1.WatchService. Thread-safe.
class WatchServiceHandlers final
    : public v1::WatchService::WithRawCallbackMethod_Watch<
          v1::WatchService::WithCallbackMethod_PutCursor<
              v1::WatchService::WithCallbackMethod_ListCursors<
                  v1::WatchService::WithCallbackMethod_DeleteCursor<
                      v1::WatchService::Service>>>> {
 public:
  // `context` and what `surroundings` names must outlive this.
  WatchServiceHandlers(const ServiceContext* context,
                       const WatchSurroundings& surroundings)
      : context_(*context), surroundings_(surroundings) {}

  // Takes its request as bytes, so that one that cannot be read is told why,
  // and answers in bytes that all watches share.
  grpc::ServerWriteReactor<grpc::ByteBuffer>* Watch(
      grpc::CallbackServerContext* rpc,
      const grpc::ByteBuffer* request) override;
  grpc::ServerUnaryReactor* PutCursor(grpc::CallbackServerContext* rpc,
                                      const v1::PutCursorRequest* request,
                                      v1::PutCursorResponse* response) override;
  grpc::ServerUnaryReactor* ListCursors(
      grpc::CallbackServerContext* rpc, const v1::ListCursorsRequest* request,
      v1::ListCursorsResponse* response) override;
  grpc::ServerUnaryReactor* DeleteCursor(
      grpc::CallbackServerContext* rpc, const v1::DeleteCursorRequest* request,
      v1::DeleteCursorResponse* response) override;

 private:
  const ServiceContext& context_;
  const WatchSurroundings surroundings_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_WATCH_SERVICE_H_
