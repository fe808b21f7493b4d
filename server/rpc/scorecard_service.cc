#include "server/rpc/scorecard_service.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "consistency/audits/audit_rows.h"
#include "consistency/scorecards/agreement.h"
#include "consistency/scorecards/concord.h"
#include "consistency/scorecards/scorecard.h"
#include "graph/errors.h"
#include "graph/status_macros.h"
#include "server/convert/common.h"
#include "server/convert/scorecards.h"
#include "server/rpc/call.h"
#include "server/rpc/filter_values.h"
#include "server/rpc/read_session.h"

namespace concordat {
namespace {

// What a row is to keep: what was asked for, else what its channel promises.
std::optional<double> ObjectiveOf(const v1::GetScorecardRequest& request,
                                  const ScorecardQuery& query,
                                  const Vocabulary* vocabulary,
                                  const std::string& channel) {
  if (request.has_objective()) return request.objective().agreement();
  if (!query.by_channel || vocabulary == nullptr) return std::nullopt;
  const auto found = vocabulary->channels.find(channel);
  if (found == vocabulary->channels.end()) return std::nullopt;
  return found->second.objective;
}

// Of each channel the newest audit of all of it.
absl::StatusOr<std::map<std::string, audits::AuditRecord>> WholeAudits(
    const Reader& reader) {
  std::map<std::string, audits::AuditRecord> newest;
  CONCORDAT_RETURN_IF_ERROR(
      rows::VisitAudits(reader, 0, [&](const audits::AuditRecord& record) {
        if (record.state == audits::AuditState::kSucceeded &&
            record.scope == audits::AuditScope() &&
            !record.sampling.has_value()) {
          newest.emplace(record.channel, record);
        }
        return true;
      }));
  return newest;
}

void AddCoverage(const std::map<std::string, audits::AuditRecord>& audits,
                 v1::ScorecardRow* row) {
  const auto found = audits.find(row->channel());
  if (found == audits.end()) return;
  const audits::AuditRecord& audit = found->second;
  v1::Coverage* coverage = row->mutable_coverage();
  coverage->set_audit_id(absl::StrCat(audit.number));
  convert::ToWire(audit.as_at, coverage->mutable_as_at());
  coverage->set_entities(audit.entities_covered + audit.entities_missing);
  coverage->set_covered(audit.entities_covered);
  coverage->set_rate(ShareOf(coverage->covered(), coverage->entities()).rate);
}

absl::Status GetScorecardNow(const ServiceContext& context,
                             const v1::GetScorecardRequest& request,
                             v1::GetScorecardResponse* response) {
  const std::shared_ptr<const Vocabulary> vocabulary =
      context.vocabularies->Current();
  CONCORDAT_RETURN_IF_ERROR(
      CheckChannels("channels", request.channels(), vocabulary.get()));
  CONCORDAT_RETURN_IF_ERROR(
      CheckAttributes("attributes", request.attributes(), vocabulary.get()));
  CONCORDAT_ASSIGN_OR_RETURN(const ScorecardQuery query,
                             convert::FromWire(request, context.clock->Now()));
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::OpenLatest(context));
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<ScorecardRow> rows,
                             ReadScorecard(session.reader(), query));
  std::map<std::string, audits::AuditRecord> whole;
  if (query.by_channel && !query.by_attribute && query.hours_each == 0 &&
      !query.label.has_value()) {
    CONCORDAT_ASSIGN_OR_RETURN(whole, WholeAudits(session.reader()));
  }
  for (const ScorecardRow& row : rows) {
    v1::ScorecardRow* wire = response->add_rows();
    convert::ToWire(
        row, query,
        ObjectiveOf(request, query, vocabulary.get(), row.of.channel), wire);
    AddCoverage(whole, wire);
  }
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<int64_t> since,
                             CountedSince(session.reader()));
  if (since.has_value()) {
    convert::ToWire(absl::UnixEpoch() + absl::Hours(*since),
                    response->mutable_counted_since());
  }
  return absl::OkStatus();
}

absl::Status GetConcordNow(const ServiceContext& context,
                           const grpc::CallbackServerContext& rpc,
                           const v1::GetConcordRequest& request,
                           v1::GetConcordResponse* response) {
  const std::shared_ptr<const Vocabulary> vocabulary =
      context.vocabularies->Current();
  CONCORDAT_RETURN_IF_ERROR(
      CheckChannels("channels", request.channels(), vocabulary.get()));
  const std::set<std::string, std::less<>> channels(request.channels().begin(),
                                                    request.channels().end());
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::OpenLatest(context));
  CONCORDAT_ASSIGN_OR_RETURN(const ConcordByAttribute measured,
                             MeasureConcord(session.reader(), channels, [&rpc] {
                               return CheckStillWanted(rpc).ok();
                             }));
  Concord all;
  for (const auto& [name, concord] : measured) {
    all.held_by_several += concord.held_by_several;
    all.agreed += concord.agreed;
  }
  convert::ToWire(all, response->add_rows());
  for (const auto& [name, concord] : measured) {
    v1::ConcordRow* row = response->add_rows();
    row->set_entity_type(name.first);
    row->set_attribute(name.second);
    convert::ToWire(concord, row);
  }
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* ScorecardServiceHandlers::GetScorecard(
    grpc::CallbackServerContext* rpc, const v1::GetScorecardRequest* request,
    v1::GetScorecardResponse* response) {
  return RunCall(context_, rpc, "GetScorecard", request,
                 [this, request, response] {
                   return GetScorecardNow(context_, *request, response);
                 });
}

grpc::ServerUnaryReactor* ScorecardServiceHandlers::GetConcord(
    grpc::CallbackServerContext* rpc, const v1::GetConcordRequest* request,
    v1::GetConcordResponse* response) {
  return RunCall(context_, rpc, "GetConcord", request,
                 [this, rpc, request, response]() -> absl::Status {
                   if (measuring_.exchange(true)) {
                     return errors::Overloaded(1, 1);
                   }
                   const auto done =
                       absl::MakeCleanup([this] { measuring_ = false; });
                   return GetConcordNow(context_, *rpc, *request, response);
                 });
}

}  // namespace concordat
