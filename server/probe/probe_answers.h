// What a channel's backend answers, checked: it may be anything.
#ifndef CONCORDAT_SERVER_PROBE_PROBE_ANSWERS_H_
#define CONCORDAT_SERVER_PROBE_PROBE_ANSWERS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "concordat/v1/probe.pb.h"
#include "consistency/claims.h"
#include "graph/ids.h"

namespace concordat {

// Somebody who is asked about.
struct ProbedSubject {
  EntityId entity;
  // The channel's own ids.
  std::vector<std::string> own_ids;
};

// `key` of the subject with this place in a request.
std::string KeyOfPlace(size_t place);
void ToWire(const ProbedSubject& subject, v1::ProbeSubject* wire);

// What the channel says of one subject.
enum class SubjectAnswer : uint8_t {
  kNone,  // nothing that makes sense
  kKnown,
  kUnknownSubject,
};

struct ReadAnswers {
  std::vector<SubjectAnswer> subjects;  // by place in the request
  // Claims about whom was asked, by entity; not validated otherwise.
  std::vector<Claim> claims;
  // What makes no sense, with the field of FetchRecordsResponse.
  std::vector<absl::Status> refused;
};

// Reads an answer about `subjects`. Each subject about whom there is no answer
// that makes sense is one in `refused`, and so is each claim that does not.
ReadAnswers ReadRecords(absl::string_view channel,
                        absl::Span<const ProbedSubject> subjects,
                        const v1::FetchRecordsResponse& response,
                        absl::Time as_at);

// A claim of an answer, as one about the subject and of the channel. Errors:
// INVALID_FIELD where it names another of these; those of the converter.
absl::StatusOr<Claim> ClaimOfAnswer(absl::string_view channel,
                                    const ProbedSubject& subject,
                                    const v1::Claim& wire, absl::Time as_at);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_PROBE_PROBE_ANSWERS_H_
