#ifndef CONCORDAT_SERVER_CONNECTION_RULES_H_
#define CONCORDAT_SERVER_CONNECTION_RULES_H_

#include "absl/time/time.h"

namespace grpc {
class ServerBuilder;
}

namespace concordat {

// What a connection may cost before anybody knows whose it is. What these
// cannot stop (floods of resets, bombs of header compression) is for a server
// in front, see config/nginx.
struct ConnectionRules {
  // TLS and HTTP/2 must have been agreed on by then.
  absl::Duration handshake = absl::Seconds(10);
  // A connection without a call is closed.
  absl::Duration idle = absl::Minutes(10);
  // After so long without a byte the other side is asked whether it is there,
  // and has so long to say yes: so calls of those who are gone end.
  absl::Duration keepalive = absl::Seconds(60);
  absl::Duration keepalive_timeout = absl::Seconds(20);
  // Who asks us more often than that is cut off.
  absl::Duration ping_interval_min = absl::Seconds(10);
  // Bytes of the headers of a call.
  int metadata_bytes_max = 8 << 10;
  // Calls that go on at a time on one connection.
  int calls_per_connection_max = 1'000;
};

void ApplyConnectionRules(const ConnectionRules& rules,
                          grpc::ServerBuilder& builder);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_CONNECTION_RULES_H_
