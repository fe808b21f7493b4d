// Between the wire and the domain: what all messages share.
#ifndef CONCORDAT_SERVER_CONVERT_COMMON_H_
#define CONCORDAT_SERVER_CONVERT_COMMON_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "concordat/v1/common.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "graph/facts.h"
#include "graph/ids.h"
#include "graph/reading.h"

namespace concordat::convert {

EntityId FromWire(const v1::EntityRef& entity);
void ToWire(const EntityId& entity, v1::EntityRef* wire);

// Puts the canonical id in the place of the one that something was addressed
// to, which is shown beside it where it differs.
template <typename Wire>
void ShowCanonicalBesideAddressed(const EntityId& canonical, Wire* wire) {
  if (FromWire(wire->entity()) == canonical) return;
  wire->mutable_addressed_entity()->Swap(wire->mutable_entity());
  ToWire(canonical, wire->mutable_entity());
}

// To the microsecond. `field` names the field in the error (INVALID_FIELD:
// outside of years 1 to 9999).
absl::StatusOr<absl::Time> FromWire(const google::protobuf::Timestamp& time,
                                    absl::string_view field);
absl::StatusOr<absl::Time> TimeFromWire(int64_t seconds, int64_t nanos,
                                        absl::string_view field);
// `time` is finite.
void ToWire(absl::Time time, google::protobuf::Timestamp* wire);

void ToWire(const ValidTime& valid, v1::ValidTime* wire);

// A raw value with what reading it came to; `raw` unset: there is none.
void ToWire(const std::optional<std::string>& raw, const Reading& reading,
            v1::ReadValue* wire);

}  // namespace concordat::convert

#endif  // CONCORDAT_SERVER_CONVERT_COMMON_H_
