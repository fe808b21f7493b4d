#include "tests/access/raw_call.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"

namespace concordat {
namespace {

constexpr std::chrono::seconds kPatience(30);

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

std::string ToBytes(const grpc::ByteBuffer& buffer) {
  grpc::Slice slice;
  if (!buffer.DumpToSingleSlice(&slice).ok()) return "";
  return std::string(reinterpret_cast<const char*>(slice.begin()),
                     slice.size());
}

void Add(const std::multimap<grpc::string_ref, grpc::string_ref>& from,
         std::multimap<std::string, std::string>& to) {
  for (const auto& [name, value] : from) {
    to.emplace(std::string(name.data(), name.size()),
               std::string(value.data(), value.size()));
  }
}

}  // namespace

std::string RawAnswer::AllBytes() const {
  std::string all =
      absl::StrCat(status.error_message(), "\n", status.error_details());
  for (const std::string& response : responses) absl::StrAppend(&all, response);
  for (const auto& [name, value] : metadata) {
    absl::StrAppend(&all, "\n", name, "=", value);
  }
  return all;
}

Headers WithKey(const std::string& key) {
  return {{"authorization", absl::StrCat("Bearer ", key)}};
}

RawAnswer CallRaw(const std::shared_ptr<grpc::Channel>& channel,
                  const google::protobuf::MethodDescriptor& method,
                  const std::vector<std::string>& requests,
                  const Headers& headers, size_t responses_max) {
  grpc::GenericStub stub(channel);
  grpc::CompletionQueue queue;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  for (const auto& [name, value] : headers) context.AddMetadata(name, value);
  const std::string path =
      absl::StrCat("/", method.service()->full_name(), "/", method.name());
  const auto call = stub.PrepareCall(&context, path, &queue);
  void* tag = nullptr;
  bool ok = false;
  // One thing at a time: each is waited for.
  const auto done = [&] { return queue.Next(&tag, &ok) && ok; };
  RawAnswer answer;
  call->StartCall(nullptr);
  bool going = done();
  for (size_t i = 0; going && i < requests.size(); ++i) {
    call->Write(ToBuffer(requests[i]), nullptr);
    going = done();
  }
  if (going) {
    call->WritesDone(nullptr);
    done();
  }
  while (answer.responses.size() < responses_max) {
    grpc::ByteBuffer response;
    call->Read(&response, nullptr);
    if (!done()) break;
    answer.responses.push_back(ToBytes(response));
  }
  const bool enough = answer.responses.size() >= responses_max;
  if (enough) context.TryCancel();
  call->Finish(&answer.status, nullptr);
  done();
  if (enough) answer.status = grpc::Status::OK;
  Add(context.GetServerInitialMetadata(), answer.metadata);
  Add(context.GetServerTrailingMetadata(), answer.metadata);
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
  return answer;
}

}  // namespace concordat
