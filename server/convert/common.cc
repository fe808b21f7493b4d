#include "server/convert/common.h"

#include "graph/errors.h"
#include "graph/limits.h"

namespace concordat::convert {
namespace {

constexpr int64_t kNanosPerMicro = 1000;

}  // namespace

EntityId FromWire(const v1::EntityRef& entity) {
  return {entity.type(), entity.id()};
}

void ToWire(const EntityId& entity, v1::EntityRef* wire) {
  wire->set_type(entity.type);
  wire->set_id(entity.id);
}

absl::StatusOr<absl::Time> FromWire(const google::protobuf::Timestamp& time,
                                    absl::string_view field) {
  return TimeFromWire(time.seconds(), time.nanos(), field);
}

absl::StatusOr<absl::Time> TimeFromWire(int64_t seconds, int64_t nanos,
                                        absl::string_view field) {
  static const int64_t first = absl::ToUnixSeconds(
      absl::FromCivil(absl::CivilYear(limits::kYearMin), absl::UTCTimeZone()));
  static const int64_t end = absl::ToUnixSeconds(absl::FromCivil(
      absl::CivilYear(limits::kYearMax + 1), absl::UTCTimeZone()));
  if (seconds < first || seconds >= end || nanos < 0 || nanos > 999'999'999) {
    return errors::InvalidField(
        field, "must be a time of the years 1 to 9999 with 0 to 999999999 ns");
  }
  return absl::FromUnixSeconds(seconds) +
         absl::Microseconds(nanos / kNanosPerMicro);
}

void ToWire(absl::Time time, google::protobuf::Timestamp* wire) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  wire->set_seconds(seconds);
  wire->set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

void ToWire(const ValidTime& valid, v1::ValidTime* wire) {
  if (valid.from != absl::InfinitePast()) {
    ToWire(valid.from, wire->mutable_from());
  }
  if (valid.to != absl::InfiniteFuture()) ToWire(valid.to, wire->mutable_to());
}

void ToWire(const std::optional<std::string>& raw, const Reading& reading,
            v1::ReadValue* wire) {
  if (raw.has_value()) wire->set_raw(*raw);
  if (reading.value.has_value()) wire->set_normal(reading.value->Canonical());
  wire->set_problem(reading.problem);
  for (const ReadingStep& step : reading.steps) {
    v1::ReadingStep* wire_step = wire->add_steps();
    wire_step->set_rule(step.rule);
    wire_step->set_result(step.result);
  }
}

}  // namespace concordat::convert
