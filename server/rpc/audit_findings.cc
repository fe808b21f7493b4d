#include "server/rpc/audit_findings.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/audits/audit_rows.h"
#include "consistency/consistency_reader.h"
#include "consistency/finding_rows.h"
#include "graph/codec.h"
#include "graph/errors.h"
#include "graph/status_macros.h"
#include "server/convert/audits.h"
#include "server/rpc/answer_bytes.h"
#include "server/rpc/read_session.h"

namespace concordat {
namespace {

using audits::AuditChange;
using audits::AuditFinding;
using audits::AuditRecord;
using audits::StoredFindings;

// Findings of both that one page looks at.
constexpr size_t kLookedAtMax = 20'000;

absl::StatusOr<AuditRecord> RequireAudit(const Reader& reader,
                                         absl::string_view field,
                                         absl::string_view id) {
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t number,
                             convert::AuditNumberFromWire(field, id));
  CONCORDAT_ASSIGN_OR_RETURN(std::optional<AuditRecord> record,
                             rows::GetAudit(reader, number));
  if (!record.has_value()) {
    return errors::NotFound(absl::StrCat("audit ", number));
  }
  if (record->state != audits::AuditState::kSucceeded) {
    return errors::PreconditionFailed(absl::StrCat(
        "audit ", number, " has not succeeded, so that it found nothing yet"));
  }
  return *std::move(record);
}

// 0: there is none to compare it with.
absl::StatusOr<uint64_t> BaselineOf(const Reader& reader,
                                    const AuditRecord& audit,
                                    const std::string& id) {
  if (id.empty()) {
    // It may be deleted since.
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<AuditRecord> previous,
                               rows::GetAudit(reader, audit.previous));
    return previous.has_value() ? audit.previous : 0;
  }
  CONCORDAT_ASSIGN_OR_RETURN(const AuditRecord baseline,
                             RequireAudit(reader, "baseline_audit_id", id));
  if (baseline.channel != audit.channel || baseline.number >= audit.number) {
    return errors::InvalidField("baseline_audit_id",
                                "must be an earlier audit of the same channel");
  }
  return baseline.number;
}

// Where both sequences are.
struct Place {
  audits::FindingPosition before;
  audits::FindingPosition now;
};

std::string EncodePlace(const Place& place) {
  Encoder out;
  out.Unsigned(place.before.block).Unsigned(place.before.index);
  out.Unsigned(place.now.block).Unsigned(place.now.index);
  return out.Take();
}

absl::StatusOr<Place> DecodePlace(const std::string& bytes) {
  Place place;
  if (bytes.empty()) return place;
  Decoder in(bytes);
  place.before.block = static_cast<uint32_t>(in.Unsigned());
  place.before.index = static_cast<uint32_t>(in.Unsigned());
  place.now.block = static_cast<uint32_t>(in.Unsigned());
  place.now.index = static_cast<uint32_t>(in.Unsigned());
  CONCORDAT_RETURN_IF_ERROR(in.Finish("page token"));
  return place;
}

bool Wanted(const v1::AuditFindingFilter& filter, AuditChange change,
            const AuditFinding& finding, const std::string& cause_id) {
  const auto has = [](const auto& values, const auto& one) {
    return values.empty() ||
           std::find(values.begin(), values.end(), one) != values.end();
  };
  if (filter.changes().empty() && change == AuditChange::kGone) return false;
  return has(filter.changes(), static_cast<int>(change)) &&
         has(filter.verdicts(), static_cast<int>(finding.verdict)) &&
         has(filter.attributes(), finding.attribute) &&
         has(filter.cause_ids(), cause_id);
}

// In the audit; one that is gone has none.
std::string CauseIn(const AuditRecord& audit, AuditChange change,
                    const AuditFinding& finding) {
  const bool has_cause = change != AuditChange::kGone && finding.cause != 0 &&
                         finding.cause <= audit.causes.size();
  return has_cause ? audit.causes[finding.cause - 1].record.id : "";
}

// Where the finding that claims opened is in its life, or what a mute says of
// one that none did.
absl::Status ShowState(const Reader& reader, const Mutes& mutes,
                       const std::string& channel, const AuditFinding& audited,
                       v1::AuditFinding* wire) {
  CONCORDAT_ASSIGN_OR_RETURN(std::optional<Finding> finding,
                             rows::GetFinding(reader, wire->id()));
  if (finding.has_value()) {
    wire->set_state(static_cast<v1::FindingState>(mutes.StateOf(*finding)));
  } else if (audited.entity.has_value()) {
    finding.emplace();
    finding->id = wire->id();
    finding->subject = {*audited.entity, audited.attribute, channel,
                        audited.family()};
    finding->verdict = audited.verdict;
    finding->claim.labels = audited.labels;
  }
  if (!finding.has_value()) return absl::OkStatus();
  const Mute* const mute = mutes.Covering(*finding);
  if (mute == nullptr) return absl::OkStatus();
  wire->set_state(v1::FINDING_STATE_MUTED);
  wire->set_mute_reason(mute->reason);
  return absl::OkStatus();
}

// The two sequences of a comparison, from a place on.
struct Compared {
  std::unique_ptr<StoredFindings> before;  // of no baseline it has nothing
  std::unique_ptr<StoredFindings> now;
};

absl::StatusOr<Compared> OpenBoth(const Reader& reader, uint64_t baseline,
                                  uint64_t audit, const Place& place) {
  Compared both;
  CONCORDAT_ASSIGN_OR_RETURN(
      both.before, StoredFindings::Open(reader, baseline, 0, place.before));
  CONCORDAT_ASSIGN_OR_RETURN(both.now,
                             StoredFindings::Open(reader, audit, 0, place.now));
  return both;
}

bool IsGoneInBoth(const AuditFinding* before, const AuditFinding* now) {
  return (before == nullptr || before->gone_audit != 0) &&
         (now == nullptr || now->gone_audit != 0);
}

}  // namespace

absl::Status ListAuditFindingsNow(const ServiceContext& context,
                                  const v1::ListAuditFindingsRequest& request,
                                  v1::ListAuditFindingsResponse* response) {
  const std::string name = absl::StrCat("audit/", request.audit_id(), "/",
                                        request.baseline_audit_id(), "/",
                                        request.filter().ShortDebugString());
  std::string start;
  CONCORDAT_ASSIGN_OR_RETURN(const size_t limit, PageSize(request.page_size()));
  CONCORDAT_ASSIGN_OR_RETURN(
      const ReadSession session,
      ReadSession::OpenLatestPage(context, request.page_token(), name, start));
  const Reader& reader = session.reader();
  CONCORDAT_ASSIGN_OR_RETURN(
      const AuditRecord audit,
      RequireAudit(reader, "audit_id", request.audit_id()));
  response->set_channel(audit.channel);
  CONCORDAT_ASSIGN_OR_RETURN(
      const uint64_t baseline,
      BaselineOf(reader, audit, request.baseline_audit_id()));
  CONCORDAT_ASSIGN_OR_RETURN(const Place place, DecodePlace(start));
  CONCORDAT_ASSIGN_OR_RETURN(const Compared both,
                             OpenBoth(reader, baseline, audit.number, place));
  CONCORDAT_ASSIGN_OR_RETURN(const Mutes mutes, ReadMutes(reader));
  size_t looked_at = 0;
  size_t bytes = 0;
  std::optional<Place> next;
  const absl::Status compared = audits::CompareFindings(
      *both.before, *both.now,
      [&](AuditChange change, AuditFinding* before,
          AuditFinding* now) -> absl::StatusOr<bool> {
        if (response->findings_size() == static_cast<int>(limit) ||
            bytes > static_cast<size_t>(kAnswerBytesMax) / 2 ||
            ++looked_at > kLookedAtMax) {
          next = Place{both.before->position(), both.now->position()};
          return false;
        }
        if (IsGoneInBoth(before, now)) return true;
        const AuditFinding& finding =
            change == AuditChange::kGone ? *before : *now;
        const std::string cause_id = CauseIn(audit, change, finding);
        if (!Wanted(request.filter(), change, finding, cause_id)) return true;
        v1::AuditFinding* wire = response->add_findings();
        convert::ToWire(finding, audit.channel, wire);
        wire->set_cause_id(cause_id);
        if (baseline != 0) {
          wire->set_change(static_cast<v1::AuditChange>(change));
        }
        CONCORDAT_RETURN_IF_ERROR(
            ShowState(reader, mutes, audit.channel, finding, wire));
        bytes += wire->ByteSizeLong();
        return true;
      });
  CONCORDAT_RETURN_IF_ERROR(compared);
  if (next.has_value()) {
    response->set_next_page_token(context.tokens->PageToken(
        {session.revision(), EncodePlace(*next)}, name));
  }
  return absl::OkStatus();
}

absl::Status CompareAuditsNow(const ServiceContext& context,
                              const v1::CompareAuditsRequest& request,
                              v1::CompareAuditsResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::OpenLatest(context));
  const Reader& reader = session.reader();
  CONCORDAT_ASSIGN_OR_RETURN(
      const AuditRecord audit,
      RequireAudit(reader, "audit_id", request.audit_id()));
  if (request.baseline_audit_id().empty()) {
    return errors::InvalidField("baseline_audit_id", "is required");
  }
  CONCORDAT_ASSIGN_OR_RETURN(
      const uint64_t baseline,
      BaselineOf(reader, audit, request.baseline_audit_id()));
  CONCORDAT_ASSIGN_OR_RETURN(const Compared both,
                             OpenBoth(reader, baseline, audit.number, {}));
  audits::ChangeCounts counts{};
  const absl::Status compared = audits::CompareFindings(
      *both.before, *both.now,
      [&](AuditChange change, AuditFinding* before,
          AuditFinding* now) -> absl::StatusOr<bool> {
        if (IsGoneInBoth(before, now)) return true;
        const AuditFinding& finding =
            change == AuditChange::kGone ? *before : *now;
        ++counts[static_cast<size_t>(change)]
                [static_cast<size_t>(finding.verdict)];
        return true;
      });
  CONCORDAT_RETURN_IF_ERROR(compared);
  convert::ToWire(counts, response->mutable_changes());
  return absl::OkStatus();
}

}  // namespace concordat
