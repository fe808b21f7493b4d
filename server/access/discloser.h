#ifndef CONCORDAT_SERVER_ACCESS_DISCLOSER_H_
#define CONCORDAT_SERVER_ACCESS_DISCLOSER_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "concordat/v1/disclosure.pb.h"
#include "consistency/access/entitlement.h"
#include "consistency/vocabulary.h"
#include "google/protobuf/message.h"
#include "server/access/caller.h"
#include "server/access/disclosure_plan.h"

namespace concordat {

// What was shown of personal attributes: of whom, which, and how much at most.
using ShownAttributes = std::map<EntityId, std::map<std::string, Sight>>;

// What is withheld of a value that is seen so.
v1::Withheld WithheldBy(Sight sight);

// Cuts messages to what one caller may see, by what their fields disclose, and
// notes what personal data is left. Not thread-safe.
class Discloser {
 public:
  // A keyed hash: equal for equal values.
  using Hash = std::function<std::string(absl::string_view)>;

  // What it works with; all must outlive it.
  struct Surroundings {
    const DisclosurePlans* plans;
    const Vocabulary* vocabulary;
    const Entitlement* entitlement;
    // nullptr: which entity it is makes no difference.
    RowReader* rows;
    const Caller* caller;
    const Hash* hash;
  };

  explicit Discloser(const Surroundings& with) : with_(with) {}

  // Cuts a response. Errors: PERMISSION_DENIED where nothing of it is for the
  // caller; the store's.
  absl::Status Cut(google::protobuf::Message& response);

  const ShownAttributes& shown() const { return shown_; }

 private:
  // What a message is about, as far as it and those around it say.
  struct About {
    EntityId entity;
    Entitlement::Grants grants = ~Entitlement::Grants{0};
    // Canonical, where the type is known or no type has another by the name.
    std::string attribute_name;
    const Attribute* attribute = nullptr;
    Sight sight = Sight::kNothing;
    // The attribute is one that the caller asked for, and may not know of.
    bool outline = false;
  };
  // Whether anything of a message stays.
  enum class Outcome { kKept, kDropped };

  absl::StatusOr<Outcome> Visit(google::protobuf::Message& message,
                                const DisclosurePlan& plan, About about);
  // Reads what the message says that it is about. kDropped: it is none of the
  // caller's business.
  absl::StatusOr<Outcome> Read(const google::protobuf::Message& message,
                               const DisclosurePlan& plan, About& about);
  absl::StatusOr<Outcome> ReadEntity(const EntityId& entity, About& about);
  void Resolve(About& about) const;
  absl::Status VisitMessages(google::protobuf::Message& message,
                             const DisclosurePlan::Field& field,
                             const About& about);
  absl::Status KeepEntities(google::protobuf::Message& message,
                            const DisclosurePlan::Field& field);
  // Leaves of a message that it is about something, and a verdict.
  void KeepOutline(google::protobuf::Message& message,
                   const DisclosurePlan& plan) const;
  void KeepAttributes(google::protobuf::Message& message,
                      const DisclosurePlan::Field& field, About about) const;
  void CutText(google::protobuf::Message& message, const DisclosurePlan& plan,
               const DisclosurePlan::Field& field, const About& about);
  void Note(const About& about);
  bool IsForeign(absl::string_view channel) const;

  const Surroundings with_;
  ShownAttributes shown_;
};

// Whether what a request asks for, or says, is the caller's: its channel, and
// attributes of which it sees something; and with `rows`, entities that it may
// know of. Errors: OTHER_CHANNEL, WITHHELD, OUTSIDE_ROWS, each with the field;
// the store's.
absl::Status CheckRequest(const google::protobuf::Message& request,
                          const Discloser::Surroundings& with);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_ACCESS_DISCLOSER_H_
