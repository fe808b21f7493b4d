// How a notification gets to whoever is to be told.
#ifndef CONCORDAT_CLIENT_NOTIFY_DELIVERY_H_
#define CONCORDAT_CLIENT_NOTIFY_DELIVERY_H_

#include <string>

#include "absl/time/time.h"

namespace concordat::client {

// What is delivered.
struct Parcel {
  // The same for each attempt: who gets it twice knows it by this.
  std::string id;
  // A JSON document.
  std::string body;
};

// What became of one attempt.
struct Outcome {
  enum class Kind {
    kDelivered,
    kFailed,   // another attempt may go better
    kRefused,  // no other attempt will
  };
  Kind kind = Kind::kDelivered;
  // For people, without any value; empty where it was delivered.
  std::string problem;
  // The receiver wants to be left alone for so long.
  absl::Duration retry_after = absl::ZeroDuration();
};

// One way to deliver. Not thread-safe.
class Delivery {
 public:
  virtual ~Delivery() = default;
  // One attempt; takes no longer than its timeout.
  virtual Outcome Deliver(const Parcel& parcel) = 0;
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_NOTIFY_DELIVERY_H_
