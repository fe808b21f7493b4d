#ifndef CONCORDAT_CLIENT_NOTIFY_COMMAND_DELIVERY_H_
#define CONCORDAT_CLIENT_NOTIFY_COMMAND_DELIVERY_H_

#include <string>
#include <utility>

#include "absl/time/time.h"
#include "client/notify/delivery.h"

namespace concordat::client {

// Runs a shell command, with the document as its standard input and nothing of
// it in its arguments or environment. Exit status 0 is delivered; 126 and 127,
// a command that the shell cannot run, is refused; any other has failed, and so
// has one that takes longer than the timeout and is killed. Not thread-safe.
class CommandDelivery final : public Delivery {
 public:
  CommandDelivery(std::string command, absl::Duration timeout)
      : command_(std::move(command)), timeout_(timeout) {}

  Outcome Deliver(const Parcel& parcel) override;

 private:
  const std::string command_;
  const absl::Duration timeout_;
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_NOTIFY_COMMAND_DELIVERY_H_
