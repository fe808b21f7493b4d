#include "server/convert/values.h"

#include <cstdint>
#include <string>

#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "graph/value.h"
#include "server/convert/common.h"

namespace concordat::convert {
namespace {

v1::Likeness WireLikeness(Likeness likeness) {
  switch (likeness) {
    case Likeness::kSame:
      return v1::LIKENESS_SAME;
    case Likeness::kCoarser:
      return v1::LIKENESS_COARSER;
    case Likeness::kFiner:
      return v1::LIKENESS_FINER;
    case Likeness::kOverlapping:
      return v1::LIKENESS_OVERLAPPING;
    case Likeness::kDifferent:
      return v1::LIKENESS_DIFFERENT;
    case Likeness::kUndecided:
      return v1::LIKENESS_UNDECIDED;
  }
  return v1::LIKENESS_UNSPECIFIED;
}

absl::Status CheckLength(absl::string_view field, const std::string& value) {
  const auto bytes = static_cast<int64_t>(value.size());
  if (bytes <= limits::kValueBytesMax) return absl::OkStatus();
  return errors::LimitExceeded("value_bytes_max", bytes, limits::kValueBytesMax,
                               field);
}

const WritingHabits& HabitsOf(const Channel& channel,
                              absl::string_view entity_type,
                              absl::string_view attribute) {
  const AttributeTerms* terms = channel.FindTerms(entity_type, attribute);
  return terms == nullptr ? channel.habits : terms->habits;
}

}  // namespace

absl::StatusOr<WrittenPair> FromWire(const v1::ExplainValuesRequest& request,
                                     const Vocabulary& vocabulary) {
  CONCORDAT_ASSIGN_OR_RETURN(const Channel* const channel,
                             vocabulary.RequireChannel(request.channel()));
  const std::string& type_name = request.entity_type().empty()
                                     ? channel->subject_type
                                     : request.entity_type();
  const auto type = vocabulary.schema.RequireEntityType(type_name);
  if (!type.ok()) return AtField("entity_type", type.status());
  CONCORDAT_ASSIGN_OR_RETURN(const Attribute* const attribute,
                             (*type)->RequireAttribute(request.attribute()));
  CONCORDAT_RETURN_IF_ERROR(CheckLength("value_a", request.value_a()));
  CONCORDAT_RETURN_IF_ERROR(CheckLength("value_b", request.value_b()));
  WrittenPair written;
  written.attribute = attribute;
  written.writer_a = &HabitsOf(*channel, type_name, attribute->name);
  written.writer_b = &vocabulary.schema.habits;
  if (!request.other_channel().empty()) {
    const auto other = vocabulary.RequireChannel(request.other_channel());
    if (!other.ok()) return AtField("other_channel", other.status());
    written.writer_b = &HabitsOf(**other, type_name, attribute->name);
  }
  if (request.has_value_a()) written.a = request.value_a();
  if (request.has_value_b()) written.b = request.value_b();
  return written;
}

void ToWire(const WrittenPair& written, const PairComparison& compared,
            v1::ExplainValuesResponse* wire) {
  wire->set_likeness(WireLikeness(compared.likeness));
  wire->set_reason(compared.reason);
  ToWire(written.a, compared.a, wire->mutable_a());
  ToWire(written.b, compared.b, wire->mutable_b());
  wire->set_type(ValueTypeName(written.attribute->type));
  wire->set_attribute(written.attribute->name);
}

}  // namespace concordat::convert
