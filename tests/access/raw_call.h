// Any call of the API, by its descriptor and with the bytes of its messages:
// for tests that go through all methods.
#ifndef CONCORDAT_TESTS_ACCESS_RAW_CALL_H_
#define CONCORDAT_TESTS_ACCESS_RAW_CALL_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "grpcpp/channel.h"
#include "grpcpp/support/status.h"

namespace concordat {

struct RawAnswer {
  grpc::Status status;
  // Each response as it came.
  std::vector<std::string> responses;
  // What the server said before and after them.
  std::multimap<std::string, std::string> metadata;

  // All bytes that came, whatever they are: where a secret may be.
  std::string AllBytes() const;
};

using Headers = std::map<std::string, std::string>;

// `authorization` of an API key.
Headers WithKey(const std::string& key);

// Sends the requests and takes responses until the call ends, or there are
// `responses_max`; then it is cancelled, and its status is OK.
RawAnswer CallRaw(const std::shared_ptr<grpc::Channel>& channel,
                  const google::protobuf::MethodDescriptor& method,
                  const std::vector<std::string>& requests,
                  const Headers& headers, size_t responses_max = 100);

}  // namespace concordat

#endif  // CONCORDAT_TESTS_ACCESS_RAW_CALL_H_
