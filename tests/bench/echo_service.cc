#include "tests/bench/echo_service.h"

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "graph/limits.h"
#include "grpcpp/grpcpp.h"

namespace concordat::bench {
namespace {

using Request = v1::StreamClaimsRequest;
using Response = v1::StreamClaimsResponse;

template <typename Answer>
void Fill(int claims, Answer* answer) {
  answer->set_revision("00000000000000000000000000000000");
  answer->set_vocabulary_version(1);
  for (int i = 0; i < claims; ++i) {
    v1::ClaimResult* result = answer->add_results();
    result->set_status(v1::CLAIM_STATUS_RECORDED);
    result->set_verdict(v1::VERDICT_AGREES);
  }
}

class EchoStream final : public grpc::ServerBidiReactor<Request, Response> {
 public:
  EchoStream() { StartRead(&request_); }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    response_.Clear();
    Fill(request_.claims_size(), &response_);
    StartWrite(&response_);
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    StartRead(&request_);
  }
  void OnDone() override { delete this; }

 private:
  Request request_;
  Response response_;
};

}  // namespace

grpc::ServerUnaryReactor* EchoServer::Handlers::Report(
    grpc::CallbackServerContext* rpc, const v1::ReportClaimsRequest* request,
    v1::ReportClaimsResponse* response) {
  Fill(request->claims_size(), response);
  grpc::ServerUnaryReactor* reactor = rpc->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

grpc::ServerBidiReactor<Request, Response>* EchoServer::Handlers::Stream(
    grpc::CallbackServerContext*) {
  return new EchoStream;
}

grpc::ServerUnaryReactor* EchoServer::Handlers::CheckAnswer(
    grpc::CallbackServerContext* rpc, const v1::CheckAnswerRequest*,
    v1::CheckAnswerResponse* response) {
  *response = check;
  grpc::ServerUnaryReactor* reactor = rpc->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

grpc::ServerUnaryReactor* EchoServer::Handlers::GetCustomerView(
    grpc::CallbackServerContext* rpc, const v1::GetCustomerViewRequest*,
    v1::GetCustomerViewResponse* response) {
  *response = view;
  grpc::ServerUnaryReactor* reactor = rpc->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

EchoServer::EchoServer() {
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  builder.SetMaxReceiveMessageSize(limits::kMessageBytesMax);
  builder.RegisterService(&handlers_);
  server_ = builder.BuildAndStart();
  if (server_ == nullptr || port == 0) {
    std::fprintf(stderr, "the echo server cannot listen\n");
    std::exit(1);
  }
  address_ = absl::StrCat("127.0.0.1:", port);
}

EchoServer::~EchoServer() { server_->Shutdown(); }

}  // namespace concordat::bench
