#include "consistency/claims.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "graph/text.h"
#include "graph/validation.h"
#include "xxhash.h"

namespace concordat {
namespace {

absl::Status CheckText(absl::string_view field, absl::string_view text) {
  if (IsValidUtf8(text)) return absl::OkStatus();
  return errors::InvalidField(field, "must be valid UTF-8");
}

absl::Status CheckSubject(const Vocabulary& vocabulary,
                          const ReportedClaim& claim) {
  if (!claim.names_entity) {
    return CheckId("subject", claim.subject, limits::kIdBytesMax);
  }
  const auto type = vocabulary.schema.RequireEntityType(claim.entity_type);
  if (!type.ok()) return WithField("entity", type.status());
  return CheckId("entity.id", claim.entity_id, limits::kIdBytesMax);
}

// An attribute is known if the entity's type has it; where the type is not
// known before the link is resolved, if any type has it.
absl::Status CheckAttribute(const Schema& schema, const ReportedClaim& claim) {
  if (claim.names_entity) {
    return schema.FindEntityType(claim.entity_type)
        ->RequireAttribute(claim.attribute)
        .status();
  }
  std::vector<std::string> known;
  for (const auto& [name, type] : schema.entity_types) {
    if (type.FindAttribute(claim.attribute) != nullptr) return absl::OkStatus();
  }
  for (const auto& [name, type] : schema.entity_types) {
    known.push_back(NamesOf(type.attributes));
  }
  return errors::UnknownAttribute("any entity type", claim.attribute,
                                  absl::StrJoin(known, ", "));
}

absl::Status CheckTime(absl::string_view field, absl::Time time,
                       absl::Time latest) {
  if (time > latest) {
    return errors::InvalidField(
        field, "lies more than a day ahead of the server's clock");
  }
  static const absl::Time kEarliest =
      absl::FromCivil(absl::CivilYear(limits::kYearMin), absl::UTCTimeZone());
  if (time < kEarliest) {
    return errors::InvalidField(field, "lies before the year 1");
  }
  return absl::OkStatus();
}

absl::Status CheckLabels(const ReportedClaim& claim) {
  if (static_cast<int64_t>(claim.labels.size()) > limits::kLabelsPerClaimMax) {
    return errors::LimitExceeded("labels_per_claim_max", claim.labels.size(),
                                 limits::kLabelsPerClaimMax, "labels");
  }
  for (const auto& [name, value] : claim.labels) {
    CONCORDAT_RETURN_IF_ERROR(CheckId("labels", name, limits::kLabelBytesMax));
    if (static_cast<int64_t>(value.size()) > limits::kLabelBytesMax) {
      return errors::LimitExceeded("label_bytes_max", value.size(),
                                   limits::kLabelBytesMax, "labels");
    }
    if (!IsValidUtf8(value)) {
      return errors::InvalidField("labels", "must be valid UTF-8");
    }
  }
  return absl::OkStatus();
}

}  // namespace

int GravityOf(Exposure exposure) {
  switch (exposure) {
    case Exposure::kHeard:
      return 0;
    case Exposure::kHeld:
      return 1;
    case Exposure::kShown:
      return 2;
    case Exposure::kTold:
      return 3;
  }
  return 0;
}

ReportedClaim ViewOf(const Claim& claim) {
  ReportedClaim view{.channel = claim.channel,
                     .subject = claim.subject,
                     .names_entity = claim.entity.has_value(),
                     .attribute = claim.attribute,
                     .value = claim.value,
                     .erased = claim.erased,
                     .said_at = claim.said_at,
                     .said_at_given = claim.said_at_given,
                     .as_of = claim.as_of,
                     .as_of_revision = claim.as_of_revision,
                     .exposure = claim.exposure,
                     .claim_id = claim.claim_id,
                     .labels = {claim.labels.begin(), claim.labels.end()}};
  if (claim.entity.has_value()) {
    view.entity_type = claim.entity->type;
    view.entity_id = claim.entity->id;
  }
  return view;
}

Claim ToClaim(const ReportedClaim& reported) {
  Claim claim{.channel = std::string(reported.channel),
              .subject = std::string(reported.subject),
              .attribute = std::string(reported.attribute),
              .erased = reported.erased,
              .said_at = reported.said_at,
              .said_at_given = reported.said_at_given,
              .as_of = reported.as_of,
              .as_of_revision = std::string(reported.as_of_revision),
              .exposure = reported.exposure,
              .claim_id = std::string(reported.claim_id)};
  if (reported.names_entity) {
    claim.entity = EntityId{std::string(reported.entity_type),
                            std::string(reported.entity_id)};
  }
  if (reported.value.has_value()) claim.value = std::string(*reported.value);
  claim.labels.reserve(reported.labels.size());
  for (const auto& [name, value] : reported.labels) {
    claim.labels.emplace_back(name, value);
  }
  return claim;
}

ClaimKey KeyOf(const ReportedClaim& claim) {
  Encoder& content = EmptyEncoder();
  content.String(claim.channel);
  if (!claim.claim_id.empty()) {
    content.Unsigned(1).String(claim.claim_id);
  } else if (claim.said_at_given && !claim.erased) {
    content.Unsigned(2).String(claim.subject).Bool(claim.names_entity);
    if (claim.names_entity) {
      content.String(claim.entity_type).String(claim.entity_id);
    }
    content.String(claim.attribute).Bool(claim.value.has_value());
    if (claim.value.has_value()) content.String(*claim.value);
    content.Time(claim.said_at).Unsigned(static_cast<int>(claim.exposure));
  } else {
    return {};
  }
  const XXH128_hash_t hash =
      XXH3_128bits(content.bytes().data(), content.bytes().size());
  return {hash.high64, hash.low64};
}

absl::Status ValidateStatement(const Vocabulary& vocabulary,
                               const ReportedClaim& claim) {
  // An error that says which names there are repeats the one that is not.
  CONCORDAT_RETURN_IF_ERROR(CheckText("channel", claim.channel));
  CONCORDAT_RETURN_IF_ERROR(CheckText("entity.type", claim.entity_type));
  CONCORDAT_RETURN_IF_ERROR(CheckText("attribute", claim.attribute));
  CONCORDAT_RETURN_IF_ERROR(vocabulary.RequireChannel(claim.channel).status());
  CONCORDAT_RETURN_IF_ERROR(CheckSubject(vocabulary, claim));
  CONCORDAT_RETURN_IF_ERROR(CheckAttribute(vocabulary.schema, claim));
  if (!claim.value.has_value()) return absl::OkStatus();
  if (static_cast<int64_t>(claim.value->size()) > limits::kValueBytesMax) {
    return errors::LimitExceeded("value_bytes_max", claim.value->size(),
                                 limits::kValueBytesMax, "value");
  }
  if (!IsValidUtf8(*claim.value) ||
      claim.value->find('\0') != absl::string_view::npos) {
    return errors::InvalidField("value",
                                "must be valid UTF-8 without zero bytes");
  }
  return absl::OkStatus();
}

absl::Status ValidateCircumstances(const ReportedClaim& claim, absl::Time now) {
  CONCORDAT_RETURN_IF_ERROR(
      CheckTime("said_at", claim.said_at, now + kAheadOfClockMax));
  if (claim.as_of != absl::InfinitePast()) {
    CONCORDAT_RETURN_IF_ERROR(
        CheckTime("as_of", claim.as_of, now + kAheadOfClockMax));
  }
  if (!claim.claim_id.empty()) {
    CONCORDAT_RETURN_IF_ERROR(
        CheckId("claim_id", claim.claim_id, limits::kIdBytesMax));
  }
  if (!claim.as_of_revision.empty()) {
    CONCORDAT_RETURN_IF_ERROR(
        CheckId("as_of_revision", claim.as_of_revision, limits::kIdBytesMax));
  }
  return CheckLabels(claim);
}

absl::Status ValidateClaim(const Vocabulary& vocabulary,
                           const ReportedClaim& claim, absl::Time now) {
  CONCORDAT_RETURN_IF_ERROR(ValidateStatement(vocabulary, claim));
  return ValidateCircumstances(claim, now);
}

std::string SubjectOf(const ReportedClaim& claim) {
  return claim.names_entity ? SubjectOf(EntityId{std::string(claim.entity_type),
                                                 std::string(claim.entity_id)})
                            : SubjectOf(claim.channel, claim.subject);
}

void EncodeClaim(const Claim& claim, absl::string_view subject,
                 RowEncoder& encoder) {
  encoder.String(claim.channel).String(claim.subject);
  encoder.Bool(claim.entity.has_value());
  if (claim.entity.has_value()) {
    encoder.String(claim.entity->type).String(claim.entity->id);
  }
  encoder.String(claim.attribute);
  encoder.Value(subject, claim.value, claim.personal, claim.erased);
  encoder.Time(claim.said_at).Bool(claim.said_at_given).Time(claim.as_of);
  encoder.String(claim.as_of_revision).Time(claim.received_at);
  encoder.Unsigned(static_cast<uint64_t>(claim.exposure));
  encoder.String(claim.claim_id).Unsigned(claim.labels.size());
  for (const auto& [name, value] : claim.labels) {
    encoder.String(name).String(value);
  }
}

Claim DecodeClaim(RowDecoder& decoder) {
  Claim claim;
  claim.channel = decoder.String();
  claim.subject = decoder.String();
  if (decoder.Bool()) {
    std::string type = decoder.String();
    claim.entity = EntityId{std::move(type), decoder.String()};
  }
  claim.attribute = decoder.String();
  StoredValue value = decoder.Value();
  claim.personal = value.personal || !value.text.has_value();
  claim.erased = value.erased;
  claim.value = std::move(value.text);
  claim.said_at = decoder.Time();
  claim.said_at_given = decoder.Bool();
  claim.as_of = decoder.Time();
  claim.as_of_revision = decoder.String();
  claim.received_at = decoder.Time();
  claim.exposure = static_cast<Exposure>(decoder.Unsigned());
  claim.claim_id = decoder.String();
  for (uint64_t left = decoder.Unsigned(); left > 0 && !decoder.failed();
       --left) {
    std::string name = decoder.String();
    claim.labels.emplace_back(std::move(name), decoder.String());
  }
  return claim;
}

}  // namespace concordat
