#include "server/access/discloser.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "concordat/v1/common.pb.h"
#include "concordat/v1/knowledge.pb.h"
#include "consistency/access/mask.h"
#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Stands where words are left out.
constexpr char kLeftOut[] = "(withheld)";

EntityId EntityOf(const Message& message) {
  const auto& entity = static_cast<const v1::EntityRef&>(message);
  return {entity.type(), entity.id()};
}

bool IsSet(const Message& message, const FieldDescriptor* field) {
  return field->is_repeated()
             ? message.GetReflection()->FieldSize(message, field) > 0
             : message.GetReflection()->HasField(message, field);
}

}  // namespace

v1::Withheld WithheldBy(Sight sight) {
  switch (sight) {
    case Sight::kLast4:
      return v1::WITHHELD_ALL_BUT_LAST_4;
    case Sight::kYear:
      return v1::WITHHELD_ALL_BUT_YEAR;
    case Sight::kRange:
      return v1::WITHHELD_ALL_BUT_RANGE;
    case Sight::kHash:
      return v1::WITHHELD_ALL_BUT_HASH;
    case Sight::kExistence:
    case Sight::kNothing:
      return v1::WITHHELD_ALL_BUT_EXISTENCE;
    case Sight::kFull:
      return v1::WITHHELD_UNSPECIFIED;
  }
  return v1::WITHHELD_ALL_BUT_EXISTENCE;
}

bool Discloser::IsForeign(absl::string_view channel) const {
  return !with_.caller->judges_channels() && channel != with_.caller->channel;
}

absl::Status Discloser::Cut(Message& response) {
  const DisclosurePlan& plan = with_.plans->Of(response.GetDescriptor());
  if (plan.empty()) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(const Outcome outcome,
                             Visit(response, plan, About()));
  return outcome == Outcome::kKept ? absl::OkStatus() : errors::Withheld("");
}

absl::StatusOr<Discloser::Outcome> Discloser::ReadEntity(const EntityId& entity,
                                                         About& about) {
  about.entity = entity;
  if (with_.entitlement->everything() || with_.rows == nullptr) {
    return Outcome::kKept;
  }
  CONCORDAT_ASSIGN_OR_RETURN(about.grants, with_.rows->GrantsOf(entity));
  return about.grants == 0 ? Outcome::kDropped : Outcome::kKept;
}

void Discloser::Resolve(About& about) const {
  const EntityType* const type =
      with_.vocabulary->schema.FindEntityType(about.entity.type);
  about.attribute = type == nullptr || about.attribute_name.empty()
                        ? nullptr
                        : type->FindAttribute(about.attribute_name);
  if (with_.entitlement->everything()) {
    about.sight = Sight::kFull;
  } else if (about.attribute_name.empty()) {
    about.sight = Sight::kNothing;
  } else if (type == nullptr) {
    about.sight = with_.entitlement->Least(about.attribute_name);
  } else {
    about.sight = about.attribute == nullptr
                      ? Sight::kNothing
                      : with_.entitlement->Of(about.grants, type->name,
                                              about.attribute->name);
  }
}

absl::StatusOr<Discloser::Outcome> Discloser::Read(const Message& message,
                                                   const DisclosurePlan& plan,
                                                   About& about) {
  const Reflection& reflection = *message.GetReflection();
  bool says_attribute = false;
  bool was_asked = false;
  for (const DisclosurePlan::Field& entry : plan.fields) {
    const FieldDescriptor* const field = entry.field;
    if (field->is_repeated() || !IsSet(message, field)) continue;
    Outcome outcome = Outcome::kKept;
    std::string scratch;
    switch (entry.discloses) {
      case v1::DISCLOSES_ENTITY: {
        CONCORDAT_ASSIGN_OR_RETURN(
            outcome,
            ReadEntity(EntityOf(reflection.GetMessage(message, field)), about));
        break;
      }
      case v1::DISCLOSES_ATTRIBUTE:
        about.attribute_name =
            reflection.GetStringReference(message, field, &scratch);
        says_attribute = true;
        break;
      case v1::DISCLOSES_ASKED_ATTRIBUTE:
        about.attribute_name =
            reflection.GetStringReference(message, field, &scratch);
        was_asked = true;
        break;
      case v1::DISCLOSES_CHANNEL:
        if (IsForeign(
                reflection.GetStringReference(message, field, &scratch))) {
          outcome = Outcome::kDropped;
        }
        break;
      case v1::DISCLOSES_SUBJECT: {
        if (entry.message == nullptr) break;
        CONCORDAT_ASSIGN_OR_RETURN(
            outcome,
            Read(reflection.GetMessage(message, field), *entry.message, about));
        break;
      }
      default:
        break;
    }
    if (outcome == Outcome::kDropped) return outcome;
  }
  Resolve(about);
  about.outline = was_asked && about.sight == Sight::kNothing;
  if (says_attribute && about.sight == Sight::kNothing) {
    return Outcome::kDropped;
  }
  return Outcome::kKept;
}

absl::StatusOr<Discloser::Outcome> Discloser::Visit(Message& message,
                                                    const DisclosurePlan& plan,
                                                    About about) {
  CONCORDAT_ASSIGN_OR_RETURN(const Outcome outcome, Read(message, plan, about));
  if (outcome == Outcome::kDropped) return outcome;
  if (about.outline) KeepOutline(message, plan);
  const Reflection& reflection = *message.GetReflection();
  for (const DisclosurePlan::Field& entry : plan.fields) {
    if (!IsSet(message, entry.field)) continue;
    switch (entry.discloses) {
      case v1::DISCLOSES_VALUE:
      case v1::DISCLOSES_WORDS:
        CutText(message, plan, entry, about);
        continue;
      case v1::DISCLOSES_JUDGEMENT:
        if (!with_.caller->judges_channels()) {
          reflection.ClearField(&message, entry.field);
          continue;
        }
        break;
      case v1::DISCLOSES_ENTITY:
        if (entry.field->is_repeated()) {
          CONCORDAT_RETURN_IF_ERROR(KeepEntities(message, entry));
        }
        continue;
      case v1::DISCLOSES_ATTRIBUTE:
        if (entry.field->is_repeated()) KeepAttributes(message, entry, about);
        continue;
      default:
        break;
    }
    if (entry.message != nullptr) {
      CONCORDAT_RETURN_IF_ERROR(VisitMessages(message, entry, about));
    }
  }
  return Outcome::kKept;
}

absl::Status Discloser::VisitMessages(Message& message,
                                      const DisclosurePlan::Field& field,
                                      const About& about) {
  const Reflection& reflection = *message.GetReflection();
  if (!field.field->is_repeated()) {
    CONCORDAT_ASSIGN_OR_RETURN(
        const Outcome outcome,
        Visit(*reflection.MutableMessage(&message, field.field), *field.message,
              about));
    if (outcome == Outcome::kDropped) {
      reflection.ClearField(&message, field.field);
    }
    return absl::OkStatus();
  }
  int kept = 0;
  const int count = reflection.FieldSize(message, field.field);
  for (int i = 0; i < count; ++i) {
    CONCORDAT_ASSIGN_OR_RETURN(
        const Outcome outcome,
        Visit(*reflection.MutableRepeatedMessage(&message, field.field, i),
              *field.message, about));
    if (outcome == Outcome::kDropped) continue;
    if (kept != i) reflection.SwapElements(&message, field.field, kept, i);
    ++kept;
  }
  for (int i = count; i > kept; --i) {
    reflection.RemoveLast(&message, field.field);
  }
  return absl::OkStatus();
}

absl::Status Discloser::KeepEntities(Message& message,
                                     const DisclosurePlan::Field& field) {
  const Reflection& reflection = *message.GetReflection();
  const int count = reflection.FieldSize(message, field.field);
  int kept = 0;
  for (int i = 0; i < count; ++i) {
    About about;
    CONCORDAT_ASSIGN_OR_RETURN(
        const Outcome outcome,
        ReadEntity(
            EntityOf(reflection.GetRepeatedMessage(message, field.field, i)),
            about));
    if (outcome == Outcome::kDropped) continue;
    if (kept != i) reflection.SwapElements(&message, field.field, kept, i);
    ++kept;
  }
  for (int i = count; i > kept; --i) {
    reflection.RemoveLast(&message, field.field);
  }
  return absl::OkStatus();
}

void Discloser::KeepOutline(Message& message,
                            const DisclosurePlan& plan) const {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* const field : fields) {
    const auto entry = std::find_if(
        plan.fields.begin(), plan.fields.end(),
        [field](const DisclosurePlan::Field& e) { return e.field == field; });
    bool kept = field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM;
    if (entry != plan.fields.end()) {
      kept = entry->discloses == v1::DISCLOSES_ENTITY ||
             entry->discloses == v1::DISCLOSES_ASKED_ATTRIBUTE ||
             (entry->message != nullptr && !entry->message->holds_values);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      // Times and durations tell of the truth.
      kept = field->message_type()->file()->package() != "google.protobuf";
    }
    if (!kept) reflection.ClearField(&message, field);
  }
}

void Discloser::KeepAttributes(Message& message,
                               const DisclosurePlan::Field& field,
                               About about) const {
  const Reflection& reflection = *message.GetReflection();
  const int count = reflection.FieldSize(message, field.field);
  int kept = 0;
  for (int i = 0; i < count; ++i) {
    about.attribute_name =
        reflection.GetRepeatedString(message, field.field, i);
    Resolve(about);
    if (about.sight == Sight::kNothing) continue;
    if (kept != i) reflection.SwapElements(&message, field.field, kept, i);
    ++kept;
  }
  for (int i = count; i > kept; --i) {
    reflection.RemoveLast(&message, field.field);
  }
}

void Discloser::CutText(Message& message, const DisclosurePlan& plan,
                        const DisclosurePlan::Field& field,
                        const About& about) {
  const Reflection& reflection = *message.GetReflection();
  // Normal forms are empty where there is none; raw values that are empty are
  // values.
  std::string scratch;
  const std::string& text =
      reflection.GetStringReference(message, field.field, &scratch);
  if (about.sight == Sight::kFull) return Note(about);
  if (field.discloses == v1::DISCLOSES_WORDS) {
    if (!text.empty()) reflection.SetString(&message, field.field, kLeftOut);
    return;
  }
  std::optional<std::string> masked;
  if (about.attribute != nullptr && about.sight > Sight::kExistence) {
    masked = MaskValue(
        *about.attribute, about.sight, text, with_.vocabulary->schema.habits,
        [this, &about](absl::string_view canonical) {
          return (*with_.hash)(absl::StrCat(
              about.entity.type, "\n", about.attribute->name, "\n", canonical));
        });
  }
  Note(about);
  const Sight seen = masked.has_value() ? about.sight : Sight::kExistence;
  if (masked.has_value()) {
    reflection.SetString(&message, field.field, *masked);
  } else {
    reflection.ClearField(&message, field.field);
  }
  if (plan.withheld != nullptr) {
    reflection.SetEnumValue(&message, plan.withheld, WithheldBy(seen));
  }
}

void Discloser::Note(const About& about) {
  if (about.attribute == nullptr || !about.attribute->personal ||
      about.entity.id.empty()) {
    return;
  }
  Sight& most = shown_[about.entity][about.attribute->name];
  most = std::max(most, about.sight);
}

namespace {

// Goes through a request for CheckRequest.
class RequestChecker {
 public:
  explicit RequestChecker(const Discloser::Surroundings& with) : with_(with) {}

  absl::Status Check(const Message& message, const DisclosurePlan& plan,
                     const std::string& path) {
    const Reflection& reflection = *message.GetReflection();
    std::string type;
    for (const DisclosurePlan::Field& entry : plan.fields) {
      const FieldDescriptor* const field = entry.field;
      const std::string field_path =
          path.empty() ? field->name() : absl::StrCat(path, ".", field->name());
      if (entry.discloses == v1::DISCLOSES_CHANNEL) {
        CONCORDAT_RETURN_IF_ERROR(CheckChannel(message, field, field_path));
      } else if (entry.discloses == v1::DISCLOSES_ENTITY) {
        CONCORDAT_RETURN_IF_ERROR(
            CheckEntities(message, field, field_path, type));
      } else if (entry.discloses == v1::DISCLOSES_ATTRIBUTE &&
                 !field->is_repeated()) {
        std::string scratch;
        CONCORDAT_RETURN_IF_ERROR(CheckAttribute(
            reflection.GetStringReference(message, field, &scratch), type,
            NeededFor(message, plan), field_path));
      } else if (entry.message != nullptr) {
        CONCORDAT_RETURN_IF_ERROR(CheckBelow(message, entry, field_path));
      }
    }
    return absl::OkStatus();
  }

 private:
  absl::Status CheckBelow(const Message& message,
                          const DisclosurePlan::Field& entry,
                          const std::string& path) {
    const Reflection& reflection = *message.GetReflection();
    if (!entry.field->is_repeated()) {
      // Also where it is not set: an empty filter asks for all channels.
      const bool is_choice = entry.field->real_containing_oneof() != nullptr &&
                             !reflection.HasField(message, entry.field);
      return is_choice ? absl::OkStatus()
                       : Check(reflection.GetMessage(message, entry.field),
                               *entry.message, path);
    }
    for (int i = 0; i < reflection.FieldSize(message, entry.field); ++i) {
      CONCORDAT_RETURN_IF_ERROR(
          Check(reflection.GetRepeatedMessage(message, entry.field, i),
                *entry.message, absl::StrCat(path, "[", i, "]")));
    }
    return absl::OkStatus();
  }

  absl::Status CheckChannel(const Message& message,
                            const FieldDescriptor* field,
                            const std::string& path) const {
    if (with_.caller->judges_channels()) return absl::OkStatus();
    const Reflection& reflection = *message.GetReflection();
    const std::string& own = with_.caller->channel;
    std::string scratch;
    if (!field->is_repeated()) {
      return reflection.GetStringReference(message, field, &scratch) == own
                 ? absl::OkStatus()
                 : errors::OtherChannel(path, own);
    }
    const int count = reflection.FieldSize(message, field);
    if (count == 0) return errors::OtherChannel(path, own);
    for (int i = 0; i < count; ++i) {
      if (reflection.GetRepeatedStringReference(message, field, i, &scratch) !=
          own) {
        return errors::OtherChannel(absl::StrCat(path, "[", i, "]"), own);
      }
    }
    return absl::OkStatus();
  }

  // `type` gets that of the last one.
  absl::Status CheckEntities(const Message& message,
                             const FieldDescriptor* field,
                             const std::string& path, std::string& type) {
    const Reflection& reflection = *message.GetReflection();
    if (!field->is_repeated()) {
      if (!reflection.HasField(message, field)) return absl::OkStatus();
      return CheckEntity(EntityOf(reflection.GetMessage(message, field)), path,
                         type);
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      CONCORDAT_RETURN_IF_ERROR(CheckEntity(
          EntityOf(reflection.GetRepeatedMessage(message, field, i)),
          absl::StrCat(path, "[", i, "]"), type));
    }
    return absl::OkStatus();
  }

  absl::Status CheckEntity(const EntityId& entity, const std::string& path,
                           std::string& type) {
    type = entity.type;
    // A type that there is not is an error of its own.
    if (with_.entitlement->everything() || with_.rows == nullptr ||
        with_.vocabulary->schema.FindEntityType(entity.type) == nullptr) {
      return absl::OkStatus();
    }
    CONCORDAT_ASSIGN_OR_RETURN(const Entitlement::Grants grants,
                               with_.rows->GrantsOf(entity));
    return grants == 0 ? errors::OutsideRows(path) : absl::OkStatus();
  }

  // What must be seen of an attribute by who asks this. A value that is held
  // against the truth can be guessed from the answers; a channel is judged by
  // what it says, whatever it may know, and who writes a fact learns nothing.
  Sight NeededFor(const Message& message, const DisclosurePlan& plan) const {
    const bool gives_value =
        std::any_of(plan.fields.begin(), plan.fields.end(),
                    [](const DisclosurePlan::Field& field) {
                      return field.discloses == v1::DISCLOSES_VALUE;
                    });
    if (!gives_value) return Sight::kExistence;
    const bool compares = message.GetDescriptor() != v1::Fact::descriptor() &&
                          with_.caller->judges_channels();
    return compares ? Sight::kFull : Sight::kNothing;
  }

  absl::Status CheckAttribute(absl::string_view name, absl::string_view type,
                              Sight needed, const std::string& path) const {
    if (with_.entitlement->everything() || type.empty()) {
      return absl::OkStatus();
    }
    const EntityType* const of = with_.vocabulary->schema.FindEntityType(type);
    const Attribute* const attribute =
        of == nullptr ? nullptr : of->FindAttribute(name);
    if (attribute == nullptr) return absl::OkStatus();
    return with_.entitlement->Most(type, attribute->name) < needed
               ? errors::Withheld(path)
               : absl::OkStatus();
  }

  const Discloser::Surroundings& with_;
};

}  // namespace

absl::Status CheckRequest(const Message& request,
                          const Discloser::Surroundings& with) {
  const DisclosurePlan& plan = with.plans->Of(request.GetDescriptor());
  return RequestChecker(with).Check(request, plan, "");
}

}  // namespace concordat
