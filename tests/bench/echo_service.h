#ifndef CONCORDAT_TESTS_BENCH_ECHO_SERVICE_H_
#define CONCORDAT_TESTS_BENCH_ECHO_SERVICE_H_

#include <memory>
#include <string>

#include "echo.grpc.pb.h"
#include "grpcpp/server.h"

namespace concordat::bench {

// The EchoService on a port of its own.
class EchoServer {
 public:
  // Listens on a free port of the loopback interface; ends the process where
  // there is none.
  EchoServer();
  ~EchoServer();
  EchoServer(const EchoServer&) = delete;
  EchoServer& operator=(const EchoServer&) = delete;

  const std::string& address() const { return address_; }
  // What it answers from now on; while it is not called.
  void Answer(const v1::CheckAnswerResponse& check) { handlers_.check = check; }
  void Answer(const v1::GetCustomerViewResponse& view) {
    handlers_.view = view;
  }

 private:
  class Handlers final : public EchoService::CallbackService {
   public:
    grpc::ServerUnaryReactor* Report(
        grpc::CallbackServerContext* rpc,
        const v1::ReportClaimsRequest* request,
        v1::ReportClaimsResponse* response) override;
    grpc::ServerBidiReactor<v1::StreamClaimsRequest, v1::StreamClaimsResponse>*
    Stream(grpc::CallbackServerContext* rpc) override;
    grpc::ServerUnaryReactor* CheckAnswer(
        grpc::CallbackServerContext* rpc, const v1::CheckAnswerRequest* request,
        v1::CheckAnswerResponse* response) override;
    grpc::ServerUnaryReactor* GetCustomerView(
        grpc::CallbackServerContext* rpc,
        const v1::GetCustomerViewRequest* request,
        v1::GetCustomerViewResponse* response) override;

    v1::CheckAnswerResponse check;
    v1::GetCustomerViewResponse view;
  };

  Handlers handlers_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

}  // namespace concordat::bench

#endif  // CONCORDAT_TESTS_BENCH_ECHO_SERVICE_H_
