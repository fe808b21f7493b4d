#include "consistency/eraser.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "consistency/rows.h"
#include "graph/errors.h"
#include "graph/graph_reader.h"
#include "graph/key.h"
#include "graph/personal.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

absl::StatusOr<std::vector<rows::HeldClaims>> HeldOf(const Reader& reader,
                                                     const EntityId& entity) {
  std::vector<rows::HeldClaims> held;
  absl::Status problem;
  const std::string prefix = KeyWriter().Entity(entity).Take();
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      rows::kHeld, prefix, PrefixEnd(prefix),
      [&](absl::string_view key, absl::string_view value) {
        absl::StatusOr<rows::HeldClaims> row = rows::ParseHeld(key, value);
        problem = row.status();
        if (row.ok()) held.push_back(*std::move(row));
        return problem.ok();
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  return held;
}

// Whether anything is known of the person that could be erased: facts,
// relations, links; or only claims.
absl::Status CheckKnown(const Reader& reader, const ErasureRequest& request,
                        const std::vector<rows::HeldClaims>& held) {
  const GraphReader graph(reader, Revision::Latest());
  CONCORDAT_ASSIGN_OR_RETURN(const Revision last,
                             graph.LastChange(request.entity));
  if (request.unchanged_since.has_value() && last > *request.unchanged_since) {
    return errors::PreconditionFailed(
        "the entity was changed after the given revision");
  }
  if (last > Revision() || !held.empty()) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::optional<std::string> key,
      reader.Get(rows::kSubjectKeys, SubjectOf(request.entity)));
  return key.has_value() ? absl::OkStatus() : errors::NotFound("this entity");
}

// Their values go with the key, if they lie in personal parts: rows of a build
// without parts are written anew.
absl::Status EraseHeld(Transaction& tx, std::vector<rows::HeldClaims>& held,
                       ErasureRecord& record) {
  for (rows::HeldClaims& row : held) {
    for (rows::HeldClaim& claim : row.claims) {
      claim.judged.claim.personal = true;
      if (claim.judged.claim.value.has_value()) ++record.held_claims;
      for (const FindingFamily family :
           {FindingFamily::kDisagreement, FindingFamily::kDisclosure}) {
        CONCORDAT_ASSIGN_OR_RETURN(
            std::optional<Finding> finding,
            rows::GetFinding(tx, FingerprintOf({row.entity, claim.attribute,
                                                row.channel, family})));
        if (!finding.has_value()) continue;
        ++record.findings;
        finding->claim.personal = true;
        CONCORDAT_RETURN_IF_ERROR(rows::PutFinding(tx, *finding, finding));
      }
    }
    CONCORDAT_RETURN_IF_ERROR(rows::PutHeld(tx, row));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ErasureOutcome> EraseSubject(Transaction& tx,
                                            const Vocabulary& vocabulary,
                                            const ErasureRequest& request,
                                            CommitStamp stamp) {
  CONCORDAT_ASSIGN_OR_RETURN(std::optional<ErasureRecord> before,
                             rows::GetErasure(tx, request.entity));
  if (before.has_value()) {
    return ErasureOutcome{.record = *std::move(before), .replayed = true};
  }
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<rows::HeldClaims> held,
                             HeldOf(tx, request.entity));
  CONCORDAT_RETURN_IF_ERROR(CheckKnown(tx, request, held));
  ErasureRecord record{.entity = request.entity,
                       .revision = stamp.revision,
                       .at = stamp.at,
                       .actor = request.actor,
                       .reason = request.reason,
                       .request_id = request.request_id};
  CONCORDAT_RETURN_IF_ERROR(EraseHeld(tx, held, record));
  CONCORDAT_RETURN_IF_ERROR(EraseFromGraph(tx, vocabulary.schema, record));
  CONCORDAT_RETURN_IF_ERROR(rows::PutErasure(tx, record));
  CONCORDAT_RETURN_IF_ERROR(
      rows::PutCommit(tx, {.revision = stamp.revision,
                           .kind = rows::CommitRecord::Kind::kErasure,
                           .at = stamp.at,
                           .actor = request.actor,
                           .request_id = request.request_id,
                           .items = 1}));
  return ErasureOutcome{.record = std::move(record), .replayed = false};
}

}  // namespace concordat
