#ifndef CONCORDAT_CLIENT_DUPLEX_STREAM_H_
#define CONCORDAT_CLIENT_DUPLEX_STREAM_H_

#include "absl/status/status.h"

namespace concordat::client {

// Both directions of a stream, driven by one thread: while it waits for one
// direction, the other goes on. Not thread-safe.
template <typename Request, typename Response>
class DuplexStream {
 public:
  // Ends what is still going on.
  virtual ~DuplexStream() = default;
  // Hands over one request; waits while the one before is not yet sent. False:
  // the stream is broken, Finish says why.
  virtual bool Write(const Request& request) = 0;
  // Waits for the next response. False: there is none any more.
  virtual bool Read(Response* response) = 0;
  // Like Read, but false also where none has come yet.
  virtual bool TryRead(Response* response) = 0;
  // No more requests. Read goes on.
  virtual void WritesDone() = 0;
  // How the stream ended; once, after Read or Write returned false or after
  // WritesDone. Responses that were not read are lost.
  virtual absl::Status Finish() = 0;
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_DUPLEX_STREAM_H_
