// Every method of a whole server, with whatever bytes. It answers or refuses in
// the words of the catalogue; it never fails by its own fault, and lives.
//
// Input: calls, each a byte for its method, its length in two bytes and the
// request.
#include <cstdlib>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "concordat/v1/vocabulary.grpc.pb.h"
#include "google/protobuf/stubs/logging.h"
#include "graph/memory_store.h"
#include "grpcpp/grpcpp.h"
#include "server/access/api_services.h"
#include "server/server.h"
#include "server/system_clock.h"
#include "tests/access/raw_call.h"
#include "tests/fuzz/input.h"

namespace concordat {
namespace {

constexpr char kVocabulary[] = R"(
name: fuzz
entity_types:
  customer: {attributes: {name: {type: text, personal: true}}}
relation_types: {knows: {from: [customer], to: [customer]}}
channels:
  web: {subject_type: customer, contract: {customer: {attributes: {name: {}}}}}
)";

// One for all inputs: what one leaves behind another may find.
struct World {
  World() {
    google::protobuf::SetLogHandler(nullptr);
    ServerOptions options;
    options.reliability.every = absl::InfiniteDuration();
    auto started = Server::Start(options, &store, &clock, &logger);
    CONCORDAT_FUZZ_CHECK(started.ok());
    server = *std::move(started);
    const auto stub =
        v1::VocabularyService::NewStub(server->InProcessChannel());
    grpc::ClientContext context;
    v1::ApplyVocabularyRequest request;
    request.set_yaml(kVocabulary);
    v1::ApplyVocabularyResponse response;
    CONCORDAT_FUZZ_CHECK(
        stub->ApplyVocabulary(&context, request, &response).ok());
    for (const auto* service : ApiServices()) {
      for (int i = 0; i < service->method_count(); ++i) {
        methods.push_back(service->method(i));
      }
    }
  }

  MemoryStore store;
  SystemClock clock;
  std::ostringstream log;
  Logger logger{&log, &clock};
  std::unique_ptr<Server> server;
  std::vector<const google::protobuf::MethodDescriptor*> methods;
};

}  // namespace
}  // namespace concordat

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace concordat;
  static World* const world = [] {
    static World made;
    return &made;
  }();
  fuzz::Input input(data, size);
  for (int calls = 0; calls < 8 && !input.empty(); ++calls) {
    const auto& method = *world->methods[input.Byte() % world->methods.size()];
    const RawAnswer answer = CallRaw(world->server->InProcessChannel(), method,
                                     {std::string(input.Text())}, {}, 1);
    const grpc::StatusCode code = answer.status.error_code();
    CONCORDAT_FUZZ_CHECK(code != grpc::INTERNAL && code != grpc::UNKNOWN &&
                         code != grpc::UNIMPLEMENTED &&
                         code != grpc::DATA_LOSS &&
                         code != grpc::DEADLINE_EXCEEDED);
    world->log.str("");
  }
  return 0;
}
