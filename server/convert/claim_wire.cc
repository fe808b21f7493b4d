#include "server/convert/claim_wire.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "server/convert/claims.h"
#include "server/convert/common.h"
#include "server/convert/wire_format.h"

namespace concordat::convert {
namespace {

using WireClaim = v1::Claim;

// A message within a message that comes again adds to what was there.
struct WireTime {
  bool given = false;
  int64_t seconds = 0;
  int64_t nanos = 0;
};

bool ReadTime(absl::string_view bytes, WireTime& time) {
  using google::protobuf::Timestamp;
  FieldReader in(bytes);
  time.given = true;
  while (const uint32_t tag = in.Tag()) {
    if (tag == TagOf(Timestamp::kSecondsFieldNumber, WireType::kVarint)) {
      time.seconds = static_cast<int64_t>(in.Varint());
    } else if (tag == TagOf(Timestamp::kNanosFieldNumber, WireType::kVarint)) {
      time.nanos = static_cast<int32_t>(in.Varint());
    } else {
      in.Skip(tag);
    }
  }
  return !in.failed();
}

bool ReadEntity(absl::string_view bytes, ReportedClaim& claim) {
  FieldReader in(bytes);
  while (const uint32_t tag = in.Tag()) {
    if (tag == TagOf(v1::EntityRef::kTypeFieldNumber, WireType::kBytes)) {
      claim.entity_type = in.Bytes();
    } else if (tag == TagOf(v1::EntityRef::kIdFieldNumber, WireType::kBytes)) {
      claim.entity_id = in.Bytes();
    } else {
      in.Skip(tag);
    }
  }
  return !in.failed();
}

// An entry of a map: a message of key and value.
bool ReadLabel(absl::string_view bytes, ReportedClaim& claim) {
  constexpr int kKey = 1;
  constexpr int kValue = 2;
  FieldReader in(bytes);
  std::pair<absl::string_view, absl::string_view> label;
  while (const uint32_t tag = in.Tag()) {
    if (tag == TagOf(kKey, WireType::kBytes)) {
      label.first = in.Bytes();
    } else if (tag == TagOf(kValue, WireType::kBytes)) {
      label.second = in.Bytes();
    } else {
      in.Skip(tag);
    }
  }
  claim.labels.push_back(label);
  return !in.failed();
}

// Of a label that comes again the last counts.
void SortLabels(ReportedClaim& claim) {
  auto& labels = claim.labels;
  if (labels.size() < 2) return;
  std::reverse(labels.begin(), labels.end());
  std::stable_sort(
      labels.begin(), labels.end(),
      [](const auto& a, const auto& b) { return a.first < b.first; });
  labels.erase(std::unique(labels.begin(), labels.end(),
                           [](const auto& a, const auto& b) {
                             return a.first == b.first;
                           }),
               labels.end());
}

// What is no view yet.
struct ClaimFields {
  bool has_subject = false;
  WireTime said_at;
  WireTime as_of;
  int64_t exposure = 0;
};

// Reads one field of the claim.
bool ReadField(uint32_t tag, FieldReader& in, ReportedClaim& claim,
               ClaimFields& fields) {
  switch (tag) {
    case TagOf(WireClaim::kChannelFieldNumber, WireType::kBytes):
      claim.channel = in.Bytes();
      return true;
    case TagOf(WireClaim::kSubjectFieldNumber, WireType::kBytes):
      claim.subject = in.Bytes();
      fields.has_subject = true;
      claim.names_entity = false;
      claim.entity_type = claim.entity_id = {};
      return true;
    case TagOf(WireClaim::kEntityFieldNumber, WireType::kBytes):
      claim.subject = {};
      fields.has_subject = false;
      claim.names_entity = true;
      return ReadEntity(in.Bytes(), claim);
    case TagOf(WireClaim::kAttributeFieldNumber, WireType::kBytes):
      claim.attribute = in.Bytes();
      return true;
    case TagOf(WireClaim::kValueFieldNumber, WireType::kBytes):
      claim.value = in.Bytes();
      return true;
    case TagOf(WireClaim::kSaidAtFieldNumber, WireType::kBytes):
      return ReadTime(in.Bytes(), fields.said_at);
    case TagOf(WireClaim::kAsOfFieldNumber, WireType::kBytes):
      return ReadTime(in.Bytes(), fields.as_of);
    case TagOf(WireClaim::kAsOfRevisionFieldNumber, WireType::kBytes):
      claim.as_of_revision = in.Bytes();
      return true;
    case TagOf(WireClaim::kExposureFieldNumber, WireType::kVarint):
      fields.exposure = static_cast<int32_t>(in.Varint());
      return true;
    case TagOf(WireClaim::kClaimIdFieldNumber, WireType::kBytes):
      claim.claim_id = in.Bytes();
      return true;
    case TagOf(WireClaim::kLabelsFieldNumber, WireType::kBytes):
      return ReadLabel(in.Bytes(), claim);
    default:
      in.Skip(tag);
      return true;
  }
}

// Both responses have the same fields.
template <typename Response>
constexpr bool AreTheFields() {
  return Response::kResultsFieldNumber == 1 &&
         Response::kRevisionFieldNumber == 2 &&
         Response::kVocabularyVersionFieldNumber == 3;
}

// The bytes of the most common result by far: recorded, and agrees.
const std::string& RecordedAgreement() {
  static const std::string& kBytes = *new std::string([] {
    v1::ClaimResult result;
    result.set_status(v1::CLAIM_STATUS_RECORDED);
    result.set_verdict(v1::VERDICT_AGREES);
    return result.SerializeAsString();
  }());
  return kBytes;
}

bool IsRecordedAgreement(const ClaimOutcome& outcome) {
  return outcome.status == ClaimOutcome::Status::kRecorded &&
         outcome.verdict == Verdict::kAgrees && !outcome.further.has_value() &&
         outcome.finding_id.empty();
}

}  // namespace

absl::StatusOr<ReportedClaim> ReadClaim(absl::string_view bytes) {
  FieldReader in(bytes);
  ReportedClaim claim;
  ClaimFields fields;
  while (const uint32_t tag = in.Tag()) {
    if (!ReadField(tag, in, claim, fields)) return errors::UnreadableMessage();
  }
  if (in.failed()) return errors::UnreadableMessage();
  if (!fields.has_subject && !claim.names_entity) {
    return errors::InvalidField("subject", "subject or entity must be set");
  }
  if (fields.said_at.given) {
    CONCORDAT_ASSIGN_OR_RETURN(
        claim.said_at,
        TimeFromWire(fields.said_at.seconds, fields.said_at.nanos, "said_at"));
    claim.said_at_given = true;
  }
  if (fields.as_of.given) {
    CONCORDAT_ASSIGN_OR_RETURN(
        claim.as_of,
        TimeFromWire(fields.as_of.seconds, fields.as_of.nanos, "as_of"));
  }
  if (fields.exposure < 0 ||
      !v1::Exposure_IsValid(static_cast<int>(fields.exposure))) {
    return errors::InvalidField("exposure",
                                "must be HELD, SHOWN, TOLD or HEARD");
  }
  if (fields.exposure != v1::EXPOSURE_UNSPECIFIED) {
    claim.exposure = static_cast<Exposure>(fields.exposure);
  }
  SortLabels(claim);
  return claim;
}

absl::StatusOr<Claim> FromWire(const v1::Claim& wire) {
  const std::string bytes = wire.SerializeAsString();
  CONCORDAT_ASSIGN_OR_RETURN(const ReportedClaim claim, ReadClaim(bytes));
  return ToClaim(claim);
}

absl::StatusOr<ClaimBatch> ReadClaims(absl::string_view bytes) {
  constexpr int kField = v1::StreamClaimsRequest::kClaimsFieldNumber;
  static_assert(kField == v1::ReportClaimsRequest::kClaimsFieldNumber);
  ClaimBatch batch;
  std::vector<absl::string_view> items;
  FieldReader in(bytes);
  while (const uint32_t tag = in.Tag()) {
    if (tag == TagOf(kField, WireType::kBytes)) {
      items.push_back(in.Bytes());
    } else {
      in.Skip(tag);
    }
  }
  if (in.failed()) return errors::UnreadableMessage();
  if (static_cast<int64_t>(items.size()) > limits::kClaimsPerBatchMax) {
    return errors::LimitExceeded("claims_per_batch_max", items.size(),
                                 limits::kClaimsPerBatchMax, "claims");
  }
  batch.claims.reserve(items.size());
  batch.refused.resize(items.size());
  for (size_t i = 0; i < items.size(); ++i) {
    absl::StatusOr<ReportedClaim> claim = ReadClaim(items[i]);
    if (claim.ok()) {
      batch.claims.emplace_back(*std::move(claim));
    } else if (claim.status() == errors::UnreadableMessage()) {
      return claim.status();
    } else {
      batch.refused[i] = claim.status();
    }
  }
  return batch;
}

std::string WriteResults(const std::vector<absl::Status>& refused,
                         absl::Span<const ClaimOutcome> outcomes,
                         absl::string_view revision,
                         uint64_t vocabulary_version) {
  using Response = v1::StreamClaimsResponse;
  static_assert(AreTheFields<v1::StreamClaimsResponse>() &&
                AreTheFields<v1::ReportClaimsResponse>());
  constexpr size_t kUsualBytes = 8;  // of one result
  std::string out;
  out.reserve(refused.size() * kUsualBytes + revision.size() + 32);
  size_t next = 0;
  for (size_t i = 0; i < refused.size(); ++i) {
    const bool was_refused = !refused[i].ok();
    if (!was_refused && IsRecordedAgreement(outcomes[next])) {
      ++next;
      AppendBytes(Response::kResultsFieldNumber, RecordedAgreement(), out);
      continue;
    }
    ClaimOutcome outcome =
        was_refused ? ClaimOutcome{.error = refused[i]} : outcomes[next++];
    outcome.error = WithField(absl::StrCat("claims[", i, "]"), outcome.error);
    v1::ClaimResult result;
    ToWire(outcome, &result);
    AppendBytes(Response::kResultsFieldNumber, result.SerializeAsString(), out);
  }
  if (!revision.empty()) {
    AppendBytes(Response::kRevisionFieldNumber, revision, out);
  }
  if (vocabulary_version != 0) {
    AppendNumber(Response::kVocabularyVersionFieldNumber, vocabulary_version,
                 out);
  }
  return out;
}

}  // namespace concordat::convert
