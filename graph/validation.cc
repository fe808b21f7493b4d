#include "graph/validation.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/reading.h"
#include "graph/status_macros.h"
#include "graph/text.h"

namespace concordat {
namespace {

absl::Status CheckEntity(const Schema& schema, absl::string_view field,
                         const EntityId& entity) {
  const auto type = schema.RequireEntityType(entity.type);
  if (!type.ok()) return WithField(field, type.status());
  return CheckId(absl::StrCat(field, ".id"), entity.id, limits::kIdBytesMax);
}

// The entity's type has been checked.
absl::StatusOr<const Attribute*> FindAttribute(const Schema& schema,
                                               const EntityId& entity,
                                               absl::string_view name) {
  return schema.FindEntityType(entity.type)->RequireAttribute(name);
}

absl::Status CheckFreeText(absl::string_view field, absl::string_view text) {
  if (static_cast<int64_t>(text.size()) > limits::kReasonBytesMax) {
    return errors::LimitExceeded("reason_bytes_max", text.size(),
                                 limits::kReasonBytesMax, field);
  }
  if (!IsValidUtf8(text)) {
    return errors::InvalidField(field, "must be valid UTF-8");
  }
  return absl::OkStatus();
}

absl::Status CheckProvenance(const Schema& schema, const Provenance& recorded) {
  if (!recorded.source.empty() && !schema.sources.empty() &&
      std::find(schema.sources.begin(), schema.sources.end(),
                recorded.source) == schema.sources.end()) {
    return errors::UnknownSource(recorded.source,
                                 absl::StrJoin(schema.sources, ", "));
  }
  if (static_cast<int64_t>(recorded.source.size()) > limits::kNameBytesMax) {
    return errors::LimitExceeded("name_bytes_max", recorded.source.size(),
                                 limits::kNameBytesMax, "source");
  }
  CONCORDAT_RETURN_IF_ERROR(CheckFreeText("source", recorded.source));
  return CheckFreeText("reason", recorded.reason);
}

absl::Status CheckValidTime(const ValidTime& valid) {
  if (valid.from < valid.to) return absl::OkStatus();
  return errors::InvalidField("valid_to", "must be later than valid_from");
}

absl::StatusOr<Reading> ReadFactValue(const Schema& schema,
                                      const Attribute& attribute,
                                      absl::string_view value) {
  if (static_cast<int64_t>(value.size()) > limits::kValueBytesMax) {
    return errors::LimitExceeded("value_bytes_max", value.size(),
                                 limits::kValueBytesMax, "value");
  }
  Reading reading = ReadValue(attribute, value, schema.habits);
  if (!reading.readable()) return errors::UnreadableValue(reading.problem);
  return reading;
}

absl::Status Validate(const Schema& schema, FactRecord& fact) {
  CONCORDAT_RETURN_IF_ERROR(CheckEntity(schema, "entity", fact.entity));
  CONCORDAT_ASSIGN_OR_RETURN(
      const Attribute* attribute,
      FindAttribute(schema, fact.entity, fact.attribute));
  fact.attribute = attribute->name;
  fact.personal = attribute->personal;
  CONCORDAT_RETURN_IF_ERROR(CheckProvenance(schema, fact.recorded));
  if (fact.retraction) return absl::OkStatus();
  CONCORDAT_RETURN_IF_ERROR(CheckValidTime(fact.valid));
  if (!fact.value.has_value()) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(const Reading reading,
                             ReadFactValue(schema, *attribute, *fact.value));
  if (reading.absent) fact.value.reset();
  return absl::OkStatus();
}

absl::Status Validate(const Schema& schema, RelationRecord& relation) {
  CONCORDAT_ASSIGN_OR_RETURN(const RelationType* type,
                             schema.RequireRelationType(relation.relation));
  CONCORDAT_RETURN_IF_ERROR(CheckEntity(schema, "from", relation.from));
  CONCORDAT_RETURN_IF_ERROR(CheckEntity(schema, "to", relation.to));
  const auto allowed = [](const std::vector<std::string>& types,
                          const EntityId& entity) {
    return std::find(types.begin(), types.end(), entity.type) != types.end();
  };
  if (!allowed(type->from_types, relation.from)) {
    return errors::InvalidField(
        "from.type", absl::StrCat(type->name, " starts from: ",
                                  absl::StrJoin(type->from_types, ", ")));
  }
  if (!allowed(type->to_types, relation.to)) {
    return errors::InvalidField(
        "to.type", absl::StrCat(type->name, " ends at: ",
                                absl::StrJoin(type->to_types, ", ")));
  }
  CONCORDAT_RETURN_IF_ERROR(CheckProvenance(schema, relation.recorded));
  return relation.retraction ? absl::OkStatus()
                             : CheckValidTime(relation.valid);
}

absl::Status Validate(const Schema& schema, LinkRecord& link) {
  CONCORDAT_RETURN_IF_ERROR(
      CheckId("channel", link.channel, limits::kNameBytesMax));
  CONCORDAT_RETURN_IF_ERROR(
      CheckId("subject", link.subject, limits::kIdBytesMax));
  CONCORDAT_RETURN_IF_ERROR(CheckProvenance(schema, link.recorded));
  if (link.retraction) return absl::OkStatus();
  CONCORDAT_RETURN_IF_ERROR(CheckEntity(schema, "entity", link.entity));
  return CheckValidTime(link.valid);
}

absl::Status Validate(const Schema& schema, FactEnd& end) {
  CONCORDAT_RETURN_IF_ERROR(CheckEntity(schema, "entity", end.entity));
  CONCORDAT_ASSIGN_OR_RETURN(const Attribute* attribute,
                             FindAttribute(schema, end.entity, end.attribute));
  end.attribute = attribute->name;
  Provenance recorded;
  recorded.source = end.source.value_or("");
  recorded.reason = end.reason;
  return CheckProvenance(schema, recorded);
}

absl::Status Validate(const Schema& schema, RelationEnd& end) {
  CONCORDAT_RETURN_IF_ERROR(schema.RequireRelationType(end.relation).status());
  CONCORDAT_RETURN_IF_ERROR(CheckEntity(schema, "from", end.from));
  CONCORDAT_RETURN_IF_ERROR(CheckEntity(schema, "to", end.to));
  return CheckFreeText("reason", end.reason);
}

absl::Status Validate(const Schema&, LinkEnd& end) {
  CONCORDAT_RETURN_IF_ERROR(
      CheckId("channel", end.channel, limits::kNameBytesMax));
  CONCORDAT_RETURN_IF_ERROR(
      CheckId("subject", end.subject, limits::kIdBytesMax));
  return CheckFreeText("reason", end.reason);
}

absl::Status Validate(const Schema& schema, MergeRecord& merge) {
  CONCORDAT_RETURN_IF_ERROR(CheckEntity(schema, "duplicate", merge.duplicate));
  CONCORDAT_RETURN_IF_ERROR(CheckProvenance(schema, merge.recorded));
  if (merge.retraction) return absl::OkStatus();
  CONCORDAT_RETURN_IF_ERROR(CheckEntity(schema, "survivor", merge.survivor));
  if (merge.duplicate == merge.survivor) {
    return errors::InvalidField("survivor", "must not be the duplicate itself");
  }
  if (merge.overrides_brakes && merge.recorded.reason.empty()) {
    return errors::InvalidField("reason",
                                "is missing: who overrides brakes says why");
  }
  return absl::OkStatus();
}

absl::Status Validate(const Schema& schema, DistinctRecord& distinct) {
  CONCORDAT_RETURN_IF_ERROR(CheckEntity(schema, "a", distinct.a));
  CONCORDAT_RETURN_IF_ERROR(CheckEntity(schema, "b", distinct.b));
  CONCORDAT_RETURN_IF_ERROR(CheckProvenance(schema, distinct.recorded));
  if (distinct.a == distinct.b) {
    return errors::InvalidField("b", "must not be `a` itself");
  }
  if (distinct.b < distinct.a) std::swap(distinct.a, distinct.b);
  return absl::OkStatus();
}

const char* FieldName(const FactRecord& fact) {
  return fact.retraction ? "retract_fact" : "put_fact";
}
const char* FieldName(const RelationRecord& relation) {
  return relation.retraction ? "retract_relation" : "put_relation";
}
const char* FieldName(const LinkRecord& link) {
  return link.retraction ? "retract_link" : "put_link";
}
const char* FieldName(const MergeRecord& merge) {
  return merge.retraction ? "split" : "merge";
}
const char* FieldName(const DistinctRecord& distinct) {
  return distinct.retraction ? "retract_distinct" : "declare_distinct";
}
const char* FieldName(const FactEnd&) { return "end_fact"; }
const char* FieldName(const RelationEnd&) { return "end_relation"; }
const char* FieldName(const LinkEnd&) { return "end_link"; }

// Of a change or an end, with the path of what is wrong in it.
template <typename... T>
absl::Status ValidateItem(const Schema& schema, std::variant<T...>& item) {
  return std::visit(
      [&](auto& record) {
        const absl::Status valid = Validate(schema, record);
        return valid.ok() ? valid : WithField(FieldName(record), valid);
      },
      item);
}

absl::Status ValidatePrecondition(const Schema& schema, ValueIs& condition) {
  CONCORDAT_RETURN_IF_ERROR(CheckEntity(schema, "entity", condition.entity));
  CONCORDAT_ASSIGN_OR_RETURN(
      const Attribute* attribute,
      FindAttribute(schema, condition.entity, condition.attribute));
  condition.attribute = attribute->name;
  if (!condition.value.has_value()) return absl::OkStatus();
  return ReadFactValue(schema, *attribute, *condition.value).status();
}

absl::Status ValidatePrecondition(const Schema& schema,
                                  UnchangedSince& condition) {
  return CheckEntity(schema, "entity", condition.entity);
}

absl::Status ValidatePrecondition(const Schema& schema,
                                  EntityIsKnown& condition) {
  return CheckEntity(schema, "entity", condition.entity);
}

absl::Status ValidatePrecondition(const Schema& schema,
                                  RelationHolds& condition) {
  CONCORDAT_RETURN_IF_ERROR(
      schema.RequireRelationType(condition.relation).status());
  CONCORDAT_RETURN_IF_ERROR(CheckEntity(schema, "from", condition.from));
  return CheckEntity(schema, "to", condition.to);
}

absl::Status ValidatePrecondition(const Schema& schema, LinkIs& condition) {
  CONCORDAT_RETURN_IF_ERROR(
      CheckId("channel", condition.channel, limits::kNameBytesMax));
  CONCORDAT_RETURN_IF_ERROR(
      CheckId("subject", condition.subject, limits::kIdBytesMax));
  return condition.entity.has_value()
             ? CheckEntity(schema, "entity", *condition.entity)
             : absl::OkStatus();
}

}  // namespace

absl::Status CheckId(absl::string_view field, absl::string_view text,
                     int64_t bytes_max) {
  if (text.empty()) return errors::InvalidField(field, "must not be empty");
  if (static_cast<int64_t>(text.size()) > bytes_max) {
    return errors::LimitExceeded(
        bytes_max == limits::kNameBytesMax ? "name_bytes_max" : "id_bytes_max",
        text.size(), bytes_max, field);
  }
  if (!IsValidUtf8(text)) {
    return errors::InvalidField(field, "must be valid UTF-8");
  }
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      return errors::InvalidField(field, "must not hold control characters");
    }
  }
  return absl::OkStatus();
}

std::string PathOfChange(const WriteBatch& batch, size_t change) {
  if (!batch.places.empty()) {
    return absl::StrCat("changes[", batch.places[change], "]");
  }
  const auto before = std::partition_point(
      batch.ends.begin(), batch.ends.end(),
      [change](const End& end) { return end.after <= change; });
  return absl::StrCat("changes[", change + (before - batch.ends.begin()), "]");
}

std::string PathOfEnd(const WriteBatch& batch, size_t end) {
  return absl::StrCat("changes[", batch.ends[end].after + end, "]");
}

absl::Status ValidateBatch(const Schema& schema, WriteBatch& batch) {
  const auto changes =
      static_cast<int64_t>(batch.changes.size() + batch.ends.size());
  if (changes == 0) {
    return errors::InvalidField("changes", "must hold at least one change");
  }
  if (changes > limits::kChangesPerWriteMax) {
    return errors::LimitExceeded("changes_per_write_max", changes,
                                 limits::kChangesPerWriteMax, "changes");
  }
  const auto conditions = static_cast<int64_t>(batch.preconditions.size());
  if (conditions > limits::kPreconditionsPerWriteMax) {
    return errors::LimitExceeded("preconditions_per_write_max", conditions,
                                 limits::kPreconditionsPerWriteMax,
                                 "preconditions");
  }
  if (!batch.request_id.empty()) {
    CONCORDAT_RETURN_IF_ERROR(
        CheckId("request_id", batch.request_id, limits::kIdBytesMax));
  }
  CONCORDAT_RETURN_IF_ERROR(CheckFreeText("actor", batch.actor));
  for (size_t i = 0; i < batch.changes.size(); ++i) {
    const absl::Status status = ValidateItem(schema, batch.changes[i]);
    if (!status.ok()) return WithField(PathOfChange(batch, i), status);
  }
  for (size_t i = 0; i < batch.ends.size(); ++i) {
    const absl::Status status = ValidateItem(schema, batch.ends[i].what);
    if (!status.ok()) return WithField(PathOfEnd(batch, i), status);
  }
  for (size_t i = 0; i < batch.preconditions.size(); ++i) {
    const absl::Status status = std::visit(
        [&](auto& condition) {
          return ValidatePrecondition(schema, condition);
        },
        batch.preconditions[i]);
    if (!status.ok()) {
      return WithField(absl::StrCat("preconditions[", i, "]"), status);
    }
  }
  return absl::OkStatus();
}

}  // namespace concordat
