// Which fields of a message give away what: the options `discloses` of the API,
// compiled once for each type of message.
#ifndef CONCORDAT_SERVER_ACCESS_DISCLOSURE_PLAN_H_
#define CONCORDAT_SERVER_ACCESS_DISCLOSURE_PLAN_H_

#include <map>
#include <memory>
#include <vector>

#include "concordat/v1/disclosure.pb.h"
#include "google/protobuf/descriptor.h"

namespace concordat {

// What is to be looked at in a message of one type. Immutable.
struct DisclosurePlan {
  struct Field {
    const google::protobuf::FieldDescriptor* field;
    v1::Discloses discloses;
    // Of a message: what is to be looked at in it; nullptr: nothing.
    const DisclosurePlan* message;
  };
  std::vector<Field> fields;
  // Where what was withheld is said; nullptr: nowhere.
  const google::protobuf::FieldDescriptor* withheld = nullptr;

  // It, or a message in it, may hold values or words that quote them.
  bool holds_values = false;

  // All that there is to it is judgement: whoever makes such a message, which
  // come by the million, has made it for its caller (rpc/claim_service.cc).
  bool only_judgement = true;

  // Nothing in it concerns anybody.
  bool empty() const { return fields.empty(); }
};

// The plans of all messages below some. Thread-safe once made.
class DisclosurePlans {
 public:
  // Of all requests and responses of the services of the API.
  DisclosurePlans();

  const DisclosurePlan& Of(const google::protobuf::Descriptor* message) const;

 private:
  // Adds the plan of a message, and first those of the messages in it.
  const DisclosurePlan* Add(const google::protobuf::Descriptor* message);

  // nullptr: is being added, further up.
  std::map<const google::protobuf::Descriptor*, std::unique_ptr<DisclosurePlan>>
      plans_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_ACCESS_DISCLOSURE_PLAN_H_
