#include "server/rpc/subject_export.h"

#include <optional>

#include "consistency/consistency_reader.h"
#include "consistency/finding_rows.h"
#include "graph/erasure.h"
#include "graph/errors.h"
#include "graph/graph_reader.h"
#include "graph/key.h"
#include "graph/limits.h"
#include "graph/personal.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "server/convert/claims.h"
#include "server/convert/findings.h"
#include "server/convert/knowledge.h"
#include "server/convert/privacy.h"

namespace concordat {
namespace {

using convert::ToWire;

// Records of one part: the largest together stay below the bytes of a message.
constexpr size_t kRecordsMax = 100;
// Rows of the log that one part reads: some milliseconds of work.
constexpr size_t kLogRowsMax = 256;

}  // namespace

SubjectExport::SubjectExport(const ServiceContext& context, EntityId entity)
    : context_(context), entity_(std::move(entity)) {}

absl::StatusOr<bool> SubjectExport::Next(v1::ExportSubjectResponse& part) {
  if (!begun_) CONCORDAT_RETURN_IF_ERROR(Begin());
  begun_ = true;
  if (done_) return false;
  if (ready_.empty()) CONCORDAT_RETURN_IF_ERROR(ReadLog());
  while (!ready_.empty() &&
         static_cast<size_t>(part.records_size()) < kRecordsMax) {
    *part.add_records() = std::move(ready_.front());
    ready_.pop_front();
  }
  done_ = ready_.empty() && log_read_ >= revision_.number();
  part.set_revision(context_.tokens->RevisionToken(revision_));
  part.set_log_read(log_read_);
  part.set_log_total(revision_.number());
  return true;
}

absl::Status SubjectExport::Begin() {
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::OpenLatest(context_));
  revision_ = session.revision();
  CONCORDAT_ASSIGN_OR_RETURN(cluster_, session.identity().ClusterOf(entity_));
  for (const EntityId& member : cluster_.members) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<ErasureRecord> erasure,
                               rows::GetErasure(session.reader(), member));
    if (!erasure.has_value()) continue;
    v1::SubjectRecord record;
    ToWire(*erasure, *context_.tokens, record.mutable_erasure());
    Add(std::move(record));
  }
  CONCORDAT_RETURN_IF_ERROR(AddChanges(session));
  CONCORDAT_RETURN_IF_ERROR(AddHeld(session));
  CONCORDAT_RETURN_IF_ERROR(AddFindings(session));
  if (!ready_.empty()) return absl::OkStatus();
  // Only claims that named it: those have a key.
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::optional<std::string> key,
      session.reader().Get(rows::kSubjectKeys, SubjectOf(entity_)));
  return key.has_value() ? absl::OkStatus() : errors::NotFound("this entity");
}

absl::Status SubjectExport::AddChanges(const ReadSession& session) {
  const Identity identity = session.identity();
  std::string start;
  do {
    CONCORDAT_ASSIGN_OR_RETURN(
        GraphReader::Page<Change> page,
        identity.ChangesOf(cluster_, start, limits::kPageSizeMax));
    for (const Change& change : page.items) {
      v1::SubjectRecord record;
      ToWire(change, *context_.tokens, record.mutable_change());
      Add(std::move(record));
    }
    start = std::move(page.next);
  } while (!start.empty());
  for (const EntityId& member : cluster_.members) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<GraphReader::LinkName> names,
                               session.graph().NamesOnceOf(member));
    for (const auto& [channel, subject] : names) {
      CONCORDAT_ASSIGN_OR_RETURN(
          (names_[{channel, subject}]),
          session.graph().LinkTimelineOf(channel, subject));
    }
  }
  return absl::OkStatus();
}

absl::Status SubjectExport::AddHeld(const ReadSession& session) {
  CONCORDAT_ASSIGN_OR_RETURN(
      const HeldReader held,
      HeldReader::Open(session.reader(), cluster_.members));
  std::string start;
  do {
    CONCORDAT_ASSIGN_OR_RETURN(
        HeldClaimPage page,
        ListHeldClaims(session.reader(), held, "", cluster_.members, start,
                       limits::kPageSizeMax));
    for (const HeldClaimPage::Item& item : page.items) {
      v1::SubjectRecord record;
      ToWire(item, record.mutable_held_claim());
      Add(std::move(record));
    }
    start = page.next;
  } while (!start.empty());
  return absl::OkStatus();
}

absl::Status SubjectExport::AddFindings(const ReadSession& session) {
  CONCORDAT_ASSIGN_OR_RETURN(const Mutes mutes, ReadMutes(session.reader()));
  const convert::FindingView view{*context_.tokens, mutes,
                                  context_.clock->Now()};
  for (const EntityId& member : cluster_.members) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                               rows::FindingsOf(session.reader(), member));
    for (const std::string& id : ids) {
      CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Finding> finding,
                                 rows::GetFinding(session.reader(), id));
      if (!finding.has_value()) continue;
      CONCORDAT_ASSIGN_OR_RETURN(const std::vector<FindingEvent> events,
                                 rows::GetFindingEvents(session.reader(), id));
      v1::SubjectRecord found;
      v1::SubjectFinding* wire = found.mutable_finding();
      ToWire(*finding, view, wire->mutable_finding());
      ToWire(finding->claim, wire->mutable_claim());
      if (finding->told.has_value()) {
        ToWire(*finding->told, wire->mutable_told());
      }
      for (const FindingEvent& event : events) {
        ToWire(event, *context_.tokens, wire->add_history());
      }
      Add(std::move(found));
    }
  }
  return absl::OkStatus();
}

// A claim that named a channel's own id is of whom the id names at that time,
// as known now; where it names nobody then, of whom it names at another time.
bool SubjectExport::IsTheirs(const Claim& claim) const {
  if (claim.entity.has_value()) return cluster_.Has(*claim.entity);
  const auto links = names_.find({claim.channel, claim.subject});
  if (links == names_.end()) return false;
  const LinkRecord* link = links->second.At(claim.said_at);
  return link == nullptr || cluster_.Has(link->entity);
}

absl::Status SubjectExport::ReadLog() {
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::OpenLatest(context_));
  size_t rows_read = 0;
  bool at_end = true;
  absl::Status problem;
  CONCORDAT_RETURN_IF_ERROR(session.reader().Scan(
      rows::kClaims, KeyWriter().Number(log_read_ + 1).bytes(),
      KeyWriter().Number(revision_.number() + 1).bytes(),
      [&](absl::string_view key, absl::string_view value) {
        absl::StatusOr<std::vector<rows::JudgedClaim>> claims =
            rows::ParseClaims(value);
        problem = claims.status();
        if (!claims.ok()) return false;
        const Revision revision = KeyReader(key).At();
        for (const rows::JudgedClaim& judged : *claims) {
          if (!IsTheirs(judged.claim)) continue;
          v1::SubjectRecord record;
          ToWire(judged, revision, *context_.tokens,
                 record.mutable_logged_claim());
          Add(std::move(record));
        }
        log_read_ = revision.number();
        at_end = ++rows_read < kLogRowsMax && ready_.size() < kRecordsMax;
        return at_end;
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  if (at_end) log_read_ = revision_.number();
  return absl::OkStatus();
}

}  // namespace concordat
