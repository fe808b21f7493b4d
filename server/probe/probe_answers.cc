#include "server/probe/probe_answers.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "server/convert/claim_wire.h"
#include "server/convert/common.h"

namespace concordat {
namespace {

// Reads one record; kNone with what is wrong with it.
absl::StatusOr<SubjectAnswer> ReadRecord(absl::string_view channel,
                                         const ProbedSubject& subject,
                                         const v1::ProbeRecord& record,
                                         absl::Time as_at,
                                         ReadAnswers& answers) {
  if (record.error().code() != 0) {
    const auto code = static_cast<absl::StatusCode>(record.error().code());
    return AtField(
        "error", errors::ProbeFailed(channel, absl::StatusCodeToString(code), 1,
                                     "the backend could not look this one up"));
  }
  if (record.unknown_subject()) {
    if (record.claims().empty()) return SubjectAnswer::kUnknownSubject;
    return errors::InvalidField("claims",
                                "must be empty where unknown_subject is set");
  }
  if (record.claims_size() > limits::kProbeClaimsPerSubjectMax) {
    return errors::LimitExceeded("probe_claims_per_subject_max",
                                 record.claims_size(),
                                 limits::kProbeClaimsPerSubjectMax, "claims");
  }
  for (int i = 0; i < record.claims_size(); ++i) {
    absl::StatusOr<Claim> claim =
        ClaimOfAnswer(channel, subject, record.claims(i), as_at);
    if (claim.ok()) {
      answers.claims.push_back(*std::move(claim));
    } else {
      answers.refused.push_back(
          WithField(absl::StrCat("claims[", i, "]"), claim.status()));
    }
  }
  return SubjectAnswer::kKnown;
}

}  // namespace

std::string KeyOfPlace(size_t place) { return absl::StrCat(place); }

void ToWire(const ProbedSubject& subject, v1::ProbeSubject* wire) {
  convert::ToWire(subject.entity, wire->mutable_entity());
  for (const std::string& id : subject.own_ids) wire->add_subjects(id);
}

absl::StatusOr<Claim> ClaimOfAnswer(absl::string_view channel,
                                    const ProbedSubject& subject,
                                    const v1::Claim& wire, absl::Time as_at) {
  if (!wire.channel().empty() && wire.channel() != channel) {
    return errors::InvalidField("channel", "is another channel's");
  }
  if (wire.has_entity() && convert::FromWire(wire.entity()) != subject.entity) {
    return errors::InvalidField("entity", "is not whom was asked about");
  }
  if (wire.has_subject() &&
      std::find(subject.own_ids.begin(), subject.own_ids.end(),
                wire.subject()) == subject.own_ids.end()) {
    return errors::InvalidField("subject", "is not whom was asked about");
  }
  v1::Claim complete = wire;
  complete.set_channel(std::string(channel));
  convert::ToWire(subject.entity, complete.mutable_entity());
  absl::StatusOr<Claim> claim = convert::FromWire(complete);
  if (claim.ok() && !claim->said_at_given) {
    claim->said_at = as_at;
    claim->said_at_given = true;
  }
  return claim;
}

ReadAnswers ReadRecords(absl::string_view channel,
                        absl::Span<const ProbedSubject> subjects,
                        const v1::FetchRecordsResponse& response,
                        absl::Time as_at) {
  ReadAnswers answers;
  answers.subjects.resize(subjects.size(), SubjectAnswer::kNone);
  absl::flat_hash_map<std::string, size_t> place_of;
  for (size_t i = 0; i < subjects.size(); ++i) place_of[KeyOfPlace(i)] = i;
  std::vector<bool> seen(subjects.size());
  // So that nonsense costs no more than an answer.
  const int records_max = 2 * static_cast<int>(subjects.size());
  if (response.records_size() > records_max) {
    answers.refused.push_back(errors::LimitExceeded(
        "probe_records_max", response.records_size(), records_max, "records"));
  }
  for (int i = 0; i < std::min(response.records_size(), records_max); ++i) {
    const v1::ProbeRecord& record = response.records(i);
    const std::string field = absl::StrCat("records[", i, "]");
    const auto place = place_of.find(record.key());
    if (place == place_of.end()) {
      answers.refused.push_back(errors::InvalidField(
          absl::StrCat(field, ".key"), "names nobody who was asked about"));
      continue;
    }
    if (seen[place->second]) {
      answers.refused.push_back(errors::InvalidField(
          absl::StrCat(field, ".key"), "is there twice; the first one counts"));
      continue;
    }
    seen[place->second] = true;
    const size_t refused = answers.refused.size();
    const absl::StatusOr<SubjectAnswer> answer =
        ReadRecord(channel, subjects[place->second], record, as_at, answers);
    if (answer.ok()) {
      answers.subjects[place->second] = *answer;
    } else {
      answers.refused.push_back(answer.status());
    }
    for (size_t j = refused; j < answers.refused.size(); ++j) {
      answers.refused[j] = WithField(field, answers.refused[j]);
    }
  }
  for (size_t i = 0; i < subjects.size(); ++i) {
    if (seen[i]) continue;
    answers.refused.push_back(errors::InvalidField(
        "records", "there is none about somebody who was asked about"));
  }
  return answers;
}

}  // namespace concordat
